"""What becomes of one answer of the site: its headers edited, its page rewritten. Edges write the result.

The site's own application may fail or misbehave; whatever happens here, the visitor gets the page, and the wall
stands on it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from bandeau.ask.view import PREFIX
from bandeau.ask.words import pick_language
from bandeau.enforce.body import Body
from bandeau.enforce.caching import is_tagged, personal, private
from bandeau.enforce.charsets import SNIFFED_HEAD, charset_of, sniffs_as_html
from bandeau.enforce.code import DOCUMENTS, FRAMES, WORKERS, guarded, is_other_xml
from bandeau.enforce.codings import decoder
from bandeau.enforce.csp import BARE_WALL, XML_WALL, frame_leave, script_leave
from bandeau.enforce.edits import Header, Held, Told, believed, filter_headers, joined, unchecked, value_of
from bandeau.enforce.speculation import RulesFile
from bandeau.errors import BrokenBody
from bandeau.serve.inserts import Embeds, Stands, rewriter
from bandeau.serve.keeping import by_destination, changed, mark, unchanged
from bandeau.serve.purging import learn, purged
from bandeau.serve.site import Site, Visit
from bandeau.serve.variants import guard_rest, holder

log = logging.getLogger("bandeau")

_BARE = (b"content-security-policy", BARE_WALL)
_XML = (b"content-security-policy", XML_WALL)
_KNOWN_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_BODILESS = frozenset({204, 205, 304})


class Changes(Protocol):
    """What turns the chunks of a body into others."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take a chunk, give what can be given of it."""

    def close(self) -> Iterator[bytes]:
        """Give what is left at the end."""


class Reply(NamedTuple):
    """The headers to send, and what the body goes through, ``None`` where it goes as it is."""

    headers: list[Header]
    body: Changes | None


_FIRST_BYTES = 65_536  # of a coded body that are kept back at the most until something can be read of it
# A document type and a tag that has not ended: nothing of it would be seen yet, and its language may still come.
_PROLOGUE = re.compile(rb"(?:<!doctype[^>]*+(?:>\s*+|\Z))?+(?:<[^>]*+)?+", re.IGNORECASE)


def is_enough(told: Told, first: bytes) -> bool:
    """Whether the first bytes of what may be a page tell if it is one, and its language: up to its first tag."""
    if len(first) >= _FIRST_BYTES:
        return True
    read = _beginning(told.headers, first)
    return read is None or len(read) >= SNIFFED_HEAD or _PROLOGUE.fullmatch(_ascii(read)) is None


def read_answer(site: Site, visit: Visit, headers: Sequence[Header]) -> Told:
    """What an answer's headers say, those that may pass, or in observe mode all of them as they were.

    An edge waits for the first bytes of what may be a page (``kind.page``) before it sends anything.
    """
    try:
        told = filter_headers(visit.variant.policy, visit.request.base, headers)
        # Of who has not chosen, nothing passes that could be refused.
        if told.held or visit.variant.chosen:
            learn(site, visit, headers)
    except Exception:  # the page must reach the visitor, and no tracker with it, whatever is wrong here
        log.exception("an answer's headers could not be read; those that could set or contact anything are left out")
        return unchecked(headers)
    return told if site.enforcing else told._replace(headers=list(headers))


def edit(site: Site, visit: Visit, told: Told, status: int, first: bytes = b"") -> Reply:
    """Decide what becomes of an answer from its headers and, if it may be a page, its first bytes."""
    try:
        if not site.enforcing:
            return _observe(site, visit, told)
        if told.held:
            site.counts.add(told.held)
        reply = _edit(site, visit, told, status, first)
        if visit.cookies.held or visit.planted:
            return Reply(purged(site, visit, told, reply.headers), reply.body)
        return reply
    except Exception:  # as above
        log.exception("an answer could not be edited; it goes out as it is, behind the wall")
        return Reply([*private(told.headers), _everybodys(site)] if site.enforcing else told.headers, None)


