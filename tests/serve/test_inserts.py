"""Invariants of what is prepared once for every page: each page gets its own place, its own choice, its own origin."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

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


VIDEO = next(service for service in DECLARATION.asked if service.id == "video").hosts[0].name


def frame(attributes, **options):
    """The attributes of a held frame, the document that it shows, and where the form in it leads back to."""
    page = f'<body><iframe src="https://{VIDEO}/film?a=1&amp;b=2" width=560 {attributes}></iframe>'.encode()
    made = rewriter(Embeds(ASKING, "fr", "/une", **options), ORIGIN, FREE, Stands.ALONE)
    out = (made.feed(page) + made.close()).decode()
    held = LexborHTMLParser(out).css_first("iframe[data-bandeau]").attributes
    inner = LexborHTMLParser(held["srcdoc"])
    return held, inner, inner.css_first("form")


def test_a_held_frame_shows_its_placeholder_and_keeps_what_the_page_said_of_it():
    held, inner, form = frame("class=wide loading=lazy allow=autoplay allowfullscreen")
    assert {"width": "560", "class": "wide", "loading": "lazy", "allow": "autoplay"}.items() <= held.items()
    assert (held["data-bandeau"], held["data-bandeau-src"]) == ("video", f"https://{VIDEO}/film?a=1&b=2")
    assert (held["title"], held["id"]) == ("Lanterne", "bandeau-held-video")
    assert "hidden" not in held
    assert inner.css_first(".bandeau-placeholder").attributes == {
        "class": "bandeau-placeholder",
        "role": "group",
        "aria-label": inner.css_first("b").text(),
    }
    assert form.attributes["target"] == "_self"
    back = urlsplit(form.css_first("input[name=back]").attributes["value"])
    asked = {"url": [f"https://{VIDEO}/film?a=1&b=2"], "allow": ["autoplay;fullscreen"], "lang": ["fr"]}
    assert back.path == "/.bandeau/embed"
    assert parse_qs(back.query) == {**asked, "back": ["/une"]}


def test_the_address_of_a_held_frame_contacts_nobody():
    assert frame("")[0]["src"] == f"about:blank#https://{VIDEO}/film?a=1&b=2"


def test_a_frame_keeps_its_own_name_and_title():
    held, *_ = frame('id=player title="Le phare"')
    assert (held["id"], held["title"]) == ("player", "Le phare")


@pytest.mark.parametrize("attributes", ["sandbox=allow-scripts", "credentialless"])
def test_where_the_embed_cannot_be_had_alone_the_form_leads_the_window_back(attributes):
    held, _, form = frame(attributes)
    assert "target" not in form.attributes
    assert form.css_first("input[name=back]").attributes["value"] == "/une"
    assert "allow-scripts" not in (held.get("sandbox") or "")
    assert "target" not in frame("", frames=False)[2].attributes


def test_the_nonce_that_lets_our_style_in_lets_it_into_the_frame():
    assert frame("", nonce="abc")[1].css_first("link").attributes["nonce"] == "abc"


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("border:0;z-index:2;width:50%", "border:0;z-index:2;width:50%"),
        ("border:0;z-index:2147483647;width:50%", "border:0;width:50%"),
        ("border:0;Z-INDEX : 5 !important", "border:0"),
        (r"z-\69ndex:9;top:0", "top:0"),
        ("background:URL(//x.example/a);top:0", "top:0"),
    ],
)
def test_a_held_frame_cannot_be_lifted_above_the_notice_by_its_own_style(style, kept):
    assert frame(f'style="{style}"')[0]["style"] == kept


@given(st.text(st.characters(exclude_characters="\0\r"), max_size=40))
def test_no_address_or_title_escapes_from_the_document_in_a_frame(text):
    said = text.replace("&", "&amp;").replace('"', "&quot;")
    page = f'<body><iframe src="https://{VIDEO}/{said}" title="{said}"></iframe>'
    out = put(ASKING, page.encode("utf-8", "replace")).decode("utf-8", "replace")
    tree = LexborHTMLParser(out)
    assert len(tree.css("iframe")) == 1
    inner = LexborHTMLParser(tree.css_first("iframe").attributes["srcdoc"])
    ours = {"html", "head", "meta", "title", "base", "link", "body", "span", "b", "button", "a", "form", "input"}
    assert {node.tag for node in inner.css("*")} <= ours
    assert not [name for node in inner.css("*") for name in node.attributes if name.startswith("on")]
