"""A slow and plain Merkle tree, word for word from the recursive definitions, and its tiles in memory."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from bandeau.record.tiles import Tile

Leaves = Sequence[bytes]
"""The entries of a tree, not yet hashed."""


def split(count: int) -> int:
    """The largest power of two smaller than the count."""
    power = 1
    while 2 * power < count:
        power *= 2
    return power


def tree_hash(leaves: Leaves) -> bytes:
    """MTH of RFC 6962, section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def audit_path(index: int, leaves: Leaves) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*audit_path(index, leaves[:k]), tree_hash(leaves[k:])]
    return [*audit_path(index - k, leaves[k:]), tree_hash(leaves[:k])]


def consistency_proof(old: int, leaves: Leaves) -> list[bytes]:
    """PROOF of RFC 6962, section 2.1.2."""
    return _subproof(old, leaves, known=True)


def _subproof(old: int, leaves: Leaves, *, known: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if known else [tree_hash(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*_subproof(old, leaves[:k], known=known), tree_hash(leaves[k:])]
    return [*_subproof(old - k, leaves[k:], known=False), tree_hash(leaves[:k])]


def entries(count: int, start: int = 0) -> list[bytes]:
    """Different entries, of 33 bytes as a log's are."""
    return [b"\x01" + sha256(at.to_bytes(8, "big")).digest() for at in range(start, start + count)]


class TilesInMemory:
    """The tiles of a tree, made afresh from all its leaves, that note what is read of them.

    ``read`` cuts a wider tile down to what is asked for, as a tile that has grown since must be.
    """

    def __init__(self, leaves: Leaves) -> None:
        row = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
        self.levels = []
        while row:
            self.levels.append(row)
            for _ in range(8):
                row = [
                    sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)
                ]
        self.asked: list[list[Tile]] = []

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        self.asked.append(list(tiles))
        return [self.bytes_of(tile) for tile in tiles]

    def bytes_of(self, tile: Tile) -> bytes:
        start = 256 * tile.index
        return b"".join(self.levels[tile.level][start : start + tile.width])
