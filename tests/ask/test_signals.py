"""Sec-GPC means something only when it is exactly 1."""

from __future__ import annotations

import pytest

from bandeau.ask.signals import global_privacy_control


@pytest.mark.parametrize(
    ("values", "spoken"),
    [
        ([b"1"], True),
        ([b" 1\t"], True),
        ([b"0", b"1"], True),
        ([], False),
        ([b""], False),
        ([b"0"], False),
        ([b"true"], False),
        ([b"11"], False),
        ([b"1, 1"], False),
        ([b'"1"'], False),
    ],
)
def test_the_signal_is_exactly_one(values: list[bytes], spoken: bool) -> None:
    assert global_privacy_control(values) is spoken
