"""A session: one connection to a database, and what the transaction that it is in appends to the log.

The statements lie in ``sql/``, one folder for each kind of database, and are called by their names. What a transaction
appends is gathered and written at its end, together with the growth of the tree and the move of the head, so that a
batch costs one look at the head however many entries it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, Protocol

from bandeau.errors import ProofError, StoreError
from bandeau.record.leaf import leaf_of
from bandeau.record.merkle import EMPTY, Frontier, format_frontier, grow, leaf_hash, parse_frontier


class Rows(Protocol):
    """What a statement gives: rows to go over, and the number of rows that it changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """The next row, ``None`` where there is none."""


class InDoubt(StoreError):
    """The end of a transaction was sent and no answer came: it may have happened, so it must not be done again."""


class Again(StoreError):
    """Nothing happened, for a reason that may be gone in a moment: the whole transaction is worth another try."""


class Connection(Protocol):
    """A connection to one kind of database; not to be used by two threads at once."""

    @property
    def broken(self) -> bool:
        """Whether the other side has ended it, so that only a new one helps."""

    def begin(self) -> None:
        """Open a transaction in which nobody else can move the head once this one has looked at it for appending.

        Everything from here to the end of the transaction may raise :class:`Again`.
        """

    def lock_head(self) -> tuple[int, bytes, bytes]:
        """The row of the head (size, root, frontier), which nobody else moves before this transaction ends."""

    def move_head(self, row: tuple[int, bytes, bytes], before: tuple[int, bytes, bytes]) -> None:
        """Put a row in the place of the head's, which must still be the one before, or else nothing is committed.

        What is wrong may show only at the end of the transaction.
        """

    def commit(self) -> None:
        """End the transaction; it is durable when this returns.

        Raises:
            InDoubt: it may be, or not; every other error means that nothing happened.
            Again: nothing happened, and another try may succeed.
        """

    def rollback(self) -> None:
        """End the transaction, if there is one, without a trace of it."""

    def close(self) -> None:
        """Let go of the database."""

    def run(self, statement: str, *values: Any) -> Rows:
        """Run a statement by its name."""

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement by its name, once for each row."""


class Leaf(NamedTuple):
    """A row of the table of entries, as it is about to be appended."""

    kind: int
    commitment: bytes
    record: bytes | None = None
    salt: bytes | None = None
    body: bytes | None = None


class _Head(NamedTuple):
    """The row of the head (size, root, bytes of the frontier), and the frontier that it holds."""

    row: tuple[int, bytes, bytes]
    frontier: Frontier


_EMPTY = _Head((0, EMPTY.root(), format_frontier(EMPTY)), EMPTY)


class Session:
    """A connection, and what the transaction that it is in appends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.run = connection.run
        self.many = connection.many
        self.rollback = connection.rollback
        self.close = connection.close
        self._leaves: list[Leaf] = []
        self._seen = _EMPTY
        self._locked = False

    @property
    def broken(self) -> bool:
        """Whether only a new session helps."""
        return self._connection.broken

    def begin(self) -> None:
        """Open a transaction that appends nothing yet."""
        self._leaves, self._locked = [], False
        self._connection.begin()

    def commit(self) -> None:
        """Write what is appended and end the transaction, durably."""
        self.settle()
        self._connection.commit()

    def append(self, leaf: Leaf) -> int:
        """Append a leaf to the log at the end of this transaction; its index there."""
        index = self.lock_head().frontier.size + len(self._leaves)
        self._leaves.append(leaf)
        return index

    def settle(self) -> None:
        """Write now what was appended so far: the rows, the growth of the tree, the move of the head."""
        if not self._leaves:
            return
        head = self.lock_head()
        self.many("append", ((index, *leaf) for index, leaf in enumerate(self._leaves, head.frontier.size)))
        self._grow(head, [leaf_of(leaf.kind, leaf.commitment) for leaf in self._leaves])
        self._leaves = []

    def catch_up(self, at_once: int = 10_000) -> None:
        """Take the entries into the tree that were kept before there was one."""
        while True:
            head = self.lock_head()
            rows = list(self.run("leaves", head.frontier.size, at_once))
            if not rows:
                return
            self._grow(head, [leaf_of(kind, commitment) for kind, commitment in rows])

    def lock_head(self) -> _Head:
        """The head, which nobody else moves before this transaction ends."""
        if not self._locked:
            row = self._connection.lock_head()
            if row != self._seen.row:  # else it is as this session left it, and need not be read again
                self._seen = _Head(row, frontier_of(row))
            self._locked = True
        return self._seen

    def _grow(self, head: _Head, leaves: Iterable[bytes]) -> None:
        grown = grow(head.frontier, map(leaf_hash, leaves))
        if grown.completed:
            self.many("node", grown.completed)
        row = (grown.frontier.size, grown.frontier.root(), format_frontier(grown.frontier))
        self._connection.move_head(row, head.row)
        self._seen = _Head(row, grown.frontier)


def frontier_of(row: tuple[int, bytes, bytes]) -> Frontier:
    """The frontier that the row of the head holds.

    Raises:
        StoreError: the row contradicts itself; nothing may be built upon it.
    """
    size, root, stored = row
    try:
        frontier = parse_frontier(stored)
    except ProofError as problem:
        raise StoreError(f"the head of the log is damaged ({problem}); see bandeau ledger verify") from problem
    if (frontier.size, frontier.root()) != (size, root):
        raise StoreError("the head of the log is damaged: its parts disagree; see bandeau ledger verify")
    return frontier


@cache
def statement(dialect: str, name: str) -> str:
    """The text of a statement, or of a schema, for a kind of database."""
    return files("bandeau.record.stores").joinpath("sql", dialect, f"{name}.sql").read_text(encoding="utf-8")
