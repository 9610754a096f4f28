"""The settings over the page, in a real browser: every way to them, every way out, and where they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bandeau.model import Choice
from support.embedding import Embedding
from support.notice_site import NoticeSite
from support.servers import serve_asgi

pytestmark = pytest.mark.browser

OWN_LINK = '<a href="/.bandeau/settings" data-bandeau="settings" lang="en">Cookies</a>'
SOME = Choice.of(services=["video"])
TRUSTED = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; require-trusted-types-for 'script'; trusted-types 'none'"
)


@contextmanager
def opened(browser: Browser, site: NoticeSite, **options: Any) -> Iterator[Page]:
    with serve_asgi(site.app) as port:
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", **options)
        context.set_default_timeout(10_000)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/article")
        yield page
        context.close()
        assert errors == []


def ask(page: Page) -> None:
    page.locator("#bandeau-notice, #bandeau-control").get_by_text("Paramétrer vos choix").last.click()


def expect_panel(page: Page) -> None:
    expect(page.get_by_role("dialog", name="Paramétrer vos choix")).to_be_visible()
    expect(page.frame_locator("#bandeau-panel iframe").get_by_role("switch").first).to_be_visible()
    expect(page).to_have_url("/article")


@pytest.mark.parametrize("choice", [None, SOME], ids=["banner", "control"])
def test_the_settings_open_over_the_page_and_what_is_saved_is_shown_where_the_reader_was(
    browser: Browser, choice: Choice | None
) -> None:
    site = NoticeSite()
    site.choice = choice
    with opened(browser, site) as page:
        page.get_by_label("Nom").fill("Une lectrice")
        page.evaluate("scrollTo(0, 300)")
        ask(page)
        expect_panel(page)
        inside = page.frame_locator("#bandeau-panel iframe")
        inside.get_by_role("switch", name="Réseaux sociaux").check()
        inside.get_by_role("button", name="Enregistrer mes choix").click()
        expect(page.get_by_text("Débat")).to_be_attached()
        expect(page.locator("#bandeau-panel")).to_have_count(0)
        expect(page).to_have_url("/article")
        expect(page.get_by_label("Nom")).to_have_value("Une lectrice")
        assert page.evaluate("scrollY") == 300
        assert site.choice
        assert site.choice.services == {"comments", *(choice.services if choice else ())}


@pytest.mark.parametrize(
    "way",
    [
        "document.querySelector('.bandeau-placeholder a[href*=settings]').click()",
        "document.querySelector('[lang=en]').click()",
        "document.querySelector('#menu').click()",
        "void bandeau.settings()",
    ],
    ids=["placeholder", "own link", "own button", "script"],
)
def test_every_way_to_the_settings_opens_them(browser: Browser, way: str) -> None:
    story = OWN_LINK + '<button id="menu" data-bandeau="settings"><b>Choix</b></button>'
    with opened(browser, NoticeSite(story=story)) as page:
        page.evaluate(way)
        expect_panel(page)


@pytest.mark.parametrize("leave", ["close", "escape", "escape inside", "back"])
def test_closing_changes_nothing_and_gives_the_focus_back(browser: Browser, leave: str) -> None:
    site = NoticeSite()
    with opened(browser, site) as page:
        page.get_by_role("button", name="Paramétrer vos choix").press("Enter")
        expect_panel(page)
        inside = page.frame_locator("#bandeau-panel iframe")
        if leave == "close":
            page.get_by_role("button", name="Fermer").click()
        elif leave == "escape":
            page.keyboard.press("Escape")
        elif leave == "escape inside":
            inside.get_by_role("switch").first.press("Escape")
        else:
            inside.get_by_role("link", name="Revenir au site").click()
        expect(page.locator("#bandeau-panel")).to_have_count(0)
        expect(page.get_by_role("button", name="Paramétrer vos choix")).to_be_focused()
        expect(page).to_have_url("/article")
        assert site.choice is None
        assert page.evaluate("sessionStorage.getItem('bandeau:place')") is None


def test_the_keyboard_walks_from_the_close_button_through_the_settings_and_never_into_the_page(
    browser: Browser,
) -> None:
    with opened(browser, NoticeSite()) as page:
        ask(page)
        expect_panel(page)
        stops = []
        for _ in range(60):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("document.activeElement.id || document.activeElement.localName"))
        assert set(stops) <= {"bandeau-panel", "body"}
        assert page.get_by_role("dialog").evaluate("node => node.matches(':modal')")


def test_other_languages_stay_in_the_panel_and_other_pages_take_the_window(browser: Browser) -> None:
    with opened(browser, NoticeSite()) as page:
        ask(page)
        expect_panel(page)
        page.frame_locator("#bandeau-panel iframe").get_by_role("link", name="English").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page).to_have_url("/article")
        page.frame_locator("#bandeau-panel iframe").get_by_role("link", name="confidentialité").click()
        expect(page).to_have_url("/confidentialite")


def test_a_publisher_may_show_the_settings_in_its_own_way(browser: Browser) -> None:
    with opened(browser, NoticeSite()) as page:
        page.evaluate("addEventListener('bandeau:settings', event => event.preventDefault(), true)")
        page.evaluate("bandeau.settings()")
        expect(page.locator("#bandeau-panel")).to_have_count(0)
        expect(page).to_have_url("/article")


META = """document.head.insertAdjacentHTML(
  "beforeend", `<meta http-equiv="Content-Security-Policy" content="{policy} 'none'">`)"""


@pytest.mark.parametrize(
    "broken",
    [
        "delete HTMLDialogElement.prototype.showModal",
        META.format(policy="frame-src"),
        META.format(policy="script-src"),
        "Element.prototype.attachShadow = undefined",
    ],
    ids=["no dialog", "no frame", "no other script", "no shadow"],
)
@pytest.mark.parametrize("choice", [None, SOME], ids=["banner", "control"])
def test_where_the_panel_cannot_be_the_way_leads_to_the_page(
    browser: Browser, broken: str, choice: Choice | None
) -> None:
    site = NoticeSite()
    site.choice = choice
    with opened(browser, site) as page:
        page.evaluate(f"() => {{ {broken} }}")
        ask(page)
        expect(page).to_have_title("Paramétrer vos choix · La Gazette du Port")
        page.get_by_role("link", name="Revenir au site").click()
        expect(page).to_have_url("/article")


def test_a_held_key_makes_a_link_a_link(browser: Browser) -> None:
    site = NoticeSite()
    site.choice = SOME
    with opened(browser, site) as page, page.context.expect_page() as other:
        page.locator("#bandeau-control a").click(modifiers=["ControlOrMeta"])
        expect(other.value).to_have_title("Paramétrer vos choix · La Gazette du Port")
        expect(page.locator("#bandeau-panel")).to_have_count(0)


HOSTILE = """
* { all: unset !important; visibility: hidden !important; color: pink !important; display: none !important }
html, body, #bandeau-notice, #bandeau-notice form, #bandeau-notice button { all: revert !important;
visibility: visible !important } dialog, iframe { width: 1px !important; display: none !important }
"""


@pytest.mark.parametrize("size", [(320, 568), (1280, 800), (3840, 2160)])
@pytest.mark.parametrize("style", ["", HOSTILE], ids=["plain", "hostile"])
def test_the_panel_fits_the_window_whatever_the_sites_styles_are(
    browser: Browser, size: tuple[int, int], style: str
) -> None:
    width, height = size
    with opened(browser, NoticeSite(style=style), viewport={"width": width, "height": height}) as page:
        page.evaluate("void bandeau.settings()")
        expect_panel(page)
        box = page.get_by_role("dialog").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert min(width, 800) <= box["width"] <= width
        assert min(height - 60, 900) <= box["height"] <= height
        close = page.get_by_role("button", name="Fermer").bounding_box()
        assert close
        assert min(close["width"], close["height"]) >= 44
        inside = page.frame_locator("#bandeau-panel iframe").locator("html")
        assert inside.evaluate("node => node.scrollWidth <= innerWidth")


def test_the_panel_moves_only_where_motion_is_welcome_and_takes_the_publishers_colours(browser: Browser) -> None:
    site = NoticeSite(style=":root { --bandeau-paper: rgb(255, 250, 240) }")
    with opened(browser, site, reduced_motion="reduce") as page:
        ask(page)
        expect_panel(page)
        dialog = page.get_by_role("dialog")
        inside = page.frame_locator("#bandeau-panel iframe").locator("body")
        for part in (dialog, inside):
            assert part.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(255, 250, 240)"
        assert dialog.evaluate("node => getComputedStyle(node).animationName") == "none"
        page.emulate_media(reduced_motion="no-preference")
        assert dialog.evaluate("node => getComputedStyle(node).animationName") == "rise"


@pytest.mark.parametrize("policy", ["", TRUSTED], ids=["no policy", "trusted types"])
def test_the_panel_opens_behind_the_wall_and_the_sites_own_policy(
    site: Embedding, reader: BrowserContext, policy: str
) -> None:
    site.policy = policy
    try:
        site.put("/", '<main>Port</main><iframe src="VIDEO/embed/1" width="600" height="400"></iframe>')
        page = site.open(reader, "/")
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.frame_locator("iframe").get_by_role("link", name="Paramétrer vos choix").click()
        inside = page.frame_locator("#bandeau-panel iframe")
        expect(inside.get_by_role("switch").first).to_be_visible()
        inside.get_by_role("button", name="Tout refuser").click()
        expect(page.locator("#bandeau-control")).to_be_visible()
        expect(page.locator("#bandeau-panel")).to_have_count(0)
        assert errors == []
    finally:
        site.policy = ""


@pytest.mark.parametrize(("choice", "left"), [(SOME, 1), (Choice(), 0)], ids=["some", "nothing"])
def test_r8_a_link_of_the_sites_own_takes_the_controls_place_but_never_that_of_refusing(
    browser: Browser, choice: Choice, left: int
) -> None:
    site = NoticeSite(story=OWN_LINK)
    site.choice = choice
    with opened(browser, site, java_script_enabled=False) as page:
        expect(page.locator("#bandeau-control a")).to_be_hidden()
        expect(page.locator("#bandeau-control button:visible")).to_have_count(left)
        expect(page.locator("#bandeau-control:visible")).to_have_count(left)
        page.get_by_role("link", name="Cookies").first.click()
        expect(page).to_have_title("Paramétrer vos choix · La Gazette du Port")


def test_a_publisher_moves_the_control(browser: Browser) -> None:
    site = NoticeSite(style=":root { --bandeau-control-inset: 1rem 1rem auto auto }")
    site.choice = SOME
    with opened(browser, site, viewport={"width": 800, "height": 600}) as page:
        box = page.locator("#bandeau-control").bounding_box()
        assert box
        assert (box["y"], box["x"] + box["width"]) == (16, 784)
