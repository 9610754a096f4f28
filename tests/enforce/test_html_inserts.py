"""Invariants of what is put in: the guard stands before everything that could run or load, the notice is first in the
body, each exactly once, wherever the page lets head and body begin; placeholders stand where the reader would look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce.html import NOTHING, Instead
from support.pages import rewrite, rewriter


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            b"<!doctype html><html><head><title>t</title></head><body><p>",
            b"<!doctype html><html><head>[H]<title>t</title></head><body>[B]<p>",
        ),
        (b"<head\n id=a><body class='>'>x", b"<head\n id=a>[H]<body class='>'>[B]x"),
        (b"<html lang=fr><script>1</script><head><body>", b"<html lang=fr>[H]<script>1</script><head><body>[B]"),
        (b"<meta charset=utf-8><title>t</title><p>", b"[H]<meta charset=utf-8><title>t</title>[B]<p>"),
        (b"hello", b"[H][B]hello"),
        (b" \n hello", b" \n [H][B]hello"),
        (b"<!-- <head> --><p><body><head>", b"<!-- <head> -->[H][B]<p><body><head>"),
        (b"<head> </head> <p>", b"<head>[H] </head> [B]<p>"),
        (b"<head> < <p>", b"<head>[H] [B]< <p>"),
        (b"<head></body>", b"<head>[H][B]</body>"),
        (b"</p></div><p>", b"</p></div>[H][B]<p>"),
        (b"</br>", b"[H][B]</br>"),
        (b"</head><body>", b"[H]</head><body>[B]"),
        (
            b"<head><template><div>a</div></template><link></head><body>",
            b"<head>[H]<template><div>a</div></template><link></head><body>[B]",
        ),
        (
            b"<head><template>a<template></template><p></template></template><p>",
            b"<head>[H]<template>a<template></template><p></template></template>[B]<p>",
        ),
        (
            b"<head><noscript><p><body></noscript><style><body></style><body>",
            b"<head>[H]<noscript><p><body></noscript><style><body></style><body>[B]",
        ),
        (
            b"<head><script>'<body>'</script><!--<body>--><body>",
            b"<head>[H]<script>'<body>'</script><!--<body>--><body>[B]",
        ),
        (b"<head></head><frameset><frame></frameset><body>", b"<head>[H]</head><frameset><frame></frameset><body>"),
        (b"<head><meta http-equiv=x content='y'><svg>", b"<head>[H]<meta http-equiv=x content='y'>[B]<svg>"),
        (b"", b"[H][B]"),
        (b"\xef\xbb\xbf", b"\xef\xbb\xbf[H][B]"),
        (b"\xef\xbb\xbf<p>", b"\xef\xbb\xbf[H][B]<p>"),
        (b"\xef\xbb", b"[H][B]\xef\xbb"),
        (b"<!doctype html><html>", b"<!doctype html><html>[H][B]"),
        (b"<!DOCTYPE html SYSTEM 'a'><html x='a>b'>x", b"<!DOCTYPE html SYSTEM 'a'><html x='a>b'>[H][B]x"),
        (b"<head><p", b"<head>[H][B]<p"),
        (b"<!-- never closed", b"<!-- never closed"),
        (b"<HTML><HEAD><BODY>", b"<HTML><HEAD>[H]<BODY>[B]"),
    ],
)  # fmt: skip
def test_guard_and_notice_go_where_the_browser_lets_head_and_body_begin(page, expected):
    assert rewrite(page, head=b"[H]", body=b"[B]") == expected
    assert rewrite([page[at : at + 1] for at in range(len(page))], head=b"[H]", body=b"[B]") == expected


TAGS = [
    *(b"<html>", b"<head>", b"</head>", b"<body>", b"</body>", b"<p>", b"<script>", b"</script>", b"<title>"),
    *(b"</title>", b"<template>", b"</template>", b" ", b"x", b"<!-- -->", b"<noscript>", b"</noscript>", b"<svg>"),
    *(b"</svg>", b"<"),
]


@given(st.lists(st.sampled_from(TAGS), max_size=12).map(b"".join))
def test_nothing_is_inserted_twice_and_the_guard_comes_before_any_script(page):
    out = rewrite(page, head=b"[H]", body=b"[B]")
    assert out.replace(b"[H]", b"").replace(b"[B]", b"") == page
    assert out.count(b"[H]") == 1 or (b"[H]" not in out and out == page)
    assert out.count(b"[B]") <= 1
    script = out.find(b"<script")
    if b"[H]" in out and 0 <= script < out.index(b"[H]"):
        # Only what is not a tag may come first.
        assert b"<!--" in out[:script] or b"<noscript" in out[:script]


def placeholder(held):
    return Instead(f"[{held.tag} {held.service.id} {held.attributes.get('width', '')}]".encode())


def test_what_stands_for_a_held_embed_is_put_before_it_and_first_among_its_attributes():
    page = b"<body><p><iframe width=560 src=//evil.example/embed></iframe>"
    assert rewrite(page, instead=lambda _: Instead(b"[before]", b" srcdoc=x")) == (
        b"<body><p>[before]<iframe srcdoc=x width=560 data-bandeau-src=//evil.example/embed></iframe>"
    )


@pytest.mark.parametrize("tag", ["iframe", "embed", "video", "audio"])
def test_every_kind_of_embed_that_a_reader_would_miss_has_a_placeholder(tag):
    assert f"[{tag} evil ]".encode() in rewrite(f"<p><{tag} src=//evil.example>".encode(), instead=placeholder)
    assert b"[object evil ]" in rewrite(b"<p><object data=//evil.example>", instead=placeholder)


@pytest.mark.parametrize(
    "attributes",
    [
        "width=1 height=1",
        "width='0'",
        "height=0px",
        "hidden",
        "style='DISPLAY : none'",
        "style=visibility:hidden",
        "style='width:1px;'",
        "style=width:0",
    ],
)
def test_what_nobody_would_have_seen_has_no_placeholder(attributes):
    out = rewrite(f"<p><iframe src=//evil.example {attributes}>".encode(), instead=placeholder)
    assert out == f"<p><iframe data-bandeau-src=//evil.example {attributes}>".encode()


@pytest.mark.parametrize(
    "attributes", ["width=10", "width=100%", "height=0.5em", "style=max-width:0", "width=", "width=11"]
)
def test_what_a_reader_would_have_seen_has_one(attributes):
    assert b"[iframe" in rewrite(f"<p><iframe src=//evil.example {attributes}>".encode(), instead=placeholder)


def test_a_held_script_has_a_placeholder_in_the_body_only():
    page = b"<head><script src=//evil.example></script><body><script src=//evil.example></script>"
    assert rewrite(page, instead=placeholder) == (
        b'<head><script type="bandeau/held" data-bandeau-src=//evil.example></script><body>'
        b'[script evil ]<script type="bandeau/held" data-bandeau-src=//evil.example></script>'
    )


def test_an_embed_for_which_nothing_stands_is_only_held():
    assert rewrite(b"<p><iframe src=//evil.example>") == b"<p><iframe data-bandeau-src=//evil.example>"


def test_images_links_posters_drawings_and_inner_documents_have_no_placeholder():
    page = (
        b"<p><img src=//evil.example><video poster=//evil.example></video><link rel=icon href=//evil.example>"
        b"<svg><script href=//evil.example></script></svg><iframe srcdoc='<embed src=//evil.example>'></iframe>"
    )
    assert b"[" not in rewrite(page, instead=placeholder)


def test_the_placeholder_is_told_what_it_needs():
    told = []
    rewrite(
        b"<p><iframe CLASS='a &amp; b' style=x title='Une vid&eacute;o' id=v onload=x "
        b"src=' //evil.example/e?a=1&amp;b=2#c '>",
        instead=lambda held: told.append(held) or NOTHING,
    )
    held = told[0]
    assert (held.tag, held.origin.host, held.path, held.url) == (
        "iframe", "evil.example", "/e", "//evil.example/e?a=1&b=2#c",
    )  # fmt: skip
    assert held.attributes == {"class": "a & b", "style": "x", "title": "Une vid\u00e9o", "id": "v"}


def test_a_placeholder_goes_into_the_element_of_a_known_id_once():
    page = b"<body><p class=x id='a'><div ID=comments>old</div><div id=comments></div><input id=b>"
    assert rewrite(page, within={"comments": lambda: b"[C]", "b": lambda: b"[no]"}) == (
        b"<body><p class=x id='a'><div ID=comments>[C]old</div><div id=comments></div><input id=b>"
    )
    assert rewrite(b"<body id=a>", body=b"[B]", within={"a": lambda: b"[C]"}) == b"<body id=a>[B][C]"
    assert rewrite(b"<p><i class=a\nid='b&#97;'>", within={"ba": lambda: b"[C]"}) == b"<p><i class=a\nid='b&#97;'>[C]"


def test_an_attribute_that_only_ends_in_id_is_no_id():
    page = b"<p><div data-id=c></div><div title=' id=c '></div><script id=c></script><svg><g id=c></g></svg>"
    made = rewriter(within={"c": lambda: b"[C]"})
    assert made.feed(page) + made.close() == page


@pytest.mark.parametrize("before", [b"", b"<!doctype html><html lang=fr>", b"<html><head><title>t</title>"])
def test_a_drawing_in_a_template_in_the_head_ends_where_the_parser_ends_it(before):
    page = before + b"<template><svg><meta name=a><style><img src=//evil.example></style></svg></template>"
    assert rewrite(page) == page, "metadata breaks out of a drawing, so that the style holds text"
    page = before + b"<template><svg><title></title></svg><title><img src=//evil.example></title></template>"
    assert rewrite(page) == page


def test_the_page_itself_may_have_the_known_id():
    assert (
        rewrite(b"<!doctype html><html id=a><p>", within={"a": lambda: b"[C]"}) == b"<!doctype html><html id=a>[C]<p>"
    )


@pytest.mark.parametrize("size", [0, 1])
@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"<body><form></form></body></html>", b"<body><form></form></body></html>[T]"),
        (b"<p>x", b"<p>x[T]"),
        (b"", b"[T]"),
        (b"<textarea></textarea></body>\n", b"<textarea></textarea></body>\n[T]"),
        (b"<p>x</p><a hre", b"<p>x</p>[T]<a hre"),
    ],
)
def test_what_comes_last_stands_at_the_end(page: bytes, expected: bytes, size: int) -> None:
    chunks = [page[at : at + size] for at in range(0, len(page), size)] if size else page
    assert rewrite(chunks, tail=b"[T]") == expected


@pytest.mark.parametrize("page", [b"<script>never ends", b"<!-- never ends"])
def test_nothing_comes_last_where_it_would_be_swallowed(page: bytes) -> None:
    assert rewrite(page, tail=b"[T]") == page
