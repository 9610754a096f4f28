"""robots.txt: whether a page may be fetched, by RFC 9309 (https://www.rfc-editor.org/rfc/rfc9309).

Matching takes time linear in the length of pattern and path, whatever stars a file is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

PRODUCT = "Bandeau"
"""The product token that we go by, in robots.txt and in the ``User-Agent`` of our own requests."""

LONGEST = 500 * 1024
"""How many bytes of a file are read (RFC 9309, 2.5)."""

_MOST_RULES = 10_000
_LONGEST_PATTERN = 2048
_TOKEN = re.compile(r"[A-Za-z_-]+")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DELAY = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line that allows or disallows what its pattern matches: ``*`` is anything, ``$`` at its end is the end."""

    allow: bool
    pattern: str

    @property
    def weight(self) -> tuple[int, bool]:
        """The longest pattern decides, and of two as long the one that allows (2.2.2)."""
        return len(self.pattern.encode()), self.allow

    def matches(self, path: str) -> bool:
        """Whether the pattern matches a path that was written by :func:`normal`."""
        pattern, bound = (self.pattern[:-1], True) if self.pattern.endswith("$") else (self.pattern, False)
        head, *middle = pattern.split("*")
        if not path.startswith(head):
            return False
        if not middle:
            return not bound or len(path) == len(head)
        at = len(head)
        *between, last = middle
        for part in between:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        if bound:
            return len(path) - len(last) >= at and path.endswith(last)
        return path.find(last, at) >= 0


@dataclass(frozen=True, slots=True)
class Robots:
    """What one robots.txt says to us; ``delay`` is the ``Crawl-delay`` in seconds, 0 where none is asked for."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0

    def disallows(self, path: str) -> Rule | None:
        """The rule that forbids a path (with its query), ``None`` where it may be fetched."""
        path = normal(path or "/")
        if path == "/robots.txt":
            return None
        rule = max((rule for rule in self.rules if rule.matches(path)), key=lambda rule: rule.weight, default=None)
        return None if rule is None or rule.allow else rule


ALLOWING = Robots()
"""What a site without a robots.txt says."""


class Told(StrEnum):
    """What the answer to the request for a robots.txt means (2.3.1)."""

    READ = "read"
    MISSING = "missing"  # 400 to 499: everything is allowed
    UNREACHABLE = "unreachable"  # 500 to 599, or no answer: everything is disallowed, for now


def told_by(status: int) -> Told:
    """Say what a status means, once redirects were followed; 0 is no answer.

    A redirect that leads nowhere counts as missing (2.3.1.2). 429 asks to come back later: it is read like a server
    error, as Google's crawlers do too, not as "missing".
    """
    if 200 <= status < 300:
        return Told.READ
    if status == 429 or status >= 500 or status < 300:
        return Told.UNREACHABLE
    return Told.MISSING


def parse_robots(data: bytes, token: str = PRODUCT) -> Robots:
    """Read what a robots.txt says to the product ``token``. Nothing is an error: what cannot be read says nothing."""
    own: list[tuple[str, str]] = []
    every: list[tuple[str, str]] = []
    named = False
    for agents, lines in _groups(_lines(data[:LONGEST])):
        if token.lower() in agents:
            named = True
            own += lines
        elif "*" in agents:
            every += lines
    return _robots(own if named else every)


def _lines(data: bytes) -> Iterator[tuple[str, str]]:
    for line in re.split(r"\r\n|\r|\n", data.decode("utf-8-sig", "replace")):
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _groups(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[set[str], list[tuple[str, str]]]]:
    """The groups: product tokens in lower case (or ``*``) and their lines. Unknown lines end nothing (2.2.4)."""
    agents: set[str] = set()
    rules: list[tuple[str, str]] = []
    begun = False
    for key, value in lines:
        if key == "user-agent":
            if begun:
                yield agents, rules
                agents, rules, begun = set(), [], False
            product = _TOKEN.match(value)
            agents.add("*" if value.startswith("*") else product[0].lower() if product else "")
        elif key in ("allow", "disallow", "crawl-delay"):
            begun = True
            rules.append((key, value))
    yield agents, rules


def _robots(lines: list[tuple[str, str]]) -> Robots:
    rules = [
        Rule(key == "allow", normal(value))
        for key, value in lines[:_MOST_RULES]
        if key != "crawl-delay" and value.startswith(("/", "*")) and len(value) <= _LONGEST_PATTERN
    ]
    delays = [float(value) for key, value in lines if key == "crawl-delay" and _DELAY.fullmatch(value)]
    return Robots(tuple(rules), max(delays, default=0))


def normal(path: str) -> str:
    """Write a path or pattern so that octets compare (2.2.2): others than ASCII escaped, unreserved ones not."""
    if not path.isascii():
        path = "".join(letter if letter.isascii() else _escaped(letter) for letter in path)
    return _ESCAPE.sub(_unescaped, path) if "%" in path else path


def _escaped(letter: str) -> str:
    return "".join(f"%{octet:02X}" for octet in letter.encode("utf-8", "replace"))


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()
