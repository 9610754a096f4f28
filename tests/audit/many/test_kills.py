"""Whatever is killed whenever: every page has its result in the end, once, and nothing is left running."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil

from bandeau.audit.many.table import Progress, Table

from .conftest import Site, fill

PAGES = 600  # enough for all the kills, however many pages slip through before one
KILLS = 30


def started(path: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen([sys.executable, "-m", "support.coordinator", path], env=environment)


def workers(coordinator: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        return psutil.Process(coordinator.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def done(path: Path) -> int:
    """How many results the file holds, read as a file that somebody else may have left in any state."""
    table = Table(path)
    try:
        return table.progress().done
    finally:
        table.close()


def test_whatever_is_killed_nothing_is_lost_and_nothing_is_there_twice(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "pages.audit"
    urls = [site.url(f"/{number}") for number in range(PAGES)]
    table = Table(path, "settings")
    fill(table, *urls)
    table.close()
    chance = random.Random(20)
    before, family, killed = 0, [], 0
    while killed < KILLS and before < PAGES:
        coordinator = started(path)
        # As many pages as chance wills are let through, then a worker or the whole is killed.
        goal, asked = chance.randrange(1, 10), len(site.asked)
        while len(site.asked) - asked < goal and coordinator.poll() is None:
            time.sleep(0.002)
        family += workers(coordinator)
        if chance.random() < 0.5 and (victims := workers(coordinator)):
            chance.choice(victims).kill()
            killed += 1
            time.sleep(chance.random() * 0.1)
        family += workers(coordinator)
        coordinator.kill()
        coordinator.wait()
        killed += 1
        now = done(path)
        assert now >= before
        before = now
    assert killed >= KILLS
    last = started(path)
    assert last.wait() == 0
    table = Table(path)
    assert table.progress() == Progress(total=PAGES, done=PAGES, failed=0, leased=0)
    assert [(url, [page.url for page in pages]) for url, pages in table.results()] == [(url, [url]) for url in urls]
    assert list(table.picture_names()) == sorted(f"{url}.png" for url in urls)
    table.close()
    assert not psutil.wait_procs(family, timeout=30)[1]
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
