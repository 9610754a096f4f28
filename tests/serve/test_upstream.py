"""What comes through the proxy comes through as it was: real sockets on both sides, Bandeau itself left out."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import http.client
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from bandeau.errors import SetupError
from bandeau.serve.upstream import Upstream
from support.servers import free_port, serve_asgi

OPTIONS = {"server_header": False, "date_header": False}
MEGABYTE = bytes(range(256)) * 4096


@contextmanager
def forwarded(app: Any) -> Iterator[int]:
    """An application behind the proxy; gives the proxy's port."""
    with serve_asgi(app, **OPTIONS) as behind, serve_asgi(Upstream(f"http://127.0.0.1:{behind}"), **OPTIONS) as port:
        yield port


@contextmanager
def site_socket(answer: Callable[[socket.socket], None], port: int = 0) -> Iterator[int]:
    """A site that is only a socket: ``answer`` gets each connection, one after another; gives its port."""
    with socket.create_server(("127.0.0.1", port)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=10)


@contextmanager
def raw_site(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A site that is only a socket, behind the proxy; gives the proxy's port."""
    with site_socket(answer) as behind, serve_asgi(Upstream(f"http://127.0.0.1:{behind}"), **OPTIONS) as port:
        yield port


def head_of(connection: socket.socket) -> bytes:
    """Read a request's head, byte by byte so that nothing behind it is taken."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            break
        head += byte
    return head


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    """A site that reads a request's head and says one thing, then closes."""

    def act(connection: socket.socket) -> None:
        if head_of(connection):
            connection.sendall(answer)

    return act


def exchange(port: int, request: bytes) -> bytes:
    """Send bytes, give everything that comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def get(port: int, path: str = "/", method: str = "GET", **more: Any) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, **more)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with what was asked, one thing a line, and the body's length and hash."""
    assert scope["type"] == "http"
    digest, size, more = hashlib.sha256(), 0, True
    while more:
        message = await receive()
        digest.update(message.get("body", b""))
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    lines = [scope["method"].encode(), scope["raw_path"], scope["query_string"]]
    lines += [name + b": " + value for name, value in scope["headers"]]
    lines += [b"body %d %s" % (size, digest.hexdigest().encode())]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"\n".join(lines)})


def answering(status: int, headers: list[tuple[bytes, bytes]], *chunks: bytes) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


# -- requests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/a%2Fb/%c3%A9/../c//d",
        "//evil.example/x?y",
        "/p?x=%41&y=a+b&z=%2B&&=;",
        '/a|b"<>^`{}?[]|\\',
        "/a?b=c?d%3F",
    ],
)
def test_path_and_query_go_through_byte_for_byte(target: str) -> None:
    with raw_site(lambda c: c.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + head_of(c).split(b" ")[1])) as port:
        request = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert target.encode() in exchange(port, request.encode())


