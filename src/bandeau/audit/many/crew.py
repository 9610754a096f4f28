"""Crews: who sees the pages. This one is processes of this machine, each with its own browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from bandeau.audit.many.frames import Broke, Done, Left, Now, Ready, Refused, Said
from bandeau.audit.many.hand import Hand, Limits
from bandeau.audit.many.table import Lease
from bandeau.audit.many.unit import Unit
from bandeau.audit.recording import Browser, State
from bandeau.errors import SetupError

GRACE = 2.0  # seconds that a worker has, past a page's time and a tenth, to say itself that it took too long
START = 120.0  # seconds that a worker has to open its browser
_MEASURED = 1.0  # seconds between two looks at the workers' memory
_FAILED_STARTS = 3


@dataclass(frozen=True, slots=True)
class Finished:
    """A page was seen."""

    lease: Lease
    done: Done


@dataclass(frozen=True, slots=True)
class Lost:
    """A page was not seen: its worker is gone, or gave up on it; ``blame`` is whether the page was alone with it."""

    lease: Lease
    why: str
    blame: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A page was not read on after another: it is to be seen by itself."""

    lease: Lease


@dataclass(frozen=True, slots=True)
class Opened:
    """A worker opened its browser."""

    browser: Browser | None


@dataclass(frozen=True, slots=True)
class Entered:
    """A page is being seen in a state."""

    lease: Lease
    state: State


Event = Finished | Lost | LeftOut | Opened | Entered


class Crew(Protocol):
    """Sees pages. All is called from one thread; what happens elsewhere comes in by the inbox, to :meth:`heard`."""

    def room(self, *, alone: bool) -> bool:
        """Whether one more page can be given; ``alone``: one that nothing else may share a browser with."""

    def give(self, lease: Lease, then: Sequence[Lease] = ()) -> None:
        """Have a page seen, and others of its site that are read on after it."""

    def heard(self, item: object) -> Iterable[Event]:
        """What an item that this crew put into the inbox means.

        Raises:
            SetupError: no page can be seen at all, and why.
        """

    def tend(self) -> Iterable[Event]:
        """Look after the workers: end those that take too long or too much memory. Called about once a second."""

    def close(self) -> None:
        """End everything that was started."""


class _Page(NamedTuple):
    """A page that is being seen: with which other it was given, and when it takes too long."""

    lease: Lease
    visit: int  # the number of the lease that it was given with
    company: bool  # whether others were given with it
    late: float


@dataclass(slots=True)
class _Place:
    """One worker and what it has to do."""

    hand: Hand
    born: float
    open: bool = False
    served: int = 0
    retiring: bool = False
    why: str = "its worker ended"
    pages: dict[int, _Page] = field(default_factory=dict)

    @property
    def alone(self) -> bool:
        return any(page.lease.alone for page in self.pages.values())

    @property
    def visits(self) -> int:
        """How many pages are seen at the same time: those that are read on wait for each other."""
        return len({page.visit for page in self.pages.values()})

    def blames(self, page: _Page) -> bool:
        """Whether nothing but this page can have been at fault."""
        return len(self.pages) == 1 and not page.company


