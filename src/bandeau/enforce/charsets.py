"""Which bytes a page's markup is written in, where that is not ASCII: UTF-16, and answers that say no type at all.

Every charset of the web but UTF-16 (and ISO-2022-JP in its shifted state) writes ``<``, quotes and names as ASCII
does, so its pages are rewritten as they are. A UTF-16 page is brought into UTF-8 for the rewriter and back.
"""

from __future__ import annotations

import codecs
import re

_LABELS = {  # Encoding Standard, 4.2
    **dict.fromkeys((b"utf-16be", b"unicodefffe"), "utf-16-be"),
    **dict.fromkeys(
        (b"utf-16", b"utf-16le", b"unicode", b"unicodefeff", b"ucs-2", b"iso-10646-ucs-2", b"csunicode"), "utf-16-le"
    ),
}
_CHARSET = re.compile(rb""";[ \t]*charset[ \t]*=[ \t]*"?[ \t]*([^\s";]+)""", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", None), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
_XML_DECLARATIONS = ((b"<\0?\0x\0", "utf-16-le"), (b"\0<\0?\0x", "utf-16-be"))

MARK = 3
"""The length of the longest byte order mark."""


def charset_of(content_type: bytes, first: bytes) -> str | None:
    """The codec of a page in UTF-16 (``"utf-16-le"`` or ``"utf-16-be"``), ``None`` for every other charset.

    Decided as browsers do (HTML, 13.2.3.2): a byte order mark first, then the ``Content-Type``, then an XML
    declaration that is visibly UTF-16. ``first`` is how the page begins.
    """
    label = _CHARSET.search(content_type)
    if label:
        return charset_by_mark(first, _LABELS.get(label[1].lower()))
    visible = next((codec for start, codec in _XML_DECLARATIONS if first.startswith(start)), None)
    return charset_by_mark(first, visible)


def charset_by_mark(first: bytes, told: str | None) -> str | None:
    """The codec that a page's byte order mark says; without one, that which was ``told`` of it."""
    return next((codec for mark, codec in _MARKS if first.startswith(mark)), told)


class Transcoder:
    """A UTF-16 page as UTF-8, and back, in chunks cut anywhere; half pairs and a last odd byte come back as they were.

    A surrogate without its other half has no UTF-8; it travels as the three bytes that it would have (WTF-8).
    """

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._incoming = codecs.getincrementaldecoder(codec)("surrogatepass")
        self._ahead = b""

    def to_utf8(self, chunk: bytes) -> bytes:
        """Bring a chunk of the page into UTF-8."""
        return self._incoming.decode(chunk).encode("utf-8", "surrogatepass")

    def rest(self) -> tuple[bytes, bytes]:
        """What the page's end leaves: the last half pair in UTF-8, and an odd byte that belongs to no character."""
        left = self._incoming.getstate()[0]
        whole = len(left) & ~1
        return left[:whole].decode(self._codec, "surrogatepass").encode("utf-8", "surrogatepass"), left[whole:]

    def from_utf8(self, chunk: bytes) -> bytes:
        """Bring a chunk of UTF-8 back into the page's own charset; a character that is cut waits for its rest."""
        chunk = self._ahead + chunk
        cut = len(chunk) - _cut_character(chunk)
        self._ahead = chunk[cut:]
        return chunk[:cut].decode("utf-8", "surrogatepass").encode(self._codec, "surrogatepass")


def _cut_character(utf8: bytes) -> int:
    """How many bytes at the end belong to a character that is not yet whole."""
    for back, byte in enumerate(reversed(utf8[-3:]), start=1):
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < length else 0
        if byte < 0x80:
            break
    return 0


SNIFFED_HEAD = 1445
"""How many bytes of an answer ``sniffs_as_html`` looks at (MIME Sniffing, 5.2)."""

_SPACE = b"\t\n\x0c\r "
_TAGS = (  # MIME Sniffing, 7.1; each is followed by a space or ">"
    b"<!doctype html", b"<html", b"<head", b"<script", b"<iframe", b"<h1", b"<div", b"<font", b"<table", b"<a",
    b"<style", b"<title", b"<b", b"<body", b"<br", b"<p",
)  # fmt: skip
_PATTERNS = (*(tag + end for tag in _TAGS for end in (b" ", b">")), b"<!--")


def sniffs_as_html(first: bytes) -> bool | None:
    """Whether a browser takes an answer without a ``Content-Type`` for HTML (MIME Sniffing, 7.1).

    ``None`` means that more of the answer is needed to tell; if there is no more, the answer is no.
    """
    head = first[:SNIFFED_HEAD].lstrip(_SPACE).lower()
    if head.startswith(_PATTERNS):
        return True
    undecided = any(pattern.startswith(head) for pattern in _PATTERNS)
    return None if undecided and len(first) < SNIFFED_HEAD else False
