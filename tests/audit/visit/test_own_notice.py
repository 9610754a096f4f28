"""Bandeau's own notice, in front of the newsroom, with and without script: the auditor must manage it as any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Page

from bandeau.audit.recording import State
from bandeau.audit.seen import Notice, Role
from bandeau.audit.visit import notice as visit
from bandeau.audit.visit.notice import Answer, Asker
from bandeau.cli.demo import load_newsroom
from support.asking import Stage
from support.promise import ARTICLE, Front, in_front

pytestmark = pytest.mark.browser
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with load_newsroom().start() as room, in_front(room, tmp_path_factory.mktemp("data")) as one:
        yield one


@dataclass
class Seen:
    """The answers, and the services that the choice cookie then names."""

    answers: list[Answer]
    contacted: set[str]
    asks: bool


def answered(front: Front, *states: State, label: str = "") -> Any:
    async def act(page: Page) -> Seen:
        asker = Asker(patience=3)
        answers = []
        for state in states:
            take_back = state is State.WITHDRAWN
            answers.append(await (asker.take_back(page) if take_back else asker.answer(page, state, label=label)))
        front.newsroom.witness.clear()
        await page.goto(front.url + ARTICLE, wait_until="networkidle")
        return Seen(answers, front.contacted(), await page.locator("#bandeau-notice").count() > 0)

    return act


@SCRIPTS
@pytest.mark.parametrize("recipe", [True, False], ids=["recipe", "words"])
def test_it_is_refused(
    driver: Stage, front: Front, script: bool, recipe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not recipe:
        monkeypatch.setattr(visit, "recipes", lambda: ())
    seen = driver.play(front.url + ARTICLE, answered(front, State.REFUSED), java_script_enabled=script)
    assert seen.answers[0].reached, seen.answers
    assert not seen.asks
    assert not seen.contacted & {"palabre", "regie", "pistage", "polices"}


@SCRIPTS
def test_it_is_accepted_and_taken_back(driver: Stage, front: Front, script: bool) -> None:
    act = answered(front, State.ACCEPTED, State.WITHDRAWN)
    seen = driver.play(front.url + ARTICLE, act, java_script_enabled=script)
    assert [answer.reached for answer in seen.answers] == [True, True], seen.answers
    assert not seen.contacted & {"palabre", "regie", "pistage", "polices"}


@SCRIPTS
def test_one_service_alone_is_allowed(driver: Stage, front: Front, script: bool) -> None:
    act = answered(front, State.ALONE, label="Palabre")
    seen = driver.play(front.url + ARTICLE, act, java_script_enabled=script)
    assert seen.answers[0].reached, seen.answers
    assert not seen.contacted & {"regie", "pistage", "polices"}


@SCRIPTS
def test_it_is_read_as_it_is_drawn(driver: Stage, front: Front, script: bool) -> None:
    async def act(page: Page) -> Notice | None:
        return await Asker(patience=3).read(page)

    notice = driver.play(front.url + ARTICLE, act, java_script_enabled=script)
    assert notice is not None
    assert (notice.manager, notice.barriers, len(notice.layers)) == ("Bandeau", (), 2)
    first, second = notice.layers
    roles = {control.role: control for control in first.controls}
    accept, refuse = roles[Role.ACCEPT], roles[Role.REFUSE]
    assert (accept.box.width, accept.size, accept.ink, accept.paper) == (
        refuse.box.width, refuse.size, refuse.ink, refuse.paper)  # fmt: skip
    assert accept.contrast >= 4.5
    assert "Éditions du Port" in first.text
    assert [switch.on for switch in second.switches if not switch.locked] == [False] * len(second.switches)
