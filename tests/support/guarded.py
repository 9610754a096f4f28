"""A tiny site for the guard's tests: the same page with and without the guard, and what the browser has stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page

from bandeau.ask.browser import RULES_TOKEN, asset
from support.servers import serve_asgi

RULES = {
    "c": [["ours_*", 1]],
    "s": [["ours*", 1], ["bandeau:*", 1]],
    "h": ["friend.localhost", "*.friends.localhost", "ported.localhost:7000", "pathed.localhost/in"],
}

INVENTORY = """async () => {
  const names = [...Object.keys(localStorage), ...await caches.keys()];
  names.push(...(await indexedDB.databases()).map((database) => database.name));
  for (const name of await navigator.storageBuckets.keys()) {
    const bucket = await navigator.storageBuckets.open(name);
    names.push(name, ...(await bucket.indexedDB.databases()).map((database) => database.name));
  }
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
  return names;
}"""


def guard(*, purging: bool = True, **rules: Any) -> str:
    """The guard's text with its rules in, as a server inlines it."""
    document = json.dumps({**RULES, **rules, "p": int(purging)}).replace("<", "\\u003c")
    return asset("guard.js").replace(RULES_TOKEN, document.encode()).decode()


@dataclass
class Playground:
    """Pages by path, served at ``origin``; a path with ``?guard`` in its query gets the guard first in its head."""

    port: int
    pages: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    def page(
        self,
        context: BrowserContext,
        *,
        guarded: bool,
        purging: bool = True,
        body: str = "",
        path: str = "/",
        over: Page | None = None,
    ) -> Page:
        """Open a page with that body, in a fresh tab or over the page of another."""
        rest = '<script src="/.bandeau/guard-rest.js"></script>'
        head = f"<script>{guard(purging=purging)}</script>{rest}" if guarded else ""
        self.pages[path] = f"<!doctype html><html><head>{head}<title>x</title></head><body>{body}</body></html>"
        page = over or context.new_page()
        page.goto(f"{self.origin}{path}")
        return page

    def witness(self, context: BrowserContext) -> Page:
        """Open a page past the guard, to ask what is stored."""
        self.pages["/inventory"] = "<!doctype html><title>inventory</title>"
        page = context.new_page()
        page.goto(f"{self.origin}/inventory")
        return page

    def stored(self, context: BrowserContext, page: Page, witness: Page) -> set[str]:
        """The names of everything that the browser holds for the site, and the values of cookies without a name."""
        devtools = context.new_cdp_session(page)
        storage = {"securityOrigin": self.origin, "isLocalStorage": False}
        session = devtools.send("DOMStorage.getDOMStorageItems", {"storageId": storage})["entries"]
        devtools.detach()
        names = {*witness.evaluate(INVENTORY), *(key for key, _ in session)}
        return names.union(cookie["name"] or cookie["value"] for cookie in context.cookies())


@contextmanager
def playground() -> Iterator[Playground]:
    """Serve a playground on a free port."""
    pages: dict[str, str] = {"/.bandeau/guard-rest.js": asset("guard-rest.js").decode()}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        text = pages.get(scope["path"])
        kind = b"text/javascript" if scope["path"].endswith(".js") else b"text/html; charset=utf-8"
        await send(
            {"type": "http.response.start", "status": 200 if text else 404, "headers": [(b"content-type", kind)]}
        )
        await send({"type": "http.response.body", "body": (text or "").encode()})

    with serve_asgi(app, lifespan="off") as port:
        yield Playground(port, pages)
