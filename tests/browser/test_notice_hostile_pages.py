"""The notice inside pages that mean it no good, or know nothing of it: it is there, legible, and its buttons equal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Frame, Page, Route, expect

from bandeau.ask.notice import View, banner, control, placeholder, settings_page
from bandeau.decide import Policy, refuse_all
from bandeau.model import HeldEmbed
from support.newsroom import NEWSROOM
from support.notice_pages import SOME, NoticePages, opened
from support.notice_site import ARTICLE

pytestmark = pytest.mark.browser

NAMES = ["Tout accepter", "Tout refuser", "Paramétrer vos choix"]
QUIRKS = ARTICLE.removeprefix("<!DOCTYPE html>")
RIGHT_TO_LEFT = ARTICLE.replace('<html lang="fr">', '<html lang="ar" dir="rtl">')
TRAP = '<div style="position:fixed;inset:0;z-index:2147483647;background:#fc0"></div>'

STYLES = {
    "reset": "*, ::before, ::after { margin: 0; padding: 0; border: 0; font: inherit; box-sizing: border-box }"
    "button { all: unset } ul { list-style: none } a { color: inherit; text-decoration: none }",
    "all unset": "* { all: unset }",
    "all unset by force": "* { all: unset !important }"
    "head, script, style, title, [hidden] { display: none !important }",
    "no buttons": "button { display: none } form { display: none } h2, p { display: none } section { display: none }",
    "no buttons by force": "button { display: none !important; visibility: hidden !important }",
    "sections as screens": "section { min-height: 100vh; width: 40%; opacity: 0; transform: translateX(-100vw);"
    "padding: 9rem; float: right; overflow: hidden; text-transform: uppercase }",
    "one button louder": "button { border-radius: 0; letter-spacing: 3px } button:first-of-type { background: green;"
    "filter: saturate(3); box-shadow: 0 0 9px lime; font-size: 2rem !important; order: 3 }"
    "button:nth-of-type(2) { opacity: 0.3 !important; color: silver !important; scale: 0.5; clip-path: inset(40%) }",
    "small root": "html { font-size: 62.5% } body { font-size: 1.6rem }",
    "tiny root": "html { font-size: 4px }",
    "body as flex": "body { display: flex; justify-content: center; align-items: center; min-height: 100vh }",
    "body as grid": "body { display: grid; grid-template-columns: 200px 1fr; gap: 3rem }",
    "body moved": "body { transform: translateY(0) }",
    "body filtered": "body { filter: grayscale(1) }",
    "body contained": "body { contain: content }",
    "narrow body": "body { width: 300px; margin: 4rem auto; overflow: hidden; position: relative }",
    "dark type": "body { background: #000; color: #fff; font: italic 300 30px/3 monospace; text-align: center }",
}
LOOK = """node => {
  const style = getComputedStyle(node), {width, height} = node.getBoundingClientRect();
  return ['color', 'backgroundColor', 'fontFamily', 'fontSize', 'fontWeight', 'fontStyle', 'letterSpacing', 'opacity',
    'visibility', 'transform', 'scale', 'filter', 'boxShadow', 'clipPath', 'borderTopWidth', 'borderTopColor',
    'borderRadius', 'textTransform'].map(name => style[name]).concat(width, height);
}"""


def stands(page: Page | Frame, *, on_top: bool = True) -> None:
    """The three buttons are there, alike, large enough to read and press, and nothing lies over them."""
    buttons = page.locator("#bandeau-notice button:visible")
    assert [text.strip() for text in buttons.all_inner_texts()] == NAMES
    looks = [button.evaluate(LOOK) for button in buttons.all()]
    assert looks[0] == looks[1] == looks[2]
    assert looks[0][-1] >= 44
    assert buttons.first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 12
    expect(page.locator("#bandeau-notice p").first).to_be_visible()
    assert page.locator("#bandeau-notice p").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 12
    if on_top:
        for button in buttons.all():
            expect(button).to_be_in_viewport(ratio=1)
            assert button.evaluate(
                """node => {
                  const box = node.getBoundingClientRect();
                  return node.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
                }"""
            )


def works(page: Page, site: NoticePages) -> None:
    """The buttons can be pressed, and lead to what they say."""
    page.locator("#bandeau-notice button:visible", has_text="Tout refuser").click()
    expect(page.locator("#bandeau-control")).to_be_attached()
    assert site.choice == refuse_all()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("style", STYLES)
def test_the_notice_stands_whatever_the_style_of_the_page(browser: Browser, style: str, width: int) -> None:
    site = NoticePages(style=STYLES[style])
    with opened(browser, site, viewport={"width": width, "height": 640}) as page:
        stands(page, on_top=style != "all unset by force")
        box = page.locator("#bandeau-notice").bounding_box()
        assert box
        if style != "all unset by force":
            assert box["height"] <= 320
            assert box["width"] == min(width, 1218)
        works(page, site)


@pytest.mark.parametrize("style", ["reset", "all unset", "small root", "tiny root", "sections as screens"])
def test_the_control_stands_whatever_the_style_of_the_page(browser: Browser, style: str) -> None:
    extra = "nav { display: none; width: 100%; height: 100% }"
    with opened(browser, NoticePages(choice=SOME, style=STYLES[style] + extra)) as page:
        for part in page.locator("#bandeau-control :is(a, button)").all():
            expect(part).to_be_in_viewport(ratio=1)
            box = part.bounding_box()
            assert box
            assert box["height"] >= 44
            assert part.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 12


def test_it_works_without_scripts(browser: Browser) -> None:
    site = NoticePages()
    with opened(browser, site, java_script_enabled=False) as page:
        stands(page, on_top=False)
        works(page, site)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_it_works_without_our_styles(browser: Browser, script: bool) -> None:
    site = NoticePages()
    with opened(browser, site, "/end", java_script_enabled=script) as page:
        page.route("**/*.css*", lambda route: route.abort())
        page.goto("/article")
        expect(page.locator("body > :first-child")).to_have_id("bandeau-notice")
        assert [text.strip() for text in page.locator("#bandeau-notice button").all_inner_texts()] == NAMES
        expect(page.locator("#bandeau-notice")).to_be_in_viewport()
        works(page, site)


GENERIC = (
    "cookie",
    "consent",
    "gdpr",
    "rgpd",
    "ccpa",
    "cmp",
    "banner",
    "privacy",
    "tracking",
    "popup",
    "overlay",
    "modal",
)


def test_nothing_of_ours_is_called_what_blockers_hide(browser: Browser) -> None:
    view = View(Policy(NEWSROOM, None), "fr", "/article")
    embed = HeldEmbed("video", "video.localhost", "560", "315")
    markup = [banner(view), control(view), placeholder(view, embed), settings_page(view)]
    named = re.findall(r'\s(?:id|class|name|data-[\w-]+)="([^"]*)"|\s(data-[\w-]+)', "".join(markup))
    said = {word for pair in named for word in pair if not pair[0].endswith(".")}
    assert [name for name in said for word in GENERIC if word in name.lower()] == []


def test_it_stands_where_a_blocker_hides_what_is_called_cookie_or_consent(browser: Browser) -> None:
    hidden = ",".join(f"[{what}*={word} i]" for word in GENERIC for what in ("id", "class", "name"))
    hidden += ",[class^=cc-],[id^=cc_],#cc,.cc,#notice,.notice,#CybotCookiebotDialog,[role=dialog],[aria-modal]"
    site = NoticePages(style=hidden + "{display:none!important}")
    with opened(browser, site) as page:
        stands(page)
        works(page, site)


def test_it_works_in_a_frame(browser: Browser) -> None:
    site = NoticePages()
    with opened(browser, site, "/frame") as page:
        frame = page.frames[1]
        stands(frame)
        frame.get_by_role("button", name="Tout refuser").click()
        expect(page.frame_locator("iframe").locator("#bandeau-control")).to_be_attached()
        assert site.choice == refuse_all()


def test_it_works_under_a_strict_policy_of_the_site(browser: Browser) -> None:
    policy = "default-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
    site = NoticePages(
        template=ARTICLE.replace("<style>{style}</style>", ""), headers={"Content-Security-Policy": policy}
    )
    with opened(browser, site, "/end") as page:
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.on("pageerror", lambda error: refused.append(str(error)))
        page.goto("/article")
        stands(page)
        works(page, site)
        assert [one for one in refused if "bandeau" in one or "Trusted" in one] == []


@pytest.mark.parametrize("template", [QUIRKS, RIGHT_TO_LEFT], ids=["quirks mode", "right to left"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_works_in_other_kinds_of_pages(browser: Browser, template: str, width: int) -> None:
    site = NoticePages(template=template)
    with opened(browser, site, viewport={"width": width, "height": 640}) as page:
        stands(page)
        expect(page.locator("#bandeau-notice")).to_have_css("direction", "ltr")
        works(page, site)


def test_nothing_of_the_page_lies_over_it(browser: Browser) -> None:
    site = NoticePages(template=ARTICLE.replace("<main>", TRAP + "<main>"))
    with opened(browser, site) as page:
        stands(page)
        works(page, site)


RAISED = """
  const show = HTMLElement.prototype.showPopover;
  window.paintsBefore = [];
  HTMLElement.prototype.showPopover = function () {
    paintsBefore.push(performance.getEntriesByName('first-contentful-paint').length);
    show.call(this);
  };
