"""What a page asks for after it has loaded: one embed in a frame of its own, and the notice as it stands now.

A page's policy can only tighten. An embed that is allowed, or put in by a script, later stands in a frame under
Bandeau's own prefix, whose answer carries the policy of the choice as it is then. What is put into that frame is made
anew from an address that was checked, never taken over from the request.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from bandeau.ask import notice
from bandeau.ask.embed import STYLE as EMBED_STYLE
from bandeau.ask.markup import Html
from bandeau.enforce.edits import Header
from bandeau.enforce.html import Held
from bandeau.enforce.url import resolve
from bandeau.model import Reason
from bandeau.serve.answers import NO_STORE, SAFE, first, language, problem
from bandeau.serve.http import Answer, safe_place
from bandeau.serve.inserts import Embeds
from bandeau.serve.site import Site, Visit

_LONGEST_URL = 2048
_STYLE = b64encode(sha256(EMBED_STYLE.encode()).digest())
_STRICT = (
    b"default-src 'none'; frame-src http: https:; style-src 'self' 'sha256-%b'; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'self'" % _STYLE
)


def embed(_site: Site, visit: Visit) -> Answer:
    """One embed alone, under the wall of the reader's choice; its placeholder where it is not allowed."""
    arguments = visit.request.arguments()
    url = first(arguments, "url")
    place = resolve(url, visit.request.base()) if url[:8].lower().startswith(("http://", "https://")) else None
    if place is None or len(url) > _LONGEST_URL:
        return problem(visit, 404)
    verdict = visit.variant.policy.url(*place)
    if verdict.reason is Reason.OWN or place[0] == visit.request.base().origin:
        return problem(visit, 404)
    spoken = language(visit, first(arguments, "lang"))
    back = safe_place(first(arguments, "back"))
    view = visit.view(spoken, back)
    if verdict.allowed and verdict.service is not None:
        return _framed(visit, notice.embed_page(view, verdict.service, url, first(arguments, "allow")))
    kind = "script" if first(arguments, "tag") == "script" else "iframe"
    held = Held(kind, verdict.service, *place, url, {})
    drawn = Html(Embeds(visit.variant, spoken, back).alone(held))
    return _framed(visit, notice.held_page(view, drawn, place=visit.request.place, service=verdict.service))


def _framed(visit: Visit, html: str) -> Answer:
    """An answer for a frame of this site only: two policies, of which a browser obeys both (CSP3, section 8.1).

    The embed is told what site it stands on, as it would have been by the page itself: some do not play without.
    """
    headers: list[Header] = [
        *NO_STORE,
        (b"content-security-policy", _STRICT),
        (b"content-security-policy", visit.variant.wall),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"strict-origin-when-cross-origin"),
    ]
    return Answer(200, html.encode("utf-8", "replace"), headers=headers)


def standing(_site: Site, visit: Visit) -> Answer:
    """The notice as it stands now, for a page that was loaded before the choice was."""
    arguments = visit.request.arguments()
    spoken, place = language(visit, first(arguments, "lang")), safe_place(first(arguments, "back"))
    drawn = visit.variant.notice(spoken, place)
    return Answer(200, b"<!DOCTYPE html>" + drawn, headers=[*NO_STORE, *SAFE])
