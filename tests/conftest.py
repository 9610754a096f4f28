"""Fixtures for every room's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from support.browser import launched
from support.postgres import Server

# No test depends on time, so no example has a deadline.
settings.register_profile("bandeau", deadline=None, max_examples=100)
settings.load_profile("bandeau")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play a browser test that fails a second time: what is broken fails twice, what was only slow does not."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright itself: it can be started once in a thread, and every browser comes from it."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One real browser for the whole run; each test takes its own clean context."""
    with launched(playwright) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A clean browser profile."""
    fresh = browser.new_context()
    yield fresh
    fresh.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One real PostgreSQL for the whole run; each test takes a database of its own."""
    server = Server.make()
    yield server
    server.remove()
