"""Manners: what each site's robots.txt says, fetched once, kept for a day."""

from __future__ import annotations

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bandeau.audit.many.fetch import Fetched, fetch
from bandeau.audit.many.table import Table
from bandeau.audit.robots import ALLOWING, LONGEST, Robots, Told, parse_robots, told_by
from bandeau.audit.targets import TargetError, address, read_target

_FRESH = 24 * 3600.0  # RFC 9309, 2.4: not used longer than a day
_REMEMBERED = 256  # parsed ones; the others are read from the table again
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A robots.txt that could not be had: everything is disallowed for now, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The inbox' item: a robots.txt came, or did not."""

    origin: str
    host: str
    fetched: Fetched


Rules = Robots | Unreachable


class Manners:
    """Knows what may be fetched.

    Args:
        table: keeps what was fetched.
        inbox: gets an :class:`Answered` for each fetch that is over, to be given to :meth:`heard`.
    """

    def __init__(self, table: Table, inbox: Callable[[object], None]) -> None:
        self._table = table
        self._inbox = inbox
        self._known: OrderedDict[str, Rules] = OrderedDict()
        self._asked: set[str] = set()
        self._threads = ThreadPoolExecutor(_AT_ONCE, "robots")

    @property
    def full(self) -> bool:
        """Whether enough is being fetched at the moment."""
        return len(self._asked) >= 2 * _AT_ONCE

    def rules(self, origin: str, host: str, now: float) -> Rules | None:
        """What an origin says; ``None`` while it is being asked."""
        if origin in self._known:
            self._known.move_to_end(origin)
            return self._known[origin]
        kept = self._table.kept_robots(origin, now - _FRESH)
        if kept is not None:
            return self._remember(origin, _read(kept[0], zlib.decompress(kept[1])))
        if origin not in self._asked:
            self._asked.add(origin)
            self._threads.submit(self._fetch, origin, host)
        return None

    def heard(self, answered: Answered, now: float) -> None:
        """Take in what was fetched."""
        self._asked.discard(answered.origin)
        rules = self._remember(answered.origin, _understood(answered.fetched))
        if not isinstance(rules, Unreachable):
            told = told_by(answered.fetched.status)
            body = answered.fetched.body if told is Told.READ else b""
            self._table.keep_robots(answered.origin, told, zlib.compress(body), now)

    def close(self) -> None:
        """Ask nobody any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _fetch(self, origin: str, host: str) -> None:
        self._inbox(Answered(origin, host, fetch(f"{origin}/robots.txt", LONGEST)))

    def _remember(self, origin: str, rules: Rules) -> Rules:
        self._known[origin] = rules
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return rules


class Links:
    """Says of links whether they may be opened: by the robots.txt of their origin, asked for once by each browser."""

    def __init__(self) -> None:
        self._asked: dict[str, asyncio.Future[Fetched]] = {}

    async def __call__(self, url: str) -> bool:
        """Whether a link may be opened; what has no address of a page may not."""
        try:
            target = read_target(url)
        except TargetError:
            return False
        origin = address(target.origin)
        if origin not in self._asked:
            if len(self._asked) >= _REMEMBERED:
                return False
            self._asked[origin] = asyncio.ensure_future(asyncio.to_thread(fetch, f"{origin}/robots.txt", LONGEST))
        rules = _understood(await asyncio.shield(self._asked[origin]))
        return not isinstance(rules, Unreachable) and rules.disallows(target.path) is None


def _understood(fetched: Fetched) -> Rules:
    told = told_by(fetched.status)
    if told is Told.UNREACHABLE:
        return Unreachable(fetched.why or "it sent no answer")
    return _read(told, fetched.body)


def _read(told: str, body: bytes) -> Robots:
    return parse_robots(body) if told == Told.READ else ALLOWING
