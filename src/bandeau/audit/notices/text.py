"""Text as finders compare it: lower case, no accents, no punctuation, one space between words."""

from __future__ import annotations

import unicodedata

MAX_LENGTH = 20_000
"""Longer text is cut before it is looked at: pages are hostile."""

_UNDIVIDED = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ħ": "h", "ð": "d", "ё": "е"})
"""Letters that Unicode does not take apart, by what people type instead of them."""


def plain(text: str) -> str:
    """Give the text for comparison: both sides of every comparison go through here.

    Accents, vowel points and zero-width characters vanish; punctuation, symbols and emoji become spaces.
    """
    apart = unicodedata.normalize("NFKD", text[:MAX_LENGTH]).casefold().translate(_UNDIVIDED)
    return " ".join("".join(filter(None, map(_kept, apart))).split())


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return ""
    return character if category[0] in "LN" or category == "Mc" else " "
