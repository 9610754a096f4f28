"""The ASGI edge: a thin writer of what ``reply`` and ``own`` decide."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from bandeau.enforce.edits import Told
from bandeau.errors import BandeauError, StoreError
from bandeau.serve import own
from bandeau.serve.answers import Steps
from bandeau.serve.http import FORM_LIMIT, Answer, Request
from bandeau.serve.incoming import request_headers
from bandeau.serve.reply import Changes, at_once, edit, filter_handshake, is_enough, read_answer
from bandeau.serve.site import Site, Visit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# These would send a body, or headers, past us.
_PAST_US = ("http.response.pathsend", "http.response.zerocopysend", "http.response.push", "http.response.early_hint")


class ASGIMiddleware:
    """Puts Bandeau in front of an ASGI application.

    ``app.add_middleware(ASGIMiddleware, site=open_site("bandeau.toml"))`` in FastAPI and Starlette.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        protocol = scope["type"]
        if protocol not in ("http", "websocket"):
            await self.app(scope, self._ending(receive) if protocol == "lifespan" else receive, send)
            return
        visit = self.site.visit(_request(scope))
        if protocol == "http" and visit.own:
            await self._own(scope, receive, send)
            return
        inner = {**scope, "headers": request_headers(self.site, visit)}
        if "extensions" in scope:
            inner["extensions"] = {key: value for key, value in scope["extensions"].items() if key not in _PAST_US}
        await self.app(inner, receive, _Sender(self.site, visit, send))

    def _ending(self, receive: Receive) -> Receive:
        """Writes what was counted when the server says that it ends: a signal may end it before Python tidies up."""

        async def received() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                with suppress(StoreError):
                    await asyncio.wrap_future(self.site.counts.write())
            return message

        return received

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, whole = await _body(receive)
        visit = self.site.visit(_request(scope, body, whole=whole))
        answer = await _walk(own.answer(self.site, visit))
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.all_headers})
        await send({"type": "http.response.body", "body": b"" if visit.request.method == "HEAD" else answer.body})


def _request(scope: Scope, body: bytes = b"", *, whole: bool = True) -> Request:
    raw = scope.get("raw_path")
    # Some servers leave the query in raw_path.
    path = raw.partition(b"?")[0].decode("latin-1") if raw else quote(scope["path"])
    query = scope.get("query_string", b"").decode("latin-1")
    return Request(scope.get("method", "GET"), scope["scheme"], path, query, list(scope["headers"]), body, whole)


async def _body(receive: Receive) -> tuple[bytes, bool]:
    """The request's body, cut off beyond the limit, which the handler then refuses; and whether it came whole."""
    body = b""
    while len(body) <= FORM_LIMIT:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body, False
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body, True


async def _walk(steps: Steps) -> Answer:
    """Run a handler to its answer, awaiting each future that it waits for."""
    try:
        waited = next(steps)
        while True:
            try:
                result = await asyncio.wrap_future(waited)
            except BandeauError as error:  # it is the handler's to judge
                waited = steps.throw(error)
            else:
                waited = steps.send(result)
    except StopIteration as stop:
        answer: Answer = stop.value
        return answer


async def _nothing() -> None:
    """Nothing is sent yet."""


class _Sender:
    """Passes an application's messages on, edited; holds the start of a page back until its first bytes are known."""

    def __init__(self, site: Site, visit: Visit, send: Send) -> None:
        self._site = site
        self._visit = visit
        self._send = send
        self._passing = False  # from here on nothing changes any more
        self._told: Told | None = None  # while the first bytes are waited for
        self._start: Message = {}
        self._first = b""
        self._body: Changes | None = None

    # Plain functions that give the awaitable on, where nothing has to be awaited in between: each coroutine in the
    # chain costs as much as the rest of the work on an answer that is not a page.

    def __call__(self, message: Message) -> Awaitable[None]:
        if self._passing:
            return self._send(message)
        kind = message["type"]
        if kind == "http.response.start":
            return self._begin(message)
        if kind == "http.response.body":
            return self._chunk(message.get("body", b""), message.get("more_body", False))
        if kind in ("websocket.accept", "websocket.http.response.start"):
            headers = filter_handshake(self._site, self._visit, message.get("headers", ()))
            return self._send({**message, "headers": headers})
        return self._send(message)

    def _begin(self, message: Message) -> Awaitable[None]:
        told = read_answer(self._site, self._visit, message.get("headers", ()))
        if told.kind.page is not False and self._site.enforcing:
            self._told, self._start = told, message
            return _nothing()
        reply = edit(self._site, self._visit, told, message["status"])
        self._body, self._passing = reply.body, reply.body is None
        return self._send({**message, "headers": reply.headers})

    async def _chunk(self, chunk: bytes, more: bool) -> None:  # noqa: FBT001 - as the message names it
        if self._told is not None:
            chunk = self._first = self._first + chunk
            if more and not is_enough(self._told, chunk):
                return
            self._first = b""
            told, self._told = self._told, None
            reply = edit(self._site, self._visit, told, self._start["status"], chunk)
            if not more:
                reply, chunk = at_once(reply, chunk)
            self._body, self._passing = reply.body, reply.body is None
            await self._send({**self._start, "headers": reply.headers})
        if self._body is None:
            await self._send({"type": "http.response.body", "body": chunk, "more_body": more})
            return
        for piece in self._body.feed(chunk):
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        if not more:
            for piece in self._body.close():
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            await self._send({"type": "http.response.body", "body": b""})
