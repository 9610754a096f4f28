"""What our own notice promises is read out of its markup, in each language that there are rules for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bandeau.ask.banner import banner
from bandeau.ask.settings import settings_page
from bandeau.ask.view import View
from bandeau.audit.promises import read_text
from bandeau.audit.promises.markup import text_of
from bandeau.audit.promises.rules import LANGUAGES
from bandeau.decide import Policy
from bandeau.declare import read_declaration

NEWSROOM = read_declaration(Path(__file__).parents[3] / "examples" / "newsroom" / "bandeau.toml")
ASKED = {category.value for service in NEWSROOM.asked for category in service.personal_data}
BUTTONS = ("actions.accept-all", "actions.refuse-all", "actions.settings", "links.privacy", "banner.title")


def read(markup: str, code: str) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    promises, unread = read_text(text_of(markup), code)
    return {promise.kind: dict(promise.says) for promise in promises}, unread


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_banner_is_read_whole(code: str) -> None:
    view = View(Policy(NEWSROOM, None), code, back="/")
    said, unread = read(banner(view), code)
    assert said["controller"] == {"name": "Éditions du Port SAS"}
    assert set(said["data"]["categories"].split(", ")) == ASKED
    assert {"advertising", "social"} <= set(said["purposes"]["purposes"].split(", "))
    assert said["refusal-leaves"] == {"leaves": "audience, functioning"}
    assert said["needs-acceptance"] == {"feature": "comments"}
    assert said["change"] == {"control": view.words["actions.settings"], "when": "any time"}
    assert {sentence.rstrip(".") for sentence in unread} == {view.words[key] for key in BUTTONS}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_settings_say_how_long_a_choice_is_kept_and_what_comes_first(code: str) -> None:
    said, _ = read(settings_page(View(Policy(NEWSROOM, None), code, back="/")), code)
    assert said["choice-lifetime"] == {"lifetime": "15768000"}
    assert said["consent-first"] == {}
    assert said["change"] == {"when": "any time"}
    assert "audience" in said["always-on"]["purposes"]
