"""The site behind the proxy: an ASGI application that forwards everything to one upstream and changes nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import aiohttp
from yarl import URL

from bandeau.ask.notice import problem_page
from bandeau.ask.words import pick_language
from bandeau.enforce.edits import kind_of
from bandeau.errors import BrokenBody, SetupError
from bandeau.model import LANGUAGES
from bandeau.serve.asgi import Receive, Scope, Send
from bandeau.serve.forwarding import answer_headers, ended_by, request_headers, target
from bandeau.serve.relay import relay

_CONNECT_TIMEOUT = 10.0  # seconds; an upstream that has taken the connection may think for as long as it likes
_KEEP_ALIVE = (
    4.0  # seconds; less than the five after which common servers close, so that no request meets a closed door
)
_FIELD_LIMIT = 65_536  # bytes of one header of an answer; a long CSP outgrows the client's usual 8 kB
_FIELDS_LIMIT = 1_000
# Bytes that wait between a fast site and its slow visitors: all together about so many, each so many at the least and
# at the most. A share is what the system receives ahead, what is read at once, and what is being sent.
_WAITING, _LEAST, _MOST = 2 << 20, 4_096, 65_536

_CLIENT_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")  # what the client would say of itself
_BODILESS = (204, 304)


class Upstream:
    """Forwards requests and WebSockets to the site at ``url``, chunk by chunk in both directions, in constant memory.

    Path, query, headers and bodies go through as they are; a path in ``url`` is put in front. Where the site cannot
    be reached, a page says so: 502, or 504 where it was waited for in vain.

    Raises:
        SetupError: ``url`` is not a plain ``http`` or ``https`` URL.
    """

    def __init__(self, url: str) -> None:
        self._base = _checked(url)
        self._session: aiohttp.ClientSession | None = None
        self._answering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection, or the application's life (ASGI 3).

        Raises:
            BrokenBody: the site broke off in the middle; the visitor's connection must be broken off too.
        """
        if scope["type"] == "http":
            visitor = _Visitor(scope, receive)
            async with ended_by(visitor.leaves):
                await self._forward(scope, visitor, send)
        elif scope["type"] == "websocket":
            await relay(self._pool.connector, self._base, scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    @property
    def _pool(self) -> aiohttp.ClientSession:
        """The connections to the site, opened when they are first needed."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE, socket_factory=self._new_socket),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT_TIMEOUT),
                skip_auto_headers=_CLIENT_HEADERS,
                auto_decompress=False,
                read_bufsize=1,  # what is received ahead is the system's to keep
                max_line_size=_FIELD_LIMIT,
                max_field_size=_FIELD_LIMIT,
                max_headers=_FIELDS_LIMIT,
            )
        return self._session

    @property
    def _share(self) -> int:
        """How many bytes of one answer may wait."""
        return max(_LEAST, min(_MOST, _WAITING // max(1, self._answering)))

    def _new_socket(self, address: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, *_ = address
        one = socket.socket(family, kind, protocol)
        # All that has come is handed over at once, however little is asked for: so no more may come.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._share)
        return one

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._session is not None:
            await self._session.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _forward(self, scope: Scope, visitor: _Visitor, send: Send) -> None:
        self._answering += 1
        try:
            await self._answer(scope, visitor, send)
        finally:
            self._answering -= 1

    async def _answer(self, scope: Scope, visitor: _Visitor, send: Send) -> None:
        try:
            answer, first = await self._ask(scope, visitor)
        except TimeoutError:
            await _apologise(scope, send, 504)
        except (aiohttp.ClientError, OSError):
            await _apologise(scope, send, 502)
        except ValueError:  # it asks for what cannot be asked of a site
            await _apologise(scope, send, 400)
        else:
            try:
                await self._pass_on(answer, first, send)
            finally:
                answer.release()

    async def _ask(self, scope: Scope, visitor: _Visitor) -> tuple[aiohttp.ClientResponse, bytes]:
        """The site's answer and, if it may be a page, its first bytes.

        A page's headers wait for them anyway; where they never come, it can still be told that the site failed.
        """
        answer = await self._pool.request(
            scope["method"],
            target(self._base, scope),
            headers=request_headers(scope),
            data=visitor.body(),
            allow_redirects=False,
        )
        try:
            if answer.status < 200:
                raise aiohttp.ClientError("the site goes on in another protocol, which nobody asked for")
            types = b",".join(value for name, value in answer.raw_headers if name.lower() == b"content-type")
            may_be_page = kind_of(types).page is not False
            _end_with_connection(answer)
            return answer, await answer.content.read(self._share) if may_be_page else b""
        except BaseException:
            answer.close()
            raise

    async def _pass_on(self, answer: aiohttp.ClientResponse, first: bytes, send: Send) -> None:
        headers = answer_headers(answer.raw_headers)
        status = answer.status if answer.status < 600 else 500  # as RFC 9110, 15 has clients read it
        if status in _BODILESS:  # the length is that of another answer (RFC 9110, 8.6); servers would wait for the body
            headers = [header for header in headers if header[0] != b"content-length"]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        chunk = first or await self._read(answer)
        while chunk:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            chunk = await self._read(answer)
        await send({"type": "http.response.body", "body": b""})

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        """What has come of the answer's body, as soon as there is anything; nothing at its end."""
        try:
            return await answer.content.read(self._share)
        except (aiohttp.ClientError, OSError) as error:
            raise BrokenBody("the site broke its answer off half-way") from error


def _end_with_connection(answer: aiohttp.ClientResponse) -> None:
    """Let nobody wait for more of an answer whose connection is gone.

    The client closes it where there is rubbish between two chunks, and tells nobody (aiohttp 3.14).
    """
    protocol = answer.connection.protocol if answer.connection else None
    if protocol is None:
        return  # all of it has come

    def end(closed: asyncio.Future[None] | None = None) -> None:
        if closed is not None and not closed.cancelled():
            closed.exception()  # looked at, so that asyncio does not complain
        if not answer.content.is_eof() and answer.content.exception() is None:
            answer.content.set_exception(aiohttp.ClientPayloadError("the connection is gone"))

    if protocol.closed is None:
        end()
    else:
        protocol.closed.add_done_callback(end)


def _checked(url: str) -> str:
    try:
        parsed = URL(url)
        plain = parsed.scheme in ("http", "https") and parsed.host and not (parsed.user or parsed.password)
    except ValueError:
        plain = False
    if not plain or "?" in url or "#" in url:
        raise SetupError(f'{url!r} is no place to forward to; name it as in "http://127.0.0.1:3000".')
    return str(parsed).rstrip("/")


class _Visitor:
    """The visitor's side of one request: the body as it comes, and the moment they leave."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        # In HTTP/1 a body is announced by one of these (RFC 9112, 6.3).
        self._sends = any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])
        self._all_sent = asyncio.Event()
        self._gone = False

    def body(self) -> AsyncIterator[bytes] | None:
        """The body, chunk by chunk as the upstream takes it; ``None`` where the request has none."""
        if self._sends:
            return self._chunks()
        self._all_sent.set()
        return None

    async def _chunks(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._gone = True
                self._all_sent.set()
                raise ConnectionResetError("the visitor left in the middle of the upload")
            more = message.get("more_body", False)
            if message.get("body"):
                yield message["body"]
        self._all_sent.set()

    async def leaves(self) -> None:
        """Return when the visitor is gone; nothing else is to be received once the body has come."""
        await self._all_sent.wait()
        while not self._gone:
            message = await self._receive()
            self._gone = message["type"] == "http.disconnect"


async def _apologise(scope: Scope, send: Send, status: int) -> None:
    accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    page = problem_page(pick_language(LANGUAGES, accepted.decode("latin-1")), status).encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(page)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": page})
