"""The store over the tables of a database, whichever it is: what each method does inside a transaction.

One lane writes, one reads. What a database has of its own is its connection (:mod:`.session`) and its statements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial

from bandeau.record.entry import Entry
from bandeau.record.leaf import Version
from bandeau.record.stores import (
    Archived,
    Asked,
    Expired,
    Head,
    Node,
    Observation,
    Recorded,
    Row,
    Signed,
    Standing,
    Tally,
    Text,
)
from bandeau.record.stores import work_kept as kept
from bandeau.record.stores import work_log as log
from bandeau.record.stores import work_records as records
from bandeau.record.stores import work_texts as texts
from bandeau.record.stores.lane import DEPTH, Lane
from bandeau.record.stores.session import Session
from bandeau.record.tiles import Tile


class TableStore:
    """Keeps everything in tables; see :class:`~bandeau.record.stores.Store` for what each method promises.

    ``writer`` and ``reader`` open a session each; ``after_erasing`` is what the database needs before the bytes of what
    was erased are gone from its files.
    """

    def __init__(
        self,
        where: str,
        writer: Callable[[], Session],
        reader: Callable[[], Session],
        *,
        after_erasing: Callable[[Session], None],
    ) -> None:
        self._after_erasing = after_erasing
        self._writer = Lane(where, writer)
        self._reader = Lane(where, reader)

    # -- records --------------------------------------------------------------------------------------------------

    def append(self, entry: Entry) -> Future[int]:
        """Keep an entry; the future gives its index in the log once it is durable."""
        return self._writer.put(partial(records.append, records.leaf(entry)))

    def append_version(self, version: Version) -> Future[int]:
        """Log a version, unless the last one logged says the same."""
        return self._writer.put(partial(log.append_version, version))

    def history(self, record: bytes) -> Future[tuple[Recorded, ...]]:
        """Every entry of a record, oldest first."""
        return self._reader.put(partial(records.history, record))

    def erase(self, record: bytes) -> Future[int]:
        """Erase a record; the future gives how many entries, once their bytes are gone from every file."""
        return self._writer.put(partial(records.erase, record), after=self._after_erasing)

    def expire(self, before: int, start: int, count: int) -> Future[Expired]:
        """Erase what was recorded before a time, of ``count`` entries from ``start`` on."""
        return self._writer.put(partial(records.expire, before, start, count), after=self._after_erasing)

    def withhold(self, record: bytes, reason: str, at: int) -> Future[None]:
        """Keep a record from being erased, and why."""
        return self._writer.put(partial(records.withhold, record, reason, at))

    def release(self, record: bytes) -> Future[bool]:
        """Let a withheld record be erased again; whether it was withheld."""
        return self._writer.put(partial(records.release, record))

    # -- the log --------------------------------------------------------------------------------------------------

    def head(self) -> Future[Head]:
        """The log's head."""
        return self._reader.put(log.head)

    def publish(self, head: Head, note: str) -> Future[str]:
        """Keep the signed note of a head, or give the one that is kept already."""
        return self._writer.put(partial(log.publish, head, note))

    def published(self) -> Future[str | None]:
        """The newest signed note that is kept."""
        return self._reader.put(log.published)

    def cosign(self, size: int, before: str, after: str) -> Future[bool]:
        """Put a signed note in the place of the same one with fewer signatures."""
        return self._writer.put(partial(log.cosign, size, before, after))

    def tiles(self, wanted: Sequence[Tile]) -> Future[tuple[bytes, ...]]:
        """What the log's tiles hold."""
        return self._reader.put(partial(log.tiles, tuple(wanted)))

    def prove(self, indexes: Sequence[int], size: int) -> Future[tuple[tuple[bytes, ...], ...]]:
        """For each index the proof that its leaf is in the log."""
        return self._reader.put(partial(log.prove, tuple(indexes), size))

    def rows(self, start: int, count: int) -> Future[tuple[Row, ...]]:
        """The entries from an index on, as they are kept."""
        return self._reader.put(partial(kept.rows, start, count))

    def nodes(self, level: int, position: int, count: int) -> Future[tuple[Node, ...]]:
        """The hashes of the tree from one on, as they are kept."""
        return self._reader.put(partial(kept.nodes, level, position, count))

    def checkpoints(self) -> Future[tuple[Signed, ...]]:
        """Every signed head that is kept."""
        return self._reader.put(kept.checkpoints)

    def texts(self, kind: str, digest: str, count: int) -> Future[tuple[Text, ...]]:
        """The archived texts after one, as they are kept."""
        return self._reader.put(partial(kept.texts, kind, digest, count))

    def standing(self) -> Future[Standing]:
        """What there is, in numbers."""
        return self._reader.put(kept.standing)

    def damage(self) -> Future[str | None]:
        """What the database finds wrong with its files."""
        return self._reader.put(kept.damage)

    def asked(self, index: int, declaration: str) -> Future[Asked | None]:
        """The newest version before an entry that has its declaration."""
        return self._reader.put(partial(log.asked, index, declaration))

    # -- texts and counts -----------------------------------------------------------------------------------------

    def archive(self, kind: str, digest: str, body: bytes, at: int) -> Future[None]:
        """Keep a text under its digest, with the time."""
        return self._writer.put(partial(texts.archive, (kind, digest, body, at)))

    def text(self, kind: str, digest: str) -> Future[bytes | None]:
        """One archived text."""
        return self._reader.put(partial(texts.text, kind, digest))

    def archived(self, kind: str) -> dict[str, Archived]:
        """Everything archived of one kind, by digest."""
        return self._reader.put(partial(texts.archived, kind)).result()

    def tally(self, counts: Mapping[Observation, int]) -> Future[None]:
        """Add to the count of each observation."""
        # Anybody may send reports, so a flood of them must leave the queue free for choices.
        return self._writer.put(partial(texts.tally, dict(counts)), depth=DEPTH // 10)

    def tallies(self) -> tuple[Tally, ...]:
        """Every count."""
        return self._reader.put(texts.tallies).result()

    def close(self) -> None:
        """Finish what was taken on and let go of the database."""
        self._writer.close()
        self._reader.close()
