"""What the run itself lacked is told, so that nothing passes in silence."""

from __future__ import annotations

from msgspec.structs import replace

from bandeau.audit.recording import State, Stay, Trouble
from support.recordings import BROWSER, HOME, codes, one, page, recorded, seen, stay

CRASH = Trouble(code="crashed", text="the tab\ncrashed")


def test_a_page_that_could_not_be_audited_is_told() -> None:
    found = one("A001", recorded(page(trouble=(CRASH,))))
    assert (found.page, found.message) == (HOME, "the tab crashed")
    assert codes(recorded(page())) == ["A002"]


def test_a_state_that_could_not_be_seen_is_told() -> None:
    lost = Stay(state=State.REFUSED, reached=False, trouble=(CRASH,))
    found = one("A002", recorded(page(stay(State.BEFORE), lost)))
    assert found.message == "the page after everything was refused: the tab crashed"
    assert codes(recorded(page(stay(State.BEFORE), Stay(state=State.REFUSED, reached=False)))) == ["A002"]


def test_a_page_that_answers_with_an_error_is_told() -> None:
    assert codes(seen(State.BEFORE, status=503)) == ["A006"]
    assert codes(seen(State.BEFORE, status=0)) == []


def test_a_browser_that_finds_less_is_told() -> None:
    poor = replace(BROWSER, third_party_cookies=False, pings=False, clean=False)
    assert codes(recorded(page(stay(State.BEFORE)), browser=poor)) == ["A003", "A004", "A005"]
    assert one("A003", recorded(page(stay(State.BEFORE)), browser=poor)).page == ""
    assert codes(recorded(page(stay(State.BEFORE)))) == []
