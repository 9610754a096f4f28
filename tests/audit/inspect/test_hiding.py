"""What hides a tracker is found: detours, aliases, decorated links, shared identifiers, fingerprints."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import Alias, Decorated, Fact, Probe
from bandeau.audit.recording import State
from bandeau.model import Declaration
from support.recordings import HOME, by, codes, cookie, one, page, recorded, request, seen, stay

UID = "0af3be9912cd77aa41"
YEAR = 31_536_000
BEFORE, REFUSED, ACCEPTED, WITHDRAWN = State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN


def hidden(*facts: Fact, state: State = BEFORE) -> set[str]:
    return {code for code in codes(seen(state, *facts)) if code.startswith("A5")}


def detour(over: str, back: str = HOME + "?r=1") -> list[Fact]:
    return [
        request(HOME, "Document", id="1", status=302),
        request(over, "Document", id="2", follows="1", status=302, at=5),
        request(back, "Document", id="3", follows="2", at=9),
    ]


def test_a_page_reached_over_a_tracker_is_found() -> None:
    assert hidden(*detour("https://regie.example/sync")) == {"A501"}
    assert hidden(*detour("https://regie.example/sync"), state=ACCEPTED) == set()
    found = one("A501", seen(BEFORE, *detour("https://regie.example/sync")))
    assert (
        found.evidence[0].text
        == "https://gazette.example/ led over https://regie.example/sync to https://gazette.example/?r=1"
    )


def test_a_page_that_goes_elsewhere_by_script_and_is_sent_back_is_found() -> None:
    away = request("https://regie.example/sync", "Document", id="2", status=302, at=5)
    back = request(HOME + "?r=1", "Document", id="3", follows="2", at=9)
    assert hidden(request(HOME, "Document", id="1"), away, back) == {"A501"}
    assert hidden(away, back) == set()


def test_a_detour_that_sets_an_identifier_is_found_whoever_it_belongs_to() -> None:
    identifier = cookie("id", UID, "unknown.example", lifetime=YEAR, request="2")
    assert hidden(*detour("https://unknown.example/"), identifier) == {"A501"}


@pytest.mark.parametrize(
    "facts",
    [
        detour("https://login.unknown.example/"),
        detour("https://www.gazette.example/"),
        detour("https://regie.example/", back="https://elsewhere.example/"),
        [request("https://regie.example/", "Document", id="1", follows="1")],
    ],
)
def test_an_innocent_redirect_is_no_detour(facts: list[Fact]) -> None:
    assert hidden(*facts) == set()


METRICS = "metrics.gazette.example"


def test_a_tracker_under_a_name_of_the_site_is_found(declaration: Declaration) -> None:
    facts = (request(f"https://{METRICS}/p"), Alias(host=METRICS, names=("x.unknown.example", "in.regie.example")))
    assert hidden(*facts) == {"A502"}
    assert "A502" in codes(seen(REFUSED, *facts), declaration)
    palabre = (request(f"https://{METRICS}/p"), Alias(host=METRICS, names=("c.palabre.example",)))
    assert "A502" in codes(seen(REFUSED, *palabre), declaration)
    assert "A502" not in codes(seen(ACCEPTED, *palabre), declaration)


@pytest.mark.parametrize(
    "facts",
    [
        [request(f"https://{METRICS}/p"), Alias(host=METRICS, names=("gazette.cdn.example", "edge.cdn.example"))],
        [request(f"https://{METRICS}/p"), Alias(host=METRICS, names=("www.gazette.example",))],
        [request(f"https://{METRICS}/p"), Alias(host=METRICS, names=("x.sesame.example",))],
        [Alias(host=METRICS, names=("in.regie.example",))],
    ],
)
def test_a_name_for_a_content_network_is_no_cloak(facts: list[Fact]) -> None:
    assert hidden(*facts) == set()


def test_a_link_that_carries_an_identifier_is_found() -> None:
    link = Decorated(url="https://shop.example/?gclid=abc", names=("gclid",), page=HOME)
    assert hidden(link) == {"A503"}
    assert one("A503", seen(BEFORE, link)).subject == "link to shop.example"
    own = Decorated(url="https://www.gazette.example/?gclid=abc", names=("gclid",), page=HOME)
    assert hidden(own) == set()
    assert hidden(link, state=ACCEPTED) == set()


def test_a_link_that_carries_the_same_for_every_visitor_tells_nobody_apart() -> None:
    """Each of two clean visits shows what it shows; between them only what differs can identify."""

    def found(first: str, second: str) -> set[str]:
        links = [Decorated(url=f"https://shop.example/?w={one}", names=("w",), page=HOME) for one in (first, second)]
        stays = [stay(state, link) for state, link in zip((BEFORE, WITHDRAWN), links, strict=True)]
        return set(codes(recorded(page(*stays))))

    assert "A503" in found("0af3be9912cd77aa41", "1bf4cf0023de88bb52")
    assert "A503" not in found("0af3be9912cd77aa41", "0af3be9912cd77aa41")


IDENTIFIER = cookie("_regie", f"RG1.1.{UID}.1764152214", lifetime=YEAR)


@pytest.mark.parametrize("url", [f"https://partner.example/match?u={UID}", f"https://partner.example/{UID}/p.gif"])
def test_an_identifier_handed_on_is_found(url: str) -> None:
    assert hidden(IDENTIFIER, request(url)) == {"A504"}
    assert hidden(IDENTIFIER, request("https://partner.example/match", body=f'{{"id":"{UID}"}}')) == {"A504"}


@pytest.mark.parametrize(
    "facts",
    [
        [IDENTIFIER, request(f"https://gazette.example/api?u={UID}")],
        [IDENTIFIER, request(f"https://sesame.example/?u={UID}")],
        [IDENTIFIER, request("https://partner.example/match?u=77b0e3f19ac2d45503")],
        [cookie("fw_state", UID, lifetime=YEAR), request(f"https://partner.example/match?u={UID}")],
        [cookie("lang", "francais-belgique", lifetime=YEAR), request("https://partner.example/?l=francais-belgique")],
        [
            cookie("id", UID, "a.partner.example", lifetime=YEAR, page="https://partner.example/"),
            request(f"https://b.partner.example/?u={UID}"),
        ],
    ],
)
def test_what_hands_on_no_identifier_is_no_syncing(facts: list[Fact]) -> None:
    assert hidden(*facts) == set()


def probes(script: str, *apis: str) -> list[Fact]:
    return [Probe(api=api, detail="x", page=HOME, by=by(script)) for api in apis]


def test_a_fingerprint_by_a_tracker_is_found() -> None:
    assert hidden(*probes("https://regie.example/fp.js", "canvas")) == {"A505"}
    assert hidden(*probes("https://regie.example/fp.js", "enumeration", "battery")) == {"A505"}


def test_a_script_that_asks_for_several_things_is_doubtful() -> None:
    assert hidden(*probes("https://unknown.example/fp.js", "canvas", "audio")) == {"A506"}
    assert hidden(*probes(HOME + "fp.js", "webgl", "fonts")) == {"A506"}
    found = one("A506", seen(BEFORE, *probes(HOME + "fp.js?v=12", "webgl", "fonts")))
    assert found.subject == "https://gazette.example/fp.js asked for what tells browsers apart"


@pytest.mark.parametrize(
    "facts",
    [
        probes("https://unknown.example/chart.js", "canvas"),
        probes(HOME + "map.js", "webgl", "surroundings"),
        probes("https://sesame.example/challenge.js", "canvas", "audio", "webgl"),
        [*probes(HOME + "a.js", "canvas"), *probes(HOME + "b.js", "audio")],
    ],
)
def test_what_draws_or_guards_is_no_fingerprint(facts: list[Fact]) -> None:
    assert hidden(*facts) == set()
