"""A refused cookie is expired wherever it could lie, and nothing else can be written into the header."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import SimpleCookie
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce.purge import BYTES, LIMIT, Place, expiries, read_place


class Cookie(NamedTuple):
    """What a browser tells cookies apart by."""

    name: str
    domain: str
    path: str
    partitioned: bool = False


def expired(names: Iterable[str], host: str, path: str) -> set[Cookie]:
    """The cookies that one answer expires, read back with another parser."""
    found = set()
    for _, value in expiries(names, host, path):
        text, partitioned, _ = value.decode().partition("; Partitioned")
        ((name, cookie),) = SimpleCookie(text).items()
        assert cookie["max-age"] == "0"
        assert cookie["secure"] or not partitioned
        found.add(Cookie(name, cookie["domain"], cookie["path"], bool(partitioned)))
    return found


def places(name: str, host: str, path: str) -> set[tuple[str, str]]:
    """The (domain, path) pairs tried for a name."""
    return {(cookie.domain, cookie.path) for cookie in expired([name], host, path)}


def left_after(jar: set[Cookie], host: str, visits: Iterable[str]) -> set[Cookie]:
    """What a browser still has after pages whose cookies were all refused."""
    for path in visits:
        sent = sorted(cookie.name for cookie in jar if path.startswith(cookie.path))
        jar = jar - expired(sent, host, path)
    return jar


def test_every_parent_domain_and_every_folder_is_tried() -> None:
    tried = places("t", "www.news.example.org", "/a/b")
    for domain in ("", "www.news.example.org", "news.example.org", "example.org"):
        for path in ("/", "/a", "/a/", "/a/b"):
            assert (domain, path) in tried


def test_an_address_has_no_parent_domain() -> None:
    assert places("t", "127.0.0.1", "/") == {("", "/")}


def test_a_name_with_a_prefix_is_expired_by_the_prefixs_own_rule() -> None:
    values = [value.decode() for _, value in expiries(["__Host-t"], "example.org", "/")]
    assert values
    assert all("; Secure" in value for value in values)


def test_a_cookie_that_is_kept_apart_by_site_is_expired_as_such() -> None:
    tried = expired(["t"], "www.example.org", "/a")
    for domain in ("", "www.example.org", "example.org"):
        assert Cookie("t", domain, "/", partitioned=True) in tried


def test_a_name_is_tried_on_every_domain_at_the_root_before_the_next_one_is() -> None:
    names = [f"tracker{number}" for number in range(12)]
    tried = expired(names, "www.gazette.localhost", "/x/y/z")
    assert len(tried) == LIMIT
    at_root = [
        {cookie.domain for cookie in tried if cookie[0] == name and cookie[2:] == ("/", False)} for name in names
    ]
    assert at_root.count({"", "www.gazette.localhost", "gazette.localhost"}) >= 5


def test_every_cookie_of_a_parent_domain_goes_within_a_few_pages() -> None:
    jar = {Cookie(f"t{number}", "gazette.localhost", "/") for number in range(12)}
    assert not left_after(jar, "www.gazette.localhost", ["/"] * 4)


def test_cookies_that_no_expiry_reaches_do_not_keep_the_others() -> None:
    stuck = {Cookie(f"a{number}", "elsewhere.example", "/") for number in range(12)}
    jar = {Cookie(f"t{number}", "gazette.localhost", "/", partitioned=number % 2 == 0) for number in range(4)}
    jar.add(Cookie("deep", "", "/news"))
    assert left_after(stuck | jar, "www.gazette.localhost", (f"/news/{page}" for page in range(500))) == stuck


def test_where_a_cookie_is_known_to_lie_is_tried_first_from_wherever_the_visitor_is() -> None:
    place = Place("gazette.localhost", "/account/orders", partitioned=True)
    headers = expiries(["a", "t"], "www.gazette.localhost", "/", lambda name, _: [place] if name == "t" else [])
    assert headers[0] == (
        b"set-cookie",
        b"t=; Max-Age=0; Path=/account/orders; Domain=gazette.localhost; Secure; Partitioned",
    )


@pytest.mark.parametrize(
    ("header", "place"),
    [
        (b"t=1", Place("", "/a")),
        (b"t=1; Path=/", Place("", "/")),
        (b"t=1; path = /x ; DOMAIN=.Gazette.Localhost", Place("gazette.localhost", "/x")),
        (b"t=1; Path=/x; Path=/y; HttpOnly", Place("", "/y")),
        (b"t=1; Path=x; Secure; Partitioned", Place("", "/a", partitioned=True)),
        (b't=1; Path="/x"', Place("", "/a")),
        (b"t=1; Path=/x\r\ny", None),
        (b"t=1; Path=/" + b"x" * 300, None),
        (b"t=1; Domain=a b", None),
    ],
)
def test_where_a_cookie_is_set_is_read_as_browsers_do(header: bytes, place: Place | None) -> None:
    assert read_place(header, "/a/b") == place


@given(
    st.lists(st.text("abc-_", min_size=1, max_size=256), max_size=80),
    st.text("abc./", max_size=600),
    st.sampled_from(["example.org", "a.b.c.d.e.f.example.org", "x" * 60 + ".example.org"]),
)
def test_whatever_is_refused_an_answer_stays_small(names: list[str], path: str, host: str) -> None:
    headers = expiries(names, host, "/" + path, lambda *_: [Place("example.org", "/a" * 100)])
    assert len(headers) <= LIMIT
    assert sum(len(name) + len(value) + 4 for name, value in headers) <= BYTES


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=20), st.text(max_size=40))
def test_nothing_can_be_smuggled_into_a_header(names: list[str], host: str, path: str) -> None:
    for key, value in expiries(names, "example.org", "/" + path):
        assert key == b"set-cookie"
        text = value.decode("latin-1")
        assert not any(character < " " or character == "\x7f" for character in text)
        assert text.partition("=")[0] in names
        assert text.count(";") <= 6
