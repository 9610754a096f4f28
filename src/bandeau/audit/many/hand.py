"""A hand: the coordinator's side of one worker process."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import psutil

from bandeau.audit.many.frames import Do, Said, receive, send, write
from bandeau.audit.many.unit import Unit

_DECODER: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What pages may cost.

    ``seconds`` bounds one page. A worker is replaced after ``pages`` pages, or once it and its browser hold ``retire``
    bytes of memory between two pages; where they hold ``memory`` bytes it is ended at once.
    """

    seconds: float = 600
    pages: int = 200
    retire: int = 1_500_000_000
    memory: int = 4_000_000_000

    def __post_init__(self) -> None:
        """Raises ValueError where a limit is not above 0."""
        if min(self.seconds, self.pages, self.retire, self.memory) <= 0:
            raise ValueError("each limit must be above 0")

    def longest(self, pages: int) -> float:
        """Seconds within which a worker must have told what came of some pages that are read on after each other."""
        return self.seconds * pages * 1.1


class Hand:
    """Starts a worker, gives it pages and hears what it says.

    ``tell`` is called from a thread with each message, and with ``None`` once the worker is gone.
    """

    def __init__(self, unit: Unit, limits: Limits, tell: Callable[[Hand, Said | None], None]) -> None:
        self._tell = tell
        self._family: list[psutil.Process] = []
        # The worker finds the unit's module where this process finds it.
        path = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(  # our own module, by our own interpreter
            [sys.executable, "-m", "bandeau.audit.many.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # an interrupt from the keyboard is the coordinator's
        )
        assert self._process.stdin is not None
        self._stdin = self._process.stdin
        with suppress(OSError):
            send(self._stdin, pickle.dumps((unit, limits.seconds)))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def name(self) -> str:
        """What the table calls it."""
        return str(self._process.pid)

    def do(self, lease: int, url: str, then: Mapping[int, str]) -> None:
        """Give it a page and what is read on after it; where it is gone already, that is told by ``tell``."""
        with suppress(OSError, ValueError):  # its pipe is broken, or closed
            write(self._stdin, Do(lease, url, dict(then)))

    def memory(self) -> int:
        """How many bytes the worker and all that it started hold now."""
        with suppress(psutil.Error):
            process = psutil.Process(self._process.pid)
            self._family = process.children(recursive=True)
            return sum(map(_resident, [process, *self._family]))
        return 0

    def retire(self) -> None:
        """Let it end once it has nothing to do: it closes its browser and is gone."""
        with suppress(OSError):
            self._stdin.close()

    def end(self) -> None:
        """End it at once, and all that it started."""
        self.memory()
        for process in self._family:
            with suppress(psutil.Error):  # psutil looks whether it is the same process still
                process.kill()
        self._process.kill()
        self._process.wait()
        self.retire()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            while (frame := receive(stdout)) is not None:
                self._tell(self, _DECODER.decode(frame))
        self.end()
        self._tell(self, None)


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0
