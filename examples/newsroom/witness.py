"""What reached the third parties: every request, with the cookies it carried, kept in memory for the reader to see."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

KEPT = 60
"""How many requests are kept for each third party; older ones are only counted."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One request as a third party saw it. ``at`` is in Unix seconds, ``body_size`` in bytes."""

    at: float
    host: str
    method: str
    path: str
    referer: str
    cookies: tuple[tuple[str, str], ...]
    body_size: int

    @classmethod
    def of(cls, request: Request, at: float) -> Sighting:
        """Read the sighting off a request; what is unreadable in it is left out."""
        size = request.headers.get("content-length", "0")
        query = request.scope["query_string"].decode("latin-1")
        return cls(
            at=at,
            host=request.headers.get("host", ""),
            method=request.method,
            path=request.scope["path"] + (f"?{query}" if query else ""),
            referer=request.headers.get("referer", ""),
            cookies=_cookies(request.headers.get("cookie", "")),
            body_size=int(size) if size.isascii() and size.isdigit() else 0,
        )


def _cookies(header: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((name, morsel.value) for name, morsel in SimpleCookie(header).items())
    except CookieError:
        return ()


class Witness:
    """A shared, bounded memory of what each third party saw. Safe to use from any thread."""

    def __init__(self, parties: Iterable[str]) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, deque[Sighting]] = {party: deque(maxlen=KEPT) for party in parties}
        self._counts = dict.fromkeys(self._seen, 0)
        self.since = time.time()

    def note(self, party: str, sighting: Sighting) -> None:
        """Keep one sighting of a third party."""
        with self._lock:
            self._seen[party].appendleft(sighting)
            self._counts[party] += 1

    def count(self, party: str) -> int:
        """How many requests reached this third party since the start or the last clearing."""
        with self._lock:
            return self._counts[party]

    def contacted(self) -> set[str]:
        """The third parties that were reached at all."""
        with self._lock:
            return {party for party, count in self._counts.items() if count}

    def seen(self, party: str) -> tuple[Sighting, ...]:
        """The sightings that are kept, the newest first."""
        with self._lock:
            return tuple(self._seen[party])

    def clear(self) -> None:
        """Forget everything and count from zero."""
        with self._lock:
            for party, sightings in self._seen.items():
                sightings.clear()
                self._counts[party] = 0
            self.since = time.time()

    def as_document(self) -> dict[str, Any]:
        """Give everything as plain values, for JSON."""
        with self._lock:
            return {
                "since": self.since,
                "parties": {
                    party: {"count": self._counts[party], "seen": [asdict(sighting) for sighting in sightings]}
                    for party, sightings in self._seen.items()
                },
            }


class Watched:
    """An ASGI application of a third party, with the witness looking on before it answers."""

    def __init__(self, app: ASGIApp, party: str, witness: Witness) -> None:
        self._app = app
        self._party = party
        self._witness = witness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the request, then let the application answer."""
        if scope["type"] == "http":
            self._witness.note(self._party, Sighting.of(Request(scope), time.time()))
        await self._app(scope, receive, send)
