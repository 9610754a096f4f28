"""What a store does with the log over its entries, each piece of work inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bandeau.errors import StoreError
from bandeau.record.leaf import Kind, Version, canonical, digest_of, leaf_of, parse
from bandeau.record.merkle import SIZE_LIMIT, leaf_hash
from bandeau.record.stores import Asked, Head
from bandeau.record.stores.session import Leaf, Session, frontier_of
from bandeau.record.stores.work_kept import checkpoints
from bandeau.record.stores.work_texts import archive
from bandeau.record.tiles import ENTRIES, TILE_WIDTH, Tile, prove_inclusion, read_frontier

_CHECKPOINTS = 64
"""How many signed heads are kept."""

_VERSIONS = 16
"""How many versions back the one is looked for under which a choice was made: several may be in force at once while a
new one is rolled out to several machines."""


def append_version(version: Version, session: Session) -> int:
    """Log a version, unless the last one says the same."""
    session.settle()  # one that this very transaction appends is the last as well
    last = next(_versions(SIZE_LIMIT - 1, 1, session), None)
    if last is not None and last.version.says_the_same(version):
        return last.index
    body = canonical(version)
    digest = digest_of(body)
    archive(("version", digest.hex(), body, version.at), session)
    return session.append(Leaf(Kind.VERSION, digest))


def asked(index: int, declaration: str, session: Session) -> Asked | None:
    """The newest version before an entry that has its declaration."""
    versions = _versions(index, _VERSIONS, session)
    return next((one for one in versions if one.version.declaration == declaration), None)


def _versions(before: int, at_most: int, session: Session) -> Iterator[Asked]:
    return (Asked(index, parse(body)) for index, body in session.run("versions", before, at_most))


def head(session: Session) -> Head:
    """The log's head."""
    frontier = frontier_of(session.run("head").fetchone())
    return Head(frontier.size, frontier.root())


def publish(signed: Head, note: str, session: Session) -> str:
    """Keep the signed note of a head, or give the one of its size, or of a larger one, that is kept already."""
    session.settle()
    session.lock_head()  # of several who sign, one at a time
    kept = session.run("checkpoint", signed.size).fetchone()
    if kept is not None:
        return str(kept[0])
    *_, newest = (None, *checkpoints(session))
    if newest is not None and newest.size > signed.size:
        return newest.note  # one of the smaller size may have been given out, and be forgotten since
    # Looked up in this very database: the reader's may have been another one, which has lost its log since.
    frontier = read_frontier(signed.size, lambda wanted: tiles(wanted, session))
    if frontier.root() != signed.root:
        raise StoreError("the head that was signed is not one of this log")
    session.run("checkpoint-keep", signed.size, note)
    session.run("checkpoint-forget", _CHECKPOINTS)
    return note


def published(session: Session) -> str | None:
    """The newest signed note."""
    kept = session.run("checkpoint-last").fetchone()
    return None if kept is None else str(kept[0])


def cosign(size: int, before: str, after: str, session: Session) -> bool:
    """Exchange a signed note for the same one with more signatures."""
    return session.run("checkpoint-cosign", size, after, before).rowcount == 1


def tiles(wanted: Sequence[Tile], session: Session) -> tuple[bytes, ...]:
    """What tiles hold."""
    return tuple(_tile(tile, session) for tile in wanted)


def _tile(tile: Tile, session: Session) -> bytes:
    first = tile.index * TILE_WIDTH
    if tile.level > 0:
        hashes = [row[0] for row in session.run("nodes", tile.level, first, tile.width)]
    else:
        leaves = [leaf_of(kind, digest) for kind, digest in session.run("leaves", first, tile.width)]
        hashes = leaves if tile.level == ENTRIES else [leaf_hash(leaf) for leaf in leaves]
    if len(hashes) != tile.width:
        raise StoreError(f"the log has not all of the tile {tile}")
    return b"".join(hashes)


def prove(indexes: Sequence[int], size: int, session: Session) -> tuple[tuple[bytes, ...], ...]:
    """For each index the proof that its leaf is in the log of its first ``size`` leaves."""
    read: dict[Tile, bytes] = {}  # leaves near each other share their tiles

    def tiles_of(wanted: Sequence[Tile]) -> list[bytes]:
        missing = [tile for tile in wanted if tile not in read]
        read.update(zip(missing, tiles(missing, session), strict=True))
        return [read[tile] for tile in wanted]

    newest = frontier_of(session.run("head").fetchone())
    edge = newest if newest.size == size else read_frontier(size, tiles_of)
    return tuple(prove_inclusion(index, size, tiles_of, edge) for index in indexes)
