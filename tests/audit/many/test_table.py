from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bandeau.audit.many.frames import pack
from bandeau.audit.many.table import MOST_BLAMED, MOST_TRIES, Progress, Table
from bandeau.audit.recording import Page
from bandeau.audit.targets import read_target
from bandeau.errors import SetupError

A, B = "https://a.example/", "https://b.example/"


def filled(path: Path) -> Table:
    table = Table(path, "settings")
    table.add(map(read_target, [A, B]))
    return table


def seen(url: str) -> bytes:
    return pack((Page(url=url),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pages.audit"


def begun(table: Table, host: str, at: float = 0.0) -> int:
    found = table.next(host, alone=True)
    assert found is not None
    return found[0]


def test_a_page_is_done_with_its_result_and_its_pictures(path: Path) -> None:
    table = filled(path)
    lease = table.lease(begun(table, "a.example"), 1)
    assert lease is not None
    assert table.done(lease, seen(A), {"before.png": b"PNG"}, 2)
    table.close()
    again = Table(path)
    assert list(again.results()) == [(A, (Page(url=A),))]
    assert [(name, again.picture(name)) for name in again.picture_names()] == [("before.png", b"PNG")]
    assert again.progress() == Progress(total=2, done=1, failed=0, leased=0)
    again.close()


def test_pages_are_added_once(path: Path) -> None:
    table = filled(path)
    assert table.add(map(read_target, [B, "https://c.example"])) == 1
    assert table.progress().total == 3
    table.close()


def test_a_result_of_a_lease_that_is_over_is_not_taken(path: Path) -> None:
    table = filled(path)
    page = begun(table, "a.example")
    old = table.lease(page, 1)
    assert old is not None
    table.lost(old, "it broke", 2, blame=False)
    new = table.lease(page, 3)
    assert new is not None
    assert not table.done(old, seen(A), {}, 4)
    assert table.done(new, seen(A), {}, 5)
    assert not table.done(new, seen(A), {}, 6)
    table.close()


def test_a_page_that_was_lost_is_seen_alone_and_after_the_others(path: Path) -> None:
    table = filled(path)
    table.add([read_target("https://a.example/2")])
    page = begun(table, "a.example")
    lease = table.lease(page, 1)
    assert lease is not None
    assert not lease.alone
    table.lost(lease, "it broke", 2, blame=False)
    assert begun(table, "a.example") != page
    table.fail(begun(table, "a.example"), "robots", "no", 3)
    assert table.next("a.example", alone=False) is None
    assert table.waits("a.example")
    again = table.lease(page, 4)
    assert again is not None
    assert again.alone
    table.close()


def test_a_page_that_is_lost_alone_is_given_up_and_keeps_its_trouble(path: Path) -> None:
    table = filled(path)
    told = []
    for _ in range(MOST_BLAMED):
        lease = table.lease(begun(table, "a.example"), 1)
        assert lease is not None
        told.append(table.lost(lease, "the browser ended", 2, blame=True))
    assert told == [False, True]
    ((_, (page,)),) = table.results()
    assert (page.url, page.trouble[0].code) == (A, "given-up")
    assert "the browser ended" in page.trouble[0].text
    table.close()


def test_a_page_under_which_every_audit_is_ended_is_given_up(path: Path) -> None:
    for _ in range(MOST_TRIES):
        table = filled(path)
        assert table.lease(begun(table, "a.example"), 1) is not None
        table.close()
    table = filled(path)
    assert table.lease(begun(table, "a.example"), 1) is None
    assert table.progress().failed == 1
    table.close()


def test_leases_of_a_coordinator_that_is_gone_are_taken_back(path: Path) -> None:
    table = filled(path)
    table.lease(begun(table, "a.example"), 1)
    table.close()
    table = filled(path)
    assert table.progress() == Progress(total=2, done=0, failed=0, leased=0)
    table.close()


def test_what_cannot_be_seen_for_now_is_tried_by_the_next_run(path: Path) -> None:
    table = filled(path)
    table.fail(begun(table, "a.example"), "robots-unreachable", "503", 1)
    table.fail(begun(table, "b.example"), "robots", "forbidden", 1)
    table.close()
    table = filled(path)
    assert table.progress() == Progress(total=2, done=0, failed=1, leased=0)
    table.close()


def test_numbers_of_leases_are_never_given_twice(path: Path) -> None:
    numbers = []
    for _ in range(3):
        table = filled(path)
        for host in ("a.example", "b.example"):
            lease = table.lease(begun(table, host), 1)
            assert lease is not None
            numbers.append(lease.number)
        table.close()
    assert len(set(numbers)) == len(numbers)


def other_settings(path: Path) -> None:
    filled(path).close()
    Table(path, "others").close()


def something_else(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE notes (text)")
    db.close()
    Table(path, "settings")


def newer(path: Path) -> None:
    filled(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    Table(path, "settings")


def no_database(path: Path) -> None:
    path.write_bytes(b"a picture, perhaps" * 100)
    Table(path, "settings")


def nothing(path: Path) -> None:
    Table(path)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (other_settings, "other settings"),
        (something_else, "something else"),
        (newer, "another version"),
        (no_database, "not a database"),
        (nothing, "does not exist"),
    ],
)
def test_a_file_that_cannot_be_gone_on_with_is_refused_in_a_sentence(
    path: Path, make: Callable[[Path], None], said: str
) -> None:
    with pytest.raises(SetupError, match=said):
        make(path)


def test_two_audits_do_not_work_in_one_file(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bandeau.audit.many.table import Table;"
        "Table(Path(sys.argv[1]), 's'); print('open', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(SetupError, match="another audit is at work"):
            Table(path, "s")
        other.kill()
        other.wait()
        Table(path, "s").close()
