"""A refused cookie is expired wherever it could lie, and nothing else can be written into the header."""

from __future__ import annotations

from http.cookies import SimpleCookie

from hypothesis import given
from hypothesis import strategies as st

from bandeau.enforce.purge import LIMIT, expiries


def places(name: str, host: str, path: str) -> set[tuple[str, str]]:
    """The (domain, path) pairs tried for a name, read back with another parser."""
    found = set()
    for _, value in expiries([name], host, path):
        cookie = SimpleCookie(value.decode())[name]
        assert cookie["max-age"] == "0"
        found.add((cookie["domain"], cookie["path"]))
    return found


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
    assert all(value.endswith("; Secure") for value in values)


def test_the_likeliest_place_of_every_name_comes_before_the_limit() -> None:
    names = [f"tracker{number}" for number in range(LIMIT)]
    values = [value.decode() for _, value in expiries(names, "a.b.c.example.org", "/x/y/z")]
    assert len(values) == LIMIT
    assert {value.partition("=")[0] for value in values} == set(names)


@given(st.lists(st.text(max_size=20), max_size=5), st.text(max_size=20), st.text(max_size=40))
def test_nothing_can_be_smuggled_into_a_header(names: list[str], host: str, path: str) -> None:
    for key, value in expiries(names, "example.org", "/" + path):
        assert key == b"set-cookie"
        text = value.decode("latin-1")
        assert not any(character < " " or character == "\x7f" for character in text)
        assert text.partition("=")[0] in names
        assert text.count(";") <= 5
