"""Invariants of what is held: an element that would contact a refused host gets another name for the attribute that
does it, and nothing else in the page changes; links stay links; text that is not markup stays text."""

from __future__ import annotations

from html import unescape

import pytest

from support.pages import evil_refused, rewrite, rewriter

E = b"https://evil.example/x"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"<script src='%b'></script>", b"<script type=\"bandeau/held\" data-bandeau-src='%b'></script>"),
        (b"<script type=module src=%b>", b'<script type="bandeau/held" type=module data-bandeau-src=%b>'),
        (b"<SCRIPT\nSRC = %b async>", b'<SCRIPT type="bandeau/held"\ndata-bandeau-SRC = %b async>'),
        (b'<iframe src="%b"></iframe>', b'<iframe data-bandeau-src="%b"></iframe>'),
        (b'<frame src="%b">', b'<frame data-bandeau-src="%b">'),
        (b'<embed src="%b">', b'<embed data-bandeau-src="%b">'),
        (b'<object data="%b">', b'<object data-bandeau-data="%b">'),
        (b'<portal src="%b">', b'<portal data-bandeau-src="%b">'),
        (b"<img/src=%b/>", b"<img/data-bandeau-src=%b/>"),
        (b'<image src="%b">', b'<image data-bandeau-src="%b">'),
        (b'<img src=/a.png srcset="/b 1x, %b 2x">', b'<img src=/a.png data-bandeau-srcset="/b 1x, %b 2x">'),
        (b'<source srcset="%b">', b'<source data-bandeau-srcset="%b">'),
        (b'<video poster="%b" src=/a>', b'<video data-bandeau-poster="%b" src=/a>'),
        (b'<audio src="%b">', b'<audio data-bandeau-src="%b">'),
        (b'<track src="%b">', b'<track data-bandeau-src="%b">'),
        (b'<input type=" image" type=image src=%b>', b'<input type=" image" type=image src=%b>'),
        (b"<input type=IMAGE src=%b>", b"<input type=IMAGE data-bandeau-src=%b>"),
        (b'<link rel="x StyleSheet" href=%b>', b'<link rel="x StyleSheet" data-bandeau-href=%b>'),
        (b'<link rel="dns&#45;prefetch" href=%b>', b'<link rel="dns&#45;prefetch" data-bandeau-href=%b>'),
        (b"<link rel=preload imagesrcset='%b 1x'>", b"<link rel=preload data-bandeau-imagesrcset='%b 1x'>"),
        (b'<td background="%b">', b'<td data-bandeau-background="%b">'),
        (b"<td BACKGROUND = '%b'>", b"<td data-bandeau-BACKGROUND = '%b'>"),
        (b'<svg><image xlink:href="%b"/></svg>', b'<svg><image data-bandeau-xlink:href="%b"/></svg>'),
        (b'<svg><use href="%b#a"/></svg>', b'<svg><use data-bandeau-href="%b#a"/></svg>'),
        (b'<svg><feImage href="%b"/></svg>', b'<svg><feImage data-bandeau-href="%b"/></svg>'),
        (b"<svg><script href=%b /></svg>", b'<svg><script type="bandeau/held" data-bandeau-href=%b /></svg>'),
        (b'<a href=/x ping="/p %b">', b'<a href=/x data-bandeau-ping="/p %b">'),
        (b'<area ping="%b">', b'<area data-bandeau-ping="%b">'),
        (
            b'<meta http-equiv=Refresh content="1; URL=%b">',
            b'<meta data-bandeau-http-equiv=Refresh content="1; URL=%b">',
        ),
        (b'<meta http-equiv=refresh content="0%b">', b'<meta http-equiv=refresh content="0%b">'),
        (b'<meta http-equiv=refresh content="0 \'%b\'">', b'<meta data-bandeau-http-equiv=refresh content="0 \'%b\'">'),
        (b'<img src="/a" src="%b">', b'<img src="/a" src="%b">'),
        (b'<img src="%b" src="%%b">', b'<img data-bandeau-src="%b" data-bandeau-src="%%b">'),
        (b"<noscript><img src=%b></noscript>", b"<noscript><img data-bandeau-src=%b></noscript>"),
        (b"<template><img src=%b></template>", b"<template><img data-bandeau-src=%b></template>"),
        (b"</a/x='>'><img src=%b>", b"</a/x='>'><img data-bandeau-src=%b>"),
        (b'<a b"c><img src=%b>', b'<a b"c><img data-bandeau-src=%b>'),
        (b"<a b ='>'><img src=%b>", b"<a b ='>'><img data-bandeau-src=%b>"),
        (b"<a ='><img src=%b>'>", b"<a ='><img data-bandeau-src=%b>'>"),
        (b"<a b/ ='><img src=%b>", b"<a b/ ='><img data-bandeau-src=%b>"),
        (b"<a='x><img src=%b>'>", b"<a='x><img data-bandeau-src=%b>'>"),
        (b"<a x='1'y=\"'\"><img src=%b>", b"<a x='1'y=\"'\"><img data-bandeau-src=%b>"),
        (b"a < b <3 <<img src=%b>", b"a < b <3 <<img data-bandeau-src=%b>"),
        (b"<!--><img src=%b>-->", b"<!--><img data-bandeau-src=%b>-->"),
        (b"<!---><img src=%b>-->", b"<!---><img data-bandeau-src=%b>-->"),
        (b"<!-- --!><img src=%b>-->", b"<!-- --!><img data-bandeau-src=%b>-->"),
        (b"</ ><img src=%b>", b"</ ><img data-bandeau-src=%b>"),
        (b"<?php '><img src=%b>", b"<?php '><img data-bandeau-src=%b>"),
        (b"<!doctype html '><img src=%b>", b"<!doctype html '><img data-bandeau-src=%b>"),
        (b"<![CDATA[><img src=%b>]]>", b"<![CDATA[><img data-bandeau-src=%b>]]>"),
        (b"<svg><title><img src=%b></title>", b"<svg><title><img data-bandeau-src=%b></title>"),
        (b"<svg><style><img src=%b></style>", b"<svg><style><img data-bandeau-src=%b></style>"),
        (b"<svg><script/><img src=%b>", b"<svg><script/><img data-bandeau-src=%b>"),
        (b"<math><mi><script/><img src=%b></script>", b"<math><mi><script/><img src=%b></script>"),
        (b"<svg><p><style><img src=%b></style>", b"<svg><p><style><img src=%b></style>"),
        (b"<svg></p><style><img src=%b></style>", b"<svg></p><style><img src=%b></style>"),
        (b"<svg><font color=x><xmp><img src=%b></xmp>", b"<svg><font color=x><xmp><img src=%b></xmp>"),
        (b"<math><svg><title><xmp><img src=%b>", b"<math><svg><title><xmp><img data-bandeau-src=%b>"),
        (b"<svg><font><xmp><img src=%b></xmp>", b"<svg><font><xmp><img data-bandeau-src=%b></xmp>"),
        (
            b"<script></scriptx><img src=%b></script ><img src=%b>",
            b"<script></scriptx><img src=%b></script ><img data-bandeau-src=%b>",
        ),
        (
            b"<script><!-- <script> </script> <img src=%b> --></script>",
            b"<script><!-- <script> </script> <img src=%b> --></script>",
        ),
        (b"<script><!--><script></script><img src=%b>", b"<script><!--><script></script><img data-bandeau-src=%b>"),
        (b"<script><!-- </script><img src=%b>-->", b"<script><!-- </script><img data-bandeau-src=%b>-->"),
        (b"<iMG src=%b>", b"<iMG data-bandeau-src=%b>"),
        (b"<lINK rel=preconnect href=%b>", b"<lINK rel=preconnect data-bandeau-href=%b>"),
        (b"<a attributionSrc='/x %b'>", b"<a data-bandeau-attributionSrc='/x %b'>"),
        (b"<meta http-equiv=refresh content='+1e0,%b'>", b"<meta data-bandeau-http-equiv=refresh content='+1e0,%b'>"),
        (b"<base href=/><base href=%b>", b"<base href=/><base data-bandeau-href=%b>"),
        # An end tag of something that is not open outside leaves a drawing open, any other closes it.
        (b"<svg></div><style><img src=%b></style>", b"<svg></div><style><img data-bandeau-src=%b></style>"),
        (b"<svg></div></svg><style><img src=%b></style>", b"<svg></div></svg><style><img src=%b></style>"),
        (b"<svg></div><p><style><img src=%b></style>", b"<svg></div><p><style><img src=%b></style>"),
        (
            b"<svg><foreignObject><i></foreignObject><style><!-- </style><img src=%b>",
            b"<svg><foreignObject><i></foreignObject><style><!-- </style><img data-bandeau-src=%b>",
        ),
        (
            b"<svg><foreignObject><i></i><br></foreignObject><script/><img src=%b>",
            b"<svg><foreignObject><i></i><br></foreignObject><script/><img data-bandeau-src=%b>",
        ),
        (b"<math><mi><mglyph><xmp><img src=%b></xmp>", b"<math><mi><mglyph><xmp><img data-bandeau-src=%b></xmp>"),
        (
            b"<math><annotation-xml><svg><desc><style><img src=%b></style>",
            b"<math><annotation-xml><svg><desc><style><img src=%b></style>",
        ),
        # Some parsers pass by what is not expected in a select or a frameset.
        (b"<select><xmp></select><img src=%b></xmp>", b"<select><xmp></select><img data-bandeau-src=%b></xmp>"),
        (b"<select><option></select><xmp><img src=%b></xmp>", b"<select><option></select><xmp><img src=%b></xmp>"),
        (b"<noscript><noscript><img src=%b></noscript>", b"<noscript><noscript><img data-bandeau-src=%b></noscript>"),
    ],
)  # fmt: skip
def test_a_fetching_attribute_to_a_refused_host_gets_another_name(page, expected):
    evil = (E,) * page.count(b"%b")
    page, expected = page.replace(b"%%b", b"%b") % evil, expected.replace(b"%%b", b"%b") % evil
    assert rewrite(page) == expected
    assert rewrite(b"<p>" + page) == b"<p>" + expected, "the same inside the body"


