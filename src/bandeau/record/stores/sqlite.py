"""The store in one SQLite file, the default: nothing to set up, durable, shared by several processes.

One thread of a process writes (:class:`~bandeau.record.stores.lane.Lane`), one reads. The file is in write-ahead-log
mode with ``synchronous=FULL``: a commit returns once it is flushed to the disk (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache, partial
from importlib.resources import files
from pathlib import Path

from bandeau.errors import SetupError, StoreError
from bandeau.record.entry import Entry, canonical, commitment_of, parse
from bandeau.record.stores import OTHER, TALLY_DAYS, TALLY_ROWS_A_DAY, TALLY_TEXT_LIMIT, Archived, Observation, Tally
from bandeau.record.stores.lane import DEPTH, Lane

_PATIENCE = 5.0
"""How long, in seconds, to wait for another process that is writing or reading."""

_SCHEMAS = ("schema-1", "schema-2", "schema-3")
"""The files that lead from an empty database to the present one; ``user_version`` counts those that were run."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",  # what is erased is overwritten with zeros
    "PRAGMA temp_store = MEMORY",  # no copy of a record in a temporary file
    "PRAGMA trusted_schema = OFF",
)


class SQLiteStore:
    """Keeps everything in the file ``path``, made with mode 0600 in a directory of mode 0700 where there is none.

    See :class:`~bandeau.record.stores.Store` for what each method promises.

    Raises:
        SetupError: the file cannot be made, read or written, is no database, or was made by a newer Bandeau.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()
        connect = partial(_connect, self.path)
        connect().close()  # what is wrong with the place is said now, and the file's schema is brought up to date
        self._writer = Lane(str(self.path), connect, "BEGIN IMMEDIATE")
        self._reader = Lane(str(self.path), connect, "BEGIN")

    def append(self, entry: Entry) -> Future[int]:
        """Keep an entry; the future gives its sequence number once it is durable."""
        body = canonical(entry)
        row = (commitment_of(body, entry.salt), entry.record, entry.salt, body)
        return self._writer.put(partial(_append, row))

    def history(self, record: bytes) -> Future[tuple[Entry, ...]]:
        """Every entry of a record, oldest first."""
        return self._reader.put(partial(_history, record))

    def erase(self, record: bytes) -> Future[int]:
        """Erase a record; the future gives how many entries, once their bytes are gone from every file."""
        return self._writer.put(partial(_erase, record), after=_empty_log)

    def archive(self, kind: str, digest: str, body: bytes, at: int) -> Future[None]:
        """Keep a text under its digest, with the time."""
        return self._writer.put(partial(_archive, (kind, digest, body, at)))

    def archived(self, kind: str) -> dict[str, Archived]:
        """Everything archived of one kind, by digest."""
        return self._reader.put(partial(_archived, kind)).result()

    def tally(self, counts: Mapping[Observation, int]) -> Future[None]:
        """Add to the count of each observation."""
        # Anybody may send reports, so a flood of them must leave the queue free for choices.
        return self._writer.put(partial(_tally, dict(counts)), depth=DEPTH // 10)

    def tallies(self) -> tuple[Tally, ...]:
        """Every count."""
        return self._reader.put(_tallies).result()

    def close(self) -> None:
        """Finish what was taken on and close the file."""
        self._writer.close()
        self._reader.close()


# -- the work, each inside a transaction --------------------------------------------------------------------------


def _append(row: tuple[bytes, bytes, bytes, bytes], connection: sqlite3.Connection) -> int:
    seq = connection.execute(_sql("append"), row).lastrowid
    assert seq is not None
    return seq


def _history(record: bytes, connection: sqlite3.Connection) -> tuple[Entry, ...]:
    return tuple(parse(body, salt) for body, salt in connection.execute(_sql("history"), (record,)))


def _erase(record: bytes, connection: sqlite3.Connection) -> int:
    return connection.execute(_sql("erase"), (record,)).rowcount


def _empty_log(connection: sqlite3.Connection) -> None:
    """Move the write-ahead log into the database and cut it to nothing: it still holds what was erased."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreError("another process is reading the log of erased records; erase again")


def _archive(row: tuple[str, str, bytes, int], connection: sqlite3.Connection) -> None:
    connection.execute(_sql("archive"), row)


def _archived(kind: str, connection: sqlite3.Connection) -> dict[str, Archived]:
    return {digest: Archived(body, since) for digest, body, since in connection.execute(_sql("archived"), (kind,))}


def _bounded(one: Observation) -> Observation:
    fits = all(len(text) <= TALLY_TEXT_LIMIT for text in one)
    return one if fits else Observation(one.day, OTHER, OTHER)


def _tally(counts: dict[Observation, int], connection: sqlite3.Connection) -> None:
    rows: dict[tuple[str, bool], int] = {}
    for one, times in ((_bounded(one), times) for one, times in counts.items()):
        if connection.execute(_sql("tally-known"), (*one, times)).rowcount:
            continue
        kind = (one.day, bool(one.page))
        # Counted once in a transaction, which nobody else writes into: a day has thousands.
        rows[kind] = rows[kind] + 1 if kind in rows else 1 + _rows(connection, one)
        kept = one if rows[kind] <= TALLY_ROWS_A_DAY else Observation(one.day, OTHER, OTHER)
        connection.execute(_sql("tally"), (*kept, times))
    if counts:
        newest = max(one.day for one in counts)
        connection.execute(_sql("tally-forget"), (newest, f"-{TALLY_DAYS} days"))


def _rows(connection: sqlite3.Connection, one: Observation) -> int:
    rows: int = connection.execute(_sql("tally-rows"), (one.day, one.page)).fetchone()[0]
    return rows


def _tallies(connection: sqlite3.Connection) -> tuple[Tally, ...]:
    return tuple(Tally(*row) for row in connection.execute(_sql("tallies")))


# -- opening ------------------------------------------------------------------------------------------------------


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file, making it where there is none."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.Error, SetupError) as problem:
        raise SetupError(f"records cannot be kept in {path}: {problem}") from problem
    return connection


def _make(path: Path) -> None:
    """Make the file where there is none; SQLite gives its two companion files the mode of this one.

    A file that is there is not even opened: closing it again would let go of every lock that this process holds on it
    (https://www.sqlite.org/howtocorrupt.html, 2.2), and another process would throw the write-ahead log away.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _prepare(connection: sqlite3.Connection) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        raise SetupError("this file system does not allow a write-ahead log; choose a local directory")
    if _version(connection) == len(_SCHEMAS):
        return
    connection.execute("BEGIN IMMEDIATE")
    # Looked up again: another process may have been first.
    version = _version(connection)
    if version > len(_SCHEMAS):
        raise SetupError("it was written by a newer version of Bandeau; upgrade this one")
    for name in _SCHEMAS[version:]:
        for statement in _sql(name).split(";\n"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_SCHEMAS)}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


@cache
def _sql(name: str) -> str:
    return files("bandeau.record.stores").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
