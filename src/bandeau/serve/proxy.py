"""Running the proxy: a socket, a server, Bandeau, and the site behind it."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from bandeau.errors import BrokenBody, SetupError
from bandeau.serve.asgi import ASGIMiddleware
from bandeau.serve.opening import open_site
from bandeau.serve.relay import MESSAGE_LIMIT
from bandeau.serve.upstream import Upstream
from bandeau.serve.visitors import Visitors

_BACKLOG = 2048  # connections that wait to be taken
_IDLE = 15  # seconds that a visitor's idle connection is kept
_GRACE = 2  # seconds that running answers get to finish when the proxy is stopped


def run(
    declaration: Path,
    upstream: str,
    host: str,
    port: int,
    data: Path,
    *,
    database: str | None = None,
    keyed_cache: bool = False,
) -> None:
    """Put Bandeau in front of the site at ``upstream`` and serve until SIGTERM (exit code 0) or SIGINT.

    Port 0 takes any free port. One line says the address when connections are taken.

    Raises:
        DeclarationError: the declaration cannot be used.
        KeyboardInterrupt: SIGINT came; everything is closed.
        SetupError: the address is taken or unusable, ``upstream`` is no URL, or ``data`` cannot be used.
    """
    # uvicorn stops gracefully, then raises the signal again for whoever handled it before: SIGTERM is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A shell that starts a job in the background has it ignore SIGINT; what promises to end on it must not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    behind = Upstream(upstream)
    site = open_site(declaration, data, database=database, keyed_cache=keyed_cache)
    try:
        with _listening(host, port) as listener:
            sys.stdout.write(f"Bandeau is at {_address(listener)} in front of {upstream}. Ctrl-C ends it.\n")
            sys.stdout.flush()
            _serve(ASGIMiddleware(behind, site), listener)
    finally:
        site.close()


def _listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections already, so that nobody who read the address is turned away."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SetupError(
            f"{host}, port {port} cannot be served: {reason}. Name another with --host and --port."
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve(app: ASGIMiddleware, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        http=Visitors,
        # The site's own Server and Date pass through. No access log: it would keep addresses that nobody consented to.
        server_header=False,
        date_header=False,
        access_log=False,
        log_level="warning",
        proxy_headers=True,
        ws_max_size=MESSAGE_LIMIT,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=_GRACE,
        backlog=_BACKLOG,
    )
    logging.getLogger("uvicorn.error").addFilter(_in_one_line)
    uvicorn.Server(config).run(sockets=[listener])


def _in_one_line(record: logging.LogRecord) -> bool:
    """Say in one line, without a stack trace, that an answer was broken off, by the site or by the end of the proxy."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, BrokenBody | asyncio.CancelledError):
        record.msg, record.args, record.exc_info = str(error), (), None
    return True
