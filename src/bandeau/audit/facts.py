"""Facts: what a browser did on a page, as values. A fact is never a judgement.

Every fact says when (``at``, milliseconds since its visit began; ``view``, which page view of the state it belongs to:
0 the page as it stood when the state was reached, 1 the first one opened in that state, and so on), where (``page``,
the address of the document or worker that it happened in) and, where the browser knows, what caused it (``by``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The root of all values of a recording: frozen, and strict when read back."""


class Place(Value, frozen=True, kw_only=True):
    """A place in code: the address of a script or document; line and column count from 1, 0 where unknown."""

    url: str
    line: int = 0
    column: int = 0
    function: str = ""


class Cause(Value, frozen=True, kw_only=True):
    """What made something happen: the parser reading a page, a script (its stack, innermost first), a visitor."""

    kind: str = "other"  # parser, script, preload, redirect, user, other
    stack: tuple[Place, ...] = ()


class Area(StrEnum):
    """Where a site can keep something on a terminal."""

    COOKIE = "cookie"
    LOCAL = "localStorage"
    SESSION = "sessionStorage"
    DATABASE = "IndexedDB"
    CACHE = "Cache Storage"
    FILES = "OPFS"
    WORKER = "service worker"


class Happening(Value, frozen=True, kw_only=True):
    """The root of all facts."""

    at: int = 0
    view: int = 0
    page: str = ""
    by: Cause = Cause()


class SentCookie(Value, frozen=True, kw_only=True):
    """One cookie that went out with a request."""

    name: str
    domain: str
    path: str = "/"


class Request(Happening, tag="request", frozen=True, kw_only=True):
    """A request that left the browser, or was stopped by it.

    ``id`` names it within the visit; of a chain of redirects each hop is a request of its own, and ``follows`` names
    the one before. ``kind`` is the browser's word: Document, Script, Image, XHR, Fetch, Ping, Font, Media, WebSocket,
    ... ``stopped`` says why it never left (a policy of the page, an extension), ``failed`` why it got no answer.
    ``frame`` is the address of the frame's document, ``top`` whether that is the page itself.
    """

    id: str
    url: str
    method: str = "GET"
    kind: str = "Other"
    frame: str = ""
    top: bool = True
    worker: bool = False
    follows: str = ""
    cookies: tuple[SentCookie, ...] = ()
    referrer: str = ""
    body: str = ""  # what was posted, as text, cut
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)  # that tell of consent: Sec-GPC, DNT
    status: int = 0  # 0: no answer
    answer: Mapping[str, str] = msgspec.field(default_factory=dict)  # headers that set, allow or link
    size: int = 0  # bytes of the answer as they came over the wire
    stopped: str = ""
    failed: str = ""
    address: str = ""  # of the server


class Contact(Happening, tag="contact", frozen=True, kw_only=True):
    """A connection that is no request: WebSocket, WebTransport, WebRTC, preconnect, dns-prefetch."""

    via: str
    url: str


class CookieSet(Happening, tag="cookie-set", frozen=True, kw_only=True):
    """An attempt to set a cookie; ``refused`` is the browser's reason where it did not let it.

    ``lifetime`` is in seconds: ``None`` ends with the session, 0 or less is a removal.
    """

    name: str
    value: str = ""  # cut
    domain: str = ""  # without the leading dot
    host_only: bool = True
    path: str = "/"
    lifetime: int | None = None
    secure: bool = False
    http_only: bool = False
    same_site: str = ""  # strict, lax, none, or nothing
    partitioned: bool = False
    via: str = "header"  # header, document.cookie, cookieStore
    request: str = ""  # the id of the request whose answer set it
    refused: str = ""


class CookieRead(Happening, tag="cookie-read", frozen=True, kw_only=True):
    """A script read cookies: the names it got, of one (``cookieStore.get``) or of all (``document.cookie``)."""

    names: tuple[str, ...] = ()
    via: str = "document.cookie"


class Storing(Happening, tag="storing", frozen=True, kw_only=True):
    """A script used storage: ``op`` is set, get, remove, clear, list or open; ``key`` what (a database, a file)."""

    area: Area
    op: str
    key: str = ""
    value: str = ""  # cut
    got: bool = True  # of a get: whether there was something


class Probe(Happening, tag="probe", frozen=True, kw_only=True):
    """A script asked for what tells browsers apart: ``api`` is canvas, audio, fonts, webgl, battery, enumeration ..."""

    api: str
    detail: str = ""
    times: int = 1


class Signal(Happening, tag="signal", frozen=True, kw_only=True):
    """A consent signal that was spoken or that answers: ``system`` is tcf, gpp, usp, consent-mode or gpc.

    ``said`` is what it says, as it says it: a TC string, the JSON of a Consent Mode command, "true" for GPC.
    """

    system: str
    said: str
    to: str = ""  # the address of the request that carried it, empty where it stood in the page


class WorkerStarted(Happening, tag="worker", frozen=True, kw_only=True):
    """A worker was started: ``kind`` is worker, shared_worker, service_worker or worklet."""

    kind: str
    url: str


class Decorated(Happening, tag="decorated", frozen=True, kw_only=True):
    """A link of the page that carries an identifier to another site: the link and the parameters that do."""

    url: str
    names: tuple[str, ...]


class Alias(Happening, tag="alias", frozen=True, kw_only=True):
    """A host that DNS gives other names: the chain of canonical names, in order."""

    host: str
    names: tuple[str, ...]


class Kept(Value, frozen=True, kw_only=True):
    """One thing that lay on the terminal when the state was over."""

    area: Area
    key: str
    owner: str  # of a cookie its domain (without the leading dot), else the origin
    value: str = ""  # cut
    path: str = ""
    lifetime: int | None = None  # of a cookie: seconds that were left; ``None`` ends with the session
    http_only: bool = False
    host_only: bool = False
    partitioned: bool = False


Fact = Request | Contact | CookieSet | CookieRead | Storing | Probe | Signal | WorkerStarted | Decorated | Alias
"""One thing that happened."""
