from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bandeau.cli.check import check
from bandeau.cli.schema import schema
from bandeau.declare import schema as declaration_schema

GOOD = """\
[site]
name = "Le Phare"
hosts = ["phare.example"]
languages = ["fr"]
privacy_policy = "/p"

[site.controller]
name = "Phare SARL"
address = "Brest"
contact = "a@phare.example"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(check)
    app.command()(schema)
    return CliRunner().invoke(app, arguments)


def test_a_good_declaration_passes(folder: Path) -> None:
    (folder / "bandeau.toml").write_text(GOOD)
    result = run("check", "--strict")

    assert result.exit_code == 0
    assert "bandeau.toml can be used" in result.stdout
    assert "0 warnings" in result.stdout


def test_every_error_is_told_with_file_line_key_found_and_allowed(folder: Path) -> None:
    (folder / "my.toml").write_text(GOOD.replace('"fr"', '"xx"') + "[services.a]\nhosts = 3\n")
    result = run("check", "my.toml")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "my.toml:4: error site.languages[0]" in result.stderr
    assert 'found "xx"' in result.stderr
    assert "allowed is a language that the notice can speak: en, bg, cs" in result.stderr
    assert "my.toml:12: error services.a.hosts" in result.stderr
    assert "3 errors" in result.stderr


def test_a_missing_file_is_one_clear_error(folder: Path) -> None:
    result = run("check")

    assert result.exit_code == 2
    assert "bandeau.toml: error the file" in result.stderr
    assert "no such file or directory" in result.stderr


def test_a_warning_names_its_line_what_to_do_and_its_source(folder: Path) -> None:
    (folder / "bandeau.toml").write_text("\ufeff" + GOOD.replace('address = "Brest"\n', ""), encoding="utf-8")
    result = run("check")

    assert result.exit_code == 0
    assert "bandeau.toml:7: warning B001 site.controller.address" in result.stdout
    assert "to do: give the controller's postal address" in result.stdout
    assert "source: GDPR, art. 13(1)(a)" in result.stdout
    assert run("check", "--strict").exit_code == 1


def test_what_a_file_says_is_never_taken_as_formatting(folder: Path) -> None:
    (folder / "bandeau.toml").write_text(GOOD.replace('"/p"', '"[red]x[/nothing]"'))
    result = run("check")

    assert result.exit_code == 2
    assert '"[red]x[/nothing]"' in result.stderr


def test_machines_get_one_json_object(folder: Path) -> None:
    (folder / "bandeau.toml").write_text(GOOD.replace('address = "Brest"\n', ""))
    result = run("check", "--json", "--strict")
    good = json.loads(result.stdout)

    assert result.exit_code == 1
    assert good["usable"] is True
    assert len(good["version"]) == 64
    assert [(one["line"], one["code"], one["key"]) for one in good["warnings"]] == [
        (7, "B001", "site.controller.address")
    ]

    (folder / "bandeau.toml").write_text("nonsense")
    result = run("check", "--json")
    bad = json.loads(result.stdout)

    assert result.exit_code == 2
    assert bad["usable"] is False
    assert [(one["line"], one["key"]) for one in bad["errors"]] == [(1, "the file")]


def test_no_colour_where_none_is_wanted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bandeau.toml").write_text(GOOD)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[3" in run("check").stdout

    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in run("check").stdout


def test_the_schema_is_printed_as_json() -> None:
    result = run("schema")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == declaration_schema()
