"""After a withdrawal a real browser's jar holds nothing refused, and everything of the site's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as Tab

from support.sites import DECLARATION, Page, Pages, Running, behind

pytestmark = pytest.mark.browser

DECLARED = DECLARATION.replace(
    'hosts = ["gazette.localhost"]', 'hosts = ["gazette.localhost", "*.gazette.localhost"]'
).replace('name = "palabre_*"', 'name = "*palabre_*"')
REFUSED = (
    "palabre_domain=1; Domain=gazette.localhost; Path=/; HttpOnly",
    "palabre_folder=1; Path=/account/orders; HttpOnly",
    "palabre_default=1; HttpOnly",
    "palabre_both=1; Domain=gazette.localhost; Path=/account/orders/7; HttpOnly; Max-Age=1000",
    "palabre_apart=1; Path=/; HttpOnly; Secure; SameSite=None; Partitioned",
    "palabre_deep=1; Path=/account/orders; Domain=www.gazette.localhost; HttpOnly; Secure; SameSite=None; Partitioned",
    "__Secure-palabre_x=1; Path=/account; Domain=gazette.localhost; Secure; HttpOnly",
    "__Host-palabre_y=1; Path=/; Secure; HttpOnly",
    "__Host-palabre_z=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
)
OWN = (
    "session=1; Path=/; HttpOnly",
    "csrftoken=1; Path=/account; Secure",
)
HTML = ("content-type", "text/html; charset=utf-8")
AHEAD = b"""<!doctype html><title>x</title>
<script type=speculationrules>{"prerender": [{"urls": ["/"], "eagerness": "immediate"}]}</script>"""
EMPTY = (b"<!doctype html><title>x</title>",)


def pages() -> Pages:
    cookies = tuple(("set-cookie", one) for one in (*REFUSED, *OWN))
    return Pages(
        {
            "/": Page(EMPTY),
            "/account/orders": Page(EMPTY),
            "/ahead": Page((AHEAD,)),
            "/set/all": Page(EMPTY, (HTML, *cookies)),
            "/api": Page((b"{}",), (("content-type", "application/json"), ("cache-control", "public, max-age=600"))),
        }
    )


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with behind("asgi", pages(), tmp_path, DECLARED) as one:
        yield one


def at(running: Running, path: str) -> str:
    return f"http://www.gazette.localhost:{running.port}{path}"


def names(context: BrowserContext) -> set[str]:
    return {cookie.get("name", "") for cookie in context.cookies()}


def choose(tab: Tab, action: str) -> None:
    """Choose as the notice's script does, without loading another page."""
    script = "async action => void await fetch('/.bandeau/choice', { method: 'POST', redirect: 'manual', body: new URLSearchParams({ action, back: '/' }) })"  # noqa: E501
    tab.evaluate(script, action)


def accepted(running: Running, context: BrowserContext) -> Tab:
    """A visitor who has accepted, and has every cookie of the site; no page is open but the front page."""
    tab = context.new_page()
    tab.goto(at(running, "/"))
    choose(tab, "accept-all")
    tab.goto(at(running, "/set/all"))
    wanted = {one.partition("=")[0] for one in (*REFUSED, *OWN)} | {"bandeau_choice"}
    assert names(context) == wanted, "on the bare page every one of them is stored"
    tab.goto(at(running, "/"))
    return tab


def test_the_answer_to_a_withdrawal_itself_ends_every_cookie_that_the_site_set(
    running: Running, context: BrowserContext
) -> None:
    tab = accepted(running, context)
    choose(tab, "refuse-all")
    assert names(context) == {"session", "csrftoken", "bandeau_choice"}


def test_erasing_ones_choice_ends_them_too(running: Running, context: BrowserContext) -> None:
    tab = accepted(running, context)
    tab.evaluate("async () => void await fetch('/.bandeau/erase', { method: 'POST', redirect: 'manual' })")
    assert names(context) == {"session", "csrftoken"}


def test_a_cookie_that_only_a_script_set_on_a_folder_goes_when_the_visitor_is_there(
    running: Running, context: BrowserContext
) -> None:
    tab = accepted(running, context)
    tab.evaluate("document.cookie = 'palabre_script=1; path=/account/orders; domain=gazette.localhost'")
    choose(tab, "refuse-all")
    assert "palabre_script" in names(context), "no request has told of it yet"
    tab.goto(at(running, "/account/orders"))
    tab.goto(at(running, "/"))
    assert names(context) == {"session", "csrftoken", "bandeau_choice"}
    assert all("palabre" not in seen.get("cookie", "") for seen in running.pages.seen[-2:])


def test_what_comes_back_goes_with_the_next_thing_that_a_script_fetches_and_is_counted(
    running: Running, context: BrowserContext
) -> None:
    tab = accepted(running, context)
    choose(tab, "refuse-all")
    back = {"name": "palabre_back", "value": "1", "domain": ".gazette.localhost", "path": "/", "httpOnly": True}
    context.add_cookies([back])  # type: ignore[list-item]
    told = tab.evaluate("async () => [...(await fetch('/api')).headers].map(([k, v]) => k + ': ' + v)")
    assert any(one.startswith("cache-control: private") for one in told), (
        "no cache gives the expiry to somebody who accepted"
    )
    assert "palabre_back" not in names(context)
    running.site.counts.write().result()
    rows = {(row.kind, row.what): row.times for row in running.site.store.tallies()}
    assert rows["enforce cookie-back", "palabre_back"] == 1
    assert "cache-control: public, max-age=600" in tab.evaluate(
        "async () => [...(await fetch('/api?again')).headers].map(([k, v]) => k + ': ' + v)"
    )


def test_pictures_and_scripts_stay_as_cacheable_as_they_are(running: Running) -> None:
    choice = running.choose("refuse-all").choice
    for destination in ("image", "script", "style"):
        got = running.get("/api", headers={"cookie": f"{choice}; palabre_x=1", "sec-fetch-dest": destination})
        assert got.one("cache-control") == "public, max-age=600"
        assert not got.all("set-cookie")


def test_before_a_choice_nothing_is_erased_and_nothing_comes_back(running: Running) -> None:
    got = running.get("/", headers={"cookie": "palabre_x=1"})
    assert not got.all("set-cookie")
    running.site.counts.write().result()
    assert running.site.store.tallies() == ()


def test_a_page_that_was_fetched_ahead_before_the_choice_is_not_shown_after_it(
    running: Running, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.goto(at(running, "/ahead"))
    for _ in range(200):
        if any("sec-purpose" in seen for seen in running.pages.seen):
            break
        tab.wait_for_timeout(50)
    else:
        pytest.skip("this browser fetches nothing ahead")
    choose(tab, "refuse-all")
    tab.evaluate("location.href = '/'")
    tab.wait_for_url(at(running, "/"))
    assert tab.locator("#bandeau-control").count() == 1
    assert tab.locator("#bandeau-notice").count() == 0
