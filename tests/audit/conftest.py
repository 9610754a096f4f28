"""One sites and one browser for all tests of the audit in a process: each visit has a profile of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from support.seeing import Eyes, eyes
from support.stage import Stage, staged


@pytest.fixture(scope="session")
def _browsers() -> Iterator[list[tuple[Eyes, ExitStack]]]:
    opened: list[tuple[Eyes, ExitStack]] = []
    yield opened
    for _, stack in opened:
        stack.close()


@pytest.fixture
def audit_eyes(_browsers: list[tuple[Eyes, ExitStack]]) -> Eyes:
    """The browser that is open; another one where a page of an earlier test has ended it."""
    if _browsers and not _browsers[-1][0].live.browser.is_connected():
        with suppress(Exception):  # it is gone; what is left of it goes too
            _browsers.pop()[1].close()
    if not _browsers:
        stack = ExitStack()
        _browsers.append((stack.enter_context(eyes()), stack))
    return _browsers[-1][0]


@pytest.fixture
def sites() -> Iterator[Stage]:
    with staged() as made:
        yield made
