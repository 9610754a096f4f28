"""What homemade notices and small managers do otherwise: each is found, answered and taken back as a person would."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from playwright.async_api import Page

from audit.visit import unmet_pages as pages
from audit.visit.conftest import Begin
from bandeau.audit.recording import State
from bandeau.audit.seen import Notice, Role
from bandeau.audit.visit.notice import Answer, Asker
from support.asking import Stage, served

pytestmark = pytest.mark.browser

QUICK = Asker(patience=3)
Told = tuple[Answer, str]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served({**pages.SINGLE, **pages.RETURNING, **pages.BESIDE}) as address:
        yield address


def answered(state: State) -> Callable[[Page], Awaitable[Told]]:
    async def act(page: Page) -> Told:
        answer = await QUICK.answer(page, state)
        return answer, await page.evaluate("window.told ?? ''")

    return act


async def taken_back(page: Page) -> Told:
    assert (await QUICK.answer(page, State.ACCEPTED)).reached
    await page.reload()
    answer = await QUICK.take_back(page)
    return answer, await page.evaluate("window.told ?? ''")


async def read(page: Page) -> Notice | None:
    return await QUICK.read(page)


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("/optional", State.ACCEPTED),
        ("/optional", State.REFUSED),
        ("/only-switches", State.ACCEPTED),
        ("/only-switches", State.REFUSED),
        ("/covered-in-shadow", State.REFUSED),
    ],
)
def test_a_notice_is_answered(driver: Stage, site: str, path: str, state: State) -> None:
    answer, told = driver.play(site + path, answered(state))
    assert (answer.reached, told, answer.trouble) == (True, state.value, ())


def test_a_button_that_says_something_else_once_a_switch_was_moved_is_read_again(driver: Stage, site: str) -> None:
    answer, told = driver.play(site + "/said-anew", answered(State.REFUSED))
    assert (answer.reached, told) == (True, "Accepter la sélection")


def test_a_cross_without_a_name_closes_where_nothing_refuses(driver: Stage, site: str) -> None:
    answer, told = driver.play(site + "/crossed", answered(State.REFUSED))
    assert (answer.reached, told, [step.role for step in answer.steps]) == (True, "closed", [Role.CLOSE])


def test_a_tab_that_holds_no_switch_is_not_clicked(driver: Stage, site: str) -> None:
    answer, told = driver.play(site + "/tabs", answered(State.REFUSED))
    assert (told, [step.text for step in answer.steps]) == (
        "refused",
        ["Paramétrer", "Publicité", "Enregistrer mes choix"],
    )


def test_a_text_on_another_site_is_not_taken_for_the_settings(driver: Stage, site: str) -> None:
    answer, _ = driver.play(site + "/leads-away", answered(State.REFUSED))
    assert (answer.steps, [one.code for one in answer.trouble]) == ((), ["no-refuse"])


def test_what_does_not_show_yet_has_its_own_name_and_an_answer_that_refuses_is_no_switch(
    driver: Stage, site: str
) -> None:
    notice = driver.play(site + "/later", read)
    assert notice is not None
    assert [[(one.label, one.on) for one in layer.switches] for layer in notice.layers] == [
        [("Oui", False), ("Mesure d’audience", True)],
    ] * 2


@pytest.fixture
def played(driver: Stage, site: str, ahead: Callable[[Begin], Any]) -> Any:
    def begin(play: str) -> Future[Told]:
        return driver.begin(site + play, taken_back)

    return ahead(begin)


@pytest.mark.parametrize("play", pages.RETURNING)
def test_an_answer_is_taken_back(play: str, played: Told) -> None:
    answer, told = played
    assert (answer.reached, told, answer.trouble) == (True, "refused", ())
    assert [step.role for step in answer.steps][:1] == [Role.WITHDRAW]
