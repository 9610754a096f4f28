"""The site's own service worker works in every state, and shows no page that was made for another choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as Tab

from support.sites import DECLARATION, Page, Pages, Running, behind

pytestmark = pytest.mark.browser

DECLARED = DECLARATION.replace('name = "theme"', 'name = "site-*"')
TRACKED = b"""<!doctype html><title>x</title><h1>Article</h1>
<script>new Image().src = "http://palabre.localhost:9/seen"</script>"""
# Keeps what it has shown, and some of it from the first, and shows that ever after, as many do.
CACHE_FIRST = b"""
addEventListener("install", event => event.waitUntil((async () => {
  await (await caches.open("site-pages")).addAll(["/article", "/style.css"]);
  await (await caches.open("site-data")).put("/draft", new Response("typed"));
})()));
addEventListener("activate", event => event.waitUntil(clients.claim()));
const show = async request => {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (request.method == "GET" && answer.ok) await (await caches.open("site-pages")).put(request.url, answer.clone());
  return answer;
};
const onFetch = event => event.respondWith(show(event.request));
"""
JS, CSS = ("content-type", "text/javascript"), ("content-type", "text/css")
LISTENS = {"listener": b"addEventListener('fetch', onFetch);", "handler": b"onfetch = onFetch;"}
SCRIPT = "async action => void await fetch('/.bandeau/choice', { method: 'POST', redirect: 'manual', body: new URLSearchParams({ action, back: '/article' }) })"  # noqa: E501
FORM = """action => {
  document.body.innerHTML = `<form method=post action=/.bandeau/choice><input name=back value=/article>
    <button name=action value=${action}></button></form>`;
  document.forms[0].requestSubmit(document.querySelector('button'));
}"""


@pytest.fixture(params=LISTENS)
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    pages = Pages(
        {
            "/": Page(),
            "/article": Page((TRACKED,)),
            "/style.css": Page((b"h1 { color: red }",), (CSS,)),
            "/sw.js": Page((CACHE_FIRST + LISTENS[request.param],), (JS,)),
            "/push.js": Page(
                (b"onpush = () => 0; addEventListener('message', event => event.source.postMessage(1))",), (JS,)
            ),
        }
    )
    with behind("asgi", pages, tmp_path, DECLARED) as one:
        yield one


def at(running: Running, path: str) -> str:
    return f"http://gazette.localhost:{running.port}{path}"


def contacted(tab: Tab, act: Callable[[], object]) -> list[str]:
    """The third parties that a page asks for."""
    found: list[str] = []
    tab.on("requestfailed", lambda one: found.append(f"{one.url} {one.failure}"))
    act()
    tab.wait_for_load_state("networkidle")
    return [one for one in found if "palabre" in one and "csp" not in one.lower() and "BLOCKED_BY" not in one]


def with_worker(running: Running, context: BrowserContext) -> Tab:
    """A visitor who has accepted, and whose pages the site's worker keeps."""
    tab = context.new_page()
    tab.goto(at(running, "/"))
    tab.evaluate(SCRIPT, "accept-all")
    tab.goto(at(running, "/"))
    tab.evaluate(
        "async () => { await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready }"
    )
    tab.wait_for_function("navigator.serviceWorker.controller")
    seen = len(running.pages.seen)
    assert contacted(tab, lambda: tab.goto(at(running, "/article"))), "accepted, the tracker is contacted"
    assert [one for one in running.pages.seen[seen:] if "text/html" in one.get("accept", "")] == [], (
        "the worker shows it"
    )
    return tab


def kept(tab: Tab) -> set[str]:
    """The addresses in Cache Storage."""
    script = """async () => {
      const found = [];
      for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
      return found;
    }"""
    return set(tab.evaluate(script))


@pytest.mark.parametrize("way", [SCRIPT, FORM], ids=["script", "form"])
def test_after_a_withdrawal_the_sites_worker_shows_no_page_of_before(
    running: Running, context: BrowserContext, way: str
) -> None:
    tab = with_worker(running, context)
    if way == FORM:
        with tab.expect_navigation():
            tab.evaluate(way, "refuse-all")
    else:
        tab.evaluate(way, "refuse-all")
    assert contacted(tab, lambda: tab.goto(at(running, "/article"))) == []
    assert tab.locator("#bandeau-control").count() == 1
    assert tab.locator("h1").inner_text() == "Article"
    assert kept(tab) >= {"/style.css", "/draft"}, "what is no page of Bandeau's making stays"


def test_the_worker_itself_is_replaced_and_fills_its_cache_again(running: Running, context: BrowserContext) -> None:
    tab = with_worker(running, context)
    tab.evaluate("navigator.serviceWorker.addEventListener('controllerchange', () => { self.changed = true })")
    tab.evaluate(SCRIPT, "refuse-all")
    tab.wait_for_function("self.changed")
    assert kept(tab) >= {"/article", "/style.css", "/draft"}
    assert contacted(tab, lambda: tab.goto(at(running, "/article"))) == []


def test_a_choice_out_of_the_workers_reach_takes_effect_with_its_next_installation(
    running: Running, context: BrowserContext
) -> None:
    tab = with_worker(running, context)
    name, _, value = running.choose("refuse-all").choice.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": at(running, "/")}])
    tab.evaluate("navigator.serviceWorker.addEventListener('controllerchange', () => { self.changed = true })")
    tab.evaluate("navigator.serviceWorker.ready.then(one => one.update()).then(() => 1)")
    tab.wait_for_function("self.changed")
    assert contacted(tab, lambda: tab.goto(at(running, "/article"))) == []
    assert kept(tab) >= {"/style.css", "/draft"}


def test_a_new_version_of_the_sites_worker_waits_as_it_does_without_bandeau(
    running: Running, context: BrowserContext
) -> None:
    tab = with_worker(running, context)
    running.pages.table["/sw.js"] = Page((*running.pages.table["/sw.js"].chunks, b"// newer"), (JS,))
    tab.evaluate("navigator.serviceWorker.addEventListener('controllerchange', () => { self.changed = true })")
    tab.evaluate("navigator.serviceWorker.ready.then(one => one.update()).then(() => 1)")
    tab.wait_for_function("navigator.serviceWorker.getRegistration().then(one => one.waiting?.state == 'installed')")
    tab.wait_for_timeout(500)
    assert not tab.evaluate("self.changed")


def test_a_choice_can_be_made_while_the_site_is_offline_to_its_worker(
    running: Running, context: BrowserContext
) -> None:
    tab = with_worker(running, context)
    context.set_offline(True)
    failed = tab.evaluate("fetch('/.bandeau/choice', { method: 'POST' }).catch(() => 'failed')")
    assert failed == "failed"
    assert "/article" in kept(tab), "nothing was chosen, so nothing is forgotten"
    tab.goto(at(running, "/article"))
    assert tab.locator("h1").inner_text() == "Article"


def test_a_worker_without_a_listener_to_fetches_gets_none(running: Running, context: BrowserContext) -> None:
    tab = context.new_page()
    tab.goto(at(running, "/"))
    told = tab.evaluate("""async () => {
      const registration = await navigator.serviceWorker.register('/push.js');
      await navigator.serviceWorker.ready;
      navigator.serviceWorker.startMessages();
      return new Promise(resolve => {
        navigator.serviceWorker.onmessage = event => resolve(event.data);
        registration.active.postMessage('hello');
      });
    }""")
    assert told == 1, "and the site's own messages arrive"
    tab.goto(at(running, "/"))
    assert tab.evaluate("performance.getEntriesByType('navigation')[0].workerStart") == 0
