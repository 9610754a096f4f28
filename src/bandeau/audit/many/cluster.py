"""A crew on several machines, by Dask: the table stays here, each page is a task, its workers have a browser each.

Inside a worker of Dask the page is seen by the same kind of process as here, so that a page that takes it down takes
nothing of Dask with it. Where a worker of Dask is killed itself, its pages are run again by others.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NamedTuple

import distributed  # the extra "dask"

from bandeau.audit.many.crew import GRACE, START, Event, Finished, LeftOut, Lost, Opened
from bandeau.audit.many.frames import Broke, Do, Done, Left, Now, Ready, Refused, Said, Told
from bandeau.audit.many.hand import Hand, Limits
from bandeau.audit.many.table import Lease
from bandeau.audit.many.unit import Unit
from bandeau.audit.recording import Browser
from bandeau.errors import SetupError

_CONNECTING = 15.0  # seconds
_PATIENCE = 120.0  # seconds without any worker of Dask
_LOOKED = 2.0  # seconds between two counts of the workers


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a visit in a worker of Dask: what its own worker said, and the browser if it was just opened."""

    said: tuple[Told, ...] | str
    browser: Browser | None
    closed: bool = False  # the unit could not be opened


class _Visit(NamedTuple):
    """Pages that are read on after each other, who sees them, and since when."""

    leases: tuple[Lease, ...]
    future: distributed.Future[Report]
    began: float


