"""Invariants of the stream: never raises; the output does not depend on how the input is cut; no byte is lost, changed
or moved, whatever the bytes are; what is kept back is bounded."""

# ruff: noqa: E501 (each row of the tables is one piece of markup)

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce import stream
from bandeau.enforce.html import Instead
from support.pages import all_allowed, rewrite, rewriter

PIECES = [
    *(b"<", b">", b"/", b"=", b'"', b"'", b" ", b"\n", b"\t", b"\0", b"\x0b", b"!", b"?", b"-", b"--"),
    *(b"&", b"x", b"\xff", b"http-equiv="),
    *(b"<!--", b"-->", b"--!>", b"<!-->", b"<![CDATA[", b"]]>", b"<!doctype html>", b"</", b"/>", b"\xef\xbb\xbf"),
    *(b"<script", b"</script", b"</script>", b"<SCRIPT>", b"<style>", b"</style>", b"<title>", b"</title>", b"<xmp>"),
    *(b"<svg>", b"</svg>", b"<svg", b"<math>", b"<mi>", b"<title/>", b"<foreignObject>", b"</foreignObject>", b"<p>"),
    *(b"<noscript>", b"</noscript>", b"<template>", b"</template>", b"<head>", b"<body>", b"<html>", b"<frameset>"),
    *(b"<img ", b"<iframe ", b"<a ", b"<div ", b"<plaintext>", b"<textarea>", b"</textarea>", b"<link rel=preload "),
    *(b"src=", b"SRC", b"srcset='", b"href=", b"srcdoc='", b"id=a ", b"ping=", b"//evil.example", b"https:", b"&#32;"),
    *(b"data-x='<img src=//evil.example>' ", b"<base href=//cdn.example/>", b"//ok.example ", b"&quot;"),
]  # fmt: skip
markup = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)
pages = st.one_of(markup, st.binary(max_size=60))
OPTIONS = {
    "head": b"<script>guard</script>",
    "body": b"<aside>notice</aside>",
    "instead": lambda held: Instead(b"<b>held</b>"),
    "within": {"a": lambda: b"<b>within</b>"},
}


def cut(page, cuts):
    edges = sorted({0, len(page), *(at for at in cuts if at < len(page))})
    return [page[start:end] for start, end in pairwise(edges)]


@given(pages, st.lists(st.integers(0, 200), max_size=8))
def test_how_the_page_is_cut_changes_nothing(page, cuts):
    whole = rewrite(page, **OPTIONS)
    assert rewrite([page[at : at + 1] for at in range(len(page))], **OPTIONS) == whole
    assert rewrite(cut(page, cuts), **OPTIONS) == whole
    assert rewrite([b"", page, b""], **OPTIONS) == whole


@pytest.fixture
def short_tags(monkeypatch):
    monkeypatch.setattr(stream, "LONGEST", 24)


