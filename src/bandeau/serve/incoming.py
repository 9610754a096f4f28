"""What becomes of a request before the site's own application sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from bandeau.enforce.caching import untag_variant
from bandeau.enforce.codings import narrow_accept_encoding
from bandeau.enforce.edits import Header
from bandeau.serve.keeping import mark, may_be_changed
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


def _unless_changed(visit: Visit, value: bytes) -> bytes:
    """A part of a page cannot be rewritten, and one kept since before Bandeau was there has to be replaced.

    So the whole is asked for, as RFC 9110, 14.2 and 13.1.3 allow. The same holds for a worker, of whose file the
    browser may hold the copy that a page loaded, without the guard.
    """
    return b"" if may_be_changed(visit) else value


def _own_tags(visit: Visit, value: bytes) -> bytes:
    return untag_variant(value, mark(visit), changed=may_be_changed(visit))


_EDITS: dict[bytes, Callable[[Visit, bytes], bytes]] = {
    b"accept-encoding": lambda _visit, value: _narrowed(value),
    b"if-none-match": _own_tags,
    b"if-modified-since": _unless_changed,
    b"range": _unless_changed,
    b"if-range": _unless_changed,
}
"""What becomes of the headers that may be edited; an empty value takes the header out."""
