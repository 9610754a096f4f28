"""What has to change in the headers of a request and of its answer, as values; an edge writes them.

A header is a pair of bytes, its name in lower case. What was held is named beside, for reports.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bandeau.decide import OWN, Policy
from bandeau.enforce.url import Base, resolve, split_srcset
from bandeau.model import CHOICE_COOKIE, Origin, Verdict

Header = tuple[bytes, bytes]

Page = Callable[[], Base]
"""Where the page lives; asked for only by the few headers that name a URL."""


def joined(headers: Iterable[Header], wanted: bytes) -> bytes | None:
    """The values of all headers of a name as one, with commas between (RFC 9110, 5.3); ``None`` where there is none."""
    return b", ".join(value for name, value in headers if name == wanted) or None


def value_of(headers: Iterable[Header], wanted: bytes) -> bytes:
    """The value of the first header of a name, empty where there is none."""
    for name, value in headers:
        if name == wanted:
            return value
    return b""


class Held(NamedTuple):
    """One thing that was kept back: a kind (``cookie-read``, ``cookie-set``, ``link`` …) and its name or host.

    ``page`` is the pattern of the page that it was on, where a browser told it.
    """

    kind: str
    what: str
    page: str = ""


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


class Kind(NamedTuple):
    """What an answer may be by its Content-Type.

    ``page`` says that it is one to rewrite, ``None`` where there is no type that browsers believe: only the first bytes
    tell then, as they guess. ``carries`` says that, no page, it may be a worker's script or an XML document, and then
    has its visitor's wall, and the guard where it can. ``bare`` says that it has no code of its own, as whatever it is
    opened; ``rules`` that it is a file of speculation rules.
    """

    page: bool | None
    carries: bool
    bare: bool
    rules: bool = False


# Where a type ends for browsers: a comment, or a parameter without its semicolon, are not part of it.
_TYPE_ENDS = re.compile(rb"[\s;,(]")
# What browsers do not believe, and so guess from the first bytes (MIME Sniffing, 7); "image/" is no type either.
_BELIEVED = re.compile(rb"(?!(?:unknown|application)/unknown\Z|\*/\*\Z)[^/]+/[^/]+")
# Neither script nor markup, as whatever browsers open it; XML may hold both.
_BARE = re.compile(rb"(?:image|audio|video|font)/(?!.*xml\b).*|text/(?:css|plain|csv)|application/(?:json|.*\+json)")
# A worker's script must be JavaScript by its type (HTML, "fetch a classic worker script"); all its names end like this.
_CARRYING = re.compile(rb".*(?:script|script1\.[0-5])|.*[/+]xml")


def believed(types: bytes) -> bytes | None:
    """The type that browsers believe: of several the last that is one (Fetch, "extract a MIME type")."""
    known = [one.strip() for one in types.split(b",") if b"/" in one and b"*/*" not in one]
    return known[-1] if known else None


@lru_cache(maxsize=256)
def kind_of(types: bytes) -> Kind:
    """Tell what an answer of that Content-Type may be; of several headers, their values with commas between."""
    essence = _TYPE_ENDS.split((believed(types) or b"").strip().lower(), maxsplit=1)[0]
    page = essence == b"text/html" if _BELIEVED.fullmatch(essence) else None
    bare = page is False and _BARE.fullmatch(essence) is not None
    return Kind(page, _CARRYING.fullmatch(essence) is not None, bare, essence == b"application/speculationrules+json")


class Told(NamedTuple):
    """What an answer's headers say, gone over once.

    Those that are kept, what was held in them, what it may be, and of the kept ones those that the policy let pass.
    """

    headers: list[Header]
    held: list[Held]
    kind: Kind
    passed: list[Header]


def filter_headers(policy: Policy, page: Page, headers: Iterable[Header]) -> Told:
    """Take out of an answer's headers, whatever the case of their names, what sets or contacts what is held."""
    kept: list[Header] = []
    held: list[Held] = []
    passed: list[Header] = []
    types = b""
    for name, value in headers:
        low = name.lower()
        check = _CHECKS.get(low)
        if check is None:
            kept.append((low, value))
            if low == b"content-type":
                types = types + b"," + value if types else value
            continue
        left, taken = check(policy, page, value)
        if left:
            kept.append(header := (low, left))
            passed.append(header)
        if taken:
            held += taken
    return Told(kept, held, kind_of(types), passed)


