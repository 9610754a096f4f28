"""Signals that a browser sends in the visitor's name."""

from __future__ import annotations


def global_privacy_control(value: bytes) -> bool:
    """Whether a ``Sec-GPC`` header speaks: its value is exactly ``1`` (W3C GPC, section 3.2).

    Anything else is as if the header were absent.
    """
    return value.strip(b" \t") == b"1"
