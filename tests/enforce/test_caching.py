"""One visitor's page never reaches another, and a browser asks again after a choice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce.caching import cache_control, private, tag_variant, untag_variant, varies_by_cookie


@pytest.mark.parametrize(
    ("original", "neutral", "result"),
    [
        (None, True, b"private, no-cache"),
        (b"public, max-age=600", False, b"private, no-cache"),
        (b"public, max-age=600", True, b"public, max-age=0, must-revalidate, s-maxage=600"),
        (b"max-age=5, s-maxage=60", True, b"public, max-age=0, must-revalidate, s-maxage=60"),
        (b"private, max-age=600", True, b"private, no-cache"),
        (b"no-cache", True, b"private, no-cache"),
        (b"No-Store", True, b"no-store"),
        (b"no-store", False, b"no-store"),
    ],
)
def test_only_the_neutral_variant_may_be_shared(original: bytes | None, neutral: bool, result: bytes) -> None:
    assert cache_control(original, neutral=neutral) == result


def test_a_tag_of_this_variant_goes_back_to_the_site_as_its_own() -> None:
    tagged = tag_variant(b'"abc"', "v1")
    assert b'"abc"' in untag_variant(tagged, "v1", changed=True).split(b", ")


def test_a_tag_of_another_variant_never_matches() -> None:
    assert untag_variant(tag_variant(b'W/"abc"', "v1"), "v2", changed=False) == b""


def test_tags_of_style_sheets_and_pictures_pass() -> None:
    assert untag_variant(b'"a", W/"b"', "v1", changed=False) == b'"a", W/"b"'
    assert untag_variant(b"*", "v1", changed=False) == b"*"


def test_a_page_that_was_kept_before_it_was_ours_is_not_kept_on() -> None:
    assert untag_variant(b'"a", W/"b"', "v1", changed=True) == b""


@given(st.binary(max_size=200))
def test_any_header_can_be_read(value: bytes) -> None:
    untag_variant(value, "v1", changed=True)
    tag_variant(value, "v1")
    cache_control(value, neutral=True)


@pytest.mark.parametrize(
    ("original", "result"),
    [
        (None, b"private"),
        (b"public, max-age=600", b"private, max-age=600"),
        (b"S-MaxAge=9, max-age=600", b"private, max-age=600"),
        (b"s-maxage=9,immutable", b"private, immutable"),
        (b"no-store", b"private, no-store"),
    ],
)
def test_what_is_one_visitors_is_private_and_else_as_the_site_made_it(original: bytes | None, result: bytes) -> None:
    own = [(b"x-own", b"1"), (b"surrogate-control", b"max-age=9")]
    told = [] if original is None else [(b"cache-control", original)]
    assert private([*told, *own]) == [(b"x-own", b"1"), (b"cache-control", result)]


@pytest.mark.parametrize(
    ("vary", "by_cookie"),
    [(b"", False), (b"Cookie", True), (b"accept,COOKIE", True), (b"*", True), (b"X-Cookie, Cookie-2", False)],
)
def test_a_site_that_varies_by_cookie_is_understood(vary: bytes, by_cookie: bool) -> None:
    assert varies_by_cookie(vary) is by_cookie
