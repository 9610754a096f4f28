"""Judging a site by its declaration: the verdict of each state's choice decides, and what it is silent on is found."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import Area, CookieRead, Fact, SentCookie, Storing, WorkerStarted
from bandeau.audit.recording import State
from bandeau.model import Declaration
from support.recordings import HOME, codes, cookie, kept, one, page, recorded, request, seen, stay

YEAR = 31_536_000
BEFORE, REFUSED, ACCEPTED, ALONE, WITHDRAWN = (
    State.BEFORE,
    State.REFUSED,
    State.ACCEPTED,
    State.ALONE,
    State.WITHDRAWN,
)

HELD: list[tuple[str, Fact]] = [
    ("A101", cookie("plb", lifetime=3_600)),
    ("A102", cookie("plb", lifetime=3_600, via="document.cookie")),
    ("A101", cookie("palabre_id", domain="palabre.example", lifetime=YEAR)),
    ("A104", Storing(area=Area.LOCAL, op="set", key="palabre:draft", page=HOME)),
    ("A109", WorkerStarted(kind="service_worker", url="https://palabre.example/sw.js", page=HOME)),
    ("A201", CookieRead(names=("plb",), page=HOME)),
    ("A202", Storing(area=Area.LOCAL, op="get", key="palabre:draft", page=HOME)),
    ("A301", request(HOME, cookies=(SentCookie(name="plb", domain="gazette.example"),))),
    (
        "A302",
        request("https://sesame.example/", cookies=(SentCookie(name="palabre_x", domain="palabre.example"),)),
    ),
    ("A401", request("https://palabre.example/tag.js")),
    ("A407", request("https://a.palabre.example/embed", "Document", top=False)),
]


def acts(found: list[str]) -> set[str]:
    return {code for code in found if "A1" <= code < "A7"}


@pytest.mark.parametrize("state", [BEFORE, REFUSED])
@pytest.mark.parametrize(("code", "fact"), HELD)
def test_what_the_declaration_holds_is_found(code: str, fact: Fact, state: State, declaration: Declaration) -> None:
    late = type(fact)(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, "view": 1})
    assert code in acts(codes(seen(state, late), declaration))


@pytest.mark.parametrize(("code", "fact"), HELD)
def test_what_was_accepted_is_not(code: str, fact: Fact, declaration: Declaration) -> None:
    assert acts(codes(seen(ACCEPTED, fact), declaration)) == set()


@pytest.mark.parametrize(("code", "fact"), HELD)
def test_one_service_alone_allows_no_other(code: str, fact: Fact, declaration: Declaration) -> None:
    assert acts(codes(seen(ALONE, fact, service="comments"), declaration)) == set()
    assert code in acts(codes(seen(ALONE, fact, service="video"), declaration))


def test_a_finding_names_the_service_that_was_allowed_alone(declaration: Declaration) -> None:
    found = one("A401", seen(ALONE, request("https://palabre.example/tag.js"), service="video"), declaration)
    assert found.subject == "host palabre.example (although only video was allowed)"
    assert found.service == "comments"


KEPT: list[Fact] = [
    cookie("session", "0af3be9912cd77aa41"),
    cookie("csrftoken", "0af3be9912cd77aa41", lifetime=YEAR),
    cookie("ps_id", "0af3be9912cd77aa41", lifetime=YEAR),
    cookie("bandeau_choice", "0af3be9912cd77aa41", lifetime=182 * 86_400),
    Storing(area=Area.LOCAL, op="set", key="theme", value="dark", page=HOME),
    request(HOME),
    request("https://www.gazette.example/a.css", "Stylesheet"),
    request("https://stats.gazette.example/p.gif?x=1", "Image", size=43),
]


@pytest.mark.parametrize("state", [BEFORE, REFUSED, ACCEPTED, WITHDRAWN])
@pytest.mark.parametrize("fact", KEPT)
def test_what_needs_no_consent_raises_no_alarm(fact: Fact, state: State, declaration: Declaration) -> None:
    assert acts(codes(seen(state, fact), declaration)) == set()


def test_a_third_partys_cookie_is_not_excused_by_one_of_the_site_of_the_same_name(declaration: Declaration) -> None:
    stranger = cookie("session", "0af3be9912cd77aa41", domain="stranger.example", lifetime=YEAR)
    assert acts(codes(seen(BEFORE, stranger), declaration)) == {"A101"}


def test_what_is_known_weighs_where_the_declaration_is_silent(declaration: Declaration) -> None:
    assert acts(codes(seen(REFUSED, request("https://regie.example/tag.js")), declaration)) == {"A401"}


def test_a_cookie_that_lay_there_after_a_refusal_is_found(declaration: Declaration) -> None:
    assert acts(codes(recorded(page(stay(REFUSED, kept=(kept("plb"),)))), declaration)) == {"A101"}
