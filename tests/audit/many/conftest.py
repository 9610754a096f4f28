"""A site of many pages, and a table for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bandeau.audit.many.table import Table
from bandeau.audit.targets import read_target

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """Answers every page with nothing, and what a test wants said otherwise; remembers what was asked for."""

    port: int = 0
    answers: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def url(self, path: str, host: str = "a.localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def robots(self, text: str, status: int = 200) -> None:
        self.answers["/robots.txt"] = (status, {}, text.encode())

    def count(self, path: str) -> int:
        return sum(path == asked for _, asked in self.asked)

    def answer(self, path: str) -> Answer:
        answer = self.answers.get(path, (404 if path == "/robots.txt" else 200, {}, b""))
        return (answer.pop(0) if len(answer) > 1 else answer[0]) if isinstance(answer, list) else answer


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.headers["Host"].partition(":")[0], self.path))
            status, headers, body = made.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

        def handle_error(self, *_: Any) -> None:
            pass  # clients that were killed

    with Server(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path / "pages.audit", "settings")
    yield made
    made.close()


def fill(table: Table, *urls: str) -> None:
    table.add(map(read_target, urls))
