"""Nothing that axe-core knows of is wrong with the notice, in any state; keyboard, targets, large text, zoom."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from bandeau.decide import accept_all, refuse_all
from bandeau.model import LANGUAGES, Choice
from support.looking import unfold, violations
from support.newsroom import NEWSROOM
from support.notice_pages import SOME, NoticePages, opened

pytestmark = pytest.mark.browser

STATES: dict[str, tuple[str, Choice | None, str | None]] = {
    # What is looked at: its page, the choice as it stands, and our own part of a host page.
    "banner": ("/article", None, "#bandeau-notice"),
    "control, nothing allowed": ("/article", refuse_all(), "#bandeau-control"),
    "control, some allowed": ("/article", SOME, "#bandeau-control"),
    "control, all allowed": ("/article", accept_all(NEWSROOM), "#bandeau-control"),
    "placeholder": ("/article", None, ".bandeau-placeholder"),
    "settings, none": ("/.bandeau/settings", refuse_all(), None),
    "settings, some": ("/.bandeau/settings", SOME, None),
    "settings, all": ("/.bandeau/settings", accept_all(NEWSROOM), None),
    "policy": ("/.bandeau/policy", SOME, None),
    "my choices": ("/.bandeau/my-choices", SOME, None),
    "withheld": ("/.bandeau/withheld", None, None),
    "my choices, nothing kept": ("/.bandeau/nothing-kept", None, None),
    "problem": ("/.bandeau/problem", None, None),
}


THOROUGH = ("fr", "en", "ar")
ONE_OF_EACH = ("banner", "placeholder", "settings, some")


@pytest.mark.parametrize("language", THOROUGH)
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_light_and_in_dark(browser: Browser, state: str, language: str) -> None:
    path, choice, part = STATES[state]
    with opened(browser, NoticePages(language, choice=choice), path) as page:
        unfold(page)
        assert violations(page, part) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, part) == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language not in THOROUGH])
def test_axe_finds_nothing_in_any_other_language(browser: Browser, language: str) -> None:
    for state in ONE_OF_EACH:
        path, choice, part = STATES[state]
        with opened(browser, NoticePages(language, choice=choice), path) as page:
            unfold(page)
            assert violations(page, part) == [], state


# Each stop of the keyboard: whether it is ours, where it stands, and what of it is hidden by something else.
STOP = """part => {
  const node = document.activeElement, box = node.getClientRects()[0];
  if (!box || node === document.body || !node.closest(part)) return null;
  const seen = (x, y) => node.contains(document.elementFromPoint(x, y));
  const covered = !seen(box.x + box.width / 2, box.y + 2) || !seen(box.x + box.width / 2, box.bottom - 2);
  return [node.id || node.textContent.trim().replace(/\\s+/g, ' ').slice(0, 24), covered,
    Math.round(box.top + scrollY), Math.round(box.left)];
}"""
FOCUSABLE = "(node, found) => [...node.querySelectorAll(found)].filter(one => one.checkVisibility()).length"


def walk(page: Page, part: str) -> list[tuple[str, bool, int, int]]:
    """Tab through a part until the keyboard leaves it, after as many stops as there is to reach."""
    can = page.locator(part).evaluate(FOCUSABLE, "a[href], button, input:not([type=hidden]), summary, [tabindex='0']")
    stops = []
    for _ in range(can + 1):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(STOP, part))
    assert stops.pop() is None, "the keyboard is trapped"
    assert None not in stops, "the keyboard does not reach everything"
    return stops


@pytest.mark.parametrize("size", [(1280, 800), (320, 256)])
def test_the_keyboard_walks_through_the_banner_as_the_eye_does(browser: Browser, size: tuple[int, int]) -> None:
    with opened(browser, NoticePages(), viewport={"width": size[0], "height": size[1]}) as page:
        stops = walk(page, "#bandeau-notice")
        assert [name for name, *_ in stops[-3:]] == ["Tout accepter", "Tout refuser", "Paramétrer vos choix"]
        assert [name for name, covered, *_ in stops if covered] == []
        buttons = [(top, left) for *_, top, left in stops[-3:]]
        assert buttons == sorted(buttons)


@pytest.mark.parametrize("size", [(1280, 500), (320, 400)])
def test_the_keyboard_walks_through_the_settings_as_the_eye_does(browser: Browser, size: tuple[int, int]) -> None:
    site = NoticePages(choice=SOME)
    with opened(browser, site, "/.bandeau/settings", viewport={"width": size[0], "height": size[1]}) as page:
        unfold(page)
        stops = walk(page, "body")
        assert [name for name, covered, *_ in stops if covered] == []
        tops = [top for name, _, top, _ in stops if name.startswith(("purpose-", "service-"))]
        assert len(tops) == 7
        assert tops == sorted(tops)


def test_space_and_enter_work_in_the_settings(browser: Browser) -> None:
    site = NoticePages()
    with opened(browser, site, "/.bandeau/settings") as page:
        page.get_by_role("switch", name="Lanterne").press("Space")
        expect(page.get_by_role("switch", name="Lanterne")).to_be_checked()
        summary = page.locator("li", has_text="Lanterne").locator("summary")
        summary.press("Enter")
        expect(page.locator("li", has_text="Lanterne").locator("details")).to_have_attribute("open", "")
        page.get_by_role("button", name="Enregistrer mes choix").press("Enter")
        page.wait_for_url("**/article")
        assert site.choice == Choice.of(services=["video"])


@pytest.mark.parametrize("key", ["Enter", "Space"])
@pytest.mark.parametrize(("name", "choice"), [("Tout accepter", accept_all(NEWSROOM)), ("Tout refuser", refuse_all())])
def test_enter_and_space_press_the_buttons_of_the_banner(browser: Browser, key: str, name: str, choice: Choice) -> None:
    site = NoticePages()
    with opened(browser, site) as page:
        page.get_by_role("region").get_by_role("button", name=name).press(key)
        expect(page.locator("#bandeau-control")).to_be_visible()
        assert site.choice == choice


def test_the_banner_says_what_it_is_to_who_does_not_see_it(browser: Browser) -> None:
    with opened(browser, NoticePages("en")) as page:
        expect(page.locator("#bandeau-notice")).to_match_aria_snapshot(
            """
            - region "Your choices about cookies and trackers":
              - heading /you choose/ [level=2]
              - paragraph: /Accept all/
              - paragraph: /Refuse all/
              - paragraph: /Set your choices/
              - button "Accept all"
              - button "Refuse all"
              - button "Set your choices"
            """
        )


def test_the_control_says_how_things_stand_to_who_does_not_see_it(browser: Browser) -> None:
    with opened(browser, NoticePages("en", choice=SOME)) as page:
        expect(page.locator("#bandeau-control")).to_match_aria_snapshot(
            """
            - navigation "Your choices about trackers":
              - link /Set your choices \\(partly allowed\\)/
              - button "Refuse all"
            """
        )


def test_the_settings_say_what_they_are_to_who_does_not_see_them(browser: Browser) -> None:
    with opened(browser, NoticePages("en", choice=SOME), "/.bandeau/settings") as page:
        expect(page.locator("fieldset").first).to_match_aria_snapshot(
            """
            - group "Social networks":
              - switch "Social networks" [checked]
              - text: Social networks
              - paragraph
              - paragraph
              - list:
                - listitem:
                  - switch "Palabre" [checked]
            """
        )


TOUCHED = {
    "/article": "#bandeau-notice button, #bandeau-control :is(a, button), .bandeau-placeholder :is(a, button)",
    "/.bandeau/settings": "button, [type=checkbox], label, summary, nav a",
    "/.bandeau/my-choices": "button, nav a",
}
# A finger hits what lies at its place: the element itself, or its label.
HIT = """nodes => nodes.filter(node => node.checkVisibility()).map(node => {
  node.scrollIntoView({block: 'center'});
  const box = node.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  const hits = (x, y) => {
    const hit = document.elementFromPoint(x, y);
    return node.contains(hit) || hit === node.control;
  };
  let high = 0, wide = 0;
  for (let step = -60; step <= 60; step++) { high += hits(x, y + step); wide += hits(x + step, y); }
  return [Math.min(high, wide), node.id || node.textContent.trim().slice(0, 30)];
})"""


@pytest.mark.parametrize("choice", [None, SOME], ids=["banner", "control"])
@pytest.mark.parametrize("path", TOUCHED)
def test_a_finger_has_44_pixels_to_hit(browser: Browser, path: str, choice: Choice | None) -> None:
    touch = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    with opened(browser, NoticePages(choice=choice), path, **touch) as page:
        targets = page.locator(TOUCHED[path]).evaluate_all(HIT)
        assert targets
        assert [target for target in targets if target[0] < 44] == []


@pytest.mark.parametrize("path", ["/article", "/.bandeau/settings"])
def test_text_of_twice_the_size_fits(browser: Browser, path: str) -> None:
    with opened(browser, NoticePages(), path, viewport={"width": 1280, "height": 800}) as page:
        size = "getComputedStyle(document.querySelector('.bandeau-button')).fontSize"
        before = float(page.evaluate(size)[:-2])
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert float(page.evaluate(size)[:-2]) == 2 * before
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        buttons = page.locator("#bandeau-notice button, .bandeau-save button").all()
        assert len(buttons) == 3
        for button in buttons:
            expect(button).to_be_in_viewport(ratio=1)
            assert button.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_the_banner_can_be_read_and_pressed_at_400_percent_zoom(browser: Browser) -> None:
    with opened(browser, NoticePages(), viewport={"width": 320, "height": 256}) as page:
        text = page.locator("#bandeau-notice .bandeau-text")
        box = text.bounding_box()
        assert box
        assert box["height"] >= 40
        for button in page.locator("#bandeau-notice button").all():
            expect(button).to_be_in_viewport(ratio=1)
        text.press("End")
        expect(page.locator("#bandeau-notice p").last).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["/article", "/.bandeau/settings"])
def test_nothing_moves_where_motion_is_unwelcome(browser: Browser, path: str) -> None:
    with opened(browser, NoticePages(), path, reduced_motion="reduce") as page:
        durations = """all => [...new Set(all.flatMap(node => [null, '::before', '::after'].flatMap(part => {
            const style = getComputedStyle(node, part);
            return [style.transitionDuration, style.animationDuration];
        })))]"""
        assert page.locator("*").evaluate_all(durations) == ["0s"]
