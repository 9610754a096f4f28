"""robots.txt as RFC 9309 has it: rows of (file, path, whether it may be fetched)."""

from __future__ import annotations

import pytest

from bandeau.audit.robots import LONGEST, Robots, Told, parse_robots, told_by

OURS = "User-agent: Bandeau\n"

CASES = [
    pytest.param("", "/", True, id="an empty file allows"),
    pytest.param("User-agent: *\nDisallow:", "/a", True, id="an empty pattern matches nothing"),
    pytest.param("User-agent: *\nDisallow: /", "/a", False, id="the group of all products is ours too"),
    pytest.param("User-agent: *\nDisallow: /\n" + OURS + "Allow: /", "/a", True, id="our group replaces that of all"),
    pytest.param(
        "User-agent: *\nDisallow: /a\n" + OURS + "Disallow: /b", "/a", True, id="groups of all are not merged in"
    ),
    pytest.param(
        OURS + "Disallow: /a\nUser-agent: x\nDisallow: /c\n" + OURS + "Disallow: /b",
        "/b",
        False,
        id="our groups are merged",
    ),
    pytest.param("User-agent: BANDEAU\nDisallow: /", "/a", False, id="the product is compared without case"),
    pytest.param("User-agent: Bandeau/2.0 (x)\nDisallow: /", "/a", False, id="only the token of the product counts"),
    pytest.param("User-agent: Band\nDisallow: /", "/a", True, id="a product that begins like ours is another"),
    pytest.param("User-agent: BandeauBot\nDisallow: /", "/a", True, id="a product that goes on after ours is another"),
    pytest.param(
        "User-agent: x\nUser-agent: Bandeau\nDisallow: /", "/a", False, id="a group may have several products"
    ),
    pytest.param(OURS + "Sitemap: https://a/\nDisallow: /", "/a", False, id="other lines end no group"),
    pytest.param(
        "User-agent: x\nSitemap: /\nUser-agent: Bandeau\nDisallow: /", "/", False, id="nor do they begin its rules"
    ),
    pytest.param("Disallow: /", "/a", True, id="rules before any group are nobody's"),
    pytest.param(OURS + "Allow: /a/b\nDisallow: /a", "/a/b/c", True, id="the longest pattern decides"),
    pytest.param(OURS + "Disallow: /a\nAllow: /a/b", "/a/c", False, id="wherever it stands"),
    pytest.param(OURS + "Disallow: /a\nAllow: /a", "/a", True, id="of two as long the one that allows"),
    pytest.param(OURS + "Disallow: /a", "/A", True, id="paths have case"),
    pytest.param(OURS + "Disallow: /fish", "/fish.html", False, id="a pattern is a beginning"),
    pytest.param(OURS + "Disallow: /fish/", "/fish", True, id="its slash counts"),
    pytest.param(OURS + "Disallow: /*.php", "/a/b.php?x", False, id="a star is anything"),
    pytest.param(OURS + "Disallow: /*.php$", "/a/b.php?x", True, id="a dollar is the end"),
    pytest.param(OURS + "Disallow: /*.php$", "/a.php/b.php", False, id="the last one that fits may be the end"),
    pytest.param(OURS + "Disallow: /a$b", "/a$b", False, id="a dollar elsewhere is itself"),
    pytest.param(OURS + "Disallow: /*a*a$", "/a", True, id="stars share no letter"),
    pytest.param(OURS + "Disallow: *", "/a", False, id="a star alone is everything"),
    pytest.param(OURS + "Disallow: /a?b=*c", "/a?b=1c", False, id="the query counts"),
    pytest.param(OURS + "Disallow: /foo/bar/ツ", "/foo/bar/%E3%83%84", False, id="letters are compared as octets"),
    pytest.param(OURS + "Disallow: /%62ar", "/bar", False, id="escapes of plain letters are those letters"),
    pytest.param(OURS + "Disallow: /a%2fb", "/a/b", True, id="an escaped slash is none"),
    pytest.param(OURS + "Disallow: /a%2fb", "/a%2Fb", False, id="escapes have no case"),
    pytest.param(OURS + "Disallow: /", "/robots.txt", True, id="robots.txt itself is always allowed"),
    pytest.param(OURS + "disallow : /a # why", "/a", False, id="spaces, comments and case of keys mean nothing"),
    pytest.param(
        "\ufeffUser-agent: Bandeau\r\nDisallow: /a\rDisallow: /b\n",
        "/b",
        False,
        id="any end of line, and a mark before",
    ),
    pytest.param(OURS + "Disallow /a\nDisallow: a", "/a", True, id="what cannot be read says nothing"),
]


@pytest.mark.parametrize(("text", "path", "allowed"), CASES)
def test_a_page_is_allowed_as_rfc_9309_says(text: str, path: str, allowed: bool) -> None:
    assert (parse_robots(text.encode()).disallows(path) is None) is allowed


def test_the_delay_is_that_of_our_group() -> None:
    text = b"User-agent: *\nCrawl-delay: 9\n\nUser-agent: Bandeau\nCrawl-delay: 2.5\nCrawl-delay: nan\nCrawl-delay: -1"
    assert parse_robots(text).delay == 2.5
    assert parse_robots(b"User-agent: x\nCrawl-delay: 9") == Robots()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (200, Told.READ),
        (204, Told.READ),
        (404, Told.MISSING),
        (401, Told.MISSING),
        (410, Told.MISSING),
        (302, Told.MISSING),
    ]
    + [(status, Told.UNREACHABLE) for status in (0, 429, 500, 503, 599)],
)
def test_a_status_means_what_rfc_9309_says(status: int, told: Told) -> None:
    assert told_by(status) is told


def test_a_hostile_file_is_read_and_matched_within_bounds() -> None:
    """Where matching went back and forth, this would never end."""
    text = OURS.encode() + b"Disallow: /" + b"a*" * 900 + b"b$\n" + b"Disallow: /\n" * 1_000_000
    robots = parse_robots(text)
    assert robots.disallows("/" + "a" * 8000 + "c") is not None
    assert len(robots.rules) <= 10_000


def test_what_lies_beyond_the_bound_is_not_read() -> None:
    text = OURS.encode() + b"#" * LONGEST + b"\nDisallow: /"
    assert parse_robots(text).disallows("/") is None
