"""Nothing that is held can be read: hidden before a choice, erased after one."""
# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from support.guarded import Playground, playground

pytestmark = pytest.mark.browser

SEED = """async () => {
  document.cookie = 'spy=1; path=/; max-age=9999';
  document.cookie = 'ours_a=1; path=/; max-age=9999';
  for (const storage of [localStorage, sessionStorage]) { storage.spy = 1; storage.ours = 2; }
  for (const name of ['spy', 'ours']) {
    await new Promise(done => indexedDB.open(name).onsuccess = event => done(event.target.result.close()));
    await (await caches.open(name)).put('/' + name, new Response(name));
    await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true });
    await navigator.storageBuckets.open(name);
  }
}"""

READS = {
    "document.cookie": "document.cookie",
    "the Cookie Store by name": "(await cookieStore.get('spy'))?.name",
    "the Cookie Store by list": "(await cookieStore.getAll()).map(c => c.name)",
    "a key by method": "localStorage.getItem('spy') && 'spy'",
    "a key as a property": "localStorage.spy && 'spy'",
    "a key with in": "'spy' in localStorage && 'spy'",
    "a key by index": "[0, 1].map(i => sessionStorage.key(i))",
    "the number of keys": "localStorage.length == 2 && 'spy'",
    "the names of keys": "Object.keys(localStorage)",
    "the own names of keys": "Object.getOwnPropertyNames(localStorage)",
    "the descriptor of a key": "Object.getOwnPropertyDescriptor(localStorage, 'spy') && 'spy'",
    "a key through the prototype": "Storage.prototype.getItem.call(localStorage, 'spy') && 'spy'",
    "for in over keys": "(() => { const seen = []; for (const key in sessionStorage) seen.push(key); return seen })()",
    "JSON of keys": "JSON.stringify(localStorage)",
    "a frame's keys": "(document.body.append(document.createElement('iframe')), Object.keys(window[0].localStorage))",
    "a frame's cookies": "(document.body.append(document.createElement('iframe')), window[0].document.cookie)",
    "the list of databases": "(await indexedDB.databases()).map(d => d.name)",
    "a database": "await new Promise(done => { const r = indexedDB.open('spy'); r.onsuccess = () => done(r.result.name); r.onerror = () => done('') })",
    "the list of caches": "await caches.keys()",
    "whether there is a cache": "await caches.has('spy') && 'spy'",
    "a match in any cache": "(await caches.match('/spy'))?.status && 'spy'",
    "a match in one cache": "(await caches.match('/spy', { cacheName: 'spy' }))?.status && 'spy'",
    "the list of private files": "await (async () => { const seen = []; for await (const [name] of await navigator.storage.getDirectory()) seen.push(name); return seen })()",
    "a private file": "await navigator.storage.getDirectory().then(d => d.getFileHandle('spy')).then(h => h.name, () => '')",
    "the list of buckets": "await navigator.storageBuckets.keys()",
}


@pytest.fixture(scope="module")
def site() -> Iterator[Playground]:
    with playground() as running:
        yield running


def seeded(site: Playground, context: BrowserContext, **how: Any) -> Page:
    """A page on a profile where held and own things are stored already."""
    page = site.witness(context)
    page.evaluate(SEED)
    return site.page(context, over=page, body="<p>x</p>", **how)


def test_what_is_held_cannot_be_read_before_a_choice_and_stays(site: Playground, context: BrowserContext) -> None:
    page = seeded(site, context, guarded=False)
    for what, expression in READS.items():
        assert "spy" in str(page.evaluate(f"async () => {expression}")), f"the bare page must read {what}"
    page = site.page(context, over=page, guarded=True, purging=False, body="<p>x</p>")
    seen = {what: str(page.evaluate(f"async () => {expression}")) for what, expression in READS.items()}
    assert not {what for what, text in seen.items() if "spy" in text}
    assert {what for what, text in seen.items() if "ours" in text} >= {
        "document.cookie",
        "the names of keys",
        "the list of databases",
        "the list of caches",
        "the list of private files",
        "the list of buckets",
    }
    assert "spy" in site.stored(context, page, site.witness(context))


def test_what_is_held_is_erased_after_a_choice_and_the_sites_own_stays(
    site: Playground, context: BrowserContext
) -> None:
    page = seeded(site, context, guarded=True, purging=True)
    page.wait_for_function("() => true")
    witness = site.witness(context)
    for _ in range(60):
        left = site.stored(context, page, witness)
        if "spy" not in left:
            break
        page.wait_for_timeout(50)
    assert left == {"ours", "ours_a"}


@pytest.mark.parametrize(
    "attributes",
    ["path=/a", "path=/a/", "path=/a/b", "path=/a/b/c", "domain=b.localhost; path=/", "domain=a.b.localhost; path=/a"],
)
def test_a_held_cookie_is_erased_wherever_it_was_set(
    site: Playground, context: BrowserContext, attributes: str
) -> None:
    elsewhere = Playground(site.port, site.pages, host="a.b.localhost")
    page = elsewhere.page(context, guarded=False, path="/a/b/c")
    page.evaluate(f"() => {{ document.cookie = 'spy=1; max-age=999; {attributes}' }}")
    assert context.cookies(), "the cookie must be there, or the case shows nothing"
    elsewhere.page(context, over=page, guarded=True, path="/a/b/c")
    for _ in range(60):
        if not context.cookies():
            break
        page.wait_for_timeout(50)
    assert not context.cookies()


def late(site: Playground, context: BrowserContext, held: str) -> tuple[Page, Page]:
    """A page whose server still holds these names, as JSON, and one past the guard to write from."""
    site.pages["/.bandeau/report"] = held
    return site.page(context, guarded=True, purging=False), site.witness(context)


def test_what_a_realm_stored_that_was_not_entered_is_erased_and_reported(
    site: Playground, context: BrowserContext
) -> None:
    page, witness = late(site, context, '["spy"]')
    reports: list[str] = []
    page.on("request", lambda request: reports.append(request.post_data or ""))
    witness.evaluate("() => { localStorage.spy = localStorage.ours = 1; document.cookie = 'spy=1'; }")
    witness.wait_for_function("() => !localStorage.spy && !document.cookie.includes('spy')")
    assert witness.evaluate("() => localStorage.ours") == "1"
    assert sorted(reports) == ['{"kind":"cookie","swept":["spy"]}', '{"kind":"key","swept":["spy"]}']


def test_what_was_allowed_since_in_another_tab_is_not_erased(site: Playground, context: BrowserContext) -> None:
    page, witness = late(site, context, "[]")
    with page.expect_request("**/.bandeau/report") as asked:
        witness.evaluate("() => { localStorage.spy = 1 }")
    asked.value.response()
    page.evaluate("() => new Promise(done => setTimeout(done, 100))")
    assert witness.evaluate("() => localStorage.spy") == "1"


def test_a_storage_event_for_a_held_key_is_not_told(site: Playground, context: BrowserContext) -> None:
    page = site.page(context, guarded=True, purging=False)
    page.evaluate("() => { window.told = []; addEventListener('storage', event => told.push(event.key)) }")
    witness = site.witness(context)
    witness.evaluate("() => { localStorage.spy = 1; localStorage.ours = 1 }")
    page.wait_for_function("() => told.length")
    assert page.evaluate("() => told") == ["ours"]
