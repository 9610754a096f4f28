"""What every store gives to who checks all of it, and that the checking finds nothing and finds something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import pytest

from bandeau.record.checking import check_ledger
from bandeau.record.keys import Signer
from bandeau.record.merkle import node_hash
from bandeau.record.regrowth import KnownRoot
from bandeau.record.stores import Node, Signed, Standing, Store, Text
from bandeau.record.tiles import Tile
from support.ledgers import CHOICES, SIGNER, fill, publish, store_size, texts
from support.records import entry
from support.stores import open_store

LEAVES = store_size(CHOICES - 1)


@pytest.fixture
def store(kind: str, place: str) -> Iterator[Store]:
    with closing(open_store(kind, place)) as opened:
        yield opened


def test_a_ledger_of_any_store_has_no_fault(store: Store) -> None:
    fill(store)
    assert list(check_ledger(store, [SIGNER.verifier])) == []


def test_a_ledger_of_any_store_that_contradicts_what_was_kept_has_one(store: Store) -> None:
    fill(store, 20)
    (fault,) = check_ledger(store, [SIGNER.verifier], roots=[KnownRoot(9, bytes(32), "a file")])
    assert fault.place == "one of the leaves 3 to 8"
    faults = list(check_ledger(store, [Signer(SIGNER.name, bytes(32)).verifier]))
    assert [fault.place for fault in faults] == ["kept checkpoint of size 3", "kept checkpoint of size 21"]


def test_the_hashes_of_the_tree_come_in_their_order_from_any_one_on(store: Store) -> None:
    fill(store)
    everything = store.nodes(-1, 0, 10).result()
    assert [node[:2] for node in everything] == [(1, 0), (1, 1)]
    assert store.nodes(1, 1, 10).result() == everything[1:]
    assert store.nodes(1, 0, 1).result() == everything[:1]
    assert store.nodes(1, 2, 10).result() == store.nodes(7, -(1 << 63), 1).result() == ()
    (tile,) = store.tiles([Tile(0, 0)]).result()
    level = [tile[at : at + 32] for at in range(0, len(tile), 32)]
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    assert everything[0] == Node(1, 0, level[0])


def test_signed_heads_come_the_smallest_first(store: Store) -> None:
    assert store.checkpoints().result() == ()
    kept = []
    for number in range(3):
        size = store.append(entry(number)).result() + 1
        kept.append(Signed(size, publish(store)))
    assert store.checkpoints().result() == tuple(kept)


def test_archived_texts_come_after_any_one(store: Store) -> None:
    kept = [Text(kind, digest, body) for number in (0, 1) for kind, digest, body in texts(number)]
    for text in kept:
        store.archive(text.kind, text.digest, text.body, 0).result()
    kept.sort()
    assert store.texts("", "", 10).result() == tuple(kept)
    assert store.texts(kept[1].kind, kept[1].digest, 1).result() == (kept[2],)
    assert store.texts(kept[3].kind, kept[3].digest, 1).result() == ()


def test_one_archived_text_is_had_by_its_digest(store: Store) -> None:
    digest = sha256(b"x").hexdigest()
    store.archive("notice", digest, b"x", 0).result()
    assert store.text("notice", digest).result() == b"x"
    assert store.text("declaration", digest).result() is None


def test_what_there_is_is_told_in_numbers(store: Store) -> None:
    fill(store, 20)
    store.withhold(entry(3).record, "a claim", 0).result()
    standing = store.standing().result()
    assert standing == Standing(choices=19, versions=1, withheld=1, bytes=standing.bytes)
    assert standing.bytes > 1_000


def test_a_healthy_database_has_no_damage(store: Store) -> None:
    fill(store, 20)
    assert store.damage().result() is None
