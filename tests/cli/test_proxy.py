"""``bandeau proxy`` as its users run it: a process, real sockets, a real site behind it."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.servers import free_port, serve_asgi

DECLARATION = """
[site]
name = "La Gazette du Port"
hosts = ["gazette.localhost", "127.0.0.1"]
languages = ["fr", "en"]

[site.controller]
name = "Éditions du Port SAS"
address = "1 quai des Brumes, 76600 Le Havre, France"

[purposes.social]

[services.comments]
name = "Palabre"
recipient = "Palabre SA"
purpose = "social"
personal_data = ["ip-address", "comments"]
hosts = ["palabre.localhost"]
"""
PAGE = (
    '<!doctype html><html lang="fr"><head><title>Port</title></head><body><p>La marée était basse.</p>'
    '<script src="http://palabre.localhost/c.js"></script></body></html>'
)


async def gazette(scope: Any, receive: Any, send: Any) -> None:
    """A site with one page, in several codings, and one file."""
    assert scope["type"] == "http"
    headers, body = [(b"content-type", b"text/html; charset=utf-8")], PAGE.encode()
    if scope["path"] == "/gzip":
        headers, body = [*headers, (b"content-encoding", b"gzip")], gzip.compress(body)
    elif scope["path"] == "/utf-16":
        headers, body = [(b"content-type", b"text/html")], ("\ufeff" + PAGE).encode("utf-16-le")
    elif scope["path"] == "/file":
        headers, body = [(b"content-type", b"application/pdf")], bytes(range(256)) * 4096
    elif scope["path"] == "/broken":
        headers = [*headers, (b"content-encoding", b"gzip")]
        body = gzip.compress(PAGE.encode() + os.urandom(9000))[:-2000]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    path = tmp_path / "bandeau.toml"
    path.write_text(DECLARATION, "utf-8")
    return path


def command(declaration: Path, upstream: str, *more: str) -> list[str]:
    options = ["--declaration", str(declaration), "--upstream", upstream, "--data", str(declaration.parent / "data")]
    return [sys.executable, "-c", "from bandeau.cli import main; main()", "proxy", *options, *more]


@contextmanager
def running(declaration: Path, upstream: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The proxy on a free port; gives the process and the port it says."""
    process = subprocess.Popen(
        command(declaration, upstream, "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        told = re.search(r"http://127\.0\.0\.1:([0-9]+) in front of (\S+)\.", line)
        assert told, line
        assert told[2] == upstream
        yield process, int(told[1])
    finally:
        process.kill()
        process.communicate()


def get(port: int, path: str = "/") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Accept-Language": "fr", "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    try:
        return response, response.read()
    finally:
        connection.close()


def test_pages_come_with_the_notice_and_without_what_is_held_and_files_as_they_are(declaration: Path) -> None:
    with serve_asgi(gazette) as behind, running(declaration, f"http://127.0.0.1:{behind}") as (_, port):
        for path, decode in (
            ("/", bytes.decode),
            ("/gzip", lambda body: gzip.decompress(body).decode()),
            ("/utf-16", lambda body: body.decode("utf-16-le")),
        ):
            response, body = get(port, path)
            page = decode(body)
            assert "La marée était basse." in page
            assert "Tout refuser" in page
            assert '<script src="http://palabre.localhost/c.js">' not in page
            assert "palabre" not in str(response.getheader("content-security-policy"))
        assert get(port, "/file")[1] == bytes(range(256)) * 4096


def test_a_page_whose_coding_breaks_off_is_broken_off(declaration: Path) -> None:
    with serve_asgi(gazette) as behind, running(declaration, f"http://127.0.0.1:{behind}") as (process, port):
        with pytest.raises(http.client.IncompleteRead):
            get(port, "/broken")
        assert get(port)[0].status == 200
        process.send_signal(signal.SIGTERM)
        errors = process.communicate(timeout=20)[1]
    assert "ended too early" in errors
    assert "Traceback" not in errors


def test_a_site_that_is_down_gives_a_page_and_no_stack_trace(declaration: Path) -> None:
    with running(declaration, f"http://127.0.0.1:{free_port()}") as (process, port):
        response, body = get(port)
        process.send_signal(signal.SIGTERM)
        errors = process.communicate(timeout=20)[1]
    assert response.status == 502
    assert 'lang="fr"' in body.decode()
    assert "Traceback" not in body.decode() + errors


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_stops_when_told_even_with_a_visitor_in_the_middle(declaration: Path, how: int, code: int) -> None:
    async def endless(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    with serve_asgi(endless) as behind, running(declaration, f"http://127.0.0.1:{behind}") as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        assert connection.getresponse().read1(100) == b"data: 1\n\n"
        process.send_signal(how)
        assert process.wait(20) == code
        connection.close()


def failing(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60)


def test_a_port_that_is_taken_is_told_in_one_sentence(declaration: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = failing(*command(declaration, "http://127.0.0.1:1", "--port", str(port)))
    assert done.returncode == 1
    assert f"127.0.0.1, port {port} cannot be served" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_upstream_that_is_no_url_is_told_in_one_sentence(declaration: Path) -> None:
    done = failing(*command(declaration, "gazette"))
    assert done.returncode == 1
    assert "'gazette' is no place to forward to" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_unusable_declaration_is_told_with_its_lines(declaration: Path) -> None:
    declaration.write_text(DECLARATION + "\nnonsense = 1\n", "utf-8")
    done = failing(*command(declaration, "http://127.0.0.1:1"))
    assert done.returncode == 2
    assert "nonsense" in done.stderr


def test_everything_can_be_told_by_the_environment(declaration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    from bandeau.cli.proxy import proxy

    told: list[object] = []
    monkeypatch.setattr("bandeau.serve.proxy.run", lambda *given, **named: told.extend((*given, named)))
    app = typer.Typer()
    app.command()(proxy)
    environment = {
        "BANDEAU_DECLARATION": "site.toml",
        "BANDEAU_UPSTREAM": "http://up",
        "BANDEAU_HOST": "::1",
        "BANDEAU_PORT": "81",
        "BANDEAU_DATA": "kept",
        "BANDEAU_DATABASE": "postgresql://db",
        "BANDEAU_KEYED_CACHE": "1",
    }
    assert CliRunner().invoke(app, [], env=environment).exit_code == 0
    named = {"database": "postgresql://db", "keyed_cache": True}
    assert told == [Path("site.toml"), "http://up", "::1", 81, Path("kept"), named]
