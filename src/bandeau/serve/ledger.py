"""The site's log: its newest signed head, the receipts of its visitors, and the paths where anybody reads it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any, TypeVar

from bandeau.record.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from bandeau.record.note import parse_note
from bandeau.record.proof import InclusionProof
from bandeau.record.receipt import CHOICES_LIMIT, Proved, Receipt
from bandeau.record.stores import Asked, Head, Recorded, Store
from bandeau.serve.keys import LogKeys

T = TypeVar("T")
Waits = Generator["Future[Any]", Any, T]
"""What yields the futures that it waits for, and returns its result."""

_FRESH = 10.0
"""For how many seconds a signed head is given out before a new one is signed: each is kept, for good reason."""


class Ledger:
    """The log of one site: its store and its keys. ``clock`` gives seconds that never go back."""

    def __init__(self, store: Store, keys: LogKeys, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self.keys = keys
        self._clock = clock
        self._newest = ("", 0, -_FRESH)  # a note, its size, when it was asked for

    def checkpoint(self, covering: int = 0) -> Waits[str]:
        """A signed head of the log over at least so many leaves, not older than a few seconds.

        Raises:
            StoreError: none could be made durable.
        """
        note, size, at = self._newest
        if self._clock() - at < _FRESH and size >= covering:
            return note
        note = str((yield self._store.publish(self._sign)))
        self._newest = (note, _opened(note).size, self._clock())
        return note

    def _sign(self, head: Head) -> str:
        return sign_checkpoint(Checkpoint(self.keys.origin, head.size, head.root), self.keys.signers)

    def receipt(self, record: bytes) -> Waits[Receipt | None]:
        """The receipt of a record's choices, the latest thousand; ``None`` where there is none.

        Raises:
            StoreError: the store cannot be read, or no head could be signed.
        """
        recorded: tuple[Recorded, ...] = yield self._store.history(record)
        choices = recorded[-CHOICES_LIMIT:]
        if not choices:
            return None
        asked = yield from self._asked(choices)
        note = yield from self.checkpoint(covering=choices[-1].index + 1)
        indexes = sorted({one.index for one in choices} | {one.index for one in asked if one})
        found = yield self._store.prove(indexes, _opened(note).size)
        paths = dict(zip(indexes, found, strict=True))

        def proof(index: int) -> InclusionProof:
            return InclusionProof(b"", index, paths[index], note)

        proved = tuple(
            Proved(one.entry, proof(one.index), (version.version, proof(version.index)) if version else None)
            for one, version in zip(choices, asked, strict=True)
        )
        entries = [one.entry for one in choices]
        declarations = yield from self._texts("declaration", {entry.declaration for entry in entries})
        notices = yield from self._texts("notice", {entry.notice for entry in entries})
        return Receipt(proved, declarations, notices)

    def _asked(self, choices: tuple[Recorded, ...]) -> Waits[list[Asked | None]]:
        """What was asked when each choice was made."""
        found = []
        for one in choices:
            version = yield self._store.asked(one.index, one.entry.declaration)
            found.append(version)
        return found

    def _texts(self, kind: str, digests: set[str]) -> Waits[dict[str, str]]:
        """Archived texts by their digests, those that there are."""
        found = {}
        for digest in sorted(digests):
            body: bytes | None = yield self._store.text(kind, digest)
            if body is not None:
                found[digest] = body.decode()
        return found


def _opened(note: str) -> Checkpoint:
    """What a note of our own says."""
    return parse_checkpoint(parse_note(note)[0])
