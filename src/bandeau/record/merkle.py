"""The tree over the log: its hashes, how it grows, and the checks of what is proved by it.

The tree is that of RFC 6962, section 2.1 (RFC 9162 keeps it), with SHA-256: any verifier of such logs can check it.
Proofs are made in :mod:`bandeau.record.tiles`; here they are checked, by nothing but the hashes that they consist of.

A tree of ``size`` leaves is a row of perfect subtrees, largest first, one for each one-bit of ``size``. Their roots
are all that is needed to append, and to know the root: the :class:`Frontier`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from bandeau.errors import ProofError

HASH_SIZE = 32

SIZE_LIMIT = 1 << 63
"""A tree has fewer leaves than this: what a signed 64-bit number holds, in databases and in other verifiers."""

EMPTY_ROOT = sha256().digest()
"""The root of the tree without leaves (RFC 6962, section 2.1)."""

TILE_HEIGHT = 8
"""How many levels of the tree make one level of tiles (C2SP tlog-tiles)."""

_SIZE_BYTES = 8
_NODE = b"\x01"  # leaves and nodes hash apart, or a node's bytes could be passed off as a leaf (RFC 6962, 2.1)


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise ProofError("a hash does not have 32 bytes")


class Subtree(NamedTuple):
    """A perfect subtree that has just become complete, of a height that is a multiple of 8 and not 0.

    ``hash`` is the root of the leaves ``position * 256**level`` up to, and without, ``(position + 1) * 256**level``:
    the hash at ``position`` of what the tiles of ``level`` hold side by side.
    """

    level: int
    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: how many leaves it has, and the roots of its perfect subtrees, largest first.

    Raises:
        ProofError: the size is outside ``0 <= size < SIZE_LIMIT``, there is not one hash for each one-bit of it, or
            a hash does not have 32 bytes.
    """

    size: int
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.size < SIZE_LIMIT or len(self.hashes) != self.size.bit_count():
            raise ProofError("the frontier does not have one hash for each perfect subtree of its size")
        _check_hashes(self.hashes)

    def root(self) -> bytes:
        """The root of the whole tree: its perfect subtrees joined from the right, the smallest two first."""
        return join(self.hashes)


EMPTY = Frontier(0, ())
"""Where every log begins."""


class Grown(NamedTuple):
    """What came of :func:`grow`: the new frontier, and the subtrees to append to the stored tiles, in this order."""

    frontier: Frontier
    completed: tuple[Subtree, ...]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return sha256(_NODE + left + right).digest()


