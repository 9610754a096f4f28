"""Starts the newspaper and its third parties: seven real servers on free ports, in one thread, on one event loop."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp

from .site import newspaper
from .thirdparties import palabre, pistage, polices, regie, scopia, stats
from .witness import Watched, Witness

START_SECONDS = 20.0
"""How long the servers may take to start on a busy machine before that counts as a failure."""

THIRD_PARTIES = ("palabre", "scopia", "regie", "pistage", "stats", "polices")
"""The third parties, each on its own host ``<name>.localhost``, which browsers resolve to loopback (RFC 6761)."""


class Newsroom:
    """The running newspaper and its third parties; ends with :meth:`stop` or as a context manager.

    Attributes:
        url: the newspaper's own server, with nothing in front of it.
        third_parties: the base URL of each third party by its name.
        witness: what reached the third parties.
    """

    def __init__(self, host: str) -> None:
        names = ("gazette", *THIRD_PARTIES)
        self._sockets = {name: _listen(host) for name in names}
        self._ports = {name: listening.getsockname()[1] for name, listening in self._sockets.items()}
        self.url = f"http://{host}:{self._ports['gazette']}"
        self.third_parties = {name: f"http://{name}.localhost:{self._ports[name]}" for name in THIRD_PARTIES}
        self.witness = Witness(THIRD_PARTIES)
        self._servers = {name: _server(app) for name, app in self._applications().items()}
        self._thread = threading.Thread(target=self._run, name="newsroom", daemon=True)

    @property
    def page_url(self) -> str:
        """The newspaper's own server by the name that its readers use."""
        return f"http://gazette.localhost:{self._ports['gazette']}"

    def _applications(self) -> dict[str, ASGIApp]:
        parties: dict[str, ASGIApp] = {
            "palabre": palabre.application(),
            "scopia": scopia.application(),
            "regie": regie.application(self.third_parties["pistage"]),
            "pistage": pistage.application(),
            "stats": stats.application(),
            "polices": polices.application(),
        }
        watched: dict[str, ASGIApp] = {name: Watched(app, name, self.witness) for name, app in parties.items()}
        return {"gazette": newspaper(self.third_parties, self.witness), **watched}

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        await asyncio.gather(*(server.serve(sockets=[self._sockets[name]]) for name, server in self._servers.items()))

    def start(self) -> None:
        """Start every server and return when all of them answer.

        Raises:
            RuntimeError: a server did not start.
        """
        self._thread.start()
        pause = threading.Event()
        for _ in range(int(START_SECONDS / 0.01)):
            if all(server.started for server in self._servers.values()):
                return
            if not self._thread.is_alive():
                break
            pause.wait(0.01)
        self.stop()
        raise RuntimeError("the newsroom's servers did not start")

    def stop(self) -> None:
        """End every server; open connections get one second."""
        for server in self._servers.values():
            server.should_exit = True
        self._thread.join(timeout=5)
        for listening in self._sockets.values():
            listening.close()

    def __enter__(self) -> Newsroom:
        """Give the running newsroom."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()


def start(host: str = "127.0.0.1") -> Newsroom:
    """Start the newspaper and its third parties on free ports of ``host``.

    Raises:
        OSError: no port can be had on ``host``.
        RuntimeError: a server did not start.
    """
    newsroom = Newsroom(host)
    newsroom.start()
    return newsroom


def _listen(host: str) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, 0))
    return listening


def _server(app: ASGIApp) -> uvicorn.Server:
    config = uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1, access_log=False)
    return uvicorn.Server(config)
