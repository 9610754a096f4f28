"""The stack of a script's error, as V8 writes it, becomes places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bandeau.audit.collectors.base import cause_of_stack
from bandeau.audit.facts import Place

URL = "https://a.example/tag.js"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (f"    at send ({URL}:12:7)", Place(url=URL, line=12, column=7, function="send")),
        (f"    at async Box.send ({URL}:12:7)", Place(url=URL, line=12, column=7, function="Box.send")),
        (f"    at {URL}:1:20", Place(url=URL, line=1, column=20)),
        ("    at http://a.example:8080/:3:4", Place(url="http://a.example:8080/", line=3, column=4)),
        ("    at <anonymous>:1:1", None),
        ("    at eval (eval at <anonymous> (https://a.example/:1:1), <anonymous>:1:1)", None),
        ("    at Array.map (<anonymous>)", None),
        ("    at nothing", None),
        ("said nowhere:1:1", None),
    ],
)
def test_a_line_is_a_place_where_it_has_an_address(line: str, place: Place | None) -> None:
    assert cause_of_stack(f"Error\n{line}").stack == ((place,) if place else ())


@given(some.text())
def test_any_text_is_read(text: str) -> None:
    assert cause_of_stack(text).kind == "script"
