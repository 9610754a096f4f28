"""The recipes for CI are YAML, and every command of Bandeau in them is one that its command line takes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bandeau.cli.audit import audit

FOLDER = Path(__file__).parents[2] / "examples" / "ci"
RECIPES = sorted(FOLDER.glob("*.yml"))


def lines(node: Any) -> Iterator[str]:
    """Every text of a recipe."""
    if isinstance(node, str):
        yield from node.splitlines()
    elif isinstance(node, dict):
        yield from (line for value in node.values() for line in lines(value))
    elif isinstance(node, list):
        yield from (line for value in node for line in lines(value))


def audits(recipe: Path) -> list[list[str]]:
    """The arguments of each ``bandeau audit`` in a recipe."""
    words = [shlex.split(line) for line in lines(yaml.safe_load(recipe.read_text())) if "bandeau audit" in line]
    return [line[line.index("audit") + 1 :] for line in words]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_its_audit_is_a_command_that_is_taken(recipe: Path) -> None:
    (arguments,) = audits(recipe)
    command = next(iter(typer.main.get_command(audit).commands.values()))  # type: ignore[attr-defined]
    assert command.make_context("audit", arguments).params["urls"]


def test_there_is_a_recipe_for_each() -> None:
    assert [recipe.stem for recipe in RECIPES] == ["github", "gitlab"]
