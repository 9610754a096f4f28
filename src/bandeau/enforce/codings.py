"""Content codings (RFC 9110, 8.4): a coded body as a stream of plain pieces, and plain pieces as a coded stream.

Everything works chunk by chunk. A piece never holds more than about ``PIECE`` bytes, however much a small chunk
expands to, and every chunk that is encoded can be decoded at once by the reader, so that a page that arrives slowly
also leaves slowly. ``br`` and ``zstd`` are there where their packages are installed.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Protocol

from bandeau.errors import BrokenBody

try:
    import brotli  # type: ignore[import-untyped]  # ships no types
except ImportError:
    brotli = None
try:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
except ImportError:
    zstd = None  # type: ignore[assignment]  # a module that is not there

PIECE = 65_536
"""About how many decoded bytes are given at once; a decompression bomb comes as many pieces, none of them large."""

# Levels at which a page of 60 kB costs about half a millisecond; higher ones cost more than the bytes are worth here.
_GZIP_LEVEL = 3
_BROTLI_QUALITY = 3
_ZSTD_LEVEL = 3
_ZSTD_WINDOW_LOG = 23  # 8 MB: no more may be asked of a reader (RFC 9659, 3)


class Decoder(Protocol):
    """Takes one content coding off a body."""

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Give the pieces that ``chunk`` completes; all of them must be taken before the next chunk.

        Raises:
            BrokenBody: the body is not coded as it says; what came before was given.
        """

    def finish(self) -> None:
        """Check that the body is whole.

        Raises:
            BrokenBody: it ended too early.
        """


class Encoder(Protocol):
    """Puts one content coding on a body."""

    def encode(self, chunk: bytes) -> bytes:
        """Code a chunk so that the reader can decode all of it at once."""

    def close(self) -> bytes:
        """Give the end of the coded body."""


# -- gzip and deflate -----------------------------------------------------------------------------------------------

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's names for the three wrappings of a deflate stream


def _inflate(stream: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """Give what ``stream`` makes of a chunk; what lies behind its end is left in ``unused_data``."""
    piece = b"?"
    while piece and not stream.eof:
        try:
            piece = stream.decompress(chunk, PIECE)
        except zlib.error as error:
            raise BrokenBody(f"the compressed body is corrupt: {error}") from error
        chunk = stream.unconsumed_tail
        if piece:
            yield piece


class _Gunzip:
    """gzip, of one member or several (RFC 1952, 2.2). What follows and is no member is left out, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._ahead = b""  # what came behind a member, too little to know whether it is one more
        self._started = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._member.eof:
                chunk = self._ahead = self._ahead + chunk
                if not chunk.startswith(_GZIP_MAGIC):
                    self._ahead = chunk[:2]  # two bytes that are no magic number never will be
                    return
                self._member, self._ahead = zlib.decompressobj(_GZIP), b""
            self._started = True
            yield from _inflate(self._member, chunk)
            chunk = self._member.unused_data

    def finish(self) -> None:
        if self._started and not self._member.eof:
            raise BrokenBody("the gzip body ended too early")


class _Inflate:
    """deflate, with its zlib wrapping or, as some servers send it, without (RFC 9110, 8.4.1.2)."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._head = b""

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        if self._stream is None:
            chunk = self._head = self._head + chunk
            if len(chunk) < 2:
                return
            wrapped = chunk[0] & 15 == 8 and int.from_bytes(chunk[:2], "big") % 31 == 0  # RFC 1950, 2.2
            self._stream = zlib.decompressobj(_ZLIB if wrapped else _RAW)
        yield from _inflate(self._stream, chunk)

    def finish(self) -> None:
        if self._head and not (self._stream and self._stream.eof):
            raise BrokenBody("the deflate body ended too early")


class _Deflate:
    """gzip or deflate, by the wrapping it is made with."""

    def __init__(self, wrapping: int) -> None:
        self._stream = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, wrapping)

    def encode(self, chunk: bytes) -> bytes:
        return self._stream.compress(chunk) + self._stream.flush(zlib.Z_SYNC_FLUSH)

    def close(self) -> bytes:
        return self._stream.flush()


# -- br and zstd ----------------------------------------------------------------------------------------------------


class _Unbrotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._started = False

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        self._started = self._started or bool(chunk)
        more = bool(chunk)
        while more:
            try:
                piece = self._stream.process(chunk, output_buffer_limit=PIECE)
            except brotli.error as error:
                raise BrokenBody("the brotli body is corrupt") from error
            if piece:
                yield piece
            # It may keep ready output to itself while it says that it can take more: ask until nothing comes.
            chunk, more = b"", not self._stream.is_finished() and bool(piece)

    def finish(self) -> None:
        if self._started and not self._stream.is_finished():
            raise BrokenBody("the brotli body ended too early")


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Compressor(quality=_BROTLI_QUALITY)

    def encode(self, chunk: bytes) -> bytes:
        coded: bytes = self._stream.process(chunk) + self._stream.flush()
        return coded

    def close(self) -> bytes:
        coded: bytes = self._stream.finish()
        return coded


