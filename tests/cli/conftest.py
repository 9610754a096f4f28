"""What the tests of the ledger's commands start from: a data folder with a ledger and its key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bandeau.record.keys import format_private_key
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve.keys import LogKeys
from bandeau.serve.opening import FILE, know_keys
from support.commands import Run, runner
from support.ledgers import SIGNER, ledger


@pytest.fixture
def bandeau(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the command line."""
    monkeypatch.setenv("COLUMNS", "200")
    return runner(monkeypatch, capfdbinary)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "data"
    folder.mkdir(mode=0o700)
    ledger(folder / FILE, 60)
    store = SQLiteStore(folder / FILE)
    know_keys(store, LogKeys((SIGNER,)), 0)
    store.close()
    (folder / "log-keys").write_text(format_private_key(SIGNER) + "\n")
    return folder


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A data folder: 61 leaves, of which the first is a version and the ninth is erased."""
    return Path(shutil.copytree(filled, tmp_path / "data"))
