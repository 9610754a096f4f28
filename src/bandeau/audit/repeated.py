"""What a page says, made fit to be repeated: of bounded length, and without what could turn lines around. Pure."""

from __future__ import annotations


def printable(text: str, keep: str = "") -> str:
    """A text with a space for each letter that cannot be printed (controls, marks of direction), but for ``keep``."""
    if text.isprintable():  # nearly every text is, and a page may have many
        return text
    return "".join(letter if letter.isprintable() or letter in keep else " " for letter in text)


def cut(text: str, most: int = 160, keep: str = "") -> str:
    """A text of a page, printable and no longer than ``most`` characters; what is cut ends in an ellipsis."""
    plain = printable(text[: most + 1], keep)
    return plain if len(plain) <= most else plain[: most - 1] + "…"