def join(hashes: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees that stand side by side, each smaller than the one before; of none: EMPTY_ROOT."""
    if not hashes:
        return EMPTY_ROOT
    *rest, root = hashes
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def perfect_root(hashes: bytes) -> bytes:
    """The root over a power of two of hashes, which stand side by side in these bytes as they do in a tile.

    Raises:
        ValueError: there is another number of hashes.
    """
    count, rest = divmod(len(hashes), HASH_SIZE)
    if rest or count.bit_count() != 1:
        raise ValueError("a perfect subtree has a power of two of hashes, each of 32 bytes")
    while len(hashes) > HASH_SIZE:
        pairs = range(0, len(hashes), 2 * HASH_SIZE)
        hashes = b"".join([sha256(_NODE + hashes[at : at + 2 * HASH_SIZE]).digest() for at in pairs])
    return hashes


def grow(frontier: Frontier, leaf_hashes: Iterable[bytes]) -> Grown:
    """Append leaves, named by their hashes, in their order.

    This is done for every choice while its visitor waits: it costs one SHA-256 a leaf, and little beyond it.

    Raises:
        ValueError: a leaf's hash does not have 32 bytes.
    """
    size, hashes = frontier.size, list(frontier.hashes)
    completed: list[Subtree] = []
    for leaf in leaf_hashes:
        if len(leaf) != HASH_SIZE:
            raise ValueError("the hash of a leaf has 32 bytes")
        node, position, height = leaf, size, 0
        while position & 1:  # a right child: its left sibling is the last hash of the frontier, and both are complete
            node = sha256(_NODE + hashes.pop() + node).digest()  # node_hash, without the call
            position >>= 1
            height += 1
            if not height % TILE_HEIGHT:
                completed.append(Subtree(height // TILE_HEIGHT, position, node))
        hashes.append(node)
        size += 1
    return Grown(Frontier(size, tuple(hashes)), tuple(completed))


def format_frontier(frontier: Frontier) -> bytes:
    """The bytes of a frontier: its size in 8 bytes, big-endian, then its hashes."""
    return frontier.size.to_bytes(_SIZE_BYTES, "big") + b"".join(frontier.hashes)


def parse_frontier(data: bytes) -> Frontier:
    """Read the bytes of a frontier; no two texts of bytes are the same frontier.

    Raises:
        ProofError: these bytes are none.
    """
    hashes = tuple(data[at : at + HASH_SIZE] for at in range(_SIZE_BYTES, len(data), HASH_SIZE))
    if len(data) < _SIZE_BYTES:
        raise ProofError("the frontier is shorter than its size")
    return Frontier(int.from_bytes(data[:_SIZE_BYTES], "big"), hashes)


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with this hash stands at ``index``, from 0, in the tree of ``size`` leaves with this root.

    ``proof`` is the audit path of RFC 6962, section 2.1.1, the leaf's sibling first. ``size`` and ``root`` are taken
    from one signed checkpoint: paths of neighbouring sizes may have one shape, and no proof tells them apart.

    Raises:
        ProofError: it does not, or nothing here shows it: an index that is not in the tree, a hash too many or too
            few or not of 32 bytes, another root.
    """
    if not 0 <= index < size < SIZE_LIMIT:  # before anything is computed from numbers that may be of any length
        raise ProofError("the leaf is not in a tree of this size")
    _check_hashes((leaf, root, *proof))
    if _climb(leaf, index, size - 1, proof)[1] != root:
        raise ProofError("the proof leads to another root")


def check_growth(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the new tree begins with all leaves of the old one, unchanged and in their order.

    ``proof`` is the consistency proof of RFC 6962, section 2.1.2; between equal sizes it is empty. Each size and its
    root are taken from one signed checkpoint, as for :func:`check_inclusion`.

    Nothing can be proved about the tree without leaves, whose growth is true of any other: an ``old_size`` of 0 is
    refused, as most verifiers do. Who has to take it (a witness that sees a log for the first time, C2SP
    tlog-witness) tells it apart before calling.

    Raises:
        ProofError: it does not, or nothing here shows it: sizes other than ``0 < old_size <= new_size``, a hash too
            many or too few or not of 32 bytes, another root.
    """
    if not 0 < old_size <= new_size < SIZE_LIMIT:
        raise ProofError("a tree does not grow from the one of these sizes to the other")
    _check_hashes((old_root, new_root, *proof))
    if old_size == new_size:
        if proof or old_root != new_root:
            raise ProofError("two trees of one size have different roots, or a proof with hashes")
        return
    height, index = edge(old_size)
    if index == 0:  # the old tree is one perfect subtree: its root stands in no proof, for who checks has it
        proof = (old_root, *proof)
    if not proof:
        raise ProofError("the proof is too short")
    if _climb(proof[0], index, (new_size - 1) >> height, proof[1:]) != (old_root, new_root):
        raise ProofError("the proof leads to other roots")


def edge(size: int) -> tuple[int, int]:
    """The smallest perfect subtree on the right edge of a tree that is not empty: its height and its index there."""
    height = (size & -size).bit_length() - 1
    return height, (size - 1) >> height


def siblings(index: int, last: int) -> Iterator[tuple[int, int]]:
    """Every sibling met on the way from a node to the root: how much higher it stands, and its index at that height.

    ``index`` is the node's, ``last`` that of the rightmost node of the same height, both from 0; a sibling with an
    even index stands to the left. A last node with an even index has none: it is the same node one level higher.
    """
    height = 0
    while last:
        if index & 1 or index < last:
            yield height, index ^ 1
        index, last, height = index >> 1, last >> 1, height + 1


def _climb(node: bytes, index: int, last: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Go up from a node: the root over it and all that is left of it, and the root over everything."""
    met = tuple(siblings(index, last))
    if len(met) != len(proof):
        raise ProofError("the proof has a hash too many or too few")
    before = whole = node
    for (_, sibling), found in zip(met, proof, strict=True):
        if sibling & 1:
            whole = node_hash(whole, found)
        else:
            before, whole = node_hash(found, before), node_hash(found, whole)
    return before, whole
