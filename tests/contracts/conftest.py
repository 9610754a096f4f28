"""Every kind of store, and a place of its own for each test of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.postgres import Server


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the store of this test keeps its things."""
    if kind == "sqlite":
        yield str(tmp_path / "data" / "records.sqlite")
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as name:
        yield server.conninfo(name)
