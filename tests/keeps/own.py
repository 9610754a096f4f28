"""The site whose own functions must go on working: the cases' pages, and what a page needs a server for."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import threading
import wave
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from leaks.case import Case, File

HELPERS = """
const tell = value => fetch(`${location.origin}/told/KEY`, {
  method: 'POST', body: JSON.stringify(value) ?? 'undefined', keepalive: true });
const once = (target, type) => new Promise(done => target.addEventListener(type, done, { once: true }));
const wait = time => new Promise(done => setTimeout(done, time));
const add = (tag, properties) => document.body.appendChild(Object.assign(document.createElement(tag), properties));
const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));
const until = async test => { let found; while (!(found = await test())) await wait(10); return found };
const thrown = act => { try { act() } catch (error) { return [error.name, error.message, error instanceof Error] } };
const answer = async response => [response.status, await response.text()];
"""
SCRIPT = "<script nonce=own>" + HELPERS + "(async () => {\n%s\n})().then(" + (
    "value => value === undefined || tell(value), error => tell(`error: ${error}`))</script>"
)  # fmt: skip
HERE = "HERE"
"""Where in a body the script stands, if not at its end."""

BYTES = bytes(range(256)) * 40


def sound() -> bytes:
    """Two seconds of silence."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\x80" * 16_000)
    return made.getvalue()


def page_of(case: Case) -> File:
    """A case's page: its head, its body, its script."""
    script = SCRIPT % case.script if case.script else ""
    body = case.body.replace(HERE, script) if HERE in case.body else f"{case.body}\n{script}"
    text = (
        f"<!doctype html>\n<html lang=fr>\n<head>\n<title>x</title>\n{case.head}\n</head>\n<body>{body}</body></html>"
    )
    return File(text, case.type, case.headers, case.status)


class OwnSite:
    """The site as an ASGI application, and what its pages told it."""

    def __init__(self, cases: list[Case]) -> None:
        self.keys = {case.name: f"own{number}x" for number, case in enumerate(cases)}
        self.told: dict[str, str] = {}
        self.heard = threading.Event()
        self.opened: dict[str, asyncio.Event] = {}
        self.ports: dict[str, int] = {}
        self._files = {
            f"/{self.keys[case.name]}/{name}": (case, file)
            for case in cases
            for name, file in {"": page_of(case), **case.files}.items()
        }
        every = ["GET", "POST", "PUT", "DELETE", "PATCH"]
        self._app = Starlette(
            routes=[
                Route("/told/{key}", self._tell, methods=["POST"]),
                Route("/do/echo", _echo, methods=every),
                Route("/do/bytes", _bytes),
                Route("/do/sound", _bytes),
                Route("/do/redirect", _redirect, methods=every),
                Route("/do/login", _login),
                Route("/do/stream/{key}", self._stream),
                Route("/do/open/{key}", self._open, methods=every),
                Route("/do/size", _size, methods=every),
                Route("/do/basic", _basic),
                Route("/do/set", _set, methods=every),
                Route("/do/wasm", _wasm),
                WebSocketRoute("/do/socket", _socket),
                Route("/{path:path}", self._file, methods=every),
            ]
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)

    def path(self, case: Case) -> str:
        return f"/{self.keys[case.name]}/"

    async def _tell(self, request: Request) -> Response:
        self.told.setdefault(request.path_params["key"], (await request.body()).decode())
        self.heard.set()
        return Response(status_code=204)

    async def _file(self, request: Request) -> Response:
        case, file = self._files.get(request.url.path, (None, File("nothing", status=404)))
        fill = self._filling(case) if case else str
        answer = Response(fill(file.body).encode(), file.status)
        for name, value in file.headers:
            answer.headers.append(name, fill(value))
        if file.type:
            answer.headers["content-type"] = file.type
        return answer

    def _filling(self, case: Case) -> Any:
        return lambda text: (
            text.replace("KEY", self.keys[case.name])
            .replace("PAY", f"http://pay.localhost:{self.ports['pay']}")
            .replace("SPY", f"http://tracker.localhost:{self.ports['pay']}")
        )

    async def _stream(self, request: Request) -> Response:
        """Say one piece, and the other one only when the page has told that it has the first."""
        key, kind = request.path_params["key"], request.query_params.get("type", "text/plain")
        first, second = request.query_params.get("first", "one"), request.query_params.get("second", "two")
        opened = self.opened[key] = asyncio.Event()

        async def pieces() -> Any:
            yield first.encode()
            await opened.wait()
            yield second.encode()

        return StreamingResponse(pieces(), headers={"content-type": kind})

    async def _open(self, request: Request) -> Response:
        self.opened[request.path_params["key"]].set()
        return Response("opened")


