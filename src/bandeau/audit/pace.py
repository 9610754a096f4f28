"""The pace of an audit: when the next page of each host may start. It reads no clock: times are told to it."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 3600.0
"""How many seconds an audit waits for a host that asks for time; its pages are put off where it asks for more."""

BUSY = 60.0
"""How many seconds a host is left alone that says it is busy (429 or 503) and not for how long."""


@dataclass(slots=True)
class _Host:
    name: str
    gap: float
    due: float
    order: int
    waiting: bool = False  # whether it stands in the queue


@dataclass(slots=True)
class Pace:
    """Gives hosts in the order in which they are due, at least ``gap`` seconds between two starts of one host.

    The schedule is the same whenever the same is told to it: no chance, first come, first served.
    """

    gap: float
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _queue: list[tuple[float, int, str]] = field(default_factory=list)

    def add(self, name: str, due: float = 0.0) -> None:
        """Let a host wait for its turn, from ``due`` on; one that waits already keeps its place."""
        host = self._hosts.setdefault(name, _Host(name, self.gap, due, len(self._hosts)))
        if not host.waiting:
            host.waiting = True
            heapq.heappush(self._queue, (host.due, host.order, name))

    def take(self, now: float) -> str | None:
        """The next host that is due, taken out of the queue; ``None`` where none is."""
        while self._queue and self._queue[0][0] <= now:
            _, _, name = heapq.heappop(self._queue)
            host = self._hosts[name]
            host.waiting = False
            if host.due <= now:
                return name
            self.add(name)  # it asked for time since
        return None

    def started(self, name: str, at: float) -> None:
        """Tell that a page of a host starts."""
        host = self._hosts[name]
        host.due = max(host.due, at + host.gap)

    def slow(self, name: str, gap: float) -> None:
        """Keep at least that many seconds between two starts of a host, as its ``Crawl-delay`` asks."""
        host = self._hosts[name]
        if gap > host.gap:
            host.due += gap - host.gap if host.due else 0.0
            host.gap = gap

    def hold(self, name: str, until: float) -> None:
        """Leave a host alone until a time, as its ``Retry-After`` asks."""
        host = self._hosts[name]
        host.due = max(host.due, until)

    def due(self, name: str) -> float:
        """When the next page of a host may start."""
        return self._hosts[name].due

    def next(self) -> float | None:
        """When the first of the hosts that wait is due, ``None`` where none waits."""
        return self._queue[0][0] if self._queue else None


def asked_wait(value: str, now: datetime) -> float:
    """Seconds that a ``Retry-After`` asks for (RFC 9110, 10.2.3): a number, or a date; :data:`BUSY` where neither."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return BUSY
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
