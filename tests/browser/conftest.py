"""What the tests of embeds share: a site with embeds behind Bandeau, and a reader of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from support.embedding import Embedding, embedding


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedding]:
    with embedding(tmp_path_factory.mktemp("embedding")) as one:
        yield one


@pytest.fixture
def site(running: Embedding) -> Embedding:
    running.asked.clear()
    running.policy = ""
    return running


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="fr-FR", viewport={"width": 1000, "height": 800})
    context.set_default_timeout(10_000)
    yield context
    context.close()
