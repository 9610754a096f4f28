"""A site of many pages, visitors who chose differently, and their crawl of it through a cache, in random order."""

from __future__ import annotations

import http.client
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from bandeau.enforce.csp import BARE_WALL
from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.opening import open_site
from support.servers import serve_asgi
from support.sites import DECLARATION, Got, Running, fetch

ARTICLES, PICTURES, SCRIPTS, WORKERS, DATA = 150, 110, 40, 5, 40
TRACKERS = ("palabre", "regie", "scopia", "stats")
_FRESH = (b"cache-control", b"public, max-age=3600")
_TAGS = "".join(f"<script src=https://{one}.localhost/t.js></script>" for one in TRACKERS)


class Asked(NamedTuple):
    """One address, and what a browser asks for it as."""

    path: str
    destination: str


ADDRESSES = (
    *(Asked(f"/article/{n}", "document") for n in range(ARTICLES)),
    *(Asked(f"/picture/{n}.png", "image") for n in range(PICTURES)),
    *(Asked(f"/script/{n}.js", "script") for n in range(SCRIPTS)),
    # The same files as some of the scripts: what a page loads and what a worker runs must never be mixed up.
    *(Asked(f"/script/{n}.js", "worker") for n in range(WORKERS)),
    *(Asked(f"/data/{n}.json", "empty") for n in range(DATA)),
)


@dataclass
class Origin:
    """The site itself: every answer is public, and it counts how often it is asked."""

    asked: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for moment in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{moment}.complete"})
            return
        self.asked += 1
        kind, body = self._page(scope["path"])
        named = {name.decode(): value for name, value in scope["headers"]}
        tag = b'"' + scope["path"].encode() + b'"'
        headers = [
            _FRESH,
            (b"content-type", kind),
            (b"etag", tag),
            (b"last-modified", b"Wed, 25 Nov 2026 06:00:00 GMT"),
        ]
        if tag in named.get("if-none-match", b""):
            await send({"type": "http.response.start", "status": 304, "headers": [_FRESH, (b"etag", tag)]})
            await send({"type": "http.response.body", "body": b""})
            return
        # A visitor who has logged in gets a page that nobody else may see; the site says so, or forgets to.
        if b"session=" in named.get("cookie", b""):
            body += b"Bonjour " + named["cookie"]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    @staticmethod
    def _page(path: str) -> tuple[bytes, bytes]:
        match path.split("/")[1]:
            case "article":
                head = f"<!doctype html><html lang=fr><head><title>{path}</title>{_TAGS}</head>"
                return b"text/html; charset=utf-8", f"{head}<body>{path * 200}</body></html>".encode()
            case "picture":
                return b"image/png", b"\x89PNG" + path.encode() * 300
            case "script":
                return b"text/javascript", f"self.place = '{path}';\n".encode() * 50
        return b"application/json", f'{{"path": "{path}"}}'.encode()


@contextmanager
def controlled(folder: Path, origin: Origin | None = None) -> Iterator[tuple[Origin, Running]]:
    """The site with Bandeau in front of it, told that a cache keys by variant."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bandeau.toml").write_text(DECLARATION, "utf-8")
    origin = origin or Origin()
    site = open_site(folder / "bandeau.toml", folder / "data", keyed_cache=True)
    with serve_asgi(ASGIMiddleware(origin, site)) as port:
        yield origin, Running(port, None, site, lambda: None)  # type: ignore[arg-type]
    site.close()


@dataclass
class Visitor:
    """Somebody who goes through the site: what their browser sends, and which trackers they allowed."""

    name: str
    headers: dict[str, str]
    allowed: frozenset[str]
    asked: bool
    expected: dict[Asked, Got] = field(default_factory=dict)

    def wanted(self, port: int, asked: Asked) -> Got:
        """What Bandeau itself, past any cache, answers this visitor."""
        if asked not in self.expected:
            self.expected[asked] = fetch(port, asked.path, headers=self.sent(asked))
        return self.expected[asked]

    def sent(self, asked: Asked) -> dict[str, str]:
        return {**self.headers, "sec-fetch-dest": asked.destination}


def visitors(port: int) -> list[Visitor]:
    """Three who never met Bandeau's question alike, and four who answered it; two of those answered the same."""
    site = Running(port, None, None, lambda: None)  # type: ignore[arg-type]

    def chosen(action: str) -> str:
        return site.choose(action).choice

    exempt = frozenset({"stats"})
    everything = frozenset(TRACKERS)
    return [
        Visitor("new", {}, exempt, asked=True),
        Visitor("signalling", {"sec-gpc": "1"}, exempt, asked=True),
        Visitor("measured", {"cookie": "ps_id=4"}, exempt, asked=True),
        Visitor("refusing", {"cookie": chosen("refuse-all")}, exempt, asked=False),
        Visitor("refusing too", {"cookie": f"ps_id=5; {chosen('refuse-all')}"}, exempt, asked=False),
        Visitor("accepting", {"cookie": chosen("accept-all")}, everything, asked=False),
    ]


