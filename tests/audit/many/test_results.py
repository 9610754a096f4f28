"""What a table holds is read one page at a time."""

from __future__ import annotations

import io
import tracemalloc

import msgspec
import pytest

from bandeau.audit.finding import Finding, Severity
from bandeau.audit.many.frames import pack
from bandeau.audit.many.results import pages, recordings, write_pictures, write_recording
from bandeau.audit.many.table import Table
from bandeau.audit.recording import Device, Page, RecordingError, State, Stay, format_recording, parse_recording
from bandeau.audit.tally import MOST, Tally
from bandeau.audit.targets import read_target
from support.units import BROWSER

MADE = {"made": "2026-11-26T10:00:00Z", "bandeau": "0.1"}


def fill(table: Table, count: int, letters: int = 0) -> None:
    urls = [f"https://a.example/{number}" for number in range(count)]
    table.set("browser", msgspec.json.encode(BROWSER).decode())
    table.add(map(read_target, urls))
    with table.transaction():
        for number, url in enumerate(urls, 1):
            lease = table.lease(number, 0.0)
            assert lease is not None
            stays = (Stay(state=State.BEFORE, title=str(number) * letters),)
            seen = tuple(Page(url=url, device=device, stays=stays) for device in Device)
            table.done(lease, pack(seen), {f"{number}.png": b"PNG"}, 1.0)


def test_the_recording_that_is_written_is_the_one_that_is_formatted(table: Table) -> None:
    fill(table, 3)
    into = io.BytesIO()
    write_recording(table, into, **MADE)
    recording = parse_recording(into.getvalue())
    assert format_recording(recording) == into.getvalue()
    assert recording.pages == tuple(pages(table))
    assert recording.browser == BROWSER


def test_a_recording_of_no_page_is_none(table: Table) -> None:
    with pytest.raises(RecordingError, match="no page yet"):
        write_recording(table, io.BytesIO(), **MADE)


def test_each_page_is_a_recording_with_all_its_devices(table: Table) -> None:
    fill(table, 3)
    assert [[page.device for page in one.pages] for one in recordings(table, **MADE)] == [list(Device)] * 3


def test_pictures_are_laid_beside_the_recording(table: Table, tmp_path) -> None:  # type: ignore[no-untyped-def]
    fill(table, 3)
    write_pictures(table, tmp_path / "site.pictures")
    assert sorted(path.name for path in (tmp_path / "site.pictures").iterdir()) == ["1.png", "2.png", "3.png"]


def test_reading_thousands_of_pages_takes_no_more_memory_than_reading_a_few(table: Table) -> None:
    fill(table, 4000, letters=5000)  # 100 MB and more, uncompressed
    tracemalloc.start()
    count = sum(1 for _ in recordings(table, **MADE))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 4000
    assert peak < 10_000_000


def finding(subject: str, page: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code="set", severity=severity, subject=subject, message="", page=page, state=State.BEFORE)


def test_findings_are_told_by_subject_with_the_pages_that_have_them() -> None:
    tally = Tally()
    for number in range(30):
        page = f"https://a.example/{number}"
        few = [finding("cookie _pk", page, Severity.WARNING)] if number < 3 else []
        tally.add([finding("cookie _ga", page), finding("cookie _ga", page), *few])
    everywhere, seldom = tally.sorted()
    assert (everywhere.first.subject, everywhere.pages, len(everywhere.examples)) == ("cookie _ga", 30, 5)
    assert (seldom.first.subject, seldom.pages) == ("cookie _pk", 3)
    assert tally.severities == {Severity.ERROR: 60, Severity.WARNING: 3, Severity.NOTE: 0}


def test_a_site_that_makes_up_names_without_end_fills_no_memory() -> None:
    tally = Tally()
    tally.add(finding(f"cookie {number}", "https://a.example/") for number in range(MOST + 50))
    assert (len(tally.lines), tally.untold) == (MOST, 50)
