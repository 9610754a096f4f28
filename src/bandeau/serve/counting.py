"""Counting what is held, by day, kind, name and page: never of a visitor, bounded in memory, written now and then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock

from bandeau.enforce.edits import Held
from bandeau.record.stores import OTHER, Observation, Store

_SECONDS_A_DAY = 86_400
_EVERY = 30.0  # seconds between two writes
_ROWS = 5_000  # different things counted between two writes, with a page and without; the rest is counted together
_PAGES = 200  # different pages told apart between two writes
_LONGEST = 64
_UNPLAIN = re.compile(r"[^A-Za-z0-9_.:-]")
# What tells one visitor from another in a name: an account's number, a random or hashed identifier.
_TELLING = re.compile(r"[0-9]{4,}|(?=[a-f]*[0-9])[0-9a-f]{8,}", re.IGNORECASE)


def coarse(name: str) -> str:
    """A name as it may be kept: plain characters, and nothing in it that could point to one visitor."""
    return _coarse(name[: 4 * _LONGEST])


@lru_cache(maxsize=1024)
def _coarse(name: str) -> str:
    return _TELLING.sub("*", _UNPLAIN.sub("?", name))[:_LONGEST]


@lru_cache(maxsize=2)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * _SECONDS_A_DAY, UTC).date().isoformat()


class Counts:
    """What was held since the last write; safe to use from any thread. ``clock`` gives Unix seconds."""

    def __init__(self, store: Store, mode: str, clock: Callable[[], float]) -> None:
        self._store = store
        self._mode = mode
        self._clock = clock
        self._rows: Counter[Observation] = Counter()
        # Reports can be made up: a flood of them must not use up the room of what the server itself saw.
        self._room = {True: _ROWS, False: _ROWS}
        self._pages: set[str] = set()
        self._written_at = clock()
        self._lock = Lock()

    def add(self, held: Iterable[Held]) -> None:
        """Count what was held, or in observe mode would have been."""
        now = self._clock()
        day = _day(int(now) // _SECONDS_A_DAY)
        with self._lock:
            for kind, what, page in held:
                self._count(Observation(day, f"{self._mode} {kind}", coarse(what), self._page(page)))
            due = bool(self._rows) and now - self._written_at >= _EVERY
        if due:
            self.write()

    def _page(self, page: str) -> str:
        if page and page not in self._pages and len(self._pages) >= _PAGES:
            return OTHER
        self._pages.add(page)
        return page

    def _count(self, one: Observation) -> None:
        told = bool(one.page)
        if one not in self._rows:
            if not self._room[told]:
                one = Observation(one.day, OTHER, OTHER)
            else:
                self._room[told] -= 1
        self._rows[one] += 1

    def write(self) -> Future[None]:
        """Hand what was counted to the store; the future is done when it is written."""
        with self._lock:
            rows, self._rows = self._rows, Counter()
            self._room = {True: _ROWS, False: _ROWS}
            self._pages.clear()
            self._written_at = self._clock()
        return self._store.tally(rows)
