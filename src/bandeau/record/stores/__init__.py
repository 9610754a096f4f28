"""What a store must do: the one seam between the records and whatever keeps them.

Every method that writes returns a future at once and raises nothing; the future carries the result or a
:class:`~bandeau.errors.StoreError`. *Durable* means: written and flushed to the disk (fsync), so that neither the end
of the process nor a loss of power takes it back. A future that is cancelled before the store takes the work up means
that the work is never done.

The entries are the leaves of a log: their indexes are dense, from 0, never given twice. Appending is a transaction
over a whole batch of entries; the growth of the tree and the move of the log's head, by compare-and-swap, belong to
the same transaction, so that whatever is acknowledged is in the tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bandeau.record.entry import Entry
from bandeau.record.leaf import Version
from bandeau.record.tiles import Tile

TALLY_ROWS_A_DAY = 5_000
"""How many different observations of one day are counted apart: as many with a page, which browsers tell and anybody
can make up, and as many without, which only the server makes. The rest is counted together."""

TALLY_DAYS = 90
"""How many days counts are kept. With the two limits beside it they stay below 500 MB whatever is reported."""

TALLY_TEXT_LIMIT = 128
"""The longest text, in characters, that is counted apart."""

OTHER = "other"
"""The kind and the text under which everything beyond these limits is counted."""


class Observation(NamedTuple):
    """One thing that was observed on one day (an ISO date, UTC), on pages of that pattern where a browser told it.

    It holds no personal data.
    """

    day: str
    kind: str
    what: str
    page: str = ""


class Tally(NamedTuple):
    """How often one thing was observed on one day: the fields of an observation, and a number."""

    day: str
    kind: str
    what: str
    page: str
    times: int


class Archived(NamedTuple):
    """A text that is kept, and when it was first archived, in Unix milliseconds; ``None`` where that is not known."""

    body: bytes
    since: int | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry, and its index in the log: the store's own, unless ``log`` names another of the same database."""

    index: int
    entry: Entry
    log: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A version of what was asked, and its index in the log."""

    index: int
    version: Version


class Expired(NamedTuple):
    """How many entries were erased because of their age, and where to go on; ``None`` at the end of the log."""

    erased: int
    next: int | None


class Head(NamedTuple):
    """How many leaves the log has, and the root of the tree over them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A leaf as it is kept, for who checks it: nothing of it is believed. The last three are gone once erased."""

    index: int
    kind: int
    commitment: bytes
    record: bytes | None
    salt: bytes | None
    body: bytes | None


class Node(NamedTuple):
    """A hash of the tree as it is kept, for who checks it: the root of the ``position``-th subtree of that level."""

    level: int
    position: int
    hash: bytes


class Signed(NamedTuple):
    """A signed head as it is kept, for who checks it."""

    size: int
    note: str


class Text(NamedTuple):
    """An archived text as it is kept, for who checks it; the digest is in lower-case hex."""

    kind: str
    digest: str
    body: bytes


class Standing(NamedTuple):
    """How many choices are kept in full, how many versions are logged, how many records are withheld, bytes on disk."""

    choices: int
    versions: int
    withheld: int
    bytes: int


class Store(Protocol):
    """Keeps records, the texts they refer to, and counts. Safe to use from any thread, and after a fork."""

    def append(self, entry: Entry) -> Future[int]:
        """Keep an entry; the future gives its index in the log once the transaction that holds it is durable.

        All or nothing: on failure no part of the entry is kept. Where several entries shared a transaction that
        failed, the store tries each once more on its own, so that one cannot fail the others; beyond that the caller
        decides whether to try again. A store that has more work than it can queue
        fails at once instead of keeping the caller waiting.
        """

    def append_version(self, version: Version) -> Future[int]:
        """Log a version of what is asked, and archive it as ``version``; the future gives its index.

        Where the newest version in the log says the same, but for the time, nothing is done and its index given.
        """

    def history(self, record: bytes) -> Future[tuple[Recorded, ...]]:
        """Every entry of a record, oldest first; empty where there is none. Erased entries are left out.

        It sees every entry that was acknowledged before the call.
        """

    def erase(self, record: bytes) -> Future[int]:
        """Erase a record; the future gives the number of entries erased once their bytes are gone from the disk.

        Gone are the record id, the salt and the body. The sequence number and the commitment stay, so that a log over
        them remains verifiable; without the salt they say nothing. Atomic over the record's entries. A failure may
        mean that the entries can no longer be read but that their bytes still lie in a file because another process
        is reading it: the caller tries again, gets 0, and then they are gone.

        The future fails with :class:`~bandeau.errors.Withheld` where the record is withheld.
        """

    def expire(self, before: int, start: int, count: int) -> Future[Expired]:
        """Erase what was recorded before a time (Unix milliseconds), of ``count`` entries from index ``start`` on.

        As :meth:`erase` does; what is withheld stays. The caller goes on where the result says, so that no
        transaction is long.
        """

    def withhold(self, record: bytes, reason: str, at: int) -> Future[None]:
        """Keep a record from being erased, because a legal claim needs it (GDPR, art. 17(3)(e)).

        ``reason`` is told to the visitor; a later one takes its place.
        """

    def release(self, record: bytes) -> Future[bool]:
        """Let a withheld record be erased again; the future says whether it was withheld."""

    def head(self) -> Future[Head]:
        """The log's head."""

    def publish(self, head: Head, note: str) -> Future[str]:
        """Keep the signed note of a head; the future gives the one that is kept of this size, once it is durable.

        Where a larger one is kept already the future gives the largest: older ones are forgotten after a while.

        Of one size there is never a second one, whoever else signs, and none is kept of a head that is not this
        log's: so whoever gives out nothing but what this future gave never contradicts another who does the same,
        even where each of them believes that the database is his. The future fails where the head is not the log's.
        """

    def published(self) -> Future[str | None]:
        """The newest signed note that is kept, ``None`` before the first."""

    def cosign(self, size: int, before: str, after: str) -> Future[bool]:
        """Put ``after``, the signed note of that size with more signatures, in the place of ``before``.

        The future says whether ``before`` was still there.
        """

    def tiles(self, wanted: Sequence[Tile]) -> Future[tuple[bytes, ...]]:
        """What the log's tiles hold, in the order asked for, read at one moment.

        The future fails where the log has not that many leaves.
        """

    def prove(self, indexes: Sequence[int], size: int) -> Future[tuple[tuple[bytes, ...], ...]]:
        """For each index the proof that its leaf is in the log of its first ``size`` leaves.

        The future fails where the log has not that many leaves.
        """

    def rows(self, start: int, count: int) -> Future[tuple[Row, ...]]:
        """At most ``count`` entries from an index on, exactly as they are kept; empty at the end."""

    def nodes(self, level: int, position: int, count: int) -> Future[tuple[Node, ...]]:
        """At most ``count`` hashes of the tree from that one on, by level and position; empty at the end."""

    def checkpoints(self) -> Future[tuple[Signed, ...]]:
        """Every signed head that is kept, the smallest first."""

    def texts(self, kind: str, digest: str, count: int) -> Future[tuple[Text, ...]]:
        """At most ``count`` archived texts *after* that one, by kind and digest; from ``("", "")`` on all."""

    def standing(self) -> Future[Standing]:
        """What there is, in numbers."""

    def damage(self) -> Future[str | None]:
        """What the database itself finds wrong with its files; ``None`` if nothing, or if it cannot look."""

    def asked(self, index: int, declaration: str) -> Future[Asked | None]:
        """What was asked when the entry at ``index`` was made: the newest version before it with its declaration."""

    def archive(self, kind: str, digest: str, body: bytes, at: int) -> Future[None]:
        """Keep a text that entries refer to (a declaration's version, a notice) under its digest, durably.

        ``at`` is the time in Unix milliseconds. Idempotent: what is already kept under this kind and digest stays as
        it is, with the time of the first.
        """

    def text(self, kind: str, digest: str) -> Future[bytes | None]:
        """One archived text, ``None`` where there is none of that kind and digest."""

    def archived(self, kind: str) -> Mapping[str, Archived]:
        """Everything archived of one kind, by digest; empty where there is nothing.

        Raises:
            StoreError: the store cannot be read.
        """

    def tally(self, counts: Mapping[Observation, int]) -> Future[None]:
        """Add to the count of each observation.

        Beyond :data:`TALLY_ROWS_A_DAY` different observations of one day, or :data:`TALLY_TEXT_LIMIT` characters, one
        is counted under :data:`OTHER`. What is :data:`TALLY_DAYS` older than the newest is forgotten. Counts give way
        to entries where the store is busy.
        """

    def tallies(self) -> tuple[Tally, ...]:
        """Every count, ordered by day, kind, text and page.

        Raises:
            StoreError: the store cannot be read.
        """

    def close(self) -> None:
        """Finish all work that was taken on, then let go of every file; afterwards nothing is taken on any more.

        May be called twice.
        """
