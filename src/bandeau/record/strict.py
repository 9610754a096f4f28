"""What the canonical forms of this room share: one spelling of JSON, and checks that name the field."""

from __future__ import annotations

import json
import re
from typing import Any

TIME_LIMIT = 1 << 48
"""Times are milliseconds since 1970-01-01 UTC, below the width of a UUIDv7 timestamp: until the year 10889."""

DIGEST = re.compile(r"[0-9a-f]{64}")
"""A SHA-256 digest as it is written."""

_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def compact(document: dict[str, Any]) -> bytes:
    """The one spelling of a document: JSON in UTF-8 with sorted keys and no white space."""
    return _JSON.encode(document).encode()


def check(name: str, holds: bool, allowed: str) -> None:  # noqa: FBT001 - the condition itself, named by its place
    """Raise a ValueError that names the field where a condition does not hold."""
    if not holds:
        raise ValueError(f"{name} must be {allowed}")


def check_time(name: str, value: object) -> None:
    """Raise a ValueError where a value is no time."""
    check(name, type(value) is int and 0 <= value < TIME_LIMIT, "milliseconds since 1970, below 2^48")


def matches(pattern: re.Pattern[str], value: object) -> bool:
    """Whether a value is text of this shape, all of it."""
    return isinstance(value, str) and pattern.fullmatch(value) is not None
