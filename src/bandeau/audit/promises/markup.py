"""A saved page as the text that a reader sees of it: a line a block, and nothing of what is never shown.

It takes HTML as it comes. Whatever stands there, each character is looked at a bounded number of times.
"""

from __future__ import annotations

import html
import re

_LONGEST_TAG = 8_192
"""Characters of a tag; the attributes of a longer one end where the next ">" stands."""

_NAME = re.compile(r"</?([a-zA-Z][^\s/>]{0,30})")
_REST = re.compile(r"(?:[^\"'>]|\"[^\"]*+\"|'[^']*+')*+>")
_SPACE = re.compile(r"[ \t\r\n\f]+")

# fmt: off
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
})
# fmt: on
_UNSEEN = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "template", "noscript", "title", "textarea", "svg", "iframe", "noframes", "object")
}


def text_of(markup: str) -> str:
    """Give the text of a page."""
    parts: list[str] = []
    at = 0
    while at < len(markup):
        found = markup.find("<", at)
        end = len(markup) if found < 0 else found
        parts.append(_SPACE.sub(" ", html.unescape(markup[at:end])))
        if found < 0:
            break
        at, part = _past(markup, end)
        parts.append(part)
    lines = (_SPACE.sub(" ", line).strip(" ") for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _past(markup: str, at: int) -> tuple[int, str]:
    """Where the tag or comment ends that begins there, and what it puts into the text."""
    if markup.startswith(("<!", "<?"), at):
        close = "-->" if markup.startswith("<!--", at) else ">"
        return _behind(markup.find(close, at + 2), close, markup), ""
    name = _NAME.match(markup, at)
    if name is None:
        return at + 1, "<"
    rest = _REST.match(markup, name.end(), name.end() + _LONGEST_TAG)
    end = rest.end() if rest else _behind(markup.find(">", name.end()), ">", markup)
    tag = name[1].lower()
    if tag in _UNSEEN and markup[at + 1] != "/":
        closing = _UNSEEN[tag].search(markup, end)
        end = closing.start() if closing else len(markup)
    return end, "" if tag in _INLINE else "\n"


def _behind(found: int, close: str, markup: str) -> int:
    return len(markup) if found < 0 else found + len(close)
