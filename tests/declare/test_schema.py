from __future__ import annotations

import json
import tomllib
from typing import Any

from jsonschema import Draft202012Validator

from bandeau.declare import schema, to_document
from bandeau.declare.read import parse_declaration


def test_the_schema_is_a_valid_schema_and_plain_json() -> None:
    Draft202012Validator.check_schema(schema())

    assert json.loads(json.dumps(schema())) == schema()


def test_the_schema_accepts_a_declaration_and_its_document(design: str) -> None:
    validator = Draft202012Validator(schema())

    assert validator.is_valid(tomllib.loads(design))
    assert validator.is_valid(to_document(parse_declaration(design, "f")))


def test_every_table_is_closed_and_every_value_is_described() -> None:
    def check(part: dict[str, Any]) -> None:
        if "object" in part.get("type", ()):
            assert "additionalProperties" in part
        if "type" in part:
            assert part["description"]
        for inner in part.get("properties", {}).values():
            check(inner)
        for key in ("items", "additionalProperties"):
            if isinstance(part.get(key), dict):
                check(part[key])

    check(schema())


def test_each_caller_has_a_schema_of_its_own() -> None:
    schema()["properties"].clear()

    assert schema()["properties"]
