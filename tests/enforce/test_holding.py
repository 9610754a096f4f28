"""Invariants of remembered tags: what one page, policy or base was told never shows in another; what is kept is
bounded; a page reads the same whether its tags were seen before or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce import holding
from bandeau.enforce.html import Holder, Inserts, Rewriter
from bandeau.enforce.url import Base
from bandeau.model import Origin
from support.pages import PAGE, all_allowed, evil_refused, no_placeholder, only_own, rewrite

IMAGE = b"<p><img src=//evil.example/a.png>"
HELD = b"<p><img data-bandeau-src=//evil.example/a.png>"


def rewritten(holder, page):
    made = Rewriter(holder, Inserts(), no_placeholder)
    return made.feed(page) + made.close(), made.held


@pytest.fixture
def asked():
    return []


@pytest.fixture
def spying(asked):
    def spy(origin, path):
        asked.append((origin.host, path))
        return evil_refused(origin, path)

    return Holder(spy, PAGE)


def test_a_tag_is_judged_once_for_all_pages_and_listed_on_each(spying, asked):
    assert [rewritten(spying, IMAGE) for _ in range(3)] == [(HELD, [("img", "evil.example", "evil")])] * 3
    assert asked == [("evil.example", "/a.png")]


def test_two_policies_never_share_a_verdict():
    refusing, allowing = Holder(evil_refused, PAGE), Holder(all_allowed, PAGE)
    for _ in range(2):
        assert rewritten(refusing, IMAGE)[0] == HELD
        assert rewritten(allowing, IMAGE)[0] == IMAGE


def test_two_origins_never_share_a_verdict():
    page = b"<img src=a.png><img src=//gazette.example/a.png>"
    elsewhere = Base(Origin("https", "evil.example", 443), "/")
    for _ in range(2):
        assert rewritten(Holder(only_own, PAGE), page)[0] == page
        assert rewritten(Holder(only_own, elsewhere), page)[0] == page.replace(
            b"<img src=a", b"<img data-bandeau-src=a"
        )


def test_what_was_said_before_a_base_does_not_count_after_it_nor_the_other_way_round(asked):
    def cdn_refused_below_b(origin, path):
        asked.append((origin.host, path))
        return only_own(PAGE.origin, "") if (origin.host, path) != ("cdn.example", "/b/a.png") else only_own(origin, "")

    holder = Holder(cdn_refused_below_b, PAGE)
    for _ in range(2):
        assert rewritten(holder, b"<img src=a.png><base href=//cdn.example/b/><img src=a.png><img src=a.png>")[0] == (
            b"<img src=a.png><base href=//cdn.example/b/><img data-bandeau-src=a.png><img data-bandeau-src=a.png>"
        )
        assert rewritten(holder, b"<img src=a.png>")[0] == b"<img src=a.png>"
    assert asked.count(("gazette.example", "/news/a.png")) == 1
    assert asked.count(("cdn.example", "/b/a.png")) == 4, "after a base nothing is remembered"


def test_a_base_that_is_held_moves_nothing_on_any_page(spying):
    page = b"<base href=//cdn.evil.example/><img src=a.png>"
    for _ in range(2):
        assert rewritten(spying, page)[0] == b"<base data-bandeau-href=//cdn.evil.example/><img src=a.png>"


def test_a_long_tag_is_not_remembered(spying, asked):
    tag = b"<img src=//evil.example/a.png title='%b'>"
    short = tag % (b"x" * (holding.LONGEST_REMEMBERED - len(tag) + 2))
    long = tag % (b"x" * (holding.LONGEST_REMEMBERED - len(tag) + 3))
    assert len(short) == holding.LONGEST_REMEMBERED
    for _ in range(2):
        rewritten(spying, short)
    assert len(asked) == 1
    for _ in range(2):
        rewritten(spying, long)
    assert len(asked) == 3


def test_what_is_remembered_is_bounded_for_all_policies_together(spying, asked):
    rewritten(spying, IMAGE)
    others = b"".join(b"<img src=/%d.png>" % number for number in range(holding.MOST_REMEMBERED))
    rewritten(Holder(all_allowed, PAGE), others)
    rewritten(spying, IMAGE)
    assert len(asked) == 2, "the tag that was not asked for longest made room"


TAGS = st.sampled_from(
    [b"<img src=//evil.example>", b"<img src=a>", b"<IMG SRC=a>", b"<script>", b"<script src=//evil.example></script>",
     b"<script href=//evil.example></script>", b"</script>", b"<svg>", b"</svg>", b"<title>", b"</title>", b"<p>", b"x",
     b"<template>", b"</template>", b"<base href=//evil.example>", b"<base href=//ok.example/b/>", b"<noscript>",
     b"</noscript>", b"<iframe srcdoc='<img src=//evil.example>'></iframe>", b"<iframe src=//evil.example></iframe>",
     b"<desc>", b"<style>", b"</style>", b"<div id=a>", b"<body>", b"<frameset>", b"<plaintext>", b"<math>", b"<mi>"]
)  # fmt: skip
SHARED = Holder(evil_refused, PAGE)


@given(st.lists(TAGS, max_size=12).map(b"".join))
def test_a_page_reads_the_same_whether_its_tags_were_seen_before_or_not(page):
    made = Rewriter(SHARED, Inserts(b"[H]", b"[B]"), no_placeholder, {"a": lambda: b"[C]"})
    unseen = rewrite(page, head=b"[H]", body=b"[B]", within={"a": lambda: b"[C]"})
    assert made.feed(page) + made.close() == unseen
