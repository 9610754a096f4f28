"""Too much of anything is cut off or read to its end, and the next reader is served as ever."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.proxies import Proxied, proxied
from support.rawsite import RawSite, raw_site, whole
from support.sites import DECLARATION, EDGES, Page, Pages, Running, behind, fetch

HTML = ("content-type", "text/html; charset=utf-8")
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module", params=EDGES)
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with behind(request.param, Pages(), tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def site() -> Iterator[RawSite]:
    with raw_site() as one:
        one.answers["/"] = whole("Content-Type: text/plain", body=b"seen")
        yield one


@pytest.fixture(scope="module")
def proxy(site: RawSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with proxied(site.port, tmp_path_factory.mktemp("proxy"), DECLARATION) as one:
        yield one


@pytest.mark.parametrize("flood", ["headers", "one header", "an address", "a trailer", "lines before a request"])
def test_a_request_that_does_not_end_is_cut_off(proxy: Proxied, flood: str) -> None:
    start = b"POST / HTTP/1.1\r\nHost: gazette.localhost\r\n"
    begin, more = {
        "headers": (start, b"X: " + b"y" * 1000 + b"\r\n"),
        "one header": (start + b"X: ", b"y" * 1000),
        "an address": (b"GET /", b"y" * 1000),
        "a trailer": (start + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", b"y" * 1000),
        "lines before a request": (b"", b"\r\n" * 500),
    }[flood]
    sent = 0
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as one:
        try:
            one.sendall(begin)
            while sent < 64 << 20:
                one.sendall(more)
                sent += len(more)
        except OSError:
            pass
    assert sent < 64 << 20  # what the system holds on the way is counted as well
    assert fetch(proxy.port, "/").body == b"seen"


def test_ten_thousand_cookies_are_read_one_by_one(edge: Running) -> None:
    cookies = "; ".join([*(f"c{n}=1" for n in range(5_000)), *["palabre_uid=1"] * 2_000, "session=2"])
    got = edge.get(headers={"cookie": cookies[-60_000:]})
    assert got.status == 200
    assert edge.pages.seen[-1]["cookie"] == "session=2"


def test_of_many_cookies_that_a_site_sets_each_is_judged(edge: Running) -> None:
    names = [*["palabre_uid", "unknown"] * 400, *["session"] * 20]
    edge.pages.table["/"] = Page(headers=(HTML, *(("set-cookie", f"{name}=1") for name in names)))
    got = edge.get()
    edge.pages.table["/"] = Page()
    assert got.status == 200
    assert {value.partition("=")[0] for value in got.all("set-cookie")} == {"session"}


@pytest.mark.parametrize("text", ["[" * 30_000, '{"a":' * 10_000, '"' * 30_000, "9" * 30_000, "[" * 400 + "]" * 400])
def test_deep_or_long_json_is_no_error(edge: Running, text: str) -> None:
    edge.pages.table["/"] = Page(headers=(HTML, ("report-to", text[:7_000]), ("nel", text[:7_000])))
    got = edge.get()
    edge.pages.table["/"] = Page()
    assert got.status == 200
    assert "default-src" in got.one("content-security-policy")
    assert edge.get("/.bandeau/report", method="POST", body=text.encode()).status == 204


@pytest.mark.parametrize(
    "body", [b"a&" * 50_000, b"a=1&" * 16_000, b"purpose=social&" * 4_000, b"%" * 60_000, b"&" * 65_000]
)
def test_a_form_of_any_number_of_fields_chooses_nothing_that_it_does_not_say(edge: Running, body: bytes) -> None:
    got = edge.get("/.bandeau/choice", method="POST", body=body, headers=FORM)
    assert got.status in (400, 413)
    assert not got.choice


def test_readers_who_do_not_hurry_take_little_memory(tmp_path: Path) -> None:
    page = b"<!doctype html><title>x</title>" + b"<p>Le port.</p>\n" * 130_000  # 2 MB
    with raw_site() as busy, proxied(busy.port, tmp_path, DECLARATION) as proxy:
        busy.answers["/"] = whole("Content-Type: text/html", body=page)
        before = len(fetch(proxy.port, "/").body)
        resting = proxy.memory("VmRSS")
        readers = []
        for _ in range(100):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
            one.settimeout(60)
            one.connect(("127.0.0.1", proxy.port))
            one.sendall(b"GET / HTTP/1.1\r\nHost: gazette.localhost\r\nConnection: close\r\n\r\n")
            readers.append(one)
        got = dict.fromkeys(readers, 0)
        while readers:
            for one in [*readers]:
                piece = one.recv(16_384)
                got[one] += len(piece)
                if not piece:
                    one.close()
                    readers.remove(one)
        assert min(got.values()) > before
        assert proxy.memory("VmHWM") - resting < 24 << 20  # 200 MB went through
