"""Where the leak cases are played: a site with and without Bandeau in front of it, and a tracker that counts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.opening import open_site
from leaks.case import Case, File
from support.declared import site as declared_site
from support.declared import tracker
from support.servers import serve_asgi

_PARTIES = """
[purposes.advertising]
[purposes.social]

[services.site]
purpose = "functioning"
cookies = [{ name = "session", lifetime = "session" }]
storage = [{ name = "theme", lifetime = "12 months" }]
"""
_HOSTS = {"spy": "tracker.localhost", "ally": "ally.localhost"}


def declaration(mode: str) -> str:
    spy = tracker("spy", "Guet", purpose="advertising", host=_HOSTS["spy"])
    ally = tracker("ally", "Vague", purpose="social", host=_HOSTS["ally"])
    return declared_site(mode=mode) + _PARTIES + spy + ally


_HELPERS = """
const tell = value => fetch('/told/KEY', { method: 'POST', body: String(value), keepalive: true });
const loaded = element => new Promise(done => { element.onload = element.onerror = done });
const hint = root => {
  for (const link of root?.querySelectorAll('link') || [])
    if (/preconnect|dns-prefetch/i.test(link.rel) && link.href.includes('SPYHOST')) tell('secret');
};
"""
_TRACKER_TYPES = {b".js": b"text/javascript", b".css": b"text/css", b".svg": b"image/svg+xml"}


class Tracker:
    """Listens at a port of its own for each case, TCP and UDP, and remembers which were contacted."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self.contacted: set[str] = set()
        self.ports: dict[str, int] = {}
        self._open: list[Any] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen([case.name for case in cases]), self._loop).result()

    async def _listen(self, names: list[str]) -> None:
        for name in names:
            server, endpoint = await self._both(name)
            self.ports[name] = server.sockets[0].getsockname()[1]
            self._open += [server, endpoint]

    async def _both(self, name: str) -> tuple[asyncio.Server, asyncio.DatagramTransport]:
        """A port that is free for TCP may be taken for UDP: then another one is."""
        datagrams = _Datagrams(self, name)
        while True:
            server = await asyncio.start_server(self._answering(name), "127.0.0.1", 0)
            address = server.sockets[0].getsockname()
            try:
                endpoint, _ = await self._loop.create_datagram_endpoint(lambda: datagrams, address)
            except OSError:
                server.close()
            else:
                return server, endpoint

    def _answering(self, name: str) -> Any:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.contacted.add(name)
            try:
                line = (await reader.readuntil(b"\r\n")).split(b" ")
                head = await reader.readuntil(b"\r\n\r\n")
                origin = next((h[8:] for h in head.split(b"\r\n") if h.lower().startswith(b"origin: ")), b"*")
                kind = _TRACKER_TYPES.get(line[1][-4:], _TRACKER_TYPES.get(line[1][-3:], b"text/html"))
                writer.write(
                    b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\naccess-control-allow-origin: "
                    + origin.strip() + b"\r\ncontent-type: " + kind + b"\r\n\r\n"
                )  # fmt: skip
                await writer.drain()
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
                pass  # a connection that says nothing, or something else than HTTP, is a contact as well
            finally:
                writer.close()

        return answer

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=20)
        self._loop.close()

    async def _end(self) -> None:
        for listening in self._open:
            listening.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, tracker: Tracker, name: str) -> None:
        self.tracker, self.name = tracker, name

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.tracker.contacted.add(self.name)


@dataclass
class Stage:
    """The site of all cases, as an ASGI application, and what reached it."""

    cases: list[Case]
    tracker: Tracker
    keys: dict[str, str] = field(default_factory=dict)
    told: dict[str, set[str]] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.keys = {case.name: f"{case.service}{number}x" for number, case in enumerate(self.cases)}
        self._files = {
            f"/{self.keys[case.name]}/{name}": (case, file)
            for case in self.cases
            for name, file in {"": self._page(case), **case.files}.items()
        }

    @staticmethod
    def _page(case: Case) -> File:
        script = f"<script>{_HELPERS}(async () => {{ {case.script} }})()</script>" if case.script else ""
        inside = f"{case.body}{script}"
        body = f"<body>{inside}</body>" if inside else ""
        text = f"<!doctype html><html lang=fr><head><title>x</title>{case.head}</head>{body}</html>"
        return File(text, case.type, case.headers, case.status)

    def path(self, case: Case) -> str:
        return f"/{self.keys[case.name]}/"

    def clear(self) -> None:
        self.told.clear()
        self.sent.clear()
        self.tracker.contacted.clear()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        self._read_cookies(path, dict(scope["headers"]).get(b"cookie", b"").decode())
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})
            return
        if path.startswith("/told/"):
            body = b""
            while (message := await receive()).get("more_body"):
                body += message["body"]
            self.told.setdefault(path[6:], set()).add((body + message.get("body", b"")).decode())
        case, file = self._files.get(path, (None, File("", status=200 if path == "/hub.txt" else 404)))
        fill = self._filling(case) if case else str
        headers = [(name.encode(), fill(value).encode()) for name, value in file.headers]
        if file.type:
            headers.append((b"content-type", file.type.encode()))
        await send({"type": "http.response.start", "status": file.status, "headers": headers})
        await send({"type": "http.response.body", "body": fill(file.body).encode(file.charset)})

    def _read_cookies(self, path: str, header: str) -> None:
        """Remember the cookie of a case that came with a request of that case."""
        names = {crumb.partition("=")[0] for crumb in header.split("; ")}
        self.sent |= names & {*path.split("/")}

    def _filling(self, case: Case) -> Any:
        port, host = str(self.tracker.ports[case.name]), _HOSTS[case.service]
        return lambda text: (
            text.replace("SPYPORT", port)
            .replace("SPYHOST", f"{host}:{port}")
            .replace("SPY", f"http://{host}:{port}/x")
            .replace("KEY", self.keys[case.name])
        )


@contextmanager
def staged(cases: list[Case], folder: Path, mode: str = "enforce") -> Iterator[tuple[Stage, str, str]]:
    """The stage, and the site's address without Bandeau and with it."""
    (folder / "bandeau.toml").write_text(declaration(mode), "utf-8")
    site = open_site(folder / "bandeau.toml", folder / "data")
    stage = Stage(cases, Tracker(cases))
    with (
        serve_asgi(stage, lifespan="off") as bare,
        serve_asgi(ASGIMiddleware(stage, site), lifespan="off") as front,
    ):
        yield stage, f"http://gazette.localhost:{bare}", f"http://gazette.localhost:{front}"
    site.close()
    stage.tracker.close()
