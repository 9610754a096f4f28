"""The newspaper's servers, asked over a real socket."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from bandeau.cli.demo import load_newsroom


def ask(url: str, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(url).hostname, urlsplit(url).port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.text = response.read().decode()
        return response
    finally:
        connection.close()


def test_a_page_that_is_not_there_is_a_page_of_the_newspaper(newsroom):
    response = ask(newsroom.url, "GET", "/article/no-such-article")
    assert response.status == 404
    assert "Rien à l’horizon" in response.text


def test_the_english_edition_is_in_english(newsroom):
    response = ask(newsroom.url, "GET", "/en/the-lighthouse-shines-again")
    assert '<html lang="en">' in response.text
    assert ask(newsroom.url, "GET", "/en/").getheader("location") == "/en/the-lighthouse-shines-again"


def test_the_newspaper_says_nothing_of_consent(newsroom):
    assert "bandeau" not in ask(newsroom.url, "GET", "/").text.lower()


@pytest.mark.parametrize(
    ("body", "cookie", "status"),
    [
        (b"csrf=token&reponse=oui", "session=s; csrftoken=token", 303),
        (b"csrf=other&reponse=oui", "session=s; csrftoken=token", 403),
        (b"csrf=&reponse=oui", "session=s", 403),
        (b"csrf=token&reponse=oui", "csrftoken=token", 403),
        (b"csrf=token&reponse=nonsense", "session=s; csrftoken=token", 400),
        (b"csrf=token&reponse=oui&" + b"x" * 5_000, "session=s; csrftoken=token", 403),
        (b"\xff\xfe&&==", "session=s; csrftoken=token", 403),
    ],
)
def test_a_vote_counts_only_from_a_form_of_the_newspaper(newsroom, body, cookie, status):
    assert ask(newsroom.url, "POST", "/sondage", body, cookie=cookie).status == status


def test_only_a_form_of_the_newspaper_clears_the_traces(newsroom):
    port = urlsplit(newsroom.third_parties["stats"]).port
    ask(f"http://127.0.0.1:{port}", "GET", "/compte.js")
    clear = "/ce-que-les-traceurs-ont-vu/effacer"
    assert ask(newsroom.url, "POST", clear, b"csrf=guess", cookie="csrftoken=token").status == 403
    assert newsroom.witness.count("stats") == 1
    assert ask(newsroom.url, "POST", clear, b"csrf=token", cookie="csrftoken=token").status == 303
    assert newsroom.witness.count("stats") == 0


def test_the_witness_counts_every_request_but_keeps_only_the_last(newsroom):
    port = urlsplit(newsroom.third_parties["stats"]).port
    for number in range(70):
        ask(f"http://127.0.0.1:{port}", "POST", f"/touche?n={number}", b"12345", cookie="a=1; b=2")
    seen = newsroom.witness.seen("stats")
    assert (newsroom.witness.count("stats"), len(seen)) == (70, 60)
    assert (seen[0].method, seen[0].path, seen[0].body_size) == ("POST", "/touche?n=69", 5)
    assert seen[0].cookies == (("a", "1"), ("b", "2"))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([b"host", b"cookie", b"referer", b"content-length"]), st.binary(max_size=60)))
def test_whatever_the_headers_say_a_request_is_noted(headers):
    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": list(headers.items())}
    assert load_newsroom().Sighting.of(Request(scope), 1.0).path == "/x"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b'{"page": ["/x"]}', b"9" * 20_000])
def test_the_comment_network_takes_any_rubbish(newsroom, body):
    port = urlsplit(newsroom.third_parties["palabre"]).port
    assert ask(f"http://127.0.0.1:{port}", "POST", "/suivi", body).status == 204


def test_stopping_closes_every_port():
    with load_newsroom().start() as newsroom:
        ports = [urlsplit(url).port for url in (newsroom.url, *newsroom.third_parties.values())]
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
