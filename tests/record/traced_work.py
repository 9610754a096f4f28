"""A short piece of work of everything that a store does, to be watched, or failed, at each system call.

It reads lines of ``PLACE JOURNAL`` and forks a process for each, whose id it prints; that one waits for a further line
before it begins, so that a tracer can attach to it, and its exit status is printed once it has ended.
"""

from __future__ import annotations

import contextlib
import os
import sys

from bandeau.errors import SetupError, StoreError
from bandeau.record.stores import sqlite
from support.records import entry
from support.whole import all_rows, got
from support.writers import Writer

TRIES = 3
"""How often something is tried that may fail once."""


def line() -> str:
    """A line of standard input, and no byte more: the rest is another process's."""
    read = b""
    while not read.endswith(b"\n"):
        if not (byte := os.read(0, 1)):
            sys.exit()
        read += byte
    return read.decode().strip()


def tell(number: int) -> None:
    os.write(1, b"%d\n" % number)


def opened(place: str) -> sqlite.SQLiteStore | None:
    for _ in range(TRIES):
        with contextlib.suppress(SetupError):
            return sqlite.SQLiteStore(place)
    return None


def work(place: str, journal: int) -> None:
    store = opened(place)
    if store is None:
        return
    writer = Writer(store, journal, 0)
    for act in (writer.append,) * 3 + (writer.publish, writer.cosign, writer.log_version, writer.erase, writer.tally):
        act()
        writer.settle()
    for read in (lambda: all_rows(store), lambda: got(store.history(entry(3).record)), store.tallies):
        with contextlib.suppress(StoreError):
            read()
    for _ in range(TRIES):  # whatever failed before, it still works
        before = len(writer.appended)
        writer.append()
        writer.settle()
        if len(writer.appended) > before:
            writer.say("recovered")
            break
    store.close()


def main() -> None:
    sqlite._PATIENCE = 0.1  # nobody else is at work whom waiting would help
    while True:
        place, journal = line().split()
        if not (pid := os.fork()):
            line()
            work(place, os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
            os._exit(0)
        tell(pid)
        tell(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    main()
