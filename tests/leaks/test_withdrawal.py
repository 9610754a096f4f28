"""After a withdrawal nothing survives of what was stored while it was allowed, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from leaks.case import Case, File
from leaks.player import Visitor
from leaks.stage import staged

pytestmark = pytest.mark.browser

_HEADERS = {
    "cookie": "KEY=1; Path=/",
    "cookie of a folder": "KEY=1",
    "cookie that no script may read": "KEY=1; Path=/; HttpOnly",
    "cookie of the domain": "KEY=1; Path=/; Domain=gazette.localhost; HttpOnly",
    "secure cookie": "KEY=1; Path=/; Secure; HttpOnly",
    "cookie with a prefix": "__Host-KEY=1; Path=/; Secure",
    "partitioned cookie": "KEY=1; Path=/; Secure; SameSite=None; Partitioned",
}
_PUT = "await (await caches.open('KEY')).put('/x', new Response('1'))"
_SCRIPTS = {
    "local key": "localStorage.KEY = 1",
    "session key": "sessionStorage.KEY = 1",
    "database": "indexedDB.open('KEY').onsuccess = e => e.target.result.close()",
    "database that is open": "self.base = indexedDB.open('KEY')",
    "cache": _PUT,
    "private file": "await (await navigator.storage.getDirectory()).getFileHandle('KEY', { create: true })",
    "private folder": "const d = await (await navigator.storage.getDirectory()).getDirectoryHandle('KEY', { create: true }); await d.getFileHandle('x', { create: true })",  # noqa: E501
    "bucket": "await navigator.storageBuckets.open('KEY')",
    "cache of a service worker": "await navigator.serviceWorker.register('w.js')",
}
_WORKER = File(f"oninstall = e => e.waitUntil((async () => {{ {_PUT} }})())", "text/javascript")
STORED = [
    *(Case(name, headers=(("set-cookie", value),), shows="stored") for name, value in _HEADERS.items()),
    *(Case(name, script=script, files={"w.js": _WORKER}, shows="stored") for name, script in _SCRIPTS.items()),
]
Left = tuple[set[str], set[str]]


def _names(visitor: Visitor) -> set[str]:
    stored = {name.removeprefix("__Host-") for name in visitor.stored()}
    return {case.name for case in visitor.stage.cases if visitor.stage.keys[case.name] in stored}


def _settled(visitor: Visitor, wanted: set[str]) -> set[str]:
    for _ in range(60):
        if (found := _names(visitor)) == wanted:
            break
        visitor.hub.wait_for_timeout(100)
    return found


def _withdraw(visitor: Visitor) -> None:
    """Refuse, close what is open, and read a few pages, as a visitor does."""
    visitor.choose("refuse-all")
    visitor.hub.goto(f"{visitor.url}/hub.txt")
    for case in visitor.stage.cases:
        visitor.hub.goto(visitor.url + visitor.stage.path(case))
    visitor.hub.goto(f"{visitor.url}/hub.txt")


@pytest.fixture(scope="module")
def left(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    """What was there after acceptance, and what of it after the refusal."""
    with staged(STORED, tmp_path_factory.mktemp("stage")) as (stage, _, front):
        context: BrowserContext = browser.new_context()
        visitor = Visitor(stage, context, front)
        visitor.choose("accept-all")
        visitor.play()
        before = _settled(visitor, {case.name for case in STORED})
        _withdraw(visitor)
        yield before, _settled(visitor, set())
        context.close()


@pytest.mark.parametrize("case", STORED, ids=lambda case: case.name)
def test_what_was_stored_while_it_was_allowed_is_gone_after_a_refusal(left: Left, case: Case) -> None:
    before, after = left
    assert case.name in before, "the case shows nothing"
    assert case.name not in after