_TOLD = {"accept", "content-type", "authorization", "range", "origin", "x-own", "cookie", "if-none-match", "purpose"}


async def _echo(request: Request) -> Response:
    """What reached the site of a request."""
    headers = {name: value for name, value in request.headers.items() if name in _TOLD}
    if "cookie" in headers:
        own = [
            crumb for crumb in headers["cookie"].split("; ") if crumb.startswith(("own", "__Host-own", "__Secure-own"))
        ]
        headers["cookie"] = "; ".join(sorted(own))
    body = (await request.body()).decode("latin-1")
    told = {"method": request.method, "query": str(request.query_params), "headers": headers, "body": body}
    if request.query_params.get("page"):
        text = json.dumps(told).replace("<", "\\u003c")
        return Response(f"<!doctype html><title>echo</title><body><pre>{text}</pre>", media_type="text/html")
    return JSONResponse(told)


async def _bytes(request: Request) -> Response:
    """A file with a length, an entity tag and ranges (RFC 9110, 14)."""
    whole = sound() if request.url.path.endswith("sound") else BYTES
    kind = "audio/wav" if request.url.path.endswith("sound") else request.query_params.get("type", "application/pdf")
    headers = {"content-type": kind, "etag": '"own-1"', "accept-ranges": "bytes", "cache-control": "max-age=60"}
    if request.query_params.get("save"):
        headers["content-disposition"] = 'attachment; filename="own.bin"'
    if request.headers.get("if-none-match") == '"own-1"':
        return Response(status_code=304, headers=headers)
    if asked := request.headers.get("range"):
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(whole)), len(whole) - 1)
        headers["content-range"] = f"bytes {start}-{end}/{len(whole)}"
        return Response(whole[start : end + 1], 206, headers=headers)
    return Response(whole, headers=headers)


async def _redirect(request: Request) -> Response:
    """Lead on, with cookies."""
    query = request.query_params
    answer = RedirectResponse(query.get("to", "/do/echo"), int(query.get("status", "302")))
    for cookie in query.getlist("cookie"):
        answer.headers.append("set-cookie", cookie)
    return answer


async def _login(request: Request) -> Response:
    """Where an identity provider sends the visitor back to: a session begins."""
    answer = RedirectResponse(request.query_params["to"] + "?code=" + request.query_params["code"], 303)
    answer.headers.append("set-cookie", "own_login=yes; Path=/; HttpOnly; SameSite=Lax")
    return answer


async def _size(request: Request) -> Response:
    body = await request.body()
    return JSONResponse([request.method, len(body), hashlib.sha256(body).hexdigest()[:8]])


async def _basic(request: Request) -> Response:
    told = base64.b64encode(b"ada:secret").decode()
    if request.headers.get("authorization") == f"Basic {told}":
        return Response("let in")
    return Response("who?", 401, headers={"www-authenticate": 'Basic realm="own"'})


async def _set(request: Request) -> Response:
    """Set whatever headers the page asks for."""
    answer = Response("set")
    for name, value in request.query_params.multi_items():
        answer.headers.append(name, value)
    return answer


async def _wasm(request: Request) -> Response:
    module = bytes.fromhex("0061736d010000000105016000017f030201000707010372756e00000a06010400412a0b")
    return Response(module, media_type="application/wasm")


async def _socket(socket: WebSocket) -> None:
    await socket.accept(subprotocol="own", headers=[(b"set-cookie", b"own_socket=1; Path=/")])
    async for text in socket.iter_text():
        await socket.send_text(text.upper())
        await socket.send_bytes(BYTES[:300])


# -- a declared payment processor, on a host of its own --------------------------------------------------------------

_PAID = """<!doctype html><title>pay</title><script>
if (opener) { opener.postMessage('paid', '*'); addEventListener('message', () => close()) }
else if (parent != self) parent.postMessage(['framed', location.search], '*')
</script>"""


async def _pay(request: Request) -> Response:
    query = request.query_params
    if query.get("back"):
        return RedirectResponse(f"{query['back']}{'&' if '?' in query['back'] else '?'}code=42", 303)
    headers = {
        "access-control-allow-origin": request.headers.get("origin", "*"),
        "access-control-allow-headers": "x-own",
    }
    if query.get("json"):
        body = (await request.body()).decode()
        return JSONResponse({"method": request.method, "body": body}, headers=headers)
    if request.method == "POST":
        return Response(_PAID + f"<p>{(await request.body()).decode()}", media_type="text/html")
    if query.get("script"):
        return Response("window.processor = 'ready'", media_type="text/javascript", headers=headers)
    return Response(_PAID, media_type="text/html", headers=headers)


processor = Starlette(routes=[Route("/{path:path}", _pay, methods=["GET", "POST", "OPTIONS"])])
