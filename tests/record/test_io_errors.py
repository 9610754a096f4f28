"""The disk fails at each system call in turn: what was acknowledged is there, the rest is an error and no end.

strace makes a system call on the store's files fail that was never made. What SQLite believes to be written and what
the system still holds in memory is the same here, so these tests cannot show a page that was lost after a failed
fsync; they show that a failed one acknowledges nothing, and count that each acknowledgement had one.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest

from bandeau.record.stores.sqlite import SQLiteStore
from support.journals import Journals

CALLS = (
    "close",
    "fchown",
    "fcntl",
    "fdatasync",
    "fsync",
    "ftruncate",
    "mkdir",
    "mmap",
    "newfstatat",
    "openat",
    "pread64",
    "pwrite64",
    "unlink",
)
"""Every system call that the work makes on the store's files, and fsync, which SQLite may choose."""

FIRST, MORE = 4, 4
"""How many of each are failed: the first, and further ones by chance, so that in time each of them is."""


class Bench:
    """The process that forks what is traced."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self._folder, self._runs = process, folder, 0

    def run(self, *injections: str) -> tuple[Path, Path, list[str]]:
        """Do the work under strace; gives the store's place, the folder of its journal, and what strace saw."""
        self._runs += 1
        folder = self._folder / str(self._runs)
        place, journals, seen = folder / "data" / "records.sqlite", folder / "journals", folder / "strace"
        journals.mkdir(parents=True)
        pid = self._say(f"{place} {journals / '0'}")
        paths = [place.parent, *(place.with_name(place.name + end) for end in ("", "-wal", "-shm", "-journal"))]
        command = ["strace", "-f", "-p", pid, "-o", seen, *(part for path in paths for part in ("-P", path))]
        command += [part for injection in injections for part in ("-e", f"inject={injection}")]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            assert "attached" in tracer.stderr.readline()
            assert self._say("go") == "0", injections
            tracer.communicate()
        return place, journals, seen.read_text().splitlines()

    def _say(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed; scripts/system-package strace does it")
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"strace may not trace here: {tried.stderr.strip()}")
    command = [sys.executable, str(Path(__file__).with_name("traced_work.py"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as process:
        yield Bench(process, tmp_path_factory.mktemp("bench"))
        process.stdin.close()


@pytest.fixture(scope="module")
def whole(bench: Bench) -> tuple[Journals, list[str]]:
    """What was acknowledged, and the system calls, where nothing fails."""
    place, journals, seen = bench.run()
    assert_kept(place, journals)
    return Journals(journals), seen


def calls(seen: list[str]) -> Counter[tuple[str, str]]:
    """How often each thread made each call."""
    return Counter(match.groups() for line in seen if (match := re.match(r"(\d+) +(\w+)\(", line)))


def assert_kept(place: Path, journals: Path) -> Journals:
    """Assert that the file is sound and has everything that was acknowledged."""
    noted = Journals(journals)
    store = SQLiteStore(place)
    noted.assert_kept(store)
    store.close()
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    return noted


def test_the_work_makes_no_other_calls_than_those_that_fail_here(whole: tuple[Journals, list[str]]) -> None:
    assert {call for _, call in calls(whole[1])} <= set(CALLS)


def test_every_acknowledgement_of_the_work_has_a_flush_of_its_own(whole: tuple[Journals, list[str]]) -> None:
    noted, seen = whole
    acknowledged = sum(len(noted.lines[word]) for word in ("appended", "published", "logged", "erased", "counted"))
    # Each was waited for before the next one began, in the thread that made most flushes.
    assert max(count for (_, call), count in calls(seen).items() if call == "fdatasync") >= acknowledged > 8


def turns(whole: tuple[Journals, list[str]], call: str) -> list[int]:
    """Which of these calls are to fail: the first ones, and some that chance chooses among the rest."""
    made = max((count for (_, name), count in calls(whole[1]).items() if name == call), default=0)
    rest = range(FIRST + 1, made + 1)
    return [*range(1, min(made, FIRST) + 1), *SystemRandom().sample(rest, min(len(rest), MORE))]


# Not fcntl: where SQLite cannot give a lock back, which no system refuses, it holds it until the process ends, and
# waits long for itself.
@pytest.mark.parametrize("call", sorted({*CALLS} - {"fcntl"}))
def test_a_call_that_fails_once_loses_nothing_acknowledged_and_is_survived(
    bench: Bench, whole: tuple[Journals, list[str]], call: str
) -> None:
    for turn in turns(whole, call):
        place, journals, seen = bench.run(f"{call}:error=EIO:when={turn}")
        assert any("INJECTED" in line for line in seen), (call, turn)
        assert assert_kept(place, journals).lines["recovered"], (call, turn)


@pytest.mark.parametrize("error", ["EIO", "ENOSPC", "EROFS"])
@pytest.mark.parametrize("call", ["fdatasync", "ftruncate", "openat", "pread64", "pwrite64"])
def test_a_disk_that_fails_from_some_call_on_loses_nothing_acknowledged(
    bench: Bench, whole: tuple[Journals, list[str]], call: str, error: str
) -> None:
    for turn in SystemRandom().sample(turns(whole, call), 2):
        place, journals, seen = bench.run(f"{call}:error={error}:when={turn}+")
        assert any("INJECTED" in line for line in seen), (call, turn)
        assert_kept(place, journals)