def at_once(reply: Reply, whole: bytes) -> tuple[Reply, bytes]:
    """What becomes of a body that came whole: changed at once, it goes out in one piece and with its length.

    One in a content coding goes piece by piece all the same, as it may be much larger than it came.
    """
    if reply.body is None or _codings(reply.headers):
        return reply, whole
    body = b"".join([*reply.body.feed(whole), *reply.body.close()])
    return Reply([*reply.headers, (b"content-length", str(len(body)).encode())], None), body


def _no_script(told: Told) -> list[Header]:
    return [_XML] if is_other_xml(_content_type(told.headers) or b"") else []


def _edit(site: Site, visit: Visit, told: Told, status: int, first: bytes) -> Reply:
    kind = told.kind
    if kind.rules:
        return _rules(site, visit, status, told)
    if kind.bare:
        # In a window of its own it is a realm in which what was accepted goes on working.
        if visit.variant.chosen and visit.request.value(b"sec-fetch-dest") in DOCUMENTS:
            return Reply([*personal(told.headers), (b"content-security-policy", visit.variant.wall)], None)
        return Reply([*unchanged(site, visit, told), _BARE], None)
    if kind.page is False and kind.carries:
        return _code(site, visit, status, told)
    if kind.page is False:
        return Reply([*unchanged(site, visit, told), _everybodys(site), *_no_script(told)], None)
    return _page(site, visit, told, status, first)


def _code(site: Site, visit: Visit, status: int, told: Told) -> Reply:
    """What may be a worker's script or an XML document, and then has its visitor's wall, and the guard where it can.

    What a page loads goes as it is, and so does what is asked for without ``Sec-Fetch-Dest``.
    """
    destination, kind = visit.request.value(b"sec-fetch-dest"), _content_type(told.headers) or b""
    alone = destination in WORKERS or (destination in DOCUMENTS and b"xml" in kind.lower())
    if not alone:
        return Reply([*by_destination(unchanged(site, visit, told)), _everybodys(site), *_no_script(told)], None)
    walls = [(b"content-security-policy", visit.variant.wall), *_no_script(told)]
    if status == 206:
        return Reply([*private(told.headers), *walls], None)
    guard = visit.variant.worker if destination == "serviceworker" else visit.variant.guard
    addresses = f"{PREFIX}guard.js?v={visit.variant.mark}", guard_rest()
    first = guarded(destination, kind, guard, addresses)
    bodiless = status in _BODILESS or visit.request.method == "HEAD"
    body = None if bodiless or first is None else Body.of(first, _codings(told.headers))
    return Reply(changed(site, visit, [*told.headers, *walls]), body)


def _rules(site: Site, visit: Visit, status: int, told: Told) -> Reply:
    """Take out of a file of speculation rules what is held; no policy covers what they load.

    In a coding that cannot be read it loses its type, without which no browser takes it for rules.
    """
    holds = holder(visit.variant, visit.request.base().origin).holds
    body = Body.of(RulesFile(holds), _codings(told.headers))
    kept = [header for header in told.headers if body or header[0] != b"content-type"]
    bodiless = status in _BODILESS or visit.request.method == "HEAD"
    return Reply(changed(site, visit, [*kept, _BARE]), None if bodiless else body)


def _page(site: Site, visit: Visit, told: Told, status: int, raw: bytes) -> Reply:
    first = _beginning(told.headers, raw) or b""
    bodiless = status in _BODILESS or visit.request.method == "HEAD"
    if not _is_page(visit, status, told, None if bodiless else first):
        return Reply([*unchanged(site, visit, told), _everybodys(site)], None)
    language, by_language = _language(site, visit, told.headers, first)
    body = _rewriting(visit, told, first, language) if raw and not bodiless else None
    wall = (b"content-security-policy", visit.variant.wall)
    return Reply(changed(site, visit, [*told.headers, wall], by_language=by_language), body)


def _everybodys(site: Site) -> Header:
    """The wall of what is the same for all, so that no cache hands one visitor's on: the one that lets least pass."""
    return (b"content-security-policy", site.neutral.wall)


