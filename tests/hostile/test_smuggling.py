"""Nothing that a visitor writes makes ``bandeau proxy`` and the site disagree on what was asked, or by whom."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from support.proxies import Proxied, proxied
from support.rawsite import Asked, RawSite, raw_site, whole
from support.sites import DECLARATION, fetch

HOST = b"Host: gazette.localhost\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
BODY = b"5\r\nhello\r\n0\r\n"


@pytest.fixture(scope="module")
def site() -> Iterator[RawSite]:
    with raw_site() as one:

        def answer(asked: Asked) -> None:
            asked.body = b"".join(asked.upload())  # type: ignore[attr-defined]
            whole("Content-Type: text/plain", body=b"seen")(asked)

        one.answers.update({"/a": answer, "/evil": answer, "/still": answer})
        yield one


@pytest.fixture(scope="module")
def proxy(site: RawSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with proxied(site.port, tmp_path_factory.mktemp("proxy"), DECLARATION) as one:
        yield one


def say(proxy: Proxied, *pieces: bytes) -> bytes:
    """Send bytes as they are; gives everything that comes back until the proxy closes."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as one:
        for piece in pieces:
            one.sendall(piece)
        return b"".join(iter(lambda: one.recv(65_536), b""))


@pytest.fixture(autouse=True)
def the_proxy_goes_on(proxy: Proxied, site: RawSite) -> Iterator[None]:
    site.seen.clear()
    yield
    assert fetch(proxy.port, "/still").body == b"seen"
    assert "/evil" not in {asked.path for asked in site.seen}
    assert "Traceback" not in proxy.errors


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 4\r\n" + CHUNKED,
        CHUNKED + b"Content-Length: 4\r\n",
        CHUNKED + b"Transfer-Encoding: identity\r\n",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 3\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 0x5\r\n",
        b"Content-Length : 5\r\n",
        b"X: 1\r\n Content-Length: 5\r\n",
    ],
)
def test_a_body_of_two_lengths_is_refused_and_reaches_nobody(proxy: Proxied, site: RawSite, head: bytes) -> None:
    smuggled = b"GET /evil HTTP/1.1\r\n" + HOST + b"\r\n"
    answer = say(proxy, b"POST /a HTTP/1.1\r\n" + HOST + head + b"\r\n" + BODY + b"\r\n" + smuggled)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert not site.seen


@pytest.mark.parametrize(
    "body",
    [
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"fffffffffffffffff\r\nhello",
        b"5\nhello\n0\n\n",
        b'5;x="\n\r\nhello\r\n0\r\n\r\n',
        b"5 \r\nhello",
    ],
)
def test_chunks_that_can_be_read_in_two_ways_end_the_request(proxy: Proxied, site: RawSite, body: bytes) -> None:
    answer = say(
        proxy, b"POST /a HTTP/1.1\r\n" + HOST + CHUNKED + b"\r\n" + body + b"GET /evil HTTP/1.1\r\n" + HOST + b"\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 400 ") or not answer
    assert b"seen" not in answer


@pytest.mark.parametrize("line", [b"X: 1\n", b"X: 1\r", b"X: 1\0", b"X: 1\r\n ", b"X: 1\r\n\t", b"X\r\n", b": 1\r\n"])
def test_no_line_ending_of_another_kind_makes_a_header(proxy: Proxied, site: RawSite, line: bytes) -> None:
    answer = say(proxy, b"GET /a HTTP/1.1\r\n" + HOST + line + b"Cookie: palabre_uid=1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert not site.seen


def test_what_comes_after_a_body_is_no_header(proxy: Proxied, site: RawSite) -> None:
    trailers = b"Cookie: palabre_uid=1\r\nHost: evil.example\r\nSec-GPC: 0\r\nX-Forwarded-For: 6.6.6.6\r\n"
    head = b"POST /a HTTP/1.1\r\n" + HOST + b"Cookie: session=1\r\nConnection: close\r\n" + CHUNKED
    for late in (trailers, trailers + b"Content-Length: 3\r\n"):
        say(proxy, head + b"\r\n" + BODY + late + b"\r\n")
    for asked in site.seen:
        assert asked.value("host") == "gazette.localhost"
        assert asked.value("cookie") == "session=1"
        assert not asked.value("sec-gpc")
        assert "6.6.6.6" not in asked.value("x-forwarded-for")
        assert asked.body == b"hello"  # type: ignore[attr-defined]
    assert site.seen


def test_a_request_for_two_hosts_is_refused(proxy: Proxied, site: RawSite) -> None:
    answer = say(proxy, b"GET /a HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert not site.seen


def test_an_absolute_address_reaches_this_site_only(proxy: Proxied, site: RawSite) -> None:
    answer = say(proxy, b"GET http://evil.example/a HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert answer.endswith(b"seen")
    assert [asked.value("host") for asked in site.seen] == ["gazette.localhost"]


@pytest.mark.parametrize(
    "name", ["cookie", "sec-gpc", "host", "x-forwarded-for", "x-forwarded-proto", "content-length"]
)
def test_the_connection_header_strips_nothing_that_counts(proxy: Proxied, site: RawSite, name: str) -> None:
    headers = {
        "connection": f"close, {name}",
        "cookie": "session=1; palabre_uid=2",
        "sec-gpc": "1",
        "content-type": "text/plain",
    }
    assert fetch(proxy.port, "/a", method="POST", body=b"hello", headers=headers).body == b"seen"
    (asked,) = site.seen
    assert asked.value("cookie") == "session=1"
    assert asked.value("sec-gpc") == "1"
    assert asked.value("host").startswith("gazette.localhost")
    assert asked.value("x-forwarded-proto") == "http"
    assert asked.body == b"hello"  # type: ignore[attr-defined]


def test_no_underscore_stands_for_the_hyphen_of_a_header_that_the_proxy_writes(proxy: Proxied, site: RawSite) -> None:
    headers = {"x_forwarded_for": "6.6.6.6", "X_Forwarded_Proto": "https", "x-forwarded_host": "evil.example"}
    assert fetch(proxy.port, "/a", headers=headers).body == b"seen"
    (asked,) = site.seen
    names = [name.replace("_", "-") for name, _ in asked.headers]
    assert all(names.count(f"x-forwarded-{what}") == 1 for what in ("for", "proto", "host"))
    assert asked.value("x-forwarded-proto") == "http"


def test_a_protocol_that_nobody_speaks_is_not_switched_to(proxy: Proxied, site: RawSite) -> None:
    upgrade = b"Connection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    answer = say(proxy, b"GET /a HTTP/1.1\r\n" + HOST + upgrade + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    (asked,) = site.seen
    assert not asked.value("upgrade")
    assert not asked.value("http2-settings")


def test_the_oldest_clients_are_answered_and_left(proxy: Proxied, site: RawSite) -> None:
    answer = say(proxy, b"GET /a HTTP/1.0\r\n" + HOST + b"Cookie: palabre_uid=1; session=2\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\nseen")
    assert [asked.value("cookie") for asked in site.seen] == ["session=2"]
