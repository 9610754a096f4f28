"""Sitemaps: what a file of the Sitemaps protocol names (https://www.sitemaps.org/protocol.html).

The XML comes from outside: a sitemap needs no document type, so one that declares any is refused before an entity of
it could expand, and the text is read piece by piece within bounds.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.parsers import expat

from bandeau.errors import BandeauError

LONGEST = 50 * 1024 * 1024
"""How many bytes one sitemap may have, uncompressed (the protocol says 50 MB)."""

MOST = 50_000
"""How many addresses one sitemap may name, and how many sitemaps an index."""

_LONGEST_ADDRESS = 2048  # the protocol's own bound
_PIECE = 64 * 1024
_DEEPEST = 32
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/"


class SitemapError(BandeauError, ValueError):
    """A sitemap cannot be read: its message says which one and why."""


class Kind(StrEnum):
    """What the addresses of a file lead to: pages, or further sitemaps."""

    PAGES = "urlset"
    INDEX = "sitemapindex"


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file names, in order and as it says it."""

    kind: Kind
    addresses: tuple[str, ...]


def parse_sitemap(data: bytes, source: str) -> Sitemap:
    """Read a sitemap, a sitemap index, or a text file with one address a line; each may be compressed with gzip.

    Raises:
        SitemapError: it is damaged, of another kind, larger than the protocol allows, or declares a document type.
    """
    reader = _Reader(source)
    for piece in _uncompressed(data, source):
        if reader.decided is None and (start := piece.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")):
            reader.decided = "xml" if start.startswith(b"<") else "text"
        if reader.decided is not None:  # what came before is blank
            reader.feed(piece)
    return reader.end()


def _uncompressed(data: bytes, source: str) -> Iterator[bytes]:
    """The file in pieces, never more than the protocol allows, whatever it is compressed from."""
    size = 0
    for piece in _inflated(data, source) if data.startswith(b"\x1f\x8b") else _cut(data):
        size += len(piece)
        if size > LONGEST:
            raise SitemapError(f"{source}: a sitemap has at most {LONGEST} bytes, uncompressed; split it")
        yield piece


def _cut(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]


def _inflated(data: bytes, source: str) -> Iterator[bytes]:
    machine = zlib.decompressobj(wbits=31)
    try:
        while data and not machine.eof:
            yield machine.decompress(data, _PIECE)
            data = machine.unconsumed_tail
    except zlib.error as error:
        raise SitemapError(f"{source}: its gzip compression is damaged ({error})") from error
    if not machine.eof:
        raise SitemapError(f"{source}: its gzip compression ends too early")


class _Reader:
    """Takes a file in pieces and keeps what it names."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.decided: str | None = None
        self._text: list[bytes] = []
        self._kind: Kind | None = None
        self._path: list[str] = []
        self._letters: list[str] | None = None
        self._length = 0
        self._found: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data

    def feed(self, piece: bytes) -> None:
        """Read one more piece."""
        if self.decided == "text":
            self._text.append(piece)
            return
        self._parse(piece, last=False)

    def end(self) -> Sitemap:
        """Give what was found in all pieces."""
        if self.decided is None:
            raise SitemapError(f"{self.source}: found an empty file; a sitemap names at least one address")
        if self.decided == "text":
            return Sitemap(Kind.PAGES, self._lines())
        self._parse(b"", last=True)
        return Sitemap(self._kind or Kind.PAGES, tuple(self._found))

    def _parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            raise SitemapError(f"{self.source}, line {error.lineno}: this is not well-formed XML ({what})") from error

    def _lines(self) -> tuple[str, ...]:
        try:
            lines = b"".join(self._text).decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise SitemapError(f"{self.source}: this is neither XML nor text in UTF-8") from error
        for line in filter(None, map(str.strip, lines)):
            self._keep(line)
        return tuple(self._found)

    def _keep(self, found: str) -> None:
        if len(self._found) == MOST:
            raise SitemapError(f"{self.source}: it names more than {MOST} addresses; split it")
        self._found.append(found)

    def _doctype(self, *_: object) -> None:
        line = self._parser.CurrentLineNumber
        raise SitemapError(f"{self.source}, line {line}: found a document type; a sitemap has none")

    def _start(self, name: str, _attributes: object) -> None:
        namespace, _, local = name.rpartition(" ")
        known = not namespace or namespace.startswith(_NAMESPACE)
        if not self._path:
            if not known or local not in list(Kind):
                shown = ascii(local[:40])
                raise SitemapError(
                    f"{self.source}: found <{shown[1:-1]}>; a sitemap begins with <urlset> or <sitemapindex>"
                )
            self._kind = Kind(local)
        if len(self._path) >= _DEEPEST:
            raise SitemapError(f"{self.source}: its elements are nested too deep")
        self._path.append(local if known else "")
        # Extensions have a <loc> too (images, videos): those are no pages.
        if self._path in (["urlset", "url", "loc"], ["sitemapindex", "sitemap", "loc"]):
            self._letters, self._length = [], 0

    def _data(self, text: str) -> None:
        if self._letters is None:
            return
        self._length += len(text)
        if self._length > 2 * _LONGEST_ADDRESS:
            raise SitemapError(f"{self.source}: an address has more than {_LONGEST_ADDRESS} characters")
        self._letters.append(text)

    def _end(self, _name: str) -> None:
        self._path.pop()
        if self._letters is not None and len(self._path) == 2:
            self._keep("".join(self._letters).strip())
            self._letters = None
