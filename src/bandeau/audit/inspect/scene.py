"""A scene: one page in one state, with all that is needed to judge it; and what is seen in it that breaks a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from msgspec.structs import replace

from bandeau.audit.facts import Area, CookieSet, Decorated, Fact, Happening, Kept, Place, Request, Storing
from bandeau.audit.finding import Evidence
from bandeau.audit.inspect.identifiers import stable
from bandeau.audit.inspect.weighing import Opinion, Scales
from bandeau.audit.recording import Page, State, Stay
from bandeau.audit.repeated import cut
from bandeau.audit.site import host_of, parameters

WHEN = {
    State.BEFORE: "before any choice",
    State.REFUSED: "after everything was refused",
    State.ACCEPTED: "after everything was accepted",
    State.WITHDRAWN: "after consent was withdrawn",
    State.ALONE: "although only {service} was allowed",
}
"""The states, as a sentence speaks of them."""

ASKED = frozenset({State.BEFORE, State.REFUSED, State.WITHDRAWN, State.ALONE})
"""The states in which something needs a consent that it does not have."""

EVIDENCE = 5
"""Pieces of evidence that a finding carries at most, of the state that it is about."""

_HOPS = 8
_Seen = TypeVar("_Seen", bound=Happening)
_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Clue(NamedTuple):
    """What evidence is made of, once it is known which of a million alike are kept; ordered as they happened."""

    view: int
    at: int
    text: str
    url: str
    happening: Happening | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that was seen and breaks the rule of a code."""

    code: str
    subject: str
    evidence: Clue
    why: str = ""
    service: str = ""
    change: str = ""
    covered: bool = False  # whether Global Privacy Control speaks of it
    more: int = 0  # how often the same was seen besides


class Trail:
    """What led to what, within one clean visit: from a fact back to the tag in the page."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Take the facts in the order in which they happened."""
        asked: dict[str, Request] = {}
        for fact in facts:
            if isinstance(fact, Request):
                asked.setdefault(fact.url, fact)
        self._asked = asked

    def back(self, happening: Happening) -> tuple[Place, ...]:
        """The places that led to something, the innermost first: its script, what loaded that script, and so on."""
        places = list(happening.by.stack[:_HOPS])
        seen: set[str] = set()
        while places and len(places) < 2 * _HOPS and places[-1].url not in seen:
            seen.add(places[-1].url)
            loaded = self._asked.get(places[-1].url)
            if loaded is None or loaded is happening:
                break
            places += loaded.by.stack[:_HOPS]
        return tuple(places[: 2 * _HOPS])


