"""What a recording saw on a site, gathered by whoever is behind it: the material of a first declaration.

A cookie or key in the site's own storage belongs to whose script set it, so far as the browser told; a host to the
service that the catalogue knows, else to its registrable domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bandeau.audit.facts import Area, Cause, Contact, CookieSet, Request, Storing
from bandeau.audit.knowledge import Knowledge, Known
from bandeau.audit.recording import Recording, State, Stay
from bandeau.audit.site import host_of, site_of
from bandeau.model import Host, NamePattern, domain_match

OWN = "site"
"""The party of what the site's own pages and servers do."""

_RANDOM = re.compile(r"[0-9a-f-]{8,}+|[0-9]{5,}+", re.IGNORECASE)


@dataclass
class Sighting:
    """One party as it was seen: its hosts, cookies (name, host or own) and keys, each with the longest life in seconds.

    ``known`` is the id of a service of the catalogue. ``early`` tells whether it was contacted before any choice.
    """

    party: str
    known: str | None = None
    hosts: dict[str, str] = field(default_factory=dict)  # host -> the script or page that brought it
    cookies: dict[tuple[str, str], int | None] = field(default_factory=dict)
    storage: dict[str, Area] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)  # name of a tracker -> the software that sets one so called
    kinds: set[str] = field(default_factory=set)
    early: bool = False


class Sightings:
    """Gathers parties from the facts of a recording, in the order in which they were seen."""

    def __init__(self, knowledge: Knowledge, own: frozenset[str]) -> None:
        self._knowledge = knowledge
        self.own = own
        self.parties: dict[str, Sighting] = {}

    def party_of(self, host: str) -> Sighting:
        """The party behind a host."""
        if host in self.own:
            return self._party(OWN, None)
        known = self._knowledge.owner(host)
        return self._party(known.id, known.id) if known else self._party(site_of(host), None)

    def _party(self, name: str, known: str | None) -> Sighting:
        return self.parties.setdefault(name, Sighting(name, known))

    def cause(self, by: Cause) -> Sighting:
        """The party whose code did something: that of the innermost script, else the site."""
        hosts = (host_of(place.url) for place in by.stack)
        return self.party_of(next(filter(None, hosts), "") or next(iter(self.own)))

    def contacted(self, fact: Request | Contact, state: State) -> None:
        """Note a host that was contacted, and what brought it."""
        host = host_of(fact.url)
        if host in self.own or not _nameable(host):
            return
        seen = self.party_of(host)
        seen.hosts.setdefault(host, fact.by.stack[0].url if fact.by.stack else fact.page)
        seen.kinds.add(fact.kind if isinstance(fact, Request) else fact.via)
        seen.early |= state is State.BEFORE

    def cookie(self, fact: CookieSet) -> None:
        """Note a cookie that the browser took."""
        if fact.refused or (fact.lifetime is not None and fact.lifetime <= 0):
            return
        away = not self._at_home(fact.domain)
        if not _named(fact.name) or (away and not _nameable(fact.domain)):
            return
        owner = self._of_cookie(fact)
        key = general(fact.name), fact.domain if away else ""
        owner.cookies[key] = longer(owner.cookies.get(key, 0), fact.lifetime)
        if away and not any(domain_match(host, fact.domain) for host in owner.hosts):
            owner.hosts[fact.domain] = ""

    def _of_cookie(self, fact: CookieSet) -> Sighting:
        if not self._at_home(fact.domain):
            return self.party_of(fact.domain)
        known = self._knowledge.cookie(fact.name, fact.domain)
        if known:
            return self._known(known, fact.name)
        return self._party(OWN, None) if fact.via == "header" else self.cause(fact.by)

    def _known(self, known: Known, name: str) -> Sighting:
        """The party of a known name; what the site runs itself, such as its framework, is the site."""
        if known.recipient:
            return self._party(known.id, known.id)
        own = self._party(OWN, None)
        own.alike[general(name)] = known.name
        return own

    def _at_home(self, domain: str) -> bool:
        return any(domain_match(host, domain) for host in self.own)

    def stored(self, fact: Storing) -> None:
        """Note a key in the site's own storage."""
        if fact.op not in ("set", "open") or host_of(fact.page) not in self.own or not _named(fact.key):
            return
        known = self._knowledge.storage(fact.key)
        owner = self._known(known, fact.key) if known else self.cause(fact.by)
        owner.storage.setdefault(general(fact.key), fact.area)


def gather(recording: Recording, knowledge: Knowledge) -> Sightings:
    """Gather what every page of a recording, in every state, set and contacted."""
    stays = [stay for page in recording.pages for stay in page.stays if stay.reached]
    sightings = Sightings(knowledge, frozenset(own_hosts(stays)))
    for stay in stays:
        for fact in stay.facts:
            if isinstance(fact, Request | Contact):
                sightings.contacted(fact, stay.state)
            elif isinstance(fact, CookieSet):
                sightings.cookie(fact)
            elif isinstance(fact, Storing):
                sightings.stored(fact)
    return sightings


def own_hosts(stays: Iterable[Stay]) -> Iterator[str]:
    """The hosts of the pages themselves."""
    return filter(None, dict.fromkeys(host_of(stay.url) for stay in stays))


def _named(name: str) -> bool:
    """Whether a declaration could name a cookie or key of that name."""
    try:
        return bool(NamePattern(name))
    except ValueError:
        return False


def _nameable(host: str) -> bool:
    """Whether a declaration could name the host."""
    try:
        return bool(Host.parse(host))
    except ValueError:
        return False


def longer(one: int | None, other: int | None) -> int | None:
    """The longer of two lifetimes; one that ends with the session is the shorter."""
    if one is None or other is None:
        return one or other
    return max(one, other)


def general(name: str) -> str:
    """A name without what looks like an identifier in it, with ``*`` in its place."""
    text = _RANDOM.sub(lambda found: "*" if any(map(str.isdigit, found[0])) else found[0], name)
    return text if text.strip("*_-.:") else name
