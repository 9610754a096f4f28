"""Bandeau's own pages: settings, my choices, policy, problems."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as Parser

from bandeau.ask.notice import (
    HistoryLine,
    Version,
    View,
    my_choices_page,
    policy_fragment,
    policy_markdown,
    policy_page,
    problem_page,
    settings_page,
)
from bandeau.decide import Policy, accept_all
from bandeau.model import Choice, Declaration, Service
from support.newsroom import ADS, EXEMPT, NEWSROOM, VIDEO

LINE = HistoryLine("2026-11-23T06:20:00+00:00", "custom", ("Palabre", "Lanterne"), "fr")


def view(choice: Choice | None = None, language: str = "fr", declaration: Declaration = NEWSROOM) -> View:
    return View(Policy(declaration, choice), language, back="/article")


def words_of(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", markup)))


def pages() -> dict[str, str]:
    return {
        "settings": settings_page(view(), saved=True),
        "my-choices": my_choices_page(view(), [LINE]),
        "no choices": my_choices_page(view(), []),
        "policy": policy_page(view()),
        "problem": problem_page("fr", 404),
    }


def checked(markup: str) -> set[str]:
    return {str(node.attributes["value"]) for node in Parser(markup).css("input[checked]")}


def hidden(markup: str) -> dict[str, str | None]:
    form = Parser(markup).css_first("form")
    return {str(node.attributes["name"]): node.attributes["value"] for node in form.css("input[type=hidden]")}


@pytest.mark.parametrize("name", pages())
def test_an_own_page_is_whole_and_needs_nothing_but_its_own_style_and_script(name: str) -> None:
    markup = pages()[name]
    page = Parser(markup)
    assert markup.startswith("<!DOCTYPE html><html lang=")
    assert page.css_first("title").text()
    assert page.css_first("meta[name=viewport]") is not None
    assert page.css_first("meta[name=robots]").attributes["content"] == "noindex"
    assert str(page.css_first("link").attributes["href"]).startswith("/.bandeau/notice.css?v=")
    assert str(page.css_first("script").attributes["src"]).startswith("/.bandeau/notice.js?v=")
    assert page.css("[style], style") == []
    assert [key for node in page.css("*") for key in node.attributes if key.startswith("on")] == []


@pytest.mark.parametrize("name", pages())
def test_an_id_stands_once_on_a_page(name: str) -> None:
    ids = [node.id for node in Parser(pages()[name]).css("[id]")]
    assert len(ids) == len(set(ids))


def test_r5_every_purpose_and_service_that_is_asked_about_has_one_switch() -> None:
    boxes = Parser(settings_page(view())).css("input[role=switch]")
    named = [(node.attributes["name"], node.attributes["value"]) for node in boxes]
    assert sorted(named) == sorted(
        [("purpose", each.id) for each in NEWSROOM.asked_purposes] + [("service", each.id) for each in NEWSROOM.asked]
    )


def test_r5_everything_is_off_until_it_is_chosen() -> None:
    assert checked(settings_page(view())) == set()
    assert checked(settings_page(view(accept_all(NEWSROOM)))) == {
        *(each.id for each in NEWSROOM.asked_purposes),
        *(each.id for each in NEWSROOM.asked),
    }


def test_the_form_says_what_was_on_when_it_was_drawn() -> None:
    sent = hidden(settings_page(view(Choice.of(["social"], ["comments", "fonts"]))))
    assert sent == {
        "back": "/article",
        "lang": "fr",
        "was-purpose": "social",
        "was-service": "comments fonts",
    }


def test_what_a_signal_refuses_is_drawn_as_off() -> None:
    signalled = View(Policy(NEWSROOM, accept_all(NEWSROOM), signal=True), "fr", "/")
    assert checked(settings_page(signalled)) == {"media", "video", "fonts"}


def test_r5_a_service_says_who_why_which_data_which_trackers_and_how_long() -> None:
    text = words_of(settings_page(view()))
    for fact in (
        "Réclame Régie SA",
        "Publicité",
        "adresse IP, données de navigation et données de géolocalisation",
        "Profilage oui",
        "France et Irlande",
        "reclame_uid · cookie, ads.localhost, 13 mois",
        "mouchard · cookie, gazette.localhost, 12 mois",
        "reclame:* · stockage, gazette.localhost, jusqu’à effacement",
        "mouchard.localhost · hôte contacté",
    ):
        assert fact in text


def test_r6_each_purpose_and_service_carries_the_band_for_both_facets() -> None:
    page = Parser(settings_page(view()))
    holders = [*page.css("fieldset"), *page.css("fieldset li:has(input)"), *page.css("section")]
    assert len(holders) == 3 + 4 + 2
    for holder in holders:
        (band,) = [node for node in holder.css("p.bandeau-band") if node.parent.mem_id == holder.mem_id]
        facets = [words_of(node.html or "").split("✓")[0].strip() for node in band.css("span")]
        assert [facet.startswith(name) for facet, name in zip(facets, ("Dépôt", "Création"), strict=True)] == [True] * 2


def test_r6_a_service_that_makes_no_profiles_is_never_shown_as_allowed_to() -> None:
    page = Parser(settings_page(view(accept_all(NEWSROOM))))
    video = next(node for node in page.css("li") if node.css_first("#service-video"))
    _, profiles = video.css(".bandeau-band span")
    assert (profiles.attributes["class"], profiles.css_first("b").text()) == ("bandeau-off", "aucune")


def test_what_needs_no_consent_is_shown_as_always_active_without_a_switch() -> None:
    sections = Parser(settings_page(view())).css("section")
    assert [node.css_first("h3").text() for node in sections] == ["Fonctionnement du site", "Mesure d’audience"]
    for section in sections:
        assert "toujours actif" in words_of(section.html or "")
        assert section.css("input") == []


def test_saving_accepting_and_refusing_are_buttons_alike() -> None:
    found = [node.attributes for node in Parser(settings_page(view())).css("form button")]
    assert [each["value"] for each in found] == ["custom", "accept-all", "refuse-all"]
    assert {each["class"] for each in found} == {"bandeau-button"}


def test_a_saved_choice_is_announced_once_saved_only() -> None:
    assert words_of(Parser(settings_page(view(), saved=True)).css_first("[role=status]").text()).startswith("Vos choix")
    assert Parser(settings_page(view())).css("[role=status]") == []


def test_r9_the_settings_lead_to_the_policy_the_choices_held_the_privacy_policy_and_the_other_language() -> None:
    links = [node.attributes["href"] for node in Parser(settings_page(view())).css("nav a")]
    back = "?back=%2Farticle&lang="
    assert links == [
        f"/.bandeau/policy{back}fr",
        f"/.bandeau/my-choices{back}fr",
        "/confidentialite",
        f"/.bandeau/settings{back}en",
        "/article",
    ]


def test_a_service_of_several_purposes_has_its_switch_once_and_names_them() -> None:
    both = Service("both", "Double", "Double SA", ("media", "advertising"))
    page = Parser(settings_page(view(declaration=dataclasses.replace(NEWSROOM, services=(*EXEMPT, both, ADS)))))
    (box,) = page.css("#service-both")
    assert box.parent.attributes["data-purposes"] == "media advertising"
    advertising = page.css("fieldset")[2]
    assert "Y servent aussi : Double" in words_of(advertising.html or "")


def test_r9_a_visitor_sees_exports_and_erases_what_is_held() -> None:
    markup = my_choices_page(view(), [LINE, HistoryLine("2026-01-02T03:04:05Z", "refuse-all", (), "en")])
    page = Parser(markup)
    rows = [[cell.text() for cell in row.css("td")] for row in page.css("tbody tr")]
    assert rows == [
        ["23 novembre 2026, 06:20 UTC", "choix détaillé", "Palabre et Lanterne", "fr"],
        ["2 janvier 2026, 03:04 UTC", "tout refusé", "aucun", "en"],
    ]
    assert [link.attributes["href"] for link in page.css("a[download]")] == [
        "/.bandeau/receipt?lang=fr",
        "/.bandeau/receipt.jsonld",
        "/.bandeau/receipt.kantara.json",
        "/.bandeau/my-choices.json",
    ]
    assert page.css_first("form").attributes == {"method": "post", "action": "/.bandeau/erase"}


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (None, ["tout est refusé", "aucun", "aucun"]),
        (Choice(), ["tout est refusé", "aucun", "aucun"]),
        (
            Choice.of(["media"], ["video", "comments"]),
            ["autorisé en partie", "Contenus intégrés", "Palabre et Lanterne"],
        ),
        (accept_all(NEWSROOM), ["tout est autorisé", "Réseaux sociaux, Contenus intégrés et Publicité", ""]),
    ],
)
def test_r9_a_visitor_reads_what_is_allowed_now(choice: Choice | None, said: list[str]) -> None:
    page = Parser(my_choices_page(view(choice), []))
    assert [term.text() for term in page.css("dt")] == ["Vos choix sur les traceurs", "Finalités", "Services autorisés"]
    read = [term.text() for term in page.css("dd")]
    assert read[:2] == said[:2]
    everything = view().words.listing(one.name for one in NEWSROOM.asked)
    assert read[2] == (said[2] or everything)


def test_what_a_signal_refuses_is_not_called_allowed() -> None:
    signalled = View(Policy(NEWSROOM, accept_all(NEWSROOM), signal=True), "fr", "/article")
    state, purposes, services = (term.text() for term in Parser(my_choices_page(signalled, [])).css("dd"))
    assert state != "tout est autorisé"
    assert "Publicité" not in purposes
    assert ADS.name not in services


def test_r9_withdrawing_is_one_click_beside_erasing_and_looks_like_refusing_anywhere() -> None:
    page = Parser(my_choices_page(view(accept_all(NEWSROOM)), [LINE]))
    withdraw, erase = page.css("form")
    assert (withdraw.attributes["action"], erase.attributes["action"]) == ("/.bandeau/choice", "/.bandeau/erase")
    elsewhere = next(one for one in Parser(settings_page(view())).css("button") if one.text() == "Tout refuser")
    assert [one.html for one in withdraw.css("button")] == [elsewhere.html]
    assert len(Parser(my_choices_page(view(Choice()), [LINE])).css("form")) == 1


def test_where_nothing_is_asked_nothing_is_said_to_be_allowed() -> None:
    asks_nothing = dataclasses.replace(NEWSROOM, services=EXEMPT)
    assert Parser(my_choices_page(view(declaration=asks_nothing), [LINE])).css("dl") == []


def test_where_nothing_is_held_the_page_says_so_and_offers_nothing_to_erase() -> None:
    markup = my_choices_page(view(), [])
    assert "Aucun choix n’est conservé" in words_of(markup)
    assert Parser(markup).css("form") == []


@given(st.builds(HistoryLine, st.text(), st.text(), st.lists(st.text(), max_size=3).map(tuple), st.text()))
def test_any_history_can_be_shown(line: HistoryLine) -> None:
    assert len(Parser(my_choices_page(view(), [line])).css("tbody td")) == 4


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example", "/\t/evil.example", ""]
)
def test_no_page_leads_out_of_the_site_whatever_it_was_asked(back: str) -> None:
    markup = settings_page(View(Policy(NEWSROOM, None), "fr", back)) + problem_page("fr", 400, back)
    assert "evil" not in markup
    assert "javascript" not in markup
    assert hidden(markup)["back"] == "/"


@pytest.mark.parametrize("make", [policy_page, policy_fragment, policy_markdown])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_r9_the_policy_names_every_service_tracker_lifetime_and_recipient(make: object, language: str) -> None:
    text = html.unescape(make(view(language=language)).replace("\\", ""))  # type: ignore[operator]
    lifetimes = view(language=language).words
    for service in NEWSROOM.services:
        assert service.name in text
        assert service.recipient in text
        for host in service.hosts:
            assert str(host) in text
        for tracker in (*service.cookies, *service.storage):
            assert tracker.name.text in text
            assert lifetimes.lifetime(tracker.lifetime) in text
    for fact in ("dpo@gazette.localhost", "1 quai des Brumes, 76600 Le Havre, France", "CNIL"):
        assert fact in text


VERSIONS = (
    Version("b" * 64, datetime(2026, 11, 23, 23, 30, tzinfo=UTC)),
    Version("a" * 64, datetime(2026, 1, 2, tzinfo=UTC)),
    Version("c" * 64),
)


@pytest.mark.parametrize("make", [policy_page, policy_fragment, policy_markdown])
def test_r9_the_policy_lists_its_versions_by_day(make: Callable[..., str]) -> None:
    text = words_of(make(view(), VERSIONS))
    said = " ".join(text[text.index("Versions") :].split("Paramétrer")[0].replace("`", "").split("- ")).split()
    assert " ".join(said) == (
        "Versions bbbbbbbbbbbb depuis le 23 novembre 2026 aaaaaaaaaaaa depuis le 2 janvier 2026 cccccccccccc"
    )
    assert "since November 23, 2026" in words_of(make(view(language="en"), VERSIONS))
    assert "Versions" not in make(view())


def test_a_days_of_the_policys_history_can_be_read_by_machines() -> None:
    days = Parser(policy_page(view(), VERSIONS)).css("time")
    assert [day.attributes["datetime"] for day in days] == ["2026-11-23", "2026-01-02"]


def test_a_policy_part_can_stand_in_a_page_of_the_publishers() -> None:
    part = policy_fragment(view())
    assert part.startswith('<section class="bandeau-policy" lang="fr"')
    assert part.endswith("</section>")


@given(st.text(alphabet="<>|`*_[]()#!&\\\n -1.", min_size=1, max_size=20))
def test_no_declared_text_becomes_markdown(name: str) -> None:
    odd = dataclasses.replace(VIDEO, name=f"x{name}", description={"fr": f"y{name}"})
    markdown = policy_markdown(view(declaration=dataclasses.replace(NEWSROOM, services=(*EXEMPT, odd))))
    plain = policy_markdown(view(declaration=dataclasses.replace(NEWSROOM, services=(*EXEMPT, VIDEO))))
    assert len(markdown.splitlines()) == len(plain.splitlines()) + 2  # the description is one block more
    assert not re.search(r"(?<!\\)<", markdown)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 500, 502, 503, 504, 418])
@pytest.mark.parametrize("language", ["fr", "en", "tlh"])
def test_a_problem_has_a_page_that_leads_back(status: int, language: str) -> None:
    page = Parser(problem_page(language, status, back="/article?a=1&b=2"))
    assert len(page.css_first("p").text()) > 20
    assert page.css_first("nav a").attributes["href"] == "/article?a=1&b=2"


def test_a_store_that_is_down_is_not_glossed_over() -> None:
    assert "n’a pas pu être enregistré" in problem_page("fr", 503)
