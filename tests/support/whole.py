"""A ledger checked against its own rows: everything that is derived is made again, slowly and plainly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from bandeau.record.entry import commitment_of, parse
from bandeau.record.leaf import Kind, digest_of, leaf_of
from bandeau.record.stores import Head, Row, Store
from bandeau.record.tiles import TILE_WIDTH, Tile
from support.trees import TilesInMemory, tree_hash

T = TypeVar("T")


def got(future: Future[T]) -> T:
    return future.result(timeout=60)


def all_rows(store: Store, at_once: int = 1_000) -> list[Row]:
    """Every row of a ledger, in order."""
    rows: list[Row] = []
    while more := got(store.rows(len(rows), at_once)):
        rows += more
    return rows


def leaves_of(rows: Sequence[Row]) -> list[bytes]:
    return [leaf_of(row.kind, row.commitment) for row in rows]


def assert_whole(store: Store) -> list[Row]:
    """Assert that the ledger is what its rows say: dense, committed to, its tree and head theirs. Gives the rows."""
    rows = all_rows(store)
    assert [row.index for row in rows] == list(range(len(rows)))
    versions = {digest: text.body for digest, text in store.archived("version").items()}
    for row in rows:
        if row.kind == Kind.VERSION:
            assert digest_of(versions[row.commitment.hex()]) == row.commitment
        elif row.body is not None:
            assert row.salt is not None
            assert commitment_of(row.body, row.salt) == row.commitment
            assert parse(row.body, row.salt).record == row.record
    leaves = leaves_of(rows)
    assert got(store.head()) == Head(len(leaves), tree_hash(leaves))
    _assert_tiles(leaves, lambda wanted: got(store.tiles(wanted)))
    return rows


def _assert_tiles(leaves: list[bytes], read: Callable[[Sequence[Tile]], Sequence[bytes]]) -> None:
    """Assert that the stored hashes above the lowest tiles are those of the leaves."""
    plain = TilesInMemory(leaves)
    count, level = len(leaves) // TILE_WIDTH, 1
    while count:
        for start in range(0, count, TILE_WIDTH):
            tile = Tile(level, start // TILE_WIDTH, min(TILE_WIDTH, count - start))
            assert list(read([tile])) == [plain.bytes_of(tile)]
        count, level = count // TILE_WIDTH, level + 1
