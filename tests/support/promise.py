"""The newsroom with Bandeau in front of it, and a reader who looks at what really happened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Frame, Page

import newsroom
from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.opening import open_site
from bandeau.serve.site import Site
from bandeau.serve.upstream import Upstream
from support.servers import serve_asgi
from support.sites import fetch

ARTICLE = "/article/le-phare-de-la-heve-basse-se-rallume"
TRACKERS = {"palabre", "scopia", "regie", "pistage", "polices"}
FUNCTIONAL = {"session", "csrftoken"}
EXEMPT = FUNCTIONAL | {"ps_id", "bandeau_choice"}

# What a page keeps, read where the guard has no say: in a frame of an own path that carries no guard.
_STORED = """async () => {
  const names = [];
  for (const store of [localStorage, sessionStorage]) names.push(...Object.keys(store));
  for (const base of await indexedDB.databases()) names.push(base.name);
  names.push(...await caches.keys());
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
  return names;
}"""


@dataclass
class Front:
    """Bandeau in front of the running newsroom."""

    url: str
    newsroom: newsroom.Newsroom
    site: Site

    def contacted(self) -> set[str]:
        """The third parties that were reached since the last look."""
        return self.newsroom.witness.contacted()


@contextmanager
def in_front(room: newsroom.Newsroom, data: Path, declaration: Path | None = None) -> Iterator[Front]:
    """Put Bandeau in front of a newsroom, as the proxy does."""
    site = open_site(declaration or newsroom.DECLARATION, data)
    with serve_asgi(ASGIMiddleware(Upstream(room.url), site), server_header=False) as port:
        yield Front(f"http://gazette.localhost:{port}", room, site)
    site.close()


class Reader:
    """One reader with a clean browser profile."""

    def __init__(self, front: Front, context: BrowserContext) -> None:
        self.front = front
        self.context = context
        self.page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def open(self, path: str = ARTICLE) -> Page:
        """Open a page and wait until it and its third parties have nothing left to do."""
        self.page.goto(self.front.url + path)
        return self.settle()

    def settle(self) -> Page:
        """Wait until the network is quiet."""
        self.page.wait_for_load_state("networkidle")
        return self.page

    def settings(self) -> Frame:
        """Press the banner's way to the settings; gives what shows them: a frame over the page, or the page itself."""
        with self.page.expect_event("framenavigated", lambda frame: "/.bandeau/settings" in frame.url) as shown:
            self.page.locator("#bandeau-notice").get_by_role("button", name="Paramétrer vos choix").click()
        self.settle()
        return shown.value

    def save(self, settings: Frame) -> Page:
        """Save the settings and wait for the page that follows."""
        with self.page.expect_event("load"):
            settings.get_by_role("button", name="Enregistrer mes choix").click()
        return self.settle()

    def press(self, name: str, within: str = "#bandeau-notice, #bandeau-control, .bandeau-page") -> Page:
        """Press a button of the notice by its label and wait for the page that follows."""
        with self.page.expect_event("load"):
            self.page.locator(within).get_by_role("button", name=name, exact=True).first.click()
        return self.settle()

    def cookies(self) -> set[str]:
        """The names of all cookies in the browser, of every host, HttpOnly ones too."""
        return {cookie.get("name", "") for cookie in self.context.cookies()}

    def history(self) -> list[dict[str, Any]]:
        """What is recorded of this reader's choices, as the reader may export it."""
        cookies = {one.get("name"): one.get("value") for one in self.context.cookies(self.front.url)}
        header = {"cookie": f"bandeau_choice={cookies['bandeau_choice']}"}
        port = int(self.front.url.rpartition(":")[2])
        rows: list[dict[str, Any]] = json.loads(fetch(port, "/.bandeau/my-choices.json", headers=header).body)[
            "choices"
        ]
        return rows

    def stored(self) -> set[str]:
        """The names of everything the site's origin keeps, read on a page without the guard; Bandeau's own left out."""
        page = self.context.new_page()
        page.goto(self.front.url + "/.bandeau/healthz")
        names: list[str] = page.evaluate(_STORED)
        page.close()
        return {name for name in names if not name.startswith("bandeau:")}


def band(page: Page | Frame, switch: str) -> list[tuple[str, str]]:
    """What the band beside a switch shows: for each facet the visible word and its colour."""
    script = """box => [...box.parentElement.querySelectorAll(':scope > .bandeau-band > span')].map(facet => {
      const word = [...facet.querySelectorAll('b')].find(one => one.checkVisibility());
      return [word.textContent, getComputedStyle(word).color + ' ' + getComputedStyle(facet).backgroundColor];
    })"""
    found: Any = page.locator(switch).evaluate(script)
    return [(word, colour) for word, colour in found]
