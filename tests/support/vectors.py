"""Published vectors that lie outside the repository: read in place, and skipped where they are absent."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

BESIDE = Path(__file__).parents[2].parent / "shared"


def vectors(name: str) -> Any:
    """Read one file of vectors; ``BANDEAU_SHARED`` says where they are if not beside the repository."""
    path = Path(os.environ.get("BANDEAU_SHARED") or BESIDE) / "vectors" / name
    if not path.is_file():
        pytest.skip(f"the vectors {name} are not here")
    return json.loads(path.read_text(encoding="utf-8"))
