"""A saved page becomes the text that a reader sees, whatever stands in it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.audit.promises.markup import text_of

PAGES = [
    ("<p>We use <b>cookies</b>.</p><p>You can <a href='x'>refuse</a>.</p>", "We use cookies.\nYou can refuse."),
    ("<button>Accept</button><button>Refuse</button>", "Accept\nRefuse"),
    ("a<script>We sell</script>b<style>p{}</style>c<!-- We sell -->d", "a\nb\nc\nd".replace("\nd", "d")),
    ("<title>We sell</title><p>caf&eacute; &amp; th&eacute;&nbsp;!</p>", "café & thé\xa0!"),
    ('<p title="a > b">one</p>', "one"),
    ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ("<template><p>We sell</p></template><p>x", "x"),
    ("<SCRIPT>We sell</sCript>x", "x"),
    ("line one<br>line\n two", "line one\nline\ntwo"),
    ("<script>never closed", ""),
    ("plain text", "plain text"),
    ("", ""),
]


@pytest.mark.parametrize(("markup", "text"), PAGES)
def test_what_a_reader_sees_is_left(markup: str, text: str) -> None:
    assert text_of(markup).split() == text.split()


def test_blocks_are_lines_and_inline_elements_are_not() -> None:
    assert text_of(PAGES[0][0]) == PAGES[0][1]


@given(st.text(alphabet="<>/!-ab\"'& =script\n", max_size=60))
def test_any_markup_is_read(markup: str) -> None:
    text_of(markup)


@pytest.mark.parametrize("unit", ["<", "<a ", '<a "', "<!--", "<script>", "</", "&", "<p>", "<a b='", "<!"])
def test_work_grows_in_proportion_to_the_markup(unit: str) -> None:
    def work(length: int) -> float:
        markup = unit * (length // len(unit))
        began = time.thread_time()
        text_of(markup)
        return time.thread_time() - began

    assert min(work(400_000) for _ in range(2)) < 10 * max(min(work(100_000) for _ in range(3)), 0.01)