@pytest.mark.usefixtures("short_tags")
class TestWithTagsTooLongToKeep:
    @pytest.mark.parametrize("tail", [b"<img src=//evil.example>", b"'<img src=//evil.example>", b'">'])
    @pytest.mark.parametrize(
        "tag",
        [b"<div title='%b'>", b'<div title="%b" x>', b"<div title=%b>", b"<div %b =  >", b"<script a=%b></p></script>",
         b"<svg %b/>", b"</div x='%b'>", b"<d%b>", b"<div a%b = '>'>", b"<div/%b/'>", b"<noscript>%b</noscript>",
         b"<style a='%b'><p></style>", b"<body a='%b'>", b"<head a='%b'>", b"<!-- %b-->", b"<!%b>"],
    )  # fmt: skip
    def test_the_rest_of_the_page_is_read_as_if_they_were_short(self, tag, tail):
        page = tag.replace(b"%b", b"x" * 30) + tail
        outs = {rewrite([page[at : at + step] for at in range(0, len(page), step)], **OPTIONS) for step in (1, 7, 999)}
        assert len(outs) == 1
        stream.LONGEST = 65_536
        assert outs == {rewrite(page, **OPTIONS)}

    @pytest.mark.parametrize(
        ("tag", "expected"),
        [
            (b"<img src=//evil.example title=%b>", b"<img data-bandeau-src=//evil.example title=%b>"),
            (b"<img alt='%b' SRC = '//evil.example' src=/a>", b"<img alt='%b' data-bandeau-SRC = '//evil.example' src=/a>"),
            (b"<img src=/a.png alt='%b' srcset='/b 2x'>", b"<img src=/a.png alt='%b' srcset='/b 2x'>"),
            (b"<img src='data:%b' srcset='//evil.example 2x'>", b"<img src='data:%b' data-bandeau-srcset='//evil.example 2x'>"),
            (b"<img src=//evil.example/%b>", b"<img data-bandeau-src=//evil.example/%b>"),
            (b"<img src='\n %b //evil.example'>", b"<img data-bandeau-src='\n %b //evil.example'>"),
            (b"<img srcset='data:,%b, //evil.example'>", b"<img data-bandeau-srcset='data:,%b, //evil.example'>"),
            (b"<img data-src='//evil.example/%b'>", b"<img data-src='//evil.example/%b'>"),
            (b"<link href=//evil.example title=%b rel=preconnect>", b"<link data-bandeau-href=//evil.example title=%b rel=preconnect>"),
            (b"<meta content=%b http-equiv=refresh>", b"<meta content=%b data-bandeau-http-equiv=refresh>"),
            (b"<meta content='//evil.example %b' name=x>", b"<meta content='//evil.example %b' name=x>"),
            (b"<iframe srcdoc='%b'>", b"<iframe data-bandeau-srcdoc='%b'>"),
            (b"<script src=//evil.example id=%b></script>", b'<script type="bandeau/held" data-bandeau-src=//evil.example id=%b></script>'),
            (b"<script type=speculationrules id=%b>{</script>", b'<script type="bandeau/held" data-bandeau-type=speculationrules id=%b>{</script>'),
            (b"<div src=//evil.example title=%b>", b"<div src=//evil.example title=%b>"),
            (b"</img src=//evil.example title=%b>", b"</img src=//evil.example title=%b>"),
        ],
    )  # fmt: skip
    def test_of_what_cannot_be_read_at_once_everything_is_held_that_may_lead_away(self, tag, expected):
        page, expected = tag.replace(b"%b", b"x" * 40), expected.replace(b"%b", b"x" * 40)
        for step in (1, 7, 999):
            assert rewrite([page[at : at + step] for at in range(0, len(page), step)]) == expected

    @given(pages)
    def test_how_the_page_is_cut_changes_nothing(self, page):
        whole = rewrite(page, **OPTIONS)
        assert rewrite([page[at : at + 1] for at in range(len(page))], **OPTIONS) == whole
        assert rewrite([page[:30], page[30:]], **OPTIONS) == whole


@given(pages)
def test_a_page_without_refused_hosts_keeps_every_byte(page):
    assert rewrite(page, verdict=all_allowed) == page


@given(pages)
def test_what_is_put_in_can_be_taken_out_again(page):
    out = rewrite(page)
    if b"srcdoc" not in page and b"bandeau" not in page:
        assert out.replace(b' type="bandeau/held"', b"").replace(b"data-bandeau-", b"") == page


@given(markup, st.binary(max_size=30))
def test_rubbish_after_a_page_changes_nothing_before_it(page, rubbish):
    before, after = rewriter(), rewriter()
    settled = before.feed(page)
    assert (after.feed(page + rubbish) + after.close()).startswith(settled)


@pytest.mark.parametrize(
    "start",
    [b"<div ", b"<div a='", b'<img src="', b"<!--", b"<!x", b"<script>", b"<title>", b"<svg><![CDATA[",
     b"<noscript>", b"</x ", b"<", b"<x", b"<plaintext>", b"<script><!--<script>", b"<svg>" * 9,
     b"<template>", b"<noscript><noscript>"],
)  # fmt: skip
def test_what_is_kept_back_is_bounded(start):
    made = rewriter()
    given_out = len(made.feed(start))
    for _ in range(80):
        given_out += len(made.feed(b"x" * 4096))
    assert len(start) + 80 * 4096 - given_out <= stream.LONGEST + 4096
    assert made.feed(b"'\">") is not None
