"""Sitemaps, honest and hostile."""

from __future__ import annotations

import gzip
import re

import pytest

from bandeau.audit.sitemap import LONGEST, MOST, Kind, Sitemap, SitemapError, parse_sitemap

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def urlset(*urls: str, namespace: str = f' xmlns="{NAMESPACE}"', before: str = "") -> bytes:
    body = "".join(f"<url><loc>{url}</loc><lastmod>2026-01-01</lastmod></url>" for url in urls)
    return f"<?xml version='1.0' encoding='UTF-8'?>{before}<urlset{namespace}>{body}</urlset>".encode()


@pytest.mark.parametrize(
    "data",
    [
        urlset("https://a.example/", "https://a.example/b?c=1&amp;d=2"),
        urlset(" https://a.example/\n", "<![CDATA[https://a.example/b?c=1&d=2]]>", namespace=""),
        urlset("https://a.example/", "https://a.example/b?c=1&#38;d=2")
        .decode()
        .replace("UTF-8", "UTF-16")
        .encode("utf-16"),
        re.sub(
            rb"<(/?)(?!\?)",
            rb"<\1s:",
            urlset("https://a.example/", "https://a.example/b?c=1&amp;d=2", namespace=f' xmlns:s="{NAMESPACE}"'),
        ),
        gzip.compress(urlset("https://a.example/", "https://a.example/b?c=1&amp;d=2")),
        b"\xef\xbb\xbfhttps://a.example/\r\n\r\nhttps://a.example/b?c=1&d=2\r\n",
        gzip.compress(b"https://a.example/\nhttps://a.example/b?c=1&d=2"),
    ],
    ids=["plain", "no namespace", "UTF-16", "prefix", "gzip", "text", "text in gzip"],
)
def test_every_form_of_the_protocol_is_read(data: bytes) -> None:
    expected = ("https://a.example/", "https://a.example/b?c=1&d=2")
    assert parse_sitemap(data, "s") == Sitemap(Kind.PAGES, expected)


def test_an_index_is_told_from_pages() -> None:
    data = f'<sitemapindex xmlns="{NAMESPACE}"><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>'
    assert parse_sitemap(data.encode(), "s") == Sitemap(Kind.INDEX, ("https://a.example/1.xml",))


def test_the_addresses_of_images_are_no_pages() -> None:
    image = '<i:image xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><i:loc>https://a.example/i.png</i:loc></i:image>'
    data = f'<urlset xmlns="{NAMESPACE}"><url>{image}<loc>https://a.example/</loc></url></urlset>'
    assert parse_sitemap(data.encode(), "s").addresses == ("https://a.example/",)


LAUGHS = (
    "<!DOCTYPE urlset [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10)) + "]>"
)
OUTSIDE = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (urlset("&l9;", before=LAUGHS), "document type"),
        (urlset("&x;", before=OUTSIDE), "document type"),
        (urlset("https://a.example/", before='<!DOCTYPE urlset SYSTEM "http://x/">'), "document type"),
        (b"<urlset><url>", "not well-formed"),
        (b"<html><body>Not found</body></html>", "found <html>"),
        (b"<urlset xmlns='urn:x'></urlset>", "found <urlset>"),
        (b"", "empty"),
        (b"\x1f\x8b\x08rubbish", "gzip"),
        (gzip.compress(urlset("https://a.example/"))[:-20], "too early"),
        (gzip.compress(b" " * (LONGEST + 1)), "at most"),
        (b"\xff\xfe\x00\xd8rubbish" * 9, "neither XML nor text"),
        (b"<urlset>" + b"<a>" * 100_000, "nested"),
        (urlset("x" * 100_000), "more than 2048"),
        (b"https://a.example/\n" * (MOST + 1), "more than 50000"),
    ],
    ids=[
        "laughs",
        "outside",
        "dtd",
        "cut",
        "html",
        "other",
        "empty",
        "rubbish",
        "early",
        "bomb",
        "bytes",
        "deep",
        "long",
        "many",
    ],
)
def test_a_hostile_sitemap_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(SitemapError, match=re.escape(said)) as caught:
        parse_sitemap(data, "https://a.example/sitemap.xml")
    assert str(caught.value).startswith("https://a.example/sitemap.xml")