@pytest.mark.parametrize(
    "page",
    [
        b'<a href="https://evil.example/telegram">Follow us</a>',
        b'<form action="https://evil.example/"><button formaction="https://evil.example/">',
        b'<link rel=canonical href="https://evil.example/"><link rel=alternate href="//evil.example">',
        b'<link rel="author amphtml" href="https://evil.example/"><link href="https://evil.example/">',
        b'<meta property=og:image content="https://evil.example/">',
        b'<img data-src="https://evil.example/" alt="<img src=https://evil.example>">',
        b"<!-- <img src=//evil.example> --!x><img src=//evil.example>-->",
        b"<script>x = '<img src=//evil.example>'</script>",
        b"<style><img src=//evil.example></style>",
        b"<textarea><img src=//evil.example></textarea>",
        b"<title><img src=//evil.example></TITLE\n>",
        b"<xmp><img src=//evil.example></xmp>",
        b"<noembed><img src=//evil.example></noembed>",
        b"<noframes><img src=//evil.example></noframes>",
        b"<iframe><img src=//evil.example></iframe>",
        b"<plaintext></plaintext><img src=//evil.example>",
        b"<svg><![CDATA[<img src=//evil.example>>]]></svg>",
        b"<div title='><img src=//evil.example>'>",
        b'<div title="\'>" x=<img/src=//evil.example >',
        b"<div x = \"<img src=//evil.example>\" y='<img src=//evil.example>'>",
        b"<img src='javascript:/*//evil.example*/'><img src=evil.example/x><img src=https:/evil.example>",
        b"<input src=//evil.example><div src=//evil.example><script type=x>//evil.example</script>",
        b"<!doctype html><img src=//evil.example",
        b"",
        b"\xef\xbb\xbf",
        b"<",
    ],
)
def test_what_fetches_nothing_from_a_refused_host_stays_as_it_is(page):
    assert rewrite(page) == page


