"""How Bandeau answers on its own paths: pages that load nothing but our own and that no cache keeps."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

from bandeau.ask import notice
from bandeau.ask.words import pick_language
from bandeau.enforce.edits import Header
from bandeau.serve.http import Answer, safe_place
from bandeau.serve.site import Visit

Steps = Generator["Future[Any]", Any, Answer]
"""A handler on its way: it yields what it waits for and returns its answer.

So one handler serves every edge: one awaits the future, another blocks on it, and none acknowledges what is not yet
durable.
"""

NO_STORE: list[Header] = [(b"cache-control", b"no-store"), (b"vary", b"Cookie, Sec-GPC")]
FOR_GOOD: Header = (b"cache-control", b"public, max-age=31536000, immutable")
"""What is asked for by a name that changes with it may be kept by anyone (RFC 8246)."""

_STRICT = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
SAFE: list[Header] = [
    (b"content-security-policy", _STRICT),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


def page(html: str, status: int = 200, headers: list[Header] | None = None) -> Answer:
    """A page of ours: never kept by a cache, and allowed to load nothing but our own."""
    body = html.encode("utf-8", "replace")
    return Answer(status, body, headers=[*NO_STORE, *SAFE, *(headers or [])])


def problem(visit: Visit, status: int) -> Answer:
    """A clean page that says what went wrong, in the reader's language."""
    return page(_problem(visit, status), status)


def unavailable(visit: Visit, headers: list[Header]) -> Answer:
    """RFC 9110, 15.6.4: the record could not be made durable, so nothing is acknowledged.

    The page offers to send the very same form again, in the language of that form, whose notice says the same.
    """
    return page(_problem(visit, 503, visit.request.form()), 503, [*headers, (b"retry-after", b"5")])


def waiting(visit: Visit) -> Answer:
    """The same page for a script whose form was sent in vain, from which it takes the words."""
    return page(_problem(visit, 503, visit.request.arguments()))


def _problem(visit: Visit, status: int, form: dict[str, list[str]] | None = None) -> str:
    spoken = language(visit, first(form or {}, "lang"))
    own = visit.variant.policy.declaration.site.texts.get(spoken)
    if form is None:
        return notice.problem_page(spoken, status, own=own)
    again = notice.Again(visit.request.path.rpartition("/")[2], form)
    return notice.problem_page(spoken, status, safe_place(first(form, "back")), own=own, again=again)


def see_other(place: str, headers: list[Header]) -> Answer:
    """RFC 9110, 15.4.4: the form was handled, the reader goes back by GET."""
    return Answer(303, headers=[*NO_STORE, *SAFE, (b"location", place.encode("ascii")), *headers])


def language(visit: Visit, asked: str) -> str:
    """The language to speak: the one asked for if the site offers it, else the reader's own."""
    offered = visit.variant.policy.declaration.site.languages
    return asked if asked in offered else pick_language(offered, visit.request.value(b"accept-language"))


def first(fields: dict[str, list[str]], name: str) -> str:
    """The first value of a field, empty where there is none."""
    return fields.get(name, [""])[0]
