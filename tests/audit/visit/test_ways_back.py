"""Which controls of a page are tried as ways back, and in which order: pure."""

from __future__ import annotations

from typing import Any

import pytest

from bandeau.audit.notices.classify import classify
from bandeau.audit.visit.returning import Link, rank


def ranked(text: str, **more: Any) -> float:
    return rank(Link(id=1, text=text, **more), classify(text))


@pytest.mark.parametrize(
    "text", ["Your privacy choices", "Privacy settings", "Datenschutzeinstellungen", "Gérer mes cookies"]
)
def test_settings_that_name_what_notices_speak_of_lead_back(text: str) -> None:
    assert ranked(text) > 1


def test_a_way_that_says_so_comes_before_one_that_is_merely_called_cookies() -> None:
    sure = ranked("Cookie settings")
    called = ranked("Cookies", leads=False)
    page = ranked("Cookies", leads=True)
    text = ranked("Cookie policy", leads=True)
    assert sure > called > page > text > 0


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Account settings", {}),
        ("Contact", {"footer": True}),
        ("Privacy policy", {"footer": True, "leads": True}),
        ("Cookie policy", {"home": False, "leads": True}),
        ("Everything that you always wanted to know about cookies", {"leads": True}),
    ],
)
def test_other_links_are_not_tried(text: str, more: dict[str, Any]) -> None:
    assert ranked(text, **more) == 0
