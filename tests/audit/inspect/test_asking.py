"""How the notice asks: what makes refusing harder than accepting is found, and an honest notice has no finding."""

from __future__ import annotations

from typing import Any

import pytest

from bandeau.audit.recording import State, Stay, Trouble
from bandeau.audit.seen import HELPER, Barrier, Control, Layer, Notice, Role, Step, Switch
from bandeau.model import Declaration
from support.recordings import (
    ACCEPT,
    REFUSE,
    SETTINGS,
    asked,
    codes,
    control,
    cookie,
    notice,
    one,
    page,
    recorded,
    request,
    seen,
    stay,
)

BEFORE, REFUSED, ACCEPTED, WITHDRAWN = State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN
UID = "0af3be9912cd77aa41"
YEAR = 31_536_000
TRACKER = request("https://regie.example/tag.js")


def walked(state: State, *roles: Role, **more: Any) -> Stay:
    """A state that a click on each of these led to."""
    return stay(state, *more.pop("happened", ()), steps=tuple(Step(act="click", text=r, role=r) for r in roles), **more)


def refusing(**more: Any) -> Control:
    return control(Role.REFUSE, **more)


LOOKS: list[tuple[list[str], Control]] = [
    (["A803"], refusing(size=11)),
    (["A803"], refusing(height=26)),
    (["A804"], refusing(contrast=2.1)),
    (["A805"], refusing(contrast=4.0)),
    (["A806"], refusing(bordered=False, height=20)),
    (["A806"], refusing(bordered=False, underlined=True, tag="a")),
    (["A807"], refusing(paper="#f4f4f4", ink="#333333")),
    (["A808"], refusing(weight=300)),
    ([], refusing(size=15, height=38, width=90)),
    ([], refusing(tag="a")),
    ([], refusing(contrast=12.0)),
    ([], refusing(contrast=0)),
    ([], refusing(paper="#0b6b3a")),
    ([], refusing(paper="not a colour", size=0, height=0)),
]


@pytest.mark.parametrize(("expected", "refuse"), LOOKS)
def test_refusing_drawn_weaker_is_found(expected: list[str], refuse: Control) -> None:
    accept = control(Role.ACCEPT, weight=600) if expected == ["A808"] else ACCEPT
    assert codes(asked(notice(accept, refuse, SETTINGS))) == expected


def test_an_honest_notice_has_no_finding(declaration: Declaration) -> None:
    stays = (
        walked(REFUSED, Role.REFUSE, views=2),
        walked(ACCEPTED, Role.ACCEPT, views=2),
        walked(WITHDRAWN, Role.WITHDRAW, Role.REFUSE, views=2),
    )
    assert codes(asked(notice(), *stays)) == []
    assert [code for code in codes(asked(notice(), *stays), declaration) if code not in ("A705", "A706")] == []


def test_two_plain_links_are_alike() -> None:
    plain: dict[str, Any] = {"bordered": False, "underlined": True, "tag": "a", "height": 20}
    assert codes(asked(notice(control(Role.ACCEPT, **plain), refusing(**plain), SETTINGS))) == []


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        (["A801"], notice(ACCEPT, SETTINGS)),
        (["A801"], notice(ACCEPT, SETTINGS, blocks=True, covers=0.9)),
        (["A801", "A817"], notice(ACCEPT, blocks=True, covers=0.9)),
        (["A801"], notice(ACCEPT, blocks=True, covers=0.2)),
        (["A801"], notice(ACCEPT, control(Role.CLOSE), blocks=True, covers=0.9)),
        ([], notice(blocks=True, covers=1)),
        ([], notice(control(Role.CLOSE, "OK"))),
        ([], notice(ACCEPT, control(Role.SAVE), switches=(Switch(label="Audience", on=False),))),
        (["A801", "A812"], notice(ACCEPT, control(Role.SAVE), switches=(Switch(label="Audience", on=True),))),
    ],
)
def test_a_layer_without_a_refusal_is_found(expected: list[str], shown: Notice) -> None:
    assert codes(asked(shown, brings("regie.example"))) == expected


def test_a_notice_that_only_tells_offers_no_choice_where_there_is_none(declaration: Declaration) -> None:
    tells = notice(control(Role.ACCEPT, "OK"), text="We only set cookies that are necessary.")
    again = walked(ACCEPTED, Role.ACCEPT, asks=True, views=2)
    vain = Stay(state=REFUSED, reached=False, trouble=(Trouble(code="no-refuse", text="nothing refuses"),))
    assert codes(asked(tells, vain, again, unreached("no-way-back"), happened=(cookie("session", UID),))) == []
    assert codes(asked(tells, stay(ACCEPTED, TRACKER))) == ["A801", "A819"]
    assert "A801" in codes(asked(tells), declaration)