def unchecked(headers: Iterable[Header]) -> Told:
    """What is left of an answer's headers where they cannot be looked at: those that set and contact nothing."""
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in _CHECKS]
    return Told(kept, [], kind_of(b",".join(value for name, value in kept if name == b"content-type")), [])


def passes_for_all(neutral: Policy, page: Page, passed: Iterable[Header]) -> bool:
    """Whether what one policy let pass is what a visitor without a choice gets as well."""
    return all(_CHECKS[name](neutral, page, value)[0] == value for name, value in passed)


_Checked = tuple[bytes, Sequence[Held]]


def cookie_name(set_cookie: bytes) -> str:
    """The name of the cookie that a ``Set-Cookie`` header sets."""
    name, equals, _ = set_cookie.partition(b";")[0].partition(b"=")
    # Without an equals sign browsers take all of it as the value of a cookie without a name (RFC 6265bis, 5.6).
    return name.strip(b" \t").decode("latin-1") if equals else ""


def _set_cookie(policy: Policy, _page: Page, value: bytes) -> _Checked:
    text = cookie_name(value)
    return (value, ()) if policy.cookie(text).allowed else (b"", [Held("cookie-set", text)])


# Relations that only name another document; every other one may fetch or connect (HTML, "Link types").
_QUIET_RELATIONS = frozenset(
    b"alternate amphtml author bookmark canonical describedby external first help hub index last license me next "
    b"nofollow noopener noreferrer prev previous privacy-policy search self service-desc service-doc shortlink start "
    b"tag terms-of-service up".split()
)
_LINK = re.compile(rb"<([^>]*+)(>(?:[^,\"]|\"(?:[^\"\\]|\\.)*+\"?+)*+)?+", re.DOTALL)
_PARAMETER = re.compile(
    rb"\s*+;\s*+(?:([^\s=;\"]++)\s*+(?:=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s;\"]*+)))?+)?+", re.DOTALL
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def _link(policy: Policy, page: Page, value: bytes) -> _Checked:
    kept, held = [], []
    for match in _LINK.finditer(value):
        host = _held_by_link(policy, page, match[1], _parameters(match[2]))
        if host is None:
            kept.append(match[0].strip())
        else:
            held.append(Held("link", host))
    # What is between links and is none may be one to a browser.
    whole = not held and not _LINK.sub(b"", value).strip(b", \t")
    return value if whole else b", ".join(kept), held


def _held_by_link(policy: Policy, page: Page, url: bytes, parameters: list[tuple[bytes, bytes]] | None) -> str | None:
    """The host that one link may not contact; one that cannot be read for sure is held for that."""
    if parameters is None or b"<" in url:
        return "unreadable"
    words = {word for name, text in parameters if name == b"rel" for word in text.lower().split()}
    if words and words <= _QUIET_RELATIONS:
        return None
    pictures = (text.decode("latin-1") for name, text in parameters if name == b"imagesrcset")
    urls = [url.decode("latin-1"), *(one for text in pictures for one in split_srcset(text))]
    return next(_held_hosts(policy, page, urls), None)


def _parameters(text: bytes | None) -> list[tuple[bytes, bytes]] | None:
    """A link's parameters, behind its ``>`` (RFC 8288, 3); ``None`` where a part of them is none."""
    if text is None:
        return None
    found, at = [], 1
    while match := _PARAMETER.match(text, at):
        at = match.end()
        value = _ESCAPED.sub(rb"\1", match[2]) if match[2] else match[3]
        found.append(((match[1] or b"").lower(), value or b""))
    return None if text[at:].strip() else found


# An alternative is the first pair of each entry, its authority quoted or not (RFC 7838, 3).
_ALTERNATIVE = re.compile(rb"(?:^|,)[\s;]*+[^\s=;,\"]++\s*+=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"?+|([^\s;,\"]*+))", re.DOTALL)


def _alternatives(policy: Policy, page: Page, value: bytes) -> _Checked:
    """``Alt-Svc``: the browser goes to what it names instead, past every CSP; ``":443"`` is the same host."""
    named = (_ESCAPED.sub(rb"\1", quoted or bare).strip() for quoted, bare in _ALTERNATIVE.findall(value))
    urls = ("//" + authority.decode("latin-1") for authority in named if not authority.startswith(b":"))
    return _all_or_nothing("alt-svc", value, _held_hosts(policy, page, urls))


_REFRESH = re.compile(rb"[\s0-9.]*[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)


def _refresh(policy: Policy, page: Page, value: bytes) -> _Checked:
    match = _REFRESH.match(value)
    urls = [match[1].decode("latin-1")] if match else []
    return _all_or_nothing("refresh", value, _held_hosts(policy, page, urls))


def _report_to(policy: Policy, page: Page, value: bytes) -> _Checked:
    """``Report-To``, ``NEL``: the browser itself sends to what they name, past every CSP; JSON, several with commas."""
    urls: list[str] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        urls.extend(text for name, text in pairs if name == "url" and isinstance(text, str))

    try:
        json.loads(f"[{value.decode('latin-1')}]", object_pairs_hook=note)
    except (ValueError, RecursionError):
        return b"", [Held("reporting", "unreadable")]
    return _all_or_nothing("reporting", value, _held_hosts(policy, page, urls))


_STRING = re.compile(rb"\"((?:[^\"\\]|\\.)*+)\"?+", re.DOTALL)


def _reporting_endpoints(policy: Policy, page: Page, value: bytes) -> _Checked:
    """``Reporting-Endpoints``, the same as a dictionary of strings (RFC 9651, 3.3.3)."""
    urls = (_ESCAPED.sub(rb"\1", text).decode("latin-1") for text in _STRING.findall(value))
    return _all_or_nothing("reporting", value, _held_hosts(policy, page, urls))


# A header may hold several policies, with commas between them (CSP, 2.2.2).
_REPORT_URI = re.compile(rb"(?:^|(?<=[;,]))\s*+report-uri\s++([^;,]*+)", re.IGNORECASE)


def _own_policy(policy: Policy, page: Page, value: bytes) -> _Checked:
    """The site's own CSP stays, but its reports do not go to a host that is held."""
    urls = (url for match in _REPORT_URI.finditer(value) for url in match[1].decode("latin-1").split())
    host = next(_held_hosts(policy, page, urls), None)
    return (value, []) if host is None else (_REPORT_URI.sub(b"", value), [Held("reporting", host)])


def _speculation_rules(policy: Policy, page: Page, value: bytes) -> _Checked:
    urls = value.replace(b'"', b" ").replace(b",", b" ").decode("latin-1").split()
    return _all_or_nothing("speculation-rules", value, _held_hosts(policy, page, urls))


def _all_or_nothing(kind: str, value: bytes, held: Iterator[str]) -> _Checked:
    """The whole header, or nothing of it where it names a host that is held."""
    host = next(held, None)
    return (value, []) if host is None else (b"", [Held(kind, host)])


def _held_hosts(policy: Policy, page: Page, urls: Iterable[str]) -> Iterator[str]:
    """The hosts of those URLs that the policy holds; what may be contacted, or contacts nobody, is not among them."""
    for url in urls:
        base = page()
        target = resolve(url, base)  # a header knows no character references
        if target is not None and not verdict_from(policy, base, *target).allowed:
            yield target[0].host


_CHECKS: dict[bytes, Callable[[Policy, Page, bytes], _Checked]] = {
    b"set-cookie": _set_cookie,
    b"link": _link,
    b"refresh": _refresh,
    b"alt-svc": _alternatives,
    b"report-to": _report_to,
    b"nel": _report_to,
    b"reporting-endpoints": _reporting_endpoints,
    b"content-security-policy": _own_policy,
    b"content-security-policy-report-only": _own_policy,
    b"speculation-rules": _speculation_rules,
}
"""What is looked at in an answer's headers; every other header passes."""
