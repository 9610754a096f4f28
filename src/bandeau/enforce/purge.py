"""Erasing what was refused: the ``Set-Cookie`` headers that make a browser forget a cookie.

A cookie is known by name, domain and path (RFC 6265, 5.3); a request tells its name only, so every parent domain
and every path prefix that could hold it is tried. HttpOnly cookies go as well, because the server asks.
``Clear-Site-Data: "cookies"`` is never used: it would wipe the choice itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, product
from typing import TypeVar
from zlib import crc32

_Item = TypeVar("_Item")

LIMIT = 24
"""How many ``Set-Cookie`` headers one answer carries at most, about two kilobytes.

Servers in front refuse an answer whose headers are larger than 4 or 8 kB. What the limit cuts is seen again with the
next page, and goes then.
"""

# A cookie that is kept apart by top-level site is another one (CHIPS). Only a secure origin's is heard, as it was set.
_PARTITIONED = "; Secure; Partitioned"

# What RFC 6265bis allows in a name as browsers read it; a name with anything else cannot be written back safely.
_NAME = re.compile(r"[^\x00-\x20\x7f;,=\"\x80-\U0010ffff]{1,256}")


def expiries(names: Iterable[str], host: str, path: str) -> list[tuple[bytes, bytes]]:
    """The headers that expire cookies of these names, wherever ``host`` and ``path`` could have them from.

    A name is tried on every domain at the root before the next one is; a third of the limit is for unlikely places.
    Every path begins with another name and place, so that what cannot be reached does not keep the rest from its turn.
    """
    writable = [name for name in dict.fromkeys(names) if _NAME.fullmatch(name)]
    turn, start = divmod(crc32(path.encode("utf-8", "replace")), len(writable) or 1)
    writable = _turned(writable, start)
    root, *folders = ((prefix, "") for prefix in _paths(path))
    unlikely = _turned([("/", _PARTITIONED), *folders], turn)
    domains = list(_domains(host))
    likely = islice(product(writable, [root], domains), LIMIT - LIMIT // 3)
    rows = islice(chain(likely, product(writable, unlikely, domains)), LIMIT)
    return [
        (b"set-cookie", _expiry(name, domain, prefix, kind).encode("latin-1")) for name, (prefix, kind), domain in rows
    ]


def _turned(items: list[_Item], turn: int) -> list[_Item]:
    """The items, beginning with another one."""
    start = turn % (len(items) or 1)
    return items[start:] + items[:start]


def _expiry(name: str, domain: str, path: str, kind: str) -> str:
    # A browser ignores an expiry that breaks a name prefix's own rule (RFC 6265bis, 4.1.3).
    secure = "; Secure" if not kind and name.startswith(("__Secure-", "__Host-")) else kind
    at = f"; Domain={domain}" if domain else ""
    return f"{name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path={path}{at}{secure}"


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
        if not re.fullmatch(r"[\x21-\x3a\x3c-\x7e]{1,128}", segment):
            return
        so_far += "/" + segment
        yield so_far
        yield so_far + "/"
