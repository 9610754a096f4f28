"""One embed is shown this time only: in its place, recorded, and held again on the next page (R4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bandeau.errors import StoreError
from support.embedding import DRAWN_WITHIN, Embedding, embedding

pytestmark = pytest.mark.browser

ONCE = "Afficher cette fois"
ALLOW = "Autoriser Scopia"
ARTICLE = """<h1>Le phare</h1><input aria-label="Nom">
<iframe src="VIDEO/film" width="560" height="315" allow="autoplay"></iframe>
<iframe src="VIDEO/second" width="400" height="300"></iframe>"""
WITH_PICTURE = DRAWN_WITHIN.replace(
    'hosts = ["scopia.localhost"]', 'hosts = ["scopia.localhost"]\nplaceholder = { picture = "/still.svg" }'
)


@pytest.fixture
def site(site: Embedding) -> Embedding:
    site.put("/article", ARTICLE)
    return site


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(
        locale="fr-FR", viewport={"width": 1000, "height": 800}, java_script_enabled=request.param
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def once(page: Page, frame: str = "iframe >> nth=0") -> Locator:
    return page.frame_locator(frame).get_by_role("button", name=ONCE)


def playing(page: Page, frame: str = "iframe >> nth=0") -> Locator:
    """The button of the embed itself, in the frame of ours."""
    return page.frame_locator(frame).frame_locator("iframe").get_by_role("button", name="Lecture")


def test_the_embed_is_shown_in_its_place_and_held_again_on_the_next_page(
    site: Embedding, visitor: BrowserContext
) -> None:
    page = site.open(visitor, "/article")
    page.get_by_label("Nom").fill("Une lectrice")
    assert site.asked == []
    once(page).click()
    expect(playing(page)).to_be_visible()
    expect(page.get_by_label("Nom")).to_have_value("Une lectrice")
    expect(page.locator("#bandeau-notice")).to_be_visible()
    assert (page.url, site.asked) == (f"{site.front}/article", ["scopia/film"])
    expect(once(page, "iframe >> nth=1")).to_be_visible()
    again = site.open(visitor, "/article")
    expect(once(again)).to_be_visible()
    expect(again.locator("#bandeau-notice")).to_be_visible()
    assert site.asked == ["scopia/film"]


def test_it_is_on_record_and_can_be_seen_and_erased(site: Embedding, visitor: BrowserContext) -> None:
    page = site.open(visitor, "/article")
    once(page).click()
    expect(playing(page)).to_be_visible()
    page.goto(site.front + "/.bandeau/my-choices?lang=fr")
    expect(page.get_by_role("row").nth(1)).to_contain_text(ONCE)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Scopia")
    page.get_by_role("button", name="Effacer").click()
    expect(page.get_by_role("row")).to_have_count(0)


def test_with_the_keyboard_alone_the_ways_are_reached_in_order_and_the_reader_goes_on_in_the_embed(
    site: Embedding, reader: BrowserContext
) -> None:
    page = site.open(reader, "/article")
    inner = page.frame_locator("iframe >> nth=0")
    group = inner.get_by_role("group", name="Contenu retenu : Scopia (Scopia GmbH)")
    expect(group).to_be_visible()
    page.get_by_label("Nom").focus()
    for way in (
        group.get_by_role("button", name=ONCE),
        group.get_by_role("button", name=ALLOW),
        group.get_by_role("link", name="Paramétrer vos choix"),
        group.get_by_role("link", name=re.compile("Ouvrir")),
    ):
        page.keyboard.press("Tab")
        expect(way).to_be_focused()
        box = way.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    once(page).press("Enter")
    expect(playing(page)).to_be_visible()
    assert page.evaluate("document.activeElement === document.querySelector('iframe')")
    page.keyboard.press("Tab")
    expect(playing(page)).to_be_focused()


def test_with_the_script_back_still_leaves_the_page(site: Embedding, reader: BrowserContext) -> None:
    site.put("/before", "<p>Avant</p>")
    page = site.open(reader, "/before")
    page.goto(site.front + "/article")
    steps = page.evaluate("history.length")
    once(page).click()
    expect(playing(page)).to_be_visible()
    assert page.evaluate("history.length") == steps
    page.go_back()
    assert page.url.endswith("/before")


def test_what_is_shown_goes_on_playing_when_the_service_is_allowed_by_another_frame(
    site: Embedding, reader: BrowserContext
) -> None:
    page = site.open(reader, "/article")
    once(page).click()
    expect(playing(page)).to_be_visible()
    page.frame_locator("iframe >> nth=1").get_by_role("button", name=ALLOW).press("Enter")
    expect(playing(page, "iframe >> nth=1")).to_be_visible()
    expect(page.locator("#bandeau-control")).to_be_visible()
    assert site.asked == ["scopia/film", "scopia/second"]


def test_what_a_script_put_in_later_is_shown_once_and_takes_no_other_along(
    site: Embedding, reader: BrowserContext
) -> None:
    page = site.open(reader, "/article")
    late = f"http://scopia.localhost:{site.thirds}/late"
    page.evaluate(
        "to => { const one = document.createElement('iframe'); one.id = 'late'; one.height = 300; one.src = to;"
        "document.querySelector('h1').after(one) }",
        late,
    )
    once(page, "#late").click()
    expect(playing(page, "#late")).to_be_visible()
    page.wait_for_timeout(300)
    assert site.asked == ["scopia/late"]
    expect(page.locator("#bandeau-notice")).to_be_visible()
    page.frame_locator("iframe >> nth=1").get_by_role("button", name=ALLOW).press("Enter")
    expect(playing(page, "iframe >> nth=1")).to_be_visible()
    expect(page.locator("#bandeau-control")).to_be_visible()
    assert site.asked.count("scopia/late") == 1


def test_an_embed_that_is_moved_meanwhile_is_there_again(site: Embedding, reader: BrowserContext) -> None:
    page = site.open(reader, "/article")
    once(page).click()
    expect(playing(page)).to_be_visible()
    page.evaluate("document.body.append(document.querySelector('iframe'))")
    expect(playing(page, "iframe >> nth=1")).to_be_visible()


def test_without_a_record_nothing_is_shown_and_the_reader_is_told(
    site: Embedding, reader: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_entry: object) -> None:
        raise StoreError("no disk")

    assert site.site is not None
    monkeypatch.setattr(site.site.store, "append", refused)
    page = site.open(reader, "/article")
    once(page).click()
    expect(page.frame_locator("iframe >> nth=0").get_by_role("alert")).to_contain_text("n’a pas pu être enregistré")
    assert site.asked == []


@pytest.mark.parametrize(
    "held",
    [
        '<iframe src="VIDEO/film" width=560 height=315 sandbox=allow-scripts></iframe>',
        '<embed src="VIDEO/film" width=560 height=315>',
        '<object data="VIDEO/film" width=560 height=315></object>',
        '<video src="VIDEO/film" width=560 height=315></video>',
        '<div id=comments></div><script src="THREAD/t.js"></script>',
    ],
)
def test_it_is_offered_only_where_it_can_be_kept(site: Embedding, reader: BrowserContext, held: str) -> None:
    site.put("/article", held)
    page = site.open(reader, "/article")
    place = page.frame_locator("iframe") if "iframe" in held else page
    expect(place.get_by_role("button", name=re.compile("Autoriser"))).to_be_visible()
    expect(place.get_by_role("button", name=ONCE)).to_have_count(0)


def test_it_is_not_offered_where_the_sites_own_policy_forbids_the_frame(
    site: Embedding, reader: BrowserContext
) -> None:
    site.policy = f"frame-src http://scopia.localhost:{site.thirds}"
    page = site.open(reader, "/article")
    expect(page.frame_locator("iframe >> nth=0").get_by_role("button", name=ALLOW)).to_be_visible()
    expect(once(page)).to_have_count(0)


# -- a still picture -----------------------------------------------------------------------------------------------


STILL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><path fill="#0a2" d="M0 0h16v9H0z"/></svg>',
    "image/svg+xml",
)


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedding]:
    with embedding(tmp_path_factory.mktemp("pictured"), WITH_PICTURE) as one:
        one.pages["/still.svg"] = STILL
        one.put("/article", '<iframe src="VIDEO/film" width=560 height=315></iframe>')
        one.put("/object", '<object data="VIDEO/film" width=560 height=315></object>')
        yield one


LOOKS = """box => { const [still, words] = box.children, all = box.getBoundingClientRect(),
  at = still.getBoundingClientRect(), seen = still.complete && still.naturalWidth > 0,
  over = document.elementFromPoint(words.getBoundingClientRect().x + 30, words.getBoundingClientRect().y + 20);
  return { seen, over: words.contains(over), alt: still.alt, ground: getComputedStyle(words).backgroundColor,
    ink: getComputedStyle(words.querySelector('b')).color,
    fills: Math.abs(at.width - all.width) <= 2 && Math.abs(at.height - all.height) <= 2, height: all.height } }"""


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = ((part / 12.92) if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/article", "/object"])
def test_a_declared_picture_fills_the_box_behind_words_on_a_ground_of_their_own(
    pictured: Embedding, reader: BrowserContext, path: str, scheme: str
) -> None:
    pictured.asked.clear()
    page = reader.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(pictured.front + path)
    place = page.frame_locator("iframe") if path == "/article" else page
    box = place.locator(".bandeau-placeholder")
    expect(box.locator("img")).to_have_js_property("complete", value=True)
    looks = box.evaluate(LOOKS)
    assert (looks["seen"], looks["over"], looks["alt"], looks["fills"]) == (True, True, "", True)
    assert looks["height"] == 315
    assert "rgba" not in looks["ground"]
    dark, light = sorted(map(luminance, (looks["ground"], looks["ink"])))
    assert (light + 0.05) / (dark + 0.05) >= 5
    assert pictured.asked == []


def test_the_picture_stands_in_a_frame_that_was_put_in_later_as_well(
    pictured: Embedding, reader: BrowserContext
) -> None:
    pictured.put("/late", "<p>Brume</p>")
    page = pictured.open(reader, "/late")
    page.evaluate(
        "to => { const one = document.createElement('iframe'); one.width = 560; one.height = 315; one.src = to;"
        "document.body.append(one) }",
        f"http://scopia.localhost:{pictured.thirds}/late",
    )
    still = page.frame_locator("iframe").locator(".bandeau-placeholder > img")
    expect(still).to_be_visible()
    page.wait_for_function("() => frames[0].document.querySelector('.bandeau-placeholder > img')?.naturalWidth > 0")


def test_the_style_of_pictures_comes_only_where_one_may_be_shown(
    pictured: Embedding, site: Embedding, reader: BrowserContext
) -> None:
    still = "link[href^='/.bandeau/still.css']"
    expect(pictured.open(reader, "/article").locator(still)).to_have_count(1)
    expect(site.open(reader, "/article").locator(still)).to_have_count(0)
