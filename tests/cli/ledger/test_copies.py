"""``bandeau ledger backup`` and ``restore``: copies that hold, and never take back what is recorded or signed."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bandeau.record.entry import canonical, commitment
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve.opening import FILE
from support.commands import Run
from support.ledgers import ledger, publish, texts
from support.records import entry


@pytest.fixture
def copy(bandeau: Run, data: Path, tmp_path: Path) -> Path:
    """A backup of the ledger."""
    file = tmp_path / "backup.sqlite3"
    ran = bandeau("ledger", "backup", file, "--data", data)
    assert (ran.code, ran.out) == (0, f"{file}: 61 leaves, and everything holds.\n")
    return file


def append(data: Path, *numbers: int) -> None:
    with closing(SQLiteStore(data / FILE)) as store:
        for number in numbers:
            store.append(entry(number)).result()
        publish(store)


def content(path: Path) -> list[list[object]]:
    tables = ("entries", "nodes", "head", "checkpoints", "archive", "withheld")
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()}


# -- backup -------------------------------------------------------------------------------------------------------


def test_a_backup_has_everything_and_is_its_owners_alone(data: Path, copy: Path) -> None:
    assert content(copy) == content(data / FILE)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert files(copy.parent) == {"backup.sqlite3"}


def test_a_backup_has_no_byte_of_what_was_erased(bandeau: Run, data: Path, tmp_path: Path) -> None:
    # Erased past the store, so that the bytes still lie in the database's free space.
    one = entry(30)
    with closing(sqlite3.connect(data / FILE)) as connection, connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("UPDATE entries SET record = NULL, salt = NULL, body = NULL WHERE seq = 31")
    lying = (data / FILE).read_bytes()
    assert one.salt in lying
    file = tmp_path / "backup.sqlite3"
    assert bandeau("ledger", "backup", file, "--data", data).code == 0
    copied = file.read_bytes()
    assert not [trace for trace in (one.record, one.salt, canonical(one)[:60]) if trace in copied]
    assert entry(29).salt in copied


def test_a_backup_holds_while_others_write(bandeau: Run, data: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    store = SQLiteStore(data / FILE)

    def write() -> None:
        number = 1_000
        while not stop.is_set():
            store.append(entry(number)).result()
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            ran = bandeau("ledger", "backup", tmp_path / f"{number}.sqlite3", "--data", data)
            assert ran.code == 0, ran.err
    finally:
        stop.set()
        writer.join()
        store.close()


def test_a_backup_never_takes_the_place_of_a_file(bandeau: Run, data: Path, copy: Path) -> None:
    before = copy.read_bytes()
    assert "is there already" in bandeau("ledger", "backup", copy, "--data", data).err
    assert copy.read_bytes() == before
    assert bandeau("ledger", "backup", copy.parent / "no" / "file", "--data", data).code == 1


def test_a_ledger_that_does_not_hold_is_not_backed_up(bandeau: Run, data: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(data / FILE)) as connection, connection:
        connection.execute("UPDATE entries SET salt = zeroblob(32) WHERE seq = 31")
    ran = bandeau("ledger", "backup", tmp_path / "x", "--data", data)
    assert ran.code == 1
    assert "does not hold: leaf 31: " in ran.err
    assert files(tmp_path) == set()


def test_postgresql_is_copied_by_its_own_means(bandeau: Run, data: Path, tmp_path: Path) -> None:
    address = "postgresql://nobody@localhost/x"
    for command in (("backup", tmp_path / "x"), ("restore", tmp_path / "x")):
        ran = bandeau("ledger", *command, "--data", data, "--database", address)
        assert ran.code == 1
        assert "pg_dump" in ran.err
        assert "bandeau ledger verify" in ran.err


# -- restore ------------------------------------------------------------------------------------------------------


def test_a_lost_ledger_is_put_back(bandeau: Run, data: Path, copy: Path) -> None:
    before = content(data / FILE)
    (data / FILE).unlink()
    ran = bandeau("ledger", "restore", copy, "--data", data)
    assert ran.code == 0
    assert "If the log ever signed a size above 61" in ran.out
    assert content(data / FILE) == before
    assert (data / FILE).stat().st_mode & 0o777 == 0o600
    assert files(data) == {FILE, "log-keys"}
    append(data, 500)
    assert bandeau("ledger", "verify", "--data", data).code == 0


def test_a_ledger_that_was_rolled_back_is_put_right(bandeau: Run, data: Path, copy: Path) -> None:
    (data / FILE).unlink()
    ledger(data / FILE, 20)
    assert bandeau("ledger", "restore", copy, "--data", data).code == 0
    put_back, expected = content(data / FILE), content(copy)
    assert put_back[:3] == expected[:3]
    assert set(put_back[3]) > set(expected[3])  # what was signed meanwhile is kept


def test_a_newer_log_is_never_overwritten(bandeau: Run, data: Path, copy: Path) -> None:
    append(data, 500)
    before = content(data / FILE)
    ran = bandeau("ledger", "restore", copy, "--data", data)
    assert ran.code == 1
    assert "has 62 leaves and the backup 61" in ran.err
    assert content(data / FILE) == before
    assert files(data) == {FILE, "log-keys"}


def test_another_log_is_never_overwritten(bandeau: Run, data: Path, copy: Path) -> None:
    (data / FILE).unlink()
    with closing(SQLiteStore(data / FILE)) as store:
        store.append(entry(777)).result()
    before = content(data / FILE)
    ran = bandeau("ledger", "restore", copy, "--data", data)
    assert ran.code == 1
    assert "their first 1 leaves differ" in ran.err
    assert content(data / FILE) == before


def test_what_was_erased_since_stays_erased_without_a_trace(bandeau: Run, data: Path, copy: Path) -> None:
    one = entry(30)
    with closing(SQLiteStore(data / FILE)) as store:
        store.erase(one.record).result()
        store.withhold(entry(31).record, "a claim", 5).result()
    before = content(data / FILE)
    ran = bandeau("ledger", "restore", copy, "--data", data)
    assert ran.code == 0
    assert "1 that were erased here since" in ran.out
    assert content(data / FILE) == before
    put_back = (data / FILE).read_bytes()
    assert not [trace for trace in (one.record, one.salt, canonical(one)[:60]) if trace in put_back]


def test_a_backup_that_a_kept_checkpoint_has_outgrown_is_refused(
    bandeau: Run, data: Path, copy: Path, tmp_path: Path
) -> None:
    append(data, 500)
    kept = tmp_path / "kept.txt"
    with closing(SQLiteStore(data / FILE)) as store:
        kept.write_text(str(store.published().result()))
    (data / FILE).unlink()
    ran = bandeau("ledger", "restore", copy, "--data", data, "--checkpoint", kept)
    assert ran.code == 1
    assert "expected 62 leaves" in ran.err
    assert not (data / FILE).exists()


def test_a_running_site_is_not_pulled_away_under(bandeau: Run, data: Path, copy: Path) -> None:
    with closing(SQLiteStore(data / FILE)) as store:
        store.head().result()
        ran = bandeau("ledger", "restore", copy, "--data", data)
        assert ran.code == 1
        assert "stop the site first" in ran.err
        assert store.append(entry(600)).result() == 61


DAMAGED = {
    "the header": b"SQLite format 3",
    "a salt": entry(30).salt,
    "a body": canonical(entry(30))[200:232],
    "a commitment": commitment(entry(30)),
    "a text": texts(0)[1][2],
    "a checkpoint": b"gazette.example/.bandeau/log\n61",
}


@pytest.mark.parametrize("part", DAMAGED)
def test_a_damaged_backup_is_refused(bandeau: Run, data: Path, copy: Path, part: str) -> None:
    before = content(data / FILE)
    broken = copy.read_bytes()
    assert DAMAGED[part] in broken
    copy.write_bytes(broken.replace(DAMAGED[part], b"x" * len(DAMAGED[part])))
    assert bandeau("ledger", "restore", copy, "--data", data).code == 1
    assert content(data / FILE) == before
    assert files(data) == {FILE, "log-keys"}


def test_what_is_no_backup_is_refused(bandeau: Run, data: Path, tmp_path: Path) -> None:
    assert bandeau("ledger", "restore", tmp_path / "none", "--data", data).code == 1
    (tmp_path / "text").write_text("no database")
    assert bandeau("ledger", "restore", tmp_path / "text", "--data", data).code == 1
    assert files(data) == {FILE, "log-keys"}


def test_a_database_in_use_is_no_backup(bandeau: Run, data: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(data, tmp_path / "other"))
    with closing(SQLiteStore(other / FILE)) as store:
        store.append(entry(600)).result()
        ran = bandeau("ledger", "restore", other / FILE, "--data", data)
    assert ran.code == 1
    assert "bandeau ledger backup" in ran.err
