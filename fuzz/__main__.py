"""Runs one target under Atheris: ``python fuzz rewriter -max_total_time=60``; see README.md."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import atheris

FOLDER = Path(__file__).parent


def main() -> None:
    """Fuzz the target that is named first; the rest goes to libFuzzer."""
    name, *options = sys.argv[1:]
    sys.path[:0] = [str(FOLDER.parent), str(FOLDER.parent / "tests")]
    sys.path.remove(str(FOLDER))  # its modules are those of a package
    with atheris.instrument_imports(include=["bandeau"]):
        target = importlib.import_module(f"fuzz.{name}")
    found = FOLDER.parent / ".cache" / "fuzz" / name  # what libFuzzer finds goes there, not into the repository
    found.mkdir(parents=True, exist_ok=True)
    atheris.Setup([sys.argv[0], *options, str(found), str(FOLDER / "corpus" / name)], target.check_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
