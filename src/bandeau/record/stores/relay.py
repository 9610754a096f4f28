"""A future for work that has a second part, done elsewhere once the first is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from bandeau.record.stores.session import Session

T = TypeVar("T")


class Relay(Generic[T]):
    """``future`` gives what the second part gives, or the first where that was all; it fails where either does.

    As any future of a store it can be cancelled until the first part is taken up, and then the work is never done.
    """

    def __init__(self) -> None:
        self.future: Future[T] = Future()
        self._taken = False

    def taking(self, work: Callable[[Session], T]) -> Callable[[Session], T | None]:
        """The first part, to be given to a lane."""

        def taken(session: Session) -> T | None:
            return work(session) if self._take() else None

        return taken

    def after(self, first: Future[Any], then: Callable[[T], Future[T] | None]) -> None:
        """Once the first part is done, do what ``then`` makes of its value; ``None`` says that this was all."""

        def go_on(done: Future[Any]) -> None:
            """Begin the second part, or end with the first."""
            if not self._take():
                return
            try:
                value = done.result()
                second = then(value)
            except Exception as problem:  # noqa: BLE001 - whatever it is, it belongs to who waits
                self.future.set_exception(problem)
                return
            if second is None:
                self.future.set_result(value)
            else:
                second.add_done_callback(self._end)

        first.add_done_callback(go_on)

    def _end(self, second: Future[T]) -> None:
        problem = second.exception()
        if problem is None:
            self.future.set_result(second.result())
        else:
            self.future.set_exception(problem)

    def _take(self) -> bool:
        """Whether the work is to be done, from now on beyond cancelling."""
        self._taken = self._taken or self.future.set_running_or_notify_cancel()
        return self._taken
