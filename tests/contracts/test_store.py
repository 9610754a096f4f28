"""What every store promises; a further store is one more parameter of ``make``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from bandeau.errors import StoreError
from bandeau.record.stores import OTHER, TALLY_DAYS, TALLY_ROWS_A_DAY, Archived, Observation, Store, Tally
from bandeau.record.stores.sqlite import SQLiteStore
from support.records import entry

T = TypeVar("T")
Make = Callable[[], Store]
WRITER = Path(__file__).with_name("append_forever.py")


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(kind: str, tmp_path: Path) -> str:
    """Where the store of this test keeps its things."""
    return str(tmp_path / "data" / "records.sqlite")


@pytest.fixture
def make(kind: str, place: str) -> Iterator[Make]:
    """Opens the store of this test, as often as it is called; all are closed at the end."""
    opened: list[Store] = []

    def open_store() -> Store:
        opened.append({"sqlite": SQLiteStore}[kind](place))
        return opened[-1]

    yield open_store
    for store in opened:
        store.close()


def got(future: Future[T]) -> T:
    return future.result(timeout=60)


def test_what_is_appended_is_in_the_history_of_its_record(make: Make) -> None:
    store = make()
    assert got(store.append(entry(1))) == 0
    assert got(store.history(entry(1).record)) == (entry(1),)


def test_a_record_that_was_never_appended_has_an_empty_history(make: Make) -> None:
    assert got(make().history(bytes(16))) == ()


def test_a_history_is_in_the_order_of_appending_and_of_one_record_only(make: Make) -> None:
    store, record = make(), entry(1).record
    # The clock may go back; the order may not follow it.
    own = [entry(number, record=record) for number in (5, 3, 9)]
    for one in (own[0], entry(100), own[1], entry(101), own[2]):
        got(store.append(one))
    assert got(store.history(record)) == tuple(own)


def test_sequence_numbers_are_dense_from_zero_whoever_appends(make: Make) -> None:
    first, second = make(), make()
    numbers = [got((first, second)[number % 2].append(entry(number))) for number in range(20)]
    assert numbers == list(range(20))


def test_everything_acknowledged_is_there_after_reopening(make: Make) -> None:
    store = make()
    wait([store.append(entry(number)) for number in range(1_000)])
    store.close()
    again = make()
    assert all(got(again.history(entry(number).record)) == (entry(number),) for number in range(1_000))


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
        got(store.history(entry(1).record))


def test_a_hundred_threads_append_at_once_and_each_reads_its_own(make: Make) -> None:
    store = make()

    def visitor(number: int) -> tuple[list[int], bool]:
        record = entry(number).record
        own = [entry(number * 100 + turn, record=record) for turn in range(10)]
        numbers = [got(store.append(one)) for one in own]
        return numbers, got(store.history(record)) == tuple(own)

    with ThreadPoolExecutor(100) as pool:
        results = list(pool.map(visitor, range(100)))
    assert all(read for _, read in results)
    assert sorted(number for numbers, _ in results for number in numbers) == list(range(1_000))


def test_everything_acknowledged_survives_twenty_kills_at_random_moments(kind: str, place: str, make: Make) -> None:
    random = Random()
    acknowledged: list[int] = []
    for turn in range(20):
        arguments = [sys.executable, str(WRITER), kind, place, str(turn * 1_000_000)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as writer:
            assert writer.stdout is not None
            moment = random.randrange(1, 300)
            acknowledged += [int(writer.stdout.readline()) for _ in range(moment)]
            writer.kill()
            # What it had printed before it died counts too, except a line that was cut short.
            acknowledged += [int(line) for line in writer.stdout if line.endswith("\n")]
    store = make()
    lost = [number for number in acknowledged if got(store.history(entry(number).record)) != (entry(number),)]
    assert lost == []
    assert got(store.append(entry(7))) >= len(acknowledged)


def test_a_future_cancelled_in_time_leaves_the_store_at_work(make: Make) -> None:
    store = make()
    futures = [store.append(entry(number)) for number in range(200)]
    cancelled = {number for number, future in enumerate(futures) if number % 3 == 0 and future.cancel()}
    kept = set(range(200)) - cancelled
    assert sorted(got(futures[number]) for number in kept) == list(range(len(kept)))
    assert {number for number in range(200) if got(store.history(entry(number).record))} == kept


def test_erasing_takes_every_entry_of_one_record_and_no_other(make: Make) -> None:
    store, record = make(), entry(1).record
    for one in (entry(2, record=record), entry(3), entry(4, record=record)):
        got(store.append(one))
    assert got(store.erase(record)) == 2
    assert got(store.history(record)) == ()
    assert got(store.history(entry(3).record)) == (entry(3),)
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
    assert got(store.history(record)) == (entry(2, record=record),)


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