@pytest.mark.parametrize("target", ["*", "@elsewhere.invalid/", ".elsewhere.invalid/", ":81/", ""])
@pytest.mark.parametrize("server", ["httptools", "h11"])
def test_what_is_no_path_never_reaches_another_host(target: str, server: str) -> None:
    down = Upstream(f"http://127.0.0.1:{free_port()}")
    with serve_asgi(down, http=server, **OPTIONS) as port:
        got = exchange(port, f"OPTIONS {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert got.startswith(b"HTTP/1.1 400 ")


def test_the_path_of_the_upstream_is_put_in_front() -> None:
    with serve_asgi(echo) as behind, serve_asgi(Upstream(f"http://127.0.0.1:{behind}/base/")) as port:
        assert get(port, "/page?q")[1].split(b"\n")[1] == b"/base/page"


CLIMBS = (
    "/../admin /.. /a/../../admin /a//../../admin /%2e%2E/admin /.%2e/admin /..%2fadmin /..\\admin /..%5cadmin "
    "/..;/admin /..;a=b/admin"
)


@pytest.mark.parametrize("target", CLIMBS.split())
def test_no_path_leaves_the_path_of_the_upstream(target: str) -> None:
    with serve_asgi(echo) as behind, serve_asgi(Upstream(f"http://127.0.0.1:{behind}/base")) as port:
        got = exchange(port, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert got.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("target", ["/..a/...", "/./a", "/a..", "/%252e%252e/", "/?../../", "/..a;../b"])
def test_dots_that_climb_nowhere_stay_behind_the_path_of_the_upstream(target: str) -> None:
    with serve_asgi(echo) as behind, serve_asgi(Upstream(f"http://127.0.0.1:{behind}/base")) as port:
        got = exchange(port, f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert b"/base" + target.partition("?")[0].encode() in got


def test_what_every_recipient_needs_is_not_dropped_whatever_the_connection_says() -> None:
    nonsense = b"Connection: close, host, Cookie, content-length, x-forwarded-for, X-Hop\r\n"
    options = {**OPTIONS, "proxy_headers": False}
    with serve_asgi(echo, **OPTIONS) as behind, serve_asgi(Upstream(f"http://127.0.0.1:{behind}"), **options) as port:
        head = (
            b"POST / HTTP/1.1\r\nHost: gazette.example\r\nCookie: a=1\r\nX-Forwarded-For: 203.0.113.9\r\nX-Hop: 1\r\n"
        )
        got = exchange(port, head + b"Content-Length: 2\r\n" + nonsense + b"\r\nhi").split(b"\n")
    for kept in (b"host: gazette.example", b"cookie: a=1", b"content-length: 2", b"x-forwarded-host: gazette.example"):
        assert kept in got
    assert b"x-forwarded-for: 203.0.113.9, 127.0.0.1" in got
    assert b"x-hop: 1" not in got


def test_request_headers_go_through_in_their_order_and_nothing_of_the_client_is_added() -> None:
    seen: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        seen.append(head_of(connection))
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with raw_site(answer) as port:
        exchange(
            port,
            b"GET / HTTP/1.1\r\nHost: gazette.example:81\r\nX-A: 1\r\nCookie: a=1; b=\xc3\xa9\r\nX-A: 2\r\n"
            b"TE: trailers\r\nKeep-Alive: 3\r\nProxy-Connection: x\r\nX-Hop: 1\r\nX-B:\r\nExpect: 100-continue\r\n"
            b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: made.up\r\n"
            b"Connection: close, X-Hop\r\n\r\n",
        )
    (head,) = seen
    assert [line.lower() for line in head.strip().split(b"\r\n")[1:]] == [
        b"host: gazette.example:81",
        b"x-a: 1",
        b"cookie: a=1; b=\xc3\xa9",
        b"x-a: 2",
        b"x-b: ",
        # The test's server believes the loopback address, so the visitor is who that says.
        b"x-forwarded-for: 203.0.113.9, 203.0.113.9",
        b"x-forwarded-proto: https",
        b"x-forwarded-host: gazette.example:81",
    ]


def test_the_visitors_address_is_appended_and_scheme_and_host_cannot_be_made_up() -> None:
    options = {**OPTIONS, "proxy_headers": False}
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "made.up"}
    with serve_asgi(echo, **OPTIONS) as behind, serve_asgi(Upstream(f"http://127.0.0.1:{behind}"), **options) as port:
        lines = get(port, headers={**headers, "Host": "gazette.example"})[1].split(b"\n")
    assert b"x-forwarded-for: 203.0.113.9, 127.0.0.1" in lines
    assert b"x-forwarded-proto: http" in lines
    assert b"x-forwarded-host: gazette.example" in lines


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
def test_bodies_go_through_with_a_length_and_in_chunks(method: str) -> None:
    expected = b"body %d %s" % (len(MEGABYTE), hashlib.sha256(MEGABYTE).hexdigest().encode())
    with forwarded(echo) as port:
        assert get(port, "/", method, body=MEGABYTE)[1].split(b"\n")[-1] == expected
        chunks = (MEGABYTE[at : at + 100_000] for at in range(0, len(MEGABYTE), 100_000))
        assert get(port, "/", method, body=chunks, encode_chunked=True)[1].split(b"\n")[-1] == expected


def test_a_post_without_a_body_goes_through() -> None:
    with forwarded(echo) as port:
        assert get(port, "/", "POST")[1].split(b"\n")[-1].startswith(b"body 0 ")


def test_an_upload_reaches_the_site_while_it_is_still_being_sent() -> None:
    first_came = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if body:
                first_came.set()
        await answering(200, [], body)(scope, receive, send)

    with forwarded(app) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\nfirst")
        assert first_came.wait(20)
        connection.sendall(b"after")
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert b"firstafter" in answer


def test_a_visitor_who_waits_to_be_asked_for_the_body_is_asked() -> None:
    with forwarded(echo) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        assert head_of(connection).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"hi")
        assert head_of(connection).startswith(b"HTTP/1.1 200 ")


def test_an_answer_that_comes_before_the_upload_is_over_goes_through() -> None:
    def answer(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!")
        while connection.recv(65536):
            pass

    with raw_site(answer) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nbegin")
        assert head_of(connection).startswith(b"HTTP/1.1 413 ")
        assert connection.recv(3) == b"no!"


def test_an_upload_that_is_given_up_is_not_a_whole_one_for_the_site() -> None:
    told: list[str] = []
    begun, over = threading.Event(), threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        message: Any = {"more_body": True}
        while message.get("more_body"):
            message = await receive()
            begun.set()
        told.append(message["type"])
        over.set()

    with forwarded(app) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n")
            assert begun.wait(20)
        assert over.wait(20)
    assert told == ["http.disconnect"]


# -- answers --------------------------------------------------------------------------------------------------------


def test_answer_headers_go_through_in_their_order_but_those_of_one_connection() -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nServer: site/1\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nSet-Cookie: a=1\r\nX-Hop: 1\r\n"
        b"Set-Cookie: b=\xe9\r\nContent-Encoding: gzip\r\nKeep-Alive: 5\r\nConnection: close, x-hop\r\n"
        b"Trailer: X-End\r\nUpgrade: h2c\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nraw"
    )
    with raw_site(saying(answer)) as port:
        response, body = get(port)
    assert [(name.lower(), value) for name, value in response.getheaders()] == [
        ("server", "site/1"),
        ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=é"),
        ("content-encoding", "gzip"),
        ("content-type", "text/plain"),
        ("content-length", "3"),
    ]
    assert body == b"raw"


def test_a_redirect_is_the_visitors_to_follow() -> None:
    with forwarded(answering(302, [(b"location", b"http://elsewhere.invalid/")])) as port:
        response, _ = get(port)
    assert (response.status, response.getheader("location")) == (302, "http://elsewhere.invalid/")


def test_cookies_of_one_visitor_are_never_sent_for_another() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        cookies = b";".join(value for name, value in scope["headers"] if name == b"cookie")
        await answering(200, [(b"set-cookie", b"who=first; Path=/")], b"[" + cookies + b"]")(scope, receive, send)

    with forwarded(app) as port:
        assert get(port)[1] == b"[]"
        assert get(port)[1] == b"[]"


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_ends_at_its_head(status: int) -> None:
    answer = b"HTTP/1.1 %d X\r\nETag: x\r\nContent-Length: 500\r\n\r\n" % status
    with raw_site(saying(answer)) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        for _ in range(2):  # the second on the same connection, which is still good
            connection.request("GET", "/")
            response = connection.getresponse()
            assert (response.status, response.getheader("etag"), response.read()) == (status, "x", b"")
        connection.close()


def test_head_tells_the_length_and_sends_nothing() -> None:
    with raw_site(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")) as port:
        response, body = get(port, method="HEAD")
    assert (response.getheader("content-length"), body) == ("500", b"")


def test_a_range_is_asked_for_and_answered_as_it_is() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert (b"range", b"bytes=2-4") in scope["headers"]
        await answering(206, [(b"content-range", b"bytes 2-4/9"), (b"content-length", b"3")], b"cde")(
            scope, receive, send
        )

    with forwarded(app) as port:
        response, body = get(port, headers={"Range": "bytes=2-4"})
    assert (response.status, response.getheader("content-range"), body) == (206, "bytes 2-4/9", b"cde")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-Trailer: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nabcdefg",
        b"HTTP/1.0 200 OK\r\n\r\nabcdefg",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nabcdefg",
    ],
    ids=["chunked with trailers", "until it closes", "HTTP/1.0", "after early hints"],
)
def test_a_body_of_any_framing_comes_whole(answer: bytes) -> None:
    with raw_site(saying(answer)) as port:
        response, body = get(port)
    assert (response.status, body, response.getheader("x-trailer")) == (200, b"abcdefg", None)


