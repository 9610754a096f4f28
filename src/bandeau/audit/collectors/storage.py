"""Storage that scripts use: local and session storage, IndexedDB, Cache Storage, OPFS, service workers."""

from __future__ import annotations

from bandeau.audit.collectors.base import Collector, Note, Notebook, Params, Target
from bandeau.audit.facts import Area, Storing

CHANGES = frozenset({"set", "remove", "clear", "open"})


class Storage(Collector):
    """Writes each use once for each document, area, act and key in a page view.

    The hooks see calls and properties (``localStorage.theme``), with their stacks. The browser itself tells of writes
    alone, and of no stack: one is written down where no hook told the same.
    """

    notes = ("store",)
    events = ("DOMStorage.domStorageItemAdded", "DOMStorage.domStorageItemUpdated")

    def __init__(self, notebook: Notebook) -> None:
        super().__init__(notebook)
        self._told: set[tuple[int, str, str, str, str]] = set()
        self._called: set[tuple[Area, str]] = set()
        self._changed: dict[tuple[Area, str], Storing] = {}

    def note(self, note: Note) -> None:
        """Write one call."""
        area, op = note.value.rsplit(" ", 1)
        if op in CHANGES:
            self.book.stir()
        self._called.add((Area(area), note.key))
        told = (self.book.view, note.page, area, op, note.key)
        if told in self._told:
            return
        self._told.add(told)
        self.book.write(
            Storing(
                at=note.at,
                view=self.book.view,
                page=note.page,
                by=note.by,
                area=Area(area),
                op=op,
                key=self.book.cut(note.key),
                value=self.book.cut(note.detail[1:]),
                got=not note.detail.startswith("-"),
            )
        )

    def event(self, target: Target, name: str, params: Params) -> None:
        """Hold what the browser says until the state ends: the call that did it may be told later."""
        self.book.stir()
        place = params["storageId"]
        area = Area.LOCAL if place["isLocalStorage"] else Area.SESSION
        page = place.get("storageKey") or place.get("securityOrigin") or target.url
        if len(self._changed) < 2000:
            self._changed.setdefault(
                (area, params["key"]),
                Storing(
                    at=self.book.at,
                    view=self.book.view,
                    page=self.book.cut(page),
                    area=area,
                    op="set",
                    key=self.book.cut(params["key"]),
                    value=self.book.cut(params["newValue"]),
                ),
            )

    def end(self) -> None:
        """Write what no call told of."""
        for name, storing in self._changed.items():
            if name not in self._called:
                self.book.write(storing)
        self._told.clear()
        self._called.clear()
        self._changed.clear()
