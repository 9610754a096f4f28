"""The store in one SQLite file, the default: nothing to set up, durable, shared by several processes.

One thread of a process writes (:class:`~bandeau.record.stores.lane.Lane`), one reads. The file is in write-ahead-log
mode with ``synchronous=FULL``: a commit returns once it is flushed to the disk (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bandeau.errors import SetupError, StoreError
from bandeau.record.stores.session import Session, statement
from bandeau.record.stores.tables import TableStore

_sql = partial(statement, "sqlite")

_PATIENCE = 5.0
"""How long, in seconds, to wait for another process that is writing or reading."""

_SCHEMAS = ("schema-1", "schema-2", "schema-3", "schema-4")
"""The files that lead from an empty database to the present one; ``user_version`` counts those that were run."""

_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",  # what is erased is overwritten with zeros
    "PRAGMA temp_store = MEMORY",  # no copy of a record in a temporary file
    "PRAGMA trusted_schema = OFF",
)


class SQLiteStore(TableStore):
    """Keeps everything in the file ``path``, made with mode 0600 in a directory of mode 0700 where there is none.

    See :class:`~bandeau.record.stores.Store` for what each method promises.

    Raises:
        SetupError: the file cannot be made, read or written, is no database, or was made by a newer Bandeau.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).absolute()
        # What is wrong with the place is said now, and the file's schema is brought up to date.
        _connect(self.path).close()
        writer, reader = (partial(_session, self.path, begin) for begin in ("BEGIN IMMEDIATE", "BEGIN"))
        super().__init__(str(self.path), writer, reader, after_erasing=_empty_log)


class SQLiteConnection:
    """A connection whose transactions open with ``begin``."""

    def __init__(self, connection: sqlite3.Connection, begin: str) -> None:
        self._connection = connection
        self._begin = begin
        self.close = connection.close
        self.broken = False

    def begin(self) -> None:
        """Open a transaction; an immediate one is the only one that writes."""
        if self.broken:
            raise sqlite3.OperationalError("the file was opened for reading only")
        self._connection.execute(self._begin)

    def lock_head(self) -> tuple[int, bytes, bytes]:
        """The row of the head; an immediate transaction keeps everybody else from moving it."""
        row: tuple[int, bytes, bytes] = self.run("head").fetchone()
        return row

    def move_head(self, row: tuple[int, bytes, bytes], before: tuple[int, bytes, bytes]) -> None:
        """Move the head; nobody else can have, in an immediate transaction, but it costs nothing to be sure."""
        if self.run("head-move", *row, *before[:2]).rowcount != 1:
            raise StoreError("another writer moved the head of the log in the midst of this transaction")

    def commit(self) -> None:
        """End the transaction, flushed to the disk."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """End the transaction without a trace."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def run(self, name: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement by its name."""
        try:
            return self._connection.execute(_sql(name), values)
        except sqlite3.OperationalError as problem:
            self._note(problem)
            raise

    def many(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row."""
        try:
            self._connection.executemany(_sql(name), rows)
        except sqlite3.OperationalError as problem:
            self._note(problem)
            raise

    def _note(self, problem: sqlite3.OperationalError) -> None:
        # Where a file could not be opened for writing, SQLite has opened it for reading and stays at that.
        self.broken = problem.sqlite_errorcode == sqlite3.SQLITE_READONLY


def _empty_log(session: Session) -> None:
    """Move the write-ahead log into the database and cut it to nothing: it still holds what was erased."""
    # SQLite waits for who reads the log, but not for another process that is just moving it (SQLITE_BUSY in
    # https://www.sqlite.org/c3ref/wal_checkpoint_v2.html).
    if not _patiently(lambda: session.run("empty-log").fetchone()[0] == 0):
        raise StoreError("another process is reading the log of erased records; erase again")


def _patiently(done: Callable[[], bool]) -> bool:
    """Try, where SQLite does not wait for another process by itself, until it is done; whether it is."""
    until = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() >= until:
            return False
        time.sleep(0.01)
    return True


# -- opening ------------------------------------------------------------------------------------------------------


def _session(path: Path, begin: str) -> Session:
    return Session(SQLiteConnection(_connect(path), begin))


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
    except (OSError, sqlite3.Error, UnicodeError, SetupError) as problem:  # a damaged schema is not even text
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
    if not _patiently(lambda: _keep_log(connection)):
        raise SetupError("another process is at work in the file and does not let go of it")
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    if _version(connection) == len(_SCHEMAS):
        return
    connection.execute("BEGIN IMMEDIATE")
    # Looked up again: another process may have been first.
    version = _version(connection)
    if version > len(_SCHEMAS):
        raise SetupError("it was written by a newer version of Bandeau; upgrade this one")
    for name in _SCHEMAS[version:]:
        for part in _sql(name).split(";\n"):
            connection.execute(part)
    Session(SQLiteConnection(connection, "")).catch_up()  # entries from before there was a tree
    connection.execute(f"PRAGMA user_version = {len(_SCHEMAS)}")
    connection.execute("COMMIT")


def _keep_log(connection: sqlite3.Connection) -> bool:
    """Put the file into write-ahead-log mode; ``False`` where another process is just making it."""
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    if mode != ("wal",):
        raise SetupError("this file system does not allow a write-ahead log; choose a local directory")
    return True


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
