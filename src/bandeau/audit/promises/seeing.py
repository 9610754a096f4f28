"""What was seen of a page, as promises are held against it: who was contacted, what was set, what was found wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from bandeau.audit.facts import Contact, CookieSet, Request
from bandeau.audit.finding import Evidence, Finding, Promise
from bandeau.audit.inspect.scene import removes
from bandeau.audit.inspect.whole import CERTAIN
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Page, State, Stay
from bandeau.audit.repeated import cut
from bandeau.audit.site import contacted, declared_own, host_of, site_of
from bandeau.decide import Policy
from bandeau.model import Declaration

MOST = 5
"""Pieces of evidence that a promise carries at most."""


class Party(NamedTuple):
    """Somebody who was contacted: who they are, as far as declaration or catalogue say, and the proof."""

    name: str
    host: str
    purposes: frozenset[str]  # empty where nobody says
    profiling: bool
    countries: tuple[str, ...]  # as declared
    evidence: Evidence
    own: bool = False  # whether the controller itself is declared to receive what goes there

    @property
    def innocent(self) -> bool:
        """Whether all that is known of it is that the site needs it."""
        return bool(self.purposes) and self.purposes <= {"functioning", "security"} and not self.profiling


@dataclass(frozen=True)
class Sight:
    """One page in all its states, what is known beforehand, and the findings of an inspection of it."""

    page: Page
    promises: tuple[Promise, ...]
    findings: tuple[Finding, ...]
    declaration: Declaration | None
    knowledge: Knowledge

    def stay(self, state: State) -> Stay | None:
        """What was seen in a state, ``None`` where it was not reached."""
        return self.page.stay(state)

    @cached_property
    def reached(self) -> tuple[Stay, ...]:
        """Every stay that was reached."""
        return tuple(stay for stay in self.page.stays if stay.reached)

    def stays(self, *states: State) -> tuple[Stay, ...]:
        """The stays of these states that were reached; of all where none is named."""
        return tuple(stay for stay in self.reached if not states or stay.state in states)

    def breaches(self, *states: State) -> tuple[Evidence, ...]:
        """What was certainly set, read, sent or contacted without consent in some states, as the inspection says."""
        return tuple(
            replace(
                finding.evidence[0] if finding.evidence else Evidence(text="", state=finding.state),
                text=finding.message,
            )
            for finding in self.findings
            if finding.code in CERTAIN
            and finding.state in states
            and (finding.page, finding.device) == (self.page.url, self.page.device)
        )

    def parties(self, *states: State) -> tuple[Party, ...]:
        """Everybody of another site who was contacted in some states, each once; in all states where none is named."""
        found: dict[str, Party] = {}
        for stay in self.stays(*states):
            for party in self._contacted(stay):
                found.setdefault(party.host, party)
        return tuple(found.values())

    def _contacted(self, stay: Stay) -> Iterator[Party]:
        home = site_of(host_of(stay.url or self.page.url))
        for fact in stay.facts:
            if not isinstance(fact, Request | Contact) or (isinstance(fact, Request) and fact.stopped):
                continue
            host = host_of(fact.url)
            if host and site_of(host) != home and not declared_own(self.declaration, host):
                text = f"{cut(fact.url)} was contacted"
                proof = Evidence(
                    text=text,
                    state=stay.state,
                    at=fact.at,
                    view=fact.view,
                    url=cut(fact.url, 2_000),
                    places=fact.by.stack[:3],
                )
                yield self._party(fact.url, host, proof)

    def _party(self, url: str, host: str, proof: Evidence) -> Party:
        found = contacted(url)
        service = self._policy.url(*found).service if self._policy and found else None
        if service is not None and self.declaration is not None:
            own = service.recipient == self.declaration.site.controller.name
            purposes = frozenset(service.purposes)
            return Party(service.name, host, purposes, service.profiling, service.countries, proof, own)
        known = self.knowledge.owner(host)
        if known is not None:
            return Party(known.name, host, frozenset(known.purposes), known.profiling, (), proof)
        return Party(site_of(host), host, frozenset(), profiling=False, countries=(), evidence=proof)

    @cached_property
    def _policy(self) -> Policy | None:
        return Policy(self.declaration, None) if self.declaration else None

    def cookies(self, *states: State) -> Iterator[tuple[CookieSet, Stay]]:
        """Every cookie that was set in some states, and not taken away at once."""
        for stay in self.stays(*states):
            for fact in stay.facts:
                if isinstance(fact, CookieSet) and not fact.refused and not removes(fact):
                    yield fact, stay

    def purposes_of(self, cookie: CookieSet) -> frozenset[str]:
        """What a cookie is for, as declaration or catalogue say."""
        service = self._policy.cookie(cookie.name).service if self._policy else None
        if service is not None:
            return frozenset(service.purposes)
        known = self.knowledge.cookie(cookie.name, cookie.domain)
        return frozenset(known.purposes) if known else frozenset()


def how_long(cookie: CookieSet, stay: Stay) -> Evidence:
    """The proof that a cookie was set, and for how long."""
    days = (cookie.lifetime or 0) / 86_400
    text = f"cookie {cut(cookie.name, 80)} on {cut(cookie.domain, 80)} was set for {days:.0f} days"
    return Evidence(
        text=text,
        state=stay.state,
        at=cookie.at,
        view=cookie.view,
        url=cut(cookie.page, 2_000),
        places=cookie.by.stack[:3],
    )