@dataclass(frozen=True)
class Scene:
    """One stay, with the scales of its state and the trail and the cookies of its visit.

    The facts of a stay, and what lay there at its end, stand in order (``settled``).
    """

    page: Page
    stay: Stay
    scales: Scales
    trail: Trail
    visit: tuple[Stay, ...] = field(default=())  # the stays of the same clean visit, this one among them

    @property
    def state(self) -> State:
        """The state of consent."""
        return self.stay.state

    @cached_property
    def when(self) -> str:
        """The state, as a sentence speaks of it."""
        return WHEN[self.state].format(service=cut(self.stay.service) or "one service")

    @property
    def asked(self) -> bool:
        """Whether something may need a consent that it does not have in this state."""
        return self.state in ASKED and (self.state is not State.ALONE or self.scales.policy is not None)

    @cached_property
    def _by_kind(self) -> dict[type, list[Fact]]:
        kinds: dict[type, list[Fact]] = defaultdict(list)
        for fact in self.stay.facts:
            kinds[type(fact)].append(fact)
        return kinds

    def facts(self, kind: type[_Seen]) -> Iterator[_Seen]:
        """The facts of one kind."""
        for fact in self._by_kind.get(kind, ()):
            if isinstance(fact, kind):
                yield fact

    @cached_property
    def jar(self) -> dict[str, dict[str, Kept | CookieSet]]:
        """The cookies of the visit up to the end of this state, by name and domain."""
        jar: dict[str, dict[str, Kept | CookieSet]] = defaultdict(dict)
        for stay in self.visit:
            set_ = (fact for fact in stay.facts if isinstance(fact, CookieSet) and not fact.refused)
            for cookie in (fact for fact in set_ if not removes(fact)):
                jar[cookie.name][cookie.domain.lstrip(".")] = cookie
            for kept in stay.kept:
                if kept.area is Area.COOKIE:
                    jar[kept.key][kept.owner.lstrip(".")] = kept
        return jar

    @cached_property
    def left(self) -> frozenset[tuple[Area, str, str]]:
        """What lay on the terminal at the end: area, name and host."""
        return frozenset((kept.area, kept.key, where(kept)) for kept in self.stay.kept)

    @cached_property
    def _setters(self) -> dict[tuple[Area, str], tuple[Place, ...]]:
        found: dict[tuple[Area, str], tuple[Place, ...]] = {}
        for stay in self.visit:
            for fact in stay.facts:
                if isinstance(fact, Storing) and fact.by.stack and fact.op in ("set", "open"):
                    found.setdefault((fact.area, stored_name(fact)), fact.by.stack)
        return found

    def setter(self, area: Area, name: str) -> tuple[Place, ...]:
        """The script that was first seen in the visit to store something under a name; empty where none was."""
        return self._setters.get((area, name), ())

    @cached_property
    def _weighed(self) -> dict[tuple[str, str], Opinion]:
        return {}

    def weigh(self, name: str, domain: str) -> Opinion:
        """Weigh a cookie that was sent or read, by what the visit knows of it."""
        opinion = self._weighed.get((name, domain))
        if opinion is None:
            found = self.jar.get(name, {}).get(domain)
            opinion = self.weigh_cookie(found) if found else self.scales.cookie(name, domain)
            self._weighed[name, domain] = opinion
        return opinion

    def weigh_cookie(self, cookie: Kept | CookieSet) -> Opinion:
        """Weigh a cookie that was set or kept."""
        name, domain = named(cookie)
        by = cookie.by.stack if isinstance(cookie, CookieSet) and cookie.via != "header" else ()
        return self.scales.cookie(name, domain, cookie.value, lifetime=cookie.lifetime, by=by)

    def settling(self, happening: Happening, area: Area, name: str, domain: str) -> bool:
        """Whether the answer was still being carried out: it was given in this view, and took the thing away.

        The request that carries a refusal carries the cookies that its answer expires, and a script that cleans up
        reads before it deletes.
        """
        answered = self.state in (State.REFUSED, State.WITHDRAWN) and happening.view == 0
        return answered and (area, name, domain.lstrip(".")) not in self.left

    def evidence(self, happening: Happening, text: str, url: str = "") -> Clue:
        """Write down one thing that was seen."""
        return Clue(happening.view, happening.at, text, url or happening.page, happening)

    def remark(self, text: str) -> Clue:
        """Write down something that no single fact shows."""
        return Clue(0, 0, text, self.stay.url or self.page.url)

    def proof(self, clue: Clue) -> Evidence:
        """Make the evidence of what was written down of this scene."""
        view, at, text, url, happening = clue
        places = self.trail.back(happening) if happening else ()
        return Evidence(text=cut(text, 400), state=self.state, at=at, view=view, url=cut(url, 2_000), places=places)

    @cached_property
    def too(self) -> Evidence:
        """That what was seen in another state was seen in this one too."""
        return self.proof(self.remark(f"seen {self.when} too"))

    def sighting(self, code: str, subject: str, opinion: Opinion, evidence: Clue, more: int = 0) -> Sighting:
        """Say that something weighed breaks a rule."""
        return Sighting(code, subject, evidence, opinion.why, opinion.service, opinion.change, opinion.covered, more)


