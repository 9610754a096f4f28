"""A site with embeds of third parties that are up, with and without Bandeau in front, and what reached them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.opening import open_site
from bandeau.serve.site import Site
from support.servers import serve_asgi
from support.sites import DECLARATION

DRAWN_WITHIN = DECLARATION.replace(
    'hosts = ["palabre.localhost", "*.palabre.localhost"]',
    'hosts = ["palabre.localhost"]\nplaceholder = { within = "comments" }',
)

PAUSE = "<!--pause-->"
"""Where a page comes to a halt on its way."""

PLAYER = """<!doctype html><title>player</title><body style="margin:0;background:navy;color:white">
<button>Lecture</button><p>Film</p>"""
THREAD = """(() => { const place = document.getElementById('comments');
if (place) place.innerHTML = '<p>Débat ouvert</p>'; document.cookie = 'palabre_visit=1; path=/'; })()"""


@dataclass
class Embedding:
    """The site's pages by path, its own policy, and the paths that were asked for at each third party's host."""

    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    thirds: int = 0
    bare: str = ""
    front: str = ""
    site: Site | None = None
    policy: str = ""

    def put(self, path: str, body: str, kind: str = "text/html; charset=utf-8", *, head: str = "") -> None:
        """Put a page; ``VIDEO`` and ``THREAD`` in it become the third parties' addresses."""
        text = body
        if kind.startswith("text/html") and not body.startswith("<!--piece-->"):
            text = f"<!doctype html><html lang=fr><head><title>{path}</title>{head}</head><body>{body}</body></html>"
        text = text.replace("VIDEO", f"http://scopia.localhost:{self.thirds}")
        self.pages[path] = (text.replace("THREAD", f"http://palabre.localhost:{self.thirds}"), kind)

    async def own(self, scope: Any, receive: Any, send: Any) -> None:
        text, kind = self.pages.get(scope["path"], ("nothing here", "text/plain"))
        await answer(send, 200 if scope["path"] in self.pages else 404, kind, text, self.policy)

    async def third(self, scope: Any, receive: Any, send: Any) -> None:
        host = dict(scope["headers"])[b"host"].decode().partition(".")[0]
        self.asked.append(host + scope["path"])
        script = scope["path"].endswith(".js")
        await answer(
            send, 200, "text/javascript" if script else "text/html; charset=utf-8", THREAD if script else PLAYER
        )

    def open(self, context: BrowserContext, path: str, *, bare: bool = False) -> Page:
        page = context.new_page()
        page.goto((self.bare if bare else self.front) + path)
        return page


async def answer(send: Any, status: int, kind: str, text: str, policy: str = "") -> None:
    headers = [(b"content-type", kind.encode()), *([(b"content-security-policy", policy.encode())] if policy else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    *early, last = text.split(PAUSE)
    for piece in early:
        await send({"type": "http.response.body", "body": piece.encode(), "more_body": True})
        await asyncio.sleep(0.5)
    await send({"type": "http.response.body", "body": last.encode()})


@contextmanager
def embedding(folder: Path, declaration: str = DRAWN_WITHIN) -> Iterator[Embedding]:
    """Start the site, Bandeau in front of it, and its third parties."""
    (folder / "bandeau.toml").write_text(declaration, "utf-8")
    site = open_site(folder / "bandeau.toml", folder / "data")
    one = Embedding(site=site)
    with (
        serve_asgi(one.third, lifespan="off") as thirds,
        serve_asgi(one.own, lifespan="off") as bare,
        serve_asgi(ASGIMiddleware(one.own, site), lifespan="off") as front,
    ):
        one.thirds = thirds
        one.bare, one.front = f"http://gazette.localhost:{bare}", f"http://gazette.localhost:{front}"
        yield one
    site.close()
