"""One visit as it is watched: hands what comes over the wire to the collectors, within bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec

from bandeau.audit.collectors import COLLECTORS
from bandeau.audit.collectors.base import Collector, Note, Notebook, Params, Target, cause_of_stack
from bandeau.audit.collectors.exchanges import Exchanges
from bandeau.audit.facts import Fact
from bandeau.audit.recording import Trouble
from bandeau.audit.visit.bounds import Bounds
from bandeau.audit.visit.lenient import read_json
from bandeau.audit.visit.plan import Limits

UNREADABLE = (LookupError, TypeError, ValueError)
_PAYLOAD = msgspec.json.Decoder(tuple[str, str, str, str, int, str, str, float])


class Watch:
    """What is watched of one visit. ``targets`` are those that are open now, by session.

    ``agent`` is what its workers say they are (pages are told by Playwright), and ``signal`` whether it is seen under
    Global Privacy Control.
    """

    def __init__(self, limits: Limits, agent: str, *, signal: bool = False) -> None:
        self.book = Notebook(facts=limits.facts, text=limits.text)
        self.agent = agent
        self.signal = signal
        self.deaf = False  # while we ask ourselves what lies in the page, what its code then does is not counted
        self.targets: dict[str, Target] = {}
        self.limits = limits
        self.origins: set[str] = set()  # whose storage is bounded already
        self.bounds = Bounds(self.book, limits)
        self.exchanges = Exchanges(self.book)
        self.collectors = tuple(collector(self.book) for collector in COLLECTORS)
        self.clicked = 0  # when the visitor last clicked, in milliseconds since the visit began
        self._events: dict[str, list[Callable[[Target, str, Params], None]]] = defaultdict(list)
        self._notes: dict[str, list[Collector]] = defaultdict(list)
        for name in self.exchanges.events:
            self._events[name].append(self.exchanges.event)
        for name in self.bounds.events:
            self._events[name].append(self.bounds.event)
        for collector in self.collectors:
            for name in collector.events:
                self._events[name].append(collector.event)
            for kind in collector.notes:
                self._notes[kind].append(collector)

    def event(self, target: Target, name: str, params: Params) -> None:
        """Hand on an event of the protocol."""
        for take in self._events.get(name, ()):
            self._safely(name, take, target, name, params)

    def note(self, payload: str) -> None:
        """Hand on what the hooks of a realm said."""
        if self.deaf or self.book.full:
            return
        self._safely("a note of the page", self._note, payload)

    def look(self, target: Target, found: Params) -> None:
        """Hand on what was found in one document."""
        for collector in self.collectors:
            self._safely("the survey", collector.look, target, found)

    def take(self) -> tuple[tuple[Fact, ...], tuple[Trouble, ...]]:
        """End a state: give its facts and troubles."""
        for exchange in self.exchanges.take():
            for collector in self.collectors:
                self._safely("a request", collector.exchange, exchange)
        for collector in self.collectors:
            collector.end()
        self.bounds.renew()
        return self.book.take()

    def _note(self, payload: str) -> None:
        kind, key, value, detail, times, stack, page, now = read_json(_PAYLOAD, payload)
        if kind == "capped":
            self.book.trouble("too-many-calls", f"{page} called more than is counted; the rest is left out")
        at = self.book.at_time(now / 1000)
        if kind == "click":
            self.clicked = at
        note = Note(at, kind, key, value, detail, times, cause_of_stack(stack), page)
        for collector in self._notes.get(kind, ()):
            collector.note(note)

    def _safely(self, what: str, work: Callable[..., None], *values: Any) -> None:
        try:
            work(*values)
        except UNREADABLE as error:
            self.book.trouble("unread", f"{what} could not be read: {error!r}")
