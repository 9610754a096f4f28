"""One site is what browsers take for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bandeau.audit.site import host_of, site_of, third_party


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.gazette.example", "gazette.example"),
        ("gazette.example", "gazette.example"),
        ("a.b.gazette.co.uk", "gazette.co.uk"),
        ("co.uk", "co.uk"),
        ("me.github.io", "me.github.io"),
        ("www.xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("a.shop.xn--55qx5d.cn", "shop.xn--55qx5d.cn"),
        ("localhost", "localhost"),
        ("a.localhost", "a.localhost"),
        ("www.a.localhost", "a.localhost"),
        ("intranet", "intranet"),
        ("127.0.0.1", "127.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("2001:db8::1", "2001:db8::1"),
        ("Gazette.Example.", "gazette.example"),
        ("", ""),
        ("..", ""),
    ],
)
def test_a_host_belongs_to_the_site_that_browsers_say(host: str, site: str) -> None:
    assert site_of(host) == site


@pytest.mark.parametrize(
    ("host", "page", "third"),
    [
        ("static.gazette.example", "www.gazette.example", False),
        ("a.localhost", "b.localhost", True),
        ("me.github.io", "you.github.io", True),
        ("127.0.0.1", "127.0.0.2", True),
        ("one.co.uk", "two.co.uk", True),
        ("notgazette.example", "gazette.example", True),
    ],
)
def test_a_third_party_is_whoever_is_of_another_site(host: str, page: str, third: bool) -> None:
    assert third_party(host, page) is third


@given(some.text(max_size=40) | some.text("ab.-:[]0é", max_size=40))
def test_any_text_belongs_to_one_site_which_is_its_own(host: str) -> None:
    site = site_of(host)
    assert host.lower().rstrip(".").endswith(site)
    assert site_of(site) == site


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.gazette.example/a?b#c", "www.gazette.example"),
        ("http://[2001:db8::1]:8080/", "[2001:db8::1]"),
        ("//cdn.example/x.js", "cdn.example"),
        ("data:text/html,x", ""),
        ("about:blank", ""),
        ("http://[?w=1", ""),
        ("http://[::1/", ""),
        ("", ""),
    ],
)
def test_an_address_contacts_the_host_that_a_browser_would(url: str, host: str) -> None:
    assert host_of(url) == host
