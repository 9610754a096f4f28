"""A connection of our own to a browser's debugging port (Chrome DevTools Protocol, sessions flattened).

Playwright drives the page; this line beside it watches. Playwright shows pages and frames, but not the network of
workers that a page started, the cookies that a browser refused, or a realm before its first line runs.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import websockets

from bandeau.audit.visit.lenient import read_json
from bandeau.errors import BandeauError

Params = dict[str, Any]
"""What a message of the protocol carries: JSON, as the browser sent it."""

Listener = Callable[[str, str, Params], None]
"""Called for each event: the session's id (empty for the browser itself), the event's name, what it carries."""


class Gone(BandeauError):
    """The browser, or the part of it that was asked, is gone or does not answer: go on without it."""


class Refused(BandeauError):
    """The browser answered that it will not do what it was asked: its message says why."""


class _Message(msgspec.Struct):
    id: int = 0
    method: str = ""
    params: Params = {}  # msgspec copies the default
    result: Params = {}
    error: Params = {}
    sessionId: str = ""  # noqa: N815 - the protocol's word


_DECODER = msgspec.json.Decoder(_Message)


class Wire:
    """One connection to one browser. Events go to ``listener`` in the order in which they come.

    A listener that raises ends the connection: it must not.
    """

    def __init__(self, socket: websockets.ClientConnection, listener: Listener) -> None:
        self._socket = socket
        self._listener = listener
        self._last = 0
        self._waiting: dict[int, asyncio.Future[Params]] = {}
        self._pump = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, url: str, listener: Listener) -> Wire:
        """Connect to the debugging port at ``url`` (``ws://...``).

        Raises:
            OSError: nothing listens there.
        """
        # The browser's messages have no bound of their own; those that matter are cut by what collects them.
        socket = await websockets.connect(url, max_size=None, compression=None, ping_interval=None, proxy=None)
        return cls(socket, listener)

    async def send(
        self, method: str, params: Mapping[str, Any] | None = None, *, session: str = "", within: float = 10
    ) -> Params:
        """Ask for something and give the answer.

        Raises:
            Gone: there was no answer within so many seconds.
            Refused: the browser said no.
        """
        self._last += 1
        number = self._last
        message: dict[str, Any] = {"id": number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        answer: asyncio.Future[Params] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(within):
                await self._socket.send(msgspec.json.encode(message).decode())
                return await answer
        except (TimeoutError, websockets.ConnectionClosed) as error:
            raise Gone(f"the browser did not answer {method}") from error
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Close the connection; the browser stays."""
        await self._socket.close()
        self._pump.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pump

    async def _listen(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for text in self._socket:
                with contextlib.suppress(ValueError, RecursionError):  # what cannot be read is not answered to
                    self._take(read_json(_DECODER, text))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Gone("the browser is gone"))

    def _take(self, message: _Message) -> None:
        if message.method:
            self._listener(message.sessionId, message.method, message.params)
            return
        answer = self._waiting.get(message.id)
        if answer is None or answer.done():
            return
        if message.error:
            answer.set_exception(Refused(str(message.error.get("message", "no reason given"))))
        else:
            answer.set_result(message.result)
