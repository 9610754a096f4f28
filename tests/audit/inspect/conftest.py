"""What the tests of judging share: a declaration."""

from __future__ import annotations

import pytest

from bandeau.model import Declaration
from support.recordings import DECLARED


@pytest.fixture(scope="session")
def declaration() -> Declaration:
    return DECLARED
