"""Nothing acknowledged is lost when processes are killed, in whatever they do just then.

A kill takes what a process has not handed to the system: so these tests see an acknowledgement that comes before the
commit, a transaction that is not one, a second signature of one size. They cannot see a commit that is not flushed to
the disk, which only a loss of power takes back; tests/record/test_io_errors.py counts the flushes.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from random import SystemRandom

import pytest

from bandeau.record.entry import canonical, commitment
from bandeau.record.stores import Store
from bandeau.record.stores.session import statement
from bandeau.record.stores.sqlite import SQLiteStore
from support.journals import Journals
from support.records import entry
from support.stores import open_store
from support.whole import all_rows, assert_whole, got

WRITERS = Path(__file__).with_name("killed_writers.py")
DONE = ("appended", "erased", "logged", "published", "counted")


def kill_writers(kind: str, lives: str, deaths: int, places: dict[str, Path]) -> None:
    """Kill that many writers of each place; each place has a folder for what they note."""
    seed = SystemRandom().getrandbits(32)
    for journals in places.values():
        journals.mkdir()
    pairs = [str(part) for pair in places.items() for part in pair]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(WRITERS), kind, lives, str(deaths), str(seed), *pairs]
    subprocess.run(command, env=environment, check=True, timeout=500)


def assert_at_work(store: Store, journals: Path) -> Journals:
    """Assert that the store has all that was acknowledged, and takes on more."""
    noted = Journals(journals)
    noted.assert_kept(store)
    got(store.append(entry(7)))
    assert_whole(store)
    return noted


def test_everything_acknowledged_survives_five_hundred_kills_at_random_moments(
    kind: str, place: str, tmp_path: Path
) -> None:
    kill_writers(kind, "mixed", 500, {place: tmp_path / "journals"})
    store = open_store(kind, place)
    noted = assert_at_work(store, tmp_path / "journals")
    store.close()
    # Enough of each was acknowledged: otherwise nothing was tried here.
    assert [word for word in DONE if len(noted.lines[word]) < 20] == []


def old_file(path: Path, version: int) -> None:
    """The file of an earlier version, with entries that are in no tree yet."""
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    for number in range(1, version + 1):
        connection.executescript(statement("sqlite", f"schema-{number}"))
    connection.execute("BEGIN")
    for one in map(entry, range(-300, 0)):
        index = one.at - entry(-300).at
        row = (index, commitment(one), one.record, one.salt, canonical(one))
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", row)
    connection.execute("COMMIT")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_file_survives_kills_while_it_is_made_or_brought_up_to_date(tmp_path: Path, version: int) -> None:
    places = {tmp_path / str(turn) / "records.sqlite": tmp_path / f"journals-{turn}" for turn in range(12)}
    if version:
        for path in places:
            old_file(path, version)
    kill_writers("sqlite", "short", 5, {str(path): journals for path, journals in places.items()})
    for path, journals in places.items():
        store = SQLiteStore(path)
        assert_at_work(store, journals)
        if version:
            assert [row.commitment for row in all_rows(store)[:300]] == [commitment(entry(n)) for n in range(-300, 0)]
        store.close()