class Processes:
    """A crew of ``jobs`` processes that see ``at_once`` pages each at the same time, with those read on after each."""

    def __init__(
        self, unit: Unit, inbox: Callable[[object], None], *, jobs: int, at_once: int, limits: Limits | None = None
    ) -> None:
        self._unit = unit
        self._inbox = inbox
        self._jobs = jobs
        self._at_once = at_once
        self._limits = limits or Limits()
        self._places: dict[Hand, _Place] = {}
        self._measured = 0.0
        self._failed = 0

    def room(self, *, alone: bool) -> bool:
        """See :class:`Crew`."""
        return len(self._places) < self._jobs or self._free(alone=alone) is not None

    def give(self, lease: Lease, then: Sequence[Lease] = ()) -> None:
        """See :class:`Crew`."""
        place = self._free(alone=lease.alone)
        # A worker that is idle is better than a new one, a new one better than sharing.
        if place is None or (place.pages and len(self._places) < self._jobs):
            hand = Hand(self._unit, self._limits, lambda hand, said: self._inbox((hand, said)))
            place = self._places[hand] = _Place(hand, time.monotonic())
        late = time.monotonic() + self._limits.longest(1 + len(then)) + GRACE
        for one in (lease, *then):
            place.pages[one.number] = _Page(one, lease.number, bool(then), late)
        place.served += 1 + len(then)
        place.retiring = place.served >= self._limits.pages
        place.hand.do(lease.number, lease.url, {one.number: one.url for one in then})

    def _free(self, *, alone: bool) -> _Place | None:
        room = 1 if alone else self._at_once
        free = (p for p in self._places.values() if not p.retiring and not p.alone and p.visits < room)
        return min(free, key=lambda place: place.visits, default=None)

    def heard(self, item: object) -> Iterable[Event]:
        """See :class:`Crew`."""
        match item:
            case (Hand() as hand, (Ready() | Refused() | Now() | Done() | Broke() | Left() | None) as said) if (
                hand in self._places
            ):
                return self._said(self._places[hand], said)
        return ()

    def _said(self, place: _Place, said: Said | None) -> Iterable[Event]:
        match said:
            case Ready(browser):
                place.open, self._failed = True, 0
                return (Opened(browser),)
            case Refused(why):
                place.why = why
            case Now(lease=number, state=state):
                return [Entered(place.pages[number].lease, state)] if number in place.pages else ()
            case Done(lease=number):
                return self._ended(place, number, lambda page: Finished(page.lease, said))
            case Left(lease=number):
                return self._ended(place, number, lambda page: LeftOut(page.lease))
            case Broke(lease=number, why=why):
                # What broke a page may have broken the browser.
                place.retiring = True
                blame = number in place.pages and place.blames(place.pages[number])
                return self._ended(place, number, lambda page: Lost(page.lease, why, blame))
            case None:
                return self._gone(place)
        return ()

    def _ended(self, place: _Place, number: int, event: Callable[[_Page], Event]) -> Iterable[Event]:
        found = place.pages.pop(number, None)
        self._retire(place)
        return () if found is None else (event(found),)

    def _gone(self, place: _Place) -> Iterable[Event]:
        del self._places[place.hand]
        if not place.open:
            self._failed += 1
            if self._failed >= _FAILED_STARTS:
                raise SetupError(f"no page can be seen: {place.why}")
        return [Lost(page.lease, place.why, place.open and place.blames(page)) for page in place.pages.values()]

    def tend(self) -> Iterable[Event]:
        """See :class:`Crew`."""
        now = time.monotonic()
        if now - self._measured < _MEASURED:
            return ()
        self._measured = now
        for place in list(self._places.values()):
            self._tend(place, now)
        return ()

    def _tend(self, place: _Place, now: float) -> None:
        memory = place.hand.memory()
        if memory >= self._limits.memory:
            self._end(place, f"the browser held {memory // 1_000_000} MB of memory")
        elif not place.open:
            if now - place.born > START:
                self._end(place, f"the browser did not open within {START:g} seconds")
        elif any(now > page.late for page in place.pages.values()):
            self._end(place, f"the browser hung for more than {self._limits.seconds:g} seconds")
        elif memory >= self._limits.retire:
            place.retiring = True
            self._retire(place)

    def _end(self, place: _Place, why: str) -> None:
        place.why = why
        place.hand.end()

    def _retire(self, place: _Place) -> None:
        if place.retiring and not place.pages:
            place.hand.retire()

    def close(self) -> None:
        """See :class:`Crew`."""
        for place in self._places.values():
            if place.pages or not place.open:
                place.hand.end()
            else:
                place.hand.retire()
        self._places.clear()
