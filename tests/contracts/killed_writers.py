"""Writers to kill: they do everything that a store does, several at once, and note what it acknowledged.

``python killed_writers.py KIND LIVES DEATHS SEED PLACE JOURNALS [PLACE JOURNALS ...]`` forks writers from a process
that has everything imported, so that one costs no start, and kills them (SIGKILL) until for each place ``DEATHS`` are
dead: at a random moment of opening the store or of their work, or only of opening it where ``LIVES`` is ``short``. Each
notes in a journal of its own what it begins and, once the store has acknowledged it, what is done: one line each,
written at once, so that no kill takes it back.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from random import Random
from typing import Any

from bandeau.errors import StoreError
from bandeau.record.leaf import Version
from bandeau.record.stores import Head, Observation, Store
from bandeau.record.stores.sqlite import SQLiteStore
from support.records import entry

STORES: dict[str, Callable[[str], Store]] = {"sqlite": SQLiteStore}
SERIALS = 1_000_000
"""Each writer has the numbers from its own times this on."""

AT_ONCE = 3
DAY = "2026-01-01"


class Writer:
    """One writer's work: each method begins one piece of it."""

    def __init__(self, store: Store, journal: int, number: int) -> None:
        self.store, self.journal, self.number = store, journal, number
        self.serial = number * SERIALS
        self.random = Random(number)
        self.free = threading.Semaphore(32)
        self.appended: deque[int] = deque()
        self.note: str | None = None

    def say(self, *words: object) -> None:
        os.write(self.journal, (" ".join(map(str, words)) + "\n").encode())

    def then(self, future: Future[Any], done: Callable[[Any], None]) -> None:
        """Note what was acknowledged; a failure acknowledges nothing."""

        def answered(future: Future[Any]) -> None:
            try:
                done(future.result())
            except StoreError as problem:
                self.say("failed", problem)
            self.free.release()

        self.free.acquire()
        future.add_done_callback(answered)

    def append(self) -> None:
        self.serial += 1
        number = self.serial

        def done(index: int) -> None:
            self.say("appended", number, index)
            self.appended.append(number)

        self.then(self.store.append(entry(number)), done)

    def erase(self) -> None:
        if not self.appended:
            return
        number = self.appended.popleft()
        self.say("erasing", number)
        self.then(self.store.erase(entry(number).record), lambda count: self.say("erased", number, count))

    def log_version(self) -> None:
        self.serial += 1
        version = Version(self.serial, f"0.{self.serial}.0", "aa" * 32, {"fr": "bb" * 32}, {"notice.js": "cc" * 32})
        self.then(self.store.append_version(version), lambda index: self.say("logged", version.bandeau, index))

    def publish(self) -> None:
        def sign(head: Head) -> str:
            # No two are alike, so that a second one of a size shows.
            return f"{head.size}/{head.root.hex()}/{self.random.getrandbits(64):x}"

        def done(note: str) -> None:
            self.say("published", note)
            self.note = note

        self.then(self.store.publish(sign), done)

    def cosign(self) -> None:
        if self.note is None:
            return
        before, size = self.note, self.note.split("/")[0]
        self.serial += 1
        after = f"{before}/{self.serial}"

        def done(replaced: bool) -> None:
            if replaced:
                self.say("published", after)

        self.then(self.store.cosign(int(size), before, after), done)

    def tally(self) -> None:
        self.say("counting", self.number)
        counted = self.store.tally({Observation(DAY, "script-src", f"{self.number}.example"): 1})
        self.then(counted, lambda _: self.say("counted", self.number))

    def work(self) -> None:
        acts = (self.append, self.erase, self.log_version, self.publish, self.cosign, self.tally)
        while True:
            self.random.choices(acts, (75, 3, 2, 7, 6, 7))[0]()


def start(kind: str, place: str, journals: Path, number: int) -> int:
    """Fork a writer; its process id."""
    if pid := os.fork():
        return pid
    try:
        journal = os.open(journals / str(number), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        Writer(STORES[kind](place), journal, number).work()
    except BaseException as problem:  # noqa: BLE001 - a writer that ends by itself is a failure that is looked for
        os.write(2, f"writer {number} ended: {problem!r}\n".encode())
    os._exit(1)


LIVES = {"short": ("young",), "mixed": ("young",) * 3 + ("later",) * 6 + ("busy",)}


def kill(pid: int, journal: Path, life: str, random: Random) -> None:
    """Kill a writer in the first moments of its life, or later, in the midst of its work.

    Some wait until there is work, however slow the machine.
    """
    match life:
        case "young":
            time.sleep(random.uniform(0, 0.02))
        case "later":
            time.sleep(random.uniform(0, 0.12))
        case "busy":
            wanted, until = random.randrange(1_000), time.monotonic() + 60
            while time.monotonic() < until and _size(journal) < wanted:
                time.sleep(random.uniform(0, 0.003))
    os.kill(pid, signal.SIGKILL)
    if os.waitpid(pid, 0)[1] != signal.SIGKILL:
        sys.exit(f"writer {journal.name} did not live to be killed")


def _size(journal: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return journal.stat().st_size
    return 0


def run(kind: str, lives: str, deaths: int, random: Random, place: str, journals: Path) -> None:
    """Kill that many writers of one place."""
    alive: list[tuple[int, Path]] = []
    for number in range(deaths + AT_ONCE):
        if number < deaths:
            alive.append((start(kind, place, journals, number), journals / str(number)))
        if alive and number >= AT_ONCE - 1:
            kill(*alive.pop(random.randrange(len(alive))), random.choice(LIVES[lives]), random)


def main(kind: str, lives: str, deaths: str, seed: str, *places: str) -> None:
    random = Random(int(seed))
    for place, journals in zip(places[::2], places[1::2], strict=True):
        run(kind, lives, int(deaths), random, place, Path(journals))


if __name__ == "__main__":
    main(*sys.argv[1:])
