"""What the log's text formats share: base64, decimals and lines, each with exactly one spelling.

Readers of these formats print what they read and refuse a text that differs, so nobody can keep two texts that mean
the same and differ in their hash. That is stricter than some readers of the same formats, and no honest writer notices.
"""

from __future__ import annotations

import base64
import re

from bandeau.errors import ProofError
from bandeau.record.merkle import HASH_SIZE, SIZE_LIMIT

NUMBER_LIMIT = SIZE_LIMIT
"""Indexes stay below, as sizes do, and so do times (a MUST of C2SP tlog-cosignature)."""

PATH_LIMIT = 63
"""No path through a tree of fewer than 2^63 leaves is longer, and no witness takes more lines (C2SP tlog-witness)."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # a lone surrogate has no UTF-8


def format_bytes(value: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(value).decode()


def parse_bytes(text: str) -> bytes:
    """Read base64 as :func:`format_bytes` writes it.

    Raises:
        ProofError: it is not base64, or another spelling of it: left-over bits (RFC 4648, section 3.5), no padding.
    """
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise ProofError("this is not base64") from problem
    if format_bytes(value) != text:
        raise ProofError("this base64 is not in its canonical form")
    return value


def parse_decimal(text: str) -> int:
    """Read a whole number below 2^63, in ASCII digits without leading zeros.

    Raises:
        ProofError: it is anything else.
    """
    if _DECIMAL.fullmatch(text) is None or int(text) >= NUMBER_LIMIT:
        raise ProofError("a number is decimal, without leading zeros, below 2^63")
    return int(text)


def parse_labelled(label: str, line: str) -> str:
    """Read what follows the label and one space.

    Raises:
        ProofError: the line starts otherwise.
    """
    if not line.startswith(f"{label} "):
        raise ProofError(f"a line that starts with {label!r} is missing")
    return line[len(label) + 1 :]


def decode(body: bytes, limit: int) -> str:
    """Read bytes from outside as text; ``limit`` is in bytes.

    Raises:
        ProofError: there are more, or they are not UTF-8.
    """
    if len(body) > limit:
        raise ProofError(f"more than {limit} bytes")
    try:
        return body.decode()
    except UnicodeDecodeError as problem:
        raise ProofError("this is not UTF-8") from problem


def is_plain(text: str) -> bool:
    """Whether UTF-8 can hold the text, and the only control character below U+0020 is the line break."""
    return _FORBIDDEN.search(text) is None


def is_line(text: str) -> bool:
    """Whether the text can stand as one line that is not blank."""
    return text != "" and "\n" not in text and is_plain(text)


def is_number(value: int) -> bool:
    """Whether it is a whole number that :func:`parse_decimal` would give."""
    return type(value) is int and 0 <= value < NUMBER_LIMIT


def is_hash(value: bytes) -> bool:
    """Whether it has the size of a hash."""
    return type(value) is bytes and len(value) == HASH_SIZE
