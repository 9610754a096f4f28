"""What ``bandeau proxy`` holds in memory: over streams of 1 GB, and with 1,000 readers who read slowly.

Run it with ``.venv/bin/python benchmarks/memory.py``; it takes a minute or two. Resident memory is sampled as Linux
tells it (``VmRSS``), the peak is the kernel's own (``VmHWM``). The page is one that is rewritten, and every reader's
bytes are compared with what a reader without haste got.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import resource
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from pages import OWN_HOST, declaration_of, page, paragraphs
from servers import Server, bandeau_proxy, machine, running

MB = 1_000_000
BUDGET_MB, GROWTH_MB = 120, 8
PAGE = page(MB)
PIECE = 4096  # bytes that a slow reader takes at a time


# -- the site: it says everything as fast as it is taken --------------------------------------------------------------


def serve(listener: int) -> None:
    """Answer ``/page``, and ``/html/<MB>`` and ``/file/<MB>`` with streams of that size."""
    with socket.socket(fileno=listener) as one:
        while True:
            connection, _ = one.accept()
            threading.Thread(target=_serve_one, args=(connection,), daemon=True).start()


def _serve_one(connection: socket.socket) -> None:
    with connection:
        asked = b""
        while not asked.endswith(b"\r\n\r\n"):
            got = connection.recv(65_536)
            if not got:
                return
            asked += got
        kind, _, size = asked.split()[1].decode()[1:].partition("/")
        pieces = iter([PAGE]) if kind == "page" else stream(kind, int(size) * MB)
        mime = "application/octet-stream" if kind == "file" else "text/html; charset=utf-8"
        connection.sendall(f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {mime}\r\n\r\n".encode())
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:
            pass  # the proxy has left


def stream(kind: str, size: int) -> Iterator[bytes]:
    """A page with something to hold every now and then, or rubbish, of about that size."""
    tag = b'<script async src="https://tiers0.example/tag.js"></script>\n'
    if kind == "file":
        piece = bytes(range(256)) * 2048
    else:
        yield page(100_000).removesuffix(b"</main></body></html>")
        piece = "".join(paragraphs(500_000)).encode() + tag
    yield from islice(cycle([piece]), size // len(piece))


# -- one stream, read as fast as it comes -----------------------------------------------------------------------------


def request(path: str) -> bytes:
    """A request after which the connection ends."""
    return f"GET {path} HTTP/1.1\r\nHost: {OWN_HOST}\r\nConnection: close\r\n\r\n".encode()


def streamed(proxy: Server, kind: str, megabytes: int) -> str:
    """Read one stream to its end and say what became of the memory."""
    samples: list[float] = []
    before, size = proxy.memory(), 0
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", proxy.port)) as one:
        one.sendall(request(f"/{kind}/{megabytes}"))
        while got := one.recv(1 << 20):
            size += len(got)
            if size // (50 * MB) >= len(samples):
                samples.append(proxy.memory())
    if size < megabytes * MB * 0.99:
        raise RuntimeError(f"only {size} bytes of the stream came")
    first, last = max(samples[: len(samples) // 4]), max(samples[-len(samples) // 4 :])
    verdict = "flat" if last - first <= GROWTH_MB else "GROWS"
    rate = size / MB / (time.perf_counter() - started)
    return (
        f"{kind}, {megabytes} MB: start {before:.1f} MB, first quarter {first:.1f} MB, last quarter {last:.1f} MB, "
        f"peak {proxy.memory('VmHWM'):.1f} MB: {verdict} ({rate:.0f} MB/s)"
    )


# -- many readers, slow ones ------------------------------------------------------------------------------------------


async def read_page(port: int, pause: float) -> str:
    """Read the page at a trickle, in small pieces with pauses between; gives the hash of its body, chunks undone."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)  # set before, so that the window stays small
    one.setblocking(False)  # noqa: FBT003
    loop = asyncio.get_running_loop()
    await loop.sock_connect(one, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=one, limit=PIECE * 2)
    writer.write(request("/page"))
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200 ") or b"transfer-encoding: chunked" not in head:
        raise RuntimeError(f"an unexpected answer: {head[:60]!r}")
    digest = hashlib.sha256()
    while left := int(await reader.readline(), 16):
        while left:
            piece = await reader.read(min(left, PIECE))
            if not piece:
                raise RuntimeError("a page was cut off")
            digest.update(piece)
            left -= len(piece)
            await asyncio.sleep(pause)
        await reader.readline()
    writer.close()
    return digest.hexdigest()


async def crowd(proxy: Server, readers: int, seconds: float) -> str:
    """Let them all read at once and say what became of the memory."""
    expected = await read_page(proxy.port, 0)
    before, peak = proxy.memory(), 0.0
    pause = seconds * PIECE / len(PAGE)
    reading = [asyncio.create_task(read_page(proxy.port, pause)) for _ in range(readers)]
    everyone = asyncio.gather(*reading)
    samples = []
    while not everyone.done():
        samples.append(proxy.memory())
        peak = max(peak, samples[-1])
        await asyncio.wait([everyone], timeout=0.25)
    right = sum(digest == expected for digest in await everyone)
    verdict = "within" if peak <= BUDGET_MB and right == readers else "NOT within"
    middle = samples[len(samples) // 2]
    return (
        f"{readers} slow readers of {len(PAGE) / MB:.1f} MB: start {before:.1f} MB, halfway {middle:.1f} MB, "
        f"peak {peak:.1f} MB, {right} got the right bytes: {verdict} the budget of {BUDGET_MB} MB"
    )


@contextmanager
def proxied() -> Iterator[Server]:
    """A fresh proxy in front of the site."""
    with (
        tempfile.TemporaryDirectory(prefix="bandeau-bench-") as folder,
        running(__file__, "--serve") as site,
        bandeau_proxy(declaration_of(PAGE), site.port, Path(folder)) as proxy,
    ):
        asyncio.run(read_page(proxy.port, 0))  # everything that is made once is made
        yield proxy


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000, help="of each stream")
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20, help="that a slow reader takes at the least")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.listener)
        return
    wanted = 4 * options.readers + 200
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    print(machine("uvicorn", "uvloop", "httptools", "aiohttp"), flush=True)
    for kind in ("html", "file"):
        with proxied() as proxy:
            print(streamed(proxy, kind, options.megabytes), flush=True)
    with proxied() as proxy:
        print(asyncio.run(crowd(proxy, options.readers, options.seconds)), flush=True)


if __name__ == "__main__":
    main()
