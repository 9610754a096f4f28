"""The receipt for people: stands alone, says what was chosen in words, and nothing in it can become markup."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as Parser

from bandeau.ask.notice import ReceiptChoice, ReceiptFacts, View, receipt_page
from bandeau.ask.receipt import embedded
from bandeau.decide import Policy
from bandeau.model import LANGUAGES, Controller, Declaration
from bandeau.record.receipt import read_receipt, to_document
from support.newsroom import NEWSROOM
from support.receipts import ALL, NOTICE, SERVICES, receipt

HOSTILE = "</script><script>alert(1)</script>\"'&<!--"


def view(language: str = "fr", declaration: Declaration = NEWSROOM) -> View:
    return View(Policy(declaration, None), language, "/")


FACTS = ReceiptFacts(
    record="019b76da-a800-70aa-80bb-ccddeeff0011",
    at="2026-02-01T10:00:00Z",
    own="https://gazette.example/.bandeau/",
    log="gazette.example/.bandeau/log",
    size=12,
    root="cm9vdA==",
    keys=("gazette.example/.bandeau/log+00000000+b2xk", "gazette.example/.bandeau/log+11111111+bmV3"),
)
CHOICE = ReceiptChoice(
    at="2026-01-31T09:30:00Z",
    action="custom",
    language="fr",
    signals=(),
    purposes={"social": True, "media": False, "advertising": False},
    services={"comments": True, "video": True, "ads": False, "fonts": False},
    asked=view(),
    text=NOTICE,
    declaration="d" * 64,
    notice="e" * 64,
    leaf=7,
)


def page(*choices: ReceiptChoice, language: str = "fr", facts: ReceiptFacts = FACTS, document: str = "{}") -> str:
    return receipt_page(view(language), choices or (CHOICE,), facts, document)


def rows(markup: str) -> list[tuple[str, ...]]:
    return [tuple(cell.text() for cell in row.css("th, td")) for row in Parser(markup).css("tbody tr")]


def test_it_stands_alone_and_may_load_nothing() -> None:
    parsed = Parser(page())
    (policy,) = parsed.css("meta[http-equiv=Content-Security-Policy]")
    assert "default-src 'none'" in str(policy.attributes["content"])
    assert parsed.css("link, img, iframe, [src], form, [style]") == []
    (script,) = parsed.css("script")
    assert script.attributes == {"type": "application/ld+json"}
    assert [key for node in parsed.css("*") for key in node.attributes if key.startswith("on")] == []
    for link in parsed.css("a:not([href^='#'])"):
        assert str(link.attributes["href"]).startswith("https://gazette.example/.bandeau/")


def test_it_says_what_was_chosen_for_every_purpose_and_service_in_words() -> None:
    assert rows(page()) == [
        ("Réseaux sociaux", "autorisé", "autorisée"),
        ("Palabre · Palabre SA", "autorisé", "autorisée"),
        ("Contenus intégrés", "en partie", "aucune"),
        ("Lanterne · Lanterne Vidéo SARL", "autorisé", "aucune"),
        ("Casse · Casse Fonderie", "refusé", "aucune"),
        ("Publicité", "refusé", "refusée"),
        ("Réclame · Réclame Régie SA", "refusé", "refusée"),
    ]


def test_a_sign_and_a_colour_stand_beside_the_words() -> None:
    marks = [node.attributes["class"] for node in Parser(page()).css("td span")]
    assert marks == ["yes", "yes", "yes", "yes", "some", "no", "yes", "no", "no", "no", "no", "no", "no", "no"]
    assert all(sign in page() for sign in "✓✕◐")


def test_showing_once_names_the_one_service() -> None:
    once = replace(CHOICE, action="allow-once", purposes={}, services={"video": True})
    assert rows(page(once)) == [("Lanterne · Lanterne Vidéo SARL", "autorisé", "aucune")]


def test_what_is_not_declared_any_more_is_named_by_its_id() -> None:
    gone = replace(CHOICE, asked=None, purposes={"loyalty": True}, services={"card": True})
    assert rows(page(gone)) == [("loyalty", "autorisé", "aucune"), ("card", "autorisé", "aucune")]


def test_it_says_who_asked_what_was_shown_and_where_it_stands_in_the_log() -> None:
    parsed = Parser(page())
    said = {row.css_first("dt").text(): row.css_first("dd").text() for row in parsed.css("dl div")}
    assert said["Responsable du traitement"].startswith("Éditions du Port SAS, 1 quai des Brumes")
    assert said["Numéro de l’enregistrement"] == FACTS.record
    assert said["Place dans le journal"] == "7"
    assert said["Déclaration"] == "d" * 64
    assert said["Texte exact affiché"] == "e" * 64
    assert said["Journal"] == FACTS.log
    assert said["Racine (taille)"] == "cm9vdA== (12)"
    assert [one.text() for one in parsed.css("details p")] == NOTICE.splitlines()
    assert "open" not in parsed.css_first("details").attributes


def test_it_says_how_it_is_checked_and_what_it_does_not_prove() -> None:
    parsed = Parser(page())
    command = parsed.css_first("pre").text()
    assert command == f"bandeau ledger check consent-receipt.html --key {FACTS.keys[-1]}"
    assert "Il ne prouve ni qui les a faits" in parsed.css_first(".lead").text()
    assert f'href="{FACTS.own}log/keys"' in page()
    assert all(key in parsed.body.text() for key in FACTS.keys)


def test_a_key_that_a_shell_would_read_as_more_is_quoted() -> None:
    command = Parser(page(facts=replace(FACTS, keys=("x;rm+0+$(y)",)))).css_first("pre").text()
    assert command.endswith("--key 'x;rm+0+$(y)'")


def test_the_newest_choice_comes_first_and_another_controller_is_named_at_its_own() -> None:
    other = replace(NEWSROOM, site=replace(NEWSROOM.site, controller=Controller("Ancien éditeur")))
    markup = page(replace(CHOICE, asked=view(declaration=other)), replace(CHOICE, at="2026-02-01T00:00:00Z"))
    newest, oldest = Parser(markup).css("section")[:2]
    assert "1 février 2026" in newest.text()
    assert "31 janvier 2026" in oldest.text()
    assert "Ancien éditeur" in oldest.text()
    assert "Éditions du Port" not in newest.text()


def test_words_that_were_shown_keep_their_own_language_and_direction() -> None:
    said = Parser(page(replace(CHOICE, language="ar", text="نص"))).css_first(".said")
    assert (said.attributes["lang"], said.attributes["dir"]) == ("ar", "rtl")
    assert Parser(page(language="ar")).css_first("html").attributes["dir"] == "rtl"


def test_words_that_several_choices_were_made_upon_stand_once_and_are_led_to() -> None:
    parsed = Parser(page(CHOICE, replace(CHOICE, leaf=8), replace(CHOICE, leaf=9, notice="f" * 64)))
    assert [node.id for node in parsed.css("details")] == ["f" * 16, "e" * 16]
    newest, middle, oldest = parsed.css("section")[:3]
    assert middle.css_first("details") is not None
    assert oldest.css_first("details") is None
    (link,) = oldest.css("a")
    assert (link.attributes["href"], link.text()) == ("#" + "e" * 16, "e" * 64)
    assert newest.css("a") == middle.css("a") == []


def test_words_that_are_not_there_are_named_by_their_digest_alone() -> None:
    parsed = Parser(page(replace(CHOICE, text=None), replace(CHOICE, text=None)))
    assert parsed.css("details, section a[href^='#']") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_page(language: str) -> None:
    asked = replace(CHOICE, asked=view(language))
    assert len(rows(page(asked, language=language))) == 7


# -- nothing becomes markup -----------------------------------------------------------------------------------------


def test_the_receipt_in_the_page_is_found_and_the_same_whatever_its_texts_say() -> None:
    whole = receipt(notice=HOSTILE, asked=None)
    whole = replace(whole, notices={})
    document = json.dumps({"bandeau": to_document(whole), "evil": HOSTILE})
    assert read_receipt(page(document=document)) == whole


@given(st.recursive(st.text() | st.just(HOSTILE), lambda one: st.lists(one) | st.dictionaries(st.text(), one)))
def test_no_text_in_the_document_ends_its_element_or_changes(document: Any) -> None:
    for ascii_only in (True, False):
        data = embedded(json.dumps(document, ensure_ascii=ascii_only))
        assert not set("<>&") & set(data)
        assert json.loads(data) == document


def test_no_text_of_a_choice_or_the_log_becomes_markup() -> None:
    evil = replace(
        CHOICE, at=HOSTILE, action=HOSTILE, language="fr", text=HOSTILE, signals=(HOSTILE,), declaration=HOSTILE
    )
    facts = ReceiptFacts(HOSTILE, HOSTILE, "https://x/" + HOSTILE, HOSTILE, 1, HOSTILE, (HOSTILE,))
    parsed = Parser(page(evil, facts=facts, document=json.dumps(HOSTILE)))
    (script,) = parsed.css("script")
    assert script.attributes == {"type": "application/ld+json"}


def test_every_purpose_and_service_of_the_hand_made_choices_is_known() -> None:
    assert set(CHOICE.purposes) == set(ALL)
    assert set(CHOICE.services) == set(SERVICES)
