"""The notices of any site: found, and answered with real clicks, wherever and however they stand in a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from playwright.async_api import Page

from audit.visit import notice_pages as pages
from audit.visit.conftest import Begin
from bandeau.audit.recording import State
from bandeau.audit.seen import Notice, Role
from bandeau.audit.visit.notice import Answer, Asker
from support.asking import Stage, served

pytestmark = pytest.mark.browser

QUICK = Asker(patience=3)
WHOLE = [path for path in pages.NOTICES if not path.startswith("/-")]
OTHERS = [path for path in pages.INNOCENT if path != "/plain"]
Play = tuple[str, State | None]
SINGLE = {"/wall": pages.WALL, "/deaf": pages.DEAF, "/told-only": pages.TOLD_ONLY, "/no-return": pages.NO_RETURN}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served({**pages.INNOCENT, **pages.NOTICES, **pages.RETURNING, **SINGLE}) as address:
        yield address


@pytest.fixture
def played(driver: Stage, site: str, ahead: Callable[[Begin], Any]) -> Any:
    """What became of the test's play: of a path, where a state is to be reached, or nothing but found."""

    def begin(play: tuple[str, State | None]) -> Future[Any]:
        path, state = play
        return driver.begin(site + path, answered(state) if state else found)

    return ahead(begin)


def answered(state: State, label: str = "") -> Callable[[Page], Awaitable[tuple[Answer, str]]]:
    async def act(page: Page) -> tuple[Answer, str]:
        answer = await QUICK.answer(page, state, label=label)
        return answer, await page.evaluate("window.told ?? ''")

    return act


async def found(page: Page) -> Notice | None:
    return await QUICK.find(page)


@pytest.mark.parametrize("play", [(path, State.REFUSED) for path in WHOLE], ids=WHOLE)
def test_a_notice_is_found_and_refused(play: Play, played: tuple[Answer, str]) -> None:
    answer, told = played
    assert (answer.reached, told, answer.trouble) == (True, "refused", ())


@pytest.mark.parametrize("play", [(path, State.ACCEPTED) for path in WHOLE], ids=WHOLE)
def test_a_notice_is_found_and_accepted(play: Play, played: tuple[Answer, str]) -> None:
    answer, told = played
    assert (answer.reached, told, answer.trouble) == (True, "accepted", ())


@pytest.mark.parametrize("play", [(path, None) for path in OTHERS], ids=OTHERS)
def test_what_asks_something_else_is_no_notice(play: Play, played: Notice | None) -> None:
    assert played is None


def test_nothing_is_clicked_where_there_is_no_notice(driver: Stage, site: str) -> None:
    answer, _ = driver.play(site + "/terms", answered(State.REFUSED))
    assert (answer.reached, answer.steps, [one.code for one in answer.trouble]) == (False, (), ["no-notice"])


def test_a_wall_that_sells_refusing_cannot_be_refused(driver: Stage, site: str) -> None:
    answer, told = driver.play(site + "/wall", answered(State.REFUSED))
    assert (answer.reached, told, [one.code for one in answer.trouble]) == (False, "", ["no-refuse"])
    assert answer.notice is not None


def test_a_notice_with_a_single_button_is_accepted_with_it(driver: Stage, site: str) -> None:
    answer, told = driver.play(site + "/told-only", answered(State.ACCEPTED))
    assert (answer.reached, told) == (True, "accepted")


def test_a_button_that_does_nothing_is_told(driver: Stage, site: str) -> None:
    answer, _ = driver.play(site + "/deaf", answered(State.REFUSED))
    assert (answer.reached, [one.code for one in answer.trouble]) == (False, ["did-not-react"])


def test_finding_clicks_nothing(driver: Stage, site: str) -> None:
    async def act(page: Page) -> str:
        await QUICK.find(page)
        return await page.evaluate("String(window.told) + Boolean(document.querySelector('#bar'))")

    assert driver.play(site + "/plain", act) == "undefinedtrue"


def test_each_act_is_told(driver: Stage, site: str) -> None:
    answer, _ = driver.play(site + "/second-layer-switches", answered(State.REFUSED))
    assert [(step.act, step.text, step.role) for step in answer.steps] == [
        ("click", "Paramétrer", Role.SETTINGS),
        ("tick", "Mesure d’audience", Role.OTHER),
        ("tick", "Publicité", Role.OTHER),
        ("click", "Enregistrer mes choix", Role.SAVE),
    ]


def test_one_service_alone_is_allowed(driver: Stage, site: str) -> None:
    async def act(page: Page) -> tuple[Answer, list[str]]:
        await page.evaluate(
            """panel.querySelector('button:last-of-type').addEventListener('click', () => window.on =
            [...panel.querySelectorAll('input:checked')].map((one) => one.name), {capture: true})"""
        )
        return await QUICK.answer(page, State.ALONE, "audience", "Mesure d’audience"), await page.evaluate("window.on")

    answer, on = driver.play(site + "/second-layer-switches", act)
    assert (answer.reached, on) == (True, ["Nécessaires", "Mesure d’audience"])


def test_a_service_without_a_switch_is_told(driver: Stage, site: str) -> None:
    answer, told = driver.play(site + "/second-layer-switches", answered(State.ALONE, "Palabre"))
    assert (answer.reached, told, [one.code for one in answer.trouble]) == (False, "", ["no-such-switch"])


def taken_back() -> Callable[[Page], Awaitable[tuple[Answer, str]]]:
    async def act(page: Page) -> tuple[Answer, str]:
        assert (await QUICK.answer(page, State.ACCEPTED)).reached
        await page.reload()
        return await QUICK.take_back(page), await page.evaluate("window.told ?? ''")

    return act


@pytest.mark.parametrize("path", pages.RETURNING)
def test_an_answer_is_taken_back(driver: Stage, site: str, path: str) -> None:
    answer, told = driver.play(site + path, taken_back())
    assert (answer.reached, told, answer.trouble) == (True, "refused", ())
    assert answer.notice is not None
    assert answer.notice.way_back is not None


def test_no_way_back_is_told_and_nothing_else_is_clicked(driver: Stage, site: str) -> None:
    answer, told = driver.play(site + "/no-return", taken_back())
    assert (answer.reached, told, answer.steps) == (False, "accepted", ())
    assert [one.code for one in answer.trouble] == ["no-way-back"]
