"""What a table holds is read as a tape, one page at a time."""

from __future__ import annotations

import tracemalloc

import msgspec
import pytest

from bandeau.audit.many.frames import pack
from bandeau.audit.many.results import tape_of
from bandeau.audit.many.table import Table
from bandeau.audit.recording import Device, Page, RecordingError, State, Stay, format_recording, parse_recording
from bandeau.audit.tape import format_tape
from bandeau.audit.targets import read_target
from support.units import BROWSER


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
            table.done(lease, pack(seen), {f"{number}.png": str(number).encode()}, 1.0)


def test_the_recording_that_is_written_is_the_one_that_is_formatted(table: Table) -> None:
    fill(table, 3)
    tape = tape_of(table)
    written = b"".join(format_tape(tape))
    recording = parse_recording(written)
    assert format_recording(recording) == written
    assert recording == tape.whole()
    assert [page.device for page in recording.pages] == list(Device) * 3
    assert recording.browser == BROWSER


def test_a_table_of_which_no_browser_saw_a_page_is_no_recording(table: Table) -> None:
    with pytest.raises(RecordingError, match="no page yet"):
        tape_of(table)


def test_pictures_are_read_by_the_names_that_stays_give(table: Table) -> None:
    fill(table, 3)
    pictures = tape_of(table).pictures
    assert dict(pictures) == {"1.png": b"1", "2.png": b"2", "3.png": b"3"}
    assert len(pictures) == 3
    assert "2.png" in pictures
    assert "4.png" not in pictures
    with pytest.raises(KeyError):
        pictures["4.png"]


def test_reading_thousands_of_pages_takes_no_more_memory_than_reading_a_few(table: Table) -> None:
    fill(table, 4000, letters=5000)  # 100 MB and more, uncompressed
    tape = tape_of(table)
    tracemalloc.start()
    count = sum(1 for _ in tape.pages)
    written = sum(map(len, format_tape(tape)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 8000
    assert written > 100_000_000
    assert peak < 10_000_000
