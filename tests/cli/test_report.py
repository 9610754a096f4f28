"""``bandeau report`` shows what was counted and what would allow it, whatever the names from outside look like."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bandeau.cli.report import report
from bandeau.record.stores import Observation
from bandeau.record.stores.sqlite import SQLiteStore

DAY = "2026-11-23"
SEEN = {
    Observation(DAY, "observe frame-src", "www.youtube.com", "/news/*"): 7,
    Observation("2026-11-24", "observe frame-src", "www.youtube.com", "/"): 5,
    Observation(DAY, "observe script-src-elem", "tracker.example", "/news/*"): 40,
    Observation(DAY, "observe cookie-read", "tk_uid"): 3,
}


def told(data: Path, counts: Mapping[Observation, int], *more: str) -> Result:
    store = SQLiteStore(data / "bandeau.sqlite3")
    store.tally(counts).result()
    store.close()
    app = typer.Typer()
    app.command()(report)
    nothing = str(data / "none.toml")
    arguments = ["--data", str(data), *([] if "--declaration" in more else ["--declaration", nothing]), *more]
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "140"})


def reported(data: Path, what: str, *more: str) -> Result:
    return told(data, {Observation(DAY, "enforce cookie-set", what): 1}, *more)


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
    assert row == {"day": DAY, "mode": "enforce", "kind": "cookie-set", "what": "[/x]\x1b", "page": "", "times": 1}


def test_what_is_most_frequent_stands_first_with_its_days_and_pages_together(tmp_path: Path) -> None:
    lines = [line for line in told(tmp_path, SEEN).output.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert cells == [
        ["tracker.example", "script-src-elem", "/news/*", DAY, "40"],
        ["www.youtube.com", "frame-src", "/news/*, /", "2026-11-24", "12"],
        ["tk_uid", "cookie-read", "", DAY, "3"],
    ]


def test_what_was_held_swept_and_came_back_are_told_apart(tmp_path: Path) -> None:
    kinds = ("img-src", "swept", "cookie-back")
    output = told(tmp_path, {Observation(DAY, f"enforce {kind}", f"{kind}-x"): 1 for kind in kinds}).output
    places = [output.index(text) for text in ("Held", "img-src-x", "Swept", "swept-x", "Came back after a withdrawal")]
    assert places == sorted(places)
    assert output.index("cookie-back-x") > places[-1]


def test_what_would_allow_it_is_told_and_can_be_had_alone(tmp_path: Path) -> None:
    whole = told(tmp_path, SEEN).output
    alone = told(tmp_path, SEEN, "--toml").output
    assert alone in whole
    assert set(tomllib.loads(alone)["services"]) == {"youtube", "tracker-example", "cookies"}


def test_what_the_declaration_names_is_not_proposed(tmp_path: Path) -> None:
    file = tmp_path / "bandeau.toml"
    file.write_text(
        '[site]\nname = "x"\nhosts = ["x.example"]\nlanguages = ["en"]\n[site.controller]\nname = "x"\n'
        '[purposes.social]\n[services.video]\nuse = "youtube"\n',
        encoding="utf-8",
    )
    alone = told(tmp_path, SEEN, "--toml", "--declaration", str(file)).output
    assert set(tomllib.loads(alone)["services"]) == {"tracker-example", "cookies"}
