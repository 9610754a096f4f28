"""What only the SQLite store has: files, their modes, other processes, a full disk."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bandeau.errors import SetupError, StoreError
from bandeau.record.entry import canonical, commitment, new_record_id
from bandeau.record.leaf import Kind, leaf_of
from bandeau.record.stores import Observation, Tally, lane
from bandeau.record.stores.session import Session, statement
from bandeau.record.stores.sqlite import SQLiteStore
from support.records import entry
from support.trees import tree_hash
from support.whole import assert_whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "records.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    opened = SQLiteStore(path)
    yield opened
    opened.close()


@contextmanager
def held(path: Path, begin: str) -> Iterator[sqlite3.Connection]:
    """Another process's transaction, as far as the store can tell."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(begin)
    connection.execute("SELECT count(*) FROM entries").fetchone()
    yield connection
    connection.close()


def raw(path: Path) -> bytes:
    """Every byte in the store's directory."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


# -- erasing ------------------------------------------------------------------------------------------------------


def test_erasing_leaves_no_byte_of_id_salt_or_body_in_any_file(path: Path, store: SQLiteStore) -> None:
    # Long bodies in ids out of order, so that pages split, fill, empty and merge.
    order = sorted(range(2_000), key=lambda number: entry(number).declaration)
    wait([store.append(entry(number)) for number in order])
    gone = [number for number in order if number % 3]
    wait([store.erase(entry(number).record) for number in gone])
    left = raw(path)
    for number in gone:
        one = entry(number)
        traces = (one.record, one.record.hex().encode(), one.salt, canonical(one)[:60], one.declaration.encode())
        assert not [trace for trace in traces if trace in left]
    assert all(entry(number).salt in left for number in order if number % 3 == 0)


def test_erasing_keeps_every_commitment(path: Path, store: SQLiteStore) -> None:
    wait([store.append(entry(number)) for number in range(10)])
    store.erase(entry(3).record).result()
    store.close()
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT seq, length(commitment), body IS NULL FROM entries ORDER BY seq").fetchall()
    connection.close()
    assert rows == [(number, 32, int(number == 3)) for number in range(10)]


def test_erasing_while_another_process_reads_fails_and_succeeds_when_tried_again(
    path: Path, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bandeau.record.stores.sqlite._PATIENCE", 0.05)
    wait([store.append(entry(number)) for number in range(3)])
    with held(path, "BEGIN"):
        with pytest.raises(StoreError, match="erase again"):
            store.erase(entry(1).record).result()
        assert store.history(entry(1).record).result() == ()
    assert store.erase(entry(1).record).result() == 0
    assert entry(1).salt not in raw(path)


_MOVING = """
import fcntl, os, sys
shared = os.open(sys.argv[1] + "-shm", os.O_RDWR)
fcntl.lockf(shared, fcntl.LOCK_EX, 1, 121)  # the lock of who moves the log: https://www.sqlite.org/walformat.html
print("moving", flush=True)
sys.stdin.readline()
"""


def test_erasing_waits_for_another_process_that_is_emptying_the_log(path: Path, store: SQLiteStore) -> None:
    wait([store.append(entry(number)) for number in range(3)])
    with subprocess.Popen(stdin=subprocess.PIPE, **command(_MOVING, str(path))) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "moving\n"
        erased = store.erase(entry(1).record)
        # Taken up, and so waiting, before the other one ends.
        while store.history(entry(1).record).result():
            pass
        with pytest.raises(TimeoutError):
            erased.result(timeout=0.2)
        other.communicate("end\n")
    assert erased.result() == 1
    assert entry(1).salt not in raw(path)


# -- the place ----------------------------------------------------------------------------------------------------


def test_only_the_owner_may_read_any_of_the_files(path: Path, store: SQLiteStore) -> None:
    store.append(entry(1)).result()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys([path.name, path.name + "-wal", path.name + "-shm"], 0o600)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may write everywhere: be nobody for a moment."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_directory_that_may_not_be_written_is_one_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with unprivileged(), pytest.raises(SetupError, match=r"records cannot be kept in .*records\.sqlite.*ermission"):
        SQLiteStore(tmp_path / "data" / "records.sqlite")
    tmp_path.chmod(0o700)


def test_a_file_where_the_directory_should_be_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SetupError, match="records cannot be kept in"):
        SQLiteStore(tmp_path / "data" / "records.sqlite")


def test_a_file_that_is_no_database_is_one_clear_error_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_text("a letter to the editor" * 100)
    with pytest.raises(SetupError, match="not a database"):
        SQLiteStore(tmp_path / "records.sqlite")
    assert (tmp_path / "records.sqlite").read_text() == "a letter to the editor" * 100


def test_a_file_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(statement("sqlite", "schema-1"))
    connection.execute("INSERT INTO entries VALUES (0, ?, NULL, NULL, NULL)", (bytes(32),))
    connection.execute("INSERT INTO tallies VALUES ('2026-01-01', 'enforce img-src', 'a.example', 3)")
    connection.execute("INSERT INTO archive VALUES ('notice', 'aa', x'61')")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    for _ in range(2):
        opened = SQLiteStore(path)
        assert opened.tallies() == (Tally("2026-01-01", "enforce img-src", "a.example", "", 3),)
        assert opened.archived("notice") == {"aa": (b"a", None)}
        opened.close()
    opened = SQLiteStore(path)
    assert opened.append(entry(1)).result() == 1
    opened.close()


@pytest.mark.parametrize("version", range(1, 4))
def test_entries_from_before_there_was_a_tree_are_its_first_leaves(path: Path, version: int) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    for number in range(1, version + 1):
        connection.executescript(statement("sqlite", f"schema-{number}"))
    entries = [entry(number) for number in range(1_000)]
    rows = [(index, commitment(one), one.record, one.salt, canonical(one)) for index, one in enumerate(entries)]
    connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute("UPDATE entries SET record = NULL, salt = NULL, body = NULL WHERE seq = 300")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    store = SQLiteStore(path)
    entries.append(entry(1_000))
    assert store.append(entries[-1]).result() == 1_000
    assert store.head().result().root == tree_hash([leaf_of(Kind.CHOICE, commitment(one)) for one in entries])
    store.close()


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    SQLiteStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(SetupError, match="newer version"):
        SQLiteStore(path)


# -- several processes --------------------------------------------------------------------------------------------

_SHARED = """
import sys
from bandeau.record.stores.sqlite import SQLiteStore
from support.records import entry
sys.stdin.readline()
store = SQLiteStore(sys.argv[1])
start = int(sys.argv[2])
futures = [store.append(entry(number)) for number in range(start, start + 50)]
print(*(future.result() for future in futures))
"""


def command(code: str, *arguments: str) -> dict[str, Any]:
    """A further process: how ``subprocess`` starts it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return {
        "args": [sys.executable, "-c", code, *arguments],
        "stdout": subprocess.PIPE,
        "text": True,
        "env": environment,
    }


