"""Keeping one visitor's variant from another, in caches between and in the browser's own.

The neutral variant (no choice made) is the same for everybody: a shared cache may keep it under the absent cookie,
a browser must ask again, because it may have chosen since. Every other variant is private (RFC 9111, 5.2.2.7).
"""

from __future__ import annotations

import re

_FRESH = re.compile(rb"(?:^|[\s,])(s-maxage|max-age)\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)
_CLOSED = re.compile(rb"(?:^|[\s,])(?:private|no-store|no-cache)(?:[\s,=]|$)", re.IGNORECASE)
_TAG = re.compile(rb'(?:W/)?"([^"]*)"')
_MARK = b";bandeau-"


def cache_control(original: bytes | None, *, neutral: bool) -> bytes:
    """The Cache-Control of a page that was changed, from the one the site gave it."""
    if original is not None and b"no-store" in original.lower():
        return b"no-store"
    if not neutral or original is None or _CLOSED.search(original):
        return b"private, no-cache"
    ages = {name.lower(): value for name, value in _FRESH.findall(original)}
    shared = ages.get(b"s-maxage") or ages.get(b"max-age")
    return b"private, no-cache" if shared is None else b"public, max-age=0, must-revalidate, s-maxage=" + shared


def tag_variant(etag: bytes, mark: str) -> bytes:
    """Name the variant in an entity tag; it is weak, because bytes differ by what was inserted (RFC 9110, 8.8.1)."""
    match = _TAG.fullmatch(etag.strip())
    return b"" if match is None else b'W/"' + match[1] + _MARK + mark.encode() + b'"'


def untag_variant(if_none_match: bytes, mark: str, *, document: bool) -> bytes:
    """The entity tags that the site itself gave, of those in ``If-None-Match`` that carry this very mark.

    Tags without a mark (style sheets, pictures) stay as they are, but not where a ``document`` is asked for: such a
    page was kept before Bandeau changed it. Tags with another mark go.
    """
    mine = _MARK + mark.encode()
    kept = []
    for match in _TAG.finditer(if_none_match):
        tag, marked, _ = match[1].partition(_MARK)
        if match[1].endswith(mine):
            kept += [b'"' + tag + b'"', b'W/"' + tag + b'"']
        elif not marked and not document:
            kept.append(match[0])
    return if_none_match if if_none_match.strip() == b"*" else b", ".join(kept)
