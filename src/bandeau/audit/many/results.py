"""What a table holds, as a tape: ten thousand pages take no more memory than one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from bandeau.audit.many.table import Table
from bandeau.audit.recording import Browser, Page, RecordingError
from bandeau.audit.tape import Tape
from bandeau.audit.visit import recorded


def browser_of(table: Table) -> Browser:
    """The browser that saw the pages.

    Raises:
        RecordingError: no page was seen by any yet.
    """
    kept = table.setting("browser")
    if kept is None:
        raise RecordingError(f"{table.path} holds no page yet that a browser saw")
    return msgspec.json.decode(kept, type=Browser)


class Pages:
    """Every page, on each device, in the order in which they were named; read anew by each loop."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __iter__(self) -> Iterator[Page]:
        for _, seen in self._table.results():
            yield from seen


class Pictures(Mapping[str, bytes]):
    """All pictures, each read when it is asked for."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __getitem__(self, name: str) -> bytes:
        body = self._table.picture(name)
        if body is None:
            raise KeyError(name)
        return body

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._table.has_picture(name)

    def __iter__(self) -> Iterator[str]:
        return self._table.picture_names()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def tape_of(table: Table) -> Tape:
    """Give what a table holds; it is read while the table is open.

    Raises:
        RecordingError: no page was seen by any browser yet.
    """
    return Tape(recorded(browser_of(table), ()), Pages(table), Pictures(table))
