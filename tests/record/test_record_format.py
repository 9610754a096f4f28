"""The example on the format's page is what the code writes and reads."""

from __future__ import annotations

import re
from pathlib import Path

from bandeau.record.entry import Action, How, canonical, commitment, new_record_id, parse

PAGE = (Path(__file__).parents[2] / "docs" / "formats" / "record.md").read_text(encoding="utf-8")


def _cell(name: str) -> str:
    match = re.search(rf"^\| {name} \| (.*) \|$", PAGE, re.MULTILINE)
    assert match is not None
    return match[1]


def _hex(text: str) -> bytes:
    match = re.search(r"`([0-9a-f]+)`", text)
    assert match is not None
    return bytes.fromhex(match[1])


def test_the_page_shows_a_real_record_and_its_commitment() -> None:
    body = PAGE.partition("```json\n")[2].partition("\n```")[0].encode()
    one = parse(body, _hex(_cell("salt")))
    assert canonical(one) == body
    assert commitment(one) == _hex(_cell("commitment"))
    assert one.record == new_record_id(one.at, _hex(_cell("made at")))
    assert f"{one.at} (2026-01-01T00:00:00Z)" in _cell("made at")


def test_the_page_names_every_key_action_and_way() -> None:
    assert re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE) == sorted(
        re.findall(r'"([a-z]+)":', re.sub(r'"(purposes|services)":\{[^}]*\}', r'"\1":{}', PAGE))
    )
    assert all(f"`{action}`" in _cell("`action`") for action in Action)
    assert all(f"`{how}`" in _cell("`how`") for how in How)