_LOOKED = """
import sys
from bandeau.record.stores.sqlite import SQLiteStore
store = SQLiteStore(sys.argv[1])
print(len(store.history(bytes.fromhex(sys.argv[2])).result()))
store.close()
"""


def test_a_process_that_comes_and_goes_takes_no_write_ahead_log_along(path: Path, store: SQLiteStore) -> None:
    first = entry(1)
    store.append(first).result()
    store.history(first.record).result()

    def seen_by_another() -> str:
        done = subprocess.run(**command(_LOOKED, str(path), first.record.hex()), timeout=90, check=True)
        return str(done.stdout.strip())

    assert seen_by_another() == "1"
    store.append(entry(2, record=first.record)).result()
    assert seen_by_another() == "2"


def test_processes_that_make_the_same_file_at_once_share_it(path: Path) -> None:
    processes = [
        subprocess.Popen(stdin=subprocess.PIPE, **command(_SHARED, str(path), str(turn * 50))) for turn in range(6)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert sorted(int(number) for output in outputs for number in output.split()) == list(range(300))


def test_a_file_that_another_process_is_just_making_is_waited_for(path: Path) -> None:
    path.parent.mkdir()
    maker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    maker.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(SQLiteStore, path)
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.2)
        maker.execute("COMMIT")
        store = opening.result()
    maker.close()
    assert store.append(entry(1)).result() == 0
    store.close()


_FORKED = """
import os, signal, sys
from bandeau.record.stores.sqlite import SQLiteStore
from support.records import entry
store = SQLiteStore(sys.argv[1])
store.append(entry(0)).result()
waiting = [store.append(entry(number)) for number in range(1, 100)]
children = []
for child in range(1, 5):
    if pid := os.fork():
        children.append(pid)
        continue
    signal.alarm(60)  # a child that hangs ends all the same
    first = [store.append(entry(child * 1000 + number)) for number in range(20)]
    done = [future.result() for future in first]
    assert [one.entry for one in store.history(entry(0).record).result()] == [entry(0)]
    store.close()
    os._exit(0)
waiting += [store.append(entry(number)) for number in range(100, 120)]
done = [future.result() for future in waiting]
print(*(os.waitpid(pid, 0)[1] for pid in children))
store.close()
"""


def test_a_store_used_before_a_fork_works_on_both_sides_of_it(path: Path) -> None:
    done = subprocess.run(**command(_FORKED, str(path)), timeout=90)
    assert done.stdout.split() == ["0"] * 4
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT count(*), max(seq) FROM entries").fetchone() == (200, 199)
    connection.close()


# -- when it fails ------------------------------------------------------------------------------------------------

_FULL = """
import resource, sys
from bandeau.errors import StoreError
from bandeau.record.stores.sqlite import SQLiteStore
from support.records import entry
store = SQLiteStore(sys.argv[1])
kept, failed = [], 0
store.append(entry(0)).result()
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
for number in range(2000):
    try:
        store.append(entry(number)).result()
        kept.append(number)
    except StoreError:
        failed += 1
assert kept and failed > 100, (len(kept), failed)
assert all(store.history(entry(number).record).result() for number in kept)
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
store.append(entry(5000)).result()
print(*kept)
"""


