"""Signals that a browser sends in the visitor's name."""

from __future__ import annotations

from collections.abc import Iterable


def global_privacy_control(values: Iterable[bytes]) -> bool:
    """Whether ``Sec-GPC`` speaks: at least one header whose value is exactly ``1`` (W3C GPC, section 3.2).

    Anything else is as if the header were absent.
    """
    return any(value.strip(b" \t") == b"1" for value in values)
