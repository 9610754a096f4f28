"""What ``bandeau proxy`` costs, beside a native proxy: nginx passing on, and nginx with five ``sub_filter`` rules.

Run it with ``.venv/bin/python benchmarks/proxies.py``. All stand in front of the same bare server; the CPU is the
proxy's own, one process each. Where nginx is not installed (``apt-get install nginx``) its columns are left out.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from edges import site
from pages import declaration_of
from servers import (
    SUB_FILTERS,
    Server,
    accepted,
    bandeau_proxy,
    machine,
    median_of,
    nginx,
    nginx_program,
    request,
    rounds_of,
    running,
)

EDGES = str(Path(__file__).with_name("edges.py"))
ROUND_BYTES = 5_000_000


def started(stack: ExitStack, folder: Path, declaration: str) -> dict[str, Server]:
    """The bare server and every proxy in front of it, by name."""
    bare = stack.enter_context(running(EDGES, "--serve", "bare"))
    servers = {"bare": bare, "bandeau": stack.enter_context(bandeau_proxy(declaration, bare.port, folder))}
    if nginx_program():
        servers["nginx"] = stack.enter_context(nginx(bare.port, folder / "plain"))
        servers["sub_filter"] = stack.enter_context(nginx(bare.port, folder / "filtering", SUB_FILTERS))
    return servers


def compare(rounds: int) -> Iterator[dict[str, Any]]:
    """Measure every answer through every proxy, in turn; Bandeau's before any choice and accepted."""
    answers = site(None)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bandeau-bench-")))
        servers = started(stack, folder, declaration_of(*(body for body, _ in answers.values())))
        choice = accepted(servers["bandeau"])
        for path, (body, _) in answers.items():
            named = [(name, server, request(path)) for name, server in servers.items()]
            named.append(("bandeau, accepted", servers["bandeau"], request(path, choice)))
            total = max(32, min(320, ROUND_BYTES // len(body)))
            measured = rounds_of([(server, asked) for _, server, asked in named], total, rounds)
            columns = {name: column for (name, _, _), column in zip(named, measured, strict=True)}
            row: dict[str, Any] = {"case": path[1:], "bytes": len(body)}
            for name, column in columns.items():
                row[f"{name} req/s"] = round(median_of((one.per_second for one in column), 0))
                row[f"{name} CPU µs"] = median_of((one.cpu_us for one in column), 1)
            if "sub_filter" in columns:
                pairs = zip(columns["bandeau"], columns["sub_filter"], strict=True)
                row["bandeau / sub_filter CPU"] = median_of((one.cpu_us / two.cpu_us for one, two in pairs), 2)
            yield row


def main() -> None:
    """Print a row for every answer, and what it was measured on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print rows for machines, one a line")
    options = parser.parse_args()
    if not options.json:
        print(machine("uvicorn", "uvloop", "httptools", "aiohttp"))
        print(f"medians of {options.rounds} rounds, all servers asked in turn\n")
        if not nginx_program():
            print("nginx is not installed: its columns are skipped\n")
    for row in compare(options.rounds):
        text = ", ".join(f"{key}: {value}" for key, value in row.items())
        print(json.dumps(row, ensure_ascii=False) if options.json else text, flush=True)


if __name__ == "__main__":
    main()
