"""Lists on the disk and sitemaps of a real site."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bandeau.audit.many.fetch import AGENT, fetch
from bandeau.audit.many.sources import from_list, from_sitemap
from bandeau.audit.sitemap import SitemapError
from bandeau.audit.targets import TargetError

from .conftest import Site


def xml(kind: str, entry: str, *urls: str) -> tuple[int, dict[str, str], bytes]:
    body = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    return 200, {}, f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</{kind}>'.encode()


def urlset(*urls: str) -> tuple[int, dict[str, str], bytes]:
    return xml("urlset", "url", *urls)


def index(*urls: str) -> tuple[int, dict[str, str], bytes]:
    return xml("sitemapindex", "sitemap", *urls)


def test_an_index_leads_to_the_pages_of_all_its_sitemaps(site: Site) -> None:
    site.answers["/sitemap.xml"] = index(site.url("/1.xml"), site.url("/2.xml.gz"), site.url("/1.xml"))
    site.answers["/1.xml"] = urlset(site.url("/a"), site.url("/b"))
    status, headers, body = urlset(site.url("/b#x"), site.url("/c"))
    site.answers["/2.xml.gz"] = (status, headers, gzip.compress(body))
    targets = from_sitemap(site.url("/sitemap.xml"))
    assert [target.path for target in targets.pages] == ["/a", "/b", "/c"]
    assert targets.repeated == 1
    assert site.count("/1.xml") == 1


def test_pages_of_other_hosts_may_stand_in_a_sitemap(site: Site) -> None:
    site.answers["/sitemap.xml"] = urlset(site.url("/a"), site.url("/a", "b.localhost"))
    assert len(from_sitemap(site.url("/sitemap.xml")).pages) == 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda site: index(site.url("/sitemap.xml")), "an index in an index"),
        (lambda site: index(site.url("/1.xml", "b.localhost")), "on another host"),
        (lambda site: index("file:///etc/passwd"), "write the whole address"),
        (lambda site: urlset("javascript:alert(1)"), "write the whole address"),
        (lambda site: urlset(), "names no page"),
        (lambda site: (404, {}, b""), "answered 404"),
        (lambda site: (302, {"Location": "/sitemap.xml"}, b""), "cannot be had"),
        (lambda site: (302, {"Location": "file:///etc/passwd"}, b""), "cannot be had"),
        (lambda site: (302, {"Location": "ftp://localhost/"}, b""), "cannot be had"),
    ],
)
def test_a_sitemap_that_leads_nowhere_is_refused_in_a_sentence(site: Site, answer, said: str) -> None:  # type: ignore[no-untyped-def]
    site.answers["/sitemap.xml"] = answer(site)
    with pytest.raises((SitemapError, TargetError), match=said) as caught:
        from_sitemap(site.url("/sitemap.xml"))
    assert site.url("/sitemap.xml") in str(caught.value)


def test_a_sitemap_that_robots_forbid_is_not_fetched_unless_they_are_not_heeded(site: Site) -> None:
    site.robots("User-agent: Bandeau\nDisallow: /sitemap.xml")
    site.answers["/sitemap.xml"] = urlset(site.url("/a"))
    with pytest.raises(SitemapError, match="forbids"):
        from_sitemap(site.url("/sitemap.xml"))
    assert site.count("/sitemap.xml") == 0
    assert len(from_sitemap(site.url("/sitemap.xml"), robots=False).pages) == 1


def test_a_list_is_read_from_the_disk(tmp_path: Path) -> None:
    file = tmp_path / "pages.txt"
    file.write_text("# ours\nhttps://a.example/\n")
    assert [target.url for target in from_list(file).pages] == ["https://a.example/"]


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_list_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(TargetError, match="cannot be read"):
        from_list(tmp_path / name)


# -- fetching ------------------------------------------------------------------------------------------------------


def test_we_say_who_we_are() -> None:
    assert AGENT.startswith("Bandeau/")


def test_no_more_is_read_than_asked_for(site: Site) -> None:
    site.answers["/"] = (200, {}, b"x" * 100_000)
    assert fetch(site.url("/"), 1000).body == b"x" * 1000


def test_an_answer_that_never_ends_is_cut(site: Site) -> None:
    """More is promised than comes, so that a reader would wait for ever."""
    site.answers["/"] = (200, {"Content-Length": "100"}, b"x")
    answer = fetch(site.url("/"), 1000, seconds=0.3)
    assert answer.status in (0, 200)
    assert len(answer.body) <= 1


def test_nobody_there_is_no_answer(site: Site) -> None:
    answer = fetch("http://127.0.0.1:9/", 1000)
    assert (answer.status, bool(answer.why)) == (0, True)
