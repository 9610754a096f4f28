"""``bandeau check``: whether a declaration can be used, and where it breaks a rule of law."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bandeau.declare import Advice, Lines
    from bandeau.errors import DeclarationError
    from bandeau.model import Declaration


def check(
    file: Annotated[Path, typer.Argument(help="The declaration to check.")] = Path("bandeau.toml"),
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 where there is any warning.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead, for other programs.")] = False,
) -> None:
    """Check a declaration: every error at once, and every rule of law it breaks.

    An error makes the declaration unusable: it names the line, the key, what was found there and what is allowed.
    A warning leaves it usable, and says which rule of law it breaks, what to do, and who says so.

    Exit code: 2 where the file is missing or unusable, 1 with --strict where there are warnings, else 0.

    For example:

      bandeau check

      bandeau check site/bandeau.toml --strict

      bandeau check --json | jq .warnings
    """
    from bandeau.declare import lint, locate, parse_declaration, read_text
    from bandeau.errors import DeclarationError

    try:
        text = read_text(file)
        declaration = parse_declaration(text, str(file))
    except DeclarationError as error:
        (_print_json if as_json else _tell_problems)(error)
        raise typer.Exit(2) from error
    lines = locate(text)
    warnings = sorted(lint(declaration), key=lambda advice: lines.of(advice.path))
    if as_json:
        _print_result_json(file, declaration, warnings, lines)
    else:
        _tell_result(file, declaration, warnings, lines)
    raise typer.Exit(1 if strict and warnings else 0)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _tell_problems(error: DeclarationError) -> None:
    from rich.console import Console

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for problem in error.problems:
        place = f"{error.source}:{problem.line}: " if problem.line else f"{error.source}: "
        console.print(place, style="bold", end="", markup=False)
        console.print("error ", style="bold red", end="")
        console.print(problem.key, style="cyan", markup=False)
        console.print(f"    found {problem.found}", markup=False)
        console.print(f"    {problem.allowed}", markup=False)
    console.print(f"{_count(len(error.problems), 'error')}: this declaration cannot be used.")


def _tell_result(file: Path, declaration: Declaration, warnings: list[Advice], lines: Lines) -> None:
    from rich.console import Console

    from bandeau.declare import version

    console = Console(highlight=False, soft_wrap=True)
    for advice in warnings:
        console.print(f"{file}:{lines.of(advice.path)}: ", style="bold", end="", markup=False)
        console.print(f"warning {advice.code} ", style="bold yellow", end="")
        console.print(advice.key, style="cyan", markup=False)
        console.print(f"    {advice.message}", markup=False)
        console.print(f"    to do: {advice.remedy}", markup=False)
        console.print(f"    source: {advice.source}", style="dim", markup=False)
    asked = len(declaration.asked)
    summary = f"{_count(len(declaration.services), 'service')}, {asked} of them asked about"
    console.print(f"{file} can be used: {summary}; {_count(len(warnings), 'warning')}.", style="green", markup=False)
    console.print(f"version {version(declaration)}", markup=False)


def _print_json(error: DeclarationError) -> None:
    problems = [
        {"line": problem.line, "key": problem.key, "found": problem.found, "allowed": problem.allowed}
        for problem in error.problems
    ]
    _emit({"file": error.source, "usable": False, "version": None, "errors": problems, "warnings": []})


def _print_result_json(file: Path, declaration: Declaration, warnings: list[Advice], lines: Lines) -> None:
    from bandeau.declare import version

    found = [
        {
            "line": lines.of(advice.path),
            "code": advice.code,
            "key": advice.key,
            "message": advice.message,
            "remedy": advice.remedy,
            "source": advice.source,
        }
        for advice in warnings
    ]
    _emit({"file": str(file), "usable": True, "version": version(declaration), "errors": [], "warnings": found})


def _emit(result: dict[str, Any]) -> None:
    import json

    typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
