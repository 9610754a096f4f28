"""Whose a host, a cookie or a storage key is, as far as the catalogue knows. Prepared once, looked up often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from bandeau.declare import catalogue
from bandeau.model import Exemption, Host, Lifetime, NamePattern, domain_match, path_within


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows of one tracker: the service it belongs to, and what that service is.

    ``recipient`` is ``None`` where it is software that a site runs itself. ``exempt`` is the ground on which the
    service can do without consent: strictly necessary services on the site that they serve; a measurer that keeps
    what it measures to its customer under the regulator's conditions only; ``None`` where it never can.

    ``shared`` services deliver what their customers put there: who receives the data is known, what for is not.

    ``tracker`` is the host or name pattern that was found, empty for a cookie that is known by the owner of its host
    alone; ``lifetime`` is how long it is said to live. ``also`` names the services that claim it as closely: it may
    be theirs.
    """

    id: str
    name: str
    recipient: str | None
    purposes: tuple[str, ...]
    profiling: bool
    exempt: Exemption | None
    shared: bool
    description: Mapping[str, str]
    privacy_policy: str | None
    tracker: str = ""
    lifetime: Lifetime | None = None
    also: tuple[str, ...] = ()


class _Place(NamedTuple):
    """A host that a service is at."""

    known: Known
    host: Host


class _Mark(NamedTuple):
    """A name that a service gives to a cookie or storage key; ``host`` is of a cookie that is not the site's own."""

    known: Known
    name: NamePattern
    host: str | None

    def lies_on(self, domain: str) -> bool:
        """Whether a cookie of that domain can be this one."""
        return self.host is None or domain_match(domain, self.host)


_Weighed = tuple[tuple[Any, ...], Known]
"""A claim: how specific it is, greater being closer, and whose."""


class Index:
    """All services of a catalogue, by where they are and what they set.

    Of several claims the most specific holds: an exact name before a pattern, a longer pattern before a shorter one,
    a cookie of one host before one that any site may hold. Of equal ones software of the site's own comes first, then
    the alphabet; the others stand in ``also``.
    """

    def __init__(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        services = [(_known(name, entry), entry) for name, entry in sorted(entries.items())]
        self._places: dict[tuple[str, bool], list[_Place]] = {}
        for known, entry in services:
            for host in map(Host.parse, entry.get("hosts", ())):
                place = _Place(replace(known, tracker=str(host)), host)
                self._places.setdefault((host.name, host.subdomains), []).append(place)
        self._cookies = _Names(_marks(services, "cookies"))
        self._storage = _Names(_marks(services, "storage"))

    def owner(self, host: str, path: str | None = None) -> Known | None:
        """The service that a request goes to.

        Args:
            host: as a URL carries it, in lower case.
            path: ``None`` where only the host is known: services that have but a path of it then count last.
        """
        found = [place for place in self._at(host) if path is None or path_within(path, place.host.path)]
        whole = path is not None
        return _best([((whole or place.host.path == "/", *place.host.weight), place.known) for place in found])

    def _at(self, host: str) -> Iterator[_Place]:
        yield from self._places.get((host, False), ())
        _, _, above = host.partition(".")
        while above:
            yield from self._places.get((above, True), ())
            _, _, above = above.partition(".")

    def cookie(self, name: str, domain: str) -> Known | None:
        """What a cookie is: by its name on that domain, else by whose the domain is, else by its name alone.

        On the host of a known service ``session`` is that service's, whatever framework made it. On a host that nobody
        knows, the caller tells whether the host is the site's own: elsewhere nothing is strictly necessary by its name.

        Args:
            name: the cookie's name.
            domain: its domain, in lower case and without a leading dot.
        """
        owner = self.owner(domain, "/")
        found = [mark for mark in self._cookies.find(name) if mark.lies_on(domain)]
        if owner and not owner.shared:
            found = [mark for mark in found if mark.host or mark.known.id == owner.id]
        return _best(_weighed(found)) or (replace(owner, tracker="", also=()) if owner else None)

    def first_party_cookie(self, name: str) -> Known | None:
        """The service that sets a cookie of that name on the sites that it is part of."""
        return _best(_weighed(mark for mark in self._cookies.find(name) if mark.host is None))

    def storage(self, key: str) -> Known | None:
        """The service that keeps a key of that name in the site's storage, or a database, cache or file."""
        return _best(_weighed(self._storage.find(key)))


class _Names:
    """Claims by name. Patterns lie by their first letter, so one that begins with a star is never found."""

    def __init__(self, marks: Iterable[_Mark]) -> None:
        self._exact: dict[str, list[_Mark]] = {}
        self._patterns: dict[str, list[_Mark]] = {}
        for mark in marks:
            text = mark.name.text
            if mark.name.exact:
                self._exact.setdefault(text, []).append(mark)
            else:
                self._patterns.setdefault(text[0], []).append(mark)

    def find(self, name: str) -> list[_Mark]:
        patterns = [mark for mark in self._patterns.get(name[:1], ()) if mark.name.matches(name)]
        return [*self._exact.get(name, ()), *patterns]


@cache
def known() -> Index:
    """All services of the catalogue that comes with Bandeau."""
    return Index({name: catalogue.entry(name) for name in catalogue.names()})


def _known(name: str, entry: Mapping[str, Any]) -> Known:
    purposes = catalogue.purposes(entry)
    profiling = entry.get("profiling", False)
    shared = entry.get("shared", False)
    exempt = None
    if purposes == ("functioning",) and not shared:
        exempt = Exemption.STRICTLY_NECESSARY
    elif purposes == ("audience",) and not profiling:
        exempt = Exemption.AUDIENCE_MEASUREMENT
    texts, policy = entry.get("description", {}), entry.get("privacy_policy")
    return Known(name, entry["name"], entry.get("recipient"), purposes, profiling, exempt, shared, texts, policy)


def _marks(services: Iterable[tuple[Known, Mapping[str, Any]]], kind: str) -> Iterator[_Mark]:
    for service, entry in services:
        for item in entry.get(kind, ()):
            said = replace(service, tracker=item["name"], lifetime=Lifetime.parse(item["lifetime"]))
            yield _Mark(said, NamePattern(item["name"]), item.get("host"))


def _weighed(marks: Iterable[_Mark]) -> list[_Weighed]:
    return [((mark.host is not None, *mark.name.weight), mark.known) for mark in marks]


def _best(claims: list[_Weighed]) -> Known | None:
    """The closest claim; beside it, the services whose claim is as close."""
    if not claims:
        return None
    # The sort keeps the alphabet of the services among equals.
    (weight, first), *others = sorted(claims, key=lambda claim: (claim[0], claim[1].recipient is None), reverse=True)
    equal = dict.fromkeys(known.id for other, known in others if other == weight)
    return replace(first, also=tuple(one for one in equal if one != first.id))
