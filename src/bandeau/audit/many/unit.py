"""The unit of work: how one page is seen. Workers open it once and see many pages with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from bandeau.audit.recording import Browser, Page, State

Tell = Callable[[State], None]
"""Hears which state a page is being seen in."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one page: as it was seen on each device, and its pictures by name.

    ``again`` is for how many seconds its host asked to be left alone (429 or 503), ``None`` where it did not. ``then``
    is what came of the pages that were read on after it, by address; what is not there was left out. ``ended_by`` is
    the address of the one that ended the visit.
    """

    pages: tuple[Page, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    again: float | None = None
    then: Mapping[str, Outcome] = field(default_factory=dict)
    ended_by: str = ""


class See(Protocol):
    """Sees a page, and those that are read on after it in the same visits, if there are any."""

    def __call__(self, url: str, tell: Tell, then: Sequence[str] = (), /) -> Awaitable[Outcome]:
        """See them; the keys of ``Outcome.then`` are of ``then``."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A unit at work: the browser that it drives (if it is one), and what sees a page, several at once if asked.

    ``see`` may raise: the page is then tried again alone, and given up after some tries.
    """

    see: See
    browser: Browser | None = None


class Unit(Protocol):
    """How pages are seen. It is pickled to reach the workers, which are processes of their own."""

    def opened(self) -> AbstractAsyncContextManager[Opened]:
        """Start what sees pages (a browser), and end it.

        Raises:
            SetupError: it cannot be started, and why.
        """
