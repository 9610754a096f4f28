"""The real managers: found, known by name, refused, accepted and taken back, with and without their recipes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import pytest
from playwright.async_api import Page

from audit.visit.managers import MANAGERS, PACKAGES
from bandeau.audit.recording import State
from bandeau.audit.visit import notice
from bandeau.audit.visit.notice import Answer, Asker
from support import npm
from support.asking import Stage, served

pytestmark = pytest.mark.browser
Told = tuple[Answer, bool]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    modules = npm.installed(tmp_path_factory.mktemp("managers"), PACKAGES)
    with served({path: manager.page for path, manager in MANAGERS.items()}, modules) as address:
        yield address


def answered(state: State, path: str) -> Callable[[Page], Awaitable[Told]]:
    async def act(page: Page) -> Told:
        answer = await Asker(patience=4).answer(page, state)
        return answer, bool(await page.evaluate(MANAGERS[path].allowed))

    return act


@pytest.mark.parametrize("path", MANAGERS)
@pytest.mark.parametrize("state", [State.REFUSED, State.ACCEPTED])
def test_a_manager_is_known_and_answered(driver: Stage, site: str, path: str, state: State) -> None:
    answer, allowed = driver.play(site + path, answered(state, path))
    assert (answer.reached, allowed, answer.trouble) == (True, state is State.ACCEPTED, ())
    assert answer.notice is not None
    assert answer.notice.manager == MANAGERS[path].name


@pytest.mark.parametrize("path", MANAGERS)
@pytest.mark.parametrize("state", [State.REFUSED, State.ACCEPTED])
def test_words_alone_are_enough(
    driver: Stage, site: str, path: str, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "recipes", lambda: ())
    answer, allowed = driver.play(site + path, answered(state, path))
    assert (answer.reached, allowed, answer.trouble) == (True, state is State.ACCEPTED, ())
    assert answer.notice is not None
    assert answer.notice.found_by == "words"


@pytest.mark.parametrize("path", [path for path, manager in MANAGERS.items() if manager.returns])
def test_an_answer_to_a_manager_is_taken_back(driver: Stage, site: str, path: str) -> None:
    async def act(page: Page) -> tuple[bool, bool, Answer, bool]:
        asker = Asker(patience=4)
        first = await asker.answer(page, State.ACCEPTED)
        await page.reload()
        before = bool(await page.evaluate(MANAGERS[path].allowed))
        answer = await asker.take_back(page)
        return first.reached, before, answer, bool(await page.evaluate(MANAGERS[path].allowed))

    reached, before, answer, after = driver.play(site + path, act)
    assert (reached, before, answer.reached, after) == (True, True, True, False), answer