def few(rows: Iterable[tuple[_Key, _Value]]) -> Iterator[tuple[_Key, _Value, int]]:
    """The first rows of each key, as many as a finding has use for; behind each how many more the last stands for."""
    kept: dict[_Key, list[_Value]] = {}
    more: dict[_Key, int] = defaultdict(int)
    for key, value in rows:
        values = kept.setdefault(key, [])
        if len(values) < EVIDENCE:
            values.append(value)
        else:
            more[key] += 1
    for key, values in kept.items():
        yield from ((key, value, 0) for value in values[:-1])
        yield key, values[-1], more[key]


def settled(stay: Stay) -> Stay:
    """A stay whose facts stand as they happened, and those of one moment by what they say; what was left, likewise."""
    facts = tuple(in_order(stay.facts, _moment))
    return replace(stay, facts=facts, kept=tuple(in_order(stay.kept, _place)))


def in_order(things: Iterable[_Value], place: Callable[[_Value], Any]) -> Iterator[_Value]:
    """Things by their place, and those of one place by what they say: in one order, whatever order they stand in."""
    for _, same in groupby(sorted(things, key=place), place):
        several = list(same)
        yield from sorted(several, key=repr) if len(several) > 1 else several


def _moment(fact: Fact) -> tuple[int, int]:
    return (fact.view, fact.at)


def _place(kept: Kept) -> tuple[str, str, str]:
    return (kept.area, kept.key, kept.owner)


def named(cookie: Kept | CookieSet) -> tuple[str, str]:
    """The name and the domain of a cookie, set or kept."""
    if isinstance(cookie, Kept):
        return cookie.key, cookie.owner.lstrip(".")
    return cookie.name, cookie.domain.lstrip(".")


def where(kept: Kept) -> str:
    """The host that something lay with: of a cookie its domain, else that of the origin."""
    return kept.owner.lstrip(".") if kept.area is Area.COOKIE else host_of(kept.owner)


def removes(cookie: CookieSet) -> bool:
    """Whether setting a cookie takes it away."""
    return cookie.lifetime is not None and cookie.lifetime <= 0


def the_cookie(name: str, domain: str) -> str:
    """A cookie, as a finding's subject: the same in every run."""
    return f"cookie {cut(stable(name), 80)} on {cut(domain.lstrip('.'), 80)}"


def the_entry(area: Area, key: str, host: str) -> str:
    """Something stored, as a finding's subject."""
    return f"{area.value} {cut(stable(key), 80)} of {cut(host, 80)}"


def stored_name(fact: Storing) -> str:
    """The name that a declaration gives to what was stored or read; empty where it has none.

    A database is named without its store; the root of the file system has no name, nor has the search of all caches.
    """
    if fact.op in ("set", "get"):
        return (fact.area is Area.DATABASE and fact.key.rpartition("/")[0]) or fact.key
    return fact.key if fact.op == "open" and fact.key != "/" else ""


def carried(link: Decorated) -> Iterator[tuple[str, str, str]]:
    """The parameters with which a link identifies: name, the tracker that ``identifiers.Values`` knows, and value."""
    host = host_of(link.url)
    return ((name, f"link {host} {name}", value) for name, value in parameters(link.url) if name in link.names)


def rows(visit: str, stays: Sequence[Stay]) -> Iterator[tuple[str, str, str]]:
    """What each tracker held in a clean visit: rows for ``identifiers.Values``."""
    for stay in stays:
        for fact in stay.facts:
            if isinstance(fact, CookieSet) and not removes(fact):
                yield f"cookie {fact.domain.lstrip('.')} {fact.name}", visit, fact.value
            elif isinstance(fact, Storing) and fact.op == "set":
                yield f"{fact.area.value} {host_of(fact.page)} {stored_name(fact)}", visit, fact.value
            elif isinstance(fact, Decorated):
                yield from ((tracker, visit, value) for _, tracker, value in carried(fact))
        for kept in stay.kept:
            yield f"{kept.area.value} {where(kept)} {kept.key}", visit, kept.value
