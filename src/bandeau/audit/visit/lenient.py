"""JSON that carries a page's text: a string of JavaScript may hold half of a UTF-16 pair, no text elsewhere."""

from __future__ import annotations

import json
from typing import TypeVar

import msgspec

_T = TypeVar("_T")


def read_json(decoder: msgspec.json.Decoder[_T], text: str | bytes) -> _T:
    """Read JSON; each lone half becomes a question mark.

    Raises:
        ValueError: it is no JSON, or not of the decoder's type.
    """
    try:
        return decoder.decode(text)
    except ValueError:
        return decoder.decode(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))
