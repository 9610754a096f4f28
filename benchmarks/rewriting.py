"""What rewriting a page costs: the CPU time of one page of a site, with its third parties allowed and held.

Run it with ``.venv/bin/python benchmarks/rewriting.py [FOLDER]``. Pages of three sizes are generated; of a folder,
every ``.html`` file is measured too. Each page's third parties are declared as one service: *allowed* is a visitor
who accepted it, *held* is one who has not chosen, who also gets the banner. What is measured is a page's body from
its first byte to its last, without compression: preparing the rewriter, reading, holding, putting in. Numbers are
medians of several rounds, in which the two are measured in turn, so that a noisy machine is noisy for both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pages import SIZES, declaration_of, page, saved

from bandeau.decide import accept_all
from bandeau.declare import parse_declaration
from bandeau.enforce.body import Body
from bandeau.enforce.csp import ScriptLeave
from bandeau.model import Choice, Declaration, Origin
from bandeau.serve.inserts import Embeds, Stands, rewriter
from bandeau.serve.variants import Variant

CHUNK = 65_536
ORIGIN = Origin("https", "gazette.localhost", 443)


def pages(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """The pages to measure, by name."""
    yield from ((f"page-{name}", page(size)) for name, size in SIZES.items())
    yield from saved(folder).items()


def declaration_for(body: bytes) -> Declaration:
    """A declaration that names every third party of that page."""
    return parse_declaration(declaration_of(body), "bandeau.toml")


def rewriting(declaration: Declaration, choice: Choice | None, body: bytes) -> Callable[[], int]:
    """What rewrites that page once for a visitor who chose so, and gives how many bytes would be sent."""
    variant = Variant(declaration, choice, signal=False)
    chunks = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]

    def once() -> int:
        embeds = Embeds(variant, "fr", "/une.html")
        page = Body.of(rewriter(embeds, ORIGIN, ScriptLeave(inline=True), Stands.ALONE), "")
        if page is None:
            raise RuntimeError("a body without a coding cannot be read")
        sent = sum(len(piece) for chunk in chunks for piece in page.feed(chunk))
        return sent + sum(map(len, page.close()))

    return once


def cpu_ms(once: Callable[[], int], times: int) -> float:
    """The CPU time of one call, in milliseconds, of several in a row."""
    before = time.process_time_ns()
    for _ in range(times):
        once()
    return (time.process_time_ns() - before) / times / 1e6


def measure(name: str, body: bytes, rounds: int) -> dict[str, Any]:
    """One page's row."""
    declaration = declaration_for(body)
    allowed, held = rewriting(declaration, accept_all(declaration), body), rewriting(declaration, None, body)
    times = max(1, round(20 / max(cpu_ms(held, 2), 0.01)))
    cpu_ms(allowed, 2)  # warm
    pairs = [(cpu_ms(allowed, times), cpu_ms(held, times)) for _ in range(rounds)]
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
    versions = f"Python {platform.python_version()}, bandeau {version('bandeau')}"
    print(f"{platform.platform()}, {os.cpu_count()} CPUs, {versions}")
    print(f"medians of {options.rounds} rounds, pages fed in pieces of {CHUNK} bytes\n")
    for row in rows:
        print(", ".join(f"{key}: {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
