"""The store in a PostgreSQL database, for sites on several machines: what it acknowledges survives the loss of one.

Several logs, of several sites or of several months, share a database and are told apart by their names. Each log has
one row for its head; a batch locks that row, appends, and moves the head, in one transaction. So the writers of one
log take turns, on however many machines they are, and those of different logs do not wait for each other.

Only plain tables, row locks and compare-and-swap are used, and every transaction that the database wants to have done
again is: that is what databases share that speak PostgreSQL's protocol and spread their data over many machines.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from bandeau.errors import SetupError, StoreError
from bandeau.record.stores import Expired, Head
from bandeau.record.stores import work_log as log
from bandeau.record.stores import work_records as records
from bandeau.record.stores.lane import Lane
from bandeau.record.stores.postgres_connection import (
    PostgresConnection,
    SweepingConnection,
    connect,
    place,
    psycopg,
)
from bandeau.record.stores.postgres_schema import prepare
from bandeau.record.stores.relay import Relay
from bandeau.record.stores.session import Session
from bandeau.record.stores.tables import TableStore

T = TypeVar("T")

_SWEEPING = 600.0
"""How long, in seconds, a VACUUM may take."""

_WRITE = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; "
    "SELECT size, root, frontier FROM bandeau.heads WHERE log = {log} FOR UPDATE"
)
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresStore(TableStore):
    """Keeps a log in the database that ``conninfo`` leads to, an address or libpq's list of parameters.

    ``log`` is the log's name; it is begun where there is none of that name. See
    :class:`~bandeau.record.stores.Store` for what each method promises. A record's history, its erasure and its being
    withheld reach over all logs of the database; everything else is the log's own.

    *Durable* is what the server has flushed to its disk and, where it has a synchronous standby, to that one's.

    *Erased* is what no connection can read and what VACUUM has taken from the table. Its bytes can stay for a while in
    the free space of a page, until another entry is written there, and in the write-ahead log, until its segments are
    used again; and in whatever copies are made of the two. ``docs/how-to/postgresql.md`` says what to do about it.

    Raises:
        SetupError: the database cannot be reached, or may not be written to; it does not keep what it acknowledges; or
            it was made by a newer Bandeau.
    """

    def __init__(self, conninfo: str, log: str) -> None:
        try:
            where = place(conninfo)
        except psycopg.Error as problem:
            raise SetupError(f"this is not the address of a PostgreSQL database: {problem}") from problem
        try:
            number = prepare(conninfo, log)
        except (psycopg.Error, SetupError, StoreError) as problem:
            raise SetupError(f"records cannot be kept in {where}: {problem}") from problem

        def opened(begin: str) -> Session:
            return Session(PostgresConnection(connect(conninfo), number, begin.format(log=number)))

        super().__init__(where, partial(opened, _WRITE), partial(opened, _READ), after_erasing=_nothing)
        self._sweeper = Lane(where, lambda: Session(SweepingConnection(connect(conninfo, _SWEEPING), number, "BEGIN")))
        self._sweep = _Sweep()
        self._confirmed = ""  # the last note of which it is known that its row is durable

    # -- erasing --------------------------------------------------------------------------------------------------

    def erase(self, record: bytes) -> Future[int]:
        """Erase a record; the future gives how many entries, once VACUUM has been over the table."""
        return self._swept(partial(records.erase, record))

    def expire(self, before: int, start: int, count: int) -> Future[Expired]:
        """Erase what was recorded before a time, of ``count`` entries from ``start`` on."""
        return self._swept(partial(records.expire, before, start, count))

    def _swept(self, work: Callable[[Session], T]) -> Future[T]:
        """Do work, and sweep after it on another connection, so that nobody who writes waits for that."""
        relay: Relay[T] = Relay()
        relay.after(
            self._writer.put(relay.taking(work)),
            lambda value: self._sweeper.put(lambda _: self._sweep.order(value), after=self._sweep.do),
        )
        return relay.future

    # -- signed heads ---------------------------------------------------------------------------------------------

    def publish(self, head: Head, note: str) -> Future[str]:
        """Keep the signed note of a head, or give the one that is kept already."""
        return self._confirming(partial(log.publish, head, note))

    def published(self) -> Future[str | None]:
        """The newest signed note that is kept."""
        relay: Relay[str | None] = Relay()
        relay.after(
            self._reader.put(relay.taking(log.published)),
            lambda note: None if note in (None, self._confirmed) else self._confirming(log.published),
        )
        return relay.future

    def _confirming(self, work: Callable[[Session], T]) -> Future[T]:
        """Do work that gives a note, and write to the note's row unless it is known to be durable.

        A row that can be read need not be: once a primary starts again, it shows what it had committed while nobody
        was left to confirm it, and its standby, which has taken its place, may have signed another head of that size.
        A write of one's own returns only when the standby has it, and so all that was written before.
        """
        noted: list[str] = []

        def confirmed(session: Session) -> T:
            note = work(session)
            noted[:] = [note] if isinstance(note, str) else []
            if noted and note != self._confirmed:
                session.run("checkpoint-confirm", note)
            return note

        def remember(_: Session) -> None:
            self._confirmed = noted[0] if noted else self._confirmed

        return self._writer.put(confirmed, after=remember)

    def close(self) -> None:
        """Finish what was taken on and let go of the database."""
        self._reader.close()
        self._writer.close()
        self._sweeper.close()


class _Sweep:
    """One VACUUM for all the erasures that wait for one."""

    def __init__(self) -> None:
        self._due = False

    def order(self, erased: T) -> T:
        """Before any is done: what was erased until now is to be swept."""
        self._due = True
        return erased

    def do(self, session: Session) -> None:
        """Outside of a transaction."""
        if self._due:
            session.run("sweep")
            self._due = False


def _nothing(session: Session) -> None:
    """Nothing is to be done on the connection that writes."""