def complaints(visitor: Visitor, asked: Asked, got: Got, wanted: Got) -> Iterator[str]:
    """What is wrong with an answer that came through a cache."""
    if got.status != 200:
        yield f"status {got.status}"
    if got.body != wanted.body:
        yield "another body than Bandeau gives this visitor"
    for header in ("etag", "content-security-policy"):
        if got.one(header) != wanted.one(header):
            yield f"another {header}: {got.one(header)}"
    if got.all("set-cookie"):
        yield "somebody's cookie"
    if got.all("cdn-cache-control") or got.all("x-accel-expires"):
        yield "what is for the cache alone"
    if asked.destination == "document" and got.one("cache-control") != "private, no-cache":
        yield f"a page that others may keep: {got.one('cache-control')}"
    yield from _wrongs(visitor, asked, got)


def _wrongs(visitor: Visitor, asked: Asked, got: Got) -> Iterator[str]:
    """The same from what stands in the answer itself, without asking Bandeau."""
    wall = got.one("content-security-policy")
    if asked.destination in ("image", "empty"):
        if wall != BARE_WALL.decode():
            yield "another wall than everybody's"
        return
    if asked.destination == "document":
        if (b'id="bandeau-notice"' in got.body) is not visitor.asked:
            yield "a notice for another visitor"
        for tracker in TRACKERS:
            if (f"<script src=https://{tracker}.localhost/".encode() in got.body) is not (tracker in visitor.allowed):
                yield f"{tracker}'s tag of another visitor"
    guarded = b'"c":' in got.body
    if guarded is (asked.destination == "script"):
        yield "the guard where it has no place, or none where it has"
    for tracker in TRACKERS:
        let = visitor.allowed if asked.destination != "script" else {"stats"}
        if (f"{tracker}.localhost" in wall) is not (tracker in let):
            yield f"{tracker} in the wall of another visitor"


CLIENTS, REQUESTS = 4, 10_000


def crawl(port: int, walks: list[tuple[Visitor, Asked]]) -> Iterator[tuple[Visitor, Asked, Got]]:
    """Go through the site, with a few connections that stay open, and give every answer."""

    def walk(part: list[tuple[Visitor, Asked]]) -> list[tuple[Visitor, Asked, Got]]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        seen = []
        for visitor, asked in part:
            connection.request("GET", asked.path, headers={"host": "gazette.localhost", **visitor.sent(asked)})
            answer = connection.getresponse()
            seen.append((visitor, asked, Got(answer.status, answer.getheaders(), answer.read())))
        connection.close()
        return seen

    with ThreadPoolExecutor(CLIENTS) as pool:
        for part in pool.map(walk, [walks[start::CLIENTS] for start in range(CLIENTS)]):
            yield from part


def walks(seed: int, who: list[Visitor], requests: int = REQUESTS) -> list[tuple[Visitor, Asked]]:
    """A random order: who asks for what."""
    choose = random.Random(seed).choice
    return [(choose(who), choose(ADDRESSES)) for _ in range(requests)]
