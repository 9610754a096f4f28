"""The declaration of the design document, and how to change a line of it."""

from __future__ import annotations

from pathlib import Path

import pytest

DESIGN = Path(__file__).with_name("design.toml")


@pytest.fixture
def design() -> str:
    """A declaration that is right in everything."""
    return DESIGN.read_text(encoding="utf-8")
