"""Proofs from tiles: the same as from the whole log, out of a handful of pieces; and one path for each tile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.merkle import EMPTY, SIZE_LIMIT, check_growth, check_inclusion, grow, leaf_hash, node_hash
from bandeau.record.tiles import (
    ENTRIES,
    Tile,
    parse_tile_path,
    prove_growth,
    prove_inclusion,
    read_frontier,
    tile_path,
    tile_width,
    tiles_of,
)
from support.trees import TilesInMemory, audit_path, consistency_proof, entries, split
from support.vectors import vectors

AROUND = [255, 256, 257, 511, 512, 513]
FAR = [65_535, 65_536, 65_537, 65_793, 131_071, 131_072, 131_329]


# Proving


@pytest.fixture(scope="module")
def hundred() -> TilesInMemory:
    return TilesInMemory(entries(100))


@pytest.fixture(scope="module")
def many() -> TilesInMemory:
    """The tiles of a tree that has grown beyond every size that is asked about."""
    return TilesInMemory(entries(131_400))


def test_every_leaf_is_proved_in_every_tree_up_to_100(hundred: TilesInMemory) -> None:
    leaves = entries(100)
    for size in range(1, 101):
        for index in range(size):
            assert list(prove_inclusion(index, size, hundred.read)) == audit_path(index, leaves[:size])


def test_every_growth_up_to_100_is_proved(hundred: TilesInMemory) -> None:
    leaves = entries(100)
    for new in range(1, 101):
        for old in range(1, new + 1):
            assert list(prove_growth(old, new, hundred.read)) == consistency_proof(old, leaves[:new])


@pytest.mark.parametrize("size", [1, 2, 3, 100, *AROUND, *FAR])
def test_whoever_has_the_frontier_gets_the_same_proof_from_fewer_tiles(size: int, many: TilesInMemory) -> None:
    edge = read_frontier(size, many.read)
    for index in {0, size // 3, size // 2, size - 1}:
        many.asked.clear()
        plain, short = prove_inclusion(index, size, many.read), prove_inclusion(index, size, many.read, edge)
        assert short == plain
        tiles = [set(asked) for asked in many.asked]
        assert len(tiles) < 2 or tiles[1] <= tiles[0]
    with pytest.raises(ValueError, match="another size"):
        prove_inclusion(0, size + 1, many.read, edge)


def test_the_tiles_of_the_right_edge_are_not_read_where_the_frontier_is_given(many: TilesInMemory) -> None:
    edge = read_frontier(131_329, many.read)
    many.asked.clear()
    prove_inclusion(300, 131_329, many.read, edge)
    assert {tile.index for tile in many.asked[-1] if tile.level == 0} == {1}


@pytest.mark.parametrize("size", AROUND)
def test_proofs_where_a_tile_ends_are_those_of_the_definition(size: int, many: TilesInMemory) -> None:
    leaves = entries(size)
    for index in {0, 1, 127, 128, 254, 255, 256, 383, 510, size - 2, size - 1}:
        if index < size:
            assert list(prove_inclusion(index, size, many.read)) == audit_path(index, leaves)
            assert list(prove_growth(index + 1, size, many.read)) == consistency_proof(index + 1, leaves)


@pytest.mark.parametrize("size", AROUND + FAR)
def test_every_proof_that_is_made_holds(size: int, many: TilesInMemory) -> None:
    leaves = entries(size)
    root = grow(EMPTY, map(leaf_hash, leaves)).frontier.root()
    for index in {*range(0, size, 1 + size // 50), *(at - 1 for at in AROUND + FAR if at <= size), size - 1}:
        check_inclusion(leaf_hash(leaves[index]), index, size, prove_inclusion(index, size, many.read), root)
        old_root = read_frontier(index + 1, many.read).root()
        check_growth(index + 1, old_root, size, root, prove_growth(index + 1, size, many.read))


@pytest.mark.parametrize("size", [0, 1, 2, 99, *AROUND, *FAR])
def test_the_frontier_of_every_size_can_be_read(size: int, many: TilesInMemory) -> None:
    assert read_frontier(size, many.read) == grow(EMPTY, map(leaf_hash, entries(size))).frontier


@given(st.integers(1, 131_400), st.data())
def test_any_leaf_is_proved_at_any_size(many: TilesInMemory, size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root = read_frontier(size, many.read).root()
    leaf = many.levels[0][index]
    check_inclusion(leaf, index, size, prove_inclusion(index, size, many.read), root)


@given(st.integers(1, 131_400), st.data())
def test_any_growth_is_proved(many: TilesInMemory, new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    old_root, root = (read_frontier(size, many.read).root() for size in (old, new))
    check_growth(old, old_root, new, root, prove_growth(old, new, many.read))


# A log of a hundred million


class SparseTiles:
    """The tiles of a log of any size in which all leaves are the same, but for a few."""

    def __init__(self, size: int, marked: dict[int, bytes]) -> None:
        self.size = size
        self.marked = marked
        self.plain = [leaf_hash(b"")]
        for _ in range(64):
            self.plain.append(node_hash(self.plain[-1], self.plain[-1]))
        self.asked: list[Tile] = []

    def node(self, height: int, position: int) -> bytes:
        if not any(at >> height == position for at in self.marked):
            return self.plain[height]
        if not height:
            return self.marked[position]
        return node_hash(self.node(height - 1, 2 * position), self.node(height - 1, 2 * position + 1))

    def root(self, start: int, end: int) -> bytes:
        """By the recursive definition, which ends where a subtree is perfect."""
        count = end - start
        if count.bit_count() == 1:
            height = count.bit_length() - 1
            return self.node(height, start >> height)
        k = split(count)
        return node_hash(self.root(start, start + k), self.root(start + k, end))

    def read(self, tiles: Sequence[Tile]) -> list[bytes]:
        self.asked += tiles
        rows = [range(256 * tile.index, 256 * tile.index + tile.width) for tile in tiles]
        assert all((row[-1] + 1) << 8 * tile.level <= self.size for row, tile in zip(rows, tiles, strict=True))
        return [b"".join(self.node(8 * tile.level, at) for at in row) for row, tile in zip(rows, tiles, strict=True)]


HUGE = [99_999_999, 100_000_000, 100_000_001, 6 * 256**3, 6 * 256**3 - 1, 2**27 - 1]


@pytest.mark.parametrize("size", HUGE)
@pytest.mark.parametrize("index", [0, 12_345_678, 99_999_743, 99_999_998])
def test_a_proof_in_a_log_of_a_hundred_million_reads_a_handful_of_tiles(size: int, index: int) -> None:
    tiles = SparseTiles(size, {index: leaf_hash(b"one"), index // 2: leaf_hash(b"two")})
    root = tiles.root(0, size)
    check_inclusion(tiles.marked[index], index, size, prove_inclusion(index, size, tiles.read), root)
    assert 4 <= len(tiles.asked) <= 7


@pytest.mark.parametrize("size", HUGE)
@pytest.mark.parametrize("old", [1, 12_345_678, 16_777_216, 99_999_744, 99_999_998])
def test_a_proof_of_growth_to_a_hundred_million_reads_a_handful_of_tiles(size: int, old: int) -> None:
    marked = {old - 1: leaf_hash(b"last of the old"), size - 1: leaf_hash(b"last")}
    tiles = SparseTiles(size, marked)
    proof = prove_growth(old, size, tiles.read)
    assert 1 <= len(tiles.asked) <= 7
    check_growth(old, tiles.root(0, old), size, tiles.root(0, size), proof)


def test_a_tree_of_the_largest_size_is_proved_too() -> None:
    size = SIZE_LIMIT - 1
    tiles = SparseTiles(size, {size - 1: leaf_hash(b"last")})
    root = tiles.root(0, size)
    check_inclusion(leaf_hash(b"last"), size - 1, size, prove_inclusion(size - 1, size, tiles.read), root)
    check_growth(size - 1, tiles.root(0, size - 1), size, root, prove_growth(size - 1, size, tiles.read))
    assert read_frontier(size, tiles.read).root() == root


# What is read


def test_tiles_are_asked_for_once_together_each_once_and_as_they_are_at_that_size(many: TilesInMemory) -> None:
    for prove in (lambda: prove_inclusion(300, 66_000, many.read), lambda: prove_growth(300, 66_000, many.read)):
        many.asked.clear()
        prove()
        (asked,) = many.asked
        assert len(set(asked)) == len(asked)
        assert set(asked) <= set(tiles_of(66_000))


def test_nothing_is_read_where_there_is_nothing_to_prove(many: TilesInMemory) -> None:
    many.asked.clear()
    assert prove_inclusion(0, 1, many.read) == ()
    assert prove_growth(300, 300, many.read) == ()
    assert read_frontier(0, many.read) == EMPTY
    assert many.asked == []


def a_byte_short(found: list[bytes]) -> list[bytes]:
    return [*found[:-1], found[-1][:-1]]


def a_hash_short(found: list[bytes]) -> list[bytes]:
    return [found[0][:-32], *found[1:]]


def a_hash_long(found: list[bytes]) -> list[bytes]:
    return [*found[:-1], found[-1] + bytes(32)]


def a_tile_empty(found: list[bytes]) -> list[bytes]:
    return [b"", *found[1:]]


def a_tile_missing(found: list[bytes]) -> list[bytes]:
    return found[:-1]


def a_tile_extra(found: list[bytes]) -> list[bytes]:
    return [*found, bytes(8192)]


def other_order(found: list[bytes]) -> list[bytes]:
    return found[::-1]


WRONG = [a_byte_short, a_hash_short, a_hash_long, a_tile_empty, a_tile_missing, a_tile_extra, other_order]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda one: one.__name__)
def test_tiles_of_the_wrong_length_prove_nothing(
    wrong: Callable[[list[bytes]], list[bytes]], many: TilesInMemory
) -> None:
    def read(tiles: Sequence[Tile]) -> list[bytes]:
        return wrong(many.read(tiles))

    with pytest.raises(ProofError, match="tile"):
        prove_inclusion(300, 66_000, read)
    with pytest.raises(ProofError, match="tile"):
        prove_growth(300, 66_000, read)
    with pytest.raises(ProofError, match="tile"):
        read_frontier(66_001, read)


def test_an_error_of_reading_passes_through() -> None:
    def read(tiles: Sequence[Tile]) -> list[bytes]:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        prove_inclusion(1, 2, read)


def test_a_proof_from_a_touched_tile_does_not_hold(many: TilesInMemory) -> None:
    def read(tiles: Sequence[Tile]) -> list[bytes]:
        return [bytes([data[0] ^ 1]) + data[1:] for data in many.read(tiles)]

    root = read_frontier(600, many.read).root()
    with pytest.raises(ProofError):
        check_inclusion(many.levels[0][1], 1, 600, prove_inclusion(1, 600, read), root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (5, 4), (0, -1), (0, SIZE_LIMIT), (0, 10**400)])
def test_a_leaf_that_is_not_in_the_tree_cannot_be_proved(index: int, size: int, hundred: TilesInMemory) -> None:
    with pytest.raises(ValueError, match="tree of this size"):
        prove_inclusion(index, size, hundred.read)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (2, 1), (-1, 1), (1, SIZE_LIMIT), (10**400, 10**400)])
def test_a_tree_does_not_grow_from_nothing_nor_backwards(old: int, new: int, hundred: TilesInMemory) -> None:
    with pytest.raises(ValueError, match="grow"):
        prove_growth(old, new, hundred.read)


@pytest.mark.parametrize("size", [-1, SIZE_LIMIT])
def test_no_tree_has_a_size_outside_the_limits(size: int, hundred: TilesInMemory) -> None:
    with pytest.raises(ValueError, match="no tree"):
        read_frontier(size, hundred.read)


# Which tiles there are


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 70_000])
def test_the_tiles_of_a_size_are_its_hashes_cut_by_256(size: int) -> None:
    levels = TilesInMemory(entries(size)).levels
    expected = [
        Tile(level, at // 256, len(row[at : at + 256]))
        for level, row in enumerate(levels)
        for at in range(0, len(row), 256)
    ]
    assert list(tiles_of(size)) == expected


def test_a_log_of_70000_has_the_tiles_that_the_format_says() -> None:
    paths = [tile_path(tile) for tile in tiles_of(70_000)]
    assert len(paths) == 274 + 2 + 1
    assert [path for path in paths if ".p/" in path] == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]


@given(st.integers(0, 200_000))
@example(65_536)
@example(256)
def test_a_tile_is_as_wide_as_the_list_of_all_says_and_what_is_not_listed_has_no_width(size: int) -> None:
    listed = {(tile.level, tile.index): tile.width for tile in tiles_of(size)}
    for level in range(4):
        count = sum(at == level for at, _ in listed)
        for index in {0, count // 2, max(count - 1, 0), count, count + 1, 2**54}:
            assert tile_width(level, index, size) == listed.get((level, index), 0)
            assert tile_width(ENTRIES, index, size) == tile_width(0, index, size)


# Paths

tiles = st.builds(
    Tile,
    st.integers(ENTRIES, 63),
    st.integers(0, 5000)
    | st.integers(0, 2**55 - 1)
    | st.integers(0, 18).map(lambda digits: min(10**digits, 2**55 - 1)),
    st.integers(1, 256),
)


@given(tiles)
@example(Tile(0, 999_999))
@example(Tile(0, 2**55 - 1))
def test_a_tile_comes_back_from_its_path(tile: Tile) -> None:
    assert parse_tile_path(tile_path(tile)) == tile


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 112), "tile/0/000.p/112"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(1, 1_234_067, 7), "tile/1/x001/x234/067.p/7"),
        (Tile(63, 0, 255), "tile/63/000.p/255"),
        (Tile(ENTRIES, 1_234_067), "tile/entries/x001/x234/067"),
        (Tile(ENTRIES, 0, 1), "tile/entries/000.p/1"),
    ],
)
def test_the_path_is_that_of_the_format(tile: Tile, path: str) -> None:
    assert tile_path(tile) == path
    assert parse_tile_path(path) == tile


def test_the_published_paths_are_ours() -> None:
    def found(value: object) -> list[dict[str, object]]:
        if isinstance(value, dict):
            return value.get("tile_paths", []) + [one for inner in value.values() for one in found(inner)]
        return []

    cases = found(vectors("note/note_checkpoint_vectors.json"))
    assert cases
    for case in cases:
        tile = Tile(int(str(case["level"])), int(str(case["index"])), int(str(case.get("width", 256))))
        assert tile_path(tile) == case["path"]
        assert parse_tile_path(str(case["path"])) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        " tile/0/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/x001",
        "tile/0/001/000",
        "tile/0/X001/000",
        "tile/0/x001/x000",
        "tile/0/x001//000",
        "tile/00/000",
        "tile/01/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/64/000",
        "tile/99/000",
        "tile/100/000",
        "tile/data/000",
        "tile/Entries/000",
        "tile/8/0/000",
        "tile/0/-01",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/00",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/1000",
        "tile/0/000.P/1",
        "tile/0/000p/1",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/x036/x028/x797/x018/x963/968",  # 2^55
        "tile/0/x999/x999/x999/x999/x999/999",
        "tile/0/x001/x000/x000/x000/x000/x000/000",
        "tile/0/" + "x999/" * 10_000 + "999",
        "tile/0/٠٠١",
        "tile/٣/000",
        "tile/0/000.p/¹",
        "tile/0/../000",
        "tile/0/000%2ep/1",
        "tile/0/000\0",
    ],
)
def test_what_is_not_the_one_path_of_a_tile_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="tile"):
        parse_tile_path(path)


@given(st.text() | st.text("tile/0123456789x.p").map("tile/".__add__))
def test_a_text_is_the_path_of_a_tile_or_one_well_known_error(text: str) -> None:
    try:
        tile = parse_tile_path(text)
    except ValueError:
        return
    assert tile_path(tile) == text


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**55, 1), (0, 0, 0), (0, 0, 257), (0, 0, -1)],
)
def test_a_tile_that_no_log_has_cannot_exist(level: int, index: int, width: int) -> None:
    with pytest.raises(ValueError, match="a tile has"):
        Tile(level, index, width)
