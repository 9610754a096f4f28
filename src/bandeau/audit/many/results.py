"""What a table holds, read one page at a time: ten thousand pages take no more memory than one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from bandeau.audit.many.table import Table
from bandeau.audit.recording import VERSION, Browser, Page, Recording, RecordingError, format_recording

_NO_PAGES = b'"pages":[]}'


def browser_of(table: Table) -> Browser:
    """The browser that saw the pages.

    Raises:
        RecordingError: no page was seen by any yet.
    """
    kept = table.setting("browser")
    if kept is None:
        raise RecordingError(f"{table.path} holds no page yet that a browser saw")
    return msgspec.json.decode(kept, type=Browser)


def pages(table: Table) -> Iterator[Page]:
    """Every page, on each device, in the order in which they were named."""
    for _, seen in table.results():
        yield from seen


def recordings(table: Table, *, made: str, bandeau: str) -> Iterator[Recording]:
    """One recording for each page (all its devices in it), to be judged one after the other."""
    browser = browser_of(table)
    for _, seen in table.results():
        yield Recording(version=VERSION, made=made, bandeau=bandeau, browser=browser, pages=seen)


def write_recording(table: Table, into: BinaryIO, *, made: str, bandeau: str) -> None:
    """Write all pages as one recording: the bytes that :func:`format_recording` would give, without holding them."""
    empty = Recording(version=VERSION, made=made, bandeau=bandeau, browser=browser_of(table), pages=())
    head = format_recording(empty).removesuffix(_NO_PAGES)
    encoder = msgspec.json.Encoder(order="deterministic")
    into.write(head + _NO_PAGES[:-2])
    into.writelines(b"," * (number > 0) + encoder.encode(page) for number, page in enumerate(pages(table)))
    into.write(_NO_PAGES[-2:])


def write_pictures(table: Table, folder: Path) -> None:
    """Write all pictures into a folder, under the names that the stays give."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in table.every_picture():
        (folder / Path(name).name).write_bytes(body)
