"""Every target of ``fuzz/`` holds its invariant on the inputs that are kept for it, so that none of them rots."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[1] / "fuzz"
KEPT = sorted(path for path in (FOLDER / "corpus").rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def target() -> Callable[[str], ModuleType]:
    def load(name: str) -> ModuleType:
        specification = importlib.util.spec_from_file_location(f"fuzz_{name}", FOLDER / f"{name}.py")
        assert specification is not None
        assert specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module

    return load


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_that_is_kept_holds_the_invariant(target, path: Path) -> None:
    target(path.parent.name).check_input(path.read_bytes())


def test_every_target_has_inputs_and_an_invariant() -> None:
    names = {path.stem for path in FOLDER.glob("[a-z]*.py")}
    assert names == {path.parent.name for path in KEPT}
    assert all(target_text(name).startswith('"""Whatever ') for name in names)


def target_text(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text("utf-8")
