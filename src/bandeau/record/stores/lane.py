"""A lane: one thread with one session that does queued work in batches, one transaction each.

While one transaction is being flushed to the disk, work queues up; the next transaction takes all of it at once
(group commit). So the cost of a flush is shared by everybody who waits for it.

A connection must not cross a fork: the child's locks would not be what SQLite believes them to be, and a socket would
have two speakers. So a lane lets go of its session before a fork and both sides open their own when they next need one.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bandeau.errors import BandeauError, StoreError
from bandeau.record.stores.session import Again, InDoubt, Session

T = TypeVar("T")

BATCH = 256
"""The most pieces of work in one transaction: enough to share a flush, few enough that nobody waits long."""

DEPTH = 10_000
"""The most pieces of work that wait; beyond it work fails at once, about half a second before its turn."""

_TRIES = 4
"""How often a transaction is tried that the database asks to do again, before its work fails."""


@dataclass(slots=True)
class _Job:
    """A piece of work and who waits for it: ``value`` or ``problem`` once it is done."""

    work: Callable[[Session], Any]
    after: Callable[[Session], None] | None
    future: Future[Any] = field(default_factory=Future)
    value: Any = None
    problem: Exception | None = None

    def answer(self, where: str) -> None:
        if self.problem is None:
            self.future.set_result(self.value)
            return
        if isinstance(self.problem, BandeauError) and not isinstance(self.problem, StoreError):
            self.future.set_exception(self.problem)  # an answer of the work itself, not a failure of the store
            return
        error = StoreError(f"{where}: {self.problem}")
        error.__cause__ = self.problem
        self.future.set_exception(error)


class Lane:
    """Does work in the order in which it was put, in batches, each in one transaction of a session.

    The thread and the session come into being with the first piece of work.
    """

    def __init__(self, where: str, connect: Callable[[], Session]) -> None:
        self._where = where
        self._connect = connect
        self._closed = False
        self._reset()
        _LANES.add(self)

    def _reset(self) -> None:
        self._jobs: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._busy = threading.Lock()  # held while the session is used
        self._thread: threading.Thread | None = None
        self._session: Session | None = None

    def put(
        self,
        work: Callable[[Session], T],
        *,
        after: Callable[[Session], None] | None = None,
        depth: int = DEPTH,
    ) -> Future[T]:
        """Queue ``work``, to be called inside a transaction, maybe twice; the future gives what it returns.

        ``after`` is called once the transaction is durable, outside of any; if it fails, only this work's future
        does. Where ``depth`` pieces of work are waiting already, the future has failed when it is returned.
        """
        job = _Job(work, after)
        with self._changed:
            try:
                self._accept(job, depth)
            except RuntimeError as problem:
                job.problem = problem
        if job.problem is not None:
            job.answer(self._where)
        return job.future

    def _accept(self, job: _Job, depth: int) -> None:
        if self._closed:
            raise RuntimeError("the store is closed")
        if len(self._jobs) >= depth:
            raise RuntimeError("more is waiting to be written than can be queued")
        if self._thread is None:
            # A daemon: whoever ends without closing the store has acknowledged nothing that still waits here.
            thread = threading.Thread(target=self._run, name="bandeau-record", daemon=True)
            thread.start()  # raises RuntimeError where the process may have no further thread
            self._thread = thread
        self._jobs.append(job)
        self._changed.notify()

    def close(self) -> None:
        """Do what is queued, then end the thread and close the session."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while batch := self._take():
            with self._busy:
                self._do(batch)
            for job in batch:
                job.answer(self._where)
        with self._busy:
            self._disconnect()

    def _take(self) -> list[_Job]:
        """The next batch, waiting for it; empty once the lane is closed and everything is done."""
        batch: list[_Job] = []
        with self._changed:
            while not batch:
                self._changed.wait_for(lambda: self._jobs or self._closed)
                if not self._jobs:
                    break
                taken = [self._jobs.popleft() for _ in range(min(BATCH, len(self._jobs)))]
                batch = [job for job in taken if job.future.set_running_or_notify_cancel()]
        return batch

    def _do(self, batch: list[_Job]) -> bool:
        """Do a batch in one transaction, or else, so that one piece of work fails alone, each in its own.

        Whether the database was there: where it was not, it need not be asked again for each piece of work.
        """
        for turn in range(_TRIES):
            time.sleep(turn * turn / 100)
            there, problem = self._try(batch)
            if not isinstance(problem, Again):
                break
        if problem is not None and there and len(batch) > 1 and not isinstance(problem, Again | InDoubt):
            self._do_apart(batch)
        elif problem is not None:
            _give_up(batch, problem)
        return there

    def _try(self, batch: list[_Job]) -> tuple[bool, Exception | None]:
        """Whether the database was there, and what went wrong."""
        try:
            session = self._begun()
        except Exception as absent:  # noqa: BLE001 - the thread outlives whatever happens to its files
            return False, _failure(absent)
        problem = self._transact(batch, session)
        if problem is None:
            for job in batch:
                _follow_up(job, session)
        return True, problem

    def _transact(self, batch: list[_Job], session: Session) -> Exception | None:
        """Do a batch in the transaction that was begun; what went wrong, if anything did: then nothing of it stays."""
        try:
            for job in batch:
                job.value = job.work(session)
            session.commit()
        except Exception as problem:  # noqa: BLE001 - and whatever a piece of work raises
            self._roll_back(session)
            return problem
        return None

    def _do_apart(self, batch: list[_Job]) -> None:
        for place, job in enumerate(batch):
            if not self._do([job]) and job.problem is not None:
                _give_up(batch[place + 1 :], job.problem)
                return

    def _begun(self) -> Session:
        """The session, in a new transaction; a session that the other side has ended is replaced once."""
        new = self._session is None
        session = self._session = self._session or self._connect()
        try:
            session.begin()
        except Exception:
            if new or not session.broken:
                raise
            self._disconnect()
            return self._begun()
        return session

    def _roll_back(self, session: Session) -> None:
        try:
            session.rollback()
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not used again
            self._disconnect()  # which rolls back as well; the next batch opens a new one

    def _disconnect(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def before_fork(self) -> None:
        """Wait until nothing is being written, and let go of the session."""
        self._busy.acquire()
        self._changed.acquire()
        self._disconnect()

    def after_fork_in_parent(self) -> None:
        """Go on."""
        self._changed.release()
        self._busy.release()

    def after_fork_in_child(self) -> None:
        """Begin anew: the thread and what was queued are the parent's."""
        self._reset()


def _give_up(batch: list[_Job], problem: Exception) -> None:
    for job in batch:
        job.problem = problem


def _failure(absent: Exception) -> StoreError:
    """A store that was set up once and cannot be opened again has failed: that is no answer of the work."""
    if isinstance(absent, StoreError):
        return absent
    failure = StoreError(str(absent))
    failure.__cause__ = absent
    return failure


def _follow_up(job: _Job, session: Session) -> None:
    try:
        if job.after is not None:
            job.after(session)
    except Exception as problem:  # noqa: BLE001 - as above
        job.problem = problem


_LANES: weakref.WeakSet[Lane] = weakref.WeakSet()
_forking: list[Lane] = []


def _before_fork() -> None:
    # Always in the same order, so that two threads that fork at once do not wait for each other for ever.
    lanes = sorted(_LANES, key=id)
    for lane in lanes:
        lane.before_fork()
    _forking.extend(lanes)


def _after_fork_in_parent() -> None:
    lanes = list(_forking)
    _forking.clear()
    for lane in lanes:
        lane.after_fork_in_parent()


def _after_fork_in_child() -> None:
    _forking.clear()
    for lane in _LANES:
        lane.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
