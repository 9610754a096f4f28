"""A writer that does everything that a store does, and notes what was acknowledged."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from random import Random
from typing import Any

from bandeau.errors import StoreError
from bandeau.record.leaf import Version
from bandeau.record.stores import Observation, Store
from support.records import entry

SERIALS = 1_000_000
"""Each writer has the numbers from its own times this on."""

AT_ONCE = 32
DAY = "2026-01-01"


class Writer:
    """Each method begins one piece of work; ``journal`` is the file descriptor of what it notes.

    A line is written at once, before the work begins or after it is acknowledged, so that no kill takes it back.
    """

    def __init__(self, store: Store, journal: int, number: int) -> None:
        self.store, self.journal, self.number = store, journal, number
        self.serial = number * SERIALS
        self.random = Random(number)
        self.free = threading.Semaphore(AT_ONCE)
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
        def done(note: str) -> None:
            self.say("published", note)
            self.note = note

        try:
            head = self.store.head().result()
        except StoreError as problem:
            return self.say("failed", problem)
        # No two are alike, so that a second one of a size shows.
        nonce = f"{self.random.getrandbits(64):x}"
        return self.then(self.store.publish(head, f"{head.size}/{head.root.hex()}/{nonce}"), done)

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

    def settle(self) -> None:
        """Wait for everything that was begun."""
        for _ in range(AT_ONCE):
            self.free.acquire()
        self.free.release(AT_ONCE)
