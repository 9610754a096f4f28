"""A page's body from the wire to the wire: uncoded, brought into UTF-8, rewritten, and all of it back again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bandeau.enforce.charsets import CHARSET_HEAD, Transcoder, charset_of, sniffs_as_html
from bandeau.enforce.codings import decoder, encoder


class Filter(Protocol):
    """What changes a page in UTF-8, or in any charset that holds ASCII, as it streams."""

    def feed(self, chunk: bytes) -> bytes:
        """Take a chunk of the page, give what can be sent of it."""

    def close(self) -> bytes:
        """Give what was still held back when the page ended."""


class Body:
    """One page's body, changed as it streams, in the content codings and the charset that it came in.

    ``codings`` and ``content_type`` are the values of the page's headers. An empty ``content_type`` means that the
    answer has none: then it is changed only where a browser would take it for HTML.

    Raises:
        ValueError: the body is in a coding that cannot be read here (``codings.decoder`` gives ``None``).
    """

    def __init__(self, page: Filter, codings: str, content_type: bytes) -> None:
        incoming, outgoing = decoder(codings), encoder(codings)
        if incoming is None or outgoing is None:
            raise ValueError(f"a body coded {codings!r} cannot be read here")
        self._decoder, self._encoder = incoming, outgoing
        self._page, self._content_type = page, content_type
        self._through: Filter | None = None
        self._head = b""
        self._empty = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take a chunk as it came, give chunks to send; take them all before the next chunk.

        Raises:
            BrokenBody: the body is corrupt; what could be read of it was given before.
        """
        self._empty = self._empty and not chunk
        for piece in self._decoder.decode(chunk):
            yield from self._coded(self._changed(piece, last=False))

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

    def _changed(self, piece: bytes, *, last: bool) -> bytes:
        if self._through is None:
            piece = self._head = self._head + piece
            self._through = self._choose(last=last)
        if self._through is None:
            return b""
        changed = self._through.feed(piece) if piece else b""
        return changed + self._through.close() if last else changed

    def _choose(self, *, last: bool) -> Filter | None:
        """How to treat the page, told from its first bytes; ``None`` where too few have come."""
        if not self._content_type:
            sniffed = sniffs_as_html(self._head)
            if sniffed is None and not last:
                return None
            # An answer that begins like HTML in ASCII is not in UTF-16, and one with a byte order mark is not HTML.
            return self._page if sniffed else _Unchanged()
        if len(self._head) < CHARSET_HEAD and not last:
            return None
        codec = charset_of(self._content_type, self._head)
        return self._page if codec is None else _Transcoded(self._page, Transcoder(codec))


class _Unchanged:
    def feed(self, chunk: bytes) -> bytes:
        return chunk

    def close(self) -> bytes:
        return b""


class _Transcoded:
    """A page whose markup is not ASCII: changed in UTF-8, sent in its own charset."""

    def __init__(self, page: Filter, transcoder: Transcoder) -> None:
        self._page, self._transcoder = page, transcoder

    def feed(self, chunk: bytes) -> bytes:
        return self._transcoder.from_utf8(self._page.feed(self._transcoder.to_utf8(chunk)))

    def close(self) -> bytes:
        half_pair, odd = self._transcoder.rest()
        return self._transcoder.from_utf8(self._page.feed(half_pair) + self._page.close()) + odd
