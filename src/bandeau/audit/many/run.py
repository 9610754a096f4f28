"""The coordinator: gives pages to a crew, at the pace that their hosts bear, and writes down what they come to."""

from __future__ import annotations

import queue
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

from bandeau.audit.many.crew import Crew, Entered, Event, Finished, LeftOut, Lost, Opened
from bandeau.audit.many.manners import Answered, Manners, Rules, Unreachable
from bandeau.audit.many.table import Lease, Progress, Table
from bandeau.audit.pace import LONGEST_WAIT, Pace
from bandeau.audit.recording import State
from bandeau.audit.robots import ALLOWING, PRODUCT
from bandeau.audit.targets import Target, address, read_target

_TICK = 1.0
_MOST_BUSY = 3
"""How often a page is tried again whose host is busy; then it is kept as it was answered."""


class Inbox(Protocol):
    """Where threads put what happened."""

    def __call__(self, item: object) -> None:
        """Put one item."""


class Watcher:
    """Is told how far a run is. This one does not care."""

    def over(self, progress: Progress, url: str) -> None:
        """A page is over."""

    def states(self, pages: Mapping[State, int]) -> None:
        """How many pages are being seen in each state now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How sites are treated: at most ``rate`` pages of a host begin in a second; ``robots``: whether it is heeded."""

    rate: float = 1.0
    robots: bool = True

    def __post_init__(self) -> None:
        """Raises ValueError where the rate is not above 0."""
        if not self.rate > 0:
            raise ValueError("a rate is a number of pages a second above 0")


def audit_pages(
    table: Table,
    crew: Callable[[Inbox], Crew],
    politeness: Politeness | None = None,
    watcher: Watcher | None = None,
    *,
    together: int = 1,
) -> Progress:
    """See every page of a table that has no result yet.

    Args:
        table: the pages; whenever this process is killed, the same call goes on where it stopped.
        crew: makes who sees them, given where it puts what happened.
        politeness: the pace, and whether robots.txt is heeded.
        watcher: is told how far it is.
        together: how many pages of a site are read on in one visit, at most.

    Raises:
        SetupError: no page can be seen at all (no browser).
    """
    inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
    manners = Manners(table, inbox.put)
    made = crew(inbox.put)
    try:
        return _Run(table, made, manners, politeness or Politeness(), watcher or Watcher(), inbox, together).run()
    finally:
        made.close()
        manners.close()


