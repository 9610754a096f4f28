"""What every collector is: the root class, what it is given, and the notebook that it writes into."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from bandeau.audit.facts import Cause, Fact, Happening, Place, Request
from bandeau.audit.recording import Trouble

_F = TypeVar("_F", bound=Happening)

Params = Mapping[str, Any]
"""What an event of the Chrome DevTools Protocol carries."""

WORKERS = frozenset({"worker", "shared_worker", "service_worker", "worklet"})


@dataclass(slots=True)
class Target:
    """Something that the browser runs for the visit: a page, a frame in a process of its own, a worker.

    ``kind`` is the browser's word for it (page, iframe, worker, ...); ``main`` marks the page that is visited.
    """

    session: str
    id: str
    kind: str
    url: str
    main: bool = False

    @property
    def worker(self) -> bool:
        """Whether it has no document."""
        return self.kind in WORKERS


@dataclass(frozen=True, slots=True)
class Note:
    """What hooks.js said: a kind, what it is about, and ``times`` how often since it was last said.

    ``at`` is when, in milliseconds since the visit began, by the clock of the page's realm as it was before the page's
    own code ran: messages of a browser that is busy come late, and in heaps.
    """

    at: int
    kind: str
    key: str
    value: str
    detail: str
    times: int
    by: Cause
    page: str


@dataclass(frozen=True, slots=True)
class SetLine:
    """One ``Set-Cookie`` line of an answer; ``refused`` is the browser's reason where it did not take it."""

    line: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it goes into the recording, and when (milliseconds) and with which cookies it was answered."""

    request: Request
    answered: int = 0
    lines: tuple[SetLine, ...] = ()


class Notebook:
    """Where the facts of one visit are written: bounded, and stamped with the visit's clock."""

    def __init__(self, *, facts: int, text: int, clock: Callable[[], float] = time.time) -> None:
        self.view = 0
        self._clock = clock
        self._start = self._stirred = clock()
        self._limit = facts
        self._text = text
        self._facts: list[Fact] = []
        self._trouble: dict[str, Trouble] = {}

    @property
    def at(self) -> int:
        """Milliseconds since the visit began."""
        return max(0, int((self._clock() - self._start) * 1000))

    def at_time(self, seconds: float) -> int:
        """The same of a moment that the browser tells, in seconds since 1970; never in the future."""
        return max(0, min(int((seconds - self._start) * 1000), self.at))

    @property
    def idle(self) -> float:
        """Seconds since something was loaded or stored."""
        return self._clock() - self._stirred

    @property
    def full(self) -> bool:
        """Whether this state has as many facts as are kept."""
        return len(self._facts) >= self._limit

    def stir(self) -> None:
        """Say that the page is still at it."""
        self._stirred = self._clock()

    def write(self, fact: Fact) -> None:
        """Write a fact down, unless the state has too many."""
        if self.full:
            self.trouble("too-many-facts", f"the page did more than {self._limit} things; the rest is left out")
            return
        self._facts.append(fact)

    def written(self, kind: type[_F]) -> Iterator[_F]:
        """The facts of one kind that were written in this state so far."""
        return (fact for fact in self._facts if isinstance(fact, kind))

    def trouble(self, code: str, text: str) -> None:
        """Write down that something went wrong; the same code once in a state."""
        self._trouble.setdefault(code, Trouble(code=code, text=self.cut(text)))

    def cut(self, text: str) -> str:
        """Cut a text to what is kept of one."""
        return text if len(text) <= self._text else text[: self._text] + "…"

    def take(self) -> tuple[tuple[Fact, ...], tuple[Trouble, ...]]:
        """Give what one state came to, in order of time, and begin the next."""
        facts = tuple(sorted(self._facts, key=lambda fact: fact.at))
        trouble = tuple(self._trouble.values())
        self._facts, self._trouble, self.view = [], {}, 0
        return facts, trouble


class Collector:
    """One kind of fact. `workers.py` is the one to copy.

    A collector lives as long as one visit. It is made with the notebook; then, in the browser's order, ``event`` is
    called for each event of the protocol that ``events`` names, ``note`` for each note of the page's hooks that
    ``notes`` names. When a state ends, ``look`` is called for each document that is still open, with what survey.js
    found in it, ``exchange`` for each request of the state, in order, and ``end`` last: what is still held back is
    written then, because the next state has its own facts.

    All but ``end`` may raise LookupError, TypeError or ValueError for what they cannot read, which costs that message
    only and is told as a trouble. None may wait or do I/O.
    """

    events: ClassVar[tuple[str, ...]] = ()
    notes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, notebook: Notebook) -> None:
        self.book = notebook

    def event(self, target: Target, name: str, params: Params) -> None:
        """Take an event of the protocol."""

    def note(self, note: Note) -> None:
        """Take a note of the page's hooks."""

    def look(self, target: Target, found: Params) -> None:
        """Take what was found in one document at the end of a state."""

    def exchange(self, exchange: Exchange) -> None:
        """Take a request with everything that came of it."""

    def end(self) -> None:
        """Write what was held back."""


def cause_of_stack(text: str) -> Cause:
    """Read the ``stack`` of a JavaScript error, as V8 writes it; frames without an address (our hooks) are left out."""
    places = (_frame(line[:2000].strip()) for line in text.split("\n")[1:26])
    return Cause(kind="script", stack=tuple(place for place in places if place))


def _frame(line: str) -> Place | None:
    """One line of a stack: ``at function (address:line:column)``, or without a function's name and brackets."""
    if not line.startswith("at "):
        return None
    function, bracket, address = line[3:].removesuffix(")").partition(" (")
    if not bracket:
        function, address = "", function
    url, *numbers = address.rsplit(":", 2)
    if len(numbers) < 2 or url.startswith(("<anonymous>", "eval at", "native")):
        return None
    if not all(number.isascii() and number.isdigit() and len(number) < 12 for number in numbers):
        return None
    name = function.removeprefix("async ")
    return Place(url=url[:512], line=int(numbers[0]), column=int(numbers[1]), function=name[:80])


def cause_of_initiator(initiator: Params) -> Cause:
    """Read the initiator of a request: who asked for it, with what called that in turn."""
    places: list[Place] = []
    trace: Params | None = initiator.get("stack")
    while trace and len(places) < 25:
        places += [_place(frame) for frame in trace["callFrames"] if frame["url"]]
        trace = trace.get("parent")
    if not places and initiator.get("url"):
        line = int(initiator.get("lineNumber", -1)) + 1
        column = int(initiator.get("columnNumber", -1)) + 1
        places = [Place(url=initiator["url"][:512], line=line, column=column)]
    return Cause(kind=_KINDS.get(initiator["type"], "other"), stack=tuple(places[:25]))


_KINDS = {"parser": "parser", "script": "script", "preload": "preload", "preflight": "script"}


def _place(frame: Params) -> Place:
    return Place(
        url=frame["url"][:512],
        line=int(frame["lineNumber"]) + 1,
        column=int(frame["columnNumber"]) + 1,
        function=frame["functionName"][:80],
    )
