"""A site that is only sockets: it says exactly the bytes that a test wants said, in the pieces that it wants."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_BETWEEN = 0.0003  # seconds; most pieces travel alone then, and where some do not nothing may be different


class Asked:
    """One request that reached the site, and the connection to answer it on."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._file = connection.makefile("rb")
        self.line = self._file.readline().decode("latin-1").rstrip()
        self.headers: list[tuple[str, str]] = []
        while line := self._file.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = line.partition(":")
            self.headers.append((name.lower(), value.strip()))

    @property
    def path(self) -> str:
        return [*self.line.split(" "), ""][1].partition("?")[0]

    def value(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)

    def upload(self) -> Iterator[bytes]:
        """The request's body, whichever way it is framed; ends early where the proxy breaks it off."""
        if self.value("transfer-encoding") != "chunked":
            yield from self._exactly(int(self.value("content-length") or 0))
            return
        while size := int(self._file.readline() or b"0", 16):
            yield from self._exactly(size)
            self._file.readline()
        self._file.readline()

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size and (piece := self._file.read(min(size, 1 << 20))):
            size -= len(piece)
            yield piece

    def say(self, *pieces: bytes) -> None:
        self._connection.sendall(b"".join(pieces))

    def say_slowly(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self._connection.sendall(piece)
            time.sleep(_BETWEEN)

    def reset(self) -> None:
        """Make the connection end without a farewell, as a killed server's does."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        self._file.close()


@dataclass
class RawSite:
    """Answers by path, and every request that came. A site that has no answer for a path closes the connection."""

    port: int = 0
    answers: dict[str, Callable[[Asked], None]] = field(default_factory=dict)
    seen: list[Asked] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                asked = Asked(connection)
                if asked.line:
                    self.seen.append(asked)
                    self.answers.get(asked.path, lambda _: None)(asked)
                asked.close()
            except OSError:
                pass  # the proxy left, as some tests want it to


@contextmanager
def raw_site(port: int = 0) -> Iterator[RawSite]:
    """Serve a site of sockets on a port, any free one by default; each connection serves one request."""
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        site = RawSite(listener.getsockname()[1])

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=site.serve, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield site
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=10)


def head(*headers: str, status: str = "200 OK") -> bytes:
    """The head of an answer after which the connection closes."""
    return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *headers, "\r\n"]).encode("latin-1")


def whole(*headers: str, body: bytes, status: str = "200 OK") -> Callable[[Asked], None]:
    """An answer with its length."""
    return lambda asked: asked.say(head(f"Content-Length: {len(body)}", *headers, status=status), body)


def until_close(*headers: str, body: bytes) -> Callable[[Asked], None]:
    """An answer whose length nobody knows until the connection closes."""
    return lambda asked: asked.say(head(*headers), body)


def in_chunks(*headers: str, body: bytes, size: int, slowly: bool = False) -> Callable[[Asked], None]:
    """An answer in chunks of that size, of which each travels alone if it goes slowly."""
    chunks = [chunk(body[at : at + size]) for at in range(0, len(body), size)]

    def answer(asked: Asked) -> None:
        asked.say(head("Transfer-Encoding: chunked", *headers))
        (asked.say_slowly if slowly else lambda pieces: asked.say(*pieces))([*chunks, chunk(b"")])

    return answer


def chunk(piece: bytes) -> bytes:
    """A piece of a body as one chunk; an empty one ends the body."""
    return b"%x\r\n%b\r\n" % (len(piece), piece)
