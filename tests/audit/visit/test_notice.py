"""The notices of any site: found, and answered with real clicks, wherever and however they stand in a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import pytest
from playwright.async_api import Page

from audit.visit.notice_pages import NOTICES
from bandeau.audit.recording import State
from bandeau.audit.visit.notice import Answer, Asker
from support.asking import Stage, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(NOTICES) as address:
        yield address


async def said(page: Page) -> str:
    """What the page's notice was told: pages keep it where every frame of theirs can put it."""
    return await page.evaluate("window.told ?? sessionStorage.told ?? ''")


def answered(state: State) -> Callable[[Page], Awaitable[tuple[Answer, str]]]:
    async def act(page: Page) -> tuple[Answer, str]:
        answer = await Asker(patience=3).answer(page, state)
        return answer, await said(page)

    return act


@pytest.mark.parametrize("path", [path for path in NOTICES if not path.startswith("/-")])
def test_a_notice_is_found_and_refused(browser: Stage, site: str, path: str) -> None:
    answer, told = browser.play(site + path, answered(State.REFUSED))
    assert (answer.reached, told, answer.trouble) == (True, "refused", ())


@pytest.mark.parametrize("path", [path for path in NOTICES if not path.startswith("/-")])
def test_a_notice_is_found_and_accepted(browser: Stage, site: str, path: str) -> None:
    answer, told = browser.play(site + path, answered(State.ACCEPTED))
    assert (answer.reached, told, answer.trouble) == (True, "accepted", ())
