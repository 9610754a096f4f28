"""What a visit asks of whoever finds and answers notices: the seam between the two, in a few methods."""

from __future__ import annotations

from math import inf
from typing import Protocol

from playwright.async_api import Page

from bandeau.audit.recording import State, Trouble
from bandeau.audit.seen import Notice, Step


class Answered(Protocol):
    """What became of an answer: whether the state was reached, by which steps, and of which notice."""

    @property
    def reached(self) -> bool:
        """Whether the choice was made."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The visitor's acts, in order."""

    @property
    def notice(self) -> Notice | None:
        """The notice as far as it was seen on the way."""

    @property
    def trouble(self) -> tuple[Trouble, ...]:
        """Why the state was not reached."""

    @property
    def acted(self) -> float:
        """When a helper made the choice, in seconds since 1970; 0 where it was a click, which the page tells of."""


class Asker(Protocol):
    """Finds the notice of a page and answers it. It never raises for what a page does, but may take long."""

    async def find(self, page: Page, within: float = inf) -> Notice | None:
        """The notice that is showing, its first layer only; clicks nothing. ``None`` where there is none.

        ``within`` is how many seconds it may take to appear, where the asker itself would wait longer.
        """

    async def read(self, page: Page) -> Notice | None:
        """The same with its settings, which it opens; makes no choice."""

    async def answer(self, page: Page, state: State, service: str = "", label: str = "") -> Answered:
        """Refuse, accept, or (``State.ALONE``) allow the one service that is called ``label``."""

    async def take_back(self, page: Page) -> Answered:
        """Withdraw the choice that was made."""
