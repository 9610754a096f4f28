"""What has to change in the headers of a request and of its answer, as values; an edge writes them.

A header is a pair of bytes, its name in lower case. What was held is named beside, for reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bandeau.decide import OWN, Policy
from bandeau.enforce.url import Base, resolve
from bandeau.model import CHOICE_COOKIE, Origin, Verdict

Header = tuple[bytes, bytes]

Page = Callable[[], Base]
"""Where the page lives; asked for only by the few headers that name a URL."""


class Held(NamedTuple):
    """One thing that was kept back: a kind (``cookie-read``, ``cookie-set``, ``link`` …) and its name or host."""

    kind: str
    what: str


class Crumb(NamedTuple):
    """One ``name=value`` piece of a Cookie header, with its name."""

    name: str
    piece: bytes


def read_cookies(header: bytes) -> list[Crumb]:
    """Take a request's Cookie header apart, byte for byte; what has no equals sign is taken as a name."""
    pieces = (piece.strip(b" \t") for piece in header.split(b";"))
    return [Crumb(piece.partition(b"=")[0].strip(b" \t").decode("latin-1"), piece) for piece in pieces if piece]


def choice_of(crumbs: list[Crumb]) -> str | None:
    """The value of the choice cookie; ``None`` where there is none, or two: one was planted then (RFC 6265, 8.6)."""
    found = [crumb.piece for crumb in crumbs if crumb.name == CHOICE_COOKIE]
    return found[0].partition(b"=")[2].decode("latin-1") if len(found) == 1 else None


class CookieCut(NamedTuple):
    """A request's cookies, sorted: the header that may be read, and the names of those held and of those kept."""

    header: bytes
    kept: tuple[str, ...]
    held: tuple[str, ...]


def cut_cookies(policy: Policy, crumbs: list[Crumb]) -> CookieCut:
    """Cut a request's cookies down to those that may be read; the choice itself is nobody's but ours."""
    others = [crumb for crumb in crumbs if crumb.name != CHOICE_COOKIE]
    kept = [crumb for crumb in others if policy.cookie(crumb.name).allowed]
    held = tuple(crumb.name for crumb in others if not policy.cookie(crumb.name).allowed)
    return CookieCut(b"; ".join(crumb.piece for crumb in kept), tuple(crumb.name for crumb in kept), held)


def verdict_from(policy: Policy, page: Base, origin: Origin, path: str) -> Verdict:
    """The verdict on a request that a page makes: what it says to its own origin is the site's own, as in CSP."""
    own = page.origin
    return OWN if origin.host == own.host and origin.port == own.port else policy.url(origin, path)


# What cannot run code, as a document or as a worker, needs no wall: it saves a kilobyte on every picture.
_INERT = re.compile(rb"\s*(?:image/(?!svg)|audio/|video/|font/|text/css)", re.IGNORECASE)


class Kind(NamedTuple):
    """What an answer may be by its Content-Type: a page to rewrite, and something that can run code.

    ``page`` is ``None`` where there is no type: only the first bytes tell then, as browsers guess too.
    """

    page: bool | None
    code: bool


@lru_cache(maxsize=256)
def kind_of(content_type: bytes | None) -> Kind:
    """Tell what an answer of that type may be."""
    if content_type is None:
        return Kind(page=None, code=True)
    page = content_type.partition(b";")[0].strip().lower() == b"text/html"
    return Kind(page, _INERT.match(content_type) is None)


def filter_headers(policy: Policy, page: Page, headers: list[Header]) -> tuple[list[Header], list[Held]]:
    """Take out of an answer's headers whatever sets or contacts what the policy holds."""
    kept: list[Header] = []
    held: list[Held] = []
    for header in headers:
        check = _CHECKS.get(header[0])
        if check is None:
            kept.append(header)
            continue
        left, taken = check(policy, page, header[1])
        held += taken
        if left:
            kept.append((header[0], left))
    return kept, held


_Checked = tuple[bytes, list[Held]]


