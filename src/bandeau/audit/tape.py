"""A tape: a recording that is read one page at a time, so that thousands of pages take no more memory than a few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from bandeau.audit.recording import Page, Recording, format_recording

_NO_PAGES = b'"pages":[]}'


@dataclass(frozen=True, slots=True)
class Tape:
    """What an audit saw.

    ``head`` is the recording without its pages. ``pages`` are read as often as is asked for: each loop over them begins
    anew. ``pictures`` are PNG bytes by the names that the stays give.
    """

    head: Recording
    pages: Iterable[Page]
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, recording: Recording, pictures: Mapping[str, bytes] | None = None) -> Tape:
        """A recording that is in memory already."""
        return cls(msgspec.structs.replace(recording, pages=()), recording.pages, pictures or {})

    def whole(self) -> Recording:
        """All of it in memory: for a few pages."""
        return msgspec.structs.replace(self.head, pages=tuple(self.pages))


def format_tape(tape: Tape) -> Iterator[bytes]:
    """Give all pages as one recording, piece by piece: together the bytes that ``format_recording`` would give."""
    yield format_recording(tape.head).removesuffix(_NO_PAGES) + _NO_PAGES[:-2]
    encoder = msgspec.json.Encoder(order="deterministic")
    for number, page in enumerate(tape.pages):
        yield b"," * (number > 0) + encoder.encode(page)
    yield _NO_PAGES[-2:]
