"""The unit of work: how one page is seen. Workers open it once and see many pages with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from bandeau.audit.recording import Browser, Page, State

Tell = Callable[[State], None]
"""Hears which state a page is being seen in."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one page: as it was seen on each device, and its pictures by name.

    ``again`` is for how many seconds its host asked to be left alone (429 or 503), ``None`` where it did not.
    """

    pages: tuple[Page, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    again: float | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A unit at work: the browser that it drives (if it is one), and what sees a page, several at once if asked.

    ``see`` may raise: the page is then tried again alone, and given up after some tries.
    """

    see: Callable[[str, Tell], Awaitable[Outcome]]
    browser: Browser | None = None


class Unit(Protocol):
    """How pages are seen. It is pickled to reach the workers, which are processes of their own."""

    def opened(self) -> AbstractAsyncContextManager[Opened]:
        """Start what sees pages (a browser), and end it.

        Raises:
            SetupError: it cannot be started, and why.
        """
