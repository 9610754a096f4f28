from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bandeau.enforce.charsets import SNIFFED_HEAD, Transcoder, charset_of, sniffs_as_html

CODECS = ("utf-16-le", "utf-16-be")


@pytest.mark.parametrize(
    ("content_type", "first", "codec"),
    [
        (b"text/html", b"<!doctype html>", None),
        (b"text/html; charset=utf-8", b"<p>", None),
        (b"text/html; charset=iso-8859-1", b"<p>", None),
        (b"text/html; charset=utf-16", b"<\0p\0", "utf-16-le"),
        (b'text/html;Charset="UTF-16LE"; x=y', b"", "utf-16-le"),
        (b"text/html; charset = utf-16be", b"\0<\0p", "utf-16-be"),
        (b"text/html; charset=unicodeFFFE", b"", "utf-16-be"),
        (b"text/html; charset=utf-32", b"", None),
        (b"text/html; charset=utf-16", b"\xef\xbb\xbf<p>", None),
        (b"text/html; charset=utf-8", b"\xff\xfe<\0", "utf-16-le"),
        (b"text/html; charset=utf-16le", b"\xfe\xff\0<", "utf-16-be"),
        (b"application/xhtml+xml", "<?xml ".encode("utf-16-le"), "utf-16-le"),
        (b"application/xhtml+xml", "<?xml ".encode("utf-16-be"), "utf-16-be"),
        (b"application/xhtml+xml; charset=utf-8", "<?xml ".encode("utf-16-be"), None),
        (b"", b"", None),
    ],
)
def test_utf_16_is_known_by_its_mark_then_its_header_then_its_declaration(
    content_type: bytes, first: bytes, codec: str | None
) -> None:
    assert charset_of(content_type, first) == codec


def there_and_back(codec: str, page: bytes, cuts: list[int]) -> tuple[bytes, bytes]:
    transcoder = Transcoder(codec)
    places = [0, *sorted(cut % (len(page) + 1) for cut in cuts), len(page)]
    utf8 = [transcoder.to_utf8(page[start:end]) for start, end in pairwise(places)]
    last, odd = transcoder.rest()
    middle = b"".join([*utf8, last])
    back = b"".join(transcoder.from_utf8(middle[at : at + 1]) for at in range(len(middle)))
    return middle, back + odd


@pytest.mark.parametrize("codec", CODECS)
@given(page=st.binary(max_size=60), cuts=st.lists(st.integers(0, 60), max_size=6))
@example(page=b"\xd8\x00\xdc", cuts=[1, 2])
@example(page=b"\xdc\x00\xd8\x00\x00<", cuts=[])
@settings(max_examples=150)
def test_any_bytes_come_back_as_they_were_however_they_are_cut(codec: str, page: bytes, cuts: list[int]) -> None:
    assert there_and_back(codec, page, cuts)[1] == page


@pytest.mark.parametrize("codec", CODECS)
@given(page=st.text(max_size=30), cuts=st.lists(st.integers(0, 120), max_size=6))
@settings(max_examples=100)
def test_text_reaches_the_rewriter_as_utf_8(codec: str, page: str, cuts: list[int]) -> None:
    assert there_and_back(codec, page.encode(codec), cuts)[0] == page.encode()


@pytest.mark.parametrize("codec", CODECS)
def test_a_pair_of_surrogates_cut_in_two_is_one_character(codec: str) -> None:
    transcoder, ship = Transcoder(codec), "⛵🚢".encode(codec)
    assert b"".join(transcoder.to_utf8(ship[at : at + 1]) for at in range(len(ship))) == "⛵🚢".encode()


@pytest.mark.parametrize(
    ("first", "html"),
    [
        (b"<!DOCTYPE html>", True),
        (b" \t\r\n<HTML lang=fr>", True),
        (b"<!-- hello", True),
        (b"<p>", True),
        (b"<a href=/>", True),
        (b"<br/>", False),
        (b"<pre>", False),
        (b"{}", False),
        (b"<?xml version='1.0'?>", False),
        (b"\xef\xbb\xbf<!doctype html>", False),
        (b"", None),
        (b"  ", None),
        (b"<!doc", None),
        (b"<b", None),
        (b" " * SNIFFED_HEAD + b"<p>", False),
        (b"<html" + b" " * SNIFFED_HEAD, True),
    ],
)
def test_an_answer_without_a_type_is_sniffed_as_browsers_do(first: bytes, html: bool | None) -> None:
    assert sniffs_as_html(first) is html


@given(st.binary(max_size=40))
def test_more_bytes_never_change_what_was_sniffed(first: bytes) -> None:
    told = [sniffs_as_html(first[:end]) for end in range(len(first) + 1)]
    decided = [answer for answer in told if answer is not None]
    assert len(set(decided)) <= 1
