"""A variant is everything prepared for one policy: compiled once, looked up for every request ever after."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from hashlib import blake2b
from html import escape
from urllib.parse import quote

from bandeau.ask import browser
from bandeau.ask.notice import View, banner, control
from bandeau.ask.view import PREFIX
from bandeau.decide import Policy, effective
from bandeau.enforce.csp import wall
from bandeau.model import Choice, Declaration

# Stands in prepared markup for the place of the page it will be put on: as it is in a field, encoded in a query.
_BACK = "/bandeau-back/"


class Variant:
    """What one choice means for every page: the policy, the wall, the guard, the notice.

    ``choice`` is the choice in force, ``None`` where none was made. ``neutral`` variants are those that everybody
    gets who has not chosen: the same bytes for all.
    """

    def __init__(self, declaration: Declaration, choice: Choice | None, *, signal: bool) -> None:
        self.choice = effective(declaration, choice, signal=signal)
        self.policy = Policy(declaration, choice, signal=signal)
        self.chosen = choice is not None
        self.neutral = choice is None and not signal
        self.wall = wall(self.policy.allowed_hosts, PREFIX + "report")
        self.name = "none" if self.neutral else self._digest(signal=signal)

    def _digest(self, *, signal: bool) -> str:
        """A short public name: what is allowed, not who allowed it, so that few variants exist."""
        services = " ".join(sorted(service.id for service in self.policy.allowed_services()))
        purposes = " ".join(sorted(self.choice.purposes)) if self.choice else ""
        told = f"{self.wall!r}\n{services}\n{purposes}\n{self.chosen}\n{signal}"
        return blake2b(told.encode(), digest_size=6).hexdigest()

    @cached_property
    def guard(self) -> bytes:
        """The guard with this variant's rules in it, safe inside a ``<script>`` element, in ASCII."""
        rules = {
            "c": self.policy.cookie_rules,
            "s": self.policy.storage_rules,
            "h": [str(host) for host in self.policy.allowed_hosts],
            "p": int(self.chosen),
        }
        text = json.dumps(rules, separators=(",", ":"), default=int)
        # "<" could close the element or open a comment in it (HTML, 4.12.1.3).
        return browser.asset("guard.js").replace(browser.RULES_TOKEN, text.replace("<", "\\u003c").encode())

    def notice(self, language: str, place: str) -> bytes:
        """What a page carries of the notice: the banner while something is still to be asked, else the control."""
        prepared = _prepared(self, language)
        in_query = prepared.replace(quote(_BACK, safe="").encode(), quote(place, safe="").encode())
        return in_query.replace(_BACK.encode(), escape(place).encode())

    def view(self, language: str, place: str) -> View:
        """The policy as seen by a reader of that language on that page."""
        return View(self.policy, language, place, PREFIX)


@lru_cache(maxsize=4096)
def _prepared(variant: Variant, language: str) -> bytes:
    view = variant.view(language, _BACK)
    drawn = banner(view) if variant.policy.undecided else control(view)
    # The script is there after the choice too: it gives the reader's place and typed text back.
    return ascii_html(f'{drawn}<script src="{PREFIX}notice.js?v={browser.version("notice.js")}" defer></script>')


def ascii_html(text: str) -> bytes:
    """HTML as bytes that mean the same in every encoding a page may have (all but UTF-16 contain ASCII)."""
    return text.encode("ascii", "xmlcharrefreplace")
