"""Published test vectors, which lie beside the repository and not in it: where they are absent, their tests skip."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

BESIDE = Path(__file__).parents[3] / "shared"


def vectors(name: str) -> Any:
    """The content of one file of vectors, such as ``merkle/inclusion.json``; the test skips where there is none."""
    path = Path(os.environ.get("BANDEAU_SHARED") or BESIDE) / "vectors" / name
    if not path.exists():
        pytest.skip(f"the vectors are not here: {name}")
    return json.loads(path.read_text(encoding="utf-8"))
