"""A held embed keeps its box, whatever gave it that: nothing in the page shifts, on load or when it is allowed (R4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bandeau.ask.browser import asset
from support.embedding import PAUSE, Embedding

pytestmark = pytest.mark.browser

ALLOW = "Autoriser Scopia"
FAR = "<p>Brume sur le port.</p>" * 200
FRAME = '<iframe id=slot src="VIDEO/film"'
FRAMES = {
    "width and height": ("", f"{FRAME} width=560 height=315></iframe>"),
    "a width alone": ("", f"{FRAME} width=420></iframe>"),
    "no size at all": ("", f"{FRAME}></iframe>"),
    "a rule for the tag in a ratio box": (
        "div { position: relative; padding-top: 56% } iframe { position: absolute; top: 0; width: 100%; height: 100% }",
        f"<div>{FRAME}></iframe></div>",
    ),
    "a ratio for the tag": ("iframe { width: 100%; aspect-ratio: 16/9 }", f"{FRAME}></iframe>"),
    "a ratio of its own": ("", f'{FRAME} style="width:100%;height:auto;aspect-ratio:4/3;border:0"></iframe>'),
    "a part of a flex container": (
        ".flex { display: flex; gap: 1rem }",
        f'<div class=flex>{FRAME} width="60%" height=200></iframe><p>Légende</p></div>',
    ),
    "a column of a grid": (
        ".grid { display: grid; grid-template-columns: 1fr 2fr; gap: 8px } .grid iframe { width: 100% }",
        f"<div class=grid><p>Légende</p>{FRAME} height=220></iframe></div>",
    ),
    "a class": (
        ".player { display: block; width: 75%; height: 18rem; border: 0; margin: 1rem auto }",
        f"{FRAME} class=player></iframe>",
    ),
    "its address": ('iframe[src*="scopia"] { width: 321px }', f"{FRAME}></iframe>"),
    "its place among its siblings": (
        ".m > :first-child { height: 99px } .m > iframe + p { margin: 3px 0 0 } .m > :only-of-type { width: 50% }",
        f"<div class=m>{FRAME}></iframe><p>Légende</p></div>",
    ),
    "a line of text": ("", f"<p>Du texte {FRAME} width=120 height=60></iframe> et encore du texte.</p>"),
    "a float": (
        "iframe { float: left; margin: 0 1em 1em 0 }",
        f"{FRAME} width=250 height=200></iframe><p>{'Brume. ' * 90}</p>",
    ),
    "lazy and far below": ("", f"{FAR}{FRAME} width=560 height=315 loading=lazy></iframe>"),
    "hardly any height": ("", f"{FRAME} width=400 height=40></iframe>"),
}
OTHERS = {
    "video": "<video id=slot src=VIDEO/film width=480 height=270 controls></video>",
    "video in a line of text": "<p>Texte <video id=slot src=VIDEO/film width=160 height=90></video> et la suite.</p>",
    "video with a style": "<video id=slot src=VIDEO/film style='display:block;width:80%;height:240px'></video>",
    "object": "<object id=slot data=VIDEO/film width=400 height=225></object>",
    "embed": "<embed id=slot src=VIDEO/film width=400 height=225>",
}


@pytest.fixture(params=[True, False], ids=["with script", "without"])
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(
        locale="fr-FR", viewport={"width": 1000, "height": 800}, java_script_enabled=request.param
    )
    yield context
    context.close()


def put(site: Embedding, style: str, markup: str) -> None:
    site.put("/page", f"<main><h1>Le phare</h1>{markup}<p id=after>Après</p></main>", head=f"<style>{style}</style>")


def measured(page: Page, slot: str = "#slot") -> list[float]:
    """The boxes of the slot and of what follows it, from where the text begins."""
    main, *boxes = [page.locator(one).bounding_box() or {} for one in ("main", slot, "#after")]
    found = [main["height"]]
    for box in boxes:
        found += [box["x"] - main["x"], box["y"] - main["y"], box["width"], box["height"]]
    return found


@pytest.mark.parametrize("case", FRAMES)
def test_a_held_frame_has_the_box_that_it_has_without_bandeau(
    site: Embedding, reader: BrowserContext, case: str
) -> None:
    put(site, *FRAMES[case])
    bare = measured(site.open(reader, "/page", bare=True))
    site.asked.clear()
    page = site.open(reader, "/page")
    assert measured(page) == pytest.approx(bare, abs=1)
    page.locator("#slot").scroll_into_view_if_needed()
    expect(page.frame_locator("#slot").locator(".bandeau-placeholder")).to_be_visible()
    expect(page.frame_locator("#slot").get_by_role("button", name=ALLOW)).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    assert measured(page) == pytest.approx(bare, abs=1)
    assert site.asked == []


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_no_frame_leaves_the_box_that_it_tells_of_itself(
    site: Embedding, reader: BrowserContext, case: str
) -> None:
    put(site, "", OTHERS[case])
    bare = measured(site.open(reader, "/page", bare=True))
    site.asked.clear()
    page = site.open(reader, "/page")
    assert measured(page, ".bandeau-placeholder") == pytest.approx(bare, abs=1)
    expect(page.get_by_role("button", name=ALLOW)).to_be_visible()
    assert site.asked == []


SHIFTS = """self.shifts = []; new PerformanceObserver(list => list.getEntries().forEach(one =>
  shifts.push([one.value, one.hadRecentInput, one.sources.map(s => s.node?.outerHTML?.slice(0, 80))])))
  .observe({ type: 'layout-shift', buffered: true })"""


@pytest.fixture
def watcher(browser: Browser) -> Iterator[BrowserContext]:
    """A reader whose browser tells what has shifted in every document."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1000, "height": 800})
    context.add_init_script(SHIFTS)
    yield context
    context.close()


def test_what_shifts_is_seen(site: Embedding, watcher: BrowserContext) -> None:
    site.put("/page", "<p id=late></p><p>Brume</p>")
    page = site.open(watcher, "/page", bare=True)
    page.evaluate("new Promise(done => setTimeout(() => { late.style.height = '200px'; setTimeout(done, 300) }, 300))")
    assert page.evaluate("shifts.length") == 1


@pytest.mark.parametrize("case", FRAMES)
def test_nothing_shifts_on_load_nor_when_an_embed_is_allowed_in_its_place(
    site: Embedding, watcher: BrowserContext, case: str
) -> None:
    put(site, *FRAMES[case])
    page = site.open(watcher, "/page")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#bandeau-notice")).to_be_visible()
    page.locator("#slot").scroll_into_view_if_needed()
    boxes = measured(page)
    page.evaluate("window.same = true")
    page.frame_locator("#slot").get_by_role("button", name=ALLOW).click()
    expect(page.frame_locator("#slot").frame_locator("iframe").get_by_role("button", name="Lecture")).to_be_attached()
    expect(page.locator("#bandeau-control")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("[same, shifts]") == [True, []]
    assert measured(page) == boxes


def test_the_banner_does_not_grow_as_it_comes(site: Embedding, watcher: BrowserContext) -> None:
    site.put("/page", "<p>Brume</p>")
    answer = watcher.new_page().goto(site.front + "/page")
    assert answer is not None
    whole = answer.text()
    assert 'id="bandeau-notice"' in whole
    site.pages["/slow"] = whole.replace("</h2>", "</h2>" + PAUSE, 1), "text/html; charset=utf-8"
    site.put("/.bandeau/notice.css", asset("notice.css").decode(), "text/css")
    page = site.open(watcher, "/slow", bare=True)
    expect(page.locator("#bandeau-notice")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("shifts") == []
