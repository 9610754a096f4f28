"""Judging many pages, and writing every report of them, takes the memory of a few."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bandeau.audit.many.frames import pack
from bandeau.audit.many.table import Table
from bandeau.audit.many.visiting import Visiting
from bandeau.audit.recording import State
from bandeau.audit.targets import read_target
from bandeau.audit.visit import Plan
from bandeau.cli.audit.visiting import Asking
from support.recordings import BROWSER, cookie, page, request, stay
from support.reported import png

LETTERS = 500_000  # of each page: what a hundred requests with their stacks come to
MEASURED = """
import re, sys
from pathlib import Path
from bandeau.cli import main
try:
    main()
except SystemExit as ended:
    print(ended.code, re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak of memory")


def fill(folder: Path, count: int) -> None:
    """Lay down a table in which every page was seen already, and the list that names its pages."""
    table = Table(folder / "site.audit", Visiting(plan=Plan(), asker=Asking()).settings)
    urls = [f"https://gazette.example/{number}" for number in range(count)]
    (folder / "pages.txt").write_text("\n".join(urls))
    table.set("browser", msgspec.json.encode(BROWSER).decode())
    table.add(map(read_target, urls))
    with table.transaction():
        for number, url in enumerate(urls, 1):
            lease = table.lease(number, 0.0)
            assert lease is not None
            happened = [cookie(f"_ga_{name}", page=url, lifetime=10**8) for name in range(8)]
            happened += [request(f"https://cdn{name}.doubleclick.net/{number}", page=url) for name in range(4)]  # type: ignore[misc]
            picture = f"{number}.png"
            stays = (
                stay(State.BEFORE, url=url, title="x" * LETTERS, screenshot=picture),
                stay(State.REFUSED, *happened, url=url),
            )
            table.done(lease, pack((page(*stays, url=url),)), {picture: png() + bytes(50_000)}, 1.0)
    table.close()


def peak(folder: Path, count: int) -> int:
    """How many MB it takes at the most to judge that many pages and to write everything that can be written."""
    folder.mkdir()
    fill(folder, count)
    options = "--list pages.txt --resume site.audit --html a.html --json a.json --sarif a.sarif --junit a.xml"
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, "audit", *options.split(), "--save", "seen.json"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert ran.returncode == 0, ran.stderr
    code, kilobytes = ran.stderr.split()[-2:]
    assert code == "3", ran.stderr
    report = json.loads((folder / "a.json").read_bytes())
    assert report["summary"]["pages"] == count
    assert len(report["findings"]) > 10 * count
    assert len(list((folder / "seen.pictures").iterdir())) == count
    assert (folder / "seen.json").stat().st_size > LETTERS * count
    return int(kilobytes) // 1000


def test_the_reports_of_many_pages_take_no_more_memory_than_those_of_few(tmp_path: Path) -> None:
    few, many = peak(tmp_path / "few", 40), peak(tmp_path / "many", 300)
    # Held in memory, 260 pages more would be 130 MB of text and 13 MB of pictures more, and their findings besides.
    assert many - few < 50, f"{few} MB for 40 pages, {many} MB for 300"
