"""How long the guard keeps a page waiting: in a real Chromium, first in the head, as every page carries it.

Run it with ``.venv/bin/python benchmarks/guard.py``. Each load opens a small page that marks the time before the guard,
at the end of its script, and in the first script of the page's own, behind the rest of the guard: so reading it counts
as running it does. In turn with it, the same page opens with two empty scripts instead. The page is cross-origin
isolated, because only then a browser tells 5 µs. It opens in one tab all the time, so that the browser has read the
same scripts before; ``--afresh`` has it forget them, as at a visitor's first page.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Browser, Page
from servers import machine

from bandeau.ask.browser import asset
from bandeau.decide import accept_all, refuse_all
from bandeau.declare import read_declaration
from bandeau.serve.variants import Variant

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.browser import chromium

DECLARATION = Path(__file__).parents[1] / "examples" / "newsroom" / "bandeau.toml"
_PAGE = (
    "<!doctype html><html><head><script>window.began = performance.now()</script>"
    "<script>%s;window.ended = performance.now()</script><script src='%s'></script>"
    "<script>window.goesOn = performance.now()</script><title>x</title></head><body>x</body></html>"
)


@contextmanager
def serving(pages: dict[str, bytes]) -> Iterator[str]:
    """Serve the pages on a free port; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body, script = pages.get(self.path, b""), self.path.endswith(".js")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/javascript" if script else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "max-age=3600" if script else "no-store")
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def took(page: Page, address: str) -> tuple[float, float]:
    """The milliseconds from the first mark of one load to the second, and to the third."""
    page.goto(address)
    isolated, script, waits = page.evaluate("[crossOriginIsolated, ended - began, goesOn - began]")
    if not isolated:
        raise RuntimeError("the page is not isolated, so that the clock is coarse")
    return float(script), float(waits)


def measure(
    browser: Browser, address: str, paths: list[str], loads: int, slowed: int
) -> dict[str, list[tuple[float, float]]]:
    """Open every page in turn, that many times, with the CPU slowed down; the first loads do not count."""
    context = browser.new_context()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    times: dict[str, list[tuple[float, float]]] = {path: [] for path in paths}
    for load in range(loads + 5):
        for path in paths:
            milliseconds = took(page, address + path)
            if load >= 5:
                times[path].append(milliseconds)
    context.close()
    return times


def main() -> None:
    """Print a row for every state and speed, and what it was measured on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=100, help="of every page")
    parser.add_argument("--afresh", action="store_true", help="keep nothing of a script that was read before")
    parser.add_argument("--json", action="store_true", help="print rows for machines, one a line")
    options = parser.parse_args()
    declaration = read_declaration(DECLARATION)
    choices = {"before": None, "refused": refuse_all(), "accepted": accept_all(declaration)}
    guards = {state: Variant(declaration, choice, signal=False).guard.decode() for state, choice in choices.items()}
    pages = {"/empty": (_PAGE % ("", "/empty.js")).encode()}
    pages |= {f"/{state}": (_PAGE % (text, "/rest.js")).encode() for state, text in guards.items()}
    scripts = {"/empty.js": b";", "/rest.js": asset("guard-rest.js")}
    flags = ["--js-flags=--no-compilation-cache"] if options.afresh else []
    with serving(pages | scripts) as address, chromium(*flags) as browser:
        if not options.json:
            print(f"{machine('playwright')}, Chromium {browser.version}")
            print(f"milliseconds, {options.loads} loads of each page, opened in turn\n")
        for slowed in (1, 4):
            times = measure(browser, address, list(pages), options.loads, slowed)
            for state in choices:
                rows = zip(times[f"/{state}"], times["/empty"], strict=True)
                script, waits = zip(*((guard[0] - no[0], guard[1] - no[1]) for guard, no in rows), strict=True)
                row = {
                    "state": state,
                    "CPU": "as it is" if slowed == 1 else f"slowed {slowed}x",
                    "guard ms": round(median(script), 3),
                    "p90 ms": round(quantiles(script, n=10)[8], 3),
                    "page waits ms": round(median(waits), 3),
                    "empty scripts ms": round(median(no for _, no in times["/empty"]), 3),
                }
                text = ", ".join(f"{key}: {value}" for key, value in row.items())
                print(json.dumps(row) if options.json else text, flush=True)


if __name__ == "__main__":
    main()
