"""The declaration held against what was seen: undeclared, never seen, elsewhere, of another purpose, too long."""

from __future__ import annotations

from typing import Any

import pytest

from bandeau.audit.facts import Area, Contact, CookieSet, Fact, Storing
from bandeau.audit.recording import State
from bandeau.declare import parse_declaration
from bandeau.model import Declaration
from support.recordings import (
    GAZETTE,
    HOME,
    codes,
    cookie,
    judged,
    kept,
    one,
    page,
    recorded,
    request,
    seen,
    stay,
)

UID = "0af3be9912cd77aa41"
DAY = 86_400
YEAR = 365 * DAY
BEFORE, REFUSED, ACCEPTED = State.BEFORE, State.REFUSED, State.ACCEPTED


def storing(area: Area, key: str, op: str = "set") -> Fact:
    return Storing(area=area, op=op, key=key, page=HOME)


EVERYTHING: list[Fact] = [
    request("https://palabre.example/tag.js"),
    request("https://scopia.example/player.js"),
    cookie("palabre_id", domain="palabre.example", lifetime=YEAR),
    cookie("plb", lifetime=DAY),
    storing(Area.LOCAL, "palabre:draft"),
]
"""What the declaration says that an acceptance brings."""


def found(*facts: Fact, declaration: Declaration, state: State = ACCEPTED, **more: Any) -> list[str]:
    return codes(seen(state, *EVERYTHING, *facts, **more), declaration)


def test_a_site_that_does_as_it_declares_has_no_finding(declaration: Declaration) -> None:
    assert found(declaration=declaration) == []


UNDECLARED: list[tuple[str, Fact]] = [
    ("A701", cookie("surprise")),
    ("A701", cookie("other", domain="palabre.example")),
    ("A702", storing(Area.LOCAL, "surprise")),
    ("A702", storing(Area.DATABASE, "surprise/things")),
    ("A702", storing(Area.CACHE, "surprise", "open")),
    ("A703", request("https://unknown.example/a.js")),
    ("A703", Contact(via="preconnect", url="https://unknown.example/")),
    ("A704", request("https://static.gazette.example/a.js")),
]
DECLARED: list[Fact] = [
    cookie("session"),
    cookie("surprise", lifetime=0),
    cookie("surprise", refused="ThirdPartyPhaseout"),
    storing(Area.LOCAL, "theme"),
    storing(Area.LOCAL, "surprise", "get"),
    storing(Area.FILES, "/", "open"),
    request(HOME + "a.js"),
    request("https://unknown.example/a.js", stopped="csp"),
    request("data:text/css,a"),
]


@pytest.mark.parametrize(("code", "fact"), UNDECLARED)
def test_what_is_not_declared_is_found(code: str, fact: Fact, declaration: Declaration) -> None:
    assert found(fact, declaration=declaration) == [code]


@pytest.mark.parametrize("fact", DECLARED)
def test_what_is_declared_or_did_not_happen_is_not(fact: Fact, declaration: Declaration) -> None:
    assert found(fact, declaration=declaration) == []


def test_the_undeclared_that_lay_there_is_found(declaration: Declaration) -> None:
    left = (kept("surprise"), kept("thing", owner="https://gazette.example", area=Area.LOCAL))
    assert found(declaration=declaration, kept=left) == ["A701", "A702"]


def test_the_undeclared_is_told_once_though_every_state_shows_it(declaration: Declaration) -> None:
    again = recorded(page(*(stay(state, request("https://unknown.example/a.js")) for state in (BEFORE, REFUSED))))
    (finding,) = (finding for finding in judged(again, declaration) if finding.code == "A703")
    assert finding.state is BEFORE


def test_the_lines_to_add_are_given(declaration: Declaration) -> None:
    youtube = one("A703", seen(ACCEPTED, request("https://www.youtube.com/embed/x")), declaration)
    assert 'use = "youtube"' in youtube.change
    own = one("A704", seen(ACCEPTED, request("https://static.gazette.example/a.js")), declaration)
    assert own.change == 'add "static.gazette.example" to hosts in [site]'


