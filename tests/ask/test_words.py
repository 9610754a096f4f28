"""The words: complete in every language, and picked as the reader asks."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bandeau.ask.words import pick_language, words
from bandeau.model import LANGUAGES, Exemption, Lifetime, PersonalData

LOCALES = Path(__file__).parents[2] / "src" / "bandeau" / "ask" / "locales"
PLURAL = "banner.recipients."


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_language_has_its_file_and_no_file_is_left_over() -> None:
    assert sorted(path.stem for path in LOCALES.glob("*.toml")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_and_has_its_own_plural_forms(language: str) -> None:
    said = words(language)
    forms = {PLURAL + Locale.parse(language).plural_form(count) for count in range(1, 1001)}
    own = {key for key in said.texts if (key.count(".") == 2 and key.startswith("lifetimes.")) or key == "or"}
    assert said.texts.keys() - own == {key for key in words("en").texts if not key.startswith(PLURAL)} | forms
    for key, text in said.texts.items():
        if key in own:
            continue
        assert text.strip() == text.strip("\N{NO-BREAK SPACE}") or key == "banner.data"
        assert text.strip(), key
        other = words("en").texts.get(key, words("en")[PLURAL + "other"])
        assert set(fields(text)) == set(fields(other)), key


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_nothing_is_left_untranslated(language: str) -> None:
    """A word or two may be the same in two languages; a sentence is not."""
    same = {key for key, text in words(language).texts.items() if text == words("en").texts.get(key)}
    assert [key for key in same if len(words("en")[key].split()) > 2] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_apostrophes_are_typographic(language: str) -> None:
    assert [key for key, text in words(language).texts.items() if "'" in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_grammar_comes_from_cldr_in_every_language(language: str) -> None:
    said = words(language)
    for count in (1, 2, 3, 5, 11, 21, 100):
        assert str(count) in said.plural("banner.recipients", count)
    for unit in ("minute", "hour", "day", "week", "month", "year"):
        for count in (1, 2, 6, 13):
            quantity = said.lifetime(Lifetime.parse(f"{count} {unit}{'s' if count > 1 else ''}"))
            assert "duration" not in quantity
            assert str(count) in quantity or count < 3
    assert said.country("FR") != "FR"
    assert said.direction == ("rtl" if language in ("ar", "he") else "ltr")
    assert "2026" in said.day(datetime(2026, 5, 4, tzinfo=UTC))
    assert all(one in said.listing(["x", "y", "z"]) for one in "xyz")


def test_plurals_follow_the_language_and_not_the_number_one() -> None:
    one, two, five, more = (words("cs").plural("banner.recipients", count).split(" ", 1)[1] for count in (1, 2, 5, 25))
    assert len({one, two, five}) == 3
    assert five == more
    again = words("ru").plural("banner.recipients", 21)
    assert again.replace("21", "1") == words("ru").plural("banner.recipients", 1)


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


def test_an_enumeration_reads_as_one() -> None:
    said = words("fr")
    assert said.listing(["a"]) == "a"
    assert said.listing(["a", "b", "c"]) == "a, b et c"
    assert said.listing(["a", "b"], either=True) == "a ou b"


def test_a_label_inside_a_sentence_begins_small_where_the_language_has_it_so() -> None:
    assert words("fr").mid_sentence("Réseaux sociaux") == "réseaux sociaux"
    assert words("fr").mid_sentence("IA") == "IA"
    assert words("de").mid_sentence("Werbung") == "Werbung"
    assert words("tr").mid_sentence("İçerik") == "içerik"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("fr", "fr"),
        ("fr-BE", "fr"),
        ("FR", "fr"),
        ("de-AT", "de"),
        ("no", "nb"),
        ("iw", "he"),
        ("zh-Hant-TW", "zh"),
        ("tlh", "en"),
        ("", "en"),
    ],
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
