"""Counting what is held, by day, kind and name: never of a visitor, bounded in memory, written now and then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import UTC, datetime
from threading import Lock

from bandeau.enforce.edits import Held
from bandeau.record.stores import Store

_EVERY = 30.0  # seconds between two writes
_ROWS = 10_000  # distinct things counted between two writes; what comes beyond is not counted
_LONGEST = 64
_UNPLAIN = re.compile(r"[^A-Za-z0-9_.:-]")
# What tells one visitor from another in a name: an account's number, a random or hashed identifier.
_TELLING = re.compile(r"[0-9]{4,}|(?=[a-f]*[0-9])[0-9a-f]{8,}", re.IGNORECASE)


def coarse(name: str) -> str:
    """A name as it may be kept: plain characters, and nothing in it that could point to one visitor."""
    return _TELLING.sub("*", _UNPLAIN.sub("?", name[:_LONGEST]))


class Counts:
    """What was held since the last write; safe to use from any thread. ``clock`` gives Unix seconds."""

    def __init__(self, store: Store, mode: str, clock: Callable[[], float]) -> None:
        self._store = store
        self._mode = mode
        self._clock = clock
        self._rows: Counter[tuple[str, str, str]] = Counter()
        self._written_at = clock()
        self._lock = Lock()

    def add(self, held: Iterable[Held]) -> None:
        """Count what was held, or in observe mode would have been."""
        now = self._clock()
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        with self._lock:
            for kind, what in held:
                row = (day, f"{self._mode} {kind}", coarse(what))
                if row in self._rows or len(self._rows) < _ROWS:
                    self._rows[row] += 1
            due = bool(self._rows) and now - self._written_at >= _EVERY
        if due:
            self.write()

    def write(self) -> Future[None]:
        """Hand what was counted to the store; the future is done when it is written."""
        with self._lock:
            rows, self._rows = list(self._rows.elements()), Counter()
            self._written_at = self._clock()
        return self._store.tally(rows)
