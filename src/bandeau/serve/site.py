"""The site as it runs: a declaration, a seal and a store, with every variant prepared; and one visit to it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from bandeau import __version__
from bandeau.ask import browser
from bandeau.ask.cookie import KeptChoice, Seal
from bandeau.ask.notice import Version, View, notice_text
from bandeau.ask.view import PREFIX
from bandeau.changes import Change, Lapse
from bandeau.declare import version
from bandeau.enforce.edits import CookieCut, Header, choice_of, cut_cookies, read_cookies
from bandeau.errors import NoChoice
from bandeau.model import CHOICE_COOKIE, Choice, Declaration, Mode
from bandeau.record.entry import new_record_id
from bandeau.record.leaf import Version as AskedVersion
from bandeau.record.stores import Store
from bandeau.serve.counting import Counts
from bandeau.serve.http import Request, read_request
from bandeau.serve.keys import LogKeys
from bandeau.serve.ledger import Ledger
from bandeau.serve.places import Places
from bandeau.serve.variants import Variant

_SKEW = 300  # seconds by which the clocks of two machines may differ
_COOKIE_KEPT = 2048  # bytes of a Cookie header beyond which its reading is not kept


class Site:
    """One declaration in force, prepared once and shared by every request and every edge.

    ``log_keys`` sign the log of its records. ``earlier`` are the versions (16 hexadecimal digits) that were in force
    before, each with what changed materially since: a choice made under one with nothing still answers what this
    declaration asks. ``versions`` are those that the cookie policy lists. ``keyed_cache`` says that a cache in front
    names the variant of each request (``docs/how-to/caches.md``). ``clock`` gives Unix seconds.
    """

    def __init__(
        self,
        declaration: Declaration,
        seal: Seal,
        store: Store,
        log_keys: LogKeys,
        *,
        earlier: Mapping[str, tuple[Change, ...]] | None = None,
        versions: tuple[Version, ...] = (),
        keyed_cache: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.declaration = declaration
        self.version = version(declaration)
        self.seal = seal
        self.store = store
        self.ledger = Ledger(store, log_keys)
        self.versions = versions
        self.keyed_cache = keyed_cache
        self.enforcing = declaration.site.mode is Mode.ENFORCE
        self._build = digest(" ".join((self.version, __version__, *map(browser.version, browser.ASSETS))))[:8]
        self._changes = {**(earlier or {}), self.version[:16]: ()}
        self._lifetime = declaration.site.choice_lifetime.seconds or 0
        self._clock = clock
        # A page brings some twenty requests with the same cookies; bounded, because they come from outside.
        self._read = lru_cache(maxsize=4096)(self._reading)
        self._variant = lru_cache(maxsize=1024)(self._made)
        self.places = Places()
        self.counts = Counts(store, declaration.site.mode.value, clock)
        self.notices = {
            (language, signal): notice_text(self.variant(None, signal=signal).view(language, "/"))
            for language in declaration.site.languages
            for signal in (False, True)
        }

    def visit(self, request: Request) -> Visit:
        """What is known of a request: whose choice it carries, and which of its cookies may be read."""
        plain, edited, cookie, signal = read_request(request.headers)
        read = self._read if len(cookie) <= _COOKIE_KEPT else self._read.__wrapped__
        reading = read(cookie, signal)
        if reading.kept is not None and not self._in_time(reading.kept):
            reading = self._reading(cookie, signal, in_time=False)
        return Visit(request, plain, edited, signal, *reading)

    def _reading(self, cookie: bytes, signal: bool, *, in_time: bool = True) -> _Reading:  # noqa: FBT001 - a cache key
        crumbs = read_cookies(cookie)
        known = self._open(choice_of(crumbs))
        lapse = self._lapse(known, in_time=in_time) if known else None
        kept = known if known and in_time and self._changes.get(known.declared) == () else None
        # A choice made in the presence of the signal overrides the signal.
        overridden = kept is not None and kept.signal
        choice = kept.choice if kept else None
        variant = self.variant(choice, signal=signal and not overridden, lapse=lapse)
        # A cache sees the name in the cookie and the signal, not whether one overrides the other. The name in a cookie
        # that lapsed is that of pages made when it counted: no cache keeps what says why it does not.
        key = "" if lapse else self.variant(choice, signal=False).name + ("-gpc" if signal else "")
        planted = sum(crumb.name == CHOICE_COOKIE for crumb in crumbs) > 1
        record = known.record if known else None
        return _Reading(variant, key, kept, record, cut_cookies(variant.policy, crumbs), planted)

    def _lapse(self, known: KeptChoice, *, in_time: bool) -> Lapse | None:
        """Why a choice no longer counts, where that can be told: not of one from the future or an unknown version."""
        changes = self._changes.get(known.declared)
        if changes:
            return Lapse(changes)
        ran_out = changes == () and not in_time and self._clock() > known.made_at
        return Lapse() if ran_out else None

    def _in_time(self, kept: KeptChoice) -> bool:
        return -_SKEW <= self._clock() - kept.made_at < self._lifetime

    @property
    def neutral(self) -> Variant:
        """The variant of a visitor who has not chosen and sends no signal."""
        return self.variant(None, signal=False)

    def variant(self, choice: Choice | None, *, signal: bool, lapse: Lapse | None = None) -> Variant:
        """The variant of a choice, made once; ``lapse`` says why an earlier one is not in force any more."""
        return self._variant(choice, signal, lapse)

    def _made(self, choice: Choice | None, signal: bool, lapse: Lapse | None) -> Variant:  # noqa: FBT001 - a cache key
        return Variant(self.declaration, choice, signal=signal, lapse=lapse, build=self._build)

    def _open(self, value: str | None) -> KeptChoice | None:
        if value is None:
            return None
        try:
            return self.seal.open(value)[1]
        except NoChoice:
            return None

    # -- what a handler needs of the outside world ----------------------------------------------------------------

    def now_ms(self) -> int:
        """The time in Unix milliseconds."""
        return int(self._clock() * 1000)

    @staticmethod
    def iso(milliseconds: int) -> str:
        """A time of the record as ISO 8601 text in UTC, to the second."""
        return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def new_record(self) -> bytes:
        """A fresh record id: time-ordered, else random."""
        return new_record_id(self.now_ms(), os.urandom(10))

    @staticmethod
    def new_salt() -> bytes:
        """The salt of one record's commitment."""
        return os.urandom(32)

    def notice_digest(self, language: str, *, signal: bool) -> str:
        """The hash of the exact text that a reader of that language was shown, with or without a privacy signal."""
        return digest(self.notices[language, signal])

    def choice_cookie(self, visit: Visit, value: str, *, forget: bool = False) -> str:
        """The ``Set-Cookie`` value that keeps the choice, for six months unless the declaration says otherwise.

        Set by the server, because some browsers forget script-written cookies after seven days; ``HttpOnly``,
        because the record id in it must not become an identifier for the page's scripts.
        """
        age = 0 if forget else self._lifetime
        secure = "; Secure" if visit.request.scheme in ("https", "wss") else ""
        return f"{CHOICE_COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"

    def asked_version(self) -> AskedVersion:
        """What is asked from now on, in which words and by which code: as the log keeps it beside the answers."""
        return AskedVersion(
            at=self.now_ms(),
            bandeau=__version__,
            declaration=self.version,
            notices={
                f"{language}+gpc" if signal else language: digest(text)
                for (language, signal), text in self.notices.items()
            },
            assets={name: sha256(browser.asset(name)).hexdigest() for name in browser.ASSETS},
        )

    def close(self) -> None:
        """Write what was counted, then let the store finish what it has."""
        self.counts.write()
        self.store.close()