class _Run:
    def __init__(
        self,
        table: Table,
        crew: Crew,
        manners: Manners,
        politeness: Politeness,
        watcher: Watcher,
        inbox: queue.SimpleQueue[object],
        together: int,
    ) -> None:
        self._table, self._crew, self._manners, self._inbox, self._watcher = table, crew, manners, inbox, watcher
        self._together = together
        self._heed = politeness.robots
        # Seconds since 1970, that mean the same to the next run, but never go back within this one.
        self._epoch = time.time() - time.monotonic()
        self._pace = Pace(1 / politeness.rate)
        for host, started, held in table.hosts():
            self._pace.add(host)
            if started:
                self._pace.started(host, min(started, self._now()))
            self._pace.hold(host, held)
        self._browser = table.setting("browser") is not None
        self._progress = table.progress()
        self._states: dict[int, State] = {}  # of the leases
        self._over: list[str] = []  # addresses of pages that are over and were not told yet
        self._later: list[str] = []  # hosts whose next page needs a worker of its own

    def _now(self) -> float:
        return self._epoch + time.monotonic()

    def run(self) -> Progress:
        """Work until every page has its result."""
        while True:
            self._hand_out()
            self._tell()
            if self._progress.over:
                return self._progress
            self._settle(self._wait())

    def _tell(self) -> None:
        if self._over:
            self._progress = self._table.progress()
            for url in self._over:
                self._watcher.over(self._progress, url)
            self._over.clear()

    def _wait(self) -> list[object]:
        """What came in meanwhile: at least one item, or nothing until a page may be begun, or for a second."""
        due = self._pace.next() if self._crew.room(alone=False) and not self._manners.full else None
        items = []
        try:
            items.append(self._inbox.get(timeout=_TICK if due is None else min(_TICK, max(0.001, due - self._now()))))
            while True:
                items.append(self._inbox.get_nowait())
        except queue.Empty:
            return items

    # -- what came in ---------------------------------------------------------------------------------------------

    def _settle(self, items: list[object]) -> None:
        before = dict(self._states)
        with self._table.transaction():
            for item in items:
                if isinstance(item, Answered):
                    self._manners.heard(item, self._now())
                    self._line_up(item.host)
                    continue
                for event in self._crew.heard(item):
                    self._took(event)
            for event in self._crew.tend():
                self._took(event)
            if items:
                for host in self._later:
                    self._line_up(host)
                self._later.clear()
        if self._states != before:
            self._watcher.states(Counter(self._states.values()))

    def _took(self, event: Event) -> None:
        """Write down what happened."""
        if isinstance(event, Finished | Lost | LeftOut):
            self._states.pop(event.lease.number, None)
        match event:
            case Entered(lease, state):
                self._states[lease.number] = state
            case Opened(browser):
                if browser is not None and not self._browser:
                    self._table.set("browser", msgspec.json.encode(browser).decode())
                    self._browser = True
            case Finished(lease, done):
                if done.again is not None and lease.busy < _MOST_BUSY:
                    until = self._now() + done.again
                    self._table.busy(lease, until)
                    self._pace.hold(lease.host, until)
                    self._line_up(lease.host)
                    return
                self._table.done(lease, done.pages, done.pictures, self._now())
                self._over.append(lease.url)
            case LeftOut(lease):
                self._table.left(lease)
                self._line_up(lease.host)
            case Lost(lease, why, blame):
                if self._table.lost(lease, why, self._now(), blame=blame):
                    self._over.append(lease.url)
                self._line_up(lease.host)

    def _line_up(self, host: str) -> None:
        """Let a host wait for its turn, or put its pages off where it asks for more time than an audit has."""
        now = self._now()
        wait = self._pace.due(host) - now
        if wait <= max(LONGEST_WAIT, self._pace.gap):
            self._pace.add(host)
            return
        text = f"{host} asks to be left alone for {wait:.0f} seconds; an audit waits at most {LONGEST_WAIT:.0f}."
        self._over += self._table.put_off(host, text, now)

    # -- what goes out --------------------------------------------------------------------------------------------

    def _hand_out(self) -> None:
        """Begin as many pages as the crew has room for and their hosts bear."""
        while True:
            with self._table.transaction():
                leases = self._next()
            if not leases:
                return
            self._crew.give(leases[0], leases[1:])

    def _next(self) -> list[Lease]:
        """Begin the next page, if one may be begun now, and those that are read on after it."""
        while self._crew.room(alone=False) and not self._manners.full:
            now = self._now()
            host = self._pace.take(now)
            if host is None:
                return []
            found = self._table.next(host, alone=self._crew.room(alone=True))
            if found is None:
                if self._table.waits(host):
                    self._later.append(host)
                continue
            page, url = found
            target = read_target(url)
            rules = self._rules(target, now)
            if rules is None:
                continue  # the host comes back with the answer
            lease = self._begin(page, target, rules, now)
            leases = [] if lease is None else [lease, *self._then(lease, target, rules, now)]
            self._line_up(host)
            if leases:
                return leases
        return []

    def _then(self, first: Lease, target: Target, rules: Rules, now: float) -> Iterator[Lease]:
        """Begin pages of the same site that are read on after one; each counts for the pace of their host."""
        if first.alone or isinstance(rules, Unreachable):
            return
        for page, url in self._table.further(first, self._together - 1):
            other = read_target(url)
            # What robots.txt forbids is written down when its own turn comes.
            if other.origin == target.origin and rules.disallows(other.path) is None:
                lease = self._table.lease(page, now)
                if lease is not None:
                    self._pace.started(first.host, self._pace.due(first.host))
                    yield lease

    def _rules(self, target: Target, now: float) -> Rules | None:
        return self._manners.rules(address(target.origin), target.origin.host, now) if self._heed else ALLOWING

    def _begin(self, page: int, target: Target, rules: Rules, now: float) -> Lease | None:
        """Begin a page, or write down why it must not be, or leave it where its host wants more time."""
        host, origin = target.origin.host, address(target.origin)
        if isinstance(rules, Unreachable):
            text = f"The robots.txt of {origin} could not be had ({rules.why}), which forbids every page for now."
            self._fail(page, target, "robots-unreachable", text)
            return None
        rule = rules.disallows(target.path)
        if rule is not None:
            text = f'The robots.txt of {origin} forbids it to {PRODUCT}: "Disallow: {rule.pattern[:200]}".'
            self._fail(page, target, "robots", text)
            return None
        self._pace.slow(host, rules.delay)
        if self._pace.due(host) > now:
            return None
        lease = self._table.lease(page, now)
        if lease is None:
            self._over.append(target.url)
        else:
            self._pace.started(host, now)
        return lease

    def _fail(self, page: int, target: Target, code: str, text: str) -> None:
        self._table.fail(page, code, text, self._now())
        self._over.append(target.url)
