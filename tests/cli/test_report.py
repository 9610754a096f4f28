"""``bandeau report`` shows what was counted, whatever the names that came from outside look like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bandeau.cli.report import report
from bandeau.record.stores.sqlite import SQLiteStore


def reported(data: Path, what: str, *more: str) -> Result:
    store = SQLiteStore(data / "bandeau.sqlite3")
    store.tally([("2026-11-23", "enforce cookie-set", what)]).result()
    store.close()
    app = typer.Typer()
    app.command()(report)
    return CliRunner().invoke(app, ["--data", str(data), *more], env={"COLUMNS": "120"})


@pytest.mark.parametrize(
    "name", ["palabre_uid", "[/x]", "[bold]x[/bold]", "[link=http://x.example]x[/link]", "é:smile:"]
)
def test_a_name_is_shown_as_it_is(tmp_path: Path, name: str) -> None:
    result = reported(tmp_path, name)
    assert result.exit_code == 0, result.exception
    assert name in result.output


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    result = reported(tmp_path, "a\x1b]0;x\x07\x9b2J\u202eb\r")
    assert "a]0;x2Jb" in result.output
    assert all(character.isprintable() or character == "\n" for character in result.output)


def test_for_machines_a_name_is_whole(tmp_path: Path) -> None:
    (row,) = json.loads(reported(tmp_path, "[/x]\x1b", "--json").output)
    assert row == {"day": "2026-11-23", "kind": "enforce cookie-set", "what": "[/x]\x1b", "times": 1}
