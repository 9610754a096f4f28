"""Keeping one visitor's variant from another, in caches between and in the browser's own.

The neutral variant (no choice made) is the same for everybody: a shared cache may keep it under the absent cookie,
a browser must ask again, because it may have chosen since. Every other variant is private (RFC 9111, 5.2.2.7), but
for one cache that is known to keep variants apart: it is told on the side for how long (RFC 9213), so that whatever
else stands between takes the page for private.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bandeau.enforce.edits import Header, joined

KEY = b"bandeau-variant"
"""The request header by which a cache names the variant under which it looks for an answer, and would keep it."""

_FRESH = re.compile(rb"(?:^|[\s,])(s-maxage|max-age)\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)
_CLOSED = re.compile(rb"(?:^|[\s,])(?:private|no-store|no-cache)(?:[\s,=]|$)", re.IGNORECASE)
_SHARING = re.compile(rb"(?:public|private|s-maxage)(?:\s*=.*)?", re.IGNORECASE | re.DOTALL)
_BY_COOKIE = re.compile(rb"(?:^|[\s,])(?:cookie|\*)(?:[\s,]|$)", re.IGNORECASE)
_TAG = re.compile(rb'(?:W/)?"([^"]*)"')
_MARK = b";bandeau-"

TARGETED = frozenset({b"cdn-cache-control", b"cloudflare-cdn-cache-control", b"surrogate-control", b"x-accel-expires"})
"""These tell one kind of cache more than Cache-Control does, and it would believe them (RFC 9213)."""


def cache_control(original: bytes | None, *, neutral: bool) -> bytes:
    """The Cache-Control of a page that was changed, from the one the site gave it."""
    if original is not None and b"no-store" in original.lower():
        return b"no-store"
    shared = shared_age(original) if neutral else None
    return b"private, no-cache" if shared is None else b"public, max-age=0, must-revalidate, s-maxage=" + shared


def shared_age(original: bytes | None) -> bytes | None:
    """The seconds for which the site lets a shared cache keep its page, ``None`` where it does not."""
    if original is None or _CLOSED.search(original):
        return None
    ages = {name.lower(): value for name, value in _FRESH.findall(original)}
    return ages.get(b"s-maxage") or ages.get(b"max-age")


def for_keyed_cache(seconds: bytes) -> list[Header]:
    """What tells the cache that keys by variant, and nobody else, for how long it may keep a page.

    nginx reads only the first of them, Varnish and content delivery networks the second, and each takes both away. The
    first comes before Cache-Control, because nginx up to 1.22 believes what it reads first.
    """
    return [(b"x-accel-expires", seconds), (b"cdn-cache-control", b"max-age=" + seconds)]


def varies_by_cookie(vary: bytes) -> bool:
    """Whether the site's own page depends on cookies, or on what nobody knows."""
    return _BY_COOKIE.search(vary) is not None


def private(headers: list[Header]) -> list[Header]:
    """The headers of an answer that is one visitor's, whatever the site said to shared caches."""
    kept, told = [], []
    for header in headers:
        if header[0] == b"cache-control":
            told.append(header[1])
        elif header[0] not in TARGETED:
            kept.append(header)
    kept.append((b"cache-control", _unshared(b",".join(told))))
    return kept


def personal(headers: list[Header]) -> list[Header]:
    """The headers of an answer that is one visitor's, and for which a browser asks again each time."""
    told = joined(headers, b"cache-control")
    kept = [header for header in headers if header[0] != b"cache-control" and header[0] not in TARGETED]
    return [*kept, (b"cache-control", cache_control(told, neutral=False))]


@lru_cache(maxsize=256)
def _unshared(told: bytes) -> bytes:
    directives = [one.strip() for one in told.split(b",")]
    return b", ".join([b"private", *(one for one in directives if one and not _SHARING.fullmatch(one))])


def tag_variant(etag: bytes, mark: str) -> bytes:
    """Name the variant in an entity tag; it is weak, because bytes differ by what was inserted (RFC 9110, 8.8.1)."""
    match = _TAG.fullmatch(etag.strip())
    return b"" if match is None else b'W/"' + match[1] + _MARK + mark.encode() + b'"'


def is_tagged(if_none_match: str, mark: str) -> bool:
    """Whether one of the entity tags in ``If-None-Match`` carries this very mark."""
    return f'{_MARK.decode()}{mark}"' in if_none_match


def untag_variant(if_none_match: bytes, mark: str, *, changed: bool) -> bytes:
    """The entity tags that the site itself gave, of those in ``If-None-Match`` that carry this very mark.

    Tags without a mark (style sheets, pictures) stay as they are, but not where the answer would be ``changed``: such a
    one was kept before Bandeau changed it, or for another use. Tags with another mark go.
    """
    mine = _MARK + mark.encode()
    kept = []
    for match in _TAG.finditer(if_none_match):
        tag, marked, _ = match[1].partition(_MARK)
        if match[1].endswith(mine):
            kept += [b'"' + tag + b'"', b'W/"' + tag + b'"']
        elif not marked and not changed:
            kept.append(match[0])
    return if_none_match if if_none_match.strip() == b"*" else b", ".join(kept)
