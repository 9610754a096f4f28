"""Copies of the store in one SQLite file: made while others write, and put back without a way to fork the log."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from bandeau.errors import ProofError, SetupError, StoreError
from bandeau.record.stores.session import statement
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.record.tiles import read_frontier

_sql = partial(statement, "sqlite")
_PATIENCE = 5.0  # seconds to wait for another process


@contextmanager
def drafted(target: Path) -> Iterator[Path]:
    """A draft beside a file, readable by its owner only, gone at the end unless it was put in the file's place.

    Raises:
        SetupError: it cannot be made.
    """
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
    except OSError as problem:
        raise SetupError(f"{target} cannot be written: {problem.strerror}.") from problem
    finally:
        for name in (draft, *_companions(draft)):
            name.unlink(missing_ok=True)


def copy(source: Path, draft: Path) -> None:
    """Copy a database as it is at one moment into an empty file, without what lies in it of erased records.

    Others may write meanwhile. An erasure waits: it cannot empty the write-ahead log while it is read.

    Raises:
        StoreError: the source cannot be read, or the copy not written.
    """
    try:
        with closing(sqlite3.connect(source, timeout=_PATIENCE, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(draft),))
    except sqlite3.Error as problem:
        raise StoreError(f"{source} cannot be copied: {problem}") from problem


def take(backup: Path, draft: Path) -> None:
    """Copy a backup, which nobody writes to, into an empty file.

    Raises:
        SetupError: it cannot be read, or is a database in use.
    """
    if any(name.exists() and name.stat().st_size for name in _companions(backup)):
        raise SetupError(f"{backup} is in use as a database: make a copy of it with bandeau ledger backup.")
    try:
        with backup.open("rb") as source, draft.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    except OSError as problem:
        raise SetupError(f"{backup} cannot be read: {problem.strerror}.") from problem


def put(draft: Path, target: Path) -> None:
    """Move a draft into the place of a file, durably."""
    _flush(draft)
    draft.replace(target)
    _flush(target.parent)


def check_continues(present: SQLiteStore, coming: SQLiteStore) -> None:
    """Check that one ledger begins with all of another, so that it may take its place.

    Raises:
        ProofError: it is shorter, or another: the log would contradict what it has signed.
        StoreError: one cannot be read.
    """
    here, there = present.head().result(), coming.head().result()
    if there.size < here.size:
        raise ProofError(
            f"the log here has {here.size} leaves and the backup {there.size}: putting it back would take back what is "
            f"recorded, and contradict what is signed"
        )
    if read_frontier(here.size, lambda tiles: coming.tiles(tiles).result()).root() != here.root:
        raise ProofError(f"the backup is of another log, or one was rewritten: their first {here.size} leaves differ")


def carry_over(present: Path, coming: Path) -> int:
    """Take into a copy what has changed here beside the log: what was erased, withheld and signed; how much was erased.

    Raises:
        StoreError: one of them cannot be read or written.
    """
    try:
        with closing(sqlite3.connect(coming, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("ATTACH ? AS present", (str(present),))
            connection.execute("BEGIN IMMEDIATE")
            erased = connection.execute(_sql("carry-erased")).rowcount
            for name in ("carry-withheld", "carry-checkpoints"):
                connection.execute(_sql(name))
            connection.execute("COMMIT")
            connection.execute("DETACH present")
            connection.execute("VACUUM")
    except sqlite3.Error as problem:
        raise StoreError(f"{coming} cannot be written: {problem}") from problem
    return erased


def lock_out(path: Path) -> None:
    """Empty and remove the write-ahead log of a database that nobody else has open.

    Raises:
        SetupError: somebody has.
    """
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as problem:
        raise SetupError(f"{path} is in use: stop the site first.") from problem
    if mode != "delete":
        raise SetupError(f"{path} is in use: stop the site first.")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
