"""Proofs from tiles: the tree cut into pieces that never change, of which a proof takes a handful.

A tile (C2SP tlog-tiles) holds 256 hashes that stand side by side, in 8192 bytes. Those of level 0 are the hashes of
leaves; one hash of level ``n + 1`` is the root over one full tile of level ``n``. The last tile of a level is
narrower until the tree has grown. Every other node lies inside a tile and is computed from it.

What is outside comes through one function, :data:`Read`, asked once for each proof. A proof is as good as the tiles:
who makes one from tiles that may have been touched checks it, with :mod:`bandeau.record.merkle`, before it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from bandeau.errors import ProofError
from bandeau.record.merkle import HASH_SIZE, SIZE_LIMIT, TILE_HEIGHT, Frontier, edge, join, perfect_root, siblings

TILE_WIDTH = 1 << TILE_HEIGHT

ENTRIES = -1
"""The level of the tiles that hold the entries themselves, cut as those of level 0 are."""

_LEVELS = range(ENTRIES, 64)
_INDEX_LIMIT = SIZE_LIMIT // TILE_WIDTH
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its level from 0 (or ``ENTRIES``), its index in the level from 0, and how many hashes it holds.

    Raises:
        ValueError: no tree has such a tile: a level beyond 63, a width that is not 1 to 256.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level not in _LEVELS or not 0 <= self.index < _INDEX_LIMIT or not 1 <= self.width <= TILE_WIDTH:
            raise ValueError("a tile has a level of 0 to 63, an index below 2^55 and a width of 1 to 256")


Read: TypeAlias = Callable[[Sequence[Tile]], Sequence[bytes]]
"""Gives the bytes of tiles, in their order: of each the first ``32 * width``, whatever it has grown to since.

It is never asked for entries. Its own errors pass through; what is missing, it does not replace by shorter bytes.
"""


class _Node(NamedTuple):
    """The root of a perfect subtree: of the leaves ``position << height`` up to, and without, the next one's first."""

    height: int
    position: int


def tile_path(tile: Tile) -> str:
    """Where a tile is fetched, relative to the log's prefix (C2SP tlog-tiles): ``tile/0/x001/x234/067.p/112``."""
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    partial = "" if tile.width == TILE_WIDTH else f".p/{tile.width}"
    return f"tile/{level}/{_groups(tile.index)}{partial}"


