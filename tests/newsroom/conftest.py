"""The newspaper with nothing in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bandeau.cli.demo import load_newsroom


@pytest.fixture(scope="session")
def running() -> Iterator[Any]:
    """One newspaper for all tests of this folder."""
    with load_newsroom().start() as newsroom:
        yield newsroom


@pytest.fixture
def newsroom(running: Any) -> Any:
    """The newspaper, its witness having seen nothing yet."""
    running.witness.clear()
    return running
