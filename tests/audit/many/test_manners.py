"""Whether a link may be opened is asked of the robots.txt of its origin, once."""

from __future__ import annotations

import asyncio

import pytest

from bandeau.audit.many.manners import Links
from support.seeing import Loop

from .conftest import Site


def asked(*urls: str) -> list[bool]:
    async def ask() -> list[bool]:
        links = Links()
        return list(await asyncio.gather(*map(links, urls)))

    loop = Loop()  # in a thread of its own: another test's browser may keep a loop running in this one
    try:
        return loop.run(ask())
    finally:
        loop.close()


def test_links_that_robots_forbid_may_not_be_opened_and_it_is_asked_once(site: Site) -> None:
    site.robots("User-agent: *\nDisallow: /private")
    assert asked(site.url("/private/1"), site.url("/open"), site.url("/private?x")) == [False, True, False]
    assert site.asked == [("a.localhost", "/robots.txt")]


@pytest.mark.parametrize(("status", "may"), [(404, True), (503, False)])
def test_without_robots_all_may_be_opened_and_with_an_error_nothing(site: Site, status: int, may: bool) -> None:
    site.robots("", status)
    assert asked(site.url("/")) == [may]


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "http://user:word@a.localhost/", "http://[::1/"])
def test_what_is_no_address_of_a_page_may_not_be_opened(url: str) -> None:
    assert asked(url) == [False]