def test_a_status_that_http_does_not_know_becomes_an_error_that_it_does() -> None:
    with raw_site(saying(b"HTTP/1.1 999 Denied\r\nContent-Length: 2\r\n\r\nno")) as port:
        response, body = get(port)
    assert (response.status, body) == (500, b"no")


def test_control_characters_in_a_header_do_not_cost_the_page() -> None:
    with raw_site(saying(b"HTTP/1.1 200 OK\r\nX-Odd: a\x01b\r\nContent-Length: 2\r\n\r\nok")) as port:
        response, body = get(port)
    assert (response.getheader("x-odd"), body) == ("a b", b"ok")


def test_long_headers_go_through() -> None:
    policy = b"x" * 40_000
    app = answering(200, [(b"content-security-policy", policy)] + [(b"x-many", b"1")] * 300)
    with forwarded(app) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + policy + b"\r\n\r\n")
        head = head_of(connection)
    assert policy in head
    assert head.count(b"x-many") == 300


def test_an_event_reaches_the_visitor_before_the_next_one_exists() -> None:
    seen = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        assert await asyncio.to_thread(seen.wait, 20)
        await send({"type": "http.response.body", "body": b"data: 2\n\n", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    with forwarded(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.read1(100) == b"data: 1\n\n"
        seen.set()
        assert response.read() == b"data: 2\n\n"
        connection.close()


async def huge(scope: Any, receive: Any, send: Any) -> None:
    """A hundred megabytes, made as they are sent."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(100):
        await send({"type": "http.response.body", "body": MEGABYTE, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def drain(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/")
    response = connection.getresponse()
    size = 0
    while piece := response.read(65536):
        size += len(piece)
    connection.close()
    return size


def test_a_body_of_any_size_goes_through_in_constant_memory() -> None:
    with forwarded(huge) as port:
        tracemalloc.start()
        try:
            assert drain(port) == 100 * len(MEGABYTE)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 12 << 20  # both servers and the reader together


def test_a_visitor_who_does_not_read_holds_the_site_back() -> None:
    sent: list[int] = []
    stalled = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        with_patience = 1.0
        for _ in range(400):
            try:
                message = {"type": "http.response.body", "body": MEGABYTE, "more_body": True}
                await asyncio.wait_for(send(message), with_patience)
            except TimeoutError:
                break
            sent.append(1)
        stalled.set()

    with forwarded(app) as port, socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert stalled.wait(60)
    assert len(sent) < 100


def test_the_site_is_told_when_the_visitor_leaves() -> None:
    left = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        left.set()

    with forwarded(app) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            head_of(connection)
        assert left.wait(20)


# -- a site that fails ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "words"), [("fr-BE, en;q=0.5", 'lang="fr"'), ("en", 'lang="en"'), ("\xff", 'lang="en"')]
)
def test_a_site_that_is_down_is_answered_with_a_page(accepted: str, words: str) -> None:
    with serve_asgi(Upstream(f"http://127.0.0.1:{free_port()}"), **OPTIONS) as port:
        response, body = get(port, headers={"Accept-Language": accepted.encode("latin-1")})
    assert response.status == 502
    assert response.getheader("content-type") == "text/html; charset=utf-8"
    assert response.getheader("cache-control") == "no-store"
    assert words in body.decode()
    assert "Traceback" not in body.decode()


def test_a_site_whose_name_is_unknown_is_answered_with_a_page() -> None:
    with serve_asgi(Upstream("http://nowhere.invalid"), **OPTIONS) as port:
        assert get(port)[0].status == 502


@pytest.mark.parametrize(
    "answer",
    [b"", b"rubbish\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"],
    ids=["nothing", "rubbish", "half a head", "no length"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_site_that_does_not_answer_in_http_is_answered_with_a_page(answer: bytes, method: str) -> None:
    with raw_site(saying(answer)) as port:
        assert get(port, method=method, body=b"x" if method == "POST" else None)[0].status == 502


def test_a_site_that_cannot_be_reached_in_time_is_answered_with_504(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandeau.serve.upstream._CONNECT_TIMEOUT", 0.05)
    full = socket.socket()  # it listens, and its queue is full: the next connection is never taken
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    address = full.getsockname()
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(address)
    try:
        with serve_asgi(Upstream(f"http://127.0.0.1:{address[1]}"), **OPTIONS) as port:
            assert get(port)[0].status == 504
    finally:
        for one in (full, *waiting):
            one.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n",
    ],
    ids=["with a length", "in chunks"],
)
def test_an_answer_that_is_broken_off_is_broken_off_for_the_visitor(answer: bytes) -> None:
    with raw_site(saying(answer)) as port:
        got = exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 200 ")
    assert b"only this" in got
    assert not got.endswith(b"0\r\n\r\n")


def test_a_site_that_was_down_is_there_again() -> None:
    port_behind = free_port()
    with serve_asgi(Upstream(f"http://127.0.0.1:{port_behind}"), **OPTIONS) as port:
        assert get(port)[0].status == 502
        with site_socket(saying(b"HTTP/1.1 204 No Content\r\n\r\n"), port_behind):
            assert get(port)[0].status == 204


@pytest.mark.parametrize("url", ["", "gazette", "ftp://x", "http://", "http://x/?q", "http://u:p@x", "http://x:port"])
def test_what_is_no_place_to_forward_to_is_refused(url: str) -> None:
    with pytest.raises(SetupError, match="no place to forward to"):
        Upstream(url)


# -- WebSockets -----------------------------------------------------------------------------------------------------


async def parrot(scope: Any, receive: Any, send: Any) -> None:
    """Says everything back; closes with a code when asked to, breaks off when asked to."""
    assert scope["type"] == "websocket"
    if scope["path"] == "/closed":
        await receive()
        await send({"type": "websocket.close"})
        return
    await receive()
    headers = [(b"set-cookie", b"socket=1"), (b"x-cookie", dict(scope["headers"]).get(b"cookie", b""))]
    protocol = next(iter(scope["subprotocols"]), None)
    await send({"type": "websocket.accept", "subprotocol": protocol, "headers": headers})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") == "close":
            await send({"type": "websocket.close", "code": 4321, "reason": "à bientôt"})
            return
        await send({"type": "websocket.send", "text": message.get("text"), "bytes": message.get("bytes")})
    closed.append((message["code"], message.get("reason")))
    closed_now.set()


closed: list[tuple[int, str | None]] = []
closed_now = threading.Event()


@contextmanager
def sockets() -> Iterator[str]:
    closed.clear()
    closed_now.clear()
    with forwarded(parrot) as port:
        yield f"ws://127.0.0.1:{port}"


def test_messages_go_both_ways_as_text_and_as_bytes() -> None:
    with sockets() as address, connect(address + "/chat?room=1", max_size=None) as channel:
        for said in ("salut ⛵", b"\0\xff", "", b"", MEGABYTE * 9):
            channel.send(said)
            assert channel.recv(20) == said


def test_subprotocol_cookies_and_headers_of_the_handshake_go_through() -> None:
    with (
        sockets() as address,
        connect(address, subprotocols=["chat.v2", "chat.v1"], additional_headers={"Cookie": "a=1"}) as channel,  # type: ignore[list-item]
    ):
        assert channel.subprotocol == "chat.v2"
        assert channel.response
        assert channel.response.headers["set-cookie"] == "socket=1"
        assert channel.response.headers["x-cookie"] == "a=1"


def test_the_sites_closing_code_and_reason_reach_the_visitor() -> None:
    with sockets() as address, connect(address) as channel:
        channel.send("close")
        with pytest.raises(ConnectionClosed) as caught:
            channel.recv(20)
    assert caught.value.rcvd
    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (4321, "à bientôt")


def test_the_visitors_closing_code_and_reason_reach_the_site() -> None:
    with sockets() as address, connect(address) as channel:
        channel.close(4000, "fini")
        assert closed_now.wait(20)
    assert closed == [(4000, "fini")]


def test_the_site_is_told_when_a_visitor_vanishes() -> None:
    with sockets() as address, connect(address) as channel:
        channel.socket.shutdown(socket.SHUT_RDWR)
        assert closed_now.wait(20)


def test_a_refused_handshake_is_refused_with_the_sites_status() -> None:
    with sockets() as address, pytest.raises(InvalidStatus) as caught:
        connect(address + "/closed")
    assert caught.value.response.status_code == 403


def test_a_handshake_that_is_redirected_is_the_visitors_to_follow() -> None:
    followed: list[bytes] = []
    request = (
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with site_socket(lambda connection: followed.append(head_of(connection))) as elsewhere:
        place = b"http://127.0.0.1:%d/" % elsewhere
        answer = b"HTTP/1.1 302 Found\r\nLocation: " + place + b"\r\nContent-Length: 0\r\n\r\n"
        with raw_site(saying(answer)) as port:
            got = exchange(port, request)
    assert got.startswith(b"HTTP/1.1 302 ")
    assert b"location: " + place in got
    assert followed == []


def test_a_handshake_with_a_site_that_is_down_is_refused() -> None:
    down = Upstream(f"http://127.0.0.1:{free_port()}")
    with serve_asgi(down) as port, pytest.raises(InvalidStatus) as caught:
        connect(f"ws://127.0.0.1:{port}")
    assert caught.value.response.status_code == 502


def test_a_socket_that_the_site_breaks_off_is_broken_off_for_the_visitor() -> None:
    def answer(connection: socket.socket) -> None:
        key = next(line for line in head_of(connection).split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
        token = key.split(b": ")[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(token).digest())
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n\x81\x02hi"
        )

    with raw_site(answer) as port, connect(f"ws://127.0.0.1:{port}") as channel:
        assert channel.recv(20) == "hi"
        with pytest.raises(ConnectionClosed) as caught:
            channel.recv(20)
    assert caught.value.rcvd is None
