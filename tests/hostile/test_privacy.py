"""What is kept of a reader's choice is shown to that reader only: to no other page, frame, script or cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from support.servers import serve_asgi
from support.sites import EDGES, Pages, Running, behind

PERSONAL = ["my-choices", "my-choices.json", "settings", "choice", "erase", "guard.js", "nowhere"]


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.mark.parametrize("name", PERSONAL)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT"])
def test_nothing_personal_is_kept_or_lent(edge: Running, name: str, method: str) -> None:
    headers = {
        "cookie": edge.choose("accept-all").choice,
        "origin": "http://evil.example",
        "sec-fetch-site": "cross-site",
    }
    got = edge.get(f"/.bandeau/{name}", method=method, headers=headers)
    assert "no-store" in got.one("cache-control")
    assert "cookie" in got.one("vary").lower()
    assert "frame-ancestors 'self'" in got.one("content-security-policy")
    assert got.one("x-content-type-options") == "nosniff"
    assert not [key for key, _ in got.headers if key.lower().startswith("access-control-")]


def test_a_history_is_told_to_its_own_cookie_only(edge: Running) -> None:
    mine, other = edge.choose("accept-all").choice, edge.choose("refuse-all").choice
    assert "accept-all" in edge.get("/.bandeau/my-choices.json", headers={"cookie": mine}).text
    assert "accept-all" not in edge.get("/.bandeau/my-choices.json", headers={"cookie": other}).text
    for cookie in ("", f"{mine}; {other}", mine[:-1], "bandeau_choice="):
        got = edge.get("/.bandeau/my-choices.json?" + mine, headers={"cookie": cookie} if cookie else {})
        assert '"choices": []' in got.text


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
def test_the_guard_tells_another_hosts_page_nobodys_choice(edge: Running, site: str) -> None:
    cookie = edge.choose("accept-all").choice
    mine = edge.get("/.bandeau/guard.js", headers={"cookie": cookie, "sec-fetch-site": "same-origin"}).body
    nobodys = edge.get("/.bandeau/guard.js").body
    assert mine != nobodys
    assert edge.get("/.bandeau/guard.js", headers={"cookie": cookie, "sec-fetch-site": site}).body == nobodys


SPYING = """<!doctype html><script>
window.got = {};
addEventListener('error', () => 0, true);
const url = name => 'http://gazette.localhost:PORT/.bandeau/' + name;
const script = name => new Promise(done => {
  const one = Object.assign(document.createElement('script'), {src: url(name)});
  one.onload = one.onerror = done;
  document.head.append(one);
});
const fetched = (name, mode) => fetch(url(name), {mode, credentials: 'include'}).then(a => a.text(), () => '');
const framed = name => new Promise(done => {
  const one = Object.assign(document.createElement('iframe'), {src: url(name)});
  // A file to keep is no page: nothing is ever loaded then.
  const look = () => { let text = ''; try { text = one.contentDocument.body.innerText } catch {} done(text) };
  one.onload = look;
  setTimeout(look, 2000);
  document.documentElement.append(one);
});
// Frames are counted among the names of a window as well.
const names = () => Object.keys(window).filter(name => isNaN(name) && name != 'spied');
window.spied = (async () => {
  const before = names().length;
  await script('my-choices.json'); await script('my-choices');
  const texts = [];
  for (const name of ['my-choices.json', 'my-choices', 'settings']) {
    texts.push(await fetched(name, 'cors'), await fetched(name, 'no-cors'), await framed(name));
  }
  return [names().length - before, texts.join('')];
})();
</script>"""


@pytest.mark.browser
@pytest.mark.parametrize("host", ["127.0.0.1", "sub.gazette.localhost", "gazette.localhost"])
def test_no_other_sites_page_reads_a_readers_choices(
    tmp_path_factory: pytest.TempPathFactory, context: BrowserContext, host: str
) -> None:
    with behind("asgi", Pages(), tmp_path_factory.mktemp("spied")) as edge:

        async def app(scope: Any, receive: Any, send: Any) -> None:
            headers = [(b"content-type", b"text/html")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": SPYING.replace("PORT", str(edge.port)).encode()})

        reader = context.new_page()
        reader.goto(f"http://gazette.localhost:{edge.port}/")
        with reader.expect_event("load"):
            reader.locator("#bandeau-notice button[value=accept-all]").click()
        reader.goto(f"http://gazette.localhost:{edge.port}/.bandeau/my-choices")
        assert "Palabre" in reader.inner_text("main")
        with serve_asgi(app, lifespan="off") as port:
            spy = context.new_page()
            spy.goto(f"http://{host}:{port}/")
            leaked, text = spy.evaluate("spied")
            assert "Palabre" not in text
            assert leaked == 0
            # What a page may not frame is an error of the browser's, in which no script could be asked anything.
            assert {frame.url for frame in spy.frames[1:]} <= {"", "chrome-error://chromewebdata/"}
