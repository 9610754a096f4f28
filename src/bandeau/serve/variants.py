"""A variant is everything prepared for one policy: compiled once, looked up for every request ever after."""

from __future__ import annotations

import json
import re
from functools import cached_property, lru_cache, partial
from hashlib import blake2b
from html import escape
from urllib.parse import quote

from bandeau.ask import browser
from bandeau.ask.notice import View, banner, control
from bandeau.ask.view import PREFIX
from bandeau.changes import Lapse, terms
from bandeau.decide import Policy, effective
from bandeau.enforce.csp import wall
from bandeau.enforce.edits import verdict_from
from bandeau.enforce.html import Holder
from bandeau.enforce.url import Base
from bandeau.model import CHOICE_COOKIE, Choice, Declaration, Origin, Service

# Stands in prepared markup for the place of the page it will be put on: as it is in a field, encoded in a query.
_BACK = "/bandeau-back/"
_IN_FIELD, _IN_QUERY = _BACK.encode(), quote(_BACK, safe="").encode()
_BACKS = re.compile(b"(" + _IN_FIELD + b"|" + _IN_QUERY + b")")


class Variant:
    """What one choice means for every page: the policy, the wall, the guard, the notice.

    ``choice`` is the choice in force, ``None`` where there is none; ``lapse`` then says why an earlier one is not in
    force any more. ``neutral`` variants are those that everybody gets who has not chosen: the same bytes for all.
    ``name`` is public; ``mark`` says as well by which ``build`` (declaration, assets, version of Bandeau) a page was
    made.
    """

    def __init__(
        self,
        declaration: Declaration,
        choice: Choice | None,
        *,
        signal: bool,
        lapse: Lapse | None = None,
        build: str = "",
    ) -> None:
        self.choice = effective(declaration, choice, signal=signal)
        self.policy = Policy(declaration, choice, signal=signal)
        self.chosen = choice is not None
        self.lapse = lapse
        # What says why it asks again is for those alone whom it is true of.
        self.neutral = choice is None and not signal and lapse is None
        self.wall = wall(self.policy.allowed_hosts, PREFIX + "report")
        self.name = "none" if self.neutral else self._digest(signal=signal)
        self.mark = f"{self.name}-{build}"

    def _digest(self, *, signal: bool) -> str:
        """A short public name: what is allowed and on which terms, not who allowed it, so that few variants exist.

        It outlives a corrected declaration, so that caches keep what they have under it. It does not outlive one that
        asks again: who agreed to less must not get the pages of those who agreed to more.
        """
        services = " ".join(sorted(service.id for service in self.policy.allowed_services()))
        purposes = " ".join(sorted(self.choice.purposes)) if self.choice else ""
        told = f"{terms(self.policy.declaration)}\n{services}\n{purposes}\n{self.chosen}\n{signal}"
        if self.lapse is not None:
            told += f"\n{self.lapse}"
        return blake2b(told.encode(), digest_size=6).hexdigest()

    @cached_property
    def guard(self) -> bytes:
        """The guard with this variant's rules in it, safe inside a ``<script>`` element, in ASCII."""
        rules = {
            # The choice is the server's to write: no script of the page plants another.
            "c": [(CHOICE_COOKIE, False), *self.policy.cookie_rules],
            "s": self.policy.storage_rules,
            "h": [str(host) for host in self.policy.allowed_hosts],
            "p": int(self.chosen),
        }
        text = json.dumps(rules, separators=(",", ":"))
        # "<" could close the element or open a comment in it (HTML, 4.12.1.3).
        return browser.asset("guard.js").replace(browser.RULES_TOKEN, text.replace("<", "\\u003c").encode())

    @cached_property
    def worker(self) -> bytes:
        """What goes first into a service worker of the site: the guard, and what renews the worker after a choice."""
        script = browser.asset("worker.js")
        for token, text in ((browser.WALL_TOKEN, self.wall.decode("latin-1")), (browser.MARK_TOKEN, self.mark)):
            script = script.replace(token, json.dumps(text).encode())
        return self.guard + script

    def notice(self, language: str, place: str) -> bytes:
        """What a page carries of the notice: the banner while something is still to be asked, else the control."""
        written = {_IN_FIELD: escape(place).encode(), _IN_QUERY: quote(place, safe="").encode()}
        return b"".join([written.get(part, part) for part in _prepared(self, language)])

    @cached_property
    def within(self) -> dict[str, Service]:
        """The held services whose placeholder stands inside an element of a known id, by that id."""
        return {
            service.placeholder.within: service
            for service in self.policy.declaration.services
            if service.placeholder and service.placeholder.within and not self.policy.services[service.id].allowed
        }

    def view(self, language: str, place: str) -> View:
        """The policy as seen by a reader of that language on that page."""
        return View(self.policy, language, place, PREFIX, self.lapse)


@lru_cache(maxsize=4096)
def _prepared(variant: Variant, language: str) -> list[bytes]:
    """The notice, cut where the place of the page comes in."""
    view = variant.view(language, _BACK)
    drawn = banner(view) if variant.policy.undecided else control(view)
    return _BACKS.split(ascii_html(drawn))


@lru_cache(maxsize=1024)
def holder(variant: Variant, origin: Origin) -> Holder:
    """What judges the tags of all pages of one origin; as they may contact their own, their path tells nothing."""
    page = Base(origin, "/")
    return Holder(partial(verdict_from, variant.policy, page), page)


def guard_rest() -> str:
    """The address of the rest of the guard, which is the same for every variant."""
    return f"{PREFIX}guard-rest.js?v={browser.version('guard-rest.js')}"


def ascii_html(text: str) -> bytes:
    """HTML as bytes that mean the same in every encoding a page may have (all but UTF-16 contain ASCII)."""
    return text.encode("ascii", "xmlcharrefreplace")