def test_a_declared_service_that_no_page_shows_is_found(declaration: Declaration) -> None:
    elsewhere = recorded(page(stay(ACCEPTED, *EVERYTHING[:1], *EVERYTHING[2:])), page(stay(BEFORE), url=HOME + "b"))
    never = one("A705", elsewhere, declaration)
    assert (never.subject, never.page) == ("service video", "")
    split = recorded(page(stay(ACCEPTED, *EVERYTHING[:3])), page(stay(ACCEPTED, *EVERYTHING[3:]), url=HOME + "b"))
    assert codes(split, declaration) == []


def test_a_declared_tracker_that_no_page_shows_is_found(declaration: Declaration) -> None:
    assert one("A706", seen(ACCEPTED, *EVERYTHING[:4]), declaration).subject == "storage palabre:* of service comments"


def test_nothing_was_never_seen_where_nothing_was_accepted(declaration: Declaration) -> None:
    assert codes(seen(BEFORE), declaration) == []


@pytest.mark.parametrize(
    ("fact", "too_long"),
    [
        (cookie("session", lifetime=3_600), True),
        (cookie("session"), False),
        (cookie("csrftoken", lifetime=YEAR), False),
        (cookie("csrftoken", lifetime=366 * DAY), False),  # twelve months of a leap year
        (cookie("csrftoken", lifetime=400 * DAY), True),
        (cookie("plb", lifetime=DAY + 30), False),
        (cookie("plb", lifetime=2 * DAY), True),
        (cookie("plb"), False),
        (cookie("palabre_id", domain="palabre.example", lifetime=2 * YEAR), True),
        (storing(Area.SESSION, "theme"), False),
    ],
)
def test_what_lives_longer_than_declared_is_found(fact: Fact, too_long: bool, declaration: Declaration) -> None:
    assert found(fact, declaration=declaration) == ["A707"] * too_long


def test_a_key_that_should_end_with_the_session_does_not_in_local_storage() -> None:
    brief = parse_declaration(GAZETTE.replace('"theme", lifetime = "12 months"', '"theme", lifetime = "session"'), "x")
    assert found(storing(Area.LOCAL, "theme"), declaration=brief) == ["A707"]
    assert found(storing(Area.SESSION, "theme"), declaration=brief) == []


def test_measurement_without_consent_may_not_last_longer_than_thirteen_months() -> None:
    long = parse_declaration(GAZETTE.replace('"ps_id", lifetime = "13 months"', '"ps_id", lifetime = "2 years"'), "x")
    assert found(cookie("ps_id", lifetime=2 * YEAR), declaration=long) == ["A708"]
    assert found(cookie("ps_id", lifetime=396 * DAY), declaration=long) == []
    assert codes(seen(BEFORE, cookie("_stats", UID, lifetime=2 * YEAR))) == ["A708"]
    assert codes(seen(BEFORE, cookie("_stats", UID, lifetime=YEAR))) == []


def again(first: int, last: int, value: str = UID) -> list[Fact]:
    """A measurer's cookie, and the same ten seconds later in the next view."""
    return [cookie("ps_id", UID, lifetime=first), cookie("ps_id", value, lifetime=last, at=10_000, view=1)]


def test_measurement_without_consent_may_not_be_prolonged_by_a_visit(declaration: Declaration) -> None:
    assert found(*again(YEAR, YEAR), declaration=declaration) == ["A709"]
    assert found(*again(YEAR, YEAR - 10), declaration=declaration) == []
    assert found(*again(YEAR, YEAR, "77b0e3f19ac2d45503"), declaration=declaration) == []


def test_what_needs_consent_may_be_prolonged(declaration: Declaration) -> None:
    facts: list[CookieSet] = [cookie("plb", UID, lifetime=DAY), cookie("plb", UID, lifetime=DAY, at=10_000, view=1)]
    assert found(*facts, declaration=declaration) == []


def test_a_host_of_another_purpose_than_declared_is_found() -> None:
    wrong = parse_declaration(GAZETTE.replace('"stats.gazette.example"', '"regie.example"'), "x")
    assert found(request("https://regie.example/tag.js"), declaration=wrong) == ["A710"]
    right = parse_declaration(GAZETTE.replace('"stats.gazette.example"', '"stats.example"'), "x")
    assert found(request("https://stats.example/tag.js"), declaration=right) == []


def test_a_cookie_on_another_host_than_declared_is_found(declaration: Declaration) -> None:
    assert found(cookie("palabre_id", lifetime=DAY), declaration=declaration) == ["A711"]
    assert found(cookie("plb", domain="palabre.example", lifetime=DAY), declaration=declaration) == ["A711"]
