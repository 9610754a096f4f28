"""Units of work without a browser: a page is fetched, and what its path says befalls the worker or the visit."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile
from urllib.parse import urlsplit

from bandeau.audit.many.unit import Opened, Outcome, Tell
from bandeau.audit.pace import asked_wait
from bandeau.audit.recording import Browser, Page, State, Stay
from bandeau.errors import SetupError

BROWSER = Browser(name="fetch", version="1", third_party_cookies=False, pings=False, clean=True)


@dataclass(frozen=True)
class Fetching:
    """Gets each page over HTTP; ``/crash``, ``/hang``, ``/eat`` and ``/raise`` do to the worker what they say.

    A page that is read on says of which page; ``/apart`` is left out where it would be, ``/end`` ends the visit.
    """

    text: int = 0  # characters of padding in each result

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Opened]:
        yield Opened(self._see, BROWSER)

    async def _see(self, url: str, tell: Tell, then: Sequence[str] = ()) -> Outcome:
        outcome = await self._one(url, tell)
        end = next((one for one in then if "/end" in one), "")
        seen = [one for one in takewhile(lambda one: one != end, then) if "/apart" not in one]
        others = {one: await self._one(one, tell, url) for one in seen}
        return replace(outcome, then=others, ended_by=end)

    async def _one(self, url: str, tell: Tell, first: str = "") -> Outcome:
        tell(State.REFUSED)
        status, after = await asyncio.to_thread(_get, url)
        path = urlsplit(url).path
        if path.startswith("/crash"):
            os.kill(os.getpid(), signal.SIGKILL)
        if path.startswith("/hang"):
            time.sleep(600)  # noqa: ASYNC251  # the loop stands still, as in a browser that hangs
        if path.startswith("/eat"):
            kept = bytearray(400_000_000)
            kept[::4096] = b"x" * len(kept[::4096])
            await asyncio.sleep(600)
        if path.startswith("/raise"):
            raise RuntimeError("the page broke the unit")
        again = asked_wait(after or "", datetime.now(UTC)) if status in (429, 503) else None
        stay = Stay(state=State.BEFORE, url=url, status=status, title="x" * self.text)
        return Outcome((Page(url=url, after=first, stays=(stay,)),), {f"{url}.png": url.encode()}, again)


def _get(url: str) -> tuple[int, str | None]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
    try:
        connection.request("GET", parts.path, headers={"Host": parts.netloc})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers["Retry-After"]
    finally:
        connection.close()


@dataclass(frozen=True)
class Closed:
    """A unit that cannot be opened, like a browser that is not there."""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Opened]:
        raise SetupError("there is no browser; install one")
        yield
