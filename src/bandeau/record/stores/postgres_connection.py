"""A connection to PostgreSQL: what it demands of the server, and what its answers mean.

What counts here is the end of a transaction. PostgreSQL answers COMMIT once the transaction is flushed to its disk and,
where a synchronous standby is configured, to that one's too. Where the wait for the standby is broken off, it answers
all the same, with a warning (https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION): such a
transaction would be lost with the server, so it counts as one of which nothing is known.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from bandeau.errors import SetupError, StoreError
from bandeau.record.stores.session import Again, InDoubt, statement

try:
    import psycopg as psycopg  # the other modules take it from here, so that the error below is the one they give
    from psycopg.abc import PQGen
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.pq import TransactionStatus
except ImportError as _problem:
    raise SetupError(
        f'records cannot be kept in PostgreSQL without its driver: pip install "bandeau[postgres]" ({_problem})'
    ) from _problem

T = TypeVar("T")

PATIENCE = 20.0
"""How long, in seconds, an answer may take: a standby that is gone keeps COMMIT waiting for ever."""

_UNLESS_GIVEN = {
    "application_name": "bandeau",
    "client_encoding": "utf8",
    "connect_timeout": "5",  # seconds, for each host
    "target_session_attrs": "read-write",  # of several hosts, the one that is the primary now
    # A host that has vanished is noticed after some ten seconds, whether data was under way or not.
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",  # milliseconds
}
"""Parameters of the connection that hold where the address names no other."""

_SETTINGS = (
    "SET lock_timeout = '10s'",  # another process that was stopped in the midst holds the head
    "SET idle_in_transaction_session_timeout = '30s'",  # and is made to let go of it
)

_RETRIED = frozenset({"40001", "40P01"})
"""The transaction lost against another one: could not serialize, deadlock."""

_UNKNOWN = frozenset({"08006", "08007", "40003"})
"""The server itself does not know what became of the transaction."""

_PRIMARY_NO_MORE = frozenset({"25006", "57P01", "57P02", "57P03"})
"""Read-only, or shutting down: another one may be the primary by now."""


_COLUMNS = {
    "append": ("int4", "int8", "int2", "bytea", "bytea", "bytea", "bytea"),
    "node": ("int4", "int2", "int8", "bytea"),
}
"""The types of what is copied, the log first: in the binary form nothing is converted."""


class Late(psycopg.OperationalError):
    """The server did not answer in time."""


class Patient(psycopg.Connection[Any]):
    """A connection that waits for an answer, but not for ever."""

    patience: float
    """In seconds."""

    def wait(self, gen: PQGen[T], *arguments: Any, **options: Any) -> T:
        """What a generator of psycopg's gives at its end.

        Raises:
            Late: the server took too long; the connection is of no use any more.
        """
        return super().wait(self._in_time(gen), *arguments, **options)

    def _in_time(self, gen: PQGen[T]) -> PQGen[T]:
        until = time.monotonic() + self.patience
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > until:
                    raise Late(f"no answer within {self.patience:g} seconds")
                wanted = gen.send(ready)
        except StopIteration as end:
            value: T = end.value
            return value


def place(conninfo: str) -> str:
    """The place that a connection leads to, in a form that may be shown: without user and password.

    Raises:
        psycopg.Error: it is not an address of a database.
    """
    parameters = conninfo_to_dict(conninfo)
    host, database = (parameters.get(key) or "" for key in ("host", "dbname"))
    return f"postgresql://{host}/{database}"


def connect(conninfo: str, patience: float | None = None) -> Patient:
    """Open a connection whose commits are durable.

    Raises:
        psycopg.Error: there is none to be had.
        SetupError: the server does not keep what it acknowledges, or cannot keep every text.
    """
    parameters: dict[str, Any] = {**_UNLESS_GIVEN, **conninfo_to_dict(conninfo)}
    connection = Patient.connect(**parameters, autocommit=True, cursor_factory=psycopg.RawCursor)
    connection.patience = PATIENCE if patience is None else patience
    try:
        _demand(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _demand(connection: Patient) -> None:
    """Have commits wait until they are durable, on the standby too where there is a synchronous one."""
    for setting in _SETTINGS:
        connection.execute(setting)
    if _shown(connection, "synchronous_commit") != "remote_apply":  # which waits longer still
        connection.execute("SET synchronous_commit = on")
    if _shown(connection, "fsync") != "on":
        raise SetupError("the server runs with fsync=off: a loss of power takes back what it acknowledged")
    if _shown(connection, "server_encoding") != "UTF8":
        raise SetupError("the database is not in UTF-8; make one with: createdb --encoding=UTF8 --template=template0")


def _shown(connection: Patient, setting: str) -> str:
    row = connection.execute("SELECT current_setting($1)", [setting]).fetchone()
    return str(row[0]) if row else ""


class PostgresConnection:
    """A connection to one log, whose transactions open with ``begin``: one or more statements."""

    def __init__(self, connection: Patient, log: int, begin: str) -> None:
        self._connection = connection
        self._log = log
        self._begin = begin
        self._warnings: list[str] = []
        self._primary = True
        self._head: Any = None
        self._move: list[Any] | None = None  # of the head, not sent yet
        self.close = connection.close
        connection.add_notice_handler(self._noticed)

    def _noticed(self, notice: psycopg.errors.Diagnostic) -> None:
        if (notice.severity_nonlocalized or notice.severity) == "WARNING":
            self._warnings.append(notice.message_primary or "a warning without words")

    @property
    def broken(self) -> bool:
        """Whether the connection is lost, or its server not the primary any more."""
        return self._connection.closed or not self._primary

    def begin(self) -> None:
        """Open a transaction."""
        self._move = None
        try:
            with self._told():
                opened = self._connection.execute(self._begin)
                self._head = opened.fetchone() if opened.nextset() else None
        except BaseException:
            with suppress(psycopg.Error):
                self.rollback()  # of several statements, the first may have opened it
            raise

    def lock_head(self) -> tuple[int, bytes, bytes]:
        """The row of the head, as the transaction found and locked it at its beginning if it is one that writes."""
        locked = self._head or self.run("head-lock").fetchone()
        assert locked is not None, "a log has a head from its beginning"
        size, root, frontier = locked
        return size, root, frontier

    def move_head(self, row: tuple[int, bytes, bytes], before: tuple[int, bytes, bytes]) -> None:
        """Move the head together with whatever comes next, which is mostly the end: one trip less to the database."""
        self._send_move()
        self._move = [self._log, *row, *before[:2]]

    def _send_move(self) -> None:
        if self._move is not None:
            move, self._move = self._move, None
            self._connection.execute(statement("postgres", "head-move"), move, binary=True)

    def commit(self) -> None:
        """End the transaction; it is flushed to the disks that the server was told to wait for."""
        self._warnings.clear()
        try:
            with self._told(), self._connection.pipeline():
                self._send_move()
                ended = self._connection.execute("COMMIT")
            done = ended.statusmessage
        except (Again, psycopg.Error) as problem:
            if self._connection.closed or _state(problem) in _UNKNOWN:
                raise InDoubt(f"nothing is known of what was just sent: {problem}") from problem
            raise
        if done != "COMMIT":
            raise StoreError("the transaction had failed before its end")
        if self._warnings:
            raise InDoubt(f"the standby may not have it: {self._warnings[0]}")

    def rollback(self) -> None:
        """End the transaction without a trace."""
        if self._connection.info.transaction_status != TransactionStatus.IDLE:
            self._connection.execute("ROLLBACK")

    def run(self, name: str, *values: Any) -> psycopg.Cursor[Any]:
        """Run a statement by its name; its first parameter is the log."""
        with self._told():
            self._send_move()
            return self._connection.execute(statement("postgres", name), [self._log, *values], binary=True)

    def many(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement that copies rows into a table: of all ways the fastest, from a handful of rows on."""
        with self._told():
            self._send_move()
        with self._told(), self._connection.cursor().copy(statement("postgres", name)) as copy:
            copy.set_types(_COLUMNS[name])
            for row in rows:
                copy.write_row((self._log, *row))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What a failure means for the connection, and for the transaction."""
        try:
            yield
        except psycopg.Error as problem:
            if isinstance(problem, Late):
                self._connection.close()  # an answer that comes yet would be taken for that to the next question
            self._primary = self._primary and problem.sqlstate not in _PRIMARY_NO_MORE
            if self.broken or problem.sqlstate in _RETRIED:
                raise Again(str(problem)) from problem
            raise


class SweepingConnection(PostgresConnection):
    """A connection for statements that cannot be part of a transaction, and that do nothing where they warn."""

    def run(self, name: str, *_: Any) -> psycopg.Cursor[Any]:
        """Run a statement that takes no parameter, not even the log."""
        self._warnings.clear()
        with self._told():
            done = self._connection.execute(statement("postgres", name))
        if self._warnings:
            raise StoreError(self._warnings[0])
        return done


def _state(problem: BaseException) -> str | None:
    cause = problem.__cause__ if isinstance(problem, Again) else problem
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None