class _Unzstd:
    """zstd, of one frame or several (RFC 8878, 3.1)."""

    def __init__(self) -> None:
        self._frame = self._new_frame()
        self._started = False

    @staticmethod
    def _new_frame() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        while chunk or not (self._frame.needs_input or self._frame.eof):
            if self._frame.eof:
                self._frame = self._new_frame()
            self._started = True
            try:
                piece = self._frame.decompress(chunk, PIECE)
            except zstd.ZstdError as error:
                raise BrokenBody(f"the zstd body is corrupt: {error}") from error
            chunk = self._frame.unused_data if self._frame.eof else b""
            if piece:
                yield piece

    def finish(self) -> None:
        if self._started and not self._frame.eof:
            raise BrokenBody("the zstd body ended too early")


class _Zstd:
    def __init__(self) -> None:
        self._stream = zstd.ZstdCompressor(level=_ZSTD_LEVEL)

    def encode(self, chunk: bytes) -> bytes:
        return self._stream.compress(chunk, mode=zstd.ZstdCompressor.FLUSH_BLOCK)

    def close(self) -> bytes:
        return self._stream.flush()


# -- which codings there are ----------------------------------------------------------------------------------------

_CODINGS: dict[str, tuple[Callable[[], Decoder], Callable[[], Encoder]]] = {
    "gzip": (_Gunzip, lambda: _Deflate(_GZIP)),
    "deflate": (_Inflate, lambda: _Deflate(_ZLIB)),
}
if brotli is not None:
    _CODINGS["br"] = (_Unbrotli, _Brotli)
if zstd is not None:
    _CODINGS["zstd"] = (_Unzstd, _Zstd)
_CODINGS["x-gzip"] = _CODINGS["gzip"]  # the same (RFC 9110, 8.4.1.3)


class _DecoderChain:
    """Several codings, taken off one after another; with none at all, the plain body."""

    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        pieces = iter((chunk,)) if chunk else iter(())
        for one in self._decoders:
            pieces = _through(one, pieces)
        return pieces

    def finish(self) -> None:
        for one in self._decoders:
            one.finish()


def _through(one: Decoder, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield from one.decode(piece)


class _EncoderChain:
    """Several codings, put on one after another; with none at all, the plain body."""

    def __init__(self, encoders: list[Encoder]) -> None:
        self._encoders = encoders

    def encode(self, chunk: bytes) -> bytes:
        for one in self._encoders:
            chunk = one.encode(chunk)
        return chunk

    def close(self) -> bytes:
        tail = b""
        for one in self._encoders:
            tail = (one.encode(tail) if tail else b"") + one.close()
        return tail


@lru_cache(maxsize=64)
def _listed(codings: str) -> tuple[str, ...] | None:
    """The codings of a ``Content-Encoding`` value in the order they were put on; ``None`` where one is unknown."""
    given = (item.strip().lower() for item in codings.split(","))
    names = tuple(name for name in given if name not in ("", "identity"))
    return names if all(name in _CODINGS for name in names) else None


def decoder(codings: str) -> Decoder | None:
    """What takes the codings of a ``Content-Encoding`` value off a body; ``None`` where one cannot be read."""
    names = _listed(codings)
    return None if names is None else _DecoderChain([_CODINGS[name][0]() for name in reversed(names)])


def encoder(codings: str) -> Encoder | None:
    """What puts the codings of a ``Content-Encoding`` value on a body; ``None`` where one cannot be written."""
    names = _listed(codings)
    return None if names is None else _EncoderChain([_CODINGS[name][1]() for name in names])


_ACCEPTED = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)[ \t]*(;[ \t]*q=[01](?:\.[0-9]{0,3})?)?", re.IGNORECASE)


def narrow_accept_encoding(value: bytes) -> bytes:
    """Cut an ``Accept-Encoding`` value down to the codings that can be read here, their weights as they were.

    So no answer comes back in a coding that cannot be rewritten. ``*`` becomes the readable codings that are not
    named beside it; items that are malformed are left out; where nothing stays, the answer must be plain.
    """
    items = [match for item in value.decode("latin-1").split(",") if (match := _ACCEPTED.fullmatch(item.strip(" \t")))]
    named = {match[1].lower() for match in items}
    kept = []
    for match in items:
        name = match[1].lower()
        if name == "*":
            weight = match[2] or ""
            kept += [coding + weight for coding in (*_CODINGS, "identity") if coding not in named]
        elif name == "identity" or name in _CODINGS:
            kept.append(match[0])
    return ", ".join(kept).encode() or b"identity"
