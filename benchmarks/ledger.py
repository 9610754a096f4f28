"""The ledger: durable choices a second with the tree, beside what the disk and the same store give without; proofs.

Each client appends one entry and waits until it is acknowledged, then the next, as visitors do. Beside it, turn by
turn in the same run: the plainest durable thing there is (append the same bytes to a file and fdatasync, once for as
many entries as there are clients), the same store's group commit without a tree, and one commit for each choice. Read
the ratios; the raw numbers are of this machine at this minute.

    python benchmarks/ledger.py rates [--seconds 3] [--directory DIR] [--database temporary]
    python benchmarks/ledger.py proofs --leaves 1000000 [--directory DIR]
    python benchmarks/ledger.py soak --minutes 30 [--directory DIR] [--database temporary]
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from bandeau.cli.ledger.common import done
from bandeau.record.entry import Action, Entry, How, canonical, new_record_id
from bandeau.record.keys import Signer
from bandeau.record.leaf import Version, leaf_of
from bandeau.record.merkle import check_inclusion, leaf_hash
from bandeau.record.receipt import check_receipt
from bandeau.record.stores import lane
from bandeau.record.stores.session import Connection, Leaf, Session
from bandeau.record.stores.sqlite import SQLiteStore, _session
from bandeau.record.stores.tables import TableStore
from bandeau.serve.keys import LogKeys
from bandeau.serve.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

CLIENTS = (1, 10, 100, 1000)
ROUNDS = 5
PROOFS = 400


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


class Treeless(Session):
    """The same group commit, of the same rows, without a tree and without a head; for a store that starts empty."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._size = 0

    def append(self, leaf: Leaf) -> int:
        """Gather a row."""
        self._leaves.append(leaf)
        return self._size + len(self._leaves) - 1

    def settle(self) -> None:
        """Write the rows."""
        self.many("append", ((index, *leaf) for index, leaf in enumerate(self._leaves, self._size)))
        self._size += len(self._leaves)
        self._leaves = []


def without_tree(store: TableStore) -> TableStore:
    """A store that nobody has used yet, with the tree taken out of it."""
    connect = store._writer._connect
    store._writer._connect = lambda: Treeless(connect()._connection)
    return store


class Clients:
    """Clients that never sleep: each has one entry in flight, and sends the next once it is acknowledged."""

    def __init__(self, store: TableStore, count: int, seconds: float) -> None:
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


class Run:
    """One way to keep entries, over several rounds: rates a second and waits in seconds."""

    def __init__(self, open_store: Callable[[], TableStore], *, batch: int = lane.BATCH) -> None:
        self._open = open_store
        self._batch = batch
        self.rates: list[float] = []
        self.waits: list[float] = []

    def once(self, clients: int, seconds: float) -> None:
        """One round."""
        before, lane.BATCH = lane.BATCH, self._batch
        store = self._open()
        try:
            run = Clients(store, clients, seconds)
            self.rates.append(run.run())
            self.waits += run.waits
        finally:
            store.close()
            lane.BATCH = before


def raw(directory: str, clients: int, seconds: float) -> float:
    """Entries a second by appending to a file and fdatasync, ``clients`` entries at a time."""
    body = canonical(an_entry()) * clients
    file = os.open(Path(directory) / f"raw-{clients}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    written, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        os.write(file, body)
        os.fdatasync(file)
        written += clients
    rate = written / (time.perf_counter() - began)
    os.close(file)
    return rate


_NUMBERS = count()


@contextlib.contextmanager
def database_of(told: str | None) -> Iterator[str | None]:
    """The address of a database: the one told, one of a server for this run only, or none for files."""
    if told != "temporary":
        yield told
        return
    from support.postgres import Server

    server = Server.make()
    try:
        with server.database() as name:
            yield server.conninfo(name)
    finally:
        server.stop()
        server.remove()


def opener(directory: str, database: str | None) -> Callable[[], TableStore]:
    """Opens new and empty stores: files in a directory, or logs of a database."""

    def open_store() -> TableStore:
        name = f"benchmark-{os.getpid()}-{next(_NUMBERS)}"
        if database is None:
            return SQLiteStore(Path(directory) / name)
        from bandeau.record.stores.postgres import PostgresStore

        return PostgresStore(database, name)

    return open_store


def rates(options: argparse.Namespace) -> None:
    """Durable choices a second, each way, turn by turn so that a noisy neighbour meets all of them."""
    print(f"{'clients':>7} {'tree/s':>8} {'no tree/s':>9} {'single/s':>8} {'raw/s':>9}", end="")
    print(f" {'tree/no tree':>12} {'tree/single':>11} {'tree/raw':>8} {'p50 ms':>7} {'p99 ms':>7}")
    for clients in CLIENTS:
        with tempfile.TemporaryDirectory(dir=options.directory) as directory:
            tree, plain, single = _ways(opener(directory, options.database))
            yardsticks = []
            seconds = options.seconds / ROUNDS
            for turn in range(ROUNDS):
                # Each other time in the other order: whoever comes first finds the disk idle.
                for run in (tree, plain, single)[:: 1 if turn % 2 else -1]:
                    run.once(clients, seconds)
                yardsticks.append(raw(directory, clients, seconds))
        marks = quantiles(tree.waits, n=100)
        ratios = [_ratio(tree.rates, other) for other in (plain.rates, single.rates, yardsticks)]
        print(
            f"{clients:7} {median(tree.rates):8,.0f} {median(plain.rates):9,.0f} {median(single.rates):8,.0f}", end=""
        )
        print(f" {median(yardsticks):9,.0f} {ratios[0]:12.2f} {ratios[1]:11.2f} {ratios[2]:8.2f}", end="")
        print(f" {marks[49] * 1e3:7.2f} {marks[98] * 1e3:7.2f}")


def _ways(open_store: Callable[[], TableStore]) -> tuple[Run, Run, Run]:
    return Run(open_store), Run(lambda: without_tree(open_store())), Run(open_store, batch=1)


def _ratio(rates: Sequence[float], others: Sequence[float]) -> float:
    return median(one / other for one, other in zip(rates, others, strict=True))


# -- proofs -------------------------------------------------------------------------------------------------------


def proofs(options: argparse.Namespace) -> None:
    """Time and memory of proofs and receipts in a large log, each in a fresh process that loads nothing of it."""
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        path = Path(options.file or Path(directory) / "large.sqlite3")
        if not path.exists():
            _build(path, options.leaves)
        size = path.stat().st_size
        print(f"{options.leaves:,} leaves without records: {size / options.leaves:.0f} bytes a leaf on the disk")
        for what in ("nothing", "proofs", "receipts"):
            subprocess.run([sys.executable, __file__, "measure", what, str(path)], check=True)


def _build(path: Path, leaves: int) -> None:
    """A log of synthetic leaves: as after everybody's choices were erased, a few choices at its end."""
    store = SQLiteStore(path)
    store.append_version(Version(1, "0.1.0", "ab" * 32, {"fr": "cd" * 32}, {})).result()
    store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO entries (seq, kind, commitment) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < ?) SELECT i, 1, randomblob(32) FROM n",
        (leaves,),
    )
    connection.execute("COMMIT")
    began = time.perf_counter()
    with contextlib.closing(_session(path, "BEGIN IMMEDIATE")) as session:
        session.begin()
        session.catch_up()
        session.commit()
    print(f"tree over them in {time.perf_counter() - began:.0f} s")


