"""Grows the tree of a log again from its leaves, and compares: each leaf with its record, each hash with what is kept.

The half of :mod:`bandeau.record.checking` that goes over the leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from bandeau.record.entry import RECORD_SIZE, SALT_SIZE, commitment_of, parse
from bandeau.record.leaf import Kind, leaf_of
from bandeau.record.merkle import EMPTY, HASH_SIZE, SIZE_LIMIT, TILE_HEIGHT, Subtree, grow, leaf_hash
from bandeau.record.stores import Head, Node, Row, Store

PAGE = 4096
"""How many rows are read at once."""

RESTORE = "keep this database as evidence, and compare it with the newest backup that verifies"
REBUILD = (
    "the leaves are right, only this hash of the tree is not: restore a backup, and find what wrote to the database"
)

_PENDING = 100  # more wrong hashes of one stretch say nothing more
_LEVELS = range(1, 64 // TILE_HEIGHT)
_FIRST = -SIZE_LIMIT  # where reading begins, or nobody would look at a row with a negative index


class KnownRoot(NamedTuple):
    """The root that the log had at a size, and who says so."""

    size: int
    root: bytes
    source: str


@dataclass(frozen=True, slots=True, order=True)
class KnownLeaf:
    """The leaf that stood at an index, and who says so."""

    index: int
    leaf: bytes
    source: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: where, what was found there, what was expected, and what to do about it.

    ``leaf`` is the index of the first leaf that may be wrong, ``None`` where the fault lies beside the leaves.
    """

    place: str
    found: str
    expected: str
    remedy: str = RESTORE
    leaf: int | None = None

    def __str__(self) -> str:
        """Give the fault as one sentence."""
        return f"{self.place}: found {self.found}; expected {self.expected}. To do: {self.remedy}."


