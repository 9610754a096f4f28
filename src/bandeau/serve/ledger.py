"""The site's log: its newest signed head, the receipts of its visitors, and the paths where anybody reads it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Any, TypeVar

from bandeau.errors import ProofError, StoreError
from bandeau.record.checkpoint import Checkpoint, open_checkpoint, read_checkpoint, sign_checkpoint
from bandeau.record.note import add_signatures, parse_note
from bandeau.record.proof import InclusionProof
from bandeau.record.receipt import Proved, Receipt
from bandeau.record.stores import Asked, Head, Recorded, Store
from bandeau.serve.keys import LogKeys

log = logging.getLogger("bandeau")

T = TypeVar("T")
Waits = Generator["Future[Any]", Any, T]
"""What yields the futures that it waits for, and returns its result."""

_FRESH = 10.0
"""For how many seconds a signed head is given out before a new one is signed: each is kept, for good reason."""

_GIVEN = 100
"""How many choices a receipt holds: more would be drawn and checked for seconds while others wait."""


class Ledger:
    """The log of one site: its store and its keys. ``clock`` gives seconds that never go back."""

    def __init__(self, store: Store, keys: LogKeys, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self.keys = keys
        self._clock = clock
        self._newest = ("", 0, -_FRESH)  # a note, its size, when it was asked for
        self._one = threading.Lock()
        self._signing: Future[tuple[Head, str]] | None = None

    def checkpoint(self, covering: int = 0) -> Waits[str]:
        """A signed head of the log over at least so many leaves, not older than a few seconds.

        Raises:
            StoreError: none could be made durable.
        """
        note, size, at = self._newest
        if self._clock() - at < _FRESH and size >= covering:
            return note
        size = -1
        while size < covering:  # what another request is just having signed may be too old for this one
            head = yield self._store.head()
            signed, note = yield self._sign(head)
            kept = str((yield self._store.publish(signed, note)))
            size = read_checkpoint(kept).size
            note = kept if size != signed.size else (yield from self._countersigned(signed, kept, note))
        self._newest = (note, size, self._clock())
        return note

    def _countersigned(self, head: Head, kept: str, own: str) -> Waits[str]:
        """The note that is kept, with our signature under it where it has that of a former key only."""
        try:
            open_checkpoint(kept, self.keys.verifiers)
        except ProofError:
            both = add_signatures(kept, parse_note(own)[1])
            return both if (yield self._store.cosign(head.size, kept, both)) else kept
        return kept

    def _sign(self, head: Head) -> Future[tuple[Head, str]]:
        """Have the head signed in a thread of its own, or whichever one is being signed just now.

        A key management service may take its time, and meanwhile neither a page nor a choice may wait for it.
        """
        with self._one:
            if self._signing is None or self._signing.done():
                self._signing = _in_thread(lambda: (head, self._signed(head)))
            return self._signing

    def _signed(self, head: Head) -> str:
        return sign_checkpoint(Checkpoint(self.keys.origin, head.size, head.root), self.keys.signers)

    def receipt(self, record: bytes) -> Waits[Receipt | None]:
        """The receipt of a record's choices in this log, the latest hundred; ``None`` where there is none.

        Raises:
            StoreError: the store cannot be read, or no head could be signed.
        """
        recorded: tuple[Recorded, ...] = yield self._store.history(record)
        choices = tuple(one for one in recorded if not one.log)[-_GIVEN:]
        if not choices:
            return None
        asked = yield from self._asked(choices)
        note = yield from self.checkpoint(covering=choices[-1].index + 1)
        indexes = sorted({one.index for one in choices} | {one.index for one in asked if one})
        found = yield self._store.prove(indexes, read_checkpoint(note).size)
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
        """What was asked when each choice was made.

        The newest version before a choice is also that of every earlier choice that comes after it: so the store is
        asked once for each version, not for each choice.
        """
        found: list[Asked | None] = []
        newest: dict[str, Asked | None] = {}
        for one in reversed(choices):
            declaration = one.entry.declaration
            known = newest.get(declaration)
            if declaration not in newest or (known is not None and known.index > one.index):
                newest[declaration] = yield self._store.asked(one.index, declaration)
            found.append(newest[declaration])
        return found[::-1]

    def _texts(self, kind: str, digests: set[str]) -> Waits[dict[str, str]]:
        """Archived texts by their digests, those that there are."""
        found = {}
        for digest in sorted(digests):
            body: bytes | None = yield self._store.text(kind, digest)
            if body is not None:
                found[digest] = body.decode()
        return found


def _in_thread(work: Callable[[], T]) -> Future[T]:
    """Do work in a thread; its future cannot be cancelled, because several may wait for it."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as problem:  # noqa: BLE001 - whoever waits gets it
            log.warning("the head of the log could not be signed: %s", problem)
            error = StoreError("the head of the log could not be signed")
            error.__cause__ = problem
            future.set_exception(error)

    threading.Thread(target=run, name="bandeau-sign", daemon=True).start()
    return future