"""
"""Keeps whether the page was painted already, each time that the banner is raised."""


def test_the_banner_is_raised_only_once_the_page_is_painted(browser: Browser) -> None:
    with opened(browser, NoticePages(), "/end") as page:
        page.add_init_script(RAISED)
        page.goto("/article")
        expect(page.locator("#bandeau-notice:popover-open")).to_be_visible()
        assert page.evaluate("paintsBefore[0]") == 1


@pytest.mark.parametrize("before", [TRAP, "<style>body {{ transform: translateY(-9px) }}</style>"])
def test_it_is_raised_before_the_paint_where_that_would_be_seen(browser: Browser, before: str) -> None:
    site = NoticePages(template=ARTICLE.replace("<main>", before + "<main>"))
    with opened(browser, site, "/end") as page:
        page.add_init_script(RAISED)
        page.goto("/article")
        expect(page.locator("#bandeau-notice:popover-open")).to_be_visible()
        assert page.evaluate("paintsBefore[0]") == 0
        assert page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("stub", ["class { observe() {} }", "undefined"])
@pytest.mark.parametrize("name", ["PerformanceObserver", "ResizeObserver"])
def test_it_is_raised_where_the_page_has_no_observers(browser: Browser, name: str, stub: str) -> None:
    with opened(browser, NoticePages(), "/end") as page:
        page.add_init_script(f"window.{name} = {stub}")
        page.goto("/article")
        expect(page.locator("#bandeau-notice:popover-open")).to_be_visible()


SHIFTS = """new Promise(tell => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value })
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => tell(sum))));
})"""


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_shifted_by_the_banner(browser: Browser, width: int) -> None:
    """The script, which raises the banner, is held back until the page has been painted without it."""
    with opened(browser, NoticePages(), "/end", viewport={"width": width, "height": 640}) as page:
        held: list[Route] = []
        page.route("**/notice.js*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright wants a function
        page.goto("/article", wait_until="commit")
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        held[0].continue_()
        page.wait_for_load_state()
        expect(page.locator("#bandeau-notice:popover-open")).to_be_visible()
        assert page.evaluate(SHIFTS) == 0


def test_the_banner_is_part_of_the_first_paint_whatever_becomes_of_the_script(browser: Browser) -> None:
    """The largest text of this page is the banner's; the first paint has it, and no later one does."""
    template = (
        ARTICLE.replace("<h1>Le port se réveille</h1>{story}", "").replace("{held}", "").replace("{comments}", "")
    )
    with opened(browser, NoticePages(template=template.replace("<p ", "<p hidden ")), "/end") as page:
        page.route("**/*.js*", lambda route: route.abort())
        page.goto("/article")
        painted = page.evaluate(
            """new Promise(tell => new PerformanceObserver(list => {
              const largest = list.getEntries().find(one => one.element?.closest('#bandeau-notice'));
              tell([largest?.startTime, performance.getEntriesByName('first-contentful-paint')[0].startTime]);
            }).observe({type: 'largest-contentful-paint', buffered: true}))"""
        )
        assert painted[0] == painted[1]
