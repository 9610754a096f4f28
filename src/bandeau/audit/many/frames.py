"""What the coordinator and its workers say to each other over a pipe: frames of MessagePack behind their length."""

from __future__ import annotations

import struct
import zlib
from typing import IO

import msgspec

from bandeau.audit.recording import Browser, Page, State

LARGEST = 256 * 1024 * 1024
"""How many bytes one frame may have: what one page comes to, with its pictures."""

_LENGTH = struct.Struct(">Q")


class Do(msgspec.Struct, frozen=True, tag="do"):
    """See that page, and those that are read on after it: address by lease."""

    lease: int
    url: str
    then: dict[int, str] = {}


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The unit is open."""

    browser: Browser | None


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The unit could not be opened, and why."""

    why: str


class Now(msgspec.Struct, frozen=True, tag="now"):
    """A page is being seen in a state."""

    lease: int
    state: State


class Done(msgspec.Struct, frozen=True, tag="done"):
    """A page was seen; ``pages`` as :func:`pack` makes it."""

    lease: int
    pages: bytes
    pictures: dict[str, bytes]
    again: float | None


class Broke(msgspec.Struct, frozen=True, tag="broke"):
    """The unit gave up on a page, and why."""

    lease: int
    why: str


class Left(msgspec.Struct, frozen=True, tag="left"):
    """A page was not read on: it is to be seen by itself."""

    lease: int


Told = Done | Broke | Left
"""What becomes of a lease."""

Said = Ready | Refused | Now | Told

_ENCODER = msgspec.msgpack.Encoder()
_PAGES = msgspec.json.Encoder(order="deterministic")
_PAGES_DECODER = msgspec.json.Decoder(tuple[Page, ...])


def pack(pages: tuple[Page, ...]) -> bytes:
    """Give pages as a recording writes them, compressed."""
    return zlib.compress(_PAGES.encode(pages), 6)


def unpack(data: bytes) -> tuple[Page, ...]:
    """Read what :func:`pack` made."""
    return _PAGES_DECODER.decode(zlib.decompress(data))


def write(stream: IO[bytes], message: Do | Said) -> None:
    """Send one message.

    Raises:
        ValueError: it is larger than a frame may be.
    """
    send(stream, _ENCODER.encode(message))


def send(stream: IO[bytes], body: bytes) -> None:
    """Send one frame, as bytes."""
    if len(body) > LARGEST:
        raise ValueError(f"it came to {len(body)} bytes; at most {LARGEST} are kept of one page")
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Take one frame; ``None`` where the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST:
        return None
    body = stream.read(length)
    return body if len(body) == length else None
