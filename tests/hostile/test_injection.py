"""Nothing that a page, a request or a declaration says becomes markup, script or a header of ours."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext

from bandeau.errors import DeclarationError
from support.markup import lexbor
from support.sites import DECLARATION, EDGES, Page, Pages, Running, behind

HTML = ("content-type", "text/html; charset=utf-8")
PAYLOADS = [
    "\"><script>window.hit=1</script>", "'><img src=x onerror=window.hit=1>",
    "</span></title></textarea><script>window.hit=1</script>", "--><svg onload=window.hit=1>",
    "\" onmouseover=window.hit=1 autofocus onfocus=window.hit=1 x=\"", "javascript:window.hit=1",
    "&quot;><script>window.hit=1</script>", "&#34; onload=window.hit=1 x=&#34;",
    "</script><script>window.hit=1</script>", "{{constructor.constructor('window.hit=1')()}}",
    "\\u003cscript\\u003e", "\u2028\u2029", "\x00<script\x00>window.hit=1</script>", "é\" onfocus=window.hit=1 ü",
    "`onload=window.hit=1`", "]]><script>window.hit=1</script>",
]  # fmt: skip


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param)) as running:
        yield running


ADDRESSES = ("href", "src", "action", "formaction", "data", "xlink:href")


def embed(payload: str) -> str:
    """An embed that says the payload wherever a placeholder may repeat it."""
    said = f'"{escape(payload)}"'
    names = ("class", "style", "title", "width", "height", "id", "name", "data-x", "lang", "dir", "aria-label")
    attributes = " ".join(f"{name}={said}" for name in names)
    return f'<iframe {attributes} src="https://scopia.localhost/{quote(payload)}?{escape(payload)}"></iframe>'


def dangerous(page: bytes) -> list[str]:
    """What of a page would run or load, beside what the notice consists of."""
    found = []
    for node in lexbor(page):
        told = node.attributes.items()
        run = [n for n, v in told if n.startswith("on") or (n in ADDRESSES and v.startswith("javascript:"))]
        own = node.attributes.get("src", "").startswith("/.bandeau/")
        held = any(name.startswith("data-bandeau-") for name in node.attributes)
        inline = node.tag == "script" and "src" not in node.attributes
        if run or (node.tag in ("script", "iframe", "img", "svg", "base", "object") and not (own or held or inline)):
            found.append(f"{node.tag} {node.attributes}")
    return found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_an_embed_says_becomes_more_than_text(edge: Running, payload: str) -> None:
    edge.pages.table["/embed"] = Page((f"<!doctype html><body>{embed(payload)}</body>".encode(),), (HTML,))
    got = edge.get("/embed", headers={"accept-language": "fr"})
    assert b"bandeau-placeholder" in got.body or payload.strip()[:1].isdigit()
    assert not dangerous(got.body)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("page", ["settings", "my-choices", "policy", "nowhere"])
def test_nothing_that_a_query_says_becomes_more_than_text(edge: Running, page: str, payload: str) -> None:
    said = quote(payload, safe="")
    query = "&".join(f"{name}={said}" for name in ("back", "next", "lang", "saved", "service", "v", said))
    headers = {"accept-language": payload.encode("utf-8").decode("latin-1").replace("\x00", "")}
    got = edge.get(f"/.bandeau/{page}?{query}", headers=headers)
    assert not dangerous(got.body)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=60))
def test_no_address_of_a_page_becomes_markup_of_the_notice(edge: Running, path: str) -> None:
    edge.pages.table.clear()
    edge.pages.find = lambda *_: Page()  # type: ignore[method-assign]  # whatever the path
    got = edge.get("/" + path.replace("?", "", 1) + "?" + path)
    del edge.pages.find  # type: ignore[misc]
    if got.status == 200:
        assert not dangerous(got.body)


@pytest.mark.parametrize(
    "policy",
    [
        "script-src 'nonce-x\"><script>window.hit=1</script>'",
        "script-src 'nonce-\" onload=window.hit=1 x=\"'",
        "script-src 'nonce-&quot;x'",
        "script-src 'nonce-'",
    ],
)
def test_no_nonce_of_a_policy_becomes_markup(edge: Running, policy: str) -> None:
    edge.pages.table["/nonce"] = Page(headers=(HTML, ("content-security-policy", policy)))
    assert not dangerous(edge.get("/nonce").body)


BAD_HOSTS = [
    "x.example; script-src *",
    "x.example, default-src *",
    "x.example\\r\\nX: y",
    "x.example/'self'",
    "x.example/a;b",
]
BAD_HOSTS += [
    "x.example/\\u0001",
    "x.example/\\u007f",
    "x.example/\\u0085",
    "x.example/a b",
    "*",
    "https:",
    "'unsafe-eval'",
]


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_no_declared_host_adds_to_the_policy(host: str, tmp_path: Path) -> None:
    declaration = DECLARATION.replace('hosts = ["scopia.localhost"]', f'hosts = ["{host}"]')
    with pytest.raises(DeclarationError), behind("asgi", Pages(), tmp_path, declaration):
        pass


OVERLAYS = [
    "position:fixed;inset:0;width:100vw;height:100vh;z-index:2147483647",
    "position:fixed;top:0;left:0;right:0;bottom:0;z-index:2147483647 !important",
    "position:absolute;inset:0;min-height:9999px;z-index : 2147483647",
    "margin:-9999px;padding:9999px;position:fixed;z-index:99999999999",
    "transform:translateZ(999px);position:fixed;inset:0",
    "opacity:0;position:fixed;inset:0;z-index:2147483647",
    "position:sticky;top:0;width:9999px;height:9999px;z-index:9",
    "background:url(https://scopia.localhost/x);behavior:url(x);position:fixed;inset:0",
    "position:fixed;inset:0;z-index:2147483647;/*",
    "po\\sition:fixed;inset:0;z-\\69ndex:2147483647",
]


@pytest.mark.browser
@pytest.mark.parametrize("style", OVERLAYS)
def test_no_style_of_an_embed_lays_its_placeholder_over_the_notice(
    tmp_path_factory: pytest.TempPathFactory, context: BrowserContext, style: str
) -> None:
    with behind("asgi", Pages(), tmp_path_factory.mktemp("over")) as edge:
        markup = f'<p>x</p><iframe src="https://scopia.localhost/v" width="640" height="360" style="{style}"></iframe>'
        edge.pages.table["/"] = Page((f"<!doctype html><body>{markup}</body>".encode(),), (HTML,))
        page = context.new_page()
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page.goto(f"http://gazette.localhost:{edge.port}/")
        page.wait_for_load_state("networkidle")
        covered: Any = page.evaluate("""() => [...document.querySelectorAll('#bandeau-notice button')].filter(one => {
          const box = one.getBoundingClientRect();
          return !one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        }).map(one => one.innerText)""")
        assert page.frame_locator("iframe").locator(".bandeau-placeholder").count() == 1
        assert covered == []
        assert not [url for url in asked if "scopia" in url]


@pytest.mark.browser
def test_a_hostile_page_runs_nothing_by_way_of_us(
    tmp_path_factory: pytest.TempPathFactory, context: BrowserContext
) -> None:
    with behind("asgi", Pages(), tmp_path_factory.mktemp("run")) as edge:
        markup = "".join(map(embed, PAYLOADS))
        edge.pages.table["/"] = Page((f"<!doctype html><html lang=fr><body>{markup}</body>".encode(),), (HTML,))
        page = context.new_page()
        page.goto(f"http://gazette.localhost:{edge.port}/?{quote(PAYLOADS[0])}")
        page.wait_for_load_state("networkidle")
        places = page.frame_locator("iframe >> nth=0").locator(".bandeau-placeholder")
        assert places.count() == 1
        places.hover()
        windows = "[self, ...Array.from({ length: self.length }, (_, at) => self[at])]"
        assert page.evaluate(windows + ".some(one => one.hit)") is False
