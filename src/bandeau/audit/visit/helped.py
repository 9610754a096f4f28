"""Who finds and answers notices with a helper at hand: our own eyes first, the helper where they do not suffice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from math import inf

from playwright.async_api import Page

from bandeau.audit.recording import State, Trouble
from bandeau.audit.seen import HELPER, Notice, Role, Step
from bandeau.audit.visit.answering import FAREWELL
from bandeau.audit.visit.autoconsent import Course, Package
from bandeau.audit.visit.documents import documents_of
from bandeau.audit.visit.notice import Answer, Asker

_ACTS = {State.REFUSED: ("optOut", Role.REFUSE), State.ACCEPTED: ("optIn", Role.ACCEPT)}
_HELPLESS = frozenset({"no-notice", "no-refuse", "no-accept"})


class Helped:
    """Finds and answers notices as a visitor does, else with autoconsent. It never raises for what a page does.

    What the helper does is told as a step of its own, for it is no click of a visitor's. It takes nothing back, reads
    no layer, and allows no service alone.
    """

    def __init__(self, ours: Asker, package: Package) -> None:
        self._ours = ours
        self._script = package.script()
        self._rules = package.rules()
        self.read = ours.read
        self.take_back = ours.take_back

    async def find(self, page: Page, within: float = inf) -> Notice | None:
        """Find the notice.

        Whether one asks again (``within``) is left to our own eyes: a rule may hold on to what is hidden.
        """
        notice = await self._ours.find(page, within)
        if notice is not None or within < inf:
            return notice
        course = await self._went(page)
        return _notice(course.rule) if course.rule else None

    async def answer(self, page: Page, state: State, service: str = "", label: str = "") -> Answer:
        """Bring the page to a state as :meth:`bandeau.audit.visit.notice.Asker.answer` does."""
        ours = await self._ours.answer(page, state, service, label)
        if ours.reached or state not in _ACTS or not any(one.code in _HELPLESS for one in ours.trouble):
            return ours
        act, role = _ACTS[state]
        course = await self._went(page, act)
        if not course.rule:
            return ours
        reached = bool(course.asked) and course.over and not course.failed and await self._rests(page)
        why = f"autoconsent found the notice (by its rule {course.rule!r}), and did not {role} everything."
        kept = [one for one in ours.trouble if one.code != "no-notice"]
        return replace(
            ours,
            reached=reached,
            steps=(*ours.steps, *([Step(act=HELPER, text=course.rule, role=role)] if course.asked else ())),
            notice=ours.notice or _notice(course.rule),
            trouble=() if reached else (*kept, Trouble(code=f"no-{role}", text=why)),
            acted=course.acted,
        )

    async def _rests(self, page: Page) -> bool:
        """Whether no notice shows any more, on a page that can still be looked at."""
        await asyncio.sleep(FAREWELL)
        course = await self._went(page)
        return bool(course.lives) and not course.rule

    async def _went(self, page: Page, act: str = "") -> Course:
        async with documents_of(page) as documents:
            course = Course(documents, self._script, self._rules, act)
            await course.go()
            return course


def _notice(rule: str) -> Notice:
    return Notice(found_by=HELPER, manager=rule)
