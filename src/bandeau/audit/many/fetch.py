"""Fetching what an audit itself needs: robots.txt and sitemaps. Everything is bounded: time, bytes, redirects."""

from __future__ import annotations

import http.client
import socket
import threading
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from bandeau import __version__
from bandeau.audit.robots import PRODUCT

AGENT = f"{PRODUCT}/{__version__}"

_SECONDS = 30.0
_REDIRECTS = 5  # RFC 9309, 2.3.1.2


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, once redirects were followed; ``status`` 0 where there was none, and ``why``."""

    status: int
    body: bytes = b""
    why: str = ""


def fetch(url: str, most: int, seconds: float = _SECONDS) -> Fetched:
    """Get an address, of its body at most ``most`` bytes, all of it within so many seconds. Raises nothing."""
    watch = _Watch()
    timer = threading.Timer(seconds, watch.cut)
    timer.daemon = True
    timer.start()
    try:
        return _get(url, most, seconds, watch)
    except urllib.error.HTTPError as error:
        with error:
            return Fetched(error.code, why=f"it answered {error.code}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = f"it did not answer within {seconds:g} seconds" if watch.is_cut else str(error) or type(error).__name__
        return Fetched(0, why=why[:200])
    finally:
        timer.cancel()


def _get(url: str, most: int, seconds: float, watch: _Watch) -> Fetched:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        _Http(watch),
        _Https(watch),
        urllib.request.HTTPDefaultErrorHandler(),
        _Redirects(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    # Opened by a handler that knows http and https only.
    request = urllib.request.Request(url, headers={"User-Agent": AGENT, "Accept": "*/*"})  # noqa: S310
    with opener.open(request, timeout=seconds) as answer:
        body = answer.read(most + 1)
        return Fetched(answer.status, body[:most], "" if len(body) <= most else "it is too long")


class _Watch:
    """Cuts the connection when the time is over: a timeout of a socket starts anew with every byte."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.is_cut = False

    def over(self, sock: socket.socket) -> None:
        self._socket = sock
        if self.is_cut:
            self.cut()

    def cut(self) -> None:
        self.is_cut = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _connected(watch: _Watch, address: tuple[str, int], *rest: Any) -> socket.socket:
    """Connect; names below ``localhost`` are this machine, as browsers take them (RFC 6761, 6.3)."""
    host, port = address
    sock = socket.create_connection(("localhost" if host.endswith(".localhost") else host, port), *rest)
    watch.over(sock)
    return sock


class _Http(urllib.request.HTTPHandler):
    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def http_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(partial(_connection, http.client.HTTPConnection, self._watch), request)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, watch: _Watch) -> None:
        super().__init__()
        self._watch = watch

    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(partial(_connection, http.client.HTTPSConnection, self._watch), request)


def _connection(kind: type[http.client.HTTPConnection], watch: _Watch, *values: Any, **named: Any) -> Any:
    made = kind(*values, **named)
    # The hook that the standard library's own tests and handlers use to connect otherwise.
    made._create_connection = partial(_connected, watch)  # type: ignore[attr-defined]
    return made


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = _REDIRECTS
    max_repeats = 2

    def redirect_request(self, *values: Any) -> urllib.request.Request | None:
        """Only to the web: the standard library would follow to ftp as well."""
        if urlsplit(values[5]).scheme not in ("http", "https"):
            return None
        return super().redirect_request(*values)
