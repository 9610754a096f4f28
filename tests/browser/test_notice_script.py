"""What the notice's script adds, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bandeau.decide import accept_all
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
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        context.close()
        assert errors == []


def test_r4_the_reader_keeps_place_and_typed_text_but_no_secret_is_stored(page: Page, site: NoticeSite) -> None:
    page.goto("/article")
    page.get_by_label("Votre lettre").fill("Cher journal")
    page.get_by_label("Nom").fill("Une lectrice")
    page.get_by_label("Secret").fill("sésame")
    page.evaluate("scrollTo(0, 700)")
    page.evaluate("addEventListener('pagehide', () => localStorage.seen = sessionStorage['bandeau:place'])")
    with page.expect_event("load"):
        page.get_by_role("region").get_by_role("button", name="Tout accepter").click()
    expect(page.get_by_text("Débat")).to_be_attached()
    expect(page.get_by_label("Votre lettre")).to_have_value("Cher journal")
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")
    assert "sésame" not in page.evaluate("localStorage.seen")
    assert page.evaluate("scrollY") == 700
    assert site.sent[0]["how"] == ["script"]
    assert site.choice == accept_all(NEWSROOM)


def test_the_place_is_restored_once(page: Page) -> None:
    page.goto("/article")
    page.get_by_label("Nom").fill("Une lectrice")
    with page.expect_event("load"):
        page.get_by_role("button", name="Tout refuser").click()
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")
    assert page.evaluate("sessionStorage.getItem('bandeau:place')") is None


def test_the_keyboard_goes_on_where_the_answer_left_it(page: Page) -> None:
    page.goto("/article")
    with page.expect_event("load"):
        page.get_by_role("button", name="Tout refuser").press("Enter")
    expect(page.locator("#bandeau-control a")).to_be_focused()
    with page.expect_event("load"):
        page.get_by_role("button", name="Autoriser Palabre").press("Enter")
    expect(page.locator("#comments")).to_be_focused()


def test_place_and_text_outlive_the_way_through_the_settings(page: Page) -> None:
    page.goto("/article")
    page.get_by_label("Nom").fill("Une lectrice")
    page.evaluate("delete HTMLDialogElement.prototype.showModal")  # so that the way leads to the page of the settings
    page.get_by_role("button", name="Paramétrer vos choix").click()
    page.get_by_role("switch", name="Réseaux sociaux").check()
    page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")


def test_a_choice_that_could_not_be_recorded_is_said_to_be_so(page: Page, site: NoticeSite) -> None:
    site.failing = 503
    page.goto("/article")
    page.get_by_role("button", name="Tout accepter").click()
    alert = page.locator("#bandeau-notice").get_by_role("alert")
    expect(alert).to_contain_text("n’a pas pu être enregistré")
    page.get_by_role("button", name="Autoriser Palabre").click()
    expect(page.locator("#comments").get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(1)
    assert site.choice is None


def test_where_the_background_does_not_answer_the_form_is_sent_the_plain_way(page: Page, site: NoticeSite) -> None:
    page.goto("/article")
    page.evaluate("void (window.fetch = () => Promise.reject(new TypeError()))")
    page.get_by_role("button", name="Tout refuser").click()
    expect(page.locator("#bandeau-control")).to_be_visible()
    assert "how" not in site.sent[0]
    assert site.choice == Choice()


def test_a_site_may_apply_a_stored_choice_itself(page: Page, site: NoticeSite) -> None:
    page.goto("/article")
    page.evaluate(
        """document.addEventListener("bandeau:choice", e => { e.preventDefault(); window.told = e.detail.action })"""
    )
    page.get_by_role("button", name="Tout refuser").click()
    page.wait_for_function("window.told === 'refuse-all'")
    expect(page.locator("#bandeau-notice")).to_be_visible()
    assert site.choice == Choice()


def test_the_script_leaves_one_thing_global(page: Page) -> None:
    page.add_init_script("window.before = Object.keys(window)")
    page.goto("/article")
    assert page.evaluate("Object.keys(window).filter(key => !before.includes(key) && key !== 'before')") == ["bandeau"]
    assert page.evaluate("Object.keys(bandeau)") == ["settings"]


def test_a_site_keeps_a_bandeau_of_its_own(page: Page) -> None:
    page.add_init_script("window.bandeau = 'rouge'")
    page.goto("/article")
    assert page.evaluate("bandeau") == "rouge"


def test_a_purposes_switch_moves_its_services_and_theirs_move_it(page: Page, site: NoticeSite) -> None:
    page.goto("/.bandeau/settings")
    media, video, fonts = (page.locator(f"#{name}") for name in ("purpose-media", "service-video", "service-fonts"))
    media.check()
    expect(video).to_be_checked()
    expect(fonts).to_be_checked()
    video.uncheck()
    expect(media).not_to_be_checked()
    assert media.evaluate("box => box.indeterminate")
    band = page.locator("fieldset:has(#purpose-media) > .bandeau-band span").first
    assert band.inner_text().endswith("en partie")
    page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.locator("#bandeau-control")).to_be_visible()
    assert site.choice == Choice.of([], ["fonts"])


def test_with_the_script_every_switch_does_what_it_shows(page: Page, site: NoticeSite) -> None:
    site.choice = Choice.of(["media"], ["video", "fonts"])
    page.goto("/.bandeau/settings")
    page.locator("#service-video").uncheck()
    expect(page.locator("#service-fonts")).to_be_checked()
    page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.locator("#bandeau-control")).to_be_visible()
    assert site.choice == Choice.of([], ["fonts"])


def test_a_service_of_several_purposes_needs_them_all(browser: Browser) -> None:
    both = Service("both", "Double", "Double SA", ("media", "advertising"))
    video = NEWSROOM.service("video")
    assert video is not None
    site = NoticeSite(Declaration(SITE, PURPOSES, (*EXEMPT, both, video)))
    with serve_asgi(site.app) as port:
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
        page = context.new_page()
        page.goto("/.bandeau/settings")
        page.locator("#purpose-media").check()
        expect(page.locator("#service-video")).to_be_checked()
        expect(page.locator("#service-both")).not_to_be_checked()
        page.locator("#purpose-advertising").check()
        expect(page.locator("#service-both")).to_be_checked()
        page.get_by_role("button", name="Enregistrer mes choix").click()
        expect(page.locator("#bandeau-control")).to_be_visible()
        assert site.choice == Choice.of(["media", "advertising"], ["both", "video"])
        context.close()


def test_a_kept_page_that_shows_an_older_choice_is_drawn_anew(page: Page, site: NoticeSite) -> None:
    page.goto("/article")
    page.goto("/.bandeau/settings?back=/article")
    page.get_by_role("button", name="Tout refuser").click()
    expect(page.locator("#bandeau-control")).to_be_visible()
    page.evaluate("history.go(-2)")
    expect(page.locator("#bandeau-control")).to_be_visible()
    expect(page.locator("#bandeau-notice")).to_have_count(0)
