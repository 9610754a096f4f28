"""Aliases: hosts whose name leads to another in DNS (CNAME), which may hide a third party under the site's own name.

Not a collector of the browser's events: it asks DNS for the hosts that a state contacted, when that state is over.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from bandeau.audit.facts import Alias, Contact, Fact, Request

_LONGEST = 8  # names of a chain
_AT_ONCE = 8
_REMEMBERED = 20_000


class Aliases:
    """Asks DNS, and remembers what it said as long as the browser runs.

    Args:
        resolver: whom to ask; with ``None`` nobody is asked.
        within: the seconds that all questions of one state may take together.
    """

    def __init__(self, resolver: dns.asyncresolver.Resolver | None = None, *, within: float = 3) -> None:
        self._resolver = resolver
        self._within = within
        self._known: dict[str, tuple[str, ...]] = {}

    async def of(self, facts: Iterable[Fact]) -> list[Alias]:
        """Give the aliases of the hosts that were contacted; whoever gets no answer in time has none."""
        first: dict[str, Fact] = {}
        for fact in facts:
            if isinstance(fact, Request | Contact):
                host = urlsplit(fact.url).hostname or ""
                if _asked(host):
                    first.setdefault(host, fact)
        await self._learn([host for host in first if host not in self._known])
        return [
            Alias(at=fact.at, view=fact.view, page=fact.page, host=host, names=names)
            for host, fact in first.items()
            if (names := self._known.get(host))
        ]

    async def _learn(self, hosts: list[str]) -> None:
        if self._resolver is None or not hosts:
            return
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        gate = asyncio.Semaphore(_AT_ONCE)
        asked = [asyncio.ensure_future(self._ask(self._resolver, host, gate)) for host in hosts[:500]]
        _, late = await asyncio.wait(asked, timeout=self._within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _ask(self, resolver: dns.asyncresolver.Resolver, host: str, gate: asyncio.Semaphore) -> None:
        async with gate:
            try:
                answer = await resolver.resolve(host, dns.rdatatype.A, raise_on_no_answer=False, lifetime=self._within)
            except (dns.exception.DNSException, OSError):
                self._known[host] = ()
                return
        self._known[host] = _chain(answer, dns.name.from_text(host))


def _chain(answer: dns.resolver.Answer, name: dns.name.Name) -> tuple[str, ...]:
    """The canonical names in the order in which they follow each other (RFC 1034, 3.6.2)."""
    step = {record.name: record[0].target for record in answer.response.answer if record.rdtype == dns.rdatatype.CNAME}
    names: list[str] = []
    while name in step and len(names) < _LONGEST:
        name = step[name]
        names.append(name.to_text(omit_final_dot=True).lower())
    return tuple(names)


def _asked(host: str) -> bool:
    """Whether DNS may know the host: it is no address, and not this machine."""
    if "." not in host or host.endswith(".localhost"):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def system_resolver() -> dns.asyncresolver.Resolver | None:
    """The resolver of this machine, ``None`` where none is set up."""
    try:
        return dns.asyncresolver.Resolver()
    except (dns.exception.DNSException, OSError):
        return None
