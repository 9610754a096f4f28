"""A page's body from the wire to the wire: uncoded, brought into UTF-8, rewritten, and all of it back again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, Self

from bandeau.enforce.charsets import MARK, Transcoder, charset_by_mark
from bandeau.enforce.codings import Decoder, Encoder, decoder, encoder


class Filter(Protocol):
    """What changes a page in UTF-8, or in any charset that holds ASCII, as it streams."""

    def feed(self, chunk: bytes) -> bytes:
        """Take a chunk of the page, give what can be sent of it."""

    def close(self) -> bytes:
        """Give what was still held back when the page ended."""


class Body:
    """One page's body, changed as it streams, in the content codings and the charset that it came in.

    ``charset`` is what the headers tell (``charsets.charset_of``); a byte order mark inside the coding outranks it.
    """

    def __init__(self, page: Filter, coding: tuple[Decoder, Encoder], charset: str | None) -> None:
        self._page, self._charset = page, charset
        self._decoder, self._encoder = coding
        self._through: Filter | None = None
        self._head = b""
        self._empty = True

    @classmethod
    def of(cls, page: Filter, codings: str, charset: str | None = None) -> Self | None:
        """The body of a page with that ``Content-Encoding``; ``None`` where a coding cannot be read here."""
        incoming, outgoing = decoder(codings), encoder(codings)
        return cls(page, (incoming, outgoing), charset) if incoming and outgoing else None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take a chunk as it came, give chunks to send; take them all before the next chunk.

        Raises:
            BrokenBody: the body is corrupt; what could be read of it was given before.
        """
        self._empty = self._empty and not chunk
        for piece in self._decoder.decode(chunk):
            yield from self._coded(self._changed(piece))

    def close(self) -> Iterator[bytes]:
        """Give the rest of the page.

        Raises:
            BrokenBody: the body ended too early; what could be read of it was given before. Break off then.
        """
        yield from self._coded(self._changed(b"", last=True))
        self._decoder.finish()
        if not self._empty and (tail := self._encoder.close()):
            yield tail

    def _coded(self, piece: bytes) -> Iterator[bytes]:
        if piece:
            self._empty = False
            yield self._encoder.encode(piece)

    def _changed(self, piece: bytes, *, last: bool = False) -> bytes:
        if self._through is None:
            piece = self._head = self._head + piece
            if len(piece) < MARK and not last:
                return b""
            codec = charset_by_mark(piece, self._charset)
            self._through = _Transcoded(self._page, Transcoder(codec)) if codec else self._page
            self._head = b""
        changed = self._through.feed(piece) if piece else b""
        return changed + self._through.close() if last else changed


class _Transcoded:
    """A page whose markup is not ASCII: changed in UTF-8, sent in its own charset."""

    def __init__(self, page: Filter, transcoder: Transcoder) -> None:
        self._page, self._transcoder = page, transcoder

    def feed(self, chunk: bytes) -> bytes:
        return self._transcoder.from_utf8(self._page.feed(self._transcoder.to_utf8(chunk)))

    def close(self) -> bytes:
        half_pair, odd = self._transcoder.rest()
        return self._transcoder.from_utf8(self._page.feed(half_pair) + self._page.close()) + odd
