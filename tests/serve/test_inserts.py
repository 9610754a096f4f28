"""Invariants of what is prepared once for every page: each page gets its own place, its own choice, its own origin."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.ask.notice import banner, control
from bandeau.decide import accept_all, refuse_all
from bandeau.enforce.csp import ScriptLeave
from bandeau.model import Origin
from bandeau.serve.inserts import Embeds, Stands, rewriter
from bandeau.serve.variants import Variant, ascii_html
from support.newsroom import NEWSROOM

ORIGIN = Origin("https", "gazette.localhost", 443)
FREE = ScriptLeave(inline=True)
DECLARATION = NEWSROOM
ASKING = Variant(DECLARATION, None, signal=False)
REFUSED = Variant(DECLARATION, refuse_all(), signal=False)
ACCEPTED = Variant(DECLARATION, accept_all(DECLARATION), signal=False)


def put(variant, page, origin=ORIGIN, leave=FREE):
    made = rewriter(Embeds(variant, "fr", "/une"), origin, leave, Stands.ALONE)
    return made.feed(page) + made.close()


PLACES = st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"], exclude_characters="\\"), max_size=30).map(
    "/une".__add__
)


@given(st.one_of(PLACES, st.sampled_from(["/bandeau-back/", "/?a=%2Fbandeau-back%2F&b='\"<"])))
def test_the_prepared_notice_is_the_one_drawn_for_that_page(place):
    for variant, draw in ((ASKING, banner), (REFUSED, control)):
        drawn = ascii_html(draw(variant.view("fr", place)))
        assert variant.notice("fr", place) == drawn


def test_visitors_who_chose_otherwise_never_get_each_others_page():
    host = next(host.name for service in DECLARATION.asked for host in service.hosts)
    page = f'<body><img src="//{host}/a.png">'.encode()
    held = page.replace(b"<body>", b"").replace(b" src", b" data-bandeau-src")
    for _ in range(2):
        assert page.removeprefix(b"<body>") in put(ACCEPTED, page)
        assert held in put(REFUSED, page)
        assert put(ASKING, page).endswith(held)


def test_what_is_a_pages_own_is_not_another_origins():
    image = b"<img src=https://preview.localhost:8443/a.png>"
    for _ in range(2):
        assert put(ASKING, image, Origin("https", "preview.localhost", 8443)).endswith(image)
        assert put(ASKING, image).endswith(b"<img data-bandeau-src=https://preview.localhost:8443/a.png>")


def test_the_guard_runs_inline_where_it_may_by_the_pages_own_nonce_or_else_from_a_file():
    assert b'<script data-turbo-track="reload">' + ASKING.guard + b"</script>" in put(ASKING, b"<p>")
    for nonce in (b"abc", b"def"):
        guard = put(ASKING, b"<p>", leave=ScriptLeave(inline=False, nonce=nonce.decode()))
        assert guard.startswith(b'<script data-turbo-track="reload" nonce="' + nonce + b'">')
        assert guard.count(b' nonce="' + nonce + b'">') == 4, "guard, its rest, style and script of the notice"
    assert put(ASKING, b"<p>", leave=ScriptLeave(inline=False)).startswith(
        b'<script data-turbo-track="reload" src="/.bandeau/guard.js?v=none-">'
    )


@pytest.mark.parametrize("nonce", [None, "abc"])
def test_the_rest_of_the_guard_stands_right_after_it_and_runs_by_the_same_leave(nonce):
    page = put(ASKING, b"<p>", leave=ScriptLeave(inline=nonce is None, nonce=nonce))
    mark = b' nonce="abc"' if nonce else b""
    assert re.match(
        rb"<script data[^ >]*%b>[^\n]*?</script><script src=\"/.bandeau/guard-rest.js\?v=\w{12}\"%b></script>"
        % (mark, mark),
        page,
    )