@contextmanager
def connected(address: str) -> Iterator[distributed.Client]:
    """Connect to the scheduler of a Dask cluster.

    Raises:
        SetupError: there is none at that address.
    """
    try:
        client = distributed.Client(address, timeout=_CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        why = str(error) or type(error).__name__
        raise SetupError(
            f"no Dask scheduler answers at {address} ({why}); name one, such as tcp://scheduler.example:8786"
        ) from error
    with client:
        yield client


class Cluster:
    """A crew of the workers that a Dask scheduler has: each sees as many pages at once as it has threads.

    Args:
        unit: how pages are seen; its module is to be found on every machine.
        inbox: the run's.
        client: connected to the scheduler.
        limits: what pages may cost.
    """

    def __init__(
        self, unit: Unit, inbox: Callable[[object], None], client: distributed.Client, limits: Limits | None = None
    ) -> None:
        self._unit = unit
        self._inbox = inbox
        self._client = client
        self._limits = limits or Limits()
        self._visits: dict[str, _Visit] = {}
        self._threads = 0
        self._looked = self._there = time.monotonic()
        self._look()

    def room(self, *, alone: bool) -> bool:
        """See :class:`~bandeau.audit.many.crew.Crew`. Alone is alone in the whole cluster: Dask decides who sees it."""
        if any(visit.leases[0].alone for visit in self._visits.values()):
            return False
        return self._threads > 0 and len(self._visits) < (1 if alone else self._threads)

    def give(self, lease: Lease, then: Sequence[Lease] = ()) -> None:
        """See :class:`~bandeau.audit.many.crew.Crew`."""
        key = f"bandeau-{id(self)}-{lease.number}"
        task = Do(lease.number, lease.url, {one.number: one.url for one in then})
        future = self._client.submit(see_here, self._unit, self._limits, task, key=key, pure=False)
        self._visits[key] = _Visit((lease, *then), future, time.monotonic())
        future.add_done_callback(self._inbox)

    def heard(self, item: object) -> Iterable[Event]:
        """See :class:`~bandeau.audit.many.crew.Crew`."""
        if not isinstance(item, distributed.Future) or item.key not in self._visits:
            return ()
        visit = self._visits.pop(item.key)
        if visit.future.status == "finished":
            return self._reported(visit.leases, visit.future.result())
        ended = visit.future.status == "error"
        visit.future.release()
        return _lost(visit.leases, "its worker ended" if ended else "the cluster dropped it", blame=ended)

    def _reported(self, leases: Sequence[Lease], report: Report) -> Iterable[Event]:
        if report.closed:
            raise SetupError(f"no page can be seen: {report.said}")
        if isinstance(report.said, str):
            events = _lost(leases, report.said, blame=True)
        else:
            told = {one.lease: one for one in report.said}
            events = [_event(lease, told[lease.number]) for lease in leases]
        return events if report.browser is None else [Opened(report.browser), *events]

    def tend(self) -> Iterable[Event]:
        """See :class:`~bandeau.audit.many.crew.Crew`."""
        now = time.monotonic()
        if now - self._looked >= _LOOKED:
            self._looked = now
            self._look()
            if self._threads:
                self._there = now
            elif now - self._there > _PATIENCE:
                raise SetupError(f"the Dask cluster has had no worker for {_PATIENCE:g} seconds; start some")
        # Dask runs a page of a killed worker again by itself, three times; each run has its own time there.
        return [
            event for key, visit in list(self._visits.items()) if now > self._late(visit) for event in self._drop(key)
        ]

    def _late(self, visit: _Visit) -> float:
        return visit.began + 4 * (self._limits.longest(len(visit.leases)) + GRACE + START)

    def _drop(self, key: str) -> list[Event]:
        visit = self._visits.pop(key)
        visit.future.cancel()
        return _lost(visit.leases, "the cluster did not end it in time", blame=True)

    def _look(self) -> None:
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        self._threads = sum(int(worker["nthreads"]) for worker in workers.values())

    def close(self) -> None:
        """See :class:`~bandeau.audit.many.crew.Crew`."""
        for visit in self._visits.values():
            visit.future.cancel()
        self._visits.clear()
        with suppress(OSError, TimeoutError):
            self._client.run(dismiss)


def _lost(leases: Sequence[Lease], why: str, *, blame: bool) -> list[Event]:
    return [Lost(lease, why, blame and lease.alone) for lease in leases]


def _event(lease: Lease, told: Told) -> Event:
    match told:
        case Done():
            return Finished(lease, told)
        case Left():
            return LeftOut(lease)
        case Broke(why=why):
            return Lost(lease, why, lease.alone)


# -- inside a worker of Dask ----------------------------------------------------------------------------------------


class _Local(threading.local):
    """The process that each thread of this worker has its pages seen by."""

    hand: Hand | None = None
    unit: Unit
    said: queue.SimpleQueue[Said | None]
    served: int = 0


_local = _Local()
_hands: set[Hand] = set()
"""All processes of this worker, whichever thread's they are."""


def see_here(unit: Unit, limits: Limits, task: Do) -> Report:
    """See a page, and what is read on after it, with this thread's own process: the task that Dask runs."""
    browser: Browser | None = None
    hand = _local.hand
    if hand not in _hands or _local.unit != unit:
        _dismiss(hand)
        hand = None
    if hand is None:
        hand, opened = _start(unit, limits)
        if isinstance(opened, str):
            return Report(opened, None, closed=True)
        browser = opened
    hand.do(task.lease, task.url, task.then)
    said = _hear(hand, limits, 1 + len(task.then))
    _local.served += 1 + len(task.then)
    # What broke a page may have broken the browser.
    broke = isinstance(said, str) or any(isinstance(one, Broke) for one in said)
    if broke or _local.served >= limits.pages or hand.memory() >= limits.retire:
        _dismiss(hand)
    return Report(said, browser)


def dismiss() -> None:
    """End every process of this worker: the run is over."""
    for hand in tuple(_hands):
        _dismiss(hand)


def _dismiss(hand: Hand | None) -> None:
    if hand in _hands:
        _hands.discard(hand)
        hand.end()


def _start(unit: Unit, limits: Limits) -> tuple[Hand, Browser | str | None]:
    said: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
    hand = Hand(unit, limits, lambda _, message: said.put(message))
    try:
        first = said.get(timeout=START)
    except queue.Empty:
        first = Refused(f"the browser did not open within {START:g} seconds")
    if isinstance(first, Ready):
        _local.hand, _local.unit, _local.said, _local.served = hand, unit, said, 0
        _hands.add(hand)
        return hand, first.browser
    hand.end()
    return hand, first.why if isinstance(first, Refused) else "its worker ended"


def _hear(hand: Hand, limits: Limits, pages: int) -> tuple[Told, ...] | str:
    """What came of so many pages, or why nothing came of them."""
    until = time.monotonic() + limits.longest(pages) + GRACE
    told: list[Told] = []
    while (left := until - time.monotonic()) > 0:
        try:
            said = _local.said.get(timeout=min(1.0, left))
        except queue.Empty:
            if (memory := hand.memory()) >= limits.memory:
                return f"the browser held {memory // 1_000_000} MB of memory"
            continue
        if isinstance(said, Now):
            continue  # what a task says on its way reaches nobody
        if not isinstance(said, Told):
            return "its worker ended"
        told.append(said)
        if len(told) == pages:
            return tuple(told)
    return f"the browser hung for more than {limits.seconds:g} seconds"
