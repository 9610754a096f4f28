"""Invariants of ``resolve``: never raises; agrees with a real browser on whom a URL contacts; what a browser refuses
to parse is either ``None`` or a host that no declaration can name."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import BrowserContext

from bandeau.enforce.url import Base, attribute_text, resolve, split_srcset
from bandeau.model import Origin

PAGE = Base(Origin("https", "gazette.example", 443), "/news/today/port.html")
PLAIN = Base(Origin("http", "gazette.example", 8000), "/")


@pytest.mark.parametrize(
    ("value", "host"),
    [
        (b"https://evil.example/x", "evil.example"),
        (b"HTTPS://EVIL.example", "evil.example"),
        (b"//evil.example/x", "evil.example"),
        (b"\\\\evil.example\\x", "evil.example"),
        (b"/\\evil.example", "evil.example"),
        (b"https:/\\/\\evil.example", "evil.example"),
        (b"https:\\\\evil.example", "evil.example"),
        (b"http:evil.example/x", "evil.example"),
        (b"http:/evil.example/x", "evil.example"),
        (b" \x01\n https://evil.example", "evil.example"),
        (b"ht\ntp\ts:/\r/ev\nil.example", "evil.example"),
        (b"https&#58;//evil.example", "evil.example"),
        (b"https&#x3a//evil.example", "evil.example"),
        (b"https&colon;&sol;&sol;evil&period;example", "evil.example"),
        (b"&Tab;https://evil.example", "evil.example"),
        (b"https://gazette.example@evil.example/", "evil.example"),
        (b"https://gazette.example:443@evil.example", "evil.example"),
        (b"https://gazette.example\\@evil.example", "gazette.example"),
        (b"https://evil.example#@gazette.example", "evil.example"),
        (b"https://ev%69l.example/", "evil.example"),
        (b"https://evil.example./", "evil.example"),
        ("https://évil。example".encode(), "xn--vil-9la.example"),
        ("https://ｅｖｉｌ.example".encode(), "evil.example"),
        ("https://fa\u00df.example".encode(), "xn--fa-hia.example"),
        (b"https://2130706433/", "127.0.0.1"),
        (b"https://0x7f.1/", "127.0.0.1"),
        (b"https://017700000001/", "127.0.0.1"),
        (b"https://[::1]:8443/", "[::1]"),
        (b"https://[0:0::0:1]/", "[::1]"),
        (b"wss://evil.example/live", "evil.example"),
    ],
)
def test_finds_the_host_that_a_browser_would_contact(value, host):
    place = resolve(value, PAGE)
    assert place is not None
    assert place[0].host == host


@pytest.mark.parametrize(
    "value",
    [b"", b"  ", b"#top", b"data:image/png;base64,AA", b" data:,x", b"blob:https://evil.example/1", b"about:blank",
     b"javascript:void(0)", b"mailto:a@evil.example", b"tel:+33", b"https://", b"java\nscript:x", b"https://user@/x"],
)  # fmt: skip
def test_what_contacts_nobody_is_none(value):
    assert resolve(value, PAGE) is None


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (b"a.js", "/news/today/a.js"),
        (b"../a.js", "/news/a.js"),
        (b"/a/./b/../c", "/a/c"),
        (b"../../../../a", "/a"),
        (b"/a/%2e%2E/b", "/b"),
        (b"/a/..", "/"),
        (b"?page=2", "/news/today/port.html"),
        (b"https:a.js", "/news/today/a.js"),
        (b"https:/a.js", "/a.js"),
        (b"/%74rack?x#y", "/track"),
        ("/caf\u00e9".encode(), "/caf%C3%A9"),
        (b"\\a\\b", "/a/b"),
        (b"/a&amp;b", "/a&b"),
    ],
)
def test_relative_urls_stay_on_the_site_and_keep_their_path(value, path):
    assert resolve(value, PAGE) == (PAGE.origin, path)


def test_the_port_is_the_schemes_own_where_none_is_written():
    assert resolve(b"http://a.example", PAGE) == (Origin("http", "a.example", 80), "/")
    assert resolve(b"ws://a.example:", PAGE) == (Origin("ws", "a.example", 80), "/")
    assert resolve(b"//a.example:08443/b", PAGE) == (Origin("https", "a.example", 8443), "/b")
    assert resolve(b"//a.example:00", PAGE) == (Origin("https", "a.example", 0), "/")
    assert resolve(b"//a.example/b", PLAIN) == (Origin("http", "a.example", 80), "/b")


@pytest.mark.parametrize(
    ("value", "text"),
    [(b"?a=1&copy=2", "?a=1&copy=2"), (b"?a&copy;b", "?a\u00a9b"), (b"&copyx", "&copyx"), (b"&copy", "\u00a9"),
     (b"&lta=", "&lta="), (b"&#0;&#x110000;&#xd800;", "\ufffd" * 3), (b"&#128;", "\u20ac"), (b"&#;&#x;", "&#;&#x;"),
     (b"&#00000000058;", ":"), (b"&#9999999999999999999999;", "\ufffd"), (b"\0", "\ufffd"), (b"\xff", "\ufffd")],
)  # fmt: skip
def test_references_are_read_as_in_an_attribute(value, text):
    assert attribute_text(value) == text


def test_text_that_is_already_decoded_is_not_decoded_twice():
    assert resolve("/a&sol;b", PAGE) == (PAGE.origin, "/a&sol;b")


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        (b"a.jpg 1x, b.jpg 2x", ["a.jpg", "b.jpg"]),
        (b"a.jpg,b.jpg 2x", ["a.jpg,b.jpg"]),
        (b"a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
        (b" , a.jpg,,, b.jpg", ["a.jpg", "b.jpg"]),
        (b"data:image/png;base64,AA 1x, b 2x", ["data:image/png;base64,AA", "b"]),
        (b"a.jpg 1x(,b.jpg 1x), c.jpg", ["a.jpg", "c.jpg"]),
        (b"a.jpg 1x (b, c", ["a.jpg"]),
        (b"a&#44; b&#32;2x", ["a", "b"]),
        (b"", []),
        (b" , ,", []),
    ],
)
def test_srcset_is_cut_as_the_standard_says(value, urls):
    assert split_srcset(value) == urls


PIECES = ["https", "http", "ws", "data", ":", "//", "/", "\\", "@", "?", "#", ".", "..", "%2e", "%", "\n", "\t", " ",
          "evil.example", "gazette.example", "[", "]", "::1", "0x7f", "127.1", "99999", "443", "\u00e9", "\u00df",
          "\u3002", "&", "&colon;", "&#47;", "\0", "\ufffd", "\ud800", "xn--", "a", "1", "-", "_", ","]  # fmt: skip
nasty = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(st.one_of(st.text(), nasty, st.binary(), nasty.map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_never_raises_and_gives_a_path_that_begins_with_a_slash(value):
    split_srcset(value)
    place = resolve(value, PAGE)
    if place is not None:
        origin, path = place
        assert origin.scheme in {"http", "https", "ws", "wss", "ftp"}
        assert 0 <= origin.port <= 99_999
        assert path.startswith("/")
        assert path.isascii()
        assert "/../" not in path


@given(st.text(alphabet="(), a1x\t", max_size=40))
def test_every_url_of_a_srcset_stands_in_it(value):
    for url in split_srcset(value):
        assert url in value
        assert not set(url) & set(" \t")


@pytest.mark.browser
def test_agrees_with_a_real_browser_on_whom_a_url_contacts(context: BrowserContext):
    pick = random.Random(20)
    pieces = [piece for piece in PIECES if piece not in ("&colon;", "&#47;", "\ud800", "\0")]
    urls = ["".join(pick.choices(pieces, k=pick.randint(1, 7))) for _ in range(1500)]
    urls += [start + url for start in ("https://", "//", "http:") for url in urls]
    page = context.new_page()
    found = page.evaluate(
        """([urls, base]) => urls.map(url => { try { const u = new URL(url, base);
           return [u.protocol, u.hostname, u.port, u.pathname] } catch { return null } })""",
        [urls, "https://gazette.example/news/today/port.html"],
    )
    ports = {"http:": 80, "https:": 443, "ws:": 80, "wss:": 443}
    wrong = []
    for url, browser in zip(urls, found, strict=True):
        if browser is None or "%" in browser[1]:
            continue  # refused, or a name that nobody can register: nobody is contacted, whatever we say
        scheme, host, port, path = browser
        ours = resolve(url, PAGE)
        if scheme not in ports:
            expected = None
        else:
            origin = Origin(scheme[:-1], host.removesuffix(".") or host, int(port) if port else ports[scheme])
            # Of the path, only the characters that a browser encodes may differ.
            expected = (origin, ours[1] if ours and "%" in path else path)
            if ours is None and origin == PAGE.origin:
                continue
        if ours != expected:
            wrong.append((url, browser, ours))
    assert not wrong, json.dumps(wrong[:10])
