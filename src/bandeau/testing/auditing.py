"""One audit, from pages to the message of a failed assertion."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bandeau.audit.many.run import Politeness
from bandeau.audit.recording import Device, State
from bandeau.audit.reports.html import format_html
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.text import show
from bandeau.audit.visit import Plan
from bandeau.cli.audit.files import write
from bandeau.cli.audit.judging import judged, read_bar
from bandeau.cli.audit.visiting import Way, targets, visited

WIDTH = 110
"""Columns of a message: what fits beside pytest's margin."""


def audited(
    urls: Sequence[str],
    *,
    declaration: Path | None,
    fail_on: Sequence[str],
    devices: Sequence[str],
    states: Sequence[str],
    follow: int,
    report: Path | None,
) -> str:
    """Audit pages; give what went wrong, empty where the promise was kept. A test's own pages need no robots.txt."""
    wanted = frozenset(map(State, states))
    plan = Plan(
        devices=tuple(map(Device, devices)),
        states=tuple(state for state in State if state in wanted - {State.ALONE}),
        alone=State.ALONE in wanted,
        follow=follow,
        screenshots=report is not None,
    )
    bar = read_bar(declaration, list(fail_on), None)
    way = Way(plan, Politeness(rate=100, robots=False), jobs=1)
    quiet = Console(file=io.StringIO())
    with visited(targets(urls, None, None, robots=False), way, bar.declared, quiet) as tape:
        result = judged(tape, bar)
        if report:
            write(report, format_html(result).encode())
    return _told(result) if result.failures or result.unseen else ""


def _told(result: Result) -> str:
    text = io.StringIO()
    show(result, Console(file=text, width=WIDTH, no_color=True))
    return text.getvalue()
