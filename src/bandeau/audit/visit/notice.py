"""The visitor of an audit: finds the notice of any page, reads it, answers it, and takes the answer back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from playwright.async_api import Error, Page

from bandeau.audit.recording import State, Trouble
from bandeau.audit.seen import Notice, Step
from bandeau.audit.visit.answering import Course, accept, refuse
from bandeau.audit.visit.documents import Documents, Lost, documents_of
from bandeau.audit.visit.looking import Sight, describe, look, notice_of, small_enough

POLL = 0.25


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of an answer: whether its state was reached, by which acts, and the notice as it asked."""

    reached: bool
    steps: tuple[Step, ...] = ()
    notice: Notice | None = None
    trouble: tuple[Trouble, ...] = ()


class Asker:
    """Drives Playwright's pages. Keeps nothing between pages.

    Args:
        patience: seconds that a notice may take to appear on a page that has loaded.
    """

    def __init__(self, *, patience: float = 4.0) -> None:
        self._patience = patience

    async def find(self, page: Page) -> Notice | None:
        """Find the notice and read its first layer; clicks nothing. ``None`` where the page has none."""
        async with documents_of(page) as documents:
            sight, _ = await self._await(documents)
            return None if sight is None else await _first_layer(sight)

    async def answer(self, page: Page, state: State) -> Answer:
        """Bring the page to ``REFUSED`` or ``ACCEPTED``."""
        async with documents_of(page) as documents:
            sight, pierce = await self._await(documents)
            if sight is None:
                return _without("no-notice", "No notice was found on the page.")
            notice = await _first_layer(sight)
            course = Course(documents, pierce=pierce)
            reached = await (accept if state is State.ACCEPTED else refuse)(course, sight)
            return Answer(reached=reached, steps=tuple(course.steps), notice=notice, trouble=tuple(course.trouble))

    async def _await(self, documents: Documents) -> tuple[Sight | None, bool]:
        """Wait for the notice, moving as a visitor does where none comes; whether it lies in a closed shadow tree."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        moved = False
        for _ in range(200):
            waited = loop.time() - start
            last = waited >= self._patience
            pierce = last or moved
            try:
                sight = await look(documents)
                if sight is None and pierce and await small_enough(documents):
                    sight = await look(documents, pierce=True)
                    if sight is not None:
                        return sight, True
            except Lost:
                sight = None
            if sight is not None or last:
                return sight, False
            if not moved and waited >= self._patience / 2:
                moved = True
                await _move(documents.page)
            await asyncio.sleep(POLL)
        return None, False


async def _move(page: Page) -> None:
    """Some notices wait for the visitor's first move, or for scrolling."""
    try:
        await asyncio.wait_for(page.mouse.move(200, 200), 2)
        await asyncio.wait_for(page.mouse.move(260, 240), 2)
        await asyncio.wait_for(page.mouse.wheel(0, 500), 2)
    except (Error, TimeoutError):
        return


async def _first_layer(sight: Sight) -> Notice | None:
    try:
        return await notice_of(sight, (await describe(sight, 1),))
    except Lost:
        return None


def _without(code: str, text: str) -> Answer:
    return Answer(reached=False, trouble=(Trouble(code=code, text=text),))
