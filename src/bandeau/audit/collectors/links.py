"""Decorated links: those of the page that carry an identifier to another site."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

from bandeau.audit.collectors.base import Collector, Notebook, Params, Target
from bandeau.audit.facts import Decorated
from bandeau.audit.site import third_party

NAMES = frozenset(
    tomllib.loads((files("bandeau.audit.collectors") / "decorations.toml").read_text(encoding="utf-8"))["names"]
)
"""The parameters that identify a person or a click."""


class Links(Collector):
    """Writes each decorated link to another site once in a state."""

    def __init__(self, notebook: Notebook) -> None:
        super().__init__(notebook)
        self._told: set[str] = set()

    def look(self, target: Target, found: Params) -> None:
        """Take the links of a document, as they stand when the state ends."""
        here = urlsplit(found["url"]).hostname or ""
        for url in found["links"]:
            parts = urlsplit(url)
            if "=" not in parts.query or not third_party(parts.hostname or here, here) or url in self._told:
                continue
            names = tuple(dict.fromkeys(name for name, value in parse_qsl(parts.query) if name in NAMES and value))
            if names:
                self._told.add(url)
                book = self.book
                book.write(Decorated(at=book.at, view=book.view, page=found["url"], url=book.cut(url), names=names))

    def end(self) -> None:
        """Forget what was told."""
        self._told.clear()
