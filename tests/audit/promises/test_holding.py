"""Each promise held against what was seen: kept, broken with the evidence, or not testable here, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from bandeau.audit.facts import Fact
from bandeau.audit.finding import Held, Promise, Verdict
from bandeau.audit.inspect import inspect
from bandeau.audit.promises import hold, words_of
from bandeau.audit.promises.holding import JUDGES
from bandeau.audit.promises.rules import kinds
from bandeau.audit.recording import Page, State, Stay, Trouble
from bandeau.audit.seen import HELPER, Control, Layer, Notice, Role, Step, Switch
from bandeau.declare import read_declaration
from bandeau.model import Declaration
from support.recordings import DECLARED, HOME, LORE, cookie, page, pages, recorded, request, stay

KEPT, BROKEN, UNTESTED = Verdict.KEPT, Verdict.BROKEN, Verdict.UNTESTED
B, R, A, W = State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN
MONTHS_6, MONTHS_13 = 15_768_000, 34_164_000
ADS = request("https://regie.example/ad.js")
STATS = request("https://stats.example/count")
COMMENTS = request("https://palabre.example/embed")
VIDEO = request("https://scopia.example/play")
OWN = request(HOME + "app.js")
ELSE = request("https://cdn.elsewhere.example/lib.js")
DOCUMENT = request(HOME, "Document", headers={"Sec-GPC": "1"})
CLICK = Step(act="click", text="OK")


def states(**happened: tuple[Fact, ...]) -> Page:
    """A page in the states that are named, with what happened in each."""
    return page(*(stay(State(name), *facts) for name, facts in happened.items()))


def with_notice(
    *controls: Control, switches: tuple[Switch, ...] = (), blocks: bool = False, asks: bool = False
) -> Page:
    notice = Notice(
        found_by="words", blocks=blocks, layers=(Layer(number=1, text="x", controls=controls, switches=switches),)
    )
    return page(stay(B, OWN, notice=notice), stay(R, OWN, notice=notice, asks=asks), stay(A, OWN))


def one(kind: str, seen: Page, *, declaration: Declaration | None = None, **says: str) -> Held:
    promise = Promise(kind=kind, quote="as it says", language="en", says=says)
    findings = inspect(recorded(seen), declaration, LORE)
    (held,) = hold((promise,), seen, findings, declaration, LORE)
    assert held.promise == promise
    assert held.why
    assert (held.verdict is not BROKEN) or held.evidence
    return held


def clicks(given: int, taken: int) -> Page:
    return page(stay(R), stay(A, steps=(CLICK,) * given), stay(W, steps=(CLICK,) * taken))


def by_a_helper(*then: Stay) -> Page:
    return page(stay(B), stay(A, steps=(Step(act=HELPER, text="a rule"),)), *then)


def choice(lifetime: int) -> Page:
    kept = cookie("choice", lifetime=lifetime)
    return states(before=(OWN,), refused=(kept,), accepted=(kept,))


def failed_withdrawal() -> Page:
    lost = Stay(state=W, reached=False, trouble=(Trouble(code="no-way-back", text="no control was found"),))
    return page(stay(B), stay(A, ADS), lost)


ROWS: list[tuple[str, dict[str, str], Page, Declaration | None, Verdict]] = [
    ("controller", {"name": "Éditions du Port"}, states(before=()), DECLARED, KEPT),
    ("controller", {"name": "Éditions du Port, S.A.S."}, states(before=()), DECLARED, KEPT),
    ("controller", {"name": "Autre SARL"}, states(before=()), DECLARED, BROKEN),
    ("controller", {"name": "Autre SARL"}, states(before=()), None, UNTESTED),
    ("partners", {"count": "2"}, states(accepted=(ADS, STATS, OWN)), None, KEPT),
    ("partners", {"count": "1"}, states(accepted=(ADS, STATS, OWN)), None, BROKEN),
    ("partners", {"count": "1"}, states(before=(ADS, STATS)), None, UNTESTED),
    ("data", {"categories": "browsing, ip-address"}, states(before=()), DECLARED, KEPT),
    ("data", {"categories": "browsing"}, states(before=()), DECLARED, BROKEN),
    ("data", {"categories": "browsing"}, states(before=()), None, UNTESTED),
    ("purposes", {"purposes": "advertising"}, states(accepted=(ADS,)), None, KEPT),
    ("purposes", {"purposes": "audience"}, states(accepted=(ADS,)), None, BROKEN),
    ("purposes", {"purposes": "audience"}, states(accepted=(ELSE,)), None, UNTESTED),
    ("purposes", {"purposes": "functioning"}, states(accepted=(ADS,)), None, UNTESTED),
    ("refusal-leaves", {"leaves": "functioning"}, states(refused=(OWN,)), None, KEPT),
    ("refusal-leaves", {"leaves": "functioning"}, states(refused=(ADS,)), None, BROKEN),
    ("refusal-leaves", {"leaves": "audience, functioning"}, states(refused=(cookie("_regie"),)), None, BROKEN),
    ("refusal-leaves", {"leaves": "functioning"}, states(before=(ADS,)), None, UNTESTED),
    ("consent-first", {}, states(before=(OWN,)), None, KEPT),
    ("consent-first", {}, states(before=(ADS,)), None, BROKEN),
    ("consent-first", {}, states(accepted=(ADS,)), None, UNTESTED),
    (
        "always-on",
        {"purposes": "functioning"},
        with_notice(switches=(Switch(label="Strictly necessary", on=True, locked=True),)),
        None,
        KEPT,
    ),
    (
        "always-on",
        {"purposes": "functioning"},
        with_notice(switches=(Switch(label="Necessary", on=False),)),
        None,
        BROKEN,
    ),
    ("always-on", {"purposes": "functioning"}, with_notice(switches=(Switch(label="Ads", on=False),)), None, UNTESTED),
    ("needs-acceptance", {"feature": "comments"}, states(refused=(OWN,), accepted=(COMMENTS,)), DECLARED, KEPT),
    ("needs-acceptance", {"feature": "comments"}, states(refused=(COMMENTS,), accepted=(COMMENTS,)), DECLARED, BROKEN),
    ("needs-acceptance", {"feature": "media"}, states(refused=(VIDEO,), accepted=()), DECLARED, BROKEN),
    ("needs-acceptance", {"feature": "comments"}, states(refused=(OWN,), accepted=(VIDEO,)), DECLARED, UNTESTED),
    ("stops-following", {"purpose": "social"}, states(accepted=(COMMENTS,), withdrawn=(OWN,)), DECLARED, KEPT),
    ("stops-following", {"purpose": "social"}, states(accepted=(COMMENTS,), withdrawn=(COMMENTS,)), DECLARED, BROKEN),
    ("stops-following", {"purpose": "social"}, states(accepted=(COMMENTS,)), DECLARED, UNTESTED),
    ("free-access", {}, states(refused=(OWN,), accepted=(OWN,)), None, KEPT),
    ("free-access", {}, page(stay(R, status=403), stay(A)), None, BROKEN),
    ("free-access", {}, with_notice(blocks=True, asks=True), None, BROKEN),
    ("free-access", {}, states(before=(OWN,)), None, UNTESTED),
    ("wall", {"alternative": "payment"}, states(before=()), None, UNTESTED),
    ("indicator", {"allowed": "green", "refused": "red"}, states(before=()), None, UNTESTED),
    ("change", {"when": "any time"}, clicks(1, 2), None, KEPT),
    ("change", {"control": "Cookies"}, failed_withdrawal(), None, BROKEN),
    ("change", {}, states(accepted=()), None, UNTESTED),
    ("easy-withdrawal", {}, clicks(1, 1), None, KEPT),
    ("easy-withdrawal", {}, clicks(1, 4), None, BROKEN),
    ("easy-withdrawal", {}, states(accepted=()), None, UNTESTED),
    ("easy-withdrawal", {}, by_a_helper(stay(W, steps=(CLICK, CLICK))), None, UNTESTED),
    ("change", {"when": "any time"}, by_a_helper(Stay(state=W, reached=False)), None, UNTESTED),
    ("choice-lifetime", {"lifetime": str(MONTHS_6)}, choice(180 * 86_400), None, KEPT),
    ("choice-lifetime", {"lifetime": str(MONTHS_6)}, choice(MONTHS_13), None, BROKEN),
    ("choice-lifetime", {"lifetime": str(MONTHS_6)}, choice(86_400), None, BROKEN),
    ("choice-lifetime", {"lifetime": str(MONTHS_6)}, states(refused=(), accepted=()), None, UNTESTED),
    ("cookie-lifetime", {"lifetime": str(MONTHS_13)}, states(accepted=(cookie("a", lifetime=86_400),)), None, KEPT),
    ("cookie-lifetime", {"lifetime": "86400"}, states(accepted=(cookie("a", lifetime=MONTHS_6),)), None, BROKEN),
    (
        "cookie-lifetime",
        {"lifetime": "86400", "of": "advertising"},
        states(accepted=(cookie("session2", lifetime=MONTHS_6),)),
        None,
        UNTESTED,
    ),
    (
        "cookie-lifetime",
        {"lifetime": "86400", "of": "advertising"},
        states(accepted=(cookie("_regie", lifetime=MONTHS_6),)),
        None,
        BROKEN,
    ),
    ("policy", {"address": "https://gazette.example/privacy"}, states(before=()), None, KEPT),
    ("policy", {}, with_notice(Control(role=Role.POLICY, text="More", href="/privacy")), None, KEPT),
    ("policy", {}, with_notice(), None, UNTESTED),
    ("legitimate-interest", {}, states(before=()), None, UNTESTED),
    ("scrolling", {}, states(before=(ADS,)), None, UNTESTED),
    ("gpc", {}, states(before=(DOCUMENT,)), None, KEPT),
    ("gpc", {}, states(before=(DOCUMENT, ADS)), None, BROKEN),
    ("gpc", {}, states(before=(ADS,)), None, UNTESTED),
    ("no-tracking", {}, states(accepted=(STATS,)), None, KEPT),
    ("no-tracking", {}, states(accepted=(ADS,)), None, BROKEN),
    ("no-tracking", {}, states(before=(OWN,)), None, UNTESTED),
    ("no-third-parties", {}, states(accepted=(OWN,)), None, KEPT),
    ("no-third-parties", {}, states(before=(ELSE,)), None, BROKEN),
    ("no-third-parties", {"except": "except our printer"}, states(before=(ELSE,)), None, UNTESTED),
    ("no-third-parties", {}, states(before=(OWN,)), None, UNTESTED),
    ("no-sale", {}, states(accepted=(ADS,)), None, UNTESTED),
    ("no-profiling", {}, states(accepted=(STATS,)), None, KEPT),
    ("no-profiling", {}, states(accepted=(ADS,)), None, BROKEN),
    ("no-profiling", {}, states(before=(OWN,)), None, UNTESTED),
    ("no-transfer", {}, states(accepted=(COMMENTS, VIDEO)), DECLARED, KEPT),
    ("no-transfer", {}, states(accepted=(ELSE,)), DECLARED, UNTESTED),
    ("no-transfer", {}, states(accepted=(COMMENTS,)), None, UNTESTED),
    ("ip-anonymised", {}, states(before=()), None, UNTESTED),
    ("anonymous-statistics", {}, states(accepted=(STATS,)), None, UNTESTED),
]


@pytest.mark.parametrize(("kind", "says", "seen", "declaration", "verdict"), ROWS)
def test_a_promise_is_held_against_what_was_seen(
    kind: str, says: dict[str, str], seen: Page, declaration: Declaration | None, verdict: Verdict
) -> None:
    assert one(kind, seen, declaration=declaration, **says).verdict is verdict


def test_every_kind_has_its_judge_and_its_rows() -> None:
    assert list(JUDGES) == list(kinds())
    assert {row[0] for row in ROWS} == set(kinds())


def test_a_broken_promise_shows_the_request_and_the_script_that_broke_it() -> None:
    held = one("consent-first", states(before=(ADS,)))
    assert any("regie.example" in evidence.text + evidence.url for evidence in held.evidence)
    assert all(evidence.state is B for evidence in held.evidence)


def test_what_is_declared_to_go_abroad_breaks_the_promise_that_it_stays() -> None:
    comments = DECLARED.service("comments")
    assert comments
    services = tuple(replace(s, countries=("US",)) if s.id == "comments" else s for s in DECLARED.services)
    abroad = replace(DECLARED, services=services)
    held = one("no-transfer", states(accepted=(COMMENTS,)), declaration=abroad)
    assert held.verdict is BROKEN
    assert "US" in held.why


def test_purposes_in_several_sentences_count_together() -> None:
    seen = states(accepted=(ADS, STATS))
    promises = tuple(
        Promise(kind="purposes", quote=purpose, language="en", says={"purposes": purpose})
        for purpose in ("advertising", "audience")
    )
    held = hold(promises, seen, inspect(recorded(seen), None, LORE), None, LORE)
    assert {one.verdict for one in held} == {KEPT}


def test_a_purpose_of_the_publisher_s_own_is_no_broken_promise() -> None:
    newsroom = read_declaration(Path(__file__).parents[3] / "examples" / "newsroom" / "bandeau.toml")
    seen = states(accepted=(request("http://polices.localhost/css"),))
    assert one("purposes", seen, declaration=newsroom, purposes="advertising").verdict is UNTESTED


def test_what_only_the_controller_receives_goes_to_nobody_else() -> None:
    newsroom = read_declaration(Path(__file__).parents[3] / "examples" / "newsroom" / "bandeau.toml")
    seen = states(accepted=(request("http://stats.localhost/compte.js"),))
    assert one("partners", seen, declaration=newsroom, count="0").verdict is KEPT
    assert one("no-third-parties", seen, declaration=newsroom).verdict is KEPT


def test_what_stays_after_a_refusal_is_named_as_a_purpose_too() -> None:
    seen = states(refused=(), accepted=(STATS, ADS))
    promises = (
        Promise(kind="purposes", quote="1", language="en", says={"purposes": "advertising"}),
        Promise(kind="refusal-leaves", quote="2", language="en", says={"leaves": "audience, functioning"}),
    )
    held = hold(promises, seen, inspect(recorded(seen), None, LORE), None, LORE)
    assert [one.verdict for one in held] == [KEPT, KEPT]


def test_the_notice_of_a_page_is_read_with_all_layers_that_were_seen_in_any_state() -> None:
    first = Layer(number=1, text="If you refuse, only technical cookies are set.\nHello", language="en")
    second = Layer(number=2, text="We do not sell your data.")
    front, settings = (Notice(found_by="words", layers=(layer,)) for layer in (first, second))
    seen = page(stay(B, notice=front, language="en"), stay(R, ADS, notice=front), stay(W, notice=settings))
    word = words_of(seen, inspect(recorded(seen), None, LORE), None, LORE)
    assert word
    assert [(one.promise.kind, one.promise.layer, one.verdict) for one in word.promises] == [
        ("refusal-leaves", 1, BROKEN),
        ("no-sale", 2, UNTESTED),
    ]
    assert word.unread == ("Hello",)
    assert words_of(states(before=()), (), None, LORE) is None


def everything() -> tuple[Promise, ...]:
    says: dict[str, Any] = {kind: dict(row) for kind, row, *_ in ROWS}
    return tuple(Promise(kind=kind, quote=kind, language="en", says=says[kind]) for kind in kinds())


@given(pages)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_page_gets_a_verdict_for_every_promise(seen: Page) -> None:
    findings = inspect(recorded(seen), None, LORE)
    for declaration in (None, DECLARED):
        held = hold(everything(), seen, findings, declaration, LORE)
        assert len(held) == len(kinds())
        assert all(len(one.evidence) <= 5 and one.why for one in held)
