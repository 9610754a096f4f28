"""The reference page on promises is the rules' own."""

from __future__ import annotations

from pathlib import Path

from bandeau.audit.promises.rules import LANGUAGES, kinds
from bandeau.audit.promises.written import page

WRITTEN = (Path(__file__).parents[3] / "docs" / "reference" / "promises.md").read_text(encoding="utf-8")


def test_the_page_is_current() -> None:
    assert page() == WRITTEN, "run .venv/bin/python scripts/promises"


def test_every_kind_stands_there_with_an_example_in_every_language() -> None:
    sections = WRITTEN.partition("## Kinds")[2].partition("## How rules")[0].split("### ")[1:]
    assert [section.split("`")[1] for section in sections] == list(kinds())
    for section in sections:
        assert all(f"\n- {code}: " in section for code in LANGUAGES)
        assert "held against: " in section
