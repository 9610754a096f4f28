"""A small site behind each of Bandeau's edges, and a plain HTTP client to look at it from outside."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.opening import open_site
from bandeau.serve.site import Site
from bandeau.serve.upstream import Upstream
from bandeau.serve.wsgi import WSGIMiddleware
from support import declared
from support.servers import serve_asgi, serve_wsgi

DECLARATION = (
    declared.site(languages='"fr", "en"')
    + """
[purposes.audience]
exempt = "audience-measurement"
[purposes.social]
[purposes.advertising]
[purposes.media]

[services.site]
purpose = "functioning"
cookies = [{ name = "session", lifetime = "session" }, { name = "csrftoken", lifetime = "12 months" }]
storage = [{ name = "theme", lifetime = "12 months" }]

[services.stats]
name = "Port Stats"
recipient = "Éditions du Port SAS"
purpose = "audience"
hosts = ["stats.localhost"]
cookies = [{ name = "ps_id", lifetime = "13 months" }]

[services.comments]
name = "Palabre"
recipient = "Palabre SA"
purpose = "social"
profiling = true
personal_data = ["ip-address", "browsing", "comments"]
countries = ["FR"]
hosts = ["palabre.localhost", "*.palabre.localhost"]
cookies = [{ name = "palabre_*", lifetime = "13 months" }]

[services.ads]
name = "Régie"
recipient = "Régie SAS"
purpose = "advertising"
profiling = true
personal_data = ["ip-address", "browsing"]
countries = ["FR"]
hosts = ["regie.localhost"]
cookies = [{ name = "regie_id", lifetime = "12 months" }]
"""
    + declared.VIDEO
)


@dataclass(frozen=True)
class Page:
    """What the small site answers for one path."""

    chunks: tuple[bytes, ...] = (
        b"<!doctype html><html lang=fr><head><title>t</title></head><body>Bonjour</body></html>",
    )
    headers: tuple[tuple[str, str], ...] = (("content-type", "text/html; charset=utf-8"),)
    status: int = 200


@dataclass
class Pages:
    """A site as a table of pages; remembers the headers of every request that reached it."""

    table: dict[str, Page] = field(default_factory=lambda: {"/": Page()})
    seen: list[dict[str, str]] = field(default_factory=list)

    def find(self, path: str, headers: dict[str, str]) -> Page:
        self.seen.append(headers)
        return self.table.get(path, Page((b"not here",), (("content-type", "text/plain"),), 404))

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for moment in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{moment}.complete"})
            return
        page = self.find(scope["path"], {k.decode(): v.decode("latin-1") for k, v in scope["headers"]})
        headers = [(k.encode(), v.encode("latin-1")) for k, v in page.headers]
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        *earlier, last = page.chunks or (b"",)
        for chunk in earlier:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": last})

    def wsgi(self, environ: Any, start_response: Any) -> Iterator[bytes]:
        headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        page = self.find(environ["PATH_INFO"], headers)
        start_response(f"{page.status} X", list(page.headers))
        yield from page.chunks


@dataclass
class Running:
    """One edge, running: its port, the site behind it and what Bandeau holds."""

    port: int
    pages: Pages
    site: Site
    stop: Callable[[], None]

    def get(self, path: str = "/", **options: Any) -> Got:
        return fetch(self.port, path, **options)

    def choose(self, action: str, cookie: str = "", **fields: str) -> Got:
        body = "&".join(f"{name}={value}" for name, value in {"action": action, "back": "/", **fields}.items())
        headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
        if cookie:
            headers["cookie"] = cookie
        return fetch(self.port, "/.bandeau/choice", method="POST", body=body.encode(), headers=headers)


@dataclass(frozen=True)
class Got:
    """An answer as it came over the wire."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    def one(self, name: str) -> str:
        return ", ".join(self.all(name))

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def choice(self) -> str:
        """The choice cookie that the answer sets, as a request carries it."""
        found = re.search(r"bandeau_choice=[^;]+", "\n".join(self.all("set-cookie")))
        return found[0] if found else ""


def fetch(
    port: int, path: str, *, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None
) -> Got:
    """Make one request, nothing added but Host."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"host": f"gazette.localhost:{port}", **(headers or {})}.items():
            connection.putheader(name, value.encode("latin-1"))
        if body or method == "POST":
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return Got(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


EDGES = ("asgi", "wsgi", "proxy")


@contextmanager
def behind(
    edge: str, pages: Pages, folder: Path, declaration: str = DECLARATION, *, keyed_cache: bool = False
) -> Iterator[Running]:
    """The small site behind one of the edges."""
    (folder / "bandeau.toml").write_text(declaration, "utf-8")
    site = open_site(folder / "bandeau.toml", folder / "data", keyed_cache=keyed_cache)
    with ExitStack() as stack:
        if edge == "wsgi":
            port = stack.enter_context(serve_wsgi(WSGIMiddleware(pages.wsgi, site)))
        elif edge == "asgi":
            port = stack.enter_context(serve_asgi(ASGIMiddleware(pages.asgi, site)))
        else:
            upstream = stack.enter_context(serve_asgi(pages.asgi))
            inner = Upstream(f"http://127.0.0.1:{upstream}")
            port = stack.enter_context(serve_asgi(ASGIMiddleware(inner, site), server_header=False))
        yield Running(port, pages, site, stack.close)
    site.close()
