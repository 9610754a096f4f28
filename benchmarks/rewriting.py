"""What rewriting a page costs: CPU time of one page from its first byte to its last, allowed and held, in one process.

Run it with ``.venv/bin/python benchmarks/rewriting.py [FOLDER]``. Pages of three sizes are generated; of a folder,
every ``.html`` file is measured too. Each page's third parties are declared as one service: *allowed* is a visitor
who accepted it, *held* is one who has not chosen, who also gets the banner. Everything between the site's answer and
what is sent is measured: headers edited, page rewritten, without compression. Medians of several rounds, in which
the two are measured in turn, so that a noisy machine is noisy for both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from edges import page

from bandeau.ask.cookie import KeptChoice
from bandeau.decide import accept_all
from bandeau.serve.http import Request
from bandeau.serve.opening import open_site
from bandeau.serve.reply import edit
from bandeau.serve.site import Site

CHUNK = 65_536
HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"set-cookie", b"session=1; Path=/")]
_HOST = re.compile(rb"//((?:[a-z0-9-]+\.)+[a-z]{2,12})(?=[/\"'?:])")
_DECLARATION = """
[site]
name = "La Gazette du Port"
hosts = ["gazette.localhost"]
languages = ["fr"]
controller = {{ name = "Éditions du Port SAS" }}
[purposes.advertising]
[services.others]
name = "Tiers"
recipient = "Tiers SA"
purpose = "advertising"
hosts = {hosts}
"""


def pages(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """The pages to measure, by name."""
    for name, size in {"page-30k": 30_000, "page-150k": 150_000, "page-1.5M": 1_500_000}.items():
        yield name, page(size)
    for path in sorted(folder.glob("*.html")) if folder else ():
        yield path.name, path.read_bytes()


def site_for(body: bytes, folder: Path) -> Site:
    """A site whose declaration names every third party of that page."""
    hosts = sorted({host.decode() for host in _HOST.findall(body)} - {"gazette.localhost"})
    declaration = folder / "bandeau.toml"
    declaration.write_text(_DECLARATION.format(hosts=json.dumps(hosts)), "utf-8")
    return open_site(declaration, folder / "data", [bytes(32)])


def answer(site: Site, cookie: bytes, body: bytes) -> Callable[[], int]:
    """What answers one request with that page, and gives the bytes that would be sent."""
    request = Request("GET", "https", "/une.html", "", [(b"host", b"gazette.localhost"), (b"cookie", cookie)])
    chunks = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]

    def once() -> int:
        reply = edit(site, site.visit(request), 200, HEADERS, chunks[0])
        if reply.body is None:
            raise RuntimeError("the page was not rewritten")
        sent = sum(len(piece) for chunk in chunks for piece in reply.body.feed(chunk))
        return sent + sum(map(len, reply.body.close()))

    return once


def accepted(site: Site) -> bytes:
    """The cookie of a visitor who accepted everything."""
    kept = KeptChoice(accept_all(site.declaration), bytes(16), int(time.time()), site.version[:16], signal=False)
    return b"bandeau_choice=" + site.seal.close(kept, "x").encode()


def cpu_ms(once: Callable[[], int], times: int) -> float:
    """The CPU time of one call, in milliseconds, of several in a row."""
    before = time.process_time_ns()
    for _ in range(times):
        once()
    return (time.process_time_ns() - before) / times / 1e6


def measure(name: str, body: bytes, rounds: int) -> dict[str, Any]:
    """One page's row."""
    with tempfile.TemporaryDirectory(prefix="bandeau-bench-") as folder:
        site = site_for(body, Path(folder))
        allowed, held = answer(site, accepted(site), body), answer(site, b"session=1", body)
        times = max(1, round(20 / max(cpu_ms(held, 2), 0.01)))
        cpu_ms(allowed, 2)  # warm
        pairs = [(cpu_ms(allowed, times), cpu_ms(held, times)) for _ in range(rounds)]
        site.close()
    allowed_ms, held_ms = (statistics.median(column) for column in zip(*pairs, strict=True))
    return {
        "page": name,
        "bytes": len(body),
        "allowed CPU ms": round(allowed_ms, 3),
        "held CPU ms": round(held_ms, 3),
        "held CPU ms per 30 kB": round(held_ms * 30_000 / len(body), 3),
        "held MB/s": round(len(body) / held_ms / 1000, 1),
    }


def main() -> None:
    """Print a row for every page, and what it was measured on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of .html files to measure too")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true", help="print rows for machines")
    options = parser.parse_args()
    rows = [measure(name, body, options.rounds) for name, body in pages(options.folder)]
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    print(f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}")
    print(f"medians of {options.rounds} rounds, pages fed in pieces of {CHUNK} bytes\n")
    for row in rows:
        print(", ".join(f"{key}: {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
