"""Every way to leak that we know leaks on the bare site, is held in front of it, and works again after acceptance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from leaks.case import Case
from leaks.contacts import CONTACTS
from leaks.keeps import KEPT
from leaks.known import ALWAYS_HELD, ERASED_LATER, KNOWN
from leaks.player import Visitor
from leaks.reads import READ
from leaks.stage import staged
from leaks.storages import STORED

pytestmark = pytest.mark.browser

LEAKS = [*CONTACTS, *STORED, *READ]
HELD = ("before a choice", "after a refusal")
OPEN = ("on the bare site", "after acceptance")
Shown = dict[str, set[str]]


@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The cases that showed themselves, by state; all are played once in each."""
    cases = [*LEAKS, *KEPT]
    every, kept = {case.name for case in cases if case.name not in ALWAYS_HELD}, {case.name for case in KEPT}
    assert len(cases) == len({case.name for case in cases}), "two cases of one name"
    found: Shown = {}
    with staged(cases, tmp_path_factory.mktemp("stage")) as (stage, bare, front):
        for state, url, choice in (
            ("on the bare site", bare, ""),
            ("before a choice", front, ""),
            ("after a refusal", front, "refuse-all"),
            ("after acceptance", front, "accept-all"),
        ):
            context = browser.new_context()
            visitor = Visitor(stage, context, url)
            visitor.plant()
            if choice:
                visitor.choose(choice)
            visitor.play()
            found[state] = (
                visitor.settle(until=every, at_most=15)
                if state in OPEN
                else visitor.settle(until=kept, at_least=2, at_most=15)
            )
            context.close()
        yield found


def held_cases() -> Iterator[object]:
    for case in LEAKS:
        marks = [pytest.mark.xfail(reason=KNOWN[case.name], strict=True)] if case.name in KNOWN else []
        for state in HELD[:1] if case.name in ERASED_LATER else HELD:
            yield pytest.param(case, state, id=f"{case.name}-{state}", marks=marks)


@pytest.mark.parametrize("case", LEAKS, ids=lambda case: case.name)
def test_a_leak_leaks_on_the_bare_site(shown: Shown, case: Case) -> None:
    assert case.name in shown["on the bare site"], "the case shows nothing"


@pytest.mark.parametrize(("case", "state"), [*held_cases()])
def test_a_leak_is_held(shown: Shown, case: Case, state: str) -> None:
    assert case.name not in shown[state]


@pytest.mark.parametrize("case", [case for case in LEAKS if case.name not in ALWAYS_HELD], ids=lambda case: case.name)
def test_what_was_held_works_after_acceptance(shown: Shown, case: Case) -> None:
    assert case.name in shown["after acceptance"]


def test_every_known_gap_is_a_case_and_named_in_the_threat_model() -> None:
    told = (Path(__file__).parents[2] / "docs" / "why" / "threat-model.md").read_text("utf-8")
    assert set(KNOWN) <= {case.name for case in LEAKS}
    assert [name for name in KNOWN if f"`{name}`" not in told] == []


@pytest.mark.parametrize("state", [*OPEN, *HELD])
@pytest.mark.parametrize("case", KEPT, ids=lambda case: case.name)
def test_the_sites_own_works(shown: Shown, case: Case, state: str) -> None:
    assert case.name in shown[state]