def parse_tile_path(path: str) -> Tile:
    """Read the path of a tile; every tile has one path, and no other is taken.

    Raises:
        ValueError: this is the path of no tile.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise ValueError("not the path of a tile")
    level, groups, width = match.groups(default=str(TILE_WIDTH))
    index = int(groups.replace("x", "").replace("/", ""))
    tile = Tile(ENTRIES if level == "entries" else int(level), index, int(width))
    if tile_path(tile) != path:
        raise ValueError("not the path of a tile, but another way to write one")
    return tile


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes (or entries) this tile holds in a tree of ``size`` leaves: 0 where there is no such tile yet."""
    hashes = size >> TILE_HEIGHT * max(level, 0)
    return min(max(hashes - index * TILE_WIDTH, 0), TILE_WIDTH)


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of hashes in a tree of ``size`` leaves, level by level; the tiles of entries are cut as level 0 is."""
    for level in _LEVELS[1:]:
        hashes = size >> TILE_HEIGHT * level
        if not hashes:
            return
        for index in range(-(-hashes // TILE_WIDTH)):
            yield Tile(level, index, tile_width(level, index, size))


def prove_inclusion(index: int, size: int, read: Read, right_edge: Frontier | None = None) -> tuple[bytes, ...]:
    """Prove that the leaf at ``index``, from 0, is in the tree of ``size`` leaves.

    The counterpart of :func:`bandeau.record.merkle.check_inclusion`; ``size`` may be any that the tree once had. Who
    has the frontier of that size gives it as ``right_edge``, and saves the reading of half of the tiles.

    Raises:
        ValueError: there is no such leaf, or the frontier is of another size.
        ProofError: the tiles that were read are not of the right length.
    """
    if not 0 <= index < size < SIZE_LIMIT:
        raise ValueError("the leaf is not in a tree of this size")
    if right_edge is not None and right_edge.size != size:
        raise ValueError("the frontier is that of another size")
    known = dict(zip(_perfect(0, size), right_edge.hashes, strict=True)) if right_edge else {}
    return _compute([_cover(*met, size) for met in siblings(index, size - 1)], size, read, known)


def prove_growth(old_size: int, new_size: int, read: Read) -> tuple[bytes, ...]:
    """Prove that the tree of ``new_size`` leaves begins with the tree of ``old_size``.

    The counterpart of :func:`bandeau.record.merkle.check_growth`; there are no proofs from the tree without leaves.

    Raises:
        ValueError: the sizes are not ``0 < old_size <= new_size``.
        ProofError: the tiles that were read are not of the right length.
    """
    if not 0 < old_size <= new_size < SIZE_LIMIT:
        raise ValueError("a tree does not grow from the one of these sizes to the other")
    if old_size == new_size:
        return ()
    height, index = edge(old_size)
    wanted = [_cover(height + up, met, new_size) for up, met in siblings(index, (new_size - 1) >> height)]
    if index:  # otherwise it is the old root itself, and who checks has it
        wanted.insert(0, [_Node(height, index)])
    return _compute(wanted, new_size, read)


def read_frontier(size: int, read: Read) -> Frontier:
    """The frontier of a size that the tree has, or once had, from its tiles: with it, the root of that size.

    Raises:
        ValueError: no tree has this size.
        ProofError: the tiles that were read are not of the right length.
    """
    if not 0 <= size < SIZE_LIMIT:
        raise ValueError("no tree has this size")
    return Frontier(size, _compute([[node] for node in _perfect(0, size)], size, read))


def _groups(index: int) -> str:
    """An index in groups of three digits, all but the last marked by an x, so that no folder has over 2000 names."""
    high, low = divmod(index, 1000)
    text = f"{low:03}"
    while high:
        high, low = divmod(high, 1000)
        text = f"x{low:03}/{text}"
    return text


def _cover(height: int, index: int, size: int) -> list[_Node]:
    """The perfect subtrees below one node: itself, or several where the tree ends before the node is complete."""
    start = index << height
    return list(_perfect(start, min(start + (1 << height), size)))


def _perfect(start: int, end: int) -> Iterator[_Node]:
    """The largest perfect subtrees over a range of leaves, whose start is a multiple of each of them."""
    while start < end:
        height = (end - start).bit_length() - 1
        yield _Node(height, start >> height)
        start += 1 << height


def _compute(
    wanted: Sequence[Sequence[_Node]], size: int, read: Read, known: Mapping[_Node, bytes] = MappingProxyType({})
) -> tuple[bytes, ...]:
    """The hash over each row of perfect subtrees, from one reading of all tiles that the unknown ones lie in."""
    places = {node: _tile_of(node, size) for row in wanted for node in row if node not in known}
    tiles = _fetch(places.values(), read)
    found = {**known, **{node: _inside(node, tiles[tile]) for node, tile in places.items()}}
    return tuple(join([found[node] for node in row]) for row in wanted)


def _fetch(tiles: Iterable[Tile], read: Read) -> dict[Tile, bytes]:
    distinct = tuple(dict.fromkeys(tiles))
    if not distinct:
        return {}
    found = read(distinct)
    if [len(data) for data in found] != [HASH_SIZE * tile.width for tile in distinct]:
        raise ProofError("a tile is missing, or does not have 32 bytes for each of its hashes")
    return dict(zip(distinct, found, strict=True))


def _tile_of(node: _Node, size: int) -> Tile:
    """The tile with the hashes that a node is computed from."""
    level, above = divmod(node.height, TILE_HEIGHT)
    index = node.position >> TILE_HEIGHT - above
    return Tile(level, index, tile_width(level, index, size))


def _inside(node: _Node, data: bytes) -> bytes:
    """A node from the bytes of its tile: the root over the ``2**above`` hashes below it."""
    above = node.height % TILE_HEIGHT
    first = (node.position << above) % TILE_WIDTH
    return perfect_root(data[HASH_SIZE * first : HASH_SIZE * (first + (1 << above))])
