"""The visitors' side of the proxy: what comes over one connection, with bounds that the server itself has not."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 131_072
"""The most bytes of a request's head, or of what follows its body, that are taken."""

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Visitors(HttpToolsProtocol):
    """One connection: bounded in what waits on it, and deaf to headers that come after a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take no more of an answer before all of the last piece has left, so that little waits for a slow visitor."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)
        self._idle = 0  # bytes since the last that were a whole head, or a piece of a body
        self._in_head = False

    def data_received(self, data: bytes) -> None:
        """Take what came, up to a head that will not end (RFC 6585, 5)."""
        self._idle += len(data)
        super().data_received(data)
        if self._idle > HEAD_LIMIT and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Trailers are dropped, as RFC 9110, 6.5.1 allows: the server would take them for headers."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head has come."""
        self._idle, self._in_head = 0, False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of a body has come."""
        self._idle = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The whole of a request has come."""
        self._idle = 0
        super().on_message_complete()
