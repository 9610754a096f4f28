"""The guard in what runs code and is no HTML page: scripts of workers, SVG drawings, XHTML documents.

Which of them an answer is tells ``Sec-Fetch-Dest`` (Fetch Metadata): the same file may be a picture in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bandeau.enforce.body import Filter

WORKERS = frozenset({"worker", "sharedworker", "serviceworker"})
FRAMES = frozenset({"iframe", "frame", "embed", "object"})
DOCUMENTS = FRAMES | {"document"}
_XML = re.compile(rb"\s*(?:image/svg\+xml|application/xhtml\+xml)\s*(?:;|\Z)", re.IGNORECASE)
_OTHER_XML = re.compile(rb"\s*(?:text/xsl|[^\s/;]+/(?:[^\s;]+\+)?xml)\s*(?:;|\Z)", re.IGNORECASE)
_QUOTED = rb"\"[^\"]*+\"|'[^']*+'"
# XML 1.0, productions 22, 28, 40 and 44: what may stand before the root, then its start tag, or the whole of it.
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:\s++|<\?.*?\?>|<!--.*?-->"
    rb"|<!DOCTYPE(?:[^\[>\"']|%(q)s)*+(?:\[(?:<!--.*?-->|[^\]\"'<]|<(?!!--)|%(q)s)*+\]\s*+)?+>)*+"
    rb"<([^\s/>!?][^\s/>]*+)(?:[^\"'>/]|/(?!>)|%(q)s)*+(/?+)>" % {b"q": _QUOTED},
    re.DOTALL,
)
_LONGEST_PROLOG = 65_536
_WHOLE = "surrogatepass"  # a chunk may end between the two halves of a character


def guarded(destination: str, content_type: bytes, guard: bytes, addresses: Iterable[str]) -> Filter | None:
    """What puts the guard first into an answer, ``None`` where it has no place there.

    Args:
        destination: the request's ``Sec-Fetch-Dest``.
        content_type: the answer's.
        guard: the guard's text, one line, which goes in front of a worker's own code.
        addresses: where the guard and its rest lie, which go into a document.
    """
    if destination in WORKERS:
        return _First(guard)
    if destination in DOCUMENTS and _XML.match(content_type):
        elements = [f'<script xmlns="http://www.w3.org/1999/xhtml" src="{address}"/>' for address in addresses]
        return _InRoot("".join(elements).encode())
    return None


def is_other_xml(content_type: bytes) -> bool:
    """Whether an answer is XML that browsers open as a document, but no drawing and no page."""
    return _OTHER_XML.match(content_type) is not None and not _XML.match(content_type)


# What may stand before a script's first statement (ECMA-262, 12), and the directive that must be that (11.2.1).
_OPENING = rb"(?:\xef\xbb\xbf)?+(?:\s++|//[^\r\n]*+[\r\n]|/\*.*?\*/)*+"
_STRICT = re.compile(_OPENING + rb"[\"']use strict[\"']", re.DOTALL)
_UNCLEAR = re.compile(_OPENING + rb"(?:.{0,11}|/[*/].*)", re.DOTALL)


class _First:
    """Puts something in front of a script, which stays strict if it was; its line numbers stay."""

    def __init__(self, what: bytes) -> None:
        self._what = what
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        if not self._what:
            return chunk
        self._held += chunk
        unclear = len(self._held) < _LONGEST_PROLOG and _UNCLEAR.fullmatch(self._held)
        return b"" if unclear else self.close()

    def close(self) -> bytes:
        strict = b'"use strict";' if _STRICT.match(self._held) else b""
        begun, self._what, self._held = strict + self._what + self._held, b"", b""
        return begun


class _InRoot:
    """Puts elements first into the root element of an XML document; one that does not come to its root is cut off."""

    def __init__(self, elements: bytes) -> None:
        self._elements = elements
        self._held = b""
        self._done = False

    def feed(self, chunk: bytes) -> bytes:
        """Take a chunk, give it on; what comes before the end of the root's tag is kept until that has come."""
        if self._done:
            return chunk if self._elements else b""
        self._held += chunk
        text = self._text()
        root = _ROOT.match(text)
        if root:
            self._done = True
            return self._as_it_came(_with_first(text, root, self._elements))
        if len(self._held) < _LONGEST_PROLOG:
            return b""
        self._done, self._elements = True, b""
        return self._held

    def close(self) -> bytes:
        return b"" if self._done else self._held

    def _text(self) -> bytes:
        """What has come, in an encoding that contains ASCII (XML 1.0, F)."""
        coding = _wide(self._held)
        even = self._held[: len(self._held) & ~1]
        return even.decode(coding, _WHOLE).encode("utf-8", _WHOLE) if coding else self._held

    def _as_it_came(self, text: bytes) -> bytes:
        coding = _wide(self._held)
        odd = self._held[len(self._held) & ~1 :]
        return text.decode("utf-8", _WHOLE).encode(coding, _WHOLE) + odd if coding else text


def _with_first(text: bytes, root: re.Match[bytes], elements: bytes) -> bytes:
    if root[2]:  # an empty element has no inside
        return text[: root.start(2)] + b">" + elements + b"</" + root[1] + b">" + text[root.end() :]
    return text[: root.end()] + elements + text[root.end() :]


def _wide(beginning: bytes) -> str:
    """The encoding of a document in UTF-16, by its first bytes; empty for every other."""
    if beginning.startswith((b"\xff\xfe", b"<\0")):
        return "utf-16-le"
    return "utf-16-be" if beginning.startswith((b"\xfe\xff", b"\0<")) else ""
