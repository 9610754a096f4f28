"""What a store must do: the one seam between the records and whatever keeps them.

Every method that writes returns a future at once and raises nothing; the future carries the result or a
:class:`~bandeau.errors.StoreError`. *Durable* means: written and flushed to the disk (fsync), so that neither the end
of the process nor a loss of power takes it back. A future that is cancelled before the store takes the work up means
that the work is never done.

Appending is a transaction over a whole batch of entries, and sequence numbers are the indexes of a log's leaves:
dense, from 0, never given twice. What belongs to the same batch (the tiles of a Merkle log and its head, moved by
compare-and-swap) is written in that same transaction, over the entries from the head's size on.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import NamedTuple, Protocol

from bandeau.record.entry import Entry

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


class Store(Protocol):
    """Keeps records, the texts they refer to, and counts. Safe to use from any thread, and after a fork."""

    def append(self, entry: Entry) -> Future[int]:
        """Keep an entry; the future gives its sequence number once the transaction that holds it is durable.

        All or nothing: on failure no part of the entry is kept. Where several entries shared a transaction that
        failed, the store tries each once more on its own, so that one cannot fail the others; beyond that the caller
        decides whether to try again. A store that has more work than it can queue
        fails at once instead of keeping the caller waiting.
        """

    def history(self, record: bytes) -> Future[tuple[Entry, ...]]:
        """Every entry of a record, oldest first; empty where there is none. Erased entries are left out.

        It sees every entry that was acknowledged before the call.
        """

    def erase(self, record: bytes) -> Future[int]:
        """Erase a record; the future gives the number of entries erased once their bytes are gone from the disk.

        Gone are the record id, the salt and the body. The sequence number and the commitment stay, so that a log over
        them remains verifiable; without the salt they say nothing. Atomic over the record's entries. A failure may
        mean that the entries can no longer be read but that their bytes still lie in a file because another process
        is reading it: the caller tries again, gets 0, and then they are gone.
        """

    def archive(self, kind: str, digest: str, body: bytes, at: int) -> Future[None]:
        """Keep a text that entries refer to (a declaration's version, a notice) under its digest, durably.

        ``at`` is the time in Unix milliseconds. Idempotent: what is already kept under this kind and digest stays as
        it is, with the time of the first.
        """

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
