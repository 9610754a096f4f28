"""What went where, put together from the facts: by state, owner and host, and tracker by tracker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bandeau.audit.facts import Area, Contact, CookieRead, CookieSet, Fact, Request, Storing
from bandeau.audit.finding import Finding, Severity
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Page, State, Stay
from bandeau.audit.site import host_of, site_of
from bandeau.model import Declaration, Origin

OWN = "This site"
"""The owner of what the pages themselves come from."""

MOST = 5_000
"""How many hosts, and trackers, and cookies of a host, are told apart; a site can make up names without end."""


class Tracker(NamedTuple):
    """One cookie or entry of storage, by its owner."""

    owner: str
    area: Area
    name: str
    host: str


@dataclass(frozen=True, slots=True)
class Owners:
    """Tells who owns a host: as it is declared, else as it is known, else the host's site."""

    declared: Declaration | None
    knowledge: Knowledge

    def __call__(self, host: str) -> str:
        """The owner's name."""
        origin = Origin("https", host, 443)
        for service in self.declared.services if self.declared else ():
            if any(pattern.matches(origin, "/") for pattern in service.hosts):
                return service.recipient
        known = self.knowledge.owner(host)
        return (known.recipient or known.name) if known else site_of(host)


@dataclass(slots=True)
class Flow:
    """What one host got in one state: how many requests, and which cookies were sent along."""

    requests: int = 0
    cookies: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Traffic:
    """All that was seen: flows by state and host, uses of trackers by state, who owns what, and what was found of it.

    ``grave`` has the gravest finding for (state, owner) and for (state, owner, tracker's name). Its size depends on
    the hosts and trackers, not on the pages.
    """

    owner_of: Owners
    flows: dict[State, dict[str, Flow]] = field(default_factory=dict)
    trackers: dict[Tracker, dict[State, set[str]]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    grave: dict[tuple[str, ...], Severity] = field(default_factory=dict)
    states: list[State] = field(default_factory=list)

    def see(self, page: Page) -> None:
        """Take in a page."""
        for stay in page.stays:
            if stay.reached:
                self._stay(page, stay)
        self.states.sort(key=list(State).index)

    def _stay(self, page: Page, stay: Stay) -> None:
        if stay.state not in self.states:
            self.states.append(stay.state)
        own = site_of(host_of(stay.url or page.url))
        for fact in stay.facts:
            for host, name, area, use in _uses(fact):
                self._use(Tracker(self._owner(host, own), area, name, host), stay.state, use)
            if isinstance(fact, Request | Contact) and (host := host_of(fact.url)):
                self._flow(fact, host, own, stay.state)
        for kept in stay.kept:
            host = kept.owner if kept.area is Area.COOKIE else host_of(kept.owner)
            self._use(Tracker(self._owner(host, own), kept.area, kept.key, host), stay.state, "kept")

    def _use(self, tracker: Tracker, state: State, use: str) -> None:
        if tracker in self.trackers or len(self.trackers) < MOST:
            self.trackers.setdefault(tracker, {}).setdefault(state, set()).add(use)

    def _flow(self, fact: Request | Contact, host: str, own: str, state: State) -> None:
        self._owner(host, own)
        flows = self.flows.setdefault(state, {})
        if host not in flows and (len(flows) >= MOST or host not in self.owners):
            return
        flow = flows.setdefault(host, Flow())
        if isinstance(fact, Contact) or not fact.stopped:
            flow.requests += 1
        if isinstance(fact, Request) and len(flow.cookies) < MOST:
            flow.cookies.update(cookie.name for cookie in fact.cookies)

    def _owner(self, host: str, own: str) -> str:
        if host in self.owners:
            return self.owners[host]
        owner = OWN if not host or site_of(host) == own else self.owner_of(host)
        if len(self.owners) < MOST:
            self.owners[host] = owner
        return owner

    def blame(self, findings: Iterable[Finding]) -> None:
        """Take in what was found of it."""
        by_name: dict[str, list[Tracker]] = {}
        for tracker in self.trackers:
            by_name.setdefault(tracker.name, []).append(tracker)
        for finding in findings:
            self._finding(finding, by_name)

    def _finding(self, finding: Finding, by_name: dict[str, list[Tracker]]) -> None:
        own = site_of(host_of(finding.page))
        words = set(finding.subject.split())
        hosts = {host_of(evidence.url) for evidence in finding.evidence} | (words & self.owners.keys())
        for host in hosts - {""}:
            owner = self._owner(host, own)
            if owner != OWN or host in words:
                self._worse((finding.state, owner), finding.severity)
        for tracker in (tracker for word in words for tracker in by_name.get(word, ())):
            if tracker.host in words or tracker.owner == OWN:
                self._worse((finding.state, tracker.owner, tracker.area, tracker.name), finding.severity)

    def _worse(self, name: tuple[str, ...], severity: Severity) -> None:
        known = self.grave.get(name)
        if known is None or severity.rank < known.rank:
            self.grave[name] = severity

    def of(self, state: State, owner: str) -> Flow:
        """What an owner got in a state, over all its hosts."""
        total = Flow()
        for host, flow in self.flows.get(state, {}).items():
            if self.owners[host] == owner:
                total.requests += flow.requests
                total.cookies |= flow.cookies
        return total

    def worst(self, owner: str) -> int:
        """The rank of the gravest finding about an owner; behind all severities where there is none."""
        ranks = (severity.rank for (_, named, *_), severity in self.grave.items() if named == owner)
        return min(ranks, default=len(Severity))

    @property
    def ranked(self) -> list[str]:
        """The owners: the site itself, then those with the gravest findings, then those with the most requests."""
        requests: dict[str, int] = {}
        for owner in [*self.owners.values(), *(tracker.owner for tracker in self.trackers)]:
            requests.setdefault(owner, 0)
        for flows in self.flows.values():
            for host, flow in flows.items():
                requests[self.owners[host]] += flow.requests
        return sorted(requests, key=lambda owner: (owner != OWN, self.worst(owner), -requests[owner], owner))


def _uses(fact: Fact) -> Iterator[tuple[str, str, Area, str]]:
    """The trackers that a fact is about: host, name, area, and what was done with it."""
    match fact:
        case Request(stopped=""):
            yield from ((cookie.domain.lstrip("."), cookie.name, Area.COOKIE, "sent") for cookie in fact.cookies)
        case CookieSet(refused="") if fact.lifetime is None or fact.lifetime > 0:
            yield fact.domain, fact.name, Area.COOKIE, "set"
        case Storing(op="set" | "open"):
            yield host_of(fact.page), fact.key, fact.area, "set"
        case Storing(op="get", got=True):
            yield host_of(fact.page), fact.key, fact.area, "read"
        case CookieRead():
            yield from ((host_of(fact.page), name, Area.COOKIE, "read") for name in fact.names)
