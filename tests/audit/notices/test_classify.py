"""What labels of buttons are taken for, in every language, and what they are not taken for."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.audit.notices.classify import CERTAIN, classify, guess_language, refuses
from bandeau.audit.notices.text import plain
from bandeau.audit.notices.vocabulary import Sense, phrases
from bandeau.audit.seen import Role
from bandeau.locales import texts
from bandeau.model import LANGUAGES

LABELS = tomllib.loads((Path(__file__).parent / "labels.toml").read_text("utf-8"))
CASES = [
    pytest.param(language, role, label, id=f"{language}-{role}-{label}")
    for language, roles in LABELS.items()
    for role, labels in roles.items()
    for label in labels
]
OWN = {"accept-all": "accept", "refuse-all": "refuse", "settings": "settings", "save": "save", "close": "close"}


def test_labels_are_tried_in_every_language() -> None:
    assert LABELS.keys() == set(LANGUAGES)


@pytest.mark.parametrize(("language", "role", "label"), CASES)
def test_a_label_is_read_as_it_is_meant(language: str, role: str, label: str) -> None:
    assert classify(label, language).role == role


@pytest.mark.parametrize(("language", "role", "label"), [one for one in CASES if one.values[1] in ("accept", "refuse")])
def test_no_foreign_language_turns_accepting_and_refusing_around(language: str, role: str, label: str) -> None:
    opposite = {"accept": Role.REFUSE, "refuse": Role.ACCEPT}[role]
    assert opposite not in {classify(label, page).role for page in ("", "en", "fr", "de", "xx")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", OWN)
def test_our_own_buttons_are_read(language: str, action: str) -> None:
    assert classify(texts(language)[f"actions.{action}"], language).role == OWN[action]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_known_by_its_words(language: str) -> None:
    words = texts(language)
    text = f"{words['banner.title']} {words['banner.settings']} {words['settings.intro']}"
    assert guess_language(text, hint=language) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_in_every_sense(language: str) -> None:
    assert {phrase.sense for phrase in phrases() if phrase.language == language} == set(Sense)


@pytest.mark.parametrize("label", ["×", "✕", "X", " x "])
def test_a_cross_closes(label: str) -> None:
    assert classify(label).role is Role.CLOSE


@pytest.mark.parametrize(
    "label",
    [
        "",
        "   ",
        "🎉",
        "Accept " + "x" * 200,
        "How to accept a compliment when you feel that you do not deserve it",
        "The minister will not accept the report of the committee before Monday",
        "Pourquoi il faut refuser ce projet de port, selon les pêcheurs du Havre",
        "Tout savoir sur la marée",
        "4",
        "Facebook",
    ],
)
def test_what_is_no_label_of_a_notice_is_left_alone(label: str) -> None:
    assert classify(label, "fr").role is Role.OTHER


def test_invisible_characters_and_signs_change_nothing() -> None:
    assert classify("Ac\u200bcep\u00adter\u00a0tout 🍪!").role is Role.ACCEPT
    assert classify("  TOUT\n\t REFUSER  »").role is Role.REFUSE


@given(st.text(max_size=200))
def test_any_text_is_read_and_a_role_is_never_unsure(label: str) -> None:
    reading = classify(label)
    assert reading.role is Role.OTHER or CERTAIN <= reading.score <= 1


@given(st.text(max_size=200))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    "label", ["No", "No thank you. Nobody will know of it", "Nein", "Non, merci", "Do not use them"]
)
def test_an_answer_that_begins_with_no_refuses(label: str) -> None:
    assert refuses(label)


@pytest.mark.parametrize(
    "label", ["Yes", "I am OK with this", "Oui", "En acceptant, vous nous aidez", "Measure my use"]
)
def test_any_other_answer_does_not(label: str) -> None:
    assert not refuses(label)
