"""What every store promises; a further store is one more parameter of ``make``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import pairwise
from typing import Any, TypeVar

import pytest

from bandeau.errors import ProofError, StoreError, Withheld
from bandeau.record.entry import Entry, canonical, commitment
from bandeau.record.leaf import Kind, Version, digest_of, leaf_of
from bandeau.record.leaf import canonical as canonical_version
from bandeau.record.merkle import EMPTY_ROOT, check_growth, check_inclusion, leaf_hash
from bandeau.record.stores import (
    OTHER,
    TALLY_DAYS,
    TALLY_ROWS_A_DAY,
    Archived,
    Asked,
    Head,
    Observation,
    Row,
    Store,
    Tally,
)
from bandeau.record.tiles import ENTRIES, Tile, prove_growth, prove_inclusion
from support.records import entry
from support.stores import open_store
from support.trees import tree_hash

T = TypeVar("T")
Make = Callable[[], Store]


@pytest.fixture
def make(kind: str, place: str) -> Iterator[Make]:
    """Opens the store of this test, as often as it is called; all are closed at the end."""
    opened: list[Store] = []

    def open_one() -> Store:
        opened.append(open_store(kind, place))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def got(future: Future[T]) -> T:
    return future.result(timeout=60)


def history(store: Store, record: bytes) -> tuple[Entry, ...]:
    return tuple(one.entry for one in got(store.history(record)))


def test_what_is_appended_is_in_the_history_of_its_record(make: Make) -> None:
    store = make()
    assert got(store.append(entry(1))) == 0
    assert history(store, entry(1).record) == (entry(1),)


def test_a_record_that_was_never_appended_has_an_empty_history(make: Make) -> None:
    assert history(make(), bytes(16)) == ()


def test_a_history_is_in_the_order_of_appending_and_of_one_record_only(make: Make) -> None:
    store, record = make(), entry(1).record
    # The clock may go back; the order may not follow it.
    own = [entry(number, record=record) for number in (5, 3, 9)]
    for one in (own[0], entry(100), own[1], entry(101), own[2]):
        got(store.append(one))
    assert history(store, record) == tuple(own)


def test_sequence_numbers_are_dense_from_zero_whoever_appends(make: Make) -> None:
    first, second = make(), make()
    numbers = [got((first, second)[number % 2].append(entry(number))) for number in range(20)]
    assert numbers == list(range(20))


def test_everything_acknowledged_is_there_after_reopening(make: Make) -> None:
    store = make()
    wait([store.append(entry(number)) for number in range(1_000)])
    store.close()
    again = make()
    assert all(history(again, entry(number).record) == (entry(number),) for number in range(1_000))


def test_closing_finishes_what_was_taken_on(make: Make) -> None:
    store = make()
    futures = [store.append(entry(number)) for number in range(500)]
    store.close()
    assert sorted(future.result(timeout=0) for future in futures) == list(range(500))


def test_a_closed_store_takes_nothing_on_and_may_be_closed_again(make: Make) -> None:
    store = make()
    store.close()
    store.close()
    with pytest.raises(StoreError):
        got(store.append(entry(1)))
    with pytest.raises(StoreError):
        history(store, entry(1).record)


def test_a_hundred_threads_append_at_once_and_each_reads_its_own(make: Make) -> None:
    store = make()

    def visitor(number: int) -> tuple[list[int], bool]:
        record = entry(number).record
        own = [entry(number * 100 + turn, record=record) for turn in range(10)]
        numbers = [got(store.append(one)) for one in own]
        return numbers, history(store, record) == tuple(own)

    with ThreadPoolExecutor(100) as pool:
        results = list(pool.map(visitor, range(100)))
    assert all(read for _, read in results)
    assert sorted(number for numbers, _ in results for number in numbers) == list(range(1_000))


def test_a_future_cancelled_in_time_leaves_the_store_at_work(make: Make) -> None:
    store = make()
    futures = [store.append(entry(number)) for number in range(200)]
    cancelled = {number for number, future in enumerate(futures) if number % 3 == 0 and future.cancel()}
    kept = set(range(200)) - cancelled
    assert sorted(got(futures[number]) for number in kept) == list(range(len(kept)))
    assert {number for number in range(200) if history(store, entry(number).record)} == kept


def test_erasing_takes_every_entry_of_one_record_and_no_other(make: Make) -> None:
    store, record = make(), entry(1).record
    for one in (entry(2, record=record), entry(3), entry(4, record=record)):
        got(store.append(one))
    assert got(store.erase(record)) == 2
    assert history(store, record) == ()
    assert history(store, entry(3).record) == (entry(3),)
    assert got(store.erase(record)) == 0


def test_erasing_frees_no_sequence_number(make: Make) -> None:
    store = make()
    assert got(store.append(entry(1))) == 0
    got(store.erase(entry(1).record))
    assert got(store.append(entry(2))) == 1


def test_a_choice_after_erasing_is_recorded_again(make: Make) -> None:
    store, record = make(), entry(1).record
    got(store.append(entry(1)))
    futures = store.erase(record), store.append(entry(2, record=record))
    wait(futures)
    assert history(store, record) == (entry(2, record=record),)


def test_texts_are_archived_by_kind_and_digest(make: Make) -> None:
    store = make()
    got(store.archive("notice", "aa", "« Tout accepter »".encode(), 1))
    got(store.archive("notice", "bb", b"", 2))
    got(store.archive("declaration", "aa", b"{}", 1_800_000_000_000))
    store.close()
    assert make().archived("notice") == {"aa": ("« Tout accepter »".encode(), 1), "bb": (b"", 2)}
    assert make().archived("declaration") == {"aa": Archived(b"{}", 1_800_000_000_000)}
    assert make().archived("nothing") == {}


def test_archiving_again_changes_nothing(make: Make) -> None:
    store = make()
    got(store.archive("notice", "aa", b"first", 1))
    got(store.archive("notice", "aa", b"second", 2))
    assert store.archived("notice") == {"aa": Archived(b"first", 1)}


def test_observations_are_counted_by_day_kind_text_and_page(make: Make) -> None:
    store = make()
    first, second = (
        Observation("2026-01-01", "img-src", "b.example"),
        Observation("2026-01-01", "img-src", "b.example", "/"),
    )
    got(store.tally({second: 2, first: 1}))
    got(store.tally({second: 40}))
    got(store.tally({}))
    assert store.tallies() == (Tally(*first, 1), Tally(*second, 42))


@pytest.mark.parametrize("page", ["", "/news/*"])
def test_a_flood_of_different_observations_ends_in_one_row_a_day(make: Make, page: str) -> None:
    store = make()
    rows = [
        Observation("2026-01-01", "script-src", f"{number}.example", page) for number in range(TALLY_ROWS_A_DAY + 50)
    ]
    other_kind = Observation("2026-01-01", "script-src", "a.example", "" if page else "/")
    next_day = Observation("2026-01-02", "script-src", "next.example", page)
    got(store.tally(dict.fromkeys(rows[:-50], 1)))
    got(store.tally(dict.fromkeys(rows[-50:], 2)))
    got(store.tally({rows[0]: 1, next_day: 1, other_kind: 1}))
    counted = {Observation(*tally[:4]): tally.times for tally in store.tallies()}
    assert counted[rows[0]] == 2
    assert counted[Observation("2026-01-01", OTHER, OTHER)] == 100
    assert counted[next_day] == counted[other_kind] == 1
    assert len(counted) == TALLY_ROWS_A_DAY + 3


@pytest.mark.parametrize("row", [("x" * 129, "a", ""), ("a", "x" * 129, ""), ("a", "b", "/" * 129)])
def test_a_long_observation_is_not_kept_as_it_is(make: Make, row: tuple[str, str, str]) -> None:
    store = make()
    got(store.tally({Observation("2026-01-01", *row): 3}))
    assert store.tallies() == (Tally("2026-01-01", OTHER, OTHER, "", 3),)


def test_old_counts_are_forgotten(make: Make) -> None:
    store = make()
    days = ["2026-01-01", "2026-04-01", "2026-04-02"]
    for day in days:
        got(store.tally({Observation(day, "img-src", "b.example"): 1}))
    assert TALLY_DAYS == 90
    assert [tally.day for tally in store.tallies()] == days[1:]


# -- the log ------------------------------------------------------------------------------------------------------


def read_from(store: Store) -> Callable[[Sequence[Tile]], Sequence[bytes]]:
    """The tiles, as a proof asks for them."""
    return lambda wanted: got(store.tiles(wanted))


def leaf(one: Entry) -> bytes:
    return leaf_of(Kind.CHOICE, commitment(one))


def a_version(at: int = 1, **changes: Any) -> Version:
    fields: dict[str, Any] = {
        "at": at,
        "bandeau": "0.1.0",
        "declaration": "aa" * 32,
        "notices": {"fr": "bb" * 32},
        "assets": {"notice.js": "cc" * 32},
    }
    return Version(**{**fields, **changes})


def test_the_log_of_a_new_store_is_empty(make: Make) -> None:
    assert got(make().head()) == Head(0, EMPTY_ROOT)


def test_whatever_is_acknowledged_is_in_the_tree(make: Make) -> None:
    store = make()
    entries = [entry(number) for number in range(700)]
    wait([store.append(one) for one in entries])
    assert got(store.head()) == Head(700, tree_hash([leaf(one) for one in entries]))
    store.close()
    assert got(make().head()) == Head(700, tree_hash([leaf(one) for one in entries]))


def test_each_entry_is_proved_to_be_in_the_log_at_its_index(make: Make) -> None:
    store = make()
    wait([store.append(entry(number)) for number in range(600)])
    head = got(store.head())
    for number in (0, 255, 256, 511, 512, 599):
        (recorded,) = got(store.history(entry(number).record))
        proof = prove_inclusion(recorded.index, head.size, read_from(store))
        check_inclusion(leaf_hash(leaf(entry(number))), recorded.index, head.size, proof, head.root)
        with pytest.raises(ProofError):
            check_inclusion(leaf_hash(leaf(entry(number + 1))), recorded.index, head.size, proof, head.root)


def test_the_log_is_proved_to_have_only_grown(make: Make) -> None:
    first, second = make(), make()
    heads = []
    for start in range(0, 900, 300):
        wait([(first, second)[number % 2].append(entry(number)) for number in range(start, start + 300)])
        heads.append(got(second.head()))
    for old, new in pairwise(heads):
        proof = prove_growth(old.size, new.size, read_from(first))
        check_growth(old.size, old.root, new.size, new.root, proof)


def test_erasing_changes_neither_the_tree_nor_a_proof(make: Make) -> None:
    store = make()
    wait([store.append(entry(number)) for number in range(300)])
    head, proof = got(store.head()), prove_inclusion(7, 300, read_from(store))
    got(store.erase(entry(7).record))
    assert got(store.head()) == head
    assert prove_inclusion(7, 300, read_from(store)) == proof
    assert got(store.rows(7, 1)) == (Row(7, Kind.CHOICE, commitment(entry(7)), None, None, None),)


def test_a_tile_that_the_log_has_not_reached_is_an_error(make: Make) -> None:
    store = make()
    wait([store.append(entry(number)) for number in range(10)])
    assert got(store.tiles([Tile(ENTRIES, 0, 10)])) == (b"".join(leaf(entry(number)) for number in range(10)),)
    for tile in (Tile(0, 0, 11), Tile(0, 1, 1), Tile(1, 0, 1)):
        with pytest.raises(StoreError, match="tile"):
            got(store.tiles([tile]))


def test_rows_are_given_as_they_are_kept(make: Make) -> None:
    store = make()
    wait([store.append(entry(number)) for number in range(5)])
    expected = [entry(number) for number in range(5)]
    assert [row.index for row in got(store.rows(0, 100))] == [0, 1, 2, 3, 4]
    assert [(row.record, row.salt, row.body) for row in got(store.rows(1, 2))] == [
        (one.record, one.salt, canonical(one)) for one in expected[1:3]
    ]
    assert got(store.rows(5, 100)) == ()


def test_a_version_is_logged_once_until_another_comes(make: Make) -> None:
    first, second = make(), make()
    assert got(first.append_version(a_version(1))) == 0
    assert got(second.append_version(a_version(2))) == 0
    got(first.append(entry(1)))
    assert got(first.append_version(a_version(3, bandeau="0.2.0"))) == 2
    assert got(second.append_version(a_version(4))) == 3
    body = canonical_version(a_version(3, bandeau="0.2.0"))
    assert got(first.rows(2, 1)) == (Row(2, Kind.VERSION, digest_of(body), None, None, None),)
    assert first.archived("version")[digest_of(body).hex()] == Archived(body, 3)


def test_what_was_asked_is_the_newest_version_before_an_entry_with_its_declaration(make: Make) -> None:
    store = make()
    old, new = a_version(1), a_version(2, declaration="dd" * 32)
    for version in (old, new):
        got(store.append_version(version))
    assert got(store.append(entry(1))) == 2
    got(store.append_version(a_version(3, bandeau="0.2.0")))
    assert got(store.asked(2, "aa" * 32)) == Asked(0, old)
    assert got(store.asked(2, "dd" * 32)) == Asked(1, new)
    assert got(store.asked(2, "ee" * 32)) is None
    assert got(store.asked(0, "aa" * 32)) is None


def publish(store: Store, head: Head | None = None) -> str:
    """Sign and publish a head, the present one unless another is given; never twice the same words, as signers do."""
    signed = head or got(store.head())
    return got(store.publish(signed, f"{signed.size} {signed.root.hex()} {os.urandom(4).hex()}"))


def test_of_one_size_there_is_one_signed_head_whoever_signs(make: Make) -> None:
    first, second = make(), make()
    assert got(first.published()) is None
    got(first.append(entry(1)))
    note = publish(first)
    head = got(first.head())
    assert note.startswith(f"1 {head.root.hex()}")
    assert publish(second) == got(second.published()) == publish(first) == note
    got(second.append(entry(2)))
    later = publish(second)
    assert later.startswith("2 ")
    assert got(first.published()) == later


def test_a_head_may_be_signed_while_the_log_grows(make: Make) -> None:
    store = make()
    wait([store.append(entry(number)) for number in range(300)])
    head = got(store.head())
    wait([store.append(entry(number)) for number in range(300, 700)])
    assert publish(store, head).startswith("300 ")
    assert publish(store).startswith("700 ")


def test_of_a_size_that_was_signed_and_forgotten_no_second_head_is_signed(make: Make) -> None:
    store = make()
    heads = []
    for number in range(70):
        got(store.append(entry(number)))
        heads.append(got(store.head()))
        newest = publish(store)
    assert publish(store, heads[0]) == newest
    assert got(store.published()) == newest
    sizes = [signed.size for signed in got(store.checkpoints())]
    assert sizes == sorted(set(sizes))
    assert heads[0].size not in sizes


def test_a_head_that_is_not_the_logs_is_not_published(make: Make) -> None:
    store = make()
    wait([store.append(entry(number)) for number in range(5)])
    other = Head(3, got(store.head()).root)
    for head in (other, Head(6, bytes(32)), Head(0, bytes(32))):
        with pytest.raises(StoreError):
            publish(store, head)
    assert got(store.published()) is None


def test_a_cosigned_head_takes_the_place_of_the_one_it_was_made_from(make: Make) -> None:
    store = make()
    got(store.append(entry(1)))
    note = publish(store)
    assert got(store.cosign(1, note, note + " cosigned"))
    assert got(store.published()) == publish(store) == note + " cosigned"
    assert not got(store.cosign(1, note, "an answer that came too late"))
    assert got(store.published()) == note + " cosigned"


def test_the_last_heads_are_kept_and_older_ones_forgotten(make: Make) -> None:
    store = make()
    for number in range(70):
        got(store.append(entry(number)))
        note = publish(store)
    assert got(store.published()) == note
    assert not got(store.cosign(1, "x", "y"))


# -- keeping and letting go ---------------------------------------------------------------------------------------


def test_what_is_older_than_the_publisher_keeps_is_erased(make: Make) -> None:
    store = make()
    entries = [entry(number) for number in range(10)]
    got(store.append_version(a_version()))
    wait([store.append(one) for one in entries])
    head = got(store.head())
    limit = sorted(one.at for one in entries)[5]
    erased, start, turns = 0, 0, 0
    while start is not None:
        step = got(store.expire(limit, start, 4))
        erased, start, turns = erased + step.erased, step.next, turns + 1
    assert (erased, turns) == (5, 3)
    assert {one.at for one in entries if history(store, one.record)} == {one.at for one in entries if one.at >= limit}
    assert got(store.head()) == head


def test_a_withheld_record_is_not_erased_until_it_is_released(make: Make) -> None:
    store, record = make(), entry(1).record
    got(store.append(entry(1)))
    got(store.append(entry(2)))
    got(store.withhold(record, "court file 1", 5))
    got(store.withhold(record, "court file 12", 6))
    with pytest.raises(Withheld, match=r"^court file 12$"):
        got(store.erase(record))
    assert got(store.expire(1 << 47, 0, 10)).erased == 1
    assert history(store, record) == (entry(1),)
    assert got(store.release(record))
    assert not got(store.release(record))
    assert got(store.erase(record)) == 1
