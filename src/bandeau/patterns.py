"""How trackers are named: lifetimes, name patterns, hosts. Frozen, and valid if they exist.

Everything here is also importable from :mod:`bandeau.model`, where the other rooms take it from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_SECONDS = {
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_628_000,  # a twelfth of 365 days, so that 12 months are a year and 13 months 395 days
    "year": 31_536_000,
}
_LIFETIME = re.compile(r"([1-9][0-9]{0,4}) (minute|hour|day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a tracker stays on the terminal: a number of units, or the browser session, or until erased.

    ``seconds`` is ``None`` for the two that are not a duration; ``text`` is as the declaration says it.
    """

    text: str
    seconds: int | None

    @classmethod
    def parse(cls, text: str) -> Lifetime:
        """Read ``"13 months"``, ``"session"`` or ``"until erased"``.

        Raises:
            ValueError: the text is none of these.
        """
        if text in ("session", "until erased"):
            return cls(text, None)
        match = _LIFETIME.fullmatch(text)
        if match is None:
            raise ValueError(
                'a lifetime is "session", "until erased", or a whole number and a unit, such as "13 months"'
            )
        return cls(text, int(match[1]) * _SECONDS[match[2]])

    @property
    def days(self) -> int | None:
        """The lifetime in whole days, ``None`` where it is not a duration."""
        return None if self.seconds is None else self.seconds // 86_400


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The name of a cookie or storage key, where ``*`` stands for any run of characters. Case matters (RFC 6265)."""

    text: str

    def __post_init__(self) -> None:
        if not self.text or len(self.text) > 256:
            raise ValueError("a name has 1 to 256 characters")
        if any(character < " " or character in ";\x7f" for character in self.text):
            raise ValueError("a name has no semicolon and no control character")

    @property
    def exact(self) -> bool:
        """Whether the pattern names one tracker only."""
        return "*" not in self.text

    @property
    def weight(self) -> tuple[bool, int]:
        """Orders patterns by how specific they are: exact ones last, then by the characters they fix."""
        return (self.exact, len(self.text) - self.text.count("*"))

    def matches(self, name: str) -> bool:
        """Whether this pattern names ``name``."""
        if self.exact:
            return name == self.text
        head, *middle, tail = self.text.split("*")
        end = len(name) - len(tail)
        if not (name.startswith(head) and name.endswith(tail) and len(head) <= end):
            return False
        at = len(head)
        for part in middle:
            found = name.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return True


_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(
    rf"(?P<sub>\*\.)?(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?(?P<path>/[^\s\x00-\x1f\x7f-\x9f?#;,*'\"]*)?"
)


@dataclass(frozen=True, slots=True)
class Host:
    """A host by its exact name, or with ``*.`` every host below it; a port and a path prefix may narrow it.

    Without a port every port is meant. ``*.example.org`` does not mean ``example.org`` itself, as in CSP.
    """

    name: str
    subdomains: bool = False
    port: int | None = None
    path: str = "/"

    @classmethod
    def parse(cls, text: str) -> Host:
        """Read ``"palabre.example"``, ``"*.palabre.example:8443"`` or ``"video.example/embed"``.

        Raises:
            ValueError: the text is not a host, or carries a scheme, a query or a fragment.
        """
        match = _HOST.fullmatch(_ascii_host(text))
        if match is None:
            raise ValueError(
                'a host is a name such as "video.example", with "*." in front for all hosts below it, '
                'and at most a ":port" and a "/path" behind; no scheme, no query'
            )
        port = None if match["port"] is None else int(match["port"])
        if port is not None and not 0 < port < 65_536:
            raise ValueError("a port is a number from 1 to 65535")
        return cls(match["host"], match["sub"] is not None, port, match["path"] or "/")

    def __str__(self) -> str:
        """Give the host back as a declaration writes it."""
        port = "" if self.port is None else f":{self.port}"
        return f"{'*.' if self.subdomains else ''}{self.name}{port}{'' if self.path == '/' else self.path}"

    @property
    def weight(self) -> tuple[bool, int, bool, int]:
        """Orders patterns by how specific they are: exact name, longer suffix, port given, longer path."""
        return (not self.subdomains, len(self.name), self.port is not None, len(self.path))

    def matches(self, origin: Origin, path: str) -> bool:
        """Whether a request to ``path`` at ``origin`` goes to what this pattern names."""
        named = origin.host.endswith("." + self.name) if self.subdomains else origin.host == self.name
        return named and self.port in (None, origin.port) and path_within(path, self.path)


_DEVIATES = re.compile("[ßẞς\u200c\u200d]")
"""Letters that browsers keep and the tables of the standard library change (UTS 46, section 4): another host."""


def _ascii_host(text: str) -> str:
    """The host's name as a URL carries it: lower case, international labels in Punycode; empty where unsure."""
    name, slash, path = text.partition("/")
    if _DEVIATES.search(name):
        return ""
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return ""
    return name.lower() + slash + path


def path_within(path: str, prefix: str) -> bool:
    """Whether ``path`` is ``prefix`` or lies below it, by whole segments."""
    return prefix == "/" or path == prefix or path.startswith(prefix if prefix.endswith("/") else prefix + "/")


def domain_match(host: str, domain: str) -> bool:
    """Whether a host is that domain or lies below it (RFC 6265, section 5.1.3, for names)."""
    return host == domain or host.endswith("." + domain)


class Origin(NamedTuple):
    """Where a request goes: scheme, host in lower case, and the port, the scheme's own where none is written."""

    scheme: str
    host: str
    port: int
