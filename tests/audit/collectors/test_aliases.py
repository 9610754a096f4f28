"""Hosts that DNS gives other names, asked of a real name server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rrset
import pytest

from bandeau.audit.collectors.aliases import Aliases
from bandeau.audit.facts import Alias, Request
from support.seeing import Loop, eyes, of
from support.stage import Stage

ZONE = {
    "metrics.site.example.": [
        ("metrics.site.example.", "CNAME", "site.cloak.example."),
        ("site.cloak.example.", "CNAME", "edge.tracker.example."),
        ("edge.tracker.example.", "A", "127.0.0.1"),
    ],
    "round.example.": [("round.example.", "CNAME", "trip.example."), ("trip.example.", "CNAME", "round.example.")],
    "plain.example.": [("plain.example.", "A", "127.0.0.1")],
}


@contextmanager
def name_server(*, silent: bool = False) -> Iterator[dns.asyncresolver.Resolver]:
    """A name server that knows the zone; gives a resolver that asks it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    text, peer = server.recvfrom(4096)
                except OSError:
                    return
                if text == b"end":
                    return
                if not silent:
                    server.sendto(answer(text), peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
        try:
            yield resolver
        finally:
            server.sendto(b"end", server.getsockname())
            thread.join(timeout=10)


def answer(text: bytes) -> bytes:
    question = dns.message.from_wire(text)
    made = dns.message.make_response(question)
    made.flags |= dns.flags.RA
    for name, kind, value in ZONE.get(question.question[0].name.to_text(), []):
        made.answer.append(dns.rrset.from_text(name, 60, "IN", kind, value))
    return made.to_wire()


def aliases(*hosts: str, silent: bool = False) -> list[Alias]:
    facts = [Request(id=f"r{number}", url=f"https://{host}/x", at=number) for number, host in enumerate(hosts)]
    with name_server(silent=silent) as resolver:
        loop = Loop()  # in a thread of its own: another test's browser may keep a loop running in this one
        try:
            return loop.run(Aliases(resolver, within=0.5 if silent else 10).of(facts))
        finally:
            loop.close()


def test_a_chain_of_names_is_followed_in_order() -> None:
    (alias,) = aliases("metrics.site.example")
    assert (alias.host, alias.names) == ("metrics.site.example", ("site.cloak.example", "edge.tracker.example"))


def test_a_host_without_another_name_has_no_alias() -> None:
    assert aliases("plain.example", "unknown.example", "127.0.0.1", "[::1]", "localhost", "x.localhost") == []


def test_names_that_lead_round_in_circles_end() -> None:
    assert all(len(alias.names) <= 8 for alias in aliases("round.example"))


def test_a_name_server_that_is_silent_costs_a_bounded_time() -> None:
    assert aliases("metrics.site.example", "plain.example", silent=True) == []


@pytest.mark.browser
def test_an_alias_is_a_fact_of_the_stay(sites: Stage) -> None:
    rules = f"--host-resolver-rules=MAP *.example 127.0.0.1:{sites.port}"
    sites.put("www", "/", "<img src=http://metrics.site.example/i.png>")
    with name_server() as resolver, eyes(rules, resolver=resolver) as opened:
        stay = opened.before("http://www.site.example/")
    (alias,) = of(stay, Alias)
    assert (alias.host, alias.names[-1]) == ("metrics.site.example", "edge.tracker.example")
