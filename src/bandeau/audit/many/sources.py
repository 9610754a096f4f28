"""Where pages are named: lists on the disk and sitemaps on the web."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bandeau.audit.many.fetch import fetch
from bandeau.audit.robots import ALLOWING, LONGEST, Told, parse_robots, told_by
from bandeau.audit.sitemap import LONGEST as LONGEST_SITEMAP
from bandeau.audit.sitemap import Kind, Sitemap, SitemapError, parse_sitemap
from bandeau.audit.targets import Target, TargetError, Targets, address, gather, read_list, read_target

_LONGEST_LIST = 100_000_000  # bytes
_MOST_PAGES = 1_000_000
_SECONDS = 120.0  # for one sitemap


def from_list(path: Path) -> Targets:
    """Read a list of pages from a file.

    Raises:
        TargetError: it cannot be read, or a line is wrong.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_LIST + 1)
    except OSError as error:
        raise TargetError(f"{path} cannot be read: {error.strerror or error}") from error
    if len(text) > _LONGEST_LIST:
        raise TargetError(f"{path} has more than {_LONGEST_LIST} bytes; split it")
    return read_list(text, str(path))


def from_sitemap(url: str, *, robots: bool = True) -> Targets:
    """Fetch a sitemap, and where it is an index the sitemaps that it names.

    Sitemaps of an index lie on its own host (as the protocol says); an index in an index is refused, so that nothing
    goes round for ever.

    Args:
        url: the address of the sitemap.
        robots: whether the site's robots.txt is heeded for the sitemaps themselves.

    Raises:
        TargetError: the address is none, or the sitemap names something that is none.
        SitemapError: it cannot be had or read.
    """
    first = read_target(url)
    sitemap = _fetched(first, robots=robots)
    if sitemap.kind is Kind.PAGES:
        return gather(_pages(sitemap, first))
    return gather(_all(sitemap, first, robots=robots))


def _all(index: Sitemap, first: Target, *, robots: bool) -> Iterator[Target]:
    count = 0
    for text in dict.fromkeys(index.addresses):
        target = _named(text, first)
        if target.origin.host != first.origin.host:
            raise SitemapError(f"{first.url}: it names {target.url}, on another host; audit that sitemap by itself")
        sitemap = _fetched(target, robots=robots)
        if sitemap.kind is Kind.INDEX:
            raise SitemapError(f"{target.url}: found an index in an index; the protocol allows one level")
        count += len(sitemap.addresses)
        if count > _MOST_PAGES:
            raise SitemapError(f"{first.url}: it names more than {_MOST_PAGES} pages; audit its sitemaps one by one")
        yield from _pages(sitemap, target)


def _pages(sitemap: Sitemap, source: Target) -> Iterator[Target]:
    if not sitemap.addresses:
        raise SitemapError(f"{source.url}: it names no page")
    return (_named(text, source) for text in sitemap.addresses)


def _named(text: str, source: Target) -> Target:
    try:
        return read_target(text)
    except TargetError as error:
        raise TargetError(f"{source.url}: {error}") from error


def _fetched(target: Target, *, robots: bool) -> Sitemap:
    if robots:
        _heed(target)
    answer = fetch(target.url, LONGEST_SITEMAP + 1, _SECONDS)
    if answer.status != 200:
        why = answer.why or f"it answered {answer.status}"
        raise SitemapError(f"{target.url} cannot be had: {why}")
    return parse_sitemap(answer.body, target.url)


def _heed(target: Target) -> None:
    """Raise where robots.txt forbids the sitemap itself; a site without any allows it."""
    answer = fetch(f"{address(target.origin)}/robots.txt", LONGEST)
    told = told_by(answer.status)
    if told is Told.UNREACHABLE:
        raise SitemapError(f"the robots.txt of {address(target.origin)} cannot be had: {answer.why}")
    if (parse_robots(answer.body) if told is Told.READ else ALLOWING).disallows(target.path):
        raise SitemapError(f"{target.url}: the site's robots.txt forbids it")
