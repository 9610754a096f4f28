"""``bandeau proxy`` in front of real news pages, with a declaration that names none of their third parties.

Every outside host is led to a local counter. Without Bandeau each page reaches it; with Bandeau nothing does, before a
choice and after a refusal, and the reader still has every word of the page.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright
from selectolax.lexbor import LexborHTMLParser

from support.browser import launched
from support.pages import REAL_PAGES
from support.proxies import proxied
from support.servers import serve_asgi

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not REAL_PAGES, reason="the real pages are not on this machine"),
]

DECLARATION = """
[site]
name = "Le Journal"
hosts = ["journal.localhost"]
languages = ["en"]
[site.controller]
name = "Le Journal SA"
[purposes.functioning]
exempt = "strictly-necessary"
[purposes.media]
[services.video]
purpose = "media"
recipient = "Example"
hosts = ["video.example"]
"""


class Counter:
    """Takes every connection that a browser opens to the outside, and closes it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.count = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                one, _ = self._listener.accept()
            except OSError:
                return
            self.count += 1
            one.close()

    def close(self) -> None:
        self._listener.close()


@pytest.fixture(scope="module")
def counter() -> Iterator[Counter]:
    one = Counter()
    yield one
    one.close()


@pytest.fixture(scope="module")
def caged(playwright: Playwright, counter: Counter) -> Iterator[Browser]:
    """A browser for which every host that is not ``*.localhost`` is the counter, whatever the port."""
    rule = f"--host-resolver-rules=MAP * 127.0.0.1:{counter.port}, EXCLUDE *.localhost"
    with launched(playwright, rule, "--ignore-certificate-errors") as browser:
        yield browser


async def files(scope: Any, _receive: Any, send: Any) -> None:
    """A plain file server: the pages, and nothing else."""
    if scope["type"] != "http":
        return
    found = {f"/{path.stem}": path for path in REAL_PAGES}.get(scope["path"])
    status, body = (200, found.read_bytes()) if found else (404, b"")
    headers = [(b"content-type", b"text/html; charset=utf-8" if found else b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def bare() -> Iterator[int]:
    with serve_asgi(files) as port:
        yield port


@pytest.fixture(scope="module")
def behind(bare: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of ``bandeau proxy``, run as its users run it."""
    with proxied(bare, tmp_path_factory.mktemp("proxy"), DECLARATION) as proxy:
        yield proxy.port


def visit(context: BrowserContext, port: int, name: str) -> Any:
    page = context.new_page()
    page.goto(f"http://journal.localhost:{port}/{name}", wait_until="load", timeout=60_000)
    page.mouse.wheel(0, 20_000)  # wakes what loads lazily
    page.wait_for_load_state("networkidle", timeout=60_000)
    return page


def kept(context: BrowserContext) -> tuple[set[str], list[Any]]:
    """What the browser keeps after a visit: cookie names and the storage of every origin."""
    state = context.storage_state(indexed_db=True)
    cookies = {cookie.get("name", "") for cookie in state.get("cookies", [])}
    ours = [item for origin in state.get("origins", []) for item in origin.get("localStorage", [])]
    return cookies, [item for item in ours if not item["name"].startswith("bandeau:")]


def words(html: bytes) -> list[str]:
    """The words that a reader reads: text outside scripts, styles and what Bandeau put in."""
    tree = LexborHTMLParser(html.decode("utf-8", "replace"))
    ours = "#bandeau-notice, #bandeau-control, .bandeau-placeholder"
    for node in tree.css(f"script, style, noscript, template, {ours}"):
        node.decompose()
    return (tree.body.text() if tree.body else "").split()


@pytest.mark.parametrize("path", REAL_PAGES, ids=lambda path: path.stem)
def test_a_real_page_contacts_nobody_before_a_choice_and_after_refusal(
    caged: Browser, counter: Counter, bare: int, behind: int, path: Path
) -> None:
    context = caged.new_context()
    counter.count = 0
    visit(context, bare, path.stem)
    assert counter.count > 0
    context.close()

    context = caged.new_context()
    counter.count = 0
    page = visit(context, behind, path.stem)
    assert counter.count == 0
    assert kept(context) == (set(), [])
    with page.expect_event("load"):
        page.locator("#bandeau-notice").get_by_role("button", name="Refuse all").click()
    page.wait_for_load_state("networkidle", timeout=60_000)
    visit(context, behind, path.stem)
    assert counter.count == 0
    assert kept(context) == ({"bandeau_choice"}, [])
    assert words(context.request.get(f"http://127.0.0.1:{behind}/{path.stem}").body()) == words(path.read_bytes())
    context.close()
