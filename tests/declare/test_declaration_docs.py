from __future__ import annotations

import re
from pathlib import Path

from bandeau.declare import lint, parse_declaration, schema
from bandeau.declare.build import KNOWN_PURPOSES
from bandeau.declare.lint import RULES
from bandeau.declare.schema import service_schema
from bandeau.model import PersonalData

PAGE = Path(__file__).parents[2].joinpath("docs/formats/declaration.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_is_a_declaration_without_a_fault() -> None:
    example, own_words = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    declaration = parse_declaration(example + own_words, "docs/formats/declaration.md")

    assert lint(declaration) == ()
    assert [service.id for service in declaration.services] == ["site", "stats", "comments", "video", "bandeau"]
    assert [*declaration.site.texts] == ["fr", "en"]


def test_every_key_has_its_row() -> None:
    site, purposes = schema()["properties"]["site"], schema()["properties"]["purposes"]["additionalProperties"]
    cookie = service_schema()["properties"]["cookies"]["items"]
    for table in (site, purposes, service_schema(), cookie):
        for key in table["properties"]:
            assert f"\n| `{key}` |" in PAGE


def test_the_page_names_every_well_known_purpose_category_and_rule() -> None:
    for name in KNOWN_PURPOSES:
        assert f"`{name}`" in PAGE
    for category in PersonalData:
        assert f'`"{category}"`' in PAGE
    for rule in RULES:
        assert f"\n| {rule.code} |" in PAGE
