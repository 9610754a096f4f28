"""Set-Cookie lines, read as browsers read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.audit.collectors.setcookie import cookie_date, default_path, read_cookie

NOW = 1_700_000_000.0
URL = "https://www.site.example/news/port?x=1"


def test_a_line_without_attributes_is_of_this_host_and_folder_and_ends_with_the_session() -> None:
    cookie = read_cookie("a=b", URL, NOW)
    assert (cookie.name, cookie.value, cookie.domain, cookie.host_only) == ("a", "b", "www.site.example", True)
    assert (cookie.path, cookie.lifetime, cookie.secure, cookie.same_site) == ("/news", None, False, "")


def test_a_domain_covers_the_hosts_below_it() -> None:
    cookie = read_cookie("a=b; Domain=.Site.Example; Path=/", URL, NOW)
    assert (cookie.domain, cookie.host_only, cookie.path) == ("site.example", False, "/")


@pytest.mark.parametrize(
    ("attributes", "lifetime"),
    [
        ("Max-Age=60", 60),
        ("max-age=0", 0),
        ("Max-Age=-1", -1),
        ("Max-Age=soon", None),
        ("Expires=Tue, 14 Nov 2023 22:14:20 GMT", 60),
        ("Expires=Tue, 14-Nov-23 22:14:20 GMT", 60),
        ("Expires=nonsense", None),
        ("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 60),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", -1_700_000_000),
    ],
)
def test_a_lifetime_is_in_seconds_from_now(attributes: str, lifetime: int | None) -> None:
    assert read_cookie(f"a=b; {attributes}", URL, NOW).lifetime == lifetime


def test_what_is_not_closed_off_is_still_read() -> None:
    cookie = read_cookie(" a = b=c ;;Secure ; HTTPONLY; samesite = None ; Partitioned; Path=news", URL, NOW)
    assert (cookie.name, cookie.value, cookie.secure, cookie.http_only) == ("a", "b=c", True, True)
    assert (cookie.same_site, cookie.partitioned, cookie.path) == ("none", True, "/news")


def test_a_cookie_may_have_no_name() -> None:
    assert (read_cookie("alone", URL, NOW).name, read_cookie("alone", URL, NOW).value) == ("", "alone")


@pytest.mark.parametrize(
    ("path", "default"), [("", "/"), ("x", "/"), ("/", "/"), ("/a", "/"), ("/a/", "/a"), ("/a/b", "/a")]
)
def test_the_default_path_is_the_folder(path: str, default: str) -> None:
    assert default_path(path) == default


@pytest.mark.parametrize("text", ["Sun Nov  6 08:49:37 1994", "Sunday, 06-Nov-94 08:49:37 GMT", "6 nov 1994 8:49:37"])
def test_every_form_of_a_date_is_read(text: str) -> None:
    assert cookie_date(text) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "6 Nov 1994", "32 Nov 1994 8:00:00", "6 Nov 1500 8:00:00", "6 Nov 1994 25:00:00"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert cookie_date(text) is None


@given(st.text(max_size=200), st.text(max_size=60))
def test_rubbish_is_read_without_an_error(line: str, path: str) -> None:
    read_cookie(line, f"https://a.example/{path}".replace("[", "").replace("]", ""), NOW)
