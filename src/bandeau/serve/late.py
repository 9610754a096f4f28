"""What a page asks for after it has loaded: one embed in a frame of its own, and the notice as it stands now.

A page's policy can only tighten. An embed that is allowed, or put in by a script, later stands in a frame under
Bandeau's own prefix, whose answer carries the policy of the choice as it is then. What is put into that frame is made
anew from an address that was checked, never taken over from the request.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlencode

from bandeau.ask import notice
from bandeau.ask.embed import STYLE as EMBED_STYLE
from bandeau.ask.markup import Html
from bandeau.ask.view import PREFIX
from bandeau.enforce.edits import Header
from bandeau.enforce.html import Held
from bandeau.enforce.url import resolve
from bandeau.model import Choice, Origin, Reason, Service
from bandeau.serve.answers import NO_STORE, SAFE, first, language, problem
from bandeau.serve.http import Answer, safe_place
from bandeau.serve.inserts import Embeds
from bandeau.serve.site import Site, Visit

_LONGEST_URL = 2048
_ONCE_SECONDS = 120  # for a slow connection; the frame is asked for as soon as the leave is given
_STYLE = b64encode(sha256(EMBED_STYLE.encode()).digest())
_STRICT = (
    b"default-src 'none'; frame-src http: https:; style-src 'self' 'sha256-%b'; img-src 'self'; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'self'" % _STYLE
)


def embed(site: Site, visit: Visit) -> Answer:
    """One embed alone, under the wall of the reader's choice; its placeholder where it is not allowed."""
    asked = _arguments(visit, visit.request.query)
    url = asked["url"]
    place = _third_partys(visit, url)
    if place is None:
        return problem(visit, 404)
    verdict = visit.variant.policy.url(*place)
    spoken, back = language(visit, asked["lang"]), safe_place(asked["back"])
    view, service = visit.view(spoken, back), verdict.service
    if service is not None and verdict.allowed:
        return _framed(visit.variant.wall, notice.embed_page(view, service, url, asked["allow"]))
    if service is not None and _shown_once(site, visit, service, url):
        wall = site.variant(Choice.of(services=[service.id]), signal=False).wall
        return _framed(wall, notice.embed_page(view, service, url, asked["allow"], once=True))
    kind = "script" if asked["tag"] == "script" else "iframe"
    drawn = Html(Embeds(visit.variant, spoken, back).alone(Held(kind, service, *place, url, {})))
    return _framed(visit.variant.wall, notice.held_page(view, drawn, place=_address(asked), service=service))


def _arguments(visit: Visit, query: str) -> dict[str, str]:
    """What the address of a frame says of the embed in it."""
    fields = visit.request._replace(query=query).arguments()
    return {name: first(fields, name) for name in ("url", "allow", "tag", "lang", "back")}


def _address(arguments: dict[str, str], **more: str) -> str:
    return f"{PREFIX}embed?{urlencode({**arguments, **more})}"


def _third_partys(visit: Visit, url: str) -> tuple[Origin, str] | None:
    """Where an embed is to be had; ``None`` where that is no address of a third party."""
    base = visit.request.base()
    place = resolve(url, base) if url[:8].lower().startswith(("http://", "https://")) else None
    if place is None or len(url) > _LONGEST_URL or place[0] == base.origin:
        return None
    return None if visit.variant.policy.url(*place).reason is Reason.OWN else place


# -- shown for this once -------------------------------------------------------------------------------------------


def once(site: Site, visit: Visit, place: str, service: str, record: bytes) -> str | None:
    """The address at which a frame shows its embed once, for the browser that has that record.

    ``None`` where ``place`` is not the address of a frame with an embed of that service. Of it only the arguments are
    taken over: no redirect leads to anything but a frame of ours.
    """
    path, _, query = place.partition("?")
    asked = _arguments(visit, query)
    of = _third_partys(visit, asked["url"]) if path == f"{PREFIX}embed" else None
    found = visit.variant.policy.url(*of).service if of else None
    if found is None or found.id != service or found not in site.declaration.asked:
        return None
    token = site.seal.close_once(_leave(visit, found, asked["url"], record), site.now_ms() // 1000 + _ONCE_SECONDS)
    return _address(asked, once=token)


def _shown_once(site: Site, visit: Visit, service: Service, url: str) -> bool:
    token = first(visit.request.arguments(), "once")
    if not token or visit.record is None:
        return False
    return site.seal.opens_once(token, _leave(visit, service, url, visit.record), site.now_ms() / 1000)


def _leave(visit: Visit, service: Service, url: str, record: bytes) -> str:
    """What is let be shown: one address of one service, to one browser, until it makes another choice."""
    made_at = visit.kept.made_at if visit.kept else 0
    return f"{record.hex()}.{made_at}.{visit.variant.name}.{service.id}.{url}"


def _framed(wall: bytes, html: str) -> Answer:
    """An answer for a frame of this site only: two policies, of which a browser obeys both (CSP3, section 8.1).

    The embed is told what site it stands on, as it would have been by the page itself: some do not play without.
    """
    headers: list[Header] = [
        *NO_STORE,
        (b"content-security-policy", _STRICT),
        (b"content-security-policy", wall),
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