class Regrowth:
    """The tree as it grows again, and all that is known of it.

    ``head`` is ``None`` where it cannot be read; ``versions`` are the digests of the archived versions, read after it.
    """

    def __init__(
        self,
        store: Store,
        head: Head | None,
        roots: Iterable[KnownRoot],
        known: Iterable[KnownLeaf],
        versions: Collection[str],
        told: Callable[[int], None],
    ) -> None:
        self._store = store
        self._head = head
        self._roots = sorted([*roots, *([] if head is None else [KnownRoot(*head, "the head")])])
        self._known = sorted(known)
        self._versions = versions
        self._told = told
        self._tree = EMPTY
        self._agreed = 0  # the largest size at which the root was right
        self._nodes = {level: _nodes(store, level) for level in _LEVELS}
        self._wrong: list[Fault] = []  # hashes of the tree that differ since then
        self._broken = False  # a leaf is missing: nothing behind it is where it was

    def check(self) -> Iterator[Fault]:
        """Grow the tree to its present size, and tell what differs."""
        yield from self._compare_roots()
        for page in pages(self._store, self._head):
            yield from self._grow(page)
            self._told(self._tree.size)
            if self._broken:
                return
        yield from self._unjudged()
        yield from self._rest()
        if self._head is not None:
            yield from self._beyond()

    # -- leaves -------------------------------------------------------------------------------------------------

    def _grow(self, page: Sequence[Row]) -> Iterator[Fault]:
        """Take a page of rows, and stop at every size whose root is known."""
        hashes: list[bytes] = []
        for row in page:
            index = self._tree.size + len(hashes)
            fault = misplaced(row, index)
            if fault is not None:
                yield from self._join(hashes)
                yield fault
                self._broken = True
                return
            fault = check_row(row, self._versions)
            if fault is not None:
                yield fault
            yield from self._compare_leaf(row)
            hashes.append(leaf_hash(leaf_of(row.kind, row.commitment)))
            if self._roots and self._roots[0].size == index + 1:
                yield from self._join(hashes)
                hashes = []
        yield from self._join(hashes)

    def _compare_leaf(self, row: Row) -> Iterator[Fault]:
        while self._known and self._known[0].index <= row.index:
            known = self._known.pop(0)
            if known.leaf != leaf_of(row.kind, row.commitment):
                kept = _named(row.kind, row.commitment)
                yield Fault(f"leaf {row.index}", kept, f"what {known.source} proves", leaf=row.index)

    # -- tree ---------------------------------------------------------------------------------------------------

    def _join(self, hashes: Sequence[bytes]) -> Iterator[Fault]:
        self._tree, completed = grow(self._tree, hashes)
        for subtree in completed:
            self._compare_node(subtree)
        yield from self._compare_roots()

    def _compare_node(self, subtree: Subtree) -> None:
        nodes = self._nodes[subtree.level]
        node = next(nodes, None)
        while node is not None and node.position < subtree.position:
            self._wrong.append(_surplus(node))
            node = next(nodes, None)
        if node == Node(*subtree) or len(self._wrong) >= _PENDING:
            return
        found = "nothing" if node is None else _hash(node.hash)
        if node is not None and node.position > subtree.position:
            found = "nothing"
            self._nodes[subtree.level] = chain((node,), nodes)
        first = subtree.position << TILE_HEIGHT * subtree.level
        self._wrong.append(Fault(_place(subtree), found, _hash(subtree.hash), REBUILD, first))

    def _compare_roots(self) -> Iterator[Fault]:
        """Compare with every root that is known of this size, and with it judge the hashes on the way here."""
        while self._roots and self._roots[0].size == self._tree.size:
            known = self._roots.pop(0)
            if known.root == self._tree.root():
                self._agreed = self._tree.size
                yield from (Fault(f.place, f.found, f.expected, f.remedy) for f in self._wrong)
            else:
                yield self._rewritten(known)
            self._wrong = []

    def _rewritten(self, known: KnownRoot) -> Fault:
        """The leaves that a root does not agree with."""
        first, last = self._stretch()
        place = f"leaf {first}" if first >= last else f"one of the leaves {first} to {last}"
        found = f"leaves whose root at size {self._tree.size} is {_hash(self._tree.root())}"
        return Fault(place, found, f"{_hash(known.root)}, which {known.source} says", leaf=first)

    # -- the end --------------------------------------------------------------------------------------------------

    def _unjudged(self) -> Iterator[Fault]:
        """The hashes that differ behind the last known root: nothing says whether they or the leaves are wrong."""
        for fault in self._wrong[:1]:
            first, last = self._stretch()
            found = f"leaves whose hash is {fault.expected}"
            yield Fault(f"one of the leaves {first} to {last}", found, f"{fault.found}, as is kept", leaf=first)

    def _stretch(self) -> tuple[int, int]:
        """The first leaves that may be wrong, as few as the hashes of the tree allow to say."""
        firsts = [fault.leaf for fault in self._wrong if fault.leaf is not None]
        last = self._tree.size - 1
        if not firsts:
            return min(self._agreed, last), last
        return max(self._agreed, min(firsts)), min(last, min(firsts) | (1 << TILE_HEIGHT) - 1)

    def _rest(self) -> Iterator[Fault]:
        """What is known of leaves that are not there."""
        size = self._tree.size
        for known in self._roots:
            expected = f"{known.size} leaves, which {known.source} says"
            remedy = f"the log was cut off or rolled back: {RESTORE}"
            yield Fault(f"leaf {size}", f"the end of the log, at {size} leaves", expected, remedy, size)
        for leaf in self._known:
            yield Fault(f"leaf {leaf.index}", "nothing", f"what {leaf.source} proves", leaf=leaf.index)

    def _beyond(self) -> Iterator[Fault]:
        """What is kept behind the end of the log, which nobody would look at until the log has grown there."""
        extra = self._store.rows(self._tree.size, 1).result()
        nodes = [node for level in _LEVELS if (node := next(self._nodes[level], None))]
        nodes += [*self._store.nodes(_FIRST, _FIRST, 1).result(), *self._store.nodes(_LEVELS.stop, _FIRST, 1).result()]
        now = self._store.head().result().size  # after these, because others may append meanwhile
        if extra and extra[0].index >= now:
            index = extra[0].index
            yield Fault(f"leaf {index}", f"an entry behind the end of the log, at {now} leaves", "nothing", leaf=index)
        for node in nodes:
            if node.level not in _LEVELS or not 0 <= node.position < now >> TILE_HEIGHT * node.level:
                yield _surplus(node)


