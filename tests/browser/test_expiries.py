"""A real browser forgets every refused cookie within a few pages, those that no script can reach among them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from bandeau.enforce.purge import expiries
from support.servers import serve_asgi

pytestmark = pytest.mark.browser

HOST = "www.gazette.localhost"
APART = "; Secure; SameSite=None; Partitioned"
SET = [
    f"t{number}=1; HttpOnly; Domain=gazette.localhost; Path=/{APART if number % 3 == 0 else ''}".encode()
    for number in range(12)
]


async def site(scope: Any, receive: Any, send: Any) -> None:
    """Sets cookies on one page; asks the browser to forget whatever it sends on every other."""
    headers = [(b"set-cookie", one) for one in SET]
    if scope["path"] != "/set":
        sent = dict(scope["headers"]).get(b"cookie", b"").decode()
        headers = expiries([piece.partition("=")[0] for piece in sent.split("; ")], HOST, scope["path"])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html"), *headers]})
    await send({"type": "http.response.body", "body": b"<!doctype html><title>x</title>"})


def test_http_only_cookies_of_a_parent_domain_go_even_those_kept_apart_by_site(context: BrowserContext) -> None:
    with serve_asgi(site, lifespan="off") as port:
        page = context.new_page()
        page.goto(f"http://{HOST}:{port}/set")
        assert len(context.cookies()) == len(SET)
        for number in range(8):
            page.goto(f"http://{HOST}:{port}/{number % 2}")
        assert context.cookies() == []
