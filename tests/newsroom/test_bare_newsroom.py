"""The newspaper alone, in a real browser: everything that Bandeau is to stop does happen here."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bandeau.cli.demo import load_newsroom
from bandeau.decide import Policy, refuse_all
from bandeau.declare import lint, read_declaration
from bandeau.model import Origin, Reason

pytestmark = pytest.mark.browser

LIGHTHOUSE = "/article/le-phare-de-la-heve-basse-se-rallume"
PATHS = (
    "/",
    LIGHTHOUSE,
    "/article/les-grues-electriques-du-quai-des-brumes",
    "/article/la-coquille-revient-les-prix-aussi",
    "/en/the-lighthouse-shines-again",
    "/confidentialite",
    "/ce-que-les-traceurs-ont-vu",
)
STORED = "() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]"


def read(page: Page, newsroom, *paths: str) -> None:
    """Read pages and wait until every third party of the last one has done its work."""
    for path in paths:
        page.goto(newsroom.page_url + path, wait_until="networkidle")


def cookies(context: BrowserContext) -> dict[str, str]:
    return {cookie["name"]: cookie["domain"] for cookie in context.cookies()}


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_every_third_party_is_contacted_by_an_article(newsroom, page):
    read(page, newsroom, LIGHTHOUSE)
    assert newsroom.witness.contacted() == {"palabre", "scopia", "regie", "pistage", "stats", "polices"}


def test_every_tracker_is_set_on_the_first_page_view(newsroom, page, context):
    read(page, newsroom, LIGHTHOUSE)
    assert cookies(context) == {
        "session": "gazette.localhost",
        "csrftoken": "gazette.localhost",
        "ps_id": "gazette.localhost",
        "regie_id": "gazette.localhost",
        "palabre_visit": "gazette.localhost",
        "palabre_uid": "palabre.localhost",
        "scopia_vid": "scopia.localhost",
        "regie_uid": "regie.localhost",
        "pistage_id": "pistage.localhost",
    }
    assert set(page.evaluate(STORED)) == {"palabre_history", "pistage_parcours"}


def test_a_third_party_cookie_comes_back_on_the_next_page(newsroom, page):
    read(page, newsroom, LIGHTHOUSE, PATHS[2])
    for party, cookie in (("palabre", "palabre_uid"), ("regie", "regie_uid"), ("pistage", "pistage_id")):
        carried = {dict(sighting.cookies).get(cookie) for sighting in newsroom.witness.seen(party)}
        assert len(carried - {None}) == 1, party


def test_the_comment_network_follows_the_reader_across_pages(newsroom, page):
    read(page, newsroom, *PATHS[1:4])
    # Its frame may have been drawn before the last visit was told: it is drawn anew until it knows.
    profile = page.frame_locator("#palabre iframe").locator("footer")
    for _ in range(20):
        if "3 pages" in profile.inner_text():
            break
        page.frames[-1].evaluate("location.reload()")
        page.wait_for_load_state("networkidle")
    expect(profile).to_contain_text("3 pages")


def test_the_declaration_names_every_tracker_and_breaks_no_rule(newsroom, page, context):
    read(page, newsroom, *PATHS)
    declaration = read_declaration(load_newsroom().DECLARATION)
    refused = Policy(declaration, refuse_all())
    for name in cookies(context):
        assert refused.cookie(name).reason is not Reason.UNDECLARED, name
    for name in page.evaluate(STORED):
        assert refused.storage(name).reason is not Reason.UNDECLARED, name
    for party in newsroom.third_parties:
        assert refused.url(Origin("http", f"{party}.localhost", 80), "/").reason is not Reason.UNDECLARED, party
    assert not lint(declaration)


def test_a_comment_that_is_posted_is_seen(newsroom, page):
    read(page, newsroom, LIGHTHOUSE)
    thread = page.frame_locator("#palabre iframe")
    thread.get_by_label("Votre nom").fill("Zoé")
    thread.get_by_label("Votre commentaire").fill("Bravo <b>Lucien</b> !")
    thread.get_by_role("button", name="Publier").click()
    expect(thread.get_by_text("Bravo <b>Lucien</b> !")).to_be_visible()
    page.reload()
    expect(page.frame_locator("#palabre iframe").get_by_text("Bravo <b>Lucien</b> !").first).to_be_visible()


def test_the_video_plays_and_reports_how_far_it_was_watched(newsroom, page):
    read(page, newsroom, LIGHTHOUSE)
    player = page.frame_locator(".video iframe")
    with page.expect_response(re.compile("/progression$")):
        player.get_by_role("button", name="Lecture").click()
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    assert any(sighting.path == "/progression" for sighting in newsroom.witness.seen("scopia"))


def test_the_advertisement_is_drawn(newsroom, page):
    read(page, newsroom, "/")
    expect(page.get_by_role("img", name="Biscuits Lamaneur")).to_be_visible()


def test_the_hosted_typeface_is_a_font_that_the_browser_takes(newsroom, page):
    read(page, newsroom, "/")
    assert page.evaluate("async () => (await document.fonts.load('16px Quai', 'Économie')).length") == 1


def test_links_to_third_parties_are_plain_links(newsroom, page):
    read(page, newsroom, LIGHTHOUSE)
    expect(page.get_by_role("link", name="suivez-nous sur Telegram").first).to_have_attribute("href", "https://t.me/")
    page.get_by_role("link", name="Suivez-nous sur Palabre").click()
    expect(page.get_by_role("heading", name="La Gazette du Port sur Palabre")).to_be_visible()


def test_a_reader_without_script_can_vote(newsroom, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(newsroom.page_url)
    page.get_by_label("Le week-end seulement").check()
    page.get_by_role("button", name="Voter").click()
    expect(page.get_by_text("Merci, votre voix compte.")).to_be_visible()
    context.close()


def test_light_or_dark_is_remembered(newsroom, page):
    read(page, newsroom, "/")
    page.get_by_role("button", name="Lire en sombre").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("localStorage.getItem('theme')") == "dark"


def test_the_page_of_traces_shows_live_who_was_contacted(newsroom, context):
    traces = context.new_page()
    traces.goto(newsroom.page_url + "/ce-que-les-traceurs-ont-vu")
    palabre = traces.locator("[data-party=palabre]")
    expect(palabre).to_have_attribute("data-state", "silent")
    read(context.new_page(), newsroom, LIGHTHOUSE)
    expect(palabre).to_have_attribute("data-state", "contacted")
    expect(palabre).to_contain_text("palabre_uid=")
    traces.get_by_role("button", name="Remettre à zéro").click()
    expect(palabre).to_have_attribute("data-state", "silent")
    expect(palabre.get_by_text("silencieux")).to_be_visible()


def test_the_page_of_traces_works_without_script(newsroom, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(newsroom.page_url + LIGHTHOUSE)
    page.goto(newsroom.page_url + "/ce-que-les-traceurs-ont-vu")
    expect(page.locator("[data-party=scopia]").get_by_text("contacté", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remettre à zéro").click()
    expect(page.locator("[data-party=scopia]").get_by_text("silencieux")).to_be_visible()
    context.close()


def test_the_page_of_traces_contacts_nobody_itself(newsroom, page):
    page.goto(newsroom.page_url + "/ce-que-les-traceurs-ont-vu", wait_until="load")
    expect(page.get_by_text("Mise à jour chaque seconde.")).to_be_visible()
    assert newsroom.witness.contacted() == set()


@pytest.mark.parametrize("path", [*PATHS, "/no-such-page"])
def test_a_page_fits_a_narrow_screen_and_has_no_inline_handler(newsroom, browser, path):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    read(page, newsroom, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    handlers = (
        "() => [...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))"
    )
    assert page.evaluate(handlers) == []
    assert page.locator("h1").count() == 1
    context.close()
