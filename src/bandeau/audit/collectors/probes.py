"""Probes: what tells browsers apart. Whether it is a fingerprint is judged elsewhere, from all of a script's probes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bandeau.audit.collectors.base import Collector, Note, Notebook
from bandeau.audit.facts import Probe

MANY = 10
"""How many properties of its surroundings (``navigator``, ``screen``, time zone) a script reads before it is told.

Nearly every page reads a few of them; a fingerprint reads all that it can get.
"""


@dataclass(slots=True)
class _Read:
    """What one script read of its surroundings in one page view."""

    first: Note
    names: set[str] = field(default_factory=set)


class Probes(Collector):
    """Writes each probe once for each document and script in a page view, with how often it was made."""

    notes = ("probe", "surroundings")

    def __init__(self, notebook: Notebook) -> None:
        super().__init__(notebook)
        self._probes: dict[tuple[int, str, str, str], tuple[Note, int]] = {}
        self._reads: dict[tuple[int, str, str], _Read] = {}

    def note(self, note: Note) -> None:
        """Count one."""
        book, script = self.book, note.by.stack[0].url if note.by.stack else ""
        if note.kind == "surroundings":
            read = self._reads.setdefault((book.view, note.page, script), _Read(note))
            read.names.add(note.key)
            return
        key = book.view, note.page, script, f"{note.key} {note.detail}"
        first, times = self._probes.get(key, (note, 0))
        self._probes[key] = first, times + note.times

    def end(self) -> None:
        """Write them."""
        for (view, *_), (first, times) in self._probes.items():
            self._write(view, first, first.value, first.detail, times)
        for (view, *_), read in self._reads.items():
            if len(read.names) >= MANY:
                self._write(view, read.first, "surroundings", _listed(read.names), len(read.names))
        self._probes.clear()
        self._reads.clear()

    def _write(self, view: int, first: Note, api: str, detail: str, times: int) -> None:
        detail = self.book.cut(detail)
        self.book.write(
            Probe(at=first.at, view=view, page=first.page, by=first.by, api=api, detail=detail, times=times)
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
