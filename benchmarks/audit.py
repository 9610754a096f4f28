"""Many pages audited: ours beside the peers that npm and PyPI have, on the same local newspaper, in the same browser.

Run it with ``.venv/bin/python benchmarks/audit.py``; it needs npm, which installs two of the peers (and the Node that
one asks for) for the run only, and pip for the third. The site is the newspaper of the examples with a notice of its
own and one planted breach a page. Everyone drives the browser that ``BANDEAU_BROWSER`` names, sees as many pages at
once as is best for it of those tried, and the states that it has. What each saw is compared by page and state.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from servers import machine

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.browser import executable
from support.planted.paper import printed
from support.planted.table import PLANTS

RUNNERS = Path(__file__).parent / "auditors"
PEERS = {
    "gdpr-cookie-scanner": ("@slashgear/gdpr-cookie-scanner@3.8.2", "node@24"),
    "blacklight-collector": ("@themarkup/blacklight-collector@3.11.0",),
    "consentcrawl": ("consentcrawl==0.1.4",),
}
STATES = {
    "chromium alone": "none: each page is opened in two clean profiles, and nothing is looked at",
    "bandeau": "before, refused, accepted; without scrolling and pictures, as the others",
    "bandeau, reading on": "the same, 10 pages a visit: the notice is answered on the first of them",
    "bandeau, whole": "before, refused, accepted, withdrawn, the notice read; scrolled, with pictures",
    "gdpr-cookie-scanner": "before, refused, accepted",
    "blacklight-collector": "before",
    "consentcrawl": "before, accepted",
}

Item = tuple[str, str, str, str]
"""What was seen: page, state (before or refused), "cookie" or "host", and its name."""


@dataclass(frozen=True)
class Run:
    """One run over all pages: seconds by the clock and of CPU, everything included, what was seen and what failed."""

    wall: float
    cpu: float
    items: frozenset[Item]
    failed: tuple[str, ...]
    told: tuple[str, ...] = ()


def adopt() -> None:
    """Let orphans come to this process, so that the CPU time of every browser is counted when it ends (Linux)."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def measured(command: list[str], task: dict[str, object], folder: Path) -> Run:
    """Run one auditor: it reads its task on the standard input and says what it saw as JSON on its last line."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, cwd=folder, check=False)
    wall = time.monotonic() - began
    with suppress(ChildProcessError):
        while os.waitpid(-1, 0)[0]:
            pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        raise RuntimeError(f"{command[-1]} failed: {done.stderr[-2000:]}{done.stdout[-500:]}")
    said = json.loads(done.stdout.splitlines()[-1])
    items = frozenset((urlsplit(url).path, state, kind, name) for url, state, kind, name in said["items"])
    return Run(wall, cpu, items, tuple(said["failed"]), tuple(said.get("told", ())))


# -- who audits -----------------------------------------------------------------------------------------------------


def ours(_folder: Path) -> list[str]:
    """Ours: the coordinator with its processes and its table."""
    return [sys.executable, str(RUNNERS / "bandeau_pages.py")]


def alone(_folder: Path) -> list[str]:
    """No auditor: the browser only."""
    return [sys.executable, str(RUNNERS / "chromium_alone.py")]


def scanner(folder: Path) -> list[str]:
    """It asks for a Node that few have yet, and finds it beside it."""
    modules = fetched(folder, PEERS["gdpr-cookie-scanner"])
    return [str(modules / ".bin" / "node"), placed(folder, "gdpr_cookie_scanner.mjs")]


def collector(folder: Path) -> list[str]:
    """Its library, as its manual shows it."""
    fetched(folder, PEERS["blacklight-collector"])
    return [str(shutil.which("node")), placed(folder, "blacklight_collector.cjs")]


def crawler(folder: Path) -> list[str]:
    """Its library, in an environment of its own."""
    subprocess.run([sys.executable, "-m", "venv", folder / "own"], check=True)
    python = folder / "own" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS["consentcrawl"]], check=True, capture_output=True)
    return [str(python), str(RUNNERS / "consentcrawl_pages.py")]


def fetched(folder: Path, packages: tuple[str, ...]) -> Path:
    """Install packages by npm; without the browsers that they would bring."""
    (folder / "package.json").write_text("{}")
    # Scripts are let run for Node itself, which is put in its place by one.
    quiet = ["--no-fund", "--no-audit", "--no-package-lock"]
    environment = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
    subprocess.run(["npm", "install", *quiet, *packages], cwd=folder, check=True, capture_output=True, env=environment)
    return folder / "node_modules"


def placed(folder: Path, name: str) -> str:
    """Put a script where it finds its packages."""
    return str(shutil.copy(RUNNERS / name, folder / name))


AUDITORS: dict[str, Callable[[Path], list[str]]] = {
    "chromium alone": alone,
    "bandeau": ours,
    "bandeau, reading on": ours,
    "bandeau, whole": ours,
    "gdpr-cookie-scanner": scanner,
    "blacklight-collector": collector,
    "consentcrawl": crawler,
}


# -- the run ----------------------------------------------------------------------------------------------------------


def best(name: str, urls: list[str], rules: str, tried: list[int], folder: Path) -> Run:
    """The fastest run of those tried; each is printed."""
    folder.mkdir()
    try:
        command = AUDITORS[name](folder)
    except (OSError, subprocess.CalledProcessError) as error:
        raise RuntimeError(f"it could not be installed: {error}") from error
    runs: list[Run] = []
    for at_once in tried:
        task = {
            "urls": urls,
            "at_once": at_once,
            "browser": executable(),
            "arguments": ["--no-sandbox", f"--host-resolver-rules={rules}"],
            "name": name,
        }
        run = measured(command, task, folder)
        runs.append(run)
        a_minute, a_page = len(urls) / run.wall * 60, run.cpu / len(urls)
        print(
            f"{name:22} {at_once:>7} {a_minute:>11.1f} {run.wall:>8.1f} {a_page:>11.2f} {len(run.failed):>7}",
            flush=True,
        )
    return min(runs, key=lambda run: run.wall)


def compare(way: str, ours_: Run, name: str, theirs: Run) -> None:
    """Print what a peer saw and ours did not."""
    missing = sorted(theirs.items - ours_.items)
    print(f"\n{name} saw {len(theirs.items)} things; of these {way} did not see {len(missing)}:")
    for item in missing[:40]:
        print("   ", *item)
    for told in theirs.told[:20]:
        print("    it says:", told)


def main() -> None:
    """Measure everyone, then compare what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40, help="how many planted pages (default: 40)")
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 2, 4, 8], help="pages at once that are tried")
    parser.add_argument("--only", nargs="+", choices=AUDITORS, default=list(AUDITORS))
    options = parser.parse_args()
    adopt()
    plants = [plant for plant in PLANTS if not plant.elsewhere][: options.pages]
    print(machine("playwright"))
    print(f"browser {executable()}, {len(plants)} pages; peers: {', '.join(p[0] for p in PEERS.values())}\n")
    print(f"{'auditor':22} {'at once':>7} {'pages/min':>11} {'seconds':>8} {'CPU s/page':>11} {'failed':>7}")
    seen: dict[str, Run] = {}
    with printed(plants) as paper, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        urls, rules = [paper.page(plant) for plant in plants], ", ".join(paper.rules)
        for number, name in enumerate(options.only):
            try:
                seen[name] = best(name, urls, rules, options.at_once, Path(folder) / str(number))
            except RuntimeError as problem:
                print(f"{name:22} could not be run: {problem}", flush=True)
    print("\nstates:", *(f"{name}: {STATES[name]}" for name in seen), sep="\n    ")
    for way, own in seen.items():
        if AUDITORS[way] is not ours:
            continue
        print(f"\n{way} saw {len(own.items)} things, and found:")
        print(*(f"    {line}" for line in own.told), sep="\n")
        for name, run in seen.items():
            if name in PEERS:
                compare(way, own, name, run)


if __name__ == "__main__":
    main()
