"""What went where, put together from the facts: by state, owner and host, and tracker by tracker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from bandeau.audit.facts import Area, Contact, CookieRead, CookieSet, Fact, Request, Storing
from bandeau.audit.finding import Finding, Severity
from bandeau.audit.recording import Page, State, Stay
from bandeau.audit.reports.result import Result
from bandeau.audit.site import host_of, site_of

OWN = "This site"
"""The owner of what the pages themselves come from."""


class Tracker(NamedTuple):
    """One cookie or entry of storage, by its owner."""

    owner: str
    area: Area
    name: str
    host: str


@dataclass(slots=True)
class Flow:
    """What one host got in one state: how many requests, on how many pages, and which cookies were sent along."""

    requests: int = 0
    pages: set[str] = field(default_factory=set)
    cookies: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Traffic:
    """All that was seen: flows by state and host, uses of trackers by state, who owns what, and what was found of it.

    ``grave`` has the gravest finding for (state, owner) and for (state, owner, tracker's name).
    """

    flows: dict[State, dict[str, Flow]] = field(default_factory=dict)
    trackers: dict[Tracker, dict[State, set[str]]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    grave: dict[tuple[str, ...], Severity] = field(default_factory=dict)
    states: list[State] = field(default_factory=list)

    def of(self, state: State, owner: str) -> Flow:
        """What an owner got in a state, over all its hosts."""
        total = Flow()
        for host, flow in self.flows.get(state, {}).items():
            if self.owners[host] == owner:
                total.requests += flow.requests
                total.pages |= flow.pages
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


def traffic(result: Result) -> Traffic:
    """Put together what went where."""
    seen = Traffic()
    for page in result.recording.pages:
        for stay in page.stays:
            if stay.reached:
                _stay(seen, result, page, stay)
    seen.states.sort(key=list(State).index)
    for finding in result.audit.findings:
        _finding(seen, result, finding)
    return seen


def _stay(seen: Traffic, result: Result, page: Page, stay: Stay) -> None:
    if stay.state not in seen.states:
        seen.states.append(stay.state)
    own = site_of(host_of(stay.url or page.url))
    for fact in stay.facts:
        for host, name, area, use in _uses(fact):
            owner = _owner(seen, result, host, own)
            seen.trackers.setdefault(Tracker(owner, area, name, host), {}).setdefault(stay.state, set()).add(use)
        if isinstance(fact, Request | Contact) and (host := host_of(fact.url)):
            _owner(seen, result, host, own)
            flow = seen.flows.setdefault(stay.state, {}).setdefault(host, Flow())
            if isinstance(fact, Contact) or not fact.stopped:
                flow.requests += 1
                flow.pages.add(page.url)
            if isinstance(fact, Request):
                flow.cookies.update(cookie.name for cookie in fact.cookies)
    for kept in stay.kept:
        host = kept.owner if kept.area is Area.COOKIE else host_of(kept.owner)
        tracker = Tracker(_owner(seen, result, host, own), kept.area, kept.key, host)
        seen.trackers.setdefault(tracker, {}).setdefault(stay.state, set()).add("kept")


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


def _owner(seen: Traffic, result: Result, host: str, own: str) -> str:
    if host not in seen.owners:
        seen.owners[host] = OWN if not host or site_of(host) == own else result.owner(host)
    return seen.owners[host]


def _finding(seen: Traffic, result: Result, finding: Finding) -> None:
    own = site_of(host_of(finding.page))
    words = set(finding.subject.split())
    hosts = {host_of(evidence.url) for evidence in finding.evidence} | (words & seen.owners.keys())
    for host in hosts - {""}:
        owner = _owner(seen, result, host, own)
        if owner != OWN or host in words:
            _worse(seen, (finding.state, owner), finding.severity)
    for tracker in seen.trackers:
        if tracker.name in words and (tracker.host in words or tracker.owner == OWN):
            _worse(seen, (finding.state, tracker.owner, tracker.area, tracker.name), finding.severity)


def _worse(seen: Traffic, name: tuple[str, ...], severity: Severity) -> None:
    known = seen.grave.get(name)
    if known is None or severity.rank < known.rank:
        seen.grave[name] = severity
