"""Every way to leak that we know leaks on the bare site, is held in front of it, and works again after acceptance."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from leaks.case import Case
from leaks.keeps import KEPT
from leaks.known import SWEPT
from leaks.run import play
from leaks.suite import ALLIES, FAMILIES, LEAKS, STATES, State

pytestmark = pytest.mark.browser

HEARTBEAT = KEPT[:4]
JOURNEYS = [state for state in STATES if state not in {other.earlier for other in STATES}]
"""The states in which a visitor stays; the others are played on the way there."""


def assert_as_it_may(state: State, cases: list[Case], shown: set[str]) -> None:
    assert {case.name for case in HEARTBEAT} <= shown, "the site's own does not work"
    may = {case.name for case in cases if state.shows(case)}
    assert sorted(may - shown) == [], f"does not work, or on the bare site: shows nothing {state.name}"
    leaked = shown & {case.name for case in cases} - may
    assert sorted(leaked - SWEPT.keys()) == [], f"leaks {state.name}"


@pytest.mark.parametrize("family", [*FAMILIES, "allies"])
@pytest.mark.parametrize("state", JOURNEYS, ids=lambda state: state.name)
def test_leaks_show_themselves_only_where_they_may(browser: Browser, state: State, family: str, tmp_path: Path) -> None:
    cases = FAMILIES.get(family, ALLIES)
    for one, shown in play(browser, state, cases, HEARTBEAT, tmp_path).items():
        assert_as_it_may(one, cases, shown)


def test_every_known_gap_is_a_case_and_named_in_the_threat_model() -> None:
    told = (Path(__file__).parents[2] / "docs" / "why" / "threat-model.md").read_text("utf-8")
    assert set(SWEPT) <= {case.name for case in LEAKS}
    assert [name for name in SWEPT if f"`{name}`" not in told] == []


@pytest.mark.parametrize("state", JOURNEYS, ids=lambda state: state.name)
def test_the_sites_own_works(browser: Browser, state: State, tmp_path: Path) -> None:
    for shown in play(browser, state, [], KEPT, tmp_path).values():
        assert {case.name for case in KEPT} - shown == set()