def test_more_clicks_to_refuse_are_found() -> None:
    yes, no = walked(ACCEPTED, Role.ACCEPT), walked(REFUSED, Role.SETTINGS, Role.SAVE)
    found = one("A802", asked(notice(), no, yes))
    assert found.message == "refusing takes more clicks than accepting: 2 against 1"
    assert found.evidence[0].text == "click “settings”, click “save”"
    assert codes(asked(notice(), walked(REFUSED, Role.REFUSE), yes)) == []


def brings(*hosts: str) -> Stay:
    return stay(ACCEPTED, *(request(f"https://{host}/a.js") for host in hosts))


def test_no_way_to_choose_by_purpose_is_found(declaration: Declaration) -> None:
    bare = notice(ACCEPT, REFUSE)
    assert codes(asked(bare, brings("regie.example", "types.example"))) == ["A809"]
    assert "A809" in codes(asked(bare), declaration)
    assert codes(asked(bare, brings("regie.example", "sesame.example"))) == []
    switches = (Switch(label="Audience", on=False), Switch(label="Videos", on=False))
    assert codes(asked(notice(ACCEPT, REFUSE, switches=switches), brings("regie.example", "types.example"))) == []


def unreached(code: str) -> Stay:
    return Stay(state=WITHDRAWN, reached=False, trouble=(Trouble(code=code, text="nothing was found"),))


def test_no_way_back_is_found() -> None:
    assert "A810" in codes(asked(notice(), stay(ACCEPTED), unreached("no-way-back")))
    assert "A810" not in codes(asked(notice(), stay(ACCEPTED), unreached("crashed")))
    assert "A810" not in codes(asked(notice(), stay(ACCEPTED)))
    back = notice(way_back=control(Role.WITHDRAW))
    assert "A810" not in codes(asked(notice(), stay(ACCEPTED, notice=back), unreached("no-way-back")))


def test_of_what_a_helper_pressed_nobodys_clicks_are_counted() -> None:
    yes, no = walked(ACCEPTED, Role.ACCEPT), walked(REFUSED, Role.SETTINGS, Role.SETTINGS)
    pressed = stay(REFUSED, steps=(*no.steps, Step(act=HELPER, text="a rule")))
    assert codes(asked(notice(), no, yes)) == ["A802"]
    assert codes(asked(notice(), pressed, yes)) == []


@pytest.mark.parametrize(("found_by", "act", "expected"), [(HELPER, HELPER, []), ("words", "click", ["A810", "A813"])])
def test_what_our_eyes_cannot_read_is_not_said_to_be_missing(found_by: str, act: str, expected: list[str]) -> None:
    before = stay(BEFORE, notice=Notice(found_by=found_by), asks=False)
    accepted = stay(ACCEPTED, request("https://regie.example/a.js"), steps=(Step(act=act, text="a rule"),))
    assert codes(recorded(page(before, accepted, unreached("no-way-back")))) == expected


def test_a_hard_way_back_is_found() -> None:
    yes = walked(ACCEPTED, Role.ACCEPT)
    hard = walked(WITHDRAWN, Role.POLICY, Role.WITHDRAW, Role.SETTINGS, Role.SAVE)
    assert codes(asked(notice(), yes, hard)) == ["A811"]
    assert codes(asked(notice(), yes, walked(WITHDRAWN, Role.WITHDRAW, Role.SETTINGS, Role.SAVE))) == []


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (Switch(label="Advertising", on=True), ["A812"]),
        (Switch(label="Strictly necessary", on=True, locked=True), []),
        (Switch(label="Cookies nécessaires", on=True), []),
        (Switch(label="Advertising", on=False), []),
    ],
)
def test_a_switch_that_stands_on_is_found(switch: Switch, expected: list[str]) -> None:
    behind = Layer(number=2, text="Settings", switches=(switch,))
    assert codes(asked(notice(layers=(behind,)))) == expected


def test_exempt_measurement_may_stand_on(declaration: Declaration) -> None:
    behind = Layer(number=2, text="Settings", switches=(Switch(label="Port Stats", on=True),))
    assert "A812" not in codes(asked(notice(layers=(behind,))), declaration)


def test_a_notice_that_goes_away_by_itself_is_found() -> None:
    assert codes(seen(BEFORE, notice=notice(), asks=False)) == ["A813"]


