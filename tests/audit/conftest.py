"""One sites and one browser for all tests of the audit in a process: each visit has a profile of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.seeing import Eyes, eyes
from support.stage import Stage, staged


@pytest.fixture(scope="session")
def _browser() -> Iterator[Eyes]:
    with eyes() as opened:
        yield opened


@pytest.fixture
def audit_eyes(_browser: Eyes) -> Eyes:
    return _browser


@pytest.fixture
def sites() -> Iterator[Stage]:
    with staged() as made:
        yield made
