from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bandeau.cli.policy import policy
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve.opening import open_site
from support.sites import DECLARATION


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bandeau.toml").write_text(DECLARATION, "utf-8")
    return tmp_path


def printed(*arguments: str) -> str:
    app = typer.Typer()
    app.command()(policy)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    return result.stdout


@pytest.mark.parametrize("form", ["html", "fragment", "markdown"])
def test_the_history_is_printed_where_there_are_records_and_none_are_made_where_there_are_none(
    folder: Path, form: str
) -> None:
    assert "Versions" not in printed("--format", form)
    assert not (folder / "bandeau-data").exists()
    open_site(folder / "bandeau.toml", folder / "bandeau-data").close()
    store = SQLiteStore(folder / "bandeau-data" / "bandeau.sqlite3")
    (name,) = store.archived("declaration")
    store.close()
    for arguments in ((), ("--data", "bandeau-data")):
        text = printed("--format", form, *arguments)
        assert "Versions" in text
        assert name[:12] in text
        assert "depuis le" in text