def _set_cookie(policy: Policy, _page: Page, value: bytes) -> _Checked:
    name, equals, _ = value.partition(b";")[0].partition(b"=")
    # Without an equals sign browsers take all of it as the value of a cookie without a name (RFC 6265bis, 5.6).
    text = name.strip(b" \t").decode("latin-1") if equals else ""
    return (value, []) if policy.cookie(text).allowed else (b"", [Held("cookie-set", text)])


# Relations that only name another document; every other one may fetch or connect (HTML, "Link types").
_QUIET_RELATIONS = frozenset(
    b"alternate amphtml author bookmark canonical describedby external first help hub index last license me next "
    b"nofollow noopener noreferrer prev previous privacy-policy search self service-desc service-doc shortlink start "
    b"tag terms-of-service up".split()
)
_LINK = re.compile(rb"\s*<([^>]*)>((?:[^,\"]|\"(?:[^\"\\]|\\.)*+\")*+)")
_RELATION = re.compile(rb";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", re.IGNORECASE)


def _link(policy: Policy, page: Page, value: bytes) -> _Checked:
    kept, held = [], []
    for match in _LINK.finditer(value):
        relation = _RELATION.search(match[2])
        words = set((relation[1] or relation[2] or b"").lower().split()) if relation else set()
        host = None if words and words <= _QUIET_RELATIONS else _held_host(policy, page, match[1])
        if host is None:
            kept.append(match[0].strip())
        else:
            held.append(Held("link", host))
    return b", ".join(kept) if held else value, held


_REFRESH = re.compile(rb"[\s0-9.]*[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)


def _refresh(policy: Policy, page: Page, value: bytes) -> _Checked:
    match = _REFRESH.match(value)
    host = _held_host(policy, page, match[1]) if match and match[1] else None
    return (value, []) if host is None else (b"", [Held("refresh", host)])


_QUOTED_URL = re.compile(rb"\"((?:https?:)?[/\\]{2}[^\"\s]*)\"", re.IGNORECASE)


def _reporting(policy: Policy, page: Page, value: bytes) -> _Checked:
    """``Report-To``, ``Reporting-Endpoints``, ``NEL``: the browser itself sends to what they name, past every CSP."""
    hosts = [host for url in _QUOTED_URL.findall(value) if (host := _held_host(policy, page, url))]
    return (b"", [Held("reporting", hosts[0])]) if hosts else (value, [])


_REPORT_URI = re.compile(rb"(?:^|(?<=;))\s*report-uri\s+([^;,]*)", re.IGNORECASE)


def _own_policy(policy: Policy, page: Page, value: bytes) -> _Checked:
    """The site's own CSP stays, but its reports do not go to a host that is held."""
    hosts = [host for match in _REPORT_URI.finditer(value) for host in _held_hosts(policy, page, match[1])]
    return (_REPORT_URI.sub(b"", value), [Held("reporting", hosts[0])]) if hosts else (value, [])


def _speculation_rules(policy: Policy, page: Page, value: bytes) -> _Checked:
    hosts = list(_held_hosts(policy, page, value.replace(b'"', b" ").replace(b",", b" ")))
    return (b"", [Held("speculation-rules", hosts[0])]) if hosts else (value, [])


def _held_hosts(policy: Policy, page: Page, urls: bytes) -> Iterator[str]:
    return (host for url in urls.split() if (host := _held_host(policy, page, url)))


def _held_host(policy: Policy, page: Page, url: bytes) -> str | None:
    """The host of a URL that the policy holds, ``None`` where it may be contacted or contacts nobody."""
    base = page()
    target = resolve(url.decode("latin-1"), base)  # a header knows no character references
    if target is None:
        return None
    return None if verdict_from(policy, base, *target).allowed else target[0].host


_CHECKS: dict[bytes, Callable[[Policy, Page, bytes], _Checked]] = {
    b"set-cookie": _set_cookie,
    b"link": _link,
    b"refresh": _refresh,
    b"report-to": _reporting,
    b"reporting-endpoints": _reporting,
    b"content-security-policy": _own_policy,
    b"content-security-policy-report-only": _own_policy,
    b"speculation-rules": _speculation_rules,
}
"""What is looked at in an answer's headers; every other header passes."""
