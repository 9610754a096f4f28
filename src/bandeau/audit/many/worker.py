"""A worker: a process with its own browser that sees the pages it is told to, and ends when nobody listens any more.

Its standard input and output are the pipe to whoever started it (``frames``). Run as ``python -m``.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import BinaryIO

import msgspec
import psutil

from bandeau.audit.many.frames import Broke, Do, Done, Left, Now, Ready, Refused, Said, pack, receive, write
from bandeau.audit.many.unit import Opened, Outcome, Unit
from bandeau.audit.recording import State
from bandeau.errors import BandeauError

_DECODER = msgspec.msgpack.Decoder(Do)


def main() -> None:
    """Serve the pipe until it closes."""
    # Whatever prints, prints elsewhere: the pipe carries frames only.
    pipe_out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    pipe_in = sys.stdin.buffer
    first = receive(pipe_in)
    if first is not None:
        unit, seconds = pickle.loads(first)  # noqa: S301  # from the process that started this one, and nobody else
        asyncio.run(_Worker(unit, seconds, pipe_in, pipe_out).run())
    _end()


class _Worker:
    def __init__(self, unit: Unit, seconds: float, pipe_in: BinaryIO, pipe_out: BinaryIO) -> None:
        self._unit = unit
        self._seconds = seconds
        self._in = pipe_in
        self._out = pipe_out
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    async def run(self) -> None:
        try:
            async with self._unit.opened() as opened:
                self._say(Ready(opened.browser))
                loop = asyncio.get_running_loop()
                threading.Thread(target=self._listen, args=(loop, opened), daemon=True).start()
                await self._over.wait()
        except Exception as error:  # noqa: BLE001  # whoever started us has to hear of it, whatever it is
            self._say(Refused(_told(error)))

    def _listen(self, loop: asyncio.AbstractEventLoop, opened: Opened) -> None:
        while (frame := receive(self._in)) is not None:
            loop.call_soon_threadsafe(self._take, _DECODER.decode(frame), opened)
        # Idle, there is time to close the browser well; but a loop that hangs must not keep this process alive.
        if self._tasks:
            _end()
        loop.call_soon_threadsafe(self._over.set)
        threading.Timer(10, _end).start()

    def _take(self, do: Do, opened: Opened) -> None:
        task = asyncio.create_task(self._see(do, opened))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _see(self, do: Do, opened: Opened) -> None:
        seconds = self._seconds * (1 + len(do.then))
        try:
            async with asyncio.timeout(seconds):
                outcome = await opened.see(do.url, partial(self._now, do.lease), tuple(do.then.values()))
            self._done(do, outcome)
        except TimeoutError:
            self._broke(do, f"it took longer than {seconds:g} seconds")
        except Exception as error:  # noqa: BLE001  # one page must not cost the others, whatever it does
            self._broke(do, _told(error))

    def _now(self, lease: int, state: State) -> None:
        self._say(Now(lease, state))

    def _broke(self, do: Do, why: str) -> None:
        for lease in (do.lease, *do.then):
            self._say(Broke(lease, why))

    def _done(self, do: Do, outcome: Outcome) -> None:
        seen = {do.lease: outcome} | {lease: outcome.then[url] for lease, url in do.then.items() if url in outcome.then}
        for lease, url in {do.lease: do.url, **do.then}.items():
            if lease in seen:
                one = seen[lease]
                self._say(Done(lease, pack(one.pages), dict(one.pictures), one.again))
            else:
                self._say(Broke(lease, "the visit ended with it") if url == outcome.ended_by else Left(lease))

    def _say(self, message: Said) -> None:
        try:
            write(self._out, message)
        except OSError:
            _end()


def _told(error: Exception) -> str:
    """Our own errors are sentences; of others it must be known what they are."""
    return (str(error) if isinstance(error, BandeauError) else f"{type(error).__name__}: {error}")[:500]


def _end() -> None:
    """End this process at once, and everything that it started."""
    with suppress(psutil.Error):
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
    os._exit(0)


if __name__ == "__main__":
    main()
