"""Erasing cookies as answers pass by: where they are set is learned, what came back is expired and counted."""

from __future__ import annotations

from collections.abc import Sequence

from bandeau.enforce.caching import personal
from bandeau.enforce.edits import Header, Held, Told, cookie_name
from bandeau.enforce.purge import expiries
from bandeau.model import CHOICE_COOKIE
from bandeau.serve.site import Site, Visit


def learn(site: Site, visit: Visit, headers: Sequence[Header]) -> None:
    """Take in where an answer of the site sets what a visitor may refuse, whether this visitor did or not."""
    for name, value in headers:
        if len(name) == 10 and name.lower() == b"set-cookie":
            cookie = cookie_name(value)
            if not site.neutral.policy.cookie(cookie).allowed:
                site.places.learn(cookie, value, visit.request.path)


def purged(site: Site, visit: Visit, told: Told, headers: list[Header]) -> list[Header]:
    """The headers of an answer with the expiry of what came with its request though it was refused.

    On pages, and on what a script fetched or sent: an application of one page may never load another. Such an answer
    is private, so that no cache gives it to a visitor who has accepted.
    """
    # Who has a record without a choice in force let something be shown once, or has a choice that has run out.
    back = visit.cookies.held if visit.variant.chosen or visit.record else ()
    if not (back or visit.planted) or not (told.kind.page is not False or _by_script(visit)):
        return headers
    host, path = visit.request.base().origin.host, visit.request.path
    if back:
        site.counts.add(Held("cookie-back", name) for name in back)
    gone = expiries(back, host, path, site.places.of)
    if visit.planted:
        gone += expiries((CHOICE_COOKIE,), host, path)
    return [*personal(headers), *gone]


def _by_script(visit: Visit) -> bool:
    request = visit.request
    return request.value(b"sec-fetch-dest") == "empty" or request.method not in ("GET", "HEAD")