def _is_page(visit: Visit, status: int, told: Told, first: bytes | None) -> bool:
    """Whether an answer is a page to rewrite, by its first bytes; ``first`` is ``None`` where it has no body."""
    if status == 304:
        # It tells no type; it is changed if the browser holds a changed one of this very variant (RFC 9110, 15.4.5).
        return is_tagged(visit.request.value(b"if-none-match"), mark(visit))
    if 300 <= status < 400 and not first:
        return False  # it leads elsewhere and shows nothing
    attached = value_of(told.headers, b"content-disposition").lstrip()[:10].lower() == b"attachment"
    if status == 206 or attached:
        return False
    # Where the first bytes do not tell yet it is taken for a page, as a browser may take it.
    return told.kind.page is True or (bool(first) and sniffs_as_html(first or b"") is not False)


_DOCUMENT = re.compile(rb"<(?:!doctype|html|head|body)[\s>]", re.IGNORECASE)


def _stands(visit: Visit, first: bytes) -> Stands:
    """Where a page will stand: what a script fetches is a document only where it begins like one."""
    destination = visit.request.value(b"sec-fetch-dest")
    if destination in FRAMES:
        return Stands.IN_FRAME
    if destination == "empty" and not _DOCUMENT.match(_ascii(first)):
        return Stands.IN_PAGE
    return Stands.ALONE


def _rewriting(visit: Visit, told: Told, first: bytes, language: str) -> Body | None:
    policies = [value for name, value in told.headers if name == b"content-security-policy"]
    leave = script_leave(policies)
    request = visit.request
    embeds = Embeds(visit.variant, language, request.place, nonce=leave.nonce, frames=frame_leave(policies))
    page = rewriter(embeds, request.base().origin, leave, _stands(visit, first))
    body = Body.of(page, _codings(told.headers), charset_of(_content_type(told.headers) or b"", first))
    if body is None:
        log.warning("a page in a coding that cannot be read goes out without the notice, behind the wall")
    return body


def _codings(headers: list[Header]) -> str:
    """The content codings of a body, those left out that no browser knows and so none undoes."""
    told = joined(headers, b"content-encoding")
    if told is None:
        return ""
    named = map(str.strip, told.decode("latin-1").lower().split(","))
    return ",".join(coding for coding in named if coding in _KNOWN_CODINGS)


def _content_type(headers: list[Header]) -> bytes | None:
    return believed(joined(headers, b"content-type") or b"")


def _beginning(headers: list[Header], first: bytes) -> bytes | None:
    """The first bytes of a page, uncoded; ``None`` where they cannot be read."""
    codings = _codings(headers)
    if not codings:
        return first
    reader = decoder(codings)
    try:
        return None if reader is None else next(reader.decode(first), b"")
    except BrokenBody:
        return None


def _ascii(page: bytes) -> bytes:
    """How a page begins, as far as it is ASCII, without the mark and the zeros of UTF-16."""
    return page[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff\t\n\f\r ")


_LANG = re.compile(rb"<html\b[^>]*?\slang\s*=\s*[\"']?([a-zA-Z]{2,8})", re.IGNORECASE)


def _language(site: Site, visit: Visit, headers: list[Header], first: bytes) -> tuple[str, bool]:
    """The page's own language, else the reader's; and whether it was the reader's, so that caches know."""
    offered = site.declaration.site.languages
    if len(offered) == 1:
        return offered[0], False
    match = _LANG.search(_ascii(first))
    told = match[1] if match else value_of(headers, b"content-language")
    own = told[:2].lower().decode("latin-1")
    if own in offered:
        return own, False
    return pick_language(offered, visit.request.value(b"accept-language")), True


# -- observe mode: nothing changes, everything is reported --------------------------------------------------------


def _observe(site: Site, visit: Visit, told: Told) -> Reply:
    site.counts.add([*told.held, *(Held("cookie-read", name) for name in visit.cookies.held)])
    wall = (b"content-security-policy-report-only", site.neutral.wall)
    return Reply([*told.headers, wall], None)


def filter_handshake(site: Site, visit: Visit, headers: list[Header]) -> list[Header]:
    """The headers of an accepted WebSocket: it may set cookies as any answer may (RFC 6455, 4.2.2)."""
    if not site.enforcing:
        return headers
    return read_answer(site, visit, headers).headers
