"""How the notice looks and is reached, in a real browser: equal buttons, no sideways scroll, keyboard, contrast."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from bandeau.model import Choice
from support.notice_pages import opened
from support.notice_site import NoticeSite

pytestmark = pytest.mark.browser

HOSTILE = """
* { letter-spacing: 1px }
button { background: orange; border-radius: 99px; padding: 30px; float: left; font: 30px serif !important }
button:first-of-type { background: green !important; color: white !important; opacity: 1 }
button:nth-of-type(2) { display: none !important; opacity: .2 !important; font-size: 8px !important }
form button + button { transform: scale(.5); width: 10px !important }
button::before { content: "→ "; color: red }
h2, p, a, b { text-transform: uppercase; color: pink !important; font-size: 60px }
body { display: flex }
"""
STYLE = ("width", "height", "color", "backgroundColor", "fontFamily", "fontSize", "fontWeight", "opacity", "transform")


@pytest.mark.parametrize("style", ["", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_r10_the_three_buttons_are_the_same_to_the_eye(browser: Browser, style: str, width: int, script: bool) -> None:
    with opened(
        browser, NoticeSite(style=style), viewport={"width": width, "height": 640}, java_script_enabled=script
    ) as page:
        found = page.locator("#bandeau-notice button:visible").all()
        looks = [
            button.evaluate(
                "(node, names) => names.map(name => getComputedStyle(node)[name]).concat("
                "getComputedStyle(node, '::before').content, node.getBoundingClientRect().top)",
                STYLE,
            )
            for button in found
        ]
        assert len(looks) == 3
        assert looks[0] == looks[1] == looks[2]
        assert all((box := button.bounding_box()) and box["height"] >= 44 and box["width"] >= 44 for button in found)


@pytest.mark.parametrize(("direction", "on"), [("ltr", "right"), ("rtl", "left")])
def test_a_switch_that_is_on_has_its_knob_at_the_end_of_the_line(browser: Browser, direction: str, on: str) -> None:
    site = NoticeSite()
    site.choice = Choice.of(services=["video"])
    with opened(browser, site, "/.bandeau/settings", java_script_enabled=False, reduced_motion="reduce") as page:
        page.locator("html").evaluate("(node, direction) => { node.dir = direction }", direction)
        knob = "node => { const { left, right } = getComputedStyle(node, '::before'); return { left, right } }"
        allowed = page.locator("#service-video").evaluate(knob)
        held = page.locator("#service-fonts").evaluate(knob)
        off = "left" if on == "right" else "right"
        assert float(allowed[on][:-2]) < float(allowed[off][:-2])
        assert float(held[off][:-2]) < float(held[on][:-2])


@pytest.mark.parametrize("path", ["/article", "/.bandeau/settings"])
@pytest.mark.parametrize("choice", [None, Choice.of(services=["video"])], ids=["banner", "control"])
def test_nothing_scrolls_sideways_on_the_narrowest_screen(browser: Browser, path: str, choice: Choice | None) -> None:
    site = NoticeSite()
    site.choice = choice
    with opened(browser, site, path, viewport={"width": 320, "height": 568}) as page:
        for details in page.locator("details").all():
            details.evaluate("node => { node.open = true }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for part in page.locator("#bandeau-notice, #bandeau-control").all():
            box = part.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 320


@pytest.mark.parametrize("size", [(320, 568), (375, 667), (1280, 800)])
def test_the_banner_leaves_at_least_half_of_the_window_to_the_page(browser: Browser, size: tuple[int, int]) -> None:
    with opened(browser, NoticeSite(), viewport={"width": size[0], "height": size[1]}) as page:
        box = page.locator("#bandeau-notice").bounding_box()
        assert box
        assert box["height"] <= size[1] / 2
        for button in page.locator("#bandeau-notice button").all():
            expect(button).to_be_in_viewport(ratio=1)


def test_the_banner_is_the_first_stop_of_the_keyboard_and_no_trap(browser: Browser) -> None:
    with opened(browser, NoticeSite()) as page:
        stops = []
        for _ in range(9):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 20)"))
        assert [stop for stop in stops if stop in ("Tout accepter", "Tout refuser", "Paramétrer vos choix")] == [
            "Tout accepter",
            "Tout refuser",
            "Paramétrer vos choix",
        ]
        assert page.evaluate("!document.activeElement.closest('#bandeau-notice')")


def test_what_has_the_focus_is_never_hidden_behind_the_banner(browser: Browser) -> None:
    with opened(browser, NoticeSite(), viewport={"width": 800, "height": 600}) as page:
        page.locator("#last").focus()
        link, banner = page.locator("#last").bounding_box(), page.locator("#bandeau-notice").bounding_box()
        assert link
        assert banner
        assert link["y"] + link["height"] <= banner["y"]


def test_r8_the_control_is_reached_by_keyboard_and_shows_its_focus(browser: Browser) -> None:
    site = NoticeSite()
    site.choice = Choice.of(services=["video"])
    with opened(browser, site) as page:
        page.keyboard.press("Tab")
        link = page.locator("#bandeau-control a")
        expect(link).to_be_focused()
        assert link.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Paramétrer vos choix")).to_be_visible()


CONTRAST = """nodes => nodes.filter(node => node.offsetParent || node.closest('#bandeau-notice')).map(node => {
  const rgb = text => text.match(/[\\d.]+/g).map(part => text.startsWith('color(') ? part * 255 : +part);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  let behind = node;
  while (rgb(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const [a, b] = [light(rgb(getComputedStyle(node).color)), light(rgb(getComputedStyle(behind).backgroundColor))];
  return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), node.textContent.slice(0, 30)];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/article", "/.bandeau/settings"])
@pytest.mark.parametrize("choice", [None, Choice.of(["social"], ["comments", "fonts"])], ids=["none", "some"])
def test_every_word_stands_out_five_to_one(browser: Browser, scheme: str, path: str, choice: Choice | None) -> None:
    site = NoticeSite()
    site.choice = choice
    with opened(browser, site, path, color_scheme=scheme) as page:
        parts = ("#bandeau-notice", "#bandeau-control", ".bandeau-placeholder", ".bandeau-page")
        inside = ", ".join(f"{part} :is(p, a, b, button, h1, h2, label, span, dd, dt, summary, li)" for part in parts)
        ratios = page.locator(inside).evaluate_all(CONTRAST)
        assert ratios
        assert min(ratios)[0] >= 5, min(ratios)


def test_print_and_motion_and_forced_colours_are_respected(browser: Browser) -> None:
    with opened(browser, NoticeSite()) as page:
        page.emulate_media(media="print")
        expect(page.locator("#bandeau-notice")).to_be_hidden()
    with opened(browser, NoticeSite(), "/.bandeau/settings", reduced_motion="reduce", forced_colors="active") as page:
        switch = page.locator("#purpose-social")
        assert switch.evaluate("node => getComputedStyle(node).transitionDuration") == "0s"
        assert switch.evaluate("node => getComputedStyle(node).appearance") == "auto"


def test_a_placeholder_keeps_the_box_of_its_embed(browser: Browser) -> None:
    with opened(browser, NoticeSite()) as page:
        box = page.locator("#bandeau-held-video").bounding_box()
        assert box
        assert (round(box["width"]), round(box["height"])) == (560, 315)
