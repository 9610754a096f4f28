"""What a site does by itself works in every state of consent exactly as it does without Bandeau."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from keeps.journeys import JOURNEYS
from keeps.known import BROKEN, SOMETIMES
from keeps.loads import LOADS
from keeps.markup import MARKUPS
from keeps.natives import NATIVES
from keeps.player import STATES, Theatre, theatre
from keeps.policies import POLICIES
from keeps.realms import REALMS
from keeps.scripts import SCRIPTS
from keeps.stores import STORES
from keeps.wires import WIRES
from leaks.case import Case

pytestmark = pytest.mark.browser

_TRIES = 3  # what is broken is broken each time; on a busy machine a case may tell too late, bare or not
EMPTY = {"native: names of the window"}
"""Cases that tell of nothing, where there is nothing to tell of."""
CASES = [*SCRIPTS, *NATIVES, *STORES, *REALMS, *MARKUPS, *LOADS, *WIRES, *POLICIES, *JOURNEYS]


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    assert len(CASES) == len({case.name for case in CASES}), "two cases of one name"
    with theatre(CASES, browser, tmp_path_factory.mktemp("keeps")) as running:
        yield running


def played() -> Iterator[object]:
    for case in CASES:
        marks = [pytest.mark.xfail(reason=BROKEN[case.name], strict=True)] if case.name in BROKEN else []
        if case.name in SOMETIMES:
            marks = [pytest.mark.xfail(reason=SOMETIMES[case.name], strict=False)]
        yield pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_tells_something_on_the_bare_site(stage: Theatre, case: Case) -> None:
    told = stage.play_on_bare(case).told
    assert told not in ("nothing", "undefined", "null", "false", '""', "[]") or case.name in EMPTY
    assert not told.startswith('"error:')


@pytest.mark.parametrize("case", [*played()])
def test_the_sites_own_works_in_every_state_as_on_the_bare_site(stage: Theatre, case: Case) -> None:
    # The first state in which it differs is enough: a case that tells nothing is waited for each time.
    assert next(((state, found) for state in STATES if (found := differs(stage, case, state))), None) is None


def differs(stage: Theatre, case: Case, state: str) -> tuple[object, ...]:
    """What a case tells otherwise than on the bare site, and what the browser complains of that is not the site's."""
    for _ in range(_TRIES):
        bare, shown = stage.play_on_bare(case), stage.play(case, state)
        complaints = stage.complaints(case, shown)
        if shown.told == bare.told and not complaints:
            return ()
        stage.forget(case)
    return (bare.told, shown.told, complaints)


def test_what_is_known_to_differ_is_a_case_and_is_told_of() -> None:
    told = (Path(__file__).parents[2] / "docs" / "why" / "what-goes-on-working.md").read_text("utf-8")
    assert BROKEN.keys() | SOMETIMES.keys() <= {case.name for case in CASES}
    assert [name for name in BROKEN | SOMETIMES if f"`{name}`" not in told] == []