def test_a_full_disk_fails_what_does_not_fit_keeps_the_rest_and_is_survived(path: Path) -> None:
    done = subprocess.run(**command(_FULL, str(path)), timeout=90, check=True)
    kept = [int(number) for number in done.stdout.split()]
    store = SQLiteStore(path)
    assert all(store.history(entry(number).record).result()[-1].entry == entry(number) for number in [*kept, 5000])
    store.close()


def test_one_piece_of_work_that_fails_takes_no_other_with_it(path: Path) -> None:
    def poison(session: Session) -> None:
        session.run("append", 0, 1, b"\0", None, None, None)

    store = SQLiteStore(path)
    with held(path, "BEGIN IMMEDIATE") as other:
        # All of these wait for the other process and so end in one batch.
        futures = [store.append(entry(number)) for number in range(10)]
        spoilt = store._writer.put(poison)
        futures += [store.append(entry(number)) for number in range(10, 20)]
        other.execute("ROLLBACK")
    assert [future.result() for future in futures] == list(range(20))
    with pytest.raises(StoreError, match="CHECK"):
        spoilt.result()
    store.close()


def test_a_file_that_another_process_keeps_locked_fails_in_time_and_recovers(
    path: Path, store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bandeau.record.stores.sqlite._PATIENCE", 0.05)
    with held(path, "BEGIN IMMEDIATE"):
        for future in [store.append(entry(number)) for number in range(5)]:
            with pytest.raises(StoreError, match="locked"):
                future.result()
    assert store.append(entry(9)).result() == 0


def test_a_file_that_cannot_be_opened_any_more_is_a_failure_of_the_store(path: Path, store: SQLiteStore) -> None:
    path.unlink()
    path.mkdir()
    with pytest.raises(StoreError, match="unable to open"):
        store.append(entry(1)).result()
    with pytest.raises(StoreError, match="unable to open"):
        store.history(entry(1).record).result()


def test_more_work_than_can_queue_fails_at_once_and_reports_give_way_first(
    store: SQLiteStore,
) -> None:
    blocked, go = threading.Event(), threading.Event()

    def block(session: Session) -> None:
        blocked.set()
        go.wait()

    store._writer.put(block)
    blocked.wait()
    try:
        accepted = [store.append(entry(number)) for number in range(lane.DEPTH // 10)]
        with pytest.raises(StoreError, match="queued"):
            store.tally({Observation("2026-01-01", "img-src", "a.example"): 1}).result(timeout=0)
        accepted += [store.append(entry(number)) for number in range(len(accepted), lane.DEPTH)]
        with pytest.raises(StoreError, match="queued"):
            store.append(entry(99_999)).result(timeout=0)
    finally:
        go.set()
    assert [future.result() for future in accepted] == list(range(lane.DEPTH))


def test_a_row_that_is_not_a_record_is_an_error_and_not_an_entry(path: Path, store: SQLiteStore) -> None:
    store.append(entry(1)).result()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE entries SET body = '{}'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError):
        store.history(entry(1).record).result()
    assert store.append(entry(2)).result() == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB, which may be mounted anew with other options."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_disk_that_is_full_keeps_what_was_acknowledged_and_takes_more_once_there_is_room(small_disk: Path) -> None:
    store = SQLiteStore(small_disk / "records.sqlite")
    (small_disk / "ballast").write_bytes(bytes(1_000_000))
    kept: list[int] = []
    failed = 0
    for number in range(3_000):
        try:
            kept.append(store.append(entry(number)).result())
        except StoreError:
            failed += 1
            if failed == 50:
                break
    assert failed == 50
    assert kept == list(range(len(kept)))
    assert [row.index for row in assert_whole(store)] == kept
    (small_disk / "ballast").unlink()
    assert store.append(entry(9_999)).result() == len(kept)
    assert_whole(store)
    store.close()


def test_a_disk_that_is_read_only_is_one_clear_error_until_it_can_be_written(small_disk: Path) -> None:
    path = small_disk / "records.sqlite"
    store = SQLiteStore(path)
    wait([store.append(entry(number)) for number in range(10)])
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(SetupError, match="records cannot be kept in"):
        SQLiteStore(path)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    store = SQLiteStore(path)
    assert store.append(entry(10)).result() == 10
    assert len(assert_whole(store)) == 11
    store.close()


def test_a_clock_that_goes_back_changes_neither_order_nor_tree_nor_history(store: SQLiteStore) -> None:
    record = new_record_id(2_000, bytes(10))
    entries = [replace(entry(number), record=record, at=2_000 - 7 * number) for number in range(100)]
    assert [store.append(one).result() for one in entries] == list(range(100))
    earlier = replace(entry(1), record=new_record_id(1_000, bytes(10)), at=1_000)
    assert store.append(earlier).result() == 100
    assert [one.entry for one in store.history(record).result()] == entries
    assert [one.entry for one in store.history(earlier.record).result()] == [earlier]
    head = store.head().result()
    assert store.publish(head, "first").result() == store.publish(head, "second").result() == "first"
    assert store.erase(record).result() == 100
    assert len(assert_whole(store)) == 101
