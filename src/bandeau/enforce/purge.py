"""Erasing what was refused: the ``Set-Cookie`` headers that make a browser forget a cookie.

A cookie is known by name, domain and path (RFC 6265, 5.3), but a request tells its name only. Where the site sets it is
learned from the answers that pass by; every parent domain and every path prefix that could hold it is tried as well.
HttpOnly cookies go too, because the server asks. ``Clear-Site-Data: "cookies"`` is never used: it would wipe the choice
itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice, product
from typing import NamedTuple, TypeVar
from zlib import crc32

_Item = TypeVar("_Item")

LIMIT = 32
"""How many ``Set-Cookie`` headers one answer carries at most."""
BYTES = 2_500
"""How many bytes they are at most together.

Servers in front refuse an answer whose headers are larger than 4 or 8 kB. What the limits cut is seen again with the
next page, and goes then.
"""
_SHARE = LIMIT // 3  # of them are for places that are less likely

# A cookie that is kept apart by top-level site is another one (CHIPS). Only a secure origin's is heard, as it was set.
_PARTITIONED = "; Secure; Partitioned"

# What RFC 6265bis allows in a name as browsers read it; a name with anything else cannot be written back safely.
_NAME = re.compile(r"[^\x00-\x20\x7f;,=\"\x80-\U0010ffff]{1,256}")
_SEGMENT = r"[\x21-\x2e\x30-\x3a\x3c-\x7e]{1,128}"
_PATH = re.compile(rf"/(?:{_SEGMENT}/){{0,15}}(?:{_SEGMENT})?")
_DOMAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){1,15}")


class Place(NamedTuple):
    """Where a cookie lies: its domain, empty for the host itself, its path, and whether it is kept apart by site."""

    domain: str
    path: str
    partitioned: bool = False


Known = Callable[[str, str], Iterable[Place]]
"""Tells where a cookie of that name is known to lie, of the places from which that host can have it."""


def read_place(set_cookie: bytes, path: str) -> Place | None:
    """Read where an answer to ``path`` sets a cookie; ``None`` where that cannot be written back safely.

    As browsers do: of a kind of attribute the last one counts (RFC 6265bis, 5.6).
    """
    told: dict[str, str] = {}
    for attribute in set_cookie.decode("latin-1").split(";")[1:]:
        key, _, value = attribute.partition("=")
        told[key.strip(" \t").lower()] = value.strip(" \t")
    at = told.get("path", "")
    if not at.startswith("/"):
        at = path.rpartition("/")[0] or "/"  # RFC 6265, 5.1.4
    domain = told.get("domain", "").lower().removeprefix(".")
    if not _PATH.fullmatch(at) or (domain and not _DOMAIN.fullmatch(domain)):
        return None
    return Place(domain, at, "partitioned" in told)


def expiries(names: Iterable[str], host: str, path: str, known: Known = lambda *_: ()) -> list[tuple[bytes, bytes]]:
    """The headers that expire cookies of these names, wherever ``host`` and ``path`` could have them from.

    Where they are known to lie goes first. Then a name is tried on every domain at the root before the next one is; a
    third of the limit is for unlikely places. Every path begins with another name and place, so that what cannot be
    reached does not keep the rest from its turn.
    """
    writable = tuple(name for name in dict.fromkeys(names) if _NAME.fullmatch(name))
    told = tuple((name, place) for name in writable for place in known(name, host))
    # A page brings some twenty requests with the same cookies; what is long comes from who plays with it.
    prepared = _expiries if len(host) + len(path) + sum(map(len, writable)) <= _KEPT else _expiries.__wrapped__
    return list(prepared(writable, told, host, path))


_KEPT = 1024  # characters of names, host and path beyond which the headers are written anew each time


@lru_cache(maxsize=512)
def _expiries(
    names: tuple[str, ...], known: tuple[tuple[str, Place], ...], host: str, path: str
) -> list[tuple[bytes, bytes]]:
    turn, start = divmod(crc32(path.encode("utf-8", "replace")), len(names) or 1)
    writable = _turned([*names], start)
    told = sorted(known, key=lambda one: writable.index(one[0]))
    root, *folders = ((prefix, False) for prefix in _paths(path))
    unlikely = _turned([("/", True), *folders], turn)
    domains = list(_domains(host))
    first = dict.fromkeys(islice(chain(told, _tried(writable, [root], domains)), LIMIT - _SHARE))
    rest = (row for row in _tried(writable, unlikely, domains) if row not in first)
    return limited((b"set-cookie", _expiry(*row).encode("latin-1")) for row in chain(first, rest))


def limited(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """As many of these headers, from the first on, as one answer may carry."""
    found, left = [], BYTES
    for header in islice(headers, LIMIT):
        left -= len(header[0]) + len(header[1]) + 4
        if left < 0:
            break
        found.append(header)
    return found


def _tried(names: list[str], paths: Iterable[tuple[str, bool]], domains: list[str]) -> Iterator[tuple[str, Place]]:
    for name, (path, partitioned), domain in product(names, paths, domains):
        # Such a name is the host's own and lies at the root, or it is no cookie (RFC 6265bis, 4.1.3.2).
        if not name.startswith("__Host-") or (path == "/" and not domain):
            yield name, Place(domain, path, partitioned)


def _turned(items: list[_Item], turn: int) -> list[_Item]:
    """The items, beginning with another one."""
    start = turn % (len(items) or 1)
    return items[start:] + items[:start]


def _expiry(name: str, place: Place) -> str:
    # A browser ignores an expiry that breaks a name prefix's own rule (RFC 6265bis, 4.1.3).
    secure = "; Secure" if name.startswith(("__Secure-", "__Host-")) else ""
    at = f"; Domain={place.domain}" if place.domain else ""
    kind = _PARTITIONED if place.partitioned else secure
    # No Expires beside it: every browser with a Content-Security-Policy knows Max-Age, and it is half of the bytes.
    return f"{name}=; Max-Age=0; Path={place.path}{at}{kind}"


def _domains(host: str) -> Iterator[str]:
    """The host itself, then every domain above it down to two labels; a browser ignores those that are public."""
    yield ""
    if re.fullmatch(r"[0-9.]+|\[.*\]", host):
        return  # an address has no parent domain
    labels = host.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def _paths(path: str) -> Iterator[str]:
    """The root, then each folder on the way to ``path``, with and without its closing slash."""
    yield "/"
    so_far = ""
    for segment in [part for part in path.split("/") if part][:8]:
        if not re.fullmatch(_SEGMENT, segment):
            return
        so_far += "/" + segment
        yield so_far
        yield so_far + "/"
