"""What the README and the guides show works as it is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bandeau.declare import lint, parse_declaration

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
TUTORIAL = (ROOT / "docs" / "how-to" / "declare-your-site.md").read_text("utf-8")


def fences(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", fences(README, "python"), ids=["fastapi", "flask", "django"])
def test_each_example_of_the_readme_runs_with_its_declaration(code: str, tmp_path: Path) -> None:
    (tmp_path / "bandeau.toml").write_text(fences(README, "toml")[0], "utf-8")
    (tmp_path / "settings.py").write_text("SECRET_KEY = 'of a test'\n", "utf-8")
    (tmp_path / "example.py").write_text(code, "utf-8")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings"}
    done = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "bandeau-data" / "bandeau.sqlite3").exists()


def test_the_readmes_declaration_breaks_no_rule_that_is_known() -> None:
    (declaration,) = fences(README, "toml")
    assert list(lint(parse_declaration(declaration, "README.md"))) == []


def test_the_tutorial_goes_from_four_warnings_to_none() -> None:
    first, last = (parse_declaration(text, "bandeau.toml") for text in fences(TUTORIAL, "toml"))
    assert {advice.code for advice in lint(first)} == {"B001", "B002", "B003", "B006"}
    assert list(lint(last)) == []


def test_the_tutorial_shows_messages_as_they_are(tmp_path: Path) -> None:
    warning, error = fences(TUTORIAL, "text")
    first = fences(TUTORIAL, "toml")[0]
    assert warning in told(first, tmp_path)
    assert error in told(first.replace('"observe"', '"obsrve"'), tmp_path)


def told(declaration: str, folder: Path) -> str:
    """What ``bandeau check`` says of a declaration."""
    (folder / "bandeau.toml").write_text(declaration, "utf-8")
    command = [Path(sys.executable).parent / "bandeau", "check", "bandeau.toml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr
