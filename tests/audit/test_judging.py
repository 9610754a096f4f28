"""A tape is judged some pages at a time, and comes to what it would come to if it were judged at once."""

from __future__ import annotations

import pytest

from bandeau.audit import judging
from bandeau.audit.finding import Finding
from bandeau.audit.inspect import inspect
from bandeau.audit.judging import judge
from bandeau.audit.recording import Page, Recording, State
from bandeau.audit.tape import Tape
from bandeau.model import Declaration
from support.recordings import BROWSER, DECLARED, LORE, cookie, page, recorded, request, stay


def judged(recording: Recording, declaration: Declaration | None = None) -> list[Finding]:
    return [finding for one in judge(Tape.of(recording), declaration, LORE) for finding in one.findings]


def url(number: int) -> str:
    return f"https://gazette.example/{number}"


def at(number: int, *stays: object) -> Page:
    return page(*stays, url=url(number))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "TOGETHER", 3)


def same(recording: Recording, declaration: Declaration | None = None) -> bool:
    """Whether parts come to the same as the whole, but for the count of pages in words."""
    whole = inspect(recording, declaration, LORE)
    parts = judged(recording, declaration)
    return {(one.key, one.message, one.change) for one in whole} == {
        (one.key, one.message, one.change) for one in parts
    }


def test_each_page_comes_with_its_findings_and_the_audit_itself_comes_last() -> None:
    pages = [at(number, stay(State.REFUSED, cookie("_regie"))) for number in range(8)]
    told = list(judge(Tape.of(recorded(*pages)), None, LORE))
    assert [one.page for one in told] == [*pages, None]
    for one in told[:-1]:
        assert one.page is not None
        assert {finding.page for finding in one.findings} == {one.page.url}
    assert same(recorded(*pages))


def test_a_value_that_all_pages_get_tells_nobody_apart_in_whatever_part_they_stand() -> None:
    """The last part has one page, with one visit: only a page of another part shows that the value is everybody's."""
    alike = [
        at(number, stay(State.BEFORE, cookie("build", "0af3be9912cd77aa41", "x.example", lifetime=10**7)))
        for number in range(7)
    ]
    own = [at(0, stay(State.BEFORE, cookie("build", "0af3be9912cd77aa41", "x.example", lifetime=10**7)))]
    assert "cookie build on x.example" in {one.subject for one in judged(recorded(*own))}
    assert "cookie build on x.example" not in {one.subject for one in judged(recorded(*alike))}
    assert same(recorded(*alike))


def test_what_the_browser_lacks_is_said_once() -> None:
    pages = [at(number, stay(State.BEFORE)) for number in range(8)]
    lacking = type(BROWSER)(name="c", version="1", third_party_cookies=False, pings=True, clean=False)
    recording = recorded(*pages, browser=lacking)
    assert [one.code for one in judged(recording) if not one.page] == ["A003", "A005"]
    assert same(recording)


def accepted(*happened: object) -> list[Page]:
    """Seven pages that were accepted, of which each shows one thing; the first ones have no notice."""
    return [
        at(number, stay(State.BEFORE), *([stay(State.ACCEPTED, fact)] if number > 3 else [stay(State.REFUSED, fact)]))  # type: ignore[arg-type]
        for number, fact in enumerate(happened)
    ]


def test_a_declared_service_that_no_page_shows_is_said_once_with_all_pages_counted() -> None:
    nothing = [cookie("session")] * 9
    recording = recorded(*accepted(*nothing))
    found = {one.subject: one for one in judged(recording, DECLARED) if one.code in ("A705", "A706")}
    assert {"service comments", "service video"} <= found.keys()
    words = [evidence.text for evidence in found["service video"].evidence]
    assert words == ["1 pages were seen after everything was accepted", "so were 4 more"]
    assert same(recording, DECLARED)


@pytest.mark.parametrize("place", range(9))
def test_a_declared_service_that_one_page_shows_is_not_said_to_be_missing(place: int) -> None:
    facts = [cookie("session")] * 9
    facts[place] = request("https://scopia.example/v.js")
    recording = recorded(*accepted(*facts))
    assert "service video" not in {one.subject for one in judged(recording, DECLARED)}
    assert "service comments" in {one.subject for one in judged(recording, DECLARED)}
    assert same(recording, DECLARED)


@pytest.mark.parametrize("place", range(9))
def test_of_a_service_that_one_page_shows_only_what_no_page_shows_is_missing(place: int) -> None:
    facts = [cookie("session")] * 9
    facts[place] = cookie("plb")
    facts[(place + 4) % 9] = cookie("palabre_x", domain="palabre.example")
    recording = recorded(*accepted(*facts))
    missing = {one.subject for one in judged(recording, DECLARED) if one.code == "A706"}
    assert missing == {"storage palabre:* of service comments"}
    assert same(recording, DECLARED)


def test_a_tape_without_a_page_has_nothing_said_of_it() -> None:
    assert judged(recorded()) == []
