"""What Bandeau costs a server: the same application bare and behind the ASGI middleware, side by side in one run.

Run it with ``.venv/bin/python benchmarks/edges.py``. Both servers run at once, each in its own process, and are
asked in turn, in many short rounds, so that a noisy machine is noisy for both. Requests are pipelined, so that the
server and not the client is what is measured; the CPU time is the operating system's own account of the server process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

DECLARATION = Path(__file__).parents[1] / "examples" / "newsroom" / "bandeau.toml"
CONNECTIONS, BATCH = 4, 32
SMALL = b'{"tide": "high"}'
_SENTENCE = "la marée monte sur le quai des brumes où les grues attendent un navire venu du large avec le vent"
_WORDS = _SENTENCE.split()


def page(size: int) -> bytes:
    """An article of about that many bytes, with the third-party tags that news pages carry."""
    tags = "".join(f'<script async src="https://tiers{n}.example/tag.js"></script>' for n in range(6))
    head = f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Une</title>{tags}</head><body><main>'
    parts, length = [head], len(head)
    for number in range(100_000):
        if length >= size:
            break
        text = " ".join(_WORDS[number % 7 :] * 3)
        part = f'<p class="corps">{text} <a href="/article/{number}">lire <b>aussi</b></a>.</p>\n'
        if number % 12 == 5:
            part += f'<figure><img src="/images/{number}.jpg" alt="" width="640" height="360"></figure>\n'
        parts.append(part)
        length += len(part)
    return "".join([*parts, "</main></body></html>"]).encode()


BODIES = {
    "json": (SMALL, b"application/json"),
    "page-30k": (page(30_000), b"text/html; charset=utf-8"),
    "page-150k": (page(150_000), b"text/html; charset=utf-8"),
}


async def application(scope: Any, _receive: Any, send: Any) -> None:
    """The site: three answers, each with a cookie of its own."""
    if scope["type"] != "http":
        return
    body, kind = BODIES[scope["path"][1:]]
    length = str(len(body)).encode()
    headers = [(b"content-type", kind), (b"content-length", length), (b"set-cookie", b"session=1; Path=/")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def serve(kind: str, listener: int) -> None:
    """Serve the application, bare or behind Bandeau, on a listening socket that was handed down."""
    import uvicorn

    app: Any = application
    if kind == "bandeau":
        from bandeau import ASGIMiddleware, open_site

        app = ASGIMiddleware(application, site=open_site(DECLARATION, tempfile.mkdtemp(prefix="bandeau-bench-")))
    config = uvicorn.Config(app, log_level="error", access_log=False, date_header=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listener)])


class Server(NamedTuple):
    """A server process and its port."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu(self) -> float:
        """The seconds of CPU that the process's threads have used (``proc(5)``, schedstat: nanoseconds)."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


@contextmanager
def running(kind: str) -> Iterator[Server]:
    """One server process, ended afterwards."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        command = [sys.executable, __file__, "--serve", kind, "--listener", str(listener.fileno())]
        process = subprocess.Popen(command, pass_fds=[listener.fileno()])
        try:
            yield Server(process, listener.getsockname()[1])
        finally:
            process.terminate()
            process.wait(timeout=10)


def request(path: str) -> bytes:
    """A request as a reader's browser sends it, with cookies to keep and cookies to hold."""
    return (
        f"GET /{path} HTTP/1.1\r\nHost: gazette.localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n"
        "Accept-Language: fr\r\nCookie: session=1; csrftoken=2; palabre_visit=3\r\n\r\n"
    ).encode()


def answer_size(port: int, path: str) -> int:
    """The bytes of one whole answer, so that the measured client only has to count."""
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(request(path).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        closing = len(b"connection: close\r\n")
        return sum(map(len, iter(lambda: one.recv(1 << 20), b""))) - closing


class Round(NamedTuple):
    """What one round of one server gave."""

    per_second: float
    cpu_us: float


def measure(server: Server, path: str, total: int) -> Round:
    """Ask ``total`` times, pipelined over a few connections, and account for it."""
    size = answer_size(server.port, path)
    batch = request(path) * BATCH
    with ExitStack() as stack:
        ones = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(CONNECTIONS)]
        before, started = server.cpu(), time.perf_counter()
        asked = 0
        while asked < total:
            for one in ones:
                one.sendall(batch)
            for one in ones:
                left = size * BATCH
                while left > 0:
                    got = one.recv(1 << 20)
                    if not got:
                        raise RuntimeError("the server closed the connection in the middle of a round")
                    left -= len(got)
                if left:
                    raise RuntimeError("answers of one round differ in size")
            asked += BATCH * CONNECTIONS
        seconds = time.perf_counter() - started
        return Round(asked / seconds, (server.cpu() - before) / asked * 1e6)


def compare(rounds: int, totals: dict[str, int]) -> list[dict[str, Any]]:
    """Measure every case on both servers, in turn."""
    rows = []
    with running("bare") as bare, running("bandeau") as ours:
        for path, total in totals.items():
            for server in (bare, ours):
                measure(server, path, 2 * total)  # warm up
            pairs = [(measure(bare, path, total), measure(ours, path, total)) for _ in range(rounds)]
            rows.append(
                {
                    "case": path,
                    "bytes": len(BODIES[path][0]),
                    "bare req/s": round(statistics.median(one.per_second for one, _ in pairs)),
                    "bandeau req/s": round(statistics.median(two.per_second for _, two in pairs)),
                    "throughput ratio": round(statistics.median(b.per_second / a.per_second for a, b in pairs), 3),
                    "bare CPU µs": round(statistics.median(one.cpu_us for one, _ in pairs), 1),
                    "bandeau CPU µs": round(statistics.median(two.cpu_us for _, two in pairs), 1),
                    "added CPU ms": round(statistics.median((b.cpu_us - a.cpu_us) / 1000 for a, b in pairs), 3),
                }
            )
    return rows


def main() -> None:
    """Print the table, the ratios and what they were measured on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=61)
    parser.add_argument("--json", action="store_true", help="print rows for machines")
    parser.add_argument("--serve", choices=["bare", "bandeau"], help=argparse.SUPPRESS)
    parser.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.listener)
        return
    rows = compare(options.rounds, {"json": 1_280, "page-30k": 256, "page-150k": 128})
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    versions = ", ".join(f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "httptools"))
    print(f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, {versions}")
    print(f"medians of {options.rounds} rounds, both servers asked in turn\n")
    for row in rows:
        print(", ".join(f"{key}: {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