def measure(options: argparse.Namespace) -> None:
    """What one process needs for proofs, or receipts, from a large log."""
    store = SQLiteStore(options.path)
    if options.what == "proofs":
        head = store.head().result()
        times = []
        for _ in range(PROOFS):
            index = random.randrange(head.size)
            began = time.perf_counter()
            (proof,) = store.prove([index], head.size).result()
            times.append(time.perf_counter() - began)
            (leaf,) = store.rows(index, 1).result()
            check_inclusion(leaf_hash(leaf_of(leaf.kind, leaf.commitment)), index, head.size, proof, head.root)
        _tell("a proof", times)
    elif options.what == "receipts":
        keys = LogKeys((Signer("log.example", bytes(32)),))
        ledger = Ledger(store, keys, clock=count(step=60).__next__)  # each receipt with a head of its own
        times = []
        for _ in range(PROOFS // 4):
            entry = an_entry()
            store.append(entry).result()
            began = time.perf_counter()
            receipt = done(ledger.receipt(entry.record))
            times.append(time.perf_counter() - began)
            assert receipt is not None
            check_receipt(receipt, keys.verifiers)
        _tell("a receipt", times)
    else:
        store.head().result()
    store.close()
    print(f"{options.what:>9}: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _tell(what: str, times: list[float]) -> None:
    marks = quantiles(times, n=100)
    print(f"{what}: median {median(times) * 1e3:.2f} ms, p99 {marks[98] * 1e3:.2f} ms")


# -- for a long time ----------------------------------------------------------------------------------------------


def soak(options: argparse.Namespace) -> None:
    """Choices, histories, erasures, heads and proofs, all at once, for a long time: is memory flat?"""
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        store = opener(directory, options.database)()
        keys = LogKeys((Signer("log.example", bytes(32)),))
        ledger = Ledger(store, keys)
        until = time.monotonic() + options.minutes * 60
        kept, began, next_line = 0, time.monotonic(), 0.0
        known: deque[bytes] = deque(maxlen=1000)
        print(f"{'minute':>6} {'entries':>10} {'per second':>10} {'resident MB':>11} {'store MB':>8}")
        while time.monotonic() < until:
            entries = [an_entry() for _ in range(200)]
            for future in [store.append(entry) for entry in entries]:
                future.result()
            known.extend(entry.record for entry in entries)
            kept += len(entries)
            done(ledger.checkpoint())
            for record in random.sample(known, 5):
                store.history(record).result()
            store.erase(known[0]).result()
            done(ledger.receipt(known[-1]))
            if time.monotonic() - began >= next_line:
                disk = sum(file.stat().st_size for file in Path(directory).iterdir()) / 1e6
                minute = (time.monotonic() - began) / 60
                print(
                    f"{minute:6.1f} {kept:10,} {kept / max(minute * 60, 1):10,.0f} {_resident():11.1f} {disk:8.0f}",
                    flush=True,
                )
                next_line += options.minutes * 60 / 15
        store.close()


def _resident() -> float:
    """What this process holds of the memory now, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, work in {"rates": rates, "proofs": proofs, "soak": soak, "measure": measure}.items():
        command = commands.add_parser(name, description=work.__doc__)
        command.set_defaults(work=work)
        command.add_argument("--directory", default=None, help="on the disk to measure")
        if name in ("rates", "soak"):
            command.add_argument("--database", default=None, help="of PostgreSQL, not files: an address, or temporary")
    commands.choices["rates"].add_argument("--seconds", type=float, default=3.0, help="for each measurement")
    commands.choices["proofs"].add_argument("--leaves", type=int, default=1_000_000)
    commands.choices["proofs"].add_argument("--file", default=None, help="of the log, kept for the next time")
    commands.choices["soak"].add_argument("--minutes", type=float, default=30.0)
    commands.choices["measure"].add_argument("what")
    commands.choices["measure"].add_argument("path")
    options = parser.parse_args()
    if options.work is not measure:
        print(
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform()}, "
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
        )
    with database_of(getattr(options, "database", None)) as options.database:
        options.work(options)


if __name__ == "__main__":
    main()
