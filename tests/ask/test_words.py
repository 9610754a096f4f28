"""The words: complete in every language, and picked as the reader asks."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.ask.words import LANGUAGES, mid_sentence, pick_language, words
from bandeau.model import Exemption, Lifetime, PersonalData


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_language_has_the_same_keys() -> None:
    assert {frozenset(words(language).texts) for language in LANGUAGES} == {frozenset(words("en").texts)}


@pytest.mark.parametrize("key", sorted(words("en").texts))
def test_a_sentence_is_filled_with_the_same_things_in_every_language(key: str) -> None:
    assert len({tuple(fields(words(language)[key])) for language in LANGUAGES}) == 1
    assert all(words(language)[key].strip() for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_a_declaration_can_name_has_words(language: str) -> None:
    said = words(language)
    for category in PersonalData:
        assert said[f"personal-data.{category}"]
    for ground in Exemption:
        assert said[f"limits.{ground}"]
    for purpose in ("functioning", "security", "audience", "social", "media", "advertising", "personalisation"):
        assert said[f"purposes.{purpose}.label"]
        assert said[f"purposes.{purpose}.description"]


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("13 months", "13 mois", "13 months"),
        ("1 year", "1 an", "1 year"),
        ("2 days", "2 jours", "2 days"),
        ("session", "le temps de la session", "the browser session"),
        ("until erased", "jusqu’à effacement", "until erased"),
    ],
)
def test_a_lifetime_is_said_in_words(text: str, french: str, english: str) -> None:
    lifetime = Lifetime.parse(text)
    assert words("fr").lifetime(lifetime).replace("\xa0", " ") == french
    assert words("en").lifetime(lifetime).replace("\xa0", " ") == english


def test_french_punctuation_never_starts_a_line() -> None:
    text = "".join(words("fr").texts.values())
    assert "« " not in text
    assert not {" »", " :", " ;", " ?", " !"} & {text[at : at + 2] for at in range(len(text))}


def test_an_apostrophe_in_french_is_a_typographic_one() -> None:
    assert "'" not in "".join(words("fr").texts.values())


def test_an_enumeration_reads_as_one() -> None:
    said = words("fr")
    assert said.listing(["a"]) == "a"
    assert said.listing(["a", "b", "c"]) == "a, b et c"
    assert said.listing(["a", "b"], last="or") == "a ou b"


def test_an_abbreviation_keeps_its_capital_inside_a_sentence() -> None:
    assert mid_sentence("Réseaux sociaux") == "réseaux sociaux"
    assert mid_sentence("IA") == "IA"


@pytest.mark.parametrize(
    ("tag", "language"), [("fr", "fr"), ("fr-BE", "fr"), ("FR", "fr"), ("en", "en"), ("de", "en"), ("", "en")]
)
def test_a_language_without_words_of_its_own_is_spoken_to_in_english(tag: str, language: str) -> None:
    assert words(tag).language == language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("de, en;q=0.5, fr;q=0.4", "en"),
        ("fr;q=0.3, en;q=0.8", "en"),
        ("fr;q=0, *", "en"),
        ("*", "fr"),
        ("de", "fr"),
        ("nonsense;;;q=x,,", "fr"),
        ("en;q=0, fr;q=0", "fr"),
    ],
)
def test_the_reader_gets_the_offered_language_liked_best(accepted: str, language: str) -> None:
    assert pick_language(("fr", "en"), accepted) == language


def test_a_regional_offer_answers_a_general_wish_and_the_other_way_round() -> None:
    assert pick_language(("en", "fr-BE"), "fr") == "fr-BE"
    assert pick_language(("en", "fr"), "fr-BE, en;q=0.5") == "fr"


@given(st.text())
def test_no_header_makes_anything_but_an_offered_language_come_out(header: str) -> None:
    assert pick_language(("fr", "en"), header) in ("fr", "en")


def test_an_enumeration_of_nothing_is_empty() -> None:
    assert words("fr").listing([]) == ""
