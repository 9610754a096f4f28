"""Sec-GPC means something only when it is exactly 1."""

from __future__ import annotations

import pytest

from bandeau.ask.signals import global_privacy_control
from bandeau.serve.http import read_request


@pytest.mark.parametrize(
    ("value", "spoken"),
    [
        (b"1", True),
        (b" 1\t", True),
        (b"", False),
        (b"0", False),
        (b"true", False),
        (b"11", False),
        (b"1, 1", False),
        (b'"1"', False),
    ],
)
def test_the_signal_is_exactly_one(value: bytes, spoken: bool) -> None:
    assert global_privacy_control(value) is spoken


@pytest.mark.parametrize(
    ("values", "spoken"), [([b"0", b"1"], True), ([b"1", b"0"], True), ([b"0"], False), ([], False)]
)
def test_of_several_signals_one_that_speaks_is_heard(values: list[bytes], spoken: bool) -> None:
    assert read_request([(b"sec-gpc", value) for value in values])[3] is spoken
