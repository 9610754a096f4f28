"""How much a visit may load and start: what goes beyond is stopped, and told."""

from __future__ import annotations

from collections.abc import Callable

from bandeau.audit.collectors.base import Notebook, Params, Target
from bandeau.audit.visit.plan import Limits


class Bounds:
    """Counts what one visit loads and starts. ``stop`` and ``leave`` are set by whoever can act on it.

    ``stop`` is called with the target in which one body grows too large: loading is stopped there. ``leave`` is called
    where all together is too much: the visit ends.
    """

    events = ("Network.dataReceived",)

    def __init__(self, book: Notebook, limits: Limits) -> None:
        self.stop: Callable[[Target], None] = lambda _: None
        self.leave: Callable[[], None] = lambda: None
        self._book = book
        self._limits = limits
        self._bodies: dict[str, int] = {}
        self._all = 0
        self._targets = 0

    def event(self, target: Target, _: str, params: Params) -> None:
        """Count a piece of a body."""
        key, length = params["requestId"], int(params["dataLength"])
        before = self._bodies.get(key, 0)
        self._bodies[key] = before + length
        self._all += length
        if before <= self._limits.body < before + length:
            self._book.trouble("body-too-large", f"an answer was larger than {self._limits.body} bytes; it was cut off")
            self.stop(target)
        if self._all - length <= self._limits.bytes < self._all:
            self._book.trouble("too-many-bytes", f"the page loaded more than {self._limits.bytes} bytes; it was left")
            self.leave()

    def starts(self) -> bool:
        """Count a page, frame process or worker; says whether it is still watched."""
        self._targets += 1
        if self._targets == self._limits.targets + 1:
            text = f"the page started more than {self._limits.targets} frames and workers; the rest is not watched"
            self._book.trouble("too-many-targets", text)
        return self._targets <= self._limits.targets

    def renew(self) -> None:
        """Begin to count anew: another state."""
        self._bodies.clear()
        self._all = 0
