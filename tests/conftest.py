"""Fixtures for every room's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext

from support.browser import chromium

# No test depends on time, so no example has a deadline.
settings.register_profile("bandeau", deadline=None, max_examples=100)
settings.load_profile("bandeau")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real browser for the whole run; each test takes its own clean context."""
    with chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A clean browser profile."""
    fresh = browser.new_context()
    yield fresh
    fresh.close()