def test_a_base_on_an_allowed_host_moves_what_is_relative_to_it():
    made = rewriter()
    made.feed(b"<base href=//cdn.example/a/><base href=//other.example><img src=b.png>")
    assert made.held == []
    page = b"<base href=//cdn.evil.example/><img src=/a><base href=//cdn.example/><img src=//evil.example>"
    assert rewrite(page) == (
        b"<base data-bandeau-href=//cdn.evil.example/><img src=/a><base href=//cdn.example/>"
        b"<img data-bandeau-src=//evil.example>"
    )


def test_relative_urls_are_judged_where_the_base_leads():
    asked = []

    def spy(origin, path):
        asked.append((origin.host, path))
        return evil_refused(origin, path)

    rewrite(b"<img src=a.png><base href=//cdn.example/b/><base href=/x/><img src=c.png>", verdict=spy)
    assert asked[:2] == [("gazette.example", "/news/a.png"), ("cdn.example", "/b/")]
    assert asked[-1] == ("cdn.example", "/b/c.png"), "only the first base counts"


def test_a_document_inside_a_frame_is_rewritten_in_its_own_quoting():
    assert rewrite(b'<iframe srcdoc="<p title=&quot;&eacute;\xe9&quot;>hi</p>"></iframe>') == (
        b'<iframe srcdoc="<p title=&quot;&eacute;\xe9&quot;>hi</p>"></iframe>'
    )
    assert rewrite(b"<iframe srcdoc='<img src=&#39;//evil.example&#39;>\xe9&eacute;&amp;'></iframe>") == (
        b"<iframe srcdoc='<img data-bandeau-src=&#39;//evil.example&#39;>\xe9&#233;&#38;'></iframe>"
    )
    assert rewrite(b"<iframe srcdoc=<img/src=//evil.example&#32;x&gt;></iframe>") == (
        b"<iframe srcdoc=&#60;img/data-bandeau-src&#61;//evil.example&#32;x&#62;></iframe>"
    )


