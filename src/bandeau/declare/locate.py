"""Which line each key of a TOML text stands on.

The standard library's reader gives the values and forgets the lines. This scanner does the opposite: it walks a
text that is known to be valid TOML (https://toml.io/en/v1.0.0) and notes, for the path of every key and list
item, the line it begins on.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""The keys and list positions that lead to a value: ``("services", "video", "cookies", 0, "name")``."""

_BLANK = re.compile(r"(?:[ \t\r\n\ufeff]|#[^\n]*)*")  # a byte order mark too, which the reader takes off
_STRING = re.compile(
    r"""
    \"{3} (?: \\. | [^\\] )*? \"{3,5}  # over several lines; up to two quotes may stand before the closing three
    | '{3} .*? '{3,5}
    | " (?: \\. | [^"\\] )* "
    | ' [^']* '
    """,
    re.DOTALL | re.VERBOSE,
)
_BARE = re.compile(r"[^,\]}#\n]+")
_BARE_PART = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")


class Lines:
    """The line of every path of a text; a path that is not written has the line of what would hold it."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self._lines = lines

    def of(self, path: Path) -> int:
        """Give the line of ``path``, counted from 1; 0 where nothing on the way to it is written."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 0)


def locate(text: str) -> Lines:
    """Find the line of every key and list item of ``text``, which must be valid TOML and not deeply nested."""
    return Lines(_Scanner(text).scan())


def dotted(path: Path) -> str:
    """Write a path as a key: ``services.video.cookies[0].name``, quoted where TOML would quote."""
    key = ""
    for step in path:
        if isinstance(step, int):
            key += f"[{step}]"
        else:
            key += ("." if key else "") + (step if _BARE_PART.fullmatch(step) else '"' + step.replace('"', '\\"') + '"')
    return key


class _Scanner:
    """Walks a text once from its beginning; ``_at`` is where it stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._lines: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}  # how many [[tables]] a path has so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self._lines

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()

    def _line(self) -> int:
        return bisect_left(self._ends, self._at) + 1

    def _key(self) -> list[str]:
        """Read a dotted key; stands behind it then."""
        parts: list[str] = []
        while not parts or self._text[self._at] == ".":
            self._at += bool(parts)
            self._skip(_SPACE)
            start = self._at
            quoted = self._text[start] in "\"'"
            self._skip(_STRING if quoted else _BARE_PART)
            part = self._text[start : self._at]
            parts.append(tomllib.loads("key = " + part)["key"] if quoted else part)
            self._skip(_SPACE)
        return parts

    def _header(self) -> Path:
        """Read ``[a.b]`` or ``[[a.b]]``; gives the path of the table it opens."""
        line = self._line()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        *above, last = self._key()
        self._at += brackets
        path: Path = ()
        for part in above:
            path = self._within((*path, part), line)
        path = (*path, last)
        if brackets == 2:
            self._lines.setdefault(path, line)
            self._tables[path] = self._tables.get(path, 0) + 1
            path = (*path, self._tables[path] - 1)
        self._lines[path] = line
        return path

    def _within(self, path: Path, line: int) -> Path:
        """Pass through a table that a header or dotted key names on the way, in a list of tables the latest one."""
        self._lines.setdefault(path, line)
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _pair(self, table: Path) -> None:
        """Read ``key = value``."""
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        opening = self._text[self._at]
        if opening in "[{":
            self._inside(path, "]" if opening == "[" else "}")
        else:
            self._skip(_STRING if opening in "\"'" else _BARE)

    def _inside(self, path: Path, closing: str) -> None:
        """Read a list or an inline table, which may go on over several lines."""
        self._at += 1
        self._skip(_BLANK)
        count = 0
        while self._text[self._at] != closing:
            if closing == "]":
                self._lines[*path, count] = self._line()
                self._value((*path, count))
            else:
                self._pair(path)
            count += 1
            self._skip(_BLANK)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_BLANK)
        self._at += 1
