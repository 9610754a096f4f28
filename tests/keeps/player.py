"""A visitor in one state of consent, who plays the cases one after the other in one tab."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.opening import open_site
from keeps.own import OwnSite, processor
from leaks.case import Case
from support import declared
from support.servers import serve_asgi

DECLARATION = (
    declared.site("*.gazette.localhost")
    + """
[purposes.media]
[purposes.advertising]

[services.site]
purpose = "functioning"
cookies = [
  { name = "own*", lifetime = "session" },
  { name = "__Host-own*", lifetime = "session" },
  { name = "__Secure-own*", lifetime = "session" },
]
storage = [{ name = "own*", lifetime = "12 months" }]

[services.payment]
name = "Caisse"
recipient = "Caisse SA"
purpose = "functioning"
hosts = ["pay.localhost"]
"""
    + declared.VIDEO
    + declared.tracker("spy", "Guet", purpose="advertising", host="tracker.localhost")
)
BARE = "on the bare site"
STATES: dict[str, tuple[dict[str, str], ...]] = {
    "before a choice": (),
    "after a refusal": ({"action": "refuse-all"},),
    "with one service allowed": ({"action": "allow-service", "service": "video"},),
    "after acceptance": ({"action": "accept-all"},),
    "after a withdrawal": ({"action": "accept-all"}, {"action": "refuse-all"}),
}
"""The states of consent, and the choices that lead there."""

_CHOOSE = """async choice => {
  const body = new URLSearchParams({ ...choice, back: '/' });
  const answer = await fetch('/.bandeau/choice', { method: 'POST', body });
  if (!answer.ok && answer.status != 404) throw answer.status;
}"""
_OF_A_CASE = re.compile(r"/own\d+x/")
_PATIENCE = 20  # seconds; nothing that works takes a tenth of it


class Shown(NamedTuple):
    """What a case told, and what the browser complained of meanwhile."""

    told: str
    complaints: tuple[str, ...]


class Visitor:
    """One browser profile at one of the site's two addresses, in one state of consent."""

    def __init__(self, site: OwnSite, browser: Browser, url: str, choices: tuple[dict[str, str], ...]) -> None:
        self.site, self.url = site, url
        self.context: BrowserContext = browser.new_context(
            permissions=["clipboard-read", "clipboard-write"], viewport={"width": 800, "height": 600}
        )
        self._complaints: list[str] = []
        self._path = ""
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self._complaints.append(f"thrown: {error.error}"))
        self.page: Page = self.context.new_page()
        self.page.goto(f"{url}/hub.txt")
        for choice in choices:
            self.page.evaluate(_CHOOSE, choice)
            self.page.goto(f"{url}/hub.txt")
        self._complaints.clear()

    def _console(self, message: ConsoleMessage) -> None:
        other = self._path not in message.location["url"] and _OF_A_CASE.search(message.location["url"])
        # What the site itself has not got is its own business, and told of late.
        if (
            message.type in ("error", "warning")
            and not other
            and "the server responded with a status" not in message.text
        ):
            self._complaints.append(message.text)

    def open(self, case: Case) -> Page:
        """Open a case's page in the tab."""
        self.site.told.pop(self.site.keys[case.name], None)
        self._complaints.clear()
        self._path = self.site.path(case)
        self.page.goto(self.url + self._path, wait_until="commit")
        return self.page

    def told(self, case: Case) -> str:
        """What the case's page tells."""
        key, end = self.site.keys[case.name], time.monotonic() + _PATIENCE
        while key not in self.site.told and time.monotonic() < end:
            self.site.heard.wait(0.03)
            self.site.heard.clear()
            self.page.wait_for_timeout(1)  # what the browser says is heard meanwhile, dialogs are answered
        return self.site.told.get(key, "nothing")

    def play(self, case: Case, *, linger: int = 0) -> Shown:
        """Play a case, wait some milliseconds for what the browser tells late, and close what it opened."""
        self.open(case)
        told = self.told(case)
        self.page.wait_for_timeout(linger)
        for page in self.context.pages:
            if page != self.page:
                page.close()
        return Shown(self._without_port(told), tuple(sorted(map(self._without_port, self._complaints))))

    def _without_port(self, text: str) -> str:
        return re.sub(r"localhost:\d+", "localhost:PORT", text)

    def close(self) -> None:
        self.context.close()


@dataclass
class Theatre:
    """The site with and without Bandeau, and the visitors who have come so far."""

    site: OwnSite
    browser: Browser
    bare: str
    front: str
    _visitors: dict[str, Visitor] = field(default_factory=dict)
    _on_bare: dict[str, Shown] = field(default_factory=dict)

    def visitor(self, state: str) -> Visitor:
        """A visitor of their own, whom the caller closes."""
        if state == BARE:
            return Visitor(self.site, self.browser, self.bare, ())
        return Visitor(self.site, self.browser, self.front, STATES[state])

    def play(self, case: Case, state: str, *, linger: int = 0) -> Shown:
        """What a case shows in a state; the visitor of a state is the same for all cases but those that are alone."""
        if case.alone:
            alone = self.visitor(state)
            shown = alone.play(case, linger=linger)
            alone.close()
            return shown
        if state not in self._visitors:
            self._visitors[state] = self.visitor(state)
        return self._visitors[state].play(case, linger=linger)

    def play_on_bare(self, case: Case) -> Shown:
        """The same on the bare site, once."""
        if case.name not in self._on_bare:
            self._on_bare[case.name] = self.play(case, BARE)
        return self._on_bare[case.name]

    def forget(self, case: Case) -> None:
        """Play the case on the bare site again, too, when it is next asked for."""
        self._on_bare.pop(case.name, None)

    def complaints(self, case: Case, shown: Shown) -> set[str]:
        """What the browser complained of and does not on the bare site, where it may have told too late."""
        more = set(shown.complaints) - set(self.play_on_bare(case).complaints)
        return more and more - set(self.play(case, BARE, linger=1000).complaints)

    def close(self) -> None:
        for visitor in self._visitors.values():
            visitor.close()


@contextmanager
def theatre(cases: list[Case], browser: Browser, folder: Path) -> Iterator[Theatre]:
    """The site of these cases, without Bandeau and behind it in enforce mode, and a declared payment processor."""
    (folder / "bandeau.toml").write_text(DECLARATION, "utf-8")
    site, own = open_site(folder / "bandeau.toml", folder / "data"), OwnSite(cases)
    with (
        serve_asgi(own, lifespan="off") as bare,
        serve_asgi(ASGIMiddleware(own, site), lifespan="off") as front,
        serve_asgi(processor, lifespan="off") as pay,
    ):
        own.ports["pay"] = pay
        running = Theatre(own, browser, f"http://gazette.localhost:{bare}", f"http://gazette.localhost:{front}")
        yield running
        running.close()
    site.close()
