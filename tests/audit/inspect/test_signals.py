"""Signals that contradict the choice are found; those that say what was chosen are not."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import Signal
from bandeau.audit.inspect.strings import opted_in, purposes_of, sections_of
from bandeau.audit.recording import State
from bandeau.model import Declaration
from support.recordings import HOME, codes, one, request, seen

# Encoded by the reference implementation of IAB Tech Lab.
REFUSING = "CQuFeUAQuFeUAEsAHBENB7FgAAAAAAAAAAqIAAAAAAAA.IF5wA4AAgAGADIBeYAAA.YAAAAAAAAAAA"
ACCEPTING = "CQuFeUAQuFeUAEsAHBENB7FoAP_gAELAAAqIF5wA4AAgAGADIBeYF5wA4AAgAGADIBeYAAAA.IF5wA4AAgAGADIBeYAAA.YAAAAAAAAAAA"
SOME = "CQuFeUAQuFeUAEsAHBENB7FgAIEAAAAAAAqIHCQAYAyAcIAAAAAA.IHCQAYAyAcIA.YAAAAAAAAAAA"
OPTED_OUT, NOT_OPTED_OUT = "DBABLA~CVQVAAAAAACA.YA", "DBABLA~CVQqAAAAAACA.QA"

BEFORE, REFUSED, ACCEPTED, WITHDRAWN = State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN


def interests_only() -> str:
    """A TC string that consents to nothing and claims legitimate interest for purposes 2 and 7."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    bits = "".join(f"{alphabet.index(letter):06b}" for letter in REFUSING.partition(".")[0])
    claimed = bits[:176] + "010000100000000000000000" + bits[200:]
    return "".join(alphabet[int(claimed[at : at + 6], 2)] for at in range(0, len(claimed), 6))


def said(system: str, text: str, **more: object) -> Signal:
    return Signal(system=system, said=text, page=HOME, **{"view": 1, **more})  # type: ignore[arg-type]


def mode(command: str, types: str) -> Signal:
    return said("consent-mode", f'["consent","{command}",{types}]')


DENIED = '{"ad_storage":"denied","analytics_storage":"denied","functionality_storage":"granted","wait_for_update":500}'
GRANTED = '{"ad_storage":"granted","analytics_storage":"denied"}'

CONTRADICTING: list[tuple[str, Signal]] = [
    ("A901", said("tcf", ACCEPTING)),
    ("A901", said("tcf", SOME, to="https://regie.example/?gdpr_consent=")),
    ("A901", said("gpp", f"DBABMA~{ACCEPTING}")),
    ("A902", said("tcf", interests_only())),
    ("A903", mode("default", GRANTED)),
    ("A903", mode("update", GRANTED)),
    ("A903", mode("default", '{"ad_storage":"granted","region":["FR","US-CA"]}')),
    ("A903", said("consent-mode", "gcs=G110")),
    ("A904", said("gpp", NOT_OPTED_OUT)),
    ("A904", said("usp", "1YNN")),
]
AGREEING: list[Signal] = [
    said("tcf", REFUSING),
    said("tcf", "rubbish"),
    said("tcf", "C"),
    said("gpp", f"DBABMA~{REFUSING}"),
    said("gpp", OPTED_OUT),
    said("gpp", "DBAA"),
    said("usp", "1YYN"),
    said("usp", "1---"),
    mode("default", DENIED),
    mode("update", DENIED),
    mode("default", '{"ad_storage":"granted","region":["US"]}'),
    said("consent-mode", "gcs=G100"),
    said("consent-mode", "gcd=13r3r3r3r5l1"),
    said("consent-mode", "[" * 900),
    said("gpc", "true"),
    said("unheard-of", ACCEPTING),
]


@pytest.mark.parametrize("state", [REFUSED, WITHDRAWN])
@pytest.mark.parametrize(("code", "signal"), CONTRADICTING)
def test_a_signal_that_contradicts_a_refusal_is_found(code: str, signal: Signal, state: State) -> None:
    assert codes(seen(state, signal)) == [code]
    assert codes(seen(ACCEPTED, signal)) == []


@pytest.mark.parametrize("state", [BEFORE, REFUSED, WITHDRAWN])
@pytest.mark.parametrize("signal", AGREEING)
def test_a_signal_that_says_what_was_chosen_is_no_finding(signal: Signal, state: State) -> None:
    assert codes(seen(state, signal)) == []


@pytest.mark.parametrize(("code", "signal"), CONTRADICTING)
def test_before_a_choice_nothing_may_be_granted(code: str, signal: Signal) -> None:
    """Interests and the opt-outs of other continents are no matter yet."""
    assert codes(seen(BEFORE, signal)) == ([code] if code in ("A901", "A903") else [])


def test_what_stood_in_the_page_before_the_answer_is_not_held_against_it() -> None:
    earlier = said("consent-mode", f'["consent","update",{GRANTED}]', view=0)
    assert codes(seen(WITHDRAWN, earlier)) == []


def test_the_purposes_are_named() -> None:
    found = one("A901", seen(REFUSED, said("tcf", SOME)))
    assert found.message == "the TC string was spoken after everything was refused: it consents to the purposes 1, 8"
    assert purposes_of(ACCEPTING) == (tuple(range(1, 12)), (2, 7, 9, 10))


@pytest.mark.parametrize(
    ("header", "sections"),
    [("DBAA", []), ("DBABMA", [2]), ("DBACNYA", [2, 6]), ("DBABjw", [5, 6]), ("DBABrw", [7, 8]), ("DBABM", [2])],
)
def test_the_sections_of_a_gpp_header_are_read(header: str, sections: list[int]) -> None:
    assert [section for section, _ in sections_of(header + "~x" * len(sections))] == sections


def test_sections_of_california_are_read() -> None:
    assert not opted_in(8, "BUUAAACA")
    assert opted_in(8, "BUoAAACA")


GPC = {"Sec-GPC": "1"}


def test_global_privacy_control_that_is_ignored_is_found(declaration: Declaration) -> None:
    advert = request("https://regie.example/tag.js")
    assert "A905" in codes(seen(BEFORE, request(HOME, "Document", headers=GPC), advert))
    assert "A905" not in codes(seen(BEFORE, request(HOME, "Document"), advert))
    palabre = request("https://palabre.example/tag.js")
    assert "A905" in codes(seen(BEFORE, request(HOME, "Document", headers=GPC), palabre), declaration)


def test_global_privacy_control_does_not_speak_of_what_it_does_not_cover(declaration: Declaration) -> None:
    video = request("https://scopia.example/player.js")
    found = codes(seen(BEFORE, request(HOME, "Document", headers=GPC), video), declaration)
    assert "A401" in found
    assert "A905" not in found
