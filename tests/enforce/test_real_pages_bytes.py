"""Invariants on real pages as they were served: nothing refused and nothing inserted gives the same bytes; what is put
in is all that differs; how the page is cut changes nothing."""

from __future__ import annotations

import pytest

from support.pages import REAL_PAGES, all_allowed, only_own, rewrite

pytestmark = pytest.mark.skipif(not REAL_PAGES, reason="the real pages are not on this machine")

real_pages = pytest.mark.parametrize("path", REAL_PAGES, ids=lambda path: path.stem)


@real_pages
def test_a_page_with_nothing_refused_keeps_its_bytes(path):
    page = path.read_bytes()
    assert rewrite(page, verdict=all_allowed) == page
    assert rewrite((page[at : at + 1000] for at in range(0, len(page), 1000)), verdict=all_allowed) == page


@real_pages
def test_only_what_was_put_in_differs(path):
    page = path.read_bytes()
    out = rewrite(page, verdict=only_own, head=b"[GUARD]", body=b"[NOTICE]")
    assert out.count(b"[GUARD]") == out.count(b"[NOTICE]") == 1
    assert b"<script" not in out[: out.index(b"[GUARD]")].lower()
    undone = out.replace(b"[GUARD]", b"").replace(b"[NOTICE]", b"").replace(b' type="bandeau/held"', b"")
    assert undone.replace(b"data-bandeau-", b"") == page


@real_pages
def test_how_a_page_is_cut_changes_nothing(path):
    page = path.read_bytes()[:40_000]
    whole = rewrite(page, verdict=only_own, head=b"[GUARD]", body=b"[NOTICE]")
    for step in (17, 1024):
        chunks = (page[at : at + step] for at in range(0, len(page), step))
        assert rewrite(chunks, verdict=only_own, head=b"[GUARD]", body=b"[NOTICE]") == whole
