"""What becomes of a request before the site's own application sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from bandeau.enforce.caching import untag_variant
from bandeau.enforce.codings import narrow_accept_encoding
from bandeau.enforce.edits import Header
from bandeau.serve.site import Site, Visit


def request_headers(site: Site, visit: Visit) -> list[Header]:
    """The request's headers with the held cookies cut out, so that not even the site's own application reads them."""
    if not site.enforcing:
        return visit.request.headers
    headers = [*visit.plain]
    for name, value in visit.edited:
        if left := _EDITS[name](visit, value):
            headers.append((name, left))
    if visit.cookies.header:
        headers.append((b"cookie", visit.cookies.header))
    return headers


_narrowed = lru_cache(maxsize=256)(narrow_accept_encoding)


def _unless_document(visit: Visit, value: bytes) -> bytes:
    """A part of a page cannot be rewritten, and one kept since before Bandeau was there has to be replaced.

    So the whole is asked for, as RFC 9110, 14.2 and 13.1.3 allow.
    """
    return b"" if _wants_document(visit) else value


def _own_tags(visit: Visit, value: bytes) -> bytes:
    return untag_variant(value, visit.variant.mark, document=_wants_document(visit))


_EDITS: dict[bytes, Callable[[Visit, bytes], bytes]] = {
    b"accept-encoding": lambda _visit, value: _narrowed(value),
    b"if-none-match": _own_tags,
    b"if-modified-since": _unless_document,
    b"range": _unless_document,
    b"if-range": _unless_document,
}
"""What becomes of the headers that may be edited; an empty value takes the header out."""


def _wants_document(visit: Visit) -> bool:
    destination = visit.request.value(b"sec-fetch-dest")
    if destination:
        return destination in ("document", "iframe", "frame", "embed", "object")
    return "text/html" in visit.request.value(b"accept")
