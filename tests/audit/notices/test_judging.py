"""Which blocks are notices, judged without any browser."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from bandeau.audit.notices.classify import Reading
from bandeau.audit.notices.judging import Block, Clickable, Judged, choose, judge
from bandeau.audit.seen import Box, Role
from bandeau.locales import texts
from bandeau.model import LANGUAGES

ABOUT = "Nous et nos partenaires utilisons des cookies pour mesurer l’audience."


def block(text: str, *labels: str, **more: Any) -> Block:
    controls = tuple(Clickable(id=at, text=label) for at, label in enumerate(labels, 2))
    place = {"box": Box(x=0, y=0, width=1000, height=100), "floats": True, **more}
    return Block(id=1, text="\n".join((text, *labels)), controls=controls, **place)


def taken(one: Block, language: str = "fr", *, opened: bool = False) -> Judged | None:
    return choose([judge(one, language, opened=opened)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_notice_is_one_in_every_language(language: str) -> None:
    words = texts(language)
    labels = (words["actions.accept-all"], words["actions.refuse-all"], words["actions.settings"])
    judged = taken(block(words["banner.title"], *labels), language)
    assert judged is not None
    assert {Role.ACCEPT, Role.REFUSE, Role.SETTINGS} <= judged.roles


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (ABOUT, ("Tout accepter",)),
        (ABOUT, ("OK", "En savoir plus")),
        (ABOUT, ("Paramétrer", "×")),
        ("Votre vie privée nous importe. Nos partenaires et nous.", ("Accepter", "Refuser")),
        ("Votre vie privée nous importe.", ("Accepter les cookies", "Refuser")),
    ],
)
def test_what_speaks_of_cookies_and_asks_is_a_notice(text: str, labels: tuple[str, ...]) -> None:
    assert taken(block(text, *labels)) is not None


@pytest.mark.parametrize(
    ("text", "labels", "more"),
    [
        ("Abonnez-vous à notre lettre.", ("Accepter", "Refuser"), {}),
        ("Votre vie privée nous importe.", ("OK",), {}),
        ("Accueil", ("Cookies", "OK", "Mentions légales"), {}),
        ("Nos cookies et vos données.", ("Accepter",), {"password": True}),
        (ABOUT, ("Accepter", "Refuser"), {"floats": False, "inside": True, "wide": True}),
        (ABOUT, ("Accepter",), {"floats": False, "wide": True}),
        (ABOUT, ("Partager", "Imprimer"), {}),
        ("Vérification de l’âge. Êtes-vous majeur ? Ce site utilise des cookies.", ("J’accepte", "Refuser"), {}),
    ],
)
def test_other_questions_are_no_notices(text: str, labels: tuple[str, ...], more: dict[str, Any]) -> None:
    assert taken(block(text, *labels, **more)) is None


def test_buttons_come_before_links_with_the_same_role() -> None:
    link = (Clickable(id=8, text="Refuser", tag="a", button=False, leads=True), Reading(Role.REFUSE, 1.0))
    judged = judge(block(ABOUT, "Tout refuser", "Accepter"))
    both = Judged(judged.block, (link, *judged.controls), 2)
    best = both.best(Role.REFUSE)
    assert best is not None
    assert best.text == "Tout refuser"


def test_in_a_notice_changing_ones_choices_opens_the_settings() -> None:
    assert judge(block(ABOUT, "Tout accepter", "Modifier mes choix")).best(Role.SETTINGS) is not None


def test_learning_more_opens_the_settings_only_where_nothing_else_does() -> None:
    alone = judge(block(ABOUT, "Tout accepter", "En savoir plus")).best(Role.SETTINGS)
    beside = judge(block(ABOUT, "Tout accepter", "En savoir plus", "Paramétrer")).best(Role.SETTINGS)
    assert (alone and alone.text, beside and beside.text) == ("En savoir plus", "Paramétrer")


def test_settings_that_were_asked_for_need_not_speak_of_cookies() -> None:
    settings = block("Mesure d’audience", "Enregistrer mes choix", switches=2)
    assert taken(settings) is None
    assert taken(settings, opened=True) is not None


def test_another_form_of_the_page_is_not_taken_for_the_settings() -> None:
    form = block("Vos rubriques préférées", "Enregistrer", switches=3, floats=False)
    assert taken(form, opened=True) is None


def test_what_leads_to_another_page_does_not_open_the_settings() -> None:
    away = Clickable(id=9, text="En savoir plus", tag="a", leads=True)
    judged = judge(replace(block(ABOUT, "OK"), controls=(Clickable(id=2, text="OK"), away)))
    assert judged.best(Role.SETTINGS) is None


@pytest.mark.parametrize(
    ("text", "corner", "role"), [("", True, Role.CLOSE), ("", False, Role.OTHER), ("4", True, Role.OTHER)]
)
def test_a_sign_without_a_name_closes_in_the_corner_alone(text: str, corner: bool, role: Role) -> None:
    sign = Clickable(id=9, text=text, corner=corner)
    judged = judge(replace(block(ABOUT, "OK"), controls=(Clickable(id=2, text="OK"), sign)))
    assert {one.id: reading.role for one, reading in judged.controls}[9] is role
