"""Requests and answers as plain values: what every edge reads and writes, whichever protocol it speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, quote

from bandeau.ask.signals import global_privacy_control
from bandeau.enforce.edits import Header, value_of
from bandeau.enforce.url import Base
from bandeau.model import Origin

FORM_LIMIT = 65_536
"""The largest body, in bytes, that one of Bandeau's own paths reads."""


class Request(NamedTuple):
    """What of a request matters. ``path`` and ``query`` are as they were sent, percent-encoding included.

    ``whole`` is ``False`` where the body broke off before its end.
    """

    method: str
    scheme: str
    path: str
    query: str
    headers: list[Header]
    body: bytes = b""
    whole: bool = True

    def values(self, name: bytes) -> list[bytes]:
        """The values of all headers of that lower-case name."""
        return [value for key, value in self.headers if key == name]

    def value(self, name: bytes) -> str:
        """The value of the first header of that lower-case name, empty where there is none."""
        return value_of(self.headers, name).decode("latin-1")

    def base(self) -> Base:
        """Where the page lives, for resolving the URLs in it."""
        authority = self.value(b"host")
        origin = _origin if len(authority) <= _HOST_KEPT else _origin.__wrapped__
        return Base(origin(self.scheme, authority), self.path)

    @property
    def place(self) -> str:
        """The page's own path and query, to come back to."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def form(self) -> dict[str, list[str]]:
        """The fields of a form that was posted, malformed ones left out."""
        return _fields(self.body.decode("latin-1"))

    def arguments(self) -> dict[str, list[str]]:
        """The fields of the query."""
        return _fields(self.query)


EDITED = frozenset({b"cookie", b"accept-encoding", b"if-none-match", b"if-modified-since", b"range", b"if-range"})
"""The headers of a request that may be edited before the site's own application sees it."""


# No type of its own, here and for an answer's headers: both are read for every request, and each object counts.
def read_request(headers: Iterable[Header]) -> tuple[list[Header], list[Header], bytes, bool]:
    """Sort the headers of a request, their names in lower case.

    Returns:
        Those that pass, those that may be edited, all its cookies as one header, and whether a signal refuses.
    """
    plain: list[Header] = []
    edited: list[Header] = []
    cookie, signal = b"", False
    for header in headers:
        name, value = header
        if name not in EDITED:
            plain.append(header)
            if name == b"sec-gpc" and global_privacy_control(value):
                signal = True
        elif name == b"cookie":
            cookie = cookie + b"; " + value if cookie else value
        else:
            edited.append(header)
    return plain, edited, cookie, signal


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back, whole."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: list[Header] = field(default_factory=list)

    @property
    def all_headers(self) -> list[Header]:
        """The headers with the type and length of the body."""
        length = (b"content-length", str(len(self.body)).encode())
        return [*self.headers, (b"content-type", self.content_type.encode()), length]


def _fields(text: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True)[:4096]:
        fields.setdefault(name, []).append(value)
    return fields


_AUTHORITY = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:@/\s]*)(?::([0-9]{1,5}))?")


_HOST_KEPT = 256  # characters of a Host header beyond which its reading is not kept


@lru_cache(maxsize=1024)
def _origin(scheme: str, authority: str) -> Origin:
    match = _AUTHORITY.fullmatch(authority)
    host, port = (match[1].lower(), match[2]) if match else ("", None)
    return Origin(scheme, host, int(port) if port else (443 if scheme == "https" else 80))


_PLAIN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def safe_place(text: str) -> str:
    """A path of this very site to go back to; the front page for anything else, so that no redirect leads away."""
    encoded = quote(text, safe="!#$%&'()*+,/:;=?@[]~-._")
    return encoded if len(encoded) <= 4096 and _PLAIN_PATH.fullmatch(encoded) and text[:2] not in ("//", "/\\") else "/"
