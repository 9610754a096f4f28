"""A WebSocket through the proxy: messages, subprotocol and closing codes, both ways."""

from __future__ import annotations

import asyncio

import aiohttp

from bandeau.enforce.edits import Header
from bandeau.errors import BrokenBody
from bandeau.serve.asgi import Message, Receive, Scope, Send
from bandeau.serve.forwarding import answer_headers, ended_by, request_headers, target

MESSAGE_LIMIT = 64 << 20
"""The largest message, in bytes, that is held in memory to be passed on."""

_CONNECT_TIMEOUT = 10.0  # seconds
_CLIENT_HEADERS = ("Accept", "Accept-Encoding", "User-Agent")


async def relay(connector: aiohttp.BaseConnector | None, base: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Connect a visitor's WebSocket to the site at ``base`` and pass everything on until one side closes.

    Raises:
        BrokenBody: the upstream broke off without closing; the visitor's connection must be broken off too.
    """
    await receive()  # it says no more than that the visitor wants to connect
    handshake = _Handshake()
    # A session of its own, because only so the handshake's headers can be read; the connections are shared.
    async with aiohttp.ClientSession(
        connector=connector,
        connector_owner=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT_TIMEOUT),
        skip_auto_headers=_CLIENT_HEADERS,
        middlewares=(handshake,),
    ) as session:
        upstream = None
        async with ended_by(receive):  # before it is accepted a visitor can only leave
            upstream = await _connect(session, base, scope, handshake)
        if upstream is None:
            await _refuse(scope, send, handshake)
            return
        try:
            await send(
                {"type": "websocket.accept", "subprotocol": upstream.protocol, "headers": handshake.extra_headers}
            )
            await _pump(upstream, receive, send)
        finally:
            await upstream.close()


class _Handshake:
    """Sees the upstream's answer to the handshake; nothing but 101 is followed, least of all a redirect."""

    def __init__(self) -> None:
        self.status = 502
        self.headers: list[Header] = []

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        answer = await handler(request)
        self.status, self.headers = answer.status, answer_headers(answer.raw_headers)
        if answer.status != 101:
            answer.close()
            raise aiohttp.ClientError("the upstream takes no WebSocket here")
        return answer

    @property
    def extra_headers(self) -> list[Header]:
        """What the upstream says beside the handshake itself: above all its cookies."""
        return [header for header in self.headers if not header[0].startswith((b"sec-websocket-", b"content-length"))]


async def _connect(
    session: aiohttp.ClientSession, base: str, scope: Scope, handshake: _Handshake
) -> aiohttp.ClientWebSocketResponse[bool] | None:
    headers = [pair for pair in request_headers(scope) if not pair[0].startswith("sec-websocket-")]
    try:
        return await session.ws_connect(
            target(base, scope), protocols=scope.get("subprotocols", ()), headers=headers, max_msg_size=MESSAGE_LIMIT
        )
    except TimeoutError:
        handshake.status = 504
    except (aiohttp.ClientError, OSError):
        pass  # the handshake knows what was answered, if anything was
    except ValueError:
        handshake.status = 400
    return None


async def _refuse(scope: Scope, send: Send, handshake: _Handshake) -> None:
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    headers = [*handshake.extra_headers, (b"content-length", b"0")]
    status = handshake.status if 200 <= handshake.status < 600 else 502
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})


async def _pump(upstream: aiohttp.ClientWebSocketResponse[bool], receive: Receive, send: Send) -> None:
    up = asyncio.create_task(_up(receive, upstream))
    down = asyncio.create_task(_down(upstream, send))
    try:
        await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        left = up.result() if up.done() else None
        if left is None:
            await down  # whatever ended the connection, it is the upstream's side that knows how
        else:
            reason = left.get("reason") or ""
            await upstream.close(code=_sendable(left.get("code", 1005)), message=reason.encode())
    finally:
        up.cancel()
        down.cancel()
        await asyncio.gather(up, down, return_exceptions=True)


async def _up(receive: Receive, upstream: aiohttp.ClientWebSocketResponse[bool]) -> Message | None:
    """Pass on what the visitor sends; gives how they left, or ``None`` where the upstream takes no more."""
    try:
        while (message := await receive())["type"] == "websocket.receive":
            if message.get("bytes") is not None:
                await upstream.send_bytes(message["bytes"])
            else:
                await upstream.send_str(message["text"])
    except (aiohttp.ClientError, OSError):
        return None
    return message


async def _down(upstream: aiohttp.ClientWebSocketResponse[bool], send: Send) -> None:
    """Pass on what the upstream sends, until it closes."""
    while True:
        message = await upstream.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            await send({"type": "websocket.send", "text": message.data})
        elif message.type is aiohttp.WSMsgType.BINARY:
            await send({"type": "websocket.send", "bytes": message.data})
        elif message.type is aiohttp.WSMsgType.CLOSE:
            await send({"type": "websocket.close", "code": _sendable(message.data), "reason": message.extra or ""})
            return
        elif message.type is aiohttp.WSMsgType.CLOSING:
            return  # it is this side that closes
        else:
            raise BrokenBody("the site broke a WebSocket off")


def _sendable(code: int | None) -> int:
    """A closing code as it may stand in a frame: those that say that there was none, or no frame, may not."""
    if code is not None and (
        code in range(3000, 5000) or (code in range(1000, 1015) and code not in (1004, 1005, 1006))
    ):
        return code
    return 1000 if code in (None, 0, 1005) else 1001  # RFC 6455, 7.4.1
