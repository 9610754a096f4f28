"""The servers that the benchmarks measure, each in a process of its own, and the client that measures them.

Requests are pipelined over a few connections, so that the server and not the client is what is measured; the CPU time
is the operating system's own account of the server's process. Servers that are compared run at the same time and are
asked in turn, in many short rounds, so that a noisy machine is noisy for all.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from pages import OWN_HOST

CONNECTIONS, BATCH = 4, 8
_CHUNKED_END = b"\r\n0\r\n\r\n"


class Server(NamedTuple):
    """A server process and its port."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu(self) -> float:
        """The seconds of CPU that the process's threads have used (``proc(5)``, schedstat: nanoseconds)."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9

    def memory(self, line: str = "VmRSS") -> float:
        """Resident memory in MB as Linux tells it; ``VmHWM`` is the most that it ever was."""
        found = re.search(rf"^{line}:\s+(\d+) kB$", Path(f"/proc/{self.process.pid}/status").read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is told to end afterwards, and made to if it does not."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running(*command: str) -> Iterator[Server]:
    """A Python program that serves on the listening socket whose number comes last in its command."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(2048)
        numbered = [sys.executable, *command, "--listener", str(listener.fileno())]
        with ended(subprocess.Popen(numbered, pass_fds=[listener.fileno()])) as process:
            yield Server(process, listener.getsockname()[1])


@contextmanager
def bandeau_proxy(declaration: str, upstream: int, folder: Path) -> Iterator[Server]:
    """``bandeau proxy`` as its users run it, in front of a server on that port."""
    (folder / "bandeau.toml").write_text(declaration, "utf-8")
    command = [str(Path(sys.executable).with_name("bandeau")), "proxy", "--declaration", "bandeau.toml", "--port", "0"]
    command += ["--upstream", f"http://127.0.0.1:{upstream}"]
    with ended(subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)) as process:
        line = process.stdout.readline().decode() if process.stdout else ""
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found is None:
            raise RuntimeError(f"the proxy did not start: {line}")
        yield Server(process, int(found[1]))


_NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 2048; }}
http {{
  access_log off; keepalive_requests 1000000; proxy_temp_path {folder}/proxy; client_body_temp_path {folder}/body;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream site {{ server 127.0.0.1:{upstream}; keepalive 16; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      {filters}
    }}
  }}
}}
"""
SUB_FILTERS = "sub_filter_once off; " + " ".join(
    f"sub_filter 'https://tiers{n}.example/' '/held/{n}/';" for n in range(5)
)


@contextmanager
def nginx(upstream: int, folder: Path, filters: str = "") -> Iterator[Server]:
    """Nginx in front of a server on that port, with everything of its own in ``folder``."""
    folder.mkdir()
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, upstream=upstream, port=port, filters=filters))
    command = [nginx_program() or "nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors")]
    with ended(subprocess.Popen(command)) as process:
        for _ in range(500):
            if process.poll() is not None:
                raise RuntimeError((folder / "errors").read_text())
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.02)
        yield Server(process, port)


def nginx_program() -> str | None:
    """Where nginx is, ``None`` where it is not."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


UNDECLARED = "palabre_visit=3"
"""A cookie to hold."""


def request(path: str, cookies: str = UNDECLARED) -> bytes:
    """A request as a reader's browser sends it, with cookies to keep, and these."""
    cookie = f"session=1; csrftoken=2; {cookies}"
    return (
        f"GET {path} HTTP/1.1\r\nHost: {OWN_HOST}\r\nUser-Agent: bench\r\nAccept: */*\r\n"
        f"Accept-Language: fr\r\nCookie: {cookie}\r\n\r\n"
    ).encode()


def accepted(server: Server) -> str:
    """The cookie of a visitor who accepts everything."""
    body = b"action=accept-all&back=/"
    head = f"POST /.bandeau/choice HTTP/1.1\r\nHost: {OWN_HOST}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    answer = _whole(server.port, head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + body)
    found = re.search(rb"bandeau_choice=[^;]+", answer)
    if found is None:
        raise RuntimeError("the choice was not taken")
    return found[0].decode()


def _whole(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(sent)
        return b"".join(iter(lambda: one.recv(1 << 20), b""))


def answer_size(port: int, asked: bytes) -> int:
    """The bytes of one whole answer as its own head tells them; 0 where it comes in chunks."""
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(asked)
        head = b""
        while b"\r\n\r\n" not in head and (got := one.recv(65_536)):
            head += got
    head = head.partition(b"\r\n\r\n")[0]
    if not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"{asked.split()[1]!r} was answered {head[:40]!r}")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return len(head) + 4 + int(length[1]) if length else 0


class Round(NamedTuple):
    """What one round of one server gave."""

    per_second: float
    cpu_us: float


def measure(server: Server, asked: bytes, total: int) -> Round:
    """Ask ``total`` times, pipelined over a few connections, and account for it."""
    size = answer_size(server.port, asked)
    batch = asked * BATCH
    with ExitStack() as stack:
        ones = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(CONNECTIONS)]
        before, started, done = server.cpu(), time.perf_counter(), 0
        while done < total:
            for one in ones:
                one.sendall(batch)
            for one in ones:
                _take(one, size)
            done += BATCH * CONNECTIONS
        seconds = time.perf_counter() - started
        return Round(done / seconds, (server.cpu() - before) / done * 1e6)


def _take(one: socket.socket, size: int) -> None:
    """Read one batch of answers: of that size each, or, where their chunks may be cut differently, up to their ends."""
    left, ends, tail = size * BATCH, 0, b""
    while left > 0 or (not size and ends < BATCH):
        got = one.recv(1 << 20)
        if not got:
            raise RuntimeError("the server closed the connection in the middle of a round")
        left -= len(got) if size else 0
        if not size:
            got = tail + got
            ends += got.count(_CHUNKED_END)
            tail = got[-len(_CHUNKED_END) + 1 :]
    if left:
        raise RuntimeError("answers of one round differ in size")


def rounds_of(servers: Sequence[tuple[Server, bytes]], total: int, rounds: int) -> list[list[Round]]:
    """Measure several servers in turn: for each of them its rounds."""
    for server, asked in servers:
        measure(server, asked, total)  # warm up
    turns = [[measure(server, asked, total) for server, asked in servers] for _ in range(rounds)]
    return [list(column) for column in zip(*turns, strict=True)]


def median_of(values: Iterator[float], digits: int = 3) -> float:
    """The median, as it is printed."""
    return round(statistics.median(values), digits)


def machine(*packages: str) -> str:
    """What the numbers were measured on."""
    versions = "".join(f", {name} {version(name)}" for name in packages)
    load = f"load {os.getloadavg()[0]:.1f}"
    return f"{platform.platform()}, {os.cpu_count()} CPUs, {load}, Python {platform.python_version()}{versions}"
