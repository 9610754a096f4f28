"""A real browser behind the real caches, with its own cache on top of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page

from caches.crawl import Origin, controlled
from support.caches import CACHES, caching
from support.servers import serve_asgi

pytestmark = pytest.mark.browser

# One file, as a page's script and as a worker, which tries to store what nobody declared.
_BOTH_WAYS = b"""
if (self.document) {
  window.started = true;
} else {
  try {
    const opening = indexedDB.open('undeclared');
    opening.onsuccess = () => postMessage('stored');
    opening.onerror = () => postMessage('held');
  } catch { postMessage('held'); }
}
"""
_PAGE = b"<!doctype html><html lang=fr><head><script src=/both.js></script></head><body>Bonjour</body></html>"
_STORES = """() => new Promise((done) => { new Worker('/both.js').onmessage = (event) => done(event.data); })"""


@dataclass
class _Paper(Origin):
    """A page, a second one, and a script that both load; all of them may be kept for an hour."""

    @staticmethod
    def _page(path: str) -> tuple[bytes, bytes]:
        return (b"text/javascript", _BOTH_WAYS) if path == "/both.js" else (b"text/html; charset=utf-8", _PAGE)


@pytest.fixture(scope="module", params=CACHES)
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp(request.param)
    with (
        controlled(folder / "site", _Paper()) as (_, bandeau),
        caching(request.param, bandeau.port, folder / "cache") as cache,
    ):
        yield f"http://gazette.localhost:{cache.port}"


def _asks(page: Page) -> bool:
    return page.locator("#bandeau-notice").count() == 1


def test_without_bandeau_the_worker_stores(context: BrowserContext) -> None:
    page = context.new_page()
    with serve_asgi(_Paper()) as port:
        page.goto(f"http://gazette.localhost:{port}/")
        assert page.evaluate(_STORES) == "stored"


def test_a_script_that_the_browser_keeps_is_not_run_as_a_worker_without_the_guard(
    address: str, context: BrowserContext
) -> None:
    page = context.new_page()
    for _ in range(3):
        page.goto(address)
        assert page.evaluate("window.started") is True
        assert page.evaluate(_STORES) == "held"
        page.reload()


def test_what_was_seen_before_a_choice_is_not_shown_again_after_it(address: str, context: BrowserContext) -> None:
    page = context.new_page()
    for path in ("/a", "/b", "/a"):
        page.goto(address + path)
        assert _asks(page)
    page.locator("#bandeau-notice button[value=refuse-all]").click()
    page.wait_for_selector("#bandeau-control", state="attached")
    for path in ("/b", "/a"):
        page.goto(address + path)
        assert not _asks(page)
        assert "palabre" not in (
            page.evaluate("fetch(location.href).then((got) => got.headers.get('content-security-policy'))")
        )
    context.clear_cookies()
    page.goto(address + "/a")
    assert _asks(page)
