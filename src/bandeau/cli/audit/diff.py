"""``bandeau audit diff``: what came, what went and what stayed between two audits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bandeau.cli.audit.files import read_report

if TYPE_CHECKING:
    from bandeau.audit.finding import Finding


def diff(
    old: Annotated[Path, typer.Argument(help="The report of the earlier audit, from --json.")],
    new: Annotated[Path, typer.Argument(help="The report of the later one.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead, for other programs.")] = False,
) -> None:
    """Show what changed between two audits: findings that are new, gone, and still there.

    A finding is the same in both where its code, its page, its device, its state and what it is about are the same.

    Exit code: 3 where there are new findings, else 0; 1 where a file is no report.

    For example:

      bandeau audit https://example.org --json monday.json

      bandeau audit diff sunday.json monday.json
    """
    from bandeau.audit.compare import difference

    found = difference(read_report(old).findings, read_report(new).findings)
    groups = {"new": found.new, "gone": found.gone, "still": found.still}
    if as_json:
        _print_json(groups)
    else:
        _show(groups)
    raise typer.Exit(3 if found.new else 0)


def _print_json(groups: dict[str, tuple[Finding, ...]]) -> None:
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(groups, order="deterministic"), indent=2).decode())


def _show(groups: dict[str, tuple[Finding, ...]]) -> None:
    from rich.console import Console

    from bandeau.audit.reports.text import list_findings

    console = Console(highlight=False)
    for name, findings in groups.items():
        console.print(f"{len(findings):,} {name}", style="bold")
        if name != "still":
            list_findings(findings, console)
