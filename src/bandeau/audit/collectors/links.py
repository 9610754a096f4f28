"""Decorated links: those of the page that carry an identifier to another site.

Two kinds are known: parameters that are made for it (decorations.toml), and any parameter whose value is among what the
site itself keeps on the terminal.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from importlib.resources import files
from urllib.parse import unquote

from bandeau.audit.collectors.base import Collector, Notebook, Params, Target
from bandeau.audit.facts import CookieSet, Decorated
from bandeau.audit.inspect.identifiers import telling
from bandeau.audit.site import host_of, parameters, site_of

NAMES = frozenset(
    tomllib.loads((files("bandeau.audit.collectors") / "decorations.toml").read_text(encoding="utf-8"))["names"]
)
"""The parameters that identify a person or a click."""

_RUN = re.compile(r"[A-Za-z0-9]{8,256}")
_LONGEST = 4_096  # characters of a value that are looked at
_MOST = 5_000  # identifiers that are remembered of one site


class Links(Collector):
    """Writes each decorated link to another site once in a state."""

    def __init__(self, notebook: Notebook) -> None:
        super().__init__(notebook)
        self._leading: dict[str, tuple[str, list[tuple[str, str]]]] = {}  # by address: the page, and its parameters
        self._kept: dict[str, set[str]] = defaultdict(set)  # by site, over the whole visit

    def look(self, target: Target, found: Params) -> None:
        """Take the links of a document, as they stand when the state ends, and what the document's storage keeps."""
        here = site_of(host_of(found["url"]))
        self._keep(here, (value for _, value in (*found["local"], *found["session"])))
        for url in found["links"]:
            if url not in self._leading and site_of(host_of(url) or here) != here and (pairs := parameters(url)):
                self._leading[url] = found["url"], pairs

    def end(self) -> None:
        """Write the links that carry something: by now all cookies of the state are written down."""
        for cookie in self.book.written(CookieSet):
            self._keep(site_of(cookie.domain), [cookie.value])
        for url, (page, pairs) in self._leading.items():
            kept = self._kept[site_of(host_of(page))]
            names = tuple(dict.fromkeys(name for name, value in pairs if name in NAMES or kept & _runs(value)))
            if names:
                book = self.book
                book.write(Decorated(at=book.at, view=book.view, page=page, url=book.cut(url), names=names))
        self._leading.clear()

    def _keep(self, site: str, values: Iterable[str]) -> None:
        kept = self._kept[site]
        for value in values:
            if len(kept) < _MOST:
                kept |= _runs(value)


def _runs(value: str) -> set[str]:
    """The parts of a value that tell one visitor from all others by themselves."""
    return {run for run in _RUN.findall(unquote(value[:_LONGEST])) if telling(run)}
