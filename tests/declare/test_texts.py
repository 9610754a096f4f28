"""Words of the publisher's own, in place of ours."""

from __future__ import annotations

import pytest

from bandeau.declare import parse_declaration, to_document, version
from bandeau.declare.read import from_document
from bandeau.declare.texts import check
from bandeau.errors import DeclarationError
from bandeau.locales import texts
from bandeau.model import LANGUAGES

SITE = """[site]
name = "Le Phare"
hosts = ["phare.example"]
languages = ["fr", "en"]
[site.controller]
name = "Phare SARL"
[site.texts.fr]
"""


def faults(text: str) -> list[tuple[int, str, str, str]]:
    with pytest.raises(DeclarationError) as refused:
        parse_declaration(text, "f")
    return [(one.line, one.key, one.found, one.allowed) for one in refused.value.problems]


def test_own_words_are_part_of_the_declaration_and_of_its_version() -> None:
    plain = parse_declaration(SITE, "f")
    own = parse_declaration(SITE + '"banner.title" = "Vos cookies"\n', "f")
    assert own.site.texts == {"fr": {"banner.title": "Vos cookies"}}
    assert to_document(own)["site"]["texts"] == own.site.texts
    assert from_document(to_document(own)) == own
    assert version(own) != version(plain)


def test_a_table_of_no_words_is_none_at_all() -> None:
    assert version(parse_declaration(SITE, "f")) == version(
        parse_declaration(SITE.replace("[site.texts.fr]\n", ""), "f")
    )


@pytest.mark.parametrize(
    ("line", "key", "found", "allowed"),
    [
        ('"banner.titel" = "x"', "banner.titel", "an unknown text", "did you mean banner.title?"),
        ('"banner.recipients.few" = "x"', "banner.recipients.few", "an unknown text", "the notice's own texts"),
        ('banner.title = "x"', "banner", "a table", 'its key in quotation marks: "banner.title"'),
        ('"banner.title" = 3', "banner.title", "3", "one line of text"),
        ('"banner.title" = ""', "banner.title", '""', "one line of text"),
        ('"actions.refuse-all" = "\\u200b"', "actions.refuse-all", '"\u200b"', "at least one letter or digit"),
        ('"actions.accept-all" = " "', "actions.accept-all", '" "', "one line of text"),
        ('"banner.title" = "a\\nb"', "banner.title", '"a\\nb"', "one line of text"),
        ('"actions.refuse-all" = "tout Accepter "', "actions.refuse-all", '"tout Accepter "', "another text than that"),
        ('"actions.accept-all" = "Tout refuser"', "actions.accept-all", '"Tout refuser"', "another text than that"),
        ('"banner.data" = "x"', "banner.data", '"x"', "in which stand {data}"),
        ('"banner.data" = "{data} {who}"', "banner.data", '"{data} {who}"', "in which stand {data}"),
        ('"banner.data" = "{data.real}"', "banner.data", '"{data.real}"', "in which stand {data}"),
        ('"banner.data" = "{data!r} {data}"', "banner.data", '"{data!r} {data}"', "in which stand {data}"),
        ('"banner.data" = "{data} {"', "banner.data", '"{data} {"', "in which stand {data}"),
        ('"banner.title" = "{site}"', "banner.title", '"{site}"', "without braces"),
    ],
)
def test_words_that_cannot_be_used_are_told_with_their_key(line: str, key: str, found: str, allowed: str) -> None:
    ((number, named, said, instead),) = faults(SITE + line + "\n")
    assert (number, said) == (8, found)
    assert named.removeprefix("site.texts.fr.").strip('"') == key
    assert allowed in instead


def test_a_language_that_the_site_does_not_speak_is_told() -> None:
    ((_, key, _, allowed),) = faults(SITE.replace("texts.fr", "texts.es") + '"banner.title" = "x"\n')
    assert (key, allowed) == ("site.texts.es", "allowed are fr, en")
    assert faults(SITE.replace("texts.fr", "texts.tlh"))[0][1] == "site.texts.tlh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_are_all_allowed(language: str) -> None:
    assert [*check(language, texts(language), ())] == []