def test_documents_inside_documents_are_rewritten_to_a_bounded_depth():
    page = b"<img src=//evil.example>"
    for _ in range(4):
        page = b'<iframe srcdoc="' + page.replace(b"&", b"&amp;").replace(b'"', b"&quot;") + b'"></iframe>'
    out = rewrite(page)
    for _ in range(3):
        out = unescape(out.partition(b'srcdoc="')[2].partition(b'"')[0].decode()).encode()
    assert out.startswith(b"<iframe data-bandeau-srcdoc="), "what is deeper is held as a whole"


def test_the_guard_goes_first_into_documents_inside_the_page():
    page = b"<!doctype html><p><iframe srcdoc='<!doctype html><p>x'></iframe><noscript><iframe srcdoc=y></noscript>"
    assert rewrite(page, inner=b"[G]") == (
        b"<!doctype html><p><iframe srcdoc='<!doctype html>[G]<p>x'></iframe><noscript><iframe srcdoc=[G]y></noscript>"
    )
    assert rewrite(b"<iframe srcdoc='<iframe srcdoc=y>'>", inner=b"[G]") == (
        b"<iframe srcdoc='[G]<iframe srcdoc=[G]y>'>"
    )
    assert rewrite(b"<svg><iframe srcdoc=y>", inner=b"[G]") == b"<svg><iframe srcdoc=[G]y>"


def test_in_a_frameset_all_but_frames_is_passed_by():
    page = b"<frameset><xmp><frame src=//evil.example></xmp>"
    assert rewrite(page) == b"<frameset><xmp><frame data-bandeau-src=//evil.example></xmp>"


@pytest.mark.parametrize("end", [b"</noscript>", b""])
def test_a_noscript_is_markup_however_long_it_is(end):
    page = b"<p><noscript>" + b"<p>x" * 40_000 + b"<link rel=preconnect href=//evil.example>" + end
    assert rewrite(page) == page.replace(b"href", b"data-bandeau-href")
    assert rewrite([page[at : at + 999] for at in range(0, len(page), 999)]) == rewrite(page)


def test_a_noscript_ends_where_either_kind_of_browser_ends_it():
    # With scripts the comment is text and ends with the noscript.
    assert rewrite(b"<p><noscript><!-- </noscript><img src=//evil.example> -->") == (
        b"<p><noscript><!-- </noscript><img data-bandeau-src=//evil.example> -->"
    )


def test_reports_what_was_held_and_keeps_the_list_short():
    made = rewriter()
    made.feed(b"<img src=//evil.example><script src=//a.evil.example></script>" * 600)
    assert made.held[:2] == [("img", "evil.example", "evil"), ("script", "a.evil.example", "evil")]
    assert len(made.held) == 1000
