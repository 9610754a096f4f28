"""Small sites on loopback for a browser to visit: several hosts on one port, and what each of their paths answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from support.servers import serve_asgi

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
KINDS = {"js": "text/javascript", "css": "text/css", "png": "image/png", "json": "application/json"}


@dataclass
class Stage:
    """Sites by the first label of their host: ``stage.put("third", "/t.js", ...)`` is at ``third.localhost``.

    Each ``*.localhost`` is loopback, trustworthy without TLS, and a site of its own to a browser.
    """

    port: int = 0
    answers: dict[tuple[str, str], tuple[int, list[tuple[str, str]], str]] = field(default_factory=dict)
    endless: set[tuple[str, str]] = field(default_factory=set)
    served: list[str] = field(default_factory=list)

    def url(self, site: str, path: str = "/") -> str:
        return f"http://{site}.localhost:{self.port}{path}"

    def put(self, site: str, path: str, body: str = "", *headers: tuple[str, str], status: int = 200) -> str:
        """Let a path answer; ``{third}`` in the body stands for the origin of that site. Gives its address."""
        self.answers[site, path] = status, list(headers), body
        return self.url(site, path)

    def redirect(self, site: str, path: str, to: str, *headers: tuple[str, str]) -> str:
        return self.put(site, path, "", ("Location", to), *headers, status=302)

    def flood(self, site: str, path: str) -> str:
        """Let a path answer with a body that never ends."""
        self.endless.add((site, path))
        return self.url(site, path)

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            _, headers, _ = self.answers.get((self._site(scope), scope["path"]), (101, [], ""))
            lines = [(name.lower().encode(), value.encode()) for name, value in headers]
            await send({"type": "websocket.accept", "headers": lines})
            await receive()
            return
        if scope["type"] != "http":
            return
        host = self._site(scope)
        self.served.append(f"{host}{scope['path']}")
        if (host, scope["path"]) in self.endless:
            await self._flood(send)
            return
        status, headers, body = self.answers.get((host, scope["path"]), (404, [], "not found"))
        await self._answer(send, scope["path"], status, headers, body)

    def _site(self, scope: Mapping[str, Any]) -> str:
        host: str = dict(scope["headers"]).get(b"host", b"").decode()
        return host.split(".")[0].split(":")[0]

    async def _answer(self, send: Send, path: str, status: int, headers: list[tuple[str, str]], body: str) -> None:
        for site in {site for site, _ in self.answers}:
            body = body.replace("{" + site + "}", self.url(site, ""))
        kind = KINDS.get(path.rpartition(".")[2], "text/html; charset=utf-8")
        given = [("Content-Type", kind), *headers]
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.lower().encode(), value.encode()) for name, value in given],
            }
        )
        await send({"type": "http.response.body", "body": body.encode()})

    async def _flood(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        for _ in range(10_000):  # 10 GB, of which nobody takes more than some
            await send({"type": "http.response.body", "body": b"x" * 1_000_000, "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})


@contextmanager
def staged() -> Iterator[Stage]:
    """Serve a stage on a free port."""
    stage = Stage()
    with serve_asgi(stage, lifespan="off") as port:
        stage.port = port
        yield stage
