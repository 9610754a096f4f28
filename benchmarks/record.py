"""Durable choices a second, beside what the disk itself gives in the same run.

Each client appends one entry and waits until it is acknowledged, then the next, as visitors do. The yardstick is the
plainest durable thing there is: append the same bytes to a file and call fdatasync, once for as many entries as there
are clients. Read the ratios; the raw numbers are of this machine at this minute.

    python benchmarks/record.py [--seconds 3] [--directory DIR]
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import tempfile
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from statistics import median, quantiles

from bandeau.record.entry import Action, Entry, How, canonical, new_record_id
from bandeau.record.stores.sqlite import SQLiteStore

CLIENTS = (1, 10, 100)
ROUNDS = 3


def an_entry() -> Entry:
    """A choice as a page with five services sends it."""
    now = time.time_ns() // 1_000_000
    services = dict.fromkeys(("comments", "video", "ads", "fonts", "social"), False)
    return Entry(
        record=new_record_id(now, os.urandom(10)),
        at=now,
        declaration="ab" * 32,
        notice="cd" * 32,
        language="fr",
        action=Action.REFUSE_ALL,
        purposes={"social": False, "advertising": False},
        services=services,
        how=How.SCRIPT,
        signals=(),
        salt=os.urandom(32),
    )


class Clients:
    """Clients that never sleep: each has one entry in flight, and sends the next once it is acknowledged."""

    def __init__(self, store: SQLiteStore, count: int, seconds: float) -> None:
        self._store = store
        self._idle = threading.Semaphore(0)
        self._count = count
        self._until = time.perf_counter() + seconds
        self.waits: list[float] = []

    def run(self) -> float:
        """Acknowledged entries a second."""
        began = time.perf_counter()
        for _ in range(self._count):
            self._send()
        for _ in range(self._count):
            self._idle.acquire()
        return len(self.waits) / (time.perf_counter() - began)

    def _send(self) -> None:
        sent = time.perf_counter()
        self._store.append(an_entry()).add_done_callback(lambda future: self._acknowledged(sent, future))

    def _acknowledged(self, sent: float, future: Future[int]) -> None:
        future.result()
        now = time.perf_counter()
        self.waits.append(now - sent)
        if now < self._until:
            self._send()
        else:
            self._idle.release()


def through_store(directory: str, clients: int, seconds: float) -> tuple[float, list[float]]:
    """Entries a second through the store, and how long each waited."""
    store = SQLiteStore(Path(directory) / f"records-{clients}.sqlite")
    run = Clients(store, clients, seconds)
    rate = run.run()
    store.close()
    return rate, run.waits


def raw(directory: str, clients: int, seconds: float) -> float:
    """Entries a second by appending to a file and fdatasync, ``clients`` entries at a time."""
    body = canonical(an_entry()) * clients
    file = os.open(Path(directory) / f"raw-{clients}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        os.write(file, body)
        os.fdatasync(file)
        done += clients
    rate = done / (time.perf_counter() - began)
    os.close(file)
    return rate


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each measurement")
    parser.add_argument("--directory", default=None, help="on the disk to measure")
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform()}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'clients':>7} {'store/s':>9} {'raw/s':>9} {'ratio':>6} {'p50 ms':>7} {'p99 ms':>7}")
    for clients in CLIENTS:
        rates, yardsticks, waits = [], [], []
        with tempfile.TemporaryDirectory(dir=options.directory) as directory:
            # Turn by turn, so that a noisy neighbour meets both.
            for _ in range(ROUNDS):
                yardsticks.append(raw(directory, clients, options.seconds / ROUNDS))
                rate, waited = through_store(directory, clients, options.seconds / ROUNDS)
                rates.append(rate)
                waits += waited
        ratio = median(one / other for one, other in zip(rates, yardsticks, strict=True))
        marks = quantiles(waits, n=100)
        print(
            f"{clients:7} {median(rates):9,.0f} {median(yardsticks):9,.0f} {ratio:6.2f} "
            f"{marks[49] * 1e3:7.2f} {marks[98] * 1e3:7.2f}"
        )


if __name__ == "__main__":
    main()
