"""Nobody but the reader, on a page of this site, makes a choice: not by a made-up cookie, nor from another site."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext

from bandeau.ask.cookie import Seal
from support.proxies import proxied
from support.servers import free_port, serve_asgi
from support.sites import DECLARATION, EDGES, Pages, Running, behind, fetch

CHOICE = "/.bandeau/choice"


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param)) as running:
        yield running


def believed(edge: Running, cookie: str) -> bool:
    """Whether a page is served as to a reader who accepted."""
    return "regie.localhost" in edge.get(headers={"cookie": cookie}).one("content-security-policy")


# -- cookies --------------------------------------------------------------------------------------------------------


CHANGES = {
    "another": lambda value, at, other: value[:at] + other + value[at + 1 :],
    "one more": lambda value, at, other: value[:at] + other + value[at:],
    "cut": lambda value, at, _: value[:at],
    "without its beginning": lambda value, at, _: value[at + 1 :],
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(CHANGES)), st.integers(0, 400), st.characters(min_codepoint=33, max_codepoint=255))
def test_a_choice_that_was_changed_anywhere_is_none(edge: Running, how: str, at: int, other: str) -> None:
    name, _, value = edge.choose("accept-all").choice.partition("=")
    assert believed(edge, f"{name}={value}")
    changed = CHANGES[how](value, at % len(value), other)
    if changed.partition(";")[0].strip() != value:
        assert not believed(edge, f"{name}={changed}")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(key=st.binary(min_size=16, max_size=64), bit=st.integers(0, 127))
def test_a_choice_that_another_key_sealed_is_none(edge: Running, key: bytes, bit: int) -> None:
    value = edge.choose("accept-all").choice.partition("=")[2]
    variant, kept = edge.site.seal.open(value)
    assert not believed(edge, f"bandeau_choice={Seal([key]).close(kept, variant)}")
    mac = bytearray(base64.urlsafe_b64decode(value.rpartition(".")[2] + "=="))
    mac[bit // 8] ^= 1 << bit % 8
    forged = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    assert not believed(edge, f"bandeau_choice={value.rpartition('.')[0]}.{forged}")


def test_a_choice_made_on_another_site_is_none_here(edge: Running, tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path) as other:
        choice = other.choose("accept-all").choice
        assert believed(other, choice)
        assert not believed(edge, choice)


def test_the_parts_of_two_choices_do_not_make_a_third(edge: Running) -> None:
    accepted, refused = (
        edge.choose(action).choice.partition("=")[2].split(".") for action in ("accept-all", "refuse-all")
    )
    for mask in range(1, 7):
        mixed = ".".join(accepted[n] if mask >> n & 1 else refused[n] for n in range(3))
        assert not believed(edge, f"bandeau_choice={mixed}")


# -- requests of other sites ------------------------------------------------------------------------------------------


FROM_HERE = {"same-origin", "none"}
SITES = [
    None,
    "",
    "same-origin",
    "none",
    "same-site",
    "cross-site",
    "SAME-ORIGIN",
    "same-origin, cross-site",
    "rubbish",
]
ORIGINS = [None, "", "null", "gazette.localhost", "//gazette.localhost", "http://evil.example#gazette.localhost"]
ORIGINS += [f"{scheme}://gazette.localhost" for scheme in ("http", "https", "ftp")]
ORIGINS += ["http://evil.example", "http://sub.gazette.localhost", "http://gazette.localhost.evil.example"]
ORIGINS += ["http://x@gazette.localhost", "http://gazette.localhost:1", "http://[::1]"]


def honest(fetch_site: str | None, origin: str | None, port: int) -> bool:
    """Whether a browser sends that from a page of the site itself, or is none that could be led astray."""
    if fetch_site:
        return fetch_site in FROM_HERE
    return not origin or origin in {f"http://gazette.localhost:{port}", f"https://gazette.localhost:{port}"}


@pytest.mark.parametrize("path", [CHOICE, "/.bandeau/erase"])
@pytest.mark.parametrize("with_port", [True, False])
def test_no_form_of_another_site_is_taken(edge: Running, path: str, with_port: bool) -> None:
    wrong = []
    for fetch_site in SITES:
        for origin in ORIGINS:
            sent = f"{origin}:{edge.port}" if with_port and origin and "://" in origin else origin
            named = {"sec-fetch-site": fetch_site, "origin": sent}
            headers = {"content-type": "application/x-www-form-urlencoded"}
            headers |= {name: value for name, value in named.items() if value is not None}
            got = edge.get(path, method="POST", body=b"action=accept-all", headers=headers)
            expected = 303 if honest(fetch_site, sent, edge.port) else 403
            if got.status != expected or (got.status == 403 and got.all("set-cookie")):
                wrong.append((named, got.status))
    assert not wrong


def test_what_came_in_the_clear_chooses_nothing_for_https(tmp_path: Path) -> None:
    with proxied(free_port(), tmp_path, DECLARATION) as proxy:  # it believes a server in front on the same machine

        def status(proto: str, origin: str) -> int:
            headers = {
                "host": "gazette.localhost",
                "origin": f"{origin}://gazette.localhost",
                "x-forwarded-proto": proto,
            }
            return fetch(proxy.port, CHOICE, method="POST", body=b"action=accept-all", headers=headers).status

        assert status("https", "https") == 303
        assert status("https", "http") == 403
        assert status("http", "https") == 303  # a server in front that does not say that it speaks HTTPS


FORM = "<form {more} method=post action={url}><input name=action value=accept-all></form>"
SENT = "<script>document.forms[0].submit()</script>"
POST = "method:'POST',credentials:'include',body:new URLSearchParams('action=accept-all')"
ATTACKS = {
    "a form": FORM.replace("{more}", "") + SENT,
    "a form in a frame": "<iframe name=f></iframe>" + FORM.replace("{more}", "target=f") + SENT,
    "a form of plain text": FORM.replace("{more}", "enctype=text/plain") + SENT,
    "a sandboxed form": "<iframe sandbox='allow-forms allow-scripts' srcdoc='"
    + FORM.replace("{more}", "") + SENT + "'></iframe>",
    "fetch": "<script>fetch('{url}', {" + POST + ", mode: 'no-cors'})</script>",
    "fetch with cors": "<script>fetch('{url}', {" + POST + "})</script>",
    "a beacon": "<script>navigator.sendBeacon('{url}', new URLSearchParams('action=accept-all'))</script>",
    "a navigation": "<script>location = '{url}?action=accept-all'</script>",
    "a picture": "<img src='{url}?action=accept-all'>",
    "a redirect": FORM.replace("{more}", "").replace("{url}", "/redirect") + SENT,
}  # fmt: skip


@contextmanager
def attacking(port: int) -> Iterator[Any]:
    """A site of somebody else: a page for each attack."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        url = f"http://gazette.localhost:{port}{CHOICE}"
        path = scope["path"][1:].replace("-", " ")
        headers = [(b"content-type", b"text/html")]
        status = 200
        if path == "redirect":
            status, headers = 307, [(b"location", url.encode())]
        body = ATTACKS.get(path, "").replace("{url}", url).encode()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    with serve_asgi(app, lifespan="off") as evil:
        yield evil


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind("asgi", Pages(), tmp_path_factory.mktemp("watched")) as running:
        yield running


@pytest.mark.browser
@pytest.mark.parametrize("host", ["127.0.0.1", "sub.gazette.localhost", "gazette.localhost"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_page_of_another_site_chooses_in_a_real_browser(
    watched: Running, context: BrowserContext, attack: str, host: str
) -> None:
    with attacking(watched.port) as evil:
        page = context.new_page()
        home = f"http://gazette.localhost:{watched.port}/"
        asked: list[str] = []
        context.on("requestfinished", lambda request: asked.append(request.url))
        context.on("requestfailed", lambda request: asked.append(request.url))
        page.goto(f"http://{host}:{evil}/{attack.replace(' ', '-')}")
        page.wait_for_load_state("networkidle")
        for _ in range(200):
            if any(CHOICE in url for url in asked):
                break
            page.wait_for_timeout(25)
        assert any(CHOICE in url for url in asked)  # it was tried
        assert "bandeau_choice" not in {cookie.get("name") for cookie in context.cookies(home)}
        own = context.new_page()
        own.goto(home)
        assert own.locator("#bandeau-notice").count() == 1