def test_closing_taken_as_acceptance_is_found() -> None:
    closed = walked(REFUSED, Role.CLOSE, happened=(TRACKER,))
    assert "A814" in codes(asked(notice(), closed))
    assert "A814" not in codes(asked(notice(), closed, happened=(TRACKER,)))
    assert "A814" not in codes(asked(notice(), walked(REFUSED, Role.REFUSE, happened=(TRACKER,))))
    assert codes(asked(notice(), walked(REFUSED, Role.CLOSE))) == []


def test_asking_again_is_found() -> None:
    assert codes(asked(notice(), walked(REFUSED, Role.REFUSE, asks=True, views=2))) == ["A815"]
    assert codes(asked(notice(), walked(ACCEPTED, Role.ACCEPT, asks=True, views=2))) == ["A816"]
    assert codes(asked(notice(), walked(REFUSED, Role.REFUSE, asks=True))) == []


def test_a_page_that_needs_a_notice_and_has_none_is_found() -> None:
    assert codes(seen(BEFORE, TRACKER)) == ["A401", "A818"]
    found = one("A818", seen(BEFORE, TRACKER, cookie("_regie", UID, lifetime=YEAR)))
    assert found.message.endswith("the page needs one: cookie _regie on gazette.example, host regie.example")


def test_a_page_that_needs_no_notice_may_do_without() -> None:
    nothing = stay(BEFORE, cookie("session", UID), request("https://types.example/a.woff2", "Font"))
    missing = Trouble(code="no-notice", text="no notice was found")
    others = (Stay(state=state, reached=False, trouble=(missing,)) for state in (REFUSED, ACCEPTED, WITHDRAWN))
    assert codes(recorded(page(nothing, *others))) == ["A408"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We use cookies to make this site work for you.", ["A819"]),
        ("We use cookies for advertising.", []),
        ("Wij gebruiken cookies voor statistieken.", []),
    ],
)
def test_a_notice_that_names_no_purpose_is_found(text: str, expected: list[str]) -> None:
    assert codes(asked(notice(text=text))) == expected


def test_a_language_that_nobody_read_is_not_judged() -> None:
    layer = Layer(number=1, text="Käytämme evästeitä.", language="fi", controls=(ACCEPT, REFUSE, SETTINGS))
    assert codes(asked(Notice(found_by="words", layers=(layer,)))) == []


def test_a_notice_that_does_not_say_who_asks_is_found(declaration: Declaration) -> None:
    assert "A820" in codes(asked(notice(text="May we measure the audience?")), declaration)
    named = notice(text="La Gazette du Port would measure its audience.")
    assert "A820" not in codes(asked(named), declaration)


def test_barriers_are_found_by_their_weight() -> None:
    grave = Barrier(rule="button-name", impact="critical", help="Buttons must have discernible text", target="button")
    small = Barrier(rule="region", impact="moderate", help="Content should be in landmarks", target="div")
    assert codes(asked(notice(barriers=(grave, small)))) == ["A821", "A822"]
    assert one("A821", asked(notice(barriers=(grave,)))).subject == "rule button-name of axe-core"


def choosing(refused: int | None, accepted: int | None, name: str = "cookieconsent") -> list[str]:
    """The codes where a refusal and an acceptance are kept for so many days each."""
    no, yes = (None if days is None else days * 86_400 for days in (refused, accepted))
    return codes(
        asked(
            notice(),
            stay(REFUSED, cookie(name, "refused", lifetime=no)),
            stay(ACCEPTED, cookie(name, "accepted", lifetime=yes)),
        )
    )


@pytest.mark.parametrize(
    ("refused", "accepted", "expected"),
    [
        (182, 182, []),
        (184, 184, []),
        (365, 365, ["A952"]),
        (400, 400, ["A951"]),
        (30, 182, ["A953"]),
        (None, 182, ["A953"]),
        (None, None, []),
    ],
)
def test_how_long_a_choice_is_kept_is_judged(refused: int | None, accepted: int | None, expected: list[str]) -> None:
    assert choosing(refused, accepted) == expected
    if None not in (refused, accepted):
        assert choosing(refused, accepted, "zz") == expected


def test_a_cookie_that_lay_there_before_keeps_no_choice() -> None:
    happened = (cookie("visits", "1", lifetime=400 * 86_400),)
    no, yes = (stay(state, cookie("visits", "2" + state, lifetime=400 * 86_400)) for state in (REFUSED, ACCEPTED))
    assert codes(asked(notice(), no, yes, happened=happened)) == []
