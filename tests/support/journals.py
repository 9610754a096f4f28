"""What writers noted that a store acknowledged, held against what the store has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from bandeau.record.entry import commitment
from bandeau.record.leaf import Kind, parse
from bandeau.record.merkle import Frontier, grow, leaf_hash
from bandeau.record.stores import Row, Store
from support.records import entry
from support.whole import assert_whole, got, leaves_of


class Journals:
    """The lines of all writers by their first word; a last line that was cut short is none."""

    def __init__(self, folder: Path) -> None:
        self.lines: dict[str, list[list[str]]] = defaultdict(list)
        for journal in folder.iterdir():
            for line in journal.read_text().splitlines(keepends=True):
                if line.endswith("\n"):
                    word, *rest = line.split()
                    self.lines[word].append(rest)

    def assert_kept(self, store: Store) -> None:
        """Assert that the ledger is whole and that all that was acknowledged is in it."""
        rows = assert_whole(store)
        self._assert_entries(rows)
        self._assert_versions(store, rows)
        self._assert_notes(store, rows)
        self._assert_counts(store)

    def _assert_entries(self, rows: list[Row]) -> None:
        erasing = {int(number) for (number,) in self.lines["erasing"]}
        erased = {int(number): int(count) for number, count in self.lines["erased"]}
        indexes = {int(number): int(index) for number, index in self.lines["appended"]}
        assert len(set(indexes.values())) == len(indexes)
        wrong = [
            number
            for number, index in indexes.items()
            if index >= len(rows)
            or rows[index].commitment != commitment(entry(number))
            or (number not in erasing and rows[index].record != entry(number).record)
            or (number in erased and rows[index].record is not None)
        ]
        assert wrong == []
        assert set(erased.values()) <= {1}

    def _assert_versions(self, store: Store, rows: list[Row]) -> None:
        kept = {digest: parse(text.body).bandeau for digest, text in store.archived("version").items()}
        for bandeau, index in self.lines["logged"]:
            row = rows[int(index)]
            assert (row.kind, kept[row.commitment.hex()]) == (Kind.VERSION, bandeau)

    def _assert_notes(self, store: Store, rows: list[Row]) -> None:
        """Assert that of one size one note was ever given out, that it is of that tree, and that it is still kept."""
        notes = [line[0].split("/") for line in self.lines["published"]]
        by_size: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for size, root, nonce, *_ in notes:
            by_size[int(size)].add((root, nonce))
        assert [size for size, given in by_size.items() if len(given) > 1] == []
        assert dict(_roots(rows, set(by_size))) == {size: next(iter(given))[0] for size, given in by_size.items()}
        last = got(store.published())
        if by_size:
            assert last is not None
            size, root, nonce, *cosigned = last.split("/")
            assert int(size) >= max(by_size)
            assert by_size[int(size)] <= {(root, nonce)}
            given = [note for note in notes if note[0] == size]
            assert all(cosigned[: len(more)] == more for _, _, _, *more in given)

    def _assert_counts(self, store: Store) -> None:
        begun, done = (Counter(number for (number,) in self.lines[word]) for word in ("counting", "counted"))
        counted = {tally.what.partition(".")[0]: tally.times for tally in store.tallies()}
        assert all(done[number] <= counted.get(number, 0) <= begun[number] for number in begun)
        assert counted.keys() <= begun.keys()


def _roots(rows: list[Row], sizes: set[int]) -> Iterator[tuple[int, str]]:
    """The root of the tree at each of these sizes."""
    frontier = Frontier(0, ())
    before = 0
    hashes = [leaf_hash(leaf) for leaf in leaves_of(rows)]
    for size in sorted(sizes):
        frontier, before = grow(frontier, hashes[before:size]).frontier, size
        yield size, frontier.root().hex()
