"""What gets through: the leak suite and the keep-list, state by state, bare, behind Bandeau, and with peers.

Run it with ``.venv/bin/python benchmarks/leak_suite.py``; it writes the table that stands in the documentation. The
peers are installed by npm into a folder that goes with the run; without npm the table has none.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests")]

from peers import PEERS, fetched  # noqa: E402

from bandeau import __version__  # noqa: E402
from leaks.keeps import KEPT  # noqa: E402 - they are the tests' own
from leaks.known import SWEPT  # noqa: E402
from leaks.run import play  # noqa: E402
from leaks.suite import ALLIES, FAMILIES, STATES, State  # noqa: E402
from support.browser import chromium  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "leaks.md"
REFUSED = State("after a refusal", "bare")
GROUPS = {**FAMILIES, "allies": ALLIES, "own": KEPT}


class Front(NamedTuple):
    """One line of the table: a site front in one state; a peer by its place in the list."""

    name: str
    state: State
    peer: int | None = None
    by_hand: bool = False


def fronts(*, peers: bool) -> Iterator[Front]:
    """The lines of the table."""
    yield Front("none (the bare site)", STATES[0])
    for state in STATES[1:]:
        yield Front(f"Bandeau {__version__}", state)
    for number, peer in enumerate(PEERS if peers else ()):
        name = f"{peer.package} {peer.version}"
        yield Front(name, REFUSED, number)
        yield Front(f"{name}, every tag marked by hand", REFUSED, number, by_hand=True)


class Found(NamedTuple):
    """What one group of cases showed on one front, in one browser."""

    shown: frozenset[str]
    browser: str


def played(front: Front, group: str, assets: str) -> Found:
    """Play one group of cases."""
    cases = GROUPS[group]
    if front.peer is not None:
        by_hand = front.by_hand and group != "own"
        cases = [PEERS[front.peer].dressed(case, assets, by_hand=by_hand) for case in cases]
    leaks, kept = ([], cases) if group == "own" else (cases, [])
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        shown = play(browser, front.state, leaks, kept, Path(folder))[front.state]
        return Found(frozenset(shown), browser.version)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the peers' files."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://gazette.localhost:{server.server_port}"
    server.shutdown()


class Count(NamedTuple):
    """What one line says of one group of cases: those that showed themselves, and those that did so for a moment."""

    stayed: frozenset[str]
    swept: frozenset[str]
    may: frozenset[str]
    cases: frozenset[str]

    @classmethod
    def of(cls, front: Front, group: str, found: Found) -> Count:
        """Only Bandeau sweeps; what shows itself by right is not swept."""
        cases = frozenset(case.name for case in GROUPS[group])
        may = frozenset(case.name for case in GROUPS[group] if group == "own" or front.state.shows(case))
        swept = found.shown.intersection(SWEPT) - may if front.peer is None else frozenset()
        return cls((found.shown & cases) - swept, swept, may, cases)

    def __str__(self) -> str:
        swept = f" + {len(self.swept)} swept" if self.swept else ""
        allowed = f" ({len(self.may)} allowed)" if 0 < len(self.may) < len(self.cases) else ""
        return f"{len(self.stayed)}{swept}{allowed}"


def line(front: Front, found: dict[str, Found]) -> str:
    """One line of the table."""
    cells = [str(Count.of(front, group, found[group])) for group in GROUPS]
    total = sum(len(Count.of(front, group, found[group]).stayed) for group in FAMILIES)
    return " | ".join((f"| {front.name}", front.state.name, f"**{total}**", *cells)) + " |"


def named(front: Front, found: dict[str, Found]) -> Iterator[str]:
    """What Bandeau lets through, sweeps or breaks, by name."""
    for group in GROUPS:
        count = Count.of(front, group, found[group])
        yield from (f"- {front.state.name}: lets through `{name}`" for name in sorted(count.stayed - count.may))
        yield from (f"- {front.state.name}: sweeps `{name}`" for name in sorted(count.swept))
        yield from (f"- {front.state.name}: breaks `{name}`" for name in sorted(count.may - count.stayed))


def page(lines: dict[Front, dict[str, Found]]) -> str:
    """The page of the documentation."""
    browser = next(iter(next(iter(lines.values())).values())).browser
    heads = (f"{name} ({len(cases)})" for name, cases in GROUPS.items())
    every = sum(map(len, FAMILIES.values()))
    table = [
        "| " + " | ".join(("in front of the site", "state", f"all leaks ({every})", *heads)) + " |",
        "| --- | --- |" + " ---: |" * (len(GROUPS) + 1),
        *(line(front, found) for front, found in lines.items()),
    ]
    notes = [note for front, found in lines.items() if front.name.startswith("Bandeau") for note in named(front, found)]
    return _PAGE.format(
        date=time.strftime("%Y-%m-%d", time.gmtime()),
        browser=browser,
        table="\n".join(table),
        notes="\n".join(notes) or "Nothing.",
    )


_PAGE = """# What gets through

Written by `benchmarks/leak_suite.py` on {date}, with Chromium {browser}; do not edit it. Each number is how many ways
of [the leak suite](leak-suite.md) showed themselves, family by family. `allies` are the leaks of a second service, the
one that is allowed alone. `own` are functions of the site itself, all of which are to work. Whoever refuses wants 0 in
every column but the last. *Swept* is what was stored for a moment, in a realm that no script can reach in time, and was
erased before another page could read or send it; why is told in [the threat model](../why/threat-model.md). After
acceptance so many as stand in brackets are to show themselves: some are held for good, as hints in markup that script
writes, which only save time.

The peers stand on the bare site's pages, loaded and set up as their manuals say, and refuse everything by their own
interface on every page. *Every tag marked by hand*: the markup of each case, its inline script too, is edited as the
manual asks, as far as the peer can hold such a tag at all. The site's own functions are never marked.

{table}

## What Bandeau lets through, sweeps or breaks

{notes}
"""


def main() -> None:
    """Play everything and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", nargs="*", default=[""], help="only the lines whose name begins like one of these")
    options.add_argument("--state", help="only the lines of this state, and the bare site's")
    options.add_argument("--into", type=Path, default=PAGE, help="where the page goes")
    options.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="browsers at once")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(given.jobs) as pool:
        peers = shutil.which("npm") is not None
        with served(fetched(Path(folder)) if peers else Path(folder)) as assets:
            wanted = [
                front
                for front in fronts(peers=peers)
                if front.name.startswith(tuple(given.only))
                and (front.state == STATES[0] or given.state in (None, front.state.name))
            ]
            tasks = {front: {group: pool.submit(played, front, group, assets) for group in GROUPS} for front in wanted}
            lines = {}
            for front, groups in tasks.items():
                lines[front] = {group: task.result() for group, task in groups.items()}
                print(line(front, lines[front]), flush=True)
    given.into.write_text(page(lines), "utf-8")


if __name__ == "__main__":
    main()
