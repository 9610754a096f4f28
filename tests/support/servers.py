"""Real servers for tests: each on a free port of loopback, started and stopped with the test."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import uvicorn


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve_asgi(app: Any, **options: Any) -> Iterator[int]:
    """Serve an ASGI application with uvicorn in a thread; gives its port."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", interface="asgi3", **{"lifespan": "auto", **options}
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the test server did not start")
        time.sleep(0.005)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=20)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serve_wsgi(app: Any) -> Iterator[int]:
    """Serve a WSGI application with the standard library's server in a thread; gives its port."""

    class Server(WSGIServer):
        allow_reuse_address = True
        request_queue_size = 64

    server = make_server("127.0.0.1", 0, app, server_class=Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=20)
