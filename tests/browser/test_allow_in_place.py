"""One embed is allowed alone, in its place: the page is not loaded again, and nothing in it is lost (R4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from support.embedding import Embedding

pytestmark = pytest.mark.browser

ALLOW = "Autoriser Scopia"
HELD = "iframe[data-bandeau]"
LONG = "<p>Brume sur le port.</p>" * 60
ARTICLE = f"""<h1>Le phare</h1><input aria-label="Nom"><p>Avant</p>
<iframe src="VIDEO/film" width="560" height="315" allow="autoplay; camera 'none'" allowfullscreen></iframe>
<p>Après</p>{LONG}<iframe src="VIDEO/second" loading="lazy" width="300" height="200" title="Second"></iframe>"""


@pytest.fixture
def site(site: Embedding) -> Embedding:
    site.put("/article", ARTICLE)
    return site


def marked(page: Page) -> Page:
    """Mark the page, so that one that was loaded again is told apart."""
    page.evaluate("window.same = true")
    return page


def allow(page: Page, frame: str = "iframe >> nth=0") -> Locator:
    """The button in the frame of a held embed."""
    return page.frame_locator(frame).get_by_role("button", name=ALLOW)


def shown(page: Page, frame: str = "iframe >> nth=0") -> None:
    """The embed itself is there, in the frame of ours."""
    inner = page.frame_locator(frame).frame_locator("iframe")
    expect(inner.get_by_role("button", name="Lecture")).to_be_visible()


def test_the_bare_page_contacts_the_embeds_host(site: Embedding, reader: BrowserContext) -> None:
    page = site.open(reader, "/article", bare=True)
    expect(page.frame_locator("iframe >> nth=0").get_by_role("button")).to_be_visible()
    assert "scopia/film" in site.asked


def test_an_allowed_embed_appears_where_its_placeholder_was(site: Embedding, reader: BrowserContext) -> None:
    page = marked(site.open(reader, "/article"))
    page.get_by_label("Nom").fill("Une lectrice")
    page.evaluate("scrollTo(0, 40)")
    assert site.asked == []
    allow(page).click()
    shown(page)
    expect(page.locator("#bandeau-control")).to_be_visible()
    expect(page.locator("#bandeau-notice")).to_have_count(0)
    assert page.evaluate("[same, scrollY]") == [True, 40]
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")
    page.reload()
    expect(page.frame_locator("iframe >> nth=0").get_by_role("button", name="Lecture")).to_be_visible()
    expect(page.locator("#bandeau-control .bandeau-some")).to_be_visible()


def test_the_embed_has_the_box_that_it_has_without_bandeau(site: Embedding, reader: BrowserContext) -> None:
    box = "document.querySelectorAll('iframe')[0].getBoundingClientRect().toJSON()"
    bare = site.open(reader, "/article", bare=True).evaluate(box)
    page = site.open(reader, "/article")
    allow(page).click()
    shown(page)
    found = page.evaluate(box)
    assert (found["width"], found["height"], found["top"]) == (bare["width"], bare["height"], bare["top"])


def test_every_embed_of_the_service_in_the_page_follows(site: Embedding, reader: BrowserContext) -> None:
    page = marked(site.open(reader, "/article"))
    allow(page).click()
    shown(page)
    expect(page.locator(HELD)).to_have_count(0)
    page.locator("iframe >> nth=1").scroll_into_view_if_needed()
    shown(page, "iframe >> nth=1")
    assert page.evaluate("same")


def test_the_keyboard_goes_on_in_the_embed_and_the_choice_is_announced(site: Embedding, reader: BrowserContext) -> None:
    page = site.open(reader, "/article")
    allow(page).press("Enter")
    shown(page)
    assert page.evaluate("document.activeElement === document.querySelector('iframe')")
    expect(page.locator("iframe >> nth=0")).to_have_attribute("title", "Scopia")
    expect(page.locator("iframe >> nth=1")).to_have_attribute("title", "Second")
    expect(page.get_by_role("status")).to_have_text("Vos choix sont enregistrés.")
    page.keyboard.press("Tab")
    inner = page.frame_locator("iframe >> nth=0").frame_locator("iframe")
    expect(inner.get_by_role("button", name="Lecture")).to_be_focused()
    page.keyboard.press("Tab")
    expect(inner.get_by_role("button", name="Lecture")).not_to_be_focused()


def test_what_the_page_hands_on_reaches_the_embed_and_nothing_more(site: Embedding, reader: BrowserContext) -> None:
    page = site.open(reader, "/article")
    allow(page).click()
    shown(page)
    expect(page.frame_locator("iframe >> nth=0").locator("iframe")).to_have_attribute("allow", "autoplay; fullscreen")


def test_under_trusted_types_it_works_as_well(site: Embedding, reader: BrowserContext) -> None:
    policy = "<meta http-equiv=Content-Security-Policy content=\"require-trusted-types-for 'script'\">"
    site.put("/article", ARTICLE, head=policy)
    page = marked(site.open(reader, "/article"))
    allow(page).click()
    shown(page)
    expect(page.locator("#bandeau-control")).to_be_visible()
    assert page.evaluate("same")


@pytest.mark.parametrize(
    "head",
    ['<meta http-equiv=Content-Security-Policy content="frame-src http://scopia.localhost:*">', ""],
    ids=["the site's own policy", "a sandbox"],
)
def test_where_the_frame_cannot_be_the_page_is_loaded_again(site: Embedding, reader: BrowserContext, head: str) -> None:
    sandbox = "" if head else " sandbox=allow-scripts"
    site.put(
        "/article",
        f'<input aria-label="Nom"><iframe src="VIDEO/film" width=560 height=315{sandbox}></iframe>{LONG}',
        head=head,
    )
    page = marked(site.open(reader, "/article"))
    page.get_by_label("Nom").fill("Une lectrice")
    page.evaluate("scrollTo(0, 30)")
    allow(page).click()
    expect(page.frame_locator("iframe").get_by_role("button", name="Lecture")).to_be_visible()
    page.wait_for_function("window.same === undefined && scrollY > 0")
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")


def test_what_a_script_draws_is_drawn_by_loading_the_page_again(site: Embedding, reader: BrowserContext) -> None:
    site.put("/article", '<input aria-label="Nom"><div id=comments></div><script src="THREAD/t.js"></script>')
    page = marked(site.open(reader, "/article"))
    page.get_by_label("Nom").fill("Une lectrice")
    page.get_by_role("button", name="Autoriser Palabre").click()
    expect(page.get_by_text("Débat ouvert")).to_be_visible()
    assert page.evaluate("window.same") is None
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")


def test_a_site_may_apply_the_choice_itself(site: Embedding, reader: BrowserContext) -> None:
    page = site.open(reader, "/article")
    page.evaluate("document.addEventListener('bandeau:choice', e => { e.preventDefault(); window.told = true })")
    allow(page).click()
    page.wait_for_function("window.told")
    expect(page.locator(HELD)).to_have_count(2)
    assert site.asked == []


def test_a_withdrawal_ends_the_embed(site: Embedding, reader: BrowserContext) -> None:
    page = site.open(reader, "/article")
    allow(page).click()
    shown(page)
    with page.expect_event("load"):
        page.locator("#bandeau-control").get_by_role("button", name="Tout refuser").click()
    expect(page.locator(HELD)).to_have_count(2)
    site.asked.clear()
    page.reload()
    assert site.asked == []


def test_back_still_leaves_the_page(site: Embedding, reader: BrowserContext) -> None:
    site.put("/before", "<p>Avant</p>")
    page = site.open(reader, "/before")
    page.goto(site.front + "/article")
    steps = page.evaluate("history.length")
    allow(page).click()
    shown(page)
    assert page.evaluate("history.length") == steps
    page.go_back()
    assert page.url.endswith("/before")


def test_the_settings_are_reached_from_the_frame_and_lead_back_with_the_typed_text(
    site: Embedding, reader: BrowserContext
) -> None:
    page = site.open(reader, "/article")
    page.get_by_label("Nom").fill("Une lectrice")
    page.frame_locator("iframe >> nth=0").get_by_role("link", name="Paramétrer").click()
    page.frame_locator("#bandeau-panel iframe").get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.locator("#bandeau-control")).to_be_visible()
    assert page.url.endswith("/article")
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")


def test_an_embed_that_is_moved_after_it_was_allowed_is_there_again(site: Embedding, reader: BrowserContext) -> None:
    page = site.open(reader, "/article")
    allow(page).click()
    shown(page)
    page.evaluate("document.body.append(document.querySelector('iframe'))")
    shown(page, "iframe >> nth=1")


def test_a_script_may_send_a_held_frame_elsewhere(site: Embedding, reader: BrowserContext) -> None:
    site.put("/own", "<p>Carte du port</p>")
    site.put("/article", '<iframe id=a src="VIDEO/film"></iframe><iframe id=b src="VIDEO/film"></iframe>')
    page = site.open(reader, "/article")
    expect(allow(page, "#b")).to_be_visible()
    page.evaluate("second => { a.src = '/own'; b.src = second }", f"http://scopia.localhost:{site.thirds}/second")
    expect(page.frame_locator("#a").get_by_text("Carte du port")).to_be_visible()
    expect(allow(page, "#b")).to_be_visible()
    assert site.asked == []
    allow(page, "#b").click()
    shown(page, "#b")
    assert site.asked == ["scopia/second"]
    expect(page.frame_locator("#a").get_by_text("Carte du port")).to_be_visible()


def test_no_script_reads_what_is_held_by_way_of_a_placeholders_frame(site: Embedding, reader: BrowserContext) -> None:
    reading = """const held = [...document.querySelectorAll('iframe')].map(f => f.contentWindow);
    window.seen = [frames[0], ...held].map(w => {
      w.document.cookie = 'palabre_uid=1; path=/'; w.localStorage.palabre_history = 1;
      return w.document.cookie + Object.keys(w.localStorage).join() })"""
    site.put("/article", f'<iframe src="VIDEO/film"></iframe><script>{reading}</script>')
    page = site.open(reader, "/article")
    expect(allow(page)).to_be_visible()
    first = page.evaluate("seen")
    page.evaluate(reading)
    assert "palabre" not in str([first, page.evaluate("seen"), reader.cookies()])
    assert "palabre" not in str(reader.storage_state())


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A reader without script."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1000, "height": 800}, java_script_enabled=False)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def test_without_script_the_embed_appears_in_its_place_as_well(site: Embedding, plain: BrowserContext) -> None:
    page = site.open(plain, "/article")
    page.get_by_label("Nom").fill("Une lectrice")
    allow(page).click()
    shown(page)
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")
    assert page.url.endswith("/article")
    page.reload()
    expect(page.frame_locator("iframe >> nth=0").get_by_role("button", name="Lecture")).to_be_visible()


@pytest.mark.parametrize("sandbox", [" sandbox=allow-scripts", ""], ids=["a sandbox", "the site's own policy"])
def test_without_script_it_is_had_by_loading_the_page_where_the_frame_cannot_be(
    site: Embedding, plain: BrowserContext, sandbox: str
) -> None:
    site.put("/article", f'<iframe src="VIDEO/film" width=560 height=315{sandbox}></iframe>')
    if not sandbox:
        site.policy = f"frame-src http://scopia.localhost:{site.thirds}"
    page = site.open(plain, "/article")
    assert site.asked == []
    allow(page).click()
    expect(page.frame_locator("iframe").get_by_role("button", name="Lecture")).to_be_visible()
    assert "/article" in page.url
