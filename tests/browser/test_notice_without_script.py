"""The notice in a real browser that runs no script at all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from playwright.sync_api import Browser, Page, expect

from bandeau.model import Choice, Declaration, Service
from support.newsroom import EXEMPT, NEWSROOM, PURPOSES, SITE
from support.notice_site import NoticeSite
from support.servers import serve_asgi

pytestmark = pytest.mark.browser


@pytest.fixture
def site() -> NoticeSite:
    return NoticeSite()


@pytest.fixture
def page(browser: Browser, site: NoticeSite) -> Iterator[Page]:
    with serve_asgi(site.app) as port:
        context = browser.new_context(java_script_enabled=False, base_url=f"http://127.0.0.1:{port}")
        yield context.new_page()
        context.close()


@pytest.mark.parametrize("label", ["Tout accepter", "Tout refuser"])
def test_r10_one_click_answers_and_leads_back(page: Page, site: NoticeSite, label: str) -> None:
    page.goto("/article")
    page.get_by_role("region").get_by_role("button", name=label).click()
    expect(page.locator("#bandeau-control")).to_be_visible()
    expect(page.locator("#bandeau-notice")).to_have_count(0)
    assert page.url.endswith("/article")
    assert site.sent[0]["action"] == ["accept-all" if label == "Tout accepter" else "refuse-all"]
    assert "how" not in site.sent[0]


def test_r8_refusing_after_accepting_takes_one_click(page: Page, site: NoticeSite) -> None:
    page.goto("/article")
    page.get_by_role("button", name="Tout accepter").click()
    page.locator("#bandeau-control").get_by_role("button", name="Tout refuser").click()
    expect(page.locator("#bandeau-control")).to_contain_text("tout est refusé")
    assert site.choice == Choice()


def test_r4_one_service_is_allowed_where_it_is_missed_and_the_reader_stays_there(page: Page, site: NoticeSite) -> None:
    page.goto("/article")
    page.get_by_role("button", name="Autoriser Palabre").click()
    expect(page.get_by_text("Débat")).to_be_in_viewport()
    assert page.url.endswith("/article#comments")
    assert site.choice == Choice.of(services=["comments"])


def test_a_placeholder_inside_a_form_of_the_page_sends_nothing_of_that_form(page: Page, site: NoticeSite) -> None:
    page.goto("/article")
    page.get_by_label("Votre lettre").fill("Ceci reste ici")
    page.get_by_role("button", name="Autoriser Lanterne").click()
    expect(page.get_by_text("Vidéo")).to_be_visible()
    assert site.sent == [{"back": ["/article"], "lang": ["fr"], "action": ["allow-service"], "service": ["video"]}]


def test_r5_the_settings_are_reached_from_the_banner_and_saved(page: Page, site: NoticeSite) -> None:
    page.goto("/article")
    page.get_by_role("button", name="Paramétrer vos choix").click()
    page.get_by_role("switch", name="Publicité").check()
    page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.locator("#bandeau-control")).to_contain_text("autorisé en partie")
    assert site.choice == Choice.of(["advertising"], ["ads"])


def shown(page: Page) -> set[str]:
    """The services whose band says that their cookies are allowed."""
    words = {}
    for service in NEWSROOM.asked:
        band = page.locator(f"li:has(> #service-{service.id}) > .bandeau-band span").first.inner_text()
        words[service.id] = band.split("\n")[-1].strip()
    assert set(words.values()) <= {"autorisé", "refusé"}
    return {service for service, word in words.items() if word == "autorisé"}


SWITCHES = ("purpose-media", "service-video", "service-fonts")
MOVES = [moves for count in range(1, 4) for moves in combinations(SWITCHES, count)]


@pytest.mark.parametrize("before", [Choice(), Choice.of(["media"], ["video", "fonts"]), Choice.of([], ["fonts"])])
def test_r6_the_bands_turn_at_once_and_show_what_saving_does(page: Page, site: NoticeSite, before: Choice) -> None:
    for moves in MOVES:
        site.choice = before
        page.goto("/.bandeau/settings")
        assert shown(page) == before.services
        for move in moves:
            page.locator(f"#{move}").click()
        promised = shown(page)
        page.get_by_role("button", name="Enregistrer mes choix").click()
        assert site.choice is not None
        assert site.choice.services == promised, moves


def test_r6_a_purposes_band_says_all_some_or_none_for_both_facets(page: Page, site: NoticeSite) -> None:
    page.goto("/.bandeau/settings")
    media = page.locator("fieldset:has(#purpose-media) > .bandeau-band")
    social = page.locator("fieldset:has(#purpose-social) > .bandeau-band")
    assert [text.split("\n")[-1] for text in media.locator("span").all_inner_texts()] == ["refusé", "aucune"]
    page.locator("#service-video").click()
    assert media.locator("span").first.inner_text().endswith("en partie")
    page.locator("#service-fonts").click()
    assert media.locator("span").first.inner_text().endswith("autorisé")
    page.locator("#purpose-social").click()
    assert [text.split("\n")[-1] for text in social.locator("span").all_inner_texts()] == ["autorisé", "autorisée"]


def test_r6_a_service_of_several_purposes_says_that_it_follows_them(browser: Browser) -> None:
    both = Service("both", "Double", "Double SA", ("media", "advertising"))
    site = NoticeSite(Declaration(SITE, PURPOSES, (*EXEMPT, both)))
    with serve_asgi(site.app) as port:
        context = browser.new_context(java_script_enabled=False, base_url=f"http://127.0.0.1:{port}")
        page = context.new_page()
        page.goto("/.bandeau/settings")
        band = page.locator("li:has(> #service-both) > .bandeau-band span").first
        assert band.inner_text().endswith("refusé")
        page.locator("#purpose-advertising").click()
        assert band.inner_text().endswith("selon ses finalités")
        page.locator("#service-both").click()
        assert band.inner_text().endswith("autorisé")
        context.close()


def test_r6_colour_is_never_the_only_sign(page: Page) -> None:
    page.goto("/.bandeau/settings")
    facet = page.locator("fieldset:has(#purpose-social) > .bandeau-band b:visible").first
    red = facet.evaluate("node => getComputedStyle(node).color")
    assert facet.inner_text() == "refusé"
    page.locator("#purpose-social").click()
    facet = page.locator("fieldset:has(#purpose-social) > .bandeau-band b:visible").first
    assert facet.evaluate("node => getComputedStyle(node).color") != red
    assert facet.inner_text() == "autorisé"
    assert "✓" in facet.evaluate("node => getComputedStyle(node, '::before').content")
