"""What is counted says what was held and never whose it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.serve.counting import coarse


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("_ga", "_ga"),
        ("_ga_XYZ1234567", "_ga_XYZ*"),
        ("csrftoken", "csrftoken"),
        ("facade", "facade"),
        ("user-4711-jean.dupont@example.org", "user-*-jean.dupont?example.org"),
        ("id_9f86d081884c7d65", "id_*"),
        ("www.google-analytics.com", "www.google-analytics.com"),
        ("[/x]\x9b", "??x??"),
    ],
)
def test_a_name_is_kept_without_what_could_point_to_a_visitor(name: str, kept: str) -> None:
    assert coarse(name) == kept


@given(st.text(max_size=300))
def test_any_name_becomes_short_and_plain(name: str) -> None:
    kept = coarse(name)
    assert len(kept) <= 64
    assert kept.isascii()
    assert kept.isprintable()
