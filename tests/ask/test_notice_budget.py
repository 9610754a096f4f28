"""A first visit loads little for the notice: its bytes are counted, and too many fail."""

from __future__ import annotations

import brotli

from bandeau.ask.browser import asset
from bandeau.ask.notice import View, banner, settings_page
from bandeau.decide import Policy
from support.newsroom import NEWSROOM

BUDGET = 6_500
"""Bytes as brotli sends them: banner, style, script and the settings page, each by itself."""


def test_everything_that_a_first_visit_loads_for_the_notice_stays_within_its_budget() -> None:
    view = View(Policy(NEWSROOM, None), "fr", back="/article")
    parts = {
        "banner": banner(view).encode("ascii", "xmlcharrefreplace"),  # so it goes into a page of any encoding
        "settings": settings_page(view).encode(),
        "notice.css": asset("notice.css"),
        "notice.js": asset("notice.js"),
    }
    sizes = {name: len(brotli.compress(body)) for name, body in parts.items()}
    assert sum(sizes.values()) <= BUDGET, sizes