class _Reading(NamedTuple):
    """What a Cookie header says, with or without a privacy signal beside it."""

    variant: Variant
    key: str
    kept: KeptChoice | None
    record: bytes | None
    cookies: CookieCut
    planted: bool


class Visit(NamedTuple):
    """One request, with the variant it gets.

    ``plain`` are the headers that pass, ``edited`` those that may be edited (``read_request``); ``key`` is what a cache
    in front has to name for the variant to be its own, empty where no cache may keep it; ``kept`` is the choice in
    force that it carries; ``record`` is the id under which this browser's choices are recorded, known also where the
    choice is out of date; ``cookies`` are its cookies sorted by the policy; ``planted`` says that more than one choice
    cookie came, so that somebody else wrote one.
    """

    request: Request
    plain: list[Header]
    edited: list[Header]
    signal_sent: bool
    variant: Variant
    key: str
    kept: KeptChoice | None
    record: bytes | None
    cookies: CookieCut
    planted: bool

    @property
    def own(self) -> bool:
        """Whether the request is for one of Bandeau's own paths."""
        return self.request.path.startswith(PREFIX)

    @property
    def cookies_seen(self) -> tuple[str, ...]:
        """The names of all cookies that came with the request, the choice left out."""
        return (*self.cookies.held, *self.cookies.kept)

    def view(self, language: str, place: str) -> View:
        """The policy as this visitor sees it."""
        return self.variant.view(language, place)


def digest(text: str) -> str:
    """The hash by which a text is archived: SHA-256 in hexadecimal."""
    return sha256(text.encode()).hexdigest()
