"""An asker that needs no search: the notices of its pages have buttons with ids."""

from __future__ import annotations

from math import inf

from playwright.async_api import Page

from bandeau.audit.recording import State, Trouble
from bandeau.audit.seen import Notice, Role, Step
from bandeau.audit.visit.notice import Answer

_BUTTONS = {State.ACCEPTED: ("#accept", Role.ACCEPT), State.REFUSED: ("#refuse", Role.REFUSE)}


class PlainAsker:
    """Finds ``#notice``, clicks ``#accept`` and ``#refuse``; knows no way back."""

    async def find(self, page: Page, within: float = inf) -> Notice | None:
        return Notice(found_by="selector") if await page.locator("#notice").is_visible() else None

    async def read(self, page: Page) -> Notice | None:
        return await self.find(page)

    async def answer(self, page: Page, state: State, service: str = "", label: str = "") -> Answer:
        if state not in _BUTTONS or await self.find(page) is None:
            return Answer(reached=False, trouble=(Trouble(code="no-notice", text="No notice was found on the page."),))
        selector, role = _BUTTONS[state]
        await page.locator(selector).click()
        return Answer(reached=True, steps=(Step(act="click", text=selector, role=role),))

    async def take_back(self, page: Page) -> Answer:
        return Answer(reached=False, trouble=(Trouble(code="no-way-back", text="No way back was found."),))
