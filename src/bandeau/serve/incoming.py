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
    request = visit.request
    if not site.enforcing:
        return request.headers
    headers = [header for header in request.headers if header[0] not in _EDITS]
    for name, value in request.headers:
        if name in _EDITS and (left := _EDITS[name](visit, value)):
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
    b"cookie": lambda _visit, _value: b"",  # what is left of all of them is added as one
    b"accept-encoding": lambda _visit, value: _narrowed(value),
    b"if-none-match": _own_tags,
    b"if-modified-since": _unless_document,
    b"range": _unless_document,
    b"if-range": _unless_document,
}
"""What is edited in a request's headers; an empty value takes the header out."""


def _wants_document(visit: Visit) -> bool:
    destination = visit.request.value(b"sec-fetch-dest")
    if destination:
        return destination in ("document", "iframe", "frame", "embed", "object")
    return "text/html" in visit.request.value(b"accept")