# -- rows -------------------------------------------------------------------------------------------------------------


def misplaced(row: Row, index: int) -> Fault | None:
    """What is wrong with a row that cannot stand for the leaf at this index at all."""
    if row.index > index:
        return Fault(f"leaf {index}", f"nothing before leaf {row.index}", "an entry for each index", leaf=index)
    if row.index < index:
        return Fault(f"leaf {row.index}", "an entry with this index", "none below 0", leaf=0)
    if row.kind not in tuple(Kind) or not _sized(row.commitment, HASH_SIZE):
        return Fault(f"leaf {index}", "no leaf", "a kind of 1 or 2 and a digest of 32 bytes", leaf=index)
    return None


def check_row(row: Row, versions: Collection[str]) -> Fault | None:
    """Check a leaf against what is kept beside it."""
    private = (row.record, row.salt, row.body)
    expected = problem = None
    if row.kind == Kind.VERSION:
        if private != (None, None, None):
            expected, problem = "a version, which has no record", "a record"
        elif row.commitment.hex() not in versions:
            expected, problem = f"the version {row.commitment.hex()} in the archive", "no such text"
    elif private != (None, None, None):  # otherwise it is erased
        problem = _record_problem(row)
        expected = f"the record of the commitment {row.commitment.hex()}"
    return Fault(f"leaf {row.index}", problem, str(expected), leaf=row.index) if problem else None


def _record_problem(row: Row) -> str | None:
    if not _sized(row.record, RECORD_SIZE) or not _sized(row.salt, SALT_SIZE) or not isinstance(row.body, bytes):
        return "a record of which a part is missing or malformed"
    assert row.salt is not None
    computed = commitment_of(row.body, row.salt)
    if computed != row.commitment:
        return f"one whose commitment is {computed.hex()}"
    try:
        entry = parse(row.body, row.salt)
    except ValueError as problem:
        return f"bytes that cannot be read ({problem})"
    return None if entry.record == row.record else "a record under the id of another"


# -- reading ----------------------------------------------------------------------------------------------------------


def pages(store: Store, head: Head | None) -> Iterator[Sequence[Row]]:
    """Every row that is kept, up to the head or, without one, all; the next page is read while one is looked at."""
    last = SIZE_LIMIT if head is None else head.size - 1
    coming = store.rows(_FIRST, PAGE)
    while rows := coming.result():
        coming = store.rows(rows[-1].index + 1, PAGE)
        yield [row for row in rows if row.index <= last]
        if rows[-1].index >= last:
            return


def _nodes(store: Store, level: int) -> Iterator[Node]:
    position = _FIRST
    while nodes := store.nodes(level, position, PAGE).result():
        for node in nodes:
            if node.level != level:
                return
            yield node
        position = nodes[-1].position + 1


def _place(node: Node | Subtree) -> str:
    return f"hash {node.position} of level {node.level} of the tree"


def _surplus(node: Node) -> Fault:
    return Fault(_place(node), "a hash", "nothing, for the tree has no such hash", REBUILD)


def _sized(value: object, size: int) -> bool:
    return isinstance(value, bytes) and len(value) == size


def _hash(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else "no hash"


def _named(kind: int, commitment: bytes) -> str:
    return f"a leaf of kind {kind} with {commitment.hex()}"
