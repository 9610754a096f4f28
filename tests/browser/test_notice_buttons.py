"""The notice notices where a style of the site's makes its buttons unequal or unreadable, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from support.notice_site import NoticeSite
from support.servers import serve_asgi

pytestmark = pytest.mark.browser

BUTTON = "html #bandeau-notice#bandeau-notice form .bandeau-button"
SECOND = f"{BUTTON}:nth-of-type(2)"


@contextmanager
def opened(browser: Browser, style: str) -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page with that style, what was said in its console, and the files of ours that it has loaded."""
    said: list[str] = []
    loaded: list[str] = []
    with serve_asgi(NoticeSite(style=style).app) as port:
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1000, "height": 800})
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "warning" else None)
        page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
        page.goto("/article")
        yield page, said, loaded
        context.close()


@pytest.mark.parametrize(
    ("style", "fact", "word"),
    [
        (f"{SECOND} {{ width: 80px !important }}", "refuse-all:width", "80px"),
        (f"{SECOND} {{ color: gray !important }}", "refuse-all:color,contrast", "rgb(128, 128, 128)"),
        (f"{SECOND} {{ font-weight: 400 !important }}", "refuse-all:font-weight", "400"),
        (f"{SECOND} {{ visibility: hidden !important }}", "refuse-all:visibility", "hidden"),
        (f"{SECOND} {{ opacity: .3 !important }}", "refuse-all:opacity", "0.3"),
        (f"{BUTTON}:nth-of-type(3) {{ border-color: pink !important }}", "settings:border-top-color", "pink"),
    ],
    ids=["size", "colour", "weight", "hidden", "faint", "border"],
)
def test_r10_unequal_buttons_are_told_of_once_by_name_and_property(
    browser: Browser, style: str, fact: str, word: str
) -> None:
    with opened(browser, style) as (page, said, _):
        banner = page.locator("#bandeau-notice")
        expect(banner).to_have_attribute("data-bandeau-unequal", fact)
        name = "Paramétrer vos choix" if fact.startswith("settings") else "Tout refuser"
        assert len(said) == 1
        assert name in said[0]
        assert "Tout accepter" not in said[0]
        assert word.replace("pink", "rgb(255, 192, 203)") in said[0]


def test_words_that_cannot_be_read_are_told_of_as_soon_as_the_other_script_is_there(browser: Browser) -> None:
    style = ":root { --bandeau-ink: rgb(150, 150, 150); --bandeau-paper: rgb(255, 255, 255) }"
    with opened(browser, style) as (page, said, _):
        page.evaluate("void bandeau.settings()")
        fact = "accept-all:contrast refuse-all:contrast settings:contrast"
        expect(page.locator("#bandeau-notice")).to_have_attribute("data-bandeau-unequal", fact)
        assert "contrast 3.0" in said[0]


def test_what_the_pointer_is_on_may_look_different(browser: Browser) -> None:
    with opened(browser, "") as (page, said, loaded):
        page.get_by_role("button", name="Tout refuser").hover()
        with page.expect_response("**/late.js*"):
            page.evaluate("dispatchEvent(new Event('load'))")
        page.mouse.move(500, 10)
        page.evaluate("bandeau.settings()")
        assert page.locator("#bandeau-notice").get_attribute("data-bandeau-unequal") is None
        assert said == []
        assert any(name.startswith("late.js") for name in loaded)


@pytest.mark.parametrize("style", ["", ":root { --bandeau-paper: #fffaf0 }"], ids=["plain", "own colours"])
def test_a_first_visit_loads_no_other_script_to_find_that_all_is_well(browser: Browser, style: str) -> None:
    with opened(browser, style) as (page, said, loaded):
        page.wait_for_load_state("load")
        # Timers run in the order in which they are due: this one after that of the comparison.
        page.evaluate("new Promise(done => setTimeout(done, 2500))")
        assert not [name for name in loaded if name.startswith("late.js")]
        page.evaluate("bandeau.settings()")
        assert page.locator("#bandeau-notice").get_attribute("data-bandeau-unequal") is None
        assert said == []
