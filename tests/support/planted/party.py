"""The third parties of the planted newspaper: one server that answers for any host, and remembers what reached it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

# The declared tracker's tag as a publisher pastes it: what it does is allowed once it is accepted.
TAG = """(() => {
  const id = (/sillage_id=(\\w+)/.exec(document.cookie) || [])[1] || crypto.randomUUID().replaceAll("-", "");
  document.cookie = `sillage_id=${id}; path=/; max-age=15552000; samesite=lax`;
  localStorage.setItem("sillage_parcours", id);
  new Image().src = `SILLAGE/pixel.gif?id=${id}`;
})();"""

FILES = {
    "/tag.js": (TAG, "text/javascript"),
    "/w.js": ("fetch('SILLAGE/worker-hit', { mode: 'no-cors' }).catch(() => {})", "text/javascript"),
    "/frame.html": ("<!doctype html><title>Sillage</title><p>Sillage", "text/html"),
    "/storing.html": (
        (
            "<!doctype html><title>Sillage</title><script>localStorage.setItem('sillage_frame', crypto.randomUUID())"
            "</script>"
        ),
        "text/html",
    ),
    "/style.css": ("@font-face { font-family: Sillon; src: url(/sillon.ttf) }", "text/css"),
    "/pixel.gif": ("", "image/gif"),
    "/film.mp4": ("", "video/mp4"),
    "/sillon.ttf": ("", "font/ttf"),
}


@dataclass(frozen=True)
class Hit:
    """One request as the server saw it."""

    host: str
    path: str
    cookies: Mapping[str, str]
    referer: str


@dataclass
class Parties:
    """All third parties. ``scripts`` is what each plant lets the tracker's own script do, by the plant's slug."""

    scripts: dict[str, str]
    hits: list[Hit] = field(default_factory=list)
    fill: Any = str

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer anything; ``?set=NAME`` sets a cookie that comes back from every site, ``?to=URL`` sends on."""
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        cookies = {name: one.value for name, one in SimpleCookie(headers.get("cookie", "")).items()}
        host, path = headers.get("host", "").partition(":")[0], scope["path"]
        self.hits.append(Hit(host, path, cookies, headers.get("referer", "")))
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close"})
            return
        query = parse_qs(scope["query_string"].decode())
        answer = [
            (b"access-control-allow-origin", headers.get("origin", "*").encode()),
            (b"access-control-allow-credentials", b"true"),
            (b"cache-control", b"no-store"),
        ]
        for name in query.get("set", ()):
            value = cookies.get(name, secrets.token_hex(16))
            kind = "Secure; SameSite=None" if host.endswith(".localhost") else "SameSite=Lax"
            answer.append((b"set-cookie", f"{name}={value}; Max-Age=15552000; Path=/; HttpOnly; {kind}".encode()))
        status, body = self._body(path, headers.get("referer", ""))
        if "to" in query:
            status = 302
            answer.append((b"location", query["to"][0].encode()))
        answer.append((b"content-type", FILES.get(path, ("", "text/plain"))[1].encode()))
        await send({"type": "http.response.start", "status": status, "headers": answer})
        await send({"type": "http.response.body", "body": body})

    def _body(self, path: str, referer: str) -> tuple[int, bytes]:
        if path.endswith("/plant.js"):
            return 200, self.fill(self.scripts.get(path.split("/")[1], "")).encode()
        if path == "/pixel.gif":
            return 200, PIXEL
        return 200, self.fill(FILES.get(path, ("", ""))[0]).encode()


def host_of(url: str) -> str:
    """The host of an address."""
    return urlsplit(url).hostname or ""
