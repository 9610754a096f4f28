"""In every language nothing of the notice is cut, spills over, or breaks its buttons' words, at 320 pixels."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from bandeau.ask.browser import asset
from bandeau.ask.notice import View, banner, control, settings_page
from bandeau.ask.words import words
from bandeau.decide import Policy, accept_all
from bandeau.model import LANGUAGES
from support.looking import BROKEN, FONT, SPILLS, WORDLESS, unfold
from support.newsroom import NEWSROOM

pytestmark = pytest.mark.browser

PARTS = "#bandeau-notice, #bandeau-control, .bandeau-page"
SIZES = "nodes => nodes.map(node => { const box = node.getBoundingClientRect(); return [box.width, box.height] })"


def page_of(language: str) -> str:
    """Banner, control and settings in one document: what is looked at does not depend on what is around."""
    asking, allowing = (View(Policy(NEWSROOM, choice), language, "/") for choice in (None, accept_all(NEWSROOM)))
    settings = settings_page(asking)
    main = settings[settings.index("<main") : settings.index("</body>")]
    said = words(language)
    return (
        '<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<style>{asset('notice.css').decode()}body,.bandeau-page{{font-family:{FONT}!important}}</style>{banner(asking)}{control(allowing)}"
        f'<div class="bandeau-page" lang="{said.language}" dir="{said.direction}">{main}</div>'
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fits_on_the_narrowest_screen(browser: Browser, language: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.set_content(page_of(language))
    unfold(page)
    assert page.locator(PARTS).evaluate_all(SPILLS, 320) == []
    for buttons in ("#bandeau-notice button", ".bandeau-save button"):
        sizes = page.locator(buttons).evaluate_all(SIZES)
        assert len(sizes) == 3
        assert sizes[0] == sizes[1] == sizes[2], buttons
        if language not in WORDLESS:
            assert page.locator(buttons).evaluate_all(BROKEN) == []
    direction = "rtl" if language in ("ar", "he") else "ltr"
    for part in page.locator("#bandeau-notice, #bandeau-control").all():
        assert part.get_attribute("lang") == language
        assert part.evaluate("node => getComputedStyle(node).direction") == direction
    context.close()
