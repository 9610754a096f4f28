"""Checking a whole ledger: what holds is silent, and what does not is told with its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from bandeau.record.checking import check_ledger
from bandeau.record.keys import Signer
from bandeau.record.leaf import Kind, leaf_of
from bandeau.record.merkle import EMPTY, format_frontier, grow, leaf_hash
from bandeau.record.regrowth import KnownLeaf, KnownRoot
from bandeau.record.stores.sqlite import SQLiteStore
from support.ledgers import CHOICES, ERASED, SIGNER, fill, ledger, publish, store_size
from support.records import entry

LEAVES = store_size(CHOICES - 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "bandeau.sqlite3"
    ledger(found)
    return found


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as opened:
        yield opened


def test_an_untouched_ledger_has_no_fault_and_tells_how_far_it_is(store: SQLiteStore) -> None:
    told: list[int] = []
    assert list(check_ledger(store, [SIGNER.verifier], told=told.append)) == []
    assert told[-1] == LEAVES


def test_an_empty_ledger_has_no_fault(tmp_path: Path) -> None:
    with closing(SQLiteStore(tmp_path / "x")) as store:
        assert list(check_ledger(store, [SIGNER.verifier])) == []
        publish(store)
        assert list(check_ledger(store, [SIGNER.verifier])) == []


@pytest.mark.parametrize("leaves", [1, 255, 256, 257, 512])
def test_every_size_of_ledger_has_no_fault(tmp_path: Path, leaves: int) -> None:
    with closing(SQLiteStore(tmp_path / "x")) as store:
        for number in range(leaves):
            future = store.append(entry(number))
        future.result()
        assert list(check_ledger(store)) == []


def test_the_hashes_of_the_second_level_of_tiles_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with closing(SQLiteStore(path)) as store:
        large(path, 70_000)
        assert list(check_ledger(store)) == []
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 0")
        assert [fault.place for fault in check_ledger(store)] == ["hash 0 of level 2 of the tree"]


def large(path: Path, size: int) -> None:
    """A log of erased choices, written past the store, which would take its time to make each durable."""
    digests = [sha256(number.to_bytes(8)).digest() for number in range(size)]
    grown = grow(EMPTY, (leaf_hash(leaf_of(Kind.CHOICE, digest)) for digest in digests))
    frontier = grown.frontier
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO entries (seq, kind, commitment) VALUES (?, 1, ?)", enumerate(digests))
        connection.executemany("INSERT INTO nodes VALUES (?, ?, ?)", grown.completed)
        head = (size, frontier.root(), format_frontier(frontier))
        connection.execute("UPDATE head SET size = ?, root = ?, frontier = ?", head)


def test_what_is_appended_while_it_is_checked_is_no_fault(path: Path, store: SQLiteStore) -> None:
    other = SQLiteStore(path)
    grown = 0

    def append(_: int) -> None:
        nonlocal grown
        fill(other, 300, first=800 + grown)
        grown += 300

    assert list(check_ledger(store, [SIGNER.verifier], told=append)) == []
    assert grown
    other.close()


def test_without_keys_signatures_are_not_looked_at_and_with_another_key_none_holds(store: SQLiteStore) -> None:
    assert list(check_ledger(store)) == []
    stranger = Signer(SIGNER.name, bytes(32)).verifier
    faults = list(check_ledger(store, [stranger]))
    assert [fault.place for fault in faults] == [f"kept checkpoint of size {size}" for size in (3, 300, LEAVES)]


def test_what_a_former_key_signed_holds_but_for_the_newest(store: SQLiteStore) -> None:
    new = Signer(SIGNER.name, bytes(32))
    assert [fault.place for fault in check_ledger(store, [new.verifier], former=[SIGNER.verifier])] == [
        f"kept checkpoint of size {LEAVES}"
    ]
    store.append(entry(5_000)).result()
    publish(store, new)
    assert list(check_ledger(store, [new.verifier], former=[SIGNER.verifier])) == []


def test_a_root_and_a_leaf_that_others_kept_are_compared(store: SQLiteStore) -> None:
    head = store.head().result()
    root, leaf = (
        KnownRoot(*head, "a file"),
        KnownLeaf(9, b"\x01" + store.rows(9, 1).result()[0].commitment, "a receipt"),
    )
    assert list(check_ledger(store, roots=[root], known=[leaf])) == []
    (fault,) = check_ledger(store, roots=[KnownRoot(100, bytes(32), "a file")])
    assert (fault.place, fault.leaf) == ("one of the leaves 0 to 99", 0)
    (fault,) = check_ledger(store, roots=[KnownRoot(LEAVES + 5, bytes(32), "a file")])
    assert (fault.place, fault.leaf) == (f"leaf {LEAVES}", LEAVES)
    (fault,) = check_ledger(store, known=[KnownLeaf(9, bytes(33), "a receipt")])
    assert (fault.place, fault.leaf) == ("leaf 9", 9)
    (fault,) = check_ledger(store, known=[KnownLeaf(LEAVES + 5, bytes(33), "a receipt")])
    assert fault.leaf == LEAVES + 5


def test_an_erased_choice_is_no_fault(store: SQLiteStore) -> None:
    assert store.rows(store_size(ERASED) - 1, 1).result()[0].body is None
    assert list(check_ledger(store)) == []
