"""The visitor of an audit: finds the notice of any page, reads it, answers it, and takes the answer back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from math import inf

import msgspec
from playwright.async_api import Error, Page

from bandeau.audit.notices.recipe import Recipe, recipe_for, recipes
from bandeau.audit.recording import State, Trouble
from bandeau.audit.seen import Layer, Notice, Role, Step
from bandeau.audit.visit.answering import Course, accept, refuse
from bandeau.audit.visit.documents import Documents, Lost, documents_of
from bandeau.audit.visit.looking import Sight, axe, describe, look, notice_of, small_enough
from bandeau.audit.visit.returning import WayBack, call_back, come_back, drawn, go_back, ways_back
from bandeau.enforce.url import Base, resolve
from bandeau.patterns import Host, Origin

POLL = 0.25
GAZE = 1.0
"""Seconds after which a page is looked at again though it did not stir: not all that shows a notice is told."""

_NOWHERE = Base(Origin("https", "nowhere.invalid", 443), "/")
WAYS = 3
"""So many controls that may lead back are tried."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of an answer: whether its state was reached, by which acts, and the notice as it asked.

    The codes of its trouble: ``no-notice``, ``no-accept``, ``no-refuse``, ``no-settings``, ``no-such-switch``,
    ``no-way-back``, ``did-not-react``, ``page-lost``.
    """

    reached: bool
    steps: tuple[Step, ...] = ()
    notice: Notice | None = None
    trouble: tuple[Trouble, ...] = ()
    acted: float = 0.0  # when a helper made the choice, in seconds since 1970; 0 where a visitor's click did


class Asker:
    """Drives Playwright's pages as a visitor does. Keeps nothing between pages, and never raises for what a page does.

    Args:
        patience: seconds that a notice may take to appear on a page that has loaded.
        sites: selectors of single sites, from :func:`bandeau.audit.notices.recipe.parse_sites`.
    """

    def __init__(self, *, patience: float = 4.0, sites: tuple[tuple[Host, Recipe], ...] = ()) -> None:
        self._patience = patience
        self._sites = sites

    def _documents(self, page: Page) -> AbstractAsyncContextManager[Documents]:
        place = resolve(page.url, _NOWHERE)
        own = recipe_for(self._sites, *place) if place else ()
        return documents_of(page, (*own, *recipes()))

    async def find(self, page: Page, within: float = inf) -> Notice | None:
        """Find the notice and read its first layer; clicks nothing. ``None`` where the page has none.

        Args:
            page: the page, which has loaded.
            within: seconds that it may take to appear, where that is less than this visitor's patience.
        """
        try:
            async with self._documents(page) as documents:
                sight, _ = await self._await(documents, min(within, self._patience))
                return None if sight is None else await notice_of(sight, (await describe(sight, 1),))
        except Lost:
            return None

    async def read(self, page: Page) -> Notice | None:
        """Find the notice, open its settings, and test both for accessibility; makes no choice."""
        try:
            async with self._documents(page) as documents:
                sight, pierce = await self._await(documents, self._patience)
                if sight is None:
                    return None
                layers: tuple[Layer, ...] = (await describe(sight, 1),)
                notice = await notice_of(sight, layers)
                barriers = await axe(sight)
                course = Course(documents, pierce=pierce)
                second = await _settings(course, sight)
                if second is not None:
                    try:
                        layers = (*layers, await describe(second, 2))
                        barriers = tuple(dict.fromkeys((*barriers, *await axe(second))))
                    except Lost:
                        pass
                return msgspec.structs.replace(notice, layers=layers, barriers=barriers)
        except Lost:
            return None

    async def answer(self, page: Page, state: State, service: str = "", label: str = "") -> Answer:
        """Bring the page to ``REFUSED``, ``ACCEPTED``, or ``ALONE``: only the service that is called ``label``."""

        async def act(course: Course, sight: Sight) -> bool:
            if state is State.ACCEPTED:
                return await accept(course, sight)
            return await refuse(course, sight, (label or service) if state is State.ALONE else "")

        return await self._answered(page, act)

    async def _answered(self, page: Page, act: Callable[[Course, Sight], Awaitable[bool]]) -> Answer:
        notice: Notice | None = None
        course: Course | None = None
        try:
            async with self._documents(page) as documents:
                course = Course(documents)
                sight, course.pierce = await self._await(documents, self._patience)
                if sight is None:
                    course.fail("no-notice", "No notice was found on the page.")
                    return _told(course, None, reached=False)
                notice = await notice_of(sight, (await describe(sight, 1),))
                return _told(course, notice, reached=await act(course, sight))
        except Lost as lost:
            trouble = Trouble(code="page-lost", text=f"The page was gone or did not answer: {lost}"[:300])
            return Answer(reached=False, steps=tuple(course.steps if course else ()), notice=notice, trouble=(trouble,))

    async def take_back(self, page: Page) -> Answer:
        """Withdraw on a page where the choice was made: find the permanent control, open it, refuse everything."""
        course: Course | None = None
        try:
            async with self._documents(page) as documents:
                course = Course(documents)
                return await _take_back(course)
        except Lost as lost:
            trouble = Trouble(code="page-lost", text=f"The page was gone or did not answer: {lost}"[:300])
            return Answer(reached=False, steps=tuple(course.steps if course else ()), trouble=(trouble,))

    async def _await(self, documents: Documents, within: float) -> tuple[Sight | None, bool]:
        """Wait for the notice, moving as a visitor does where none comes; whether it lies in a closed shadow tree."""
        loop = asyncio.get_running_loop()
        start = looked = loop.time()
        moved = False
        while True:
            waited = loop.time() - start
            last = waited >= within
            if not last and loop.time() - looked < GAZE and not await documents.stirred():
                await asyncio.sleep(POLL)
                continue
            looked = loop.time()
            try:
                sight = await look(documents)
                if sight is None and (last or moved) and await small_enough(documents):
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


async def _take_back(course: Course) -> Answer:
    address = course.documents.page.url
    tried: set[tuple[str, str]] = set()
    while len(tried) < WAYS:
        way = await _untried(course, tried)
        if way is None:
            break
        tried.add((way.link.text, way.link.href))
        course.steps.append(Step(act="click", text=way.link.text, role=Role.WITHDRAW))
        control = await drawn(way)
        sight = await go_back(course, way)
        if sight is None and way.role is Role.REFUSE:
            return _told(course, Notice(found_by="words", way_back=control), reached=True)
        if sight is None:
            course.steps.pop()
            await come_back(course, address)
            continue
        notice = await notice_of(sight, (await describe(sight, 2),))
        notice = msgspec.structs.replace(notice, way_back=control)
        return _told(course, notice, reached=await refuse(course, sight))
    course.fail("no-way-back", "No button or link of the page leads back to the choices.")
    opened = await call_back(course)
    if opened is not None:
        return _told(course, None, reached=await refuse(course, opened))
    return _told(course, None, reached=False)


async def _untried(course: Course, tried: set[tuple[str, str]]) -> WayBack | None:
    """The surest way back that was not yet tried."""
    ways = await ways_back(course.documents, pierce=course.pierce)
    if not ways and not course.pierce and await small_enough(course.documents):
        course.pierce = True
        ways = await ways_back(course.documents, pierce=True)
    return next((way for way in ways if (way.link.text, way.link.href) not in tried), None)


async def _settings(course: Course, sight: Sight) -> Sight | None:
    """Open the settings; ``None`` where the notice has none, or they do not open."""
    chosen = course.fresh(sight, Role.SETTINGS)
    if chosen is None:
        return None
    course.opened = True
    second = await course.press(sight, *chosen)
    return None if second is None or second.face == sight.face else second


async def _move(page: Page) -> None:
    """Some notices wait for the visitor's first move, or for scrolling."""
    try:
        await asyncio.wait_for(page.mouse.move(200, 200), 2)
        await asyncio.wait_for(page.mouse.move(260, 240), 2)
        await asyncio.wait_for(page.mouse.wheel(0, 500), 2)
    except (Error, TimeoutError):
        return


def _told(course: Course, notice: Notice | None, *, reached: bool) -> Answer:
    return Answer(reached=reached, steps=tuple(course.steps), notice=notice, trouble=tuple(course.trouble))
