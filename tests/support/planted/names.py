"""A name server for tests: it knows one alias, and has no other answer."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset


@contextmanager
def named(aliases: Mapping[str, str]) -> Iterator[dns.asyncresolver.Resolver]:
    """Serve aliases on loopback; gives a resolver that asks there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(listening, aliases), daemon=True)
        thread.start()
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], listening.getsockname()[1]
        yield resolver
        listening.sendto(b"", listening.getsockname())  # an empty question ends it
        thread.join(timeout=10)


def _serve(listening: socket.socket, aliases: Mapping[str, str]) -> None:
    while True:
        question, asker = listening.recvfrom(4096)
        if not question:
            return
        listening.sendto(_answer(question, aliases), asker)


def _answer(question: bytes, aliases: Mapping[str, str]) -> bytes:
    answer = dns.message.make_response(dns.message.from_wire(question))
    name = answer.question[0].name
    target = aliases.get(name.to_text().rstrip("."))
    if target is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    else:
        answer.answer.append(dns.rrset.from_text(name, 60, dns.rdataclass.IN, dns.rdatatype.CNAME, f"{target}."))
        answer.answer.append(dns.rrset.from_text(f"{target}.", 60, dns.rdataclass.IN, dns.rdatatype.A, "127.0.0.1"))
    return answer.to_wire()
