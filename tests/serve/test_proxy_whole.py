"""``bandeau proxy``, the whole of it in a process of its own, in front of a site that does everything wrong.

Whatever comes, the page arrives with the notice in, with what is refused held, and every other byte as it was; and
after each case the choice that a visitor made before is still in the records, and no stack trace was told.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import brotli
import pytest
from backports import zstd
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from support.markup import contacted, lexbor
from support.proxies import Proxied, proxied
from support.rawsite import Asked, RawSite, chunk, head, in_chunks, raw_site, until_close, whole
from support.servers import free_port, serve_asgi
from support.sites import DECLARATION, Got, fetch

HTML = "Content-Type: text/html"
FRENCH = {"accept-language": "fr"}
CODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "br": brotli.decompress,
    "zstd": zstd.decompress,
}

# A page in four pieces: what Bandeau puts in and changes stands between them.
BEGIN = "<!DOCTYPE html>\r\n<html lang=fr><head>"
HEAD = "<title>{words}</title>\n</head><body class='a'>"
BODY = "\n<h1>{words}</h1>"
HELD = "<script src=https://regie.localhost/e.js async></script>"
END = "<p>{words}<a href=https://regie.localhost/>{words}</a></p>\n</body></html>\n"


def page(words: str = "port") -> str:
    return (BEGIN + HEAD + BODY + HELD + END).replace("{words}", words)


class Changes(NamedTuple):
    """What Bandeau puts into a page for a visitor who has not chosen, and what becomes of the script it holds."""

    head: str
    body: str
    held: str

    def page(self, words: str = "port") -> str:
        """What the page must be when it comes out: every byte of it."""
        return (BEGIN + self.head + HEAD + self.body + BODY + self.held + END).replace("{words}", words)


@pytest.fixture(scope="module")
def site() -> Iterator[RawSite]:
    with raw_site() as one:
        yield one


@pytest.fixture(scope="module")
def proxy(site: RawSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with proxied(site.port, tmp_path_factory.mktemp("proxy"), DECLARATION) as one:
        yield one


def chosen(port: int) -> tuple[str, str]:
    """Accept all; gives the choice cookie and what is recorded of it."""
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    got = fetch(port, "/.bandeau/choice", method="POST", body=b"action=accept-all&back=/", headers=headers)
    assert got.choice
    return got.choice, recorded(port, got.choice)


def recorded(port: int, choice: str) -> str:
    return fetch(port, "/.bandeau/my-choices.json", headers={"cookie": choice}).text


@pytest.fixture(scope="module")
def before(proxy: Proxied) -> tuple[str, str]:
    choice, history = chosen(proxy.port)
    assert '"action": "accept-all"' in history
    return choice, history


@pytest.fixture(autouse=True)
def nothing_is_lost(proxy: Proxied, before: tuple[str, str]) -> Iterator[None]:
    """What was acknowledged before a hostile case is still there after it, and nobody saw a stack trace."""
    told = len(proxy.errors)
    yield
    choice, history = before
    assert json.loads(recorded(proxy.port, choice))["choices"] == json.loads(history)["choices"]
    assert "Traceback" not in proxy.errors[told:]


@pytest.fixture(scope="module")
def changes(proxy: Proxied, site: RawSite) -> Changes:
    """What is changed in the plainest page, so that it can be looked for in every other."""
    site.answers["/page"] = whole(HTML, body=page().encode())
    text = fetch(proxy.port, "/page", headers=FRENCH).text
    pieces = (BEGIN, HEAD.replace("{words}", "port"), BODY.replace("{words}", "port"), END.replace("{words}", "port"))
    found = re.fullmatch("(.*)".join(map(re.escape, pieces)), text, re.DOTALL)
    assert found
    assert '"c":' in found[1]
    assert "Tout refuser" in found[2]
    assert found[3].isascii()
    assert 'type="bandeau/held"' in found[3]
    assert " src=" not in found[3]
    return Changes(*found.groups())


def get(proxy: Proxied, answer: Callable[[Asked], None], site: RawSite, **headers: str) -> Got:
    """Ask for the one page that the site has, said in a way that is to be tried."""
    site.answers["/page"] = answer
    return fetch(proxy.port, "/page", headers={**FRENCH, **{k.replace("_", "-"): v for k, v in headers.items()}})


def walled(got: Got) -> bool:
    wall = got.one("content-security-policy")
    return "default-src 'self'" in wall and "regie.localhost" not in wall


# -- codings, charsets, framings ------------------------------------------------------------------------------------

CHARSETS = {
    "utf-8": (HTML, "utf-8", "l’été, 🚢"),
    "utf-8 with a mark": (HTML, "utf-8-sig", "l’été, 🚢"),
    "latin-1": (f"{HTML}; charset=iso-8859-1", "latin-1", "où, été"),
    "windows-1252": (f"{HTML}; charset=windows-1252", "cp1252", "l’été “à 5 €”"),
    "shift_jis": (f"{HTML}; charset=Shift_JIS", "shift_jis", "表示ソ能、港の新聞ー"),
    "utf-16 by its mark": (HTML, "utf-16", "l’été, 🚢"),
    "utf-16le by its header": (f"{HTML}; charset=utf-16", "utf-16-le", "l’été, 🚢"),
    "utf-16be by its header": (f'{HTML};charset="UTF-16BE"', "utf-16-be", "l’été, 🚢"),
}


@pytest.mark.parametrize("coding", CODERS)
@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("asked_for", [True, False])
def test_a_page_is_changed_in_whatever_it_is_written_and_coded_in(
    proxy: Proxied, site: RawSite, changes: Changes, coding: str, charset: str, asked_for: bool
) -> None:
    content_type, codec, words = CHARSETS[charset]
    coded = CODERS[coding](page(words).encode(codec))
    headers = (content_type, f"Content-Encoding: {coding}") if coding else (content_type,)
    answer = in_chunks(*headers, body=coded, size=37)
    got = get(proxy, answer, site, **({"accept_encoding": coding or "identity"} if asked_for else {}))
    assert got.status == 200
    assert got.one("content-encoding") == coding
    assert walled(got)
    assert DECODERS[coding](got.body) == changes.page(words).encode(codec)


FRAMINGS: dict[str, Callable[..., Callable[[Asked], None]]] = {
    "with its length": whole,
    "until it closes": until_close,
    "in chunks": lambda *headers, body: in_chunks(*headers, body=body, size=50),
    "in chunks of one byte": lambda *headers, body: in_chunks(*headers, body=body, size=1, slowly=True),
}


@pytest.mark.parametrize("charset", ["utf-8", "shift_jis", "utf-16 by its mark", "utf-16be by its header"])
@pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd"])
@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_page_is_the_same_however_it_travels(
    proxy: Proxied, site: RawSite, changes: Changes, framing: str, coding: str, charset: str
) -> None:
    content_type, codec, words = CHARSETS[charset]
    headers = (content_type, f"Content-Encoding: {coding}") if coding else (content_type,)
    got = get(proxy, FRAMINGS[framing](*headers, body=CODERS[coding](page(words).encode(codec))), site)
    assert DECODERS[coding](got.body) == changes.page(words).encode(codec)
    assert walled(got)


@pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd"])
@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_page_that_does_not_say_what_it_is_is_known_by_how_it_begins(
    proxy: Proxied, site: RawSite, changes: Changes, framing: str, coding: str
) -> None:
    headers = (f"Content-Encoding: {coding}",) if coding else ()
    got = get(proxy, FRAMINGS[framing](*headers, body=CODERS[coding](page().encode())), site)
    assert DECODERS[coding](got.body) == changes.page().encode()
    assert walled(got)


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16 by its mark"])
def test_the_notice_speaks_the_pages_language_however_the_page_travels(
    proxy: Proxied, site: RawSite, charset: str, framing: str
) -> None:
    content_type, codec, words = CHARSETS[charset]
    got = get(proxy, FRAMINGS[framing](content_type, body=page(words).encode(codec)), site, accept_language="en")
    assert "Tout refuser" in got.body.decode(codec)


def test_a_page_that_is_coded_twice_is_changed(proxy: Proxied, site: RawSite, changes: Changes) -> None:
    coded = brotli.compress(gzip.compress(page().encode()))
    for headers in (["Content-Encoding: gzip, br"], ["Content-Encoding: gzip", "Content-Encoding: br"]):
        got = get(proxy, whole(HTML, *headers, body=coded), site)
        assert gzip.decompress(brotli.decompress(got.body)) == changes.page().encode()


def test_a_coding_that_no_browser_knows_hides_nothing(proxy: Proxied, site: RawSite, changes: Changes) -> None:
    got = get(proxy, whole(HTML, "Content-Encoding: x-rot13", body=page().encode()), site)
    assert (got.text, got.one("content-encoding")) == (changes.page(), "x-rot13")
    assert walled(got)


def test_no_coding_that_cannot_be_read_is_asked_for(proxy: Proxied, site: RawSite) -> None:
    get(proxy, whole(HTML, body=b""), site, accept_encoding="dcb, gzip;q=0.5, *;q=0.1, br")
    asked = re.findall(r"[a-z]+", re.sub(r"q=[\d.]+", "", site.seen[-1].value("accept-encoding")))
    assert {"gzip", "br"} <= set(asked) <= {*CODERS, "identity", "x"}


# -- pages that are no pages ----------------------------------------------------------------------------------------

FOREIGN = b"\x00\xff<script src=https://regie.localhost/e.js></script>\x1f\x8b" + bytes(range(256)) * 20


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize(
    "content_type",
    ["application/octet-stream", "image/png", "application/json", "text/plain", "video/mp4", None],
)
def test_what_is_not_html_comes_byte_for_byte(
    proxy: Proxied, site: RawSite, content_type: str | None, framing: str
) -> None:
    headers = (f"Content-Type: {content_type}",) if content_type else ()
    body = FOREIGN[:600] if "one byte" in framing else FOREIGN
    got = get(proxy, FRAMINGS[framing](*headers, body=body), site)
    assert got.body == body
    if framing == "with its length":
        assert got.one("content-length") == str(len(body))


@pytest.mark.parametrize("start", [b"<", b"<!", b"  <h", b"<!DOCTYPE htm"])
def test_what_only_begins_like_html_comes_byte_for_byte(proxy: Proxied, site: RawSite, start: bytes) -> None:
    body = start + b"\x00\x01 no page at all" + FOREIGN[:100]
    assert get(proxy, FRAMINGS["in chunks of one byte"](body=body), site).body == body
    assert get(proxy, whole(body=start), site).status == 200


@pytest.mark.parametrize(
    ("content_type", "markup"),
    [
        (
            "image/svg+xml",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script href='https://regie.localhost/e.js'/></svg>",
        ),
        (
            "application/xhtml+xml",
            b"<html xmlns='http://www.w3.org/1999/xhtml'><body><script src='https://regie.localhost/e.js'/></body></html>",
        ),
        ("text/xml", b"<?xml version='1.0'?><?xml-stylesheet href='https://regie.localhost/x.xsl'?><a/>"),
    ],
)
def test_markup_that_is_not_html_is_walled_and_not_touched(
    proxy: Proxied, site: RawSite, content_type: str, markup: bytes
) -> None:
    got = get(proxy, whole(f"Content-Type: {content_type}", body=markup), site)
    assert got.body == markup
    assert walled(got)


@pytest.mark.parametrize(
    "types",
    [
        ["image/png", "text/html"],
        ["image/png, text/html"],
        ["text/html, nonsense"],
        ["text/css", "TEXT/HTML ; charset=utf-8"],
    ],
)
def test_of_several_types_the_one_that_browsers_believe_counts(
    proxy: Proxied, site: RawSite, changes: Changes, types: list[str]
) -> None:
    got = get(proxy, whole(*(f"Content-Type: {one}" for one in types), body=page().encode()), site)
    assert walled(got)
    assert got.text == changes.page()


@pytest.mark.parametrize("coding", CODERS)
def test_an_empty_page_is_no_error(proxy: Proxied, site: RawSite, coding: str) -> None:
    headers = (HTML, f"Content-Encoding: {coding}") if coding else (HTML,)
    for body in (b"", CODERS[coding](b"")):
        got = get(proxy, whole(*headers, body=body), site)
        assert got.status == 200
        assert walled(got)
        if got.body:
            assert b"Tout refuser" in DECODERS[coding](got.body)


@pytest.mark.parametrize(
    "markup",
    [
        "Le port.",
        "<p>Le port." + HELD,
        "<title>t</title>Le port." + HELD,
        "<html><p>Le port.</html>" + HELD,
        "<body>Le port.</body>" + HELD,
        "</p></br>Le port." + HELD,
        HELD,
        "<!-- > -->\n" + HELD + "Le port",
    ],
)
def test_a_page_without_head_or_body_gets_the_notice(
    proxy: Proxied, site: RawSite, changes: Changes, markup: str
) -> None:
    text = get(proxy, whole(HTML, body=markup.encode()), site).text
    assert text.count(changes.head) == text.count(changes.body) == 1
    assert text.replace(changes.head, "").replace(changes.body, "") == markup.replace(HELD, changes.held)


# -- huge -----------------------------------------------------------------------------------------------------------

ALLOWANCE = 40 << 20  # bytes that a proxy may grow by while a hundred megabytes go through it
PARAGRAPH = "<p>" + "Le port se réveille dans la brume. " * 1800 + "</p>"
TIMES = 1600
on_linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read as Linux tells it")


@pytest.fixture
def fresh(site: RawSite, tmp_path: Path) -> Iterator[Proxied]:
    """A proxy that has only served one small page yet, so that its memory can be measured."""
    with proxied(site.port, tmp_path, DECLARATION) as one:
        get(one, whole(HTML, body=page().encode()), site)
        yield one


def digest_of(pieces: Iterator[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def download(port: int, uncoded: Callable[[bytes], bytes] = bytes) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", "/page", headers={"Host": f"gazette.localhost:{port}", **FRENCH})
    response = connection.getresponse()
    try:
        return digest_of(map(uncoded, iter(lambda: response.read(1 << 18), b"")))
    finally:
        connection.close()


@on_linux
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_page_of_a_hundred_megabytes_is_changed_in_constant_memory(
    fresh: Proxied, site: RawSite, changes: Changes, coding: str
) -> None:
    piece, changed = (PARAGRAPH + HELD).encode(), (PARAGRAPH + changes.held).encode()
    start, end = (BEGIN + HEAD + BODY).encode(), END.encode()

    def answer(asked: Asked) -> None:
        stream = zlib.compressobj(1, zlib.DEFLATED, 31)
        code = stream.compress if coding else bytes
        asked.say(head(HTML, *(["Content-Encoding: gzip"] if coding else [])), code(start))
        for _ in range(TIMES):
            asked.say(code(piece))
        asked.say(code(end), stream.flush() if coding else b"")

    def expected() -> Iterator[bytes]:
        yield (BEGIN + changes.head + HEAD + changes.body + BODY).encode()
        for _ in range(TIMES):
            yield changed
        yield end

    site.answers["/page"] = answer
    most = fresh.memory("VmHWM")
    got = download(fresh.port, zlib.decompressobj(31).decompress if coding else bytes)
    assert got[0] > 100_000_000
    assert got == digest_of(expected())
    assert fresh.memory("VmHWM") - most < ALLOWANCE


@on_linux
@pytest.mark.parametrize("content_type", ["application/octet-stream", None])
def test_a_file_of_a_hundred_megabytes_comes_in_constant_memory(
    fresh: Proxied, site: RawSite, content_type: str | None
) -> None:
    def answer(asked: Asked) -> None:
        headers = [f"Content-Type: {content_type}"] if content_type else []
        asked.say(head(f"Content-Length: {len(FOREIGN) * 20_000}", *headers))
        for _ in range(200):
            asked.say(FOREIGN * 100)

    site.answers["/page"] = answer
    most = fresh.memory("VmHWM")
    assert download(fresh.port) == digest_of(FOREIGN * 100 for _ in range(200))
    assert fresh.memory("VmHWM") - most < ALLOWANCE


@on_linux
@pytest.mark.parametrize("chunked", [True, False])
def test_an_upload_of_a_hundred_megabytes_goes_in_constant_memory(fresh: Proxied, site: RawSite, chunked: bool) -> None:
    came: list[tuple[int, str]] = []

    def answer(asked: Asked) -> None:
        came.append(digest_of(asked.upload()))
        asked.say(head("Content-Length: 4"), b"took")

    site.answers["/upload"] = answer
    most = fresh.memory("VmHWM")
    connection = http.client.HTTPConnection("127.0.0.1", fresh.port, timeout=120)
    headers = {"Host": f"gazette.localhost:{fresh.port}"}
    if not chunked:
        headers["Content-Length"] = str(len(FOREIGN) * 20_000)
    pieces = (FOREIGN * 100 for _ in range(200))
    connection.request("POST", "/upload", body=pieces, headers=headers, encode_chunked=chunked)
    assert connection.getresponse().read() == b"took"
    connection.close()
    assert came == [digest_of(FOREIGN * 100 for _ in range(200))]
    assert fresh.memory("VmHWM") - most < ALLOWANCE


# -- broken off -----------------------------------------------------------------------------------------------------

LONG = (page() + "<p>" + "brume " * 9000).encode()
CUT = {
    "its length was longer": (["Content-Length: 900000"], LONG),
    "its length came alone": (["Content-Length: 9"], b""),
    "its chunks do not end": (["Transfer-Encoding: chunked"], chunk(LONG)),
    "a chunk is cut": (["Transfer-Encoding: chunked"], chunk(LONG)[:-100]),
    "no chunk comes": (["Transfer-Encoding: chunked"], b""),
    "a chunk has no size": (["Transfer-Encoding: chunked"], chunk(LONG) + b"rubbish\r\n"),
    "its gzip is cut": (["Content-Encoding: gzip"], gzip.compress(LONG)[:-9]),
    "its gzip lacks the sum": (["Content-Encoding: gzip"], gzip.compress(LONG)[:-4]),
    "its gzip is corrupt": (["Content-Encoding: gzip"], gzip.compress(LONG)[:50] + b"rubbish" * 9),
    "its gzip is none": (["Content-Encoding: gzip"], LONG),
    "its brotli is cut": (["Content-Encoding: br"], brotli.compress(LONG)[:-9]),
    "its zstd is cut": (["Content-Encoding: zstd"], zstd.compress(LONG)[:-9]),
}


@pytest.mark.parametrize("how", CUT)
@pytest.mark.parametrize("content_type", ["text/html", "application/pdf"])
def test_what_is_broken_off_is_broken_off_for_the_visitor(
    proxy: Proxied, site: RawSite, changes: Changes, content_type: str, how: str
) -> None:
    headers, body = CUT[how]
    if content_type != "text/html" and headers[0].startswith("Content-Encoding"):
        # A file is not read: it comes as it was sent, and that its coding is cut is told to whoever reads it.
        headers = [f"Content-Length: {len(body) + 1}", *headers]
    try:
        got = get(proxy, lambda asked: asked.say(head(f"Content-Type: {content_type}", *headers), body), site)
    except http.client.IncompleteRead:
        pass
    else:
        # Nothing of a page was sent on yet, or the rubbish came with the head: it can still be told.
        assert content_type == "text/html" or how == "a chunk has no size"
        assert not body or how == "a chunk has no size"
        is_clean_problem(got)
    assert get(proxy, whole(HTML, body=page().encode()), site).text == changes.page()


def test_as_much_of_a_page_as_came_is_seen(proxy: Proxied, site: RawSite, changes: Changes) -> None:
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(proxy, lambda asked: asked.say(head(HTML, "Content-Length: 9000"), page().encode()), site)
    assert caught.value.partial.decode() == changes.page()


@pytest.mark.parametrize("content_type", ["text/html", "application/pdf"])
def test_a_site_that_dies_in_the_middle_leaves_no_whole_answer(
    proxy: Proxied, site: RawSite, changes: Changes, content_type: str
) -> None:
    seen = threading.Event()

    def answer(asked: Asked) -> None:
        asked.say(head(f"Content-Type: {content_type}", "Content-Length: 900000"), LONG)
        assert seen.wait(20)
        asked.reset()

    with asking(proxy, site, answer) as response:
        assert response.read1(100)
        seen.set()
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            response.read()
    assert get(proxy, whole(HTML, body=page().encode()), site).text == changes.page()


@contextmanager
def asking(
    proxy: Proxied, site: RawSite, answer: Callable[[Asked], None], **headers: str
) -> Iterator[http.client.HTTPResponse]:
    """Ask for the page and give its answer before its body is read."""
    site.answers["/page"] = answer
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
    connection.request("GET", "/page", headers={"Host": f"gazette.localhost:{proxy.port}", **FRENCH, **headers})
    yield connection.getresponse()
    connection.close()


# -- streams --------------------------------------------------------------------------------------------------------


def test_an_event_comes_before_the_next_one_exists(proxy: Proxied, site: RawSite) -> None:
    seen = threading.Event()

    def answer(asked: Asked) -> None:
        asked.say(head("Content-Type: text/event-stream"), b"data: 1\n\n")
        assert seen.wait(20)
        asked.say(b"data: 2\n\n")

    with asking(proxy, site, answer) as response:
        assert response.read1(100) == b"data: 1\n\n"
        seen.set()
        assert response.read() == b"data: 2\n\n"


UNCODERS: dict[str, Callable[[], Callable[[bytes], bytes]]] = {
    "": lambda: bytes,
    "gzip": lambda: zlib.decompressobj(31).decompress,
    "br": lambda: brotli.Decompressor().process,
    "zstd": lambda: zstd.ZstdDecompressor().decompress,
}


@pytest.mark.parametrize("coding", UNCODERS)
@pytest.mark.parametrize("framed", [True, False])
def test_the_top_of_a_page_comes_before_its_end_exists(
    proxy: Proxied, site: RawSite, changes: Changes, coding: str, framed: bool
) -> None:
    top, end = (BEGIN + HEAD + BODY).replace("{words}", "port"), (HELD + END).replace("{words}", "port")
    seen = threading.Event()

    def answer(asked: Asked) -> None:
        frame = chunk if framed else bytes
        pieces = {
            "": lambda: [top.encode(), end.encode()],
            "gzip": lambda: flushed(zlib.compressobj(6, zlib.DEFLATED, 31), top, end),
            "br": lambda: flushed(Brotli(), top, end),
            "zstd": lambda: flushed(Zstd(), top, end),
        }[coding]()
        headers = ["Transfer-Encoding: chunked"] if framed else []
        asked.say(head(HTML, *headers, *([f"Content-Encoding: {coding}"] if coding else [])), frame(pieces[0]))
        assert seen.wait(20)
        asked.say(frame(pieces[1]), chunk(b"") if framed else b"")

    uncode = UNCODERS[coding]()
    with asking(proxy, site, answer) as response:
        got = b""
        while not got.endswith(b"</h1>"):
            piece = response.read1(65536)
            assert piece
            got += uncode(piece)
        seen.set()
        got += uncode(response.read())
    assert got.decode() == changes.page()


class Brotli:
    """brotli with the methods of zlib."""

    def __init__(self) -> None:
        self._stream = brotli.Compressor()

    def compress(self, piece: bytes) -> bytes:
        return bytes(self._stream.process(piece))

    def flush(self, mode: int = zlib.Z_FINISH) -> bytes:
        return bytes(self._stream.finish() if mode == zlib.Z_FINISH else self._stream.flush())


class Zstd:
    """zstd with the methods of zlib."""

    def __init__(self) -> None:
        self._stream = zstd.ZstdCompressor()
        self.compress = self._stream.compress

    def flush(self, mode: int = zlib.Z_FINISH) -> bytes:
        return self._stream.flush(
            zstd.ZstdCompressor.FLUSH_FRAME if mode == zlib.Z_FINISH else zstd.ZstdCompressor.FLUSH_BLOCK
        )


def flushed(stream: Any, first: str, second: str) -> list[bytes]:
    """Two pieces of one coded stream, of which each can be read when it has come."""
    return [
        stream.compress(first.encode()) + stream.flush(zlib.Z_SYNC_FLUSH),
        stream.compress(second.encode()) + stream.flush(),
    ]


# -- WebSockets -----------------------------------------------------------------------------------------------------

COOKIES = [b"palabre_uid=1; Path=/", b"session=2", b"unknown=3; HttpOnly"]


async def parrot(scope: Any, receive: Any, send: Any) -> None:
    """Tells the cookies that came, then says everything back; refuses whoever asks for ``/refused``."""
    assert scope["type"] == "websocket"
    await receive()
    headers = [(b"set-cookie", cookie) for cookie in COOKIES]
    if scope["path"] == "/refused":
        await send({"type": "websocket.http.response.start", "status": 401, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b"no"})
        return
    await send({"type": "websocket.accept", "headers": headers})
    await send({"type": "websocket.send", "text": dict(scope["headers"]).get(b"cookie", b"none").decode()})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") == "close":
            await send({"type": "websocket.close", "code": 4321, "reason": "à bientôt"})
            return
        await send({"type": "websocket.send", "text": message.get("text"), "bytes": message.get("bytes")})


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a proxy in front of the parrot."""
    with serve_asgi(parrot) as port, proxied(port, tmp_path_factory.mktemp("sockets"), DECLARATION) as one:
        yield f"ws://127.0.0.1:{one.port}"
        assert "Traceback" not in one.errors


def test_a_websocket_says_everything_back(channel: str) -> None:
    with connect(f"{channel}/chat?room=1", max_size=None) as one:
        assert one.recv(20) == "none"
        for said in ("salut ⛵", b"\0\xff", "", b"", bytes(5 << 20)):
            one.send(said)
            assert one.recv(20) == said
        one.send("close")
        with pytest.raises(ConnectionClosed) as caught:
            one.recv(20)
    assert caught.value.rcvd
    assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (4321, "à bientôt")


def test_a_websocket_neither_reads_nor_sets_a_refused_cookie(channel: str) -> None:
    sent = {"Cookie": "session=1; palabre_uid=2; unknown=3; ps_id=4"}
    with connect(channel, additional_headers=sent) as one:
        assert one.recv(20) == "session=1; ps_id=4"
        assert one.response
        assert one.response.headers.get_all("set-cookie") == ["session=2"]


def test_a_websocket_that_is_refused_sets_no_refused_cookie(channel: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        connect(f"{channel}/refused")
    assert caught.value.response.status_code == 401
    assert caught.value.response.headers.get_all("set-cookie") == ["session=2"]


# -- what HTTP can also say -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encode_chunked", [True, False])
def test_a_form_goes_through_in_chunks_and_with_its_length(proxy: Proxied, site: RawSite, encode_chunked: bool) -> None:
    came: list[bytes] = []

    def answer(asked: Asked) -> None:
        came.append(b"".join(asked.upload()))
        asked.say(head("Content-Length: 2", "Content-Type: text/plain", status="201 Created"), b"ok")

    site.answers["/form"] = answer
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
    headers = {"Host": "gazette.localhost"} | ({} if encode_chunked else {"Content-Length": "8"})
    connection.request("POST", "/form", iter((b"name", b"=\xff&a")), headers, encode_chunked=encode_chunked)
    response = connection.getresponse()
    assert (response.status, response.read(), came) == (201, b"ok", [b"name=\xff&a"])
    connection.close()


def test_after_head_and_answers_without_a_body_the_connection_goes_on(
    proxy: Proxied, site: RawSite, changes: Changes
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
    said = [
        ("HEAD", head(HTML, "Content-Length: 500")),
        ("GET", head(HTML, "Content-Length: 500", 'ETag: "a"', status="304 Not Modified")),
        ("GET", head(status="204 No Content")),
        ("HEAD", head("Content-Type: image/png", "Content-Length: 500")),
        ("HEAD", head("Transfer-Encoding: chunked")),
        ("GET", head("Content-Length: 0", HTML, status="302 Found")),
    ]
    headers = {"Host": f"gazette.localhost:{proxy.port}", **FRENCH}
    for method, answer in said:
        site.answers["/page"] = lambda asked, answer=answer: asked.say(answer)
        connection.request(method, "/page", headers=headers)
        response = connection.getresponse()
        body = response.read()
        assert response.status == int(answer.split(b" ")[1])
        assert body == b"" or response.status == 302
    site.answers["/page"] = whole(HTML, body=page().encode())
    connection.request("GET", "/page", headers=headers)
    assert connection.getresponse().read().decode() == changes.page()
    connection.close()


def test_a_page_is_revalidated_and_then_not_sent_again(proxy: Proxied, site: RawSite) -> None:
    def answer(asked: Asked) -> None:
        if '"a"' in asked.value("if-none-match"):
            asked.say(head('ETag: "a"', "Content-Length: 500", status="304 Not Modified"))
        else:
            whole(HTML, 'ETag: "a"', body=page().encode())(asked)

    tag = get(proxy, answer, site).one("etag")
    assert tag != '"a"'
    again = get(proxy, answer, site, if_none_match=tag)
    assert (again.status, again.body, again.one("etag")) == (304, b"", tag)


def test_a_part_of_a_file_is_a_part_and_a_part_of_a_page_is_all_of_it(
    proxy: Proxied, site: RawSite, changes: Changes
) -> None:
    def answer(asked: Asked) -> None:
        if not asked.value("range"):
            whole(HTML, "Accept-Ranges: bytes", body=page().encode())(asked)
        else:
            part = "Content-Range: bytes 2-4/900"
            whole("Content-Type: video/mp4", part, body=b"cde", status="206 Partial Content")(asked)

    part = get(proxy, answer, site, range="bytes=2-4")
    assert (part.status, part.body, part.one("content-range")) == (206, b"cde", "bytes 2-4/900")
    all_of_it = get(proxy, answer, site, range="bytes=2-4", accept="text/html")
    assert (all_of_it.status, all_of_it.text, all_of_it.all("accept-ranges")) == (200, changes.page(), [])


def test_a_part_of_a_page_that_comes_unasked_is_walled_and_not_touched(proxy: Proxied, site: RawSite) -> None:
    part = whole(HTML, "Content-Range: bytes 2-4/900", body=b"<p>", status="206 Partial Content")
    got = get(proxy, part, site)
    assert (got.status, got.body) == (206, b"<p>")
    assert walled(got)


def test_what_comes_before_an_answer_stays_behind(proxy: Proxied, site: RawSite) -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: <https://regie.localhost/e.js>; rel=preload; as=script\r\n\r\n"
    more = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
    body = page().encode()
    site.answers["/page"] = lambda asked: asked.say(early, more, head(HTML, f"Content-Length: {len(body)}"), body)
    got = exchange(proxy, b"GET /page HTTP/1.1\r\nHost: gazette.localhost\r\nConnection: close\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 200 ")
    assert got.count(b"HTTP/1.1 ") == 1
    assert b"regie.localhost/e.js>" not in got


def exchange(proxy: Proxied, request: bytes) -> bytes:
    """Send bytes, give everything that comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass  # it closed on what it did not read
        return answer


# -- a site that is down, or speaks no HTTP -------------------------------------------------------------------------


def is_clean_problem(got: Got, status: int = 502) -> None:
    assert got.status == status
    assert got.one("content-type") == "text/html; charset=utf-8"
    assert 'lang="fr"' in got.text
    assert walled(got)
    assert not got.all("server")
    assert not re.search("Traceback|aiohttp|uvicorn|Errno|127\\.0\\.0\\.1", got.text)


def test_a_site_that_is_down_is_a_page_that_says_so_until_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    with proxied(port, tmp_path, DECLARATION) as one:
        choice, history = chosen(one.port)
        is_clean_problem(fetch(one.port, "/page", headers=FRENCH))
        assert 'lang="en"' in fetch(one.port, "/page", headers={"accept-language": "en"}).text
        with raw_site(port) as back:
            back.answers["/page"] = whole(HTML, body=page().encode())
            assert "Tout refuser" in fetch(one.port, "/page", headers=FRENCH).text
        is_clean_problem(fetch(one.port, "/page", headers=FRENCH))
        assert json.loads(recorded(one.port, choice))["choices"] == json.loads(history)["choices"]
        assert "Traceback" not in one.errors


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"rubbish\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/9.9 2OO OK\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"<html>no head at all</html>",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    ],
)
def test_a_site_that_says_rubbish_is_a_page_that_says_so(
    proxy: Proxied, site: RawSite, changes: Changes, said: bytes
) -> None:
    is_clean_problem(get(proxy, lambda asked: asked.say(said), site))
    assert get(proxy, whole(HTML, body=page().encode()), site).text == changes.page()


def test_a_site_that_hangs_up_is_a_page_that_says_so(proxy: Proxied, site: RawSite) -> None:
    is_clean_problem(get(proxy, Asked.reset, site))


# -- malformed headers, targets, markup -----------------------------------------------------------------------------


def test_malformed_headers_of_the_site_cost_neither_the_page_nor_the_wall(
    proxy: Proxied, site: RawSite, changes: Changes
) -> None:
    headers = [
        *("Set-Cookie:", "Set-Cookie: ;;;", "Set-Cookie: =", "Set-Cookie: =palabre_uid", "Set-Cookie: \xe9\xff=1"),
        *(
            "Set-Cookie: palabre_uid=\x80",
            "Set-Cookie: session=\xe9",
            "Set-Cookie:\tpalabre_uid\t=2",
            "X-8-Bit: \xe9\xff",
        ),
        *("Link: <", 'Link: <https://regie.localhost/x>;rel="preload', 'Link: >;,"', "Refresh: ;;url", 'ETag: a"b'),
        *("Vary: ,,", "Cache-Control: =,max-age=x", "Content-Security-Policy: ;;\x01", f"X-Long: {'x' * 60_000}"),
        *("X-Twice: 1", "X-Twice: 2", "Content-Language: \xff", "Last-Modified: yesterday", "Content-MD5: x"),
    ]
    got = get(proxy, whole(HTML, *headers, body=page().encode()), site)
    assert got.status == 200
    assert walled(got)
    assert got.all("set-cookie") == ["session=\xe9"]
    assert "regie.localhost" not in str(got.headers)
    assert got.all("x-twice") == ["1", "2"]
    assert got.one("x-8-bit") == "\xe9\xff"
    assert got.text.replace(' src="/.bandeau/guard.js', "").endswith(changes.held + END.replace("{words}", "port"))


TARGETS = [
    *(b"*", b"//", b"//regie.localhost/x", b"/\\regie.localhost", b"@regie.localhost", b"/%", b"/%zz%00", b"/#a", b""),
    *(b"http://regie.localhost/page", b"http://", b"regie.localhost:443", b"/\xff\xfe", b"/a b", b"/?", b"/" * 9000),
    *(b"/.bandeau/", b"/.bandeau", b"/.bandeau/../page", b"/.bandeau/%00", b"/.bandeau/choice/x", b"/" + b"y" * 70_000),
    *(b"/./.bandeau/erase", b"/.bandeau/settings?back=//evil.example", b"/page?" + b"&" * 5000),
]


@pytest.mark.parametrize("target", TARGETS, ids=range(len(TARGETS)))
@pytest.mark.parametrize("method", [b"GET", b"POST", b"CONNECT", b"OPTIONS", b"get", b"G\xe9T"])
def test_no_request_target_is_an_error_of_ours(proxy: Proxied, site: RawSite, method: bytes, target: bytes) -> None:
    site.answers.clear()
    site.answers["/page"] = whole(HTML, body=page().encode())
    got = exchange(proxy, b"%b %b HTTP/1.1\r\nHost: gazette.localhost\r\nConnection: close\r\n\r\n" % (method, target))
    assert re.match(rb"HTTP/1\.1 (?:[234]\d\d|502) |\Z", got), got[:100]


HEADERS = [
    b"Cookie: " + b"a=1; " * 12_000,
    b"Cookie: \xff\x80\xe9=\xff; ;;==; bandeau_choice=\xff.\xff.\xff; palabre_uid=1",
    b"Cookie: session=1\r\nCookie: palabre_uid=2\r\nCookie: ps_id=3",
    b"Cookie:",
    b"Accept-Encoding: \xff;q=\xe9, gzip;q=9, *;;, br;q=0",
    b"Accept-Language: " + b"fr;q=0." + b"9" * 5000,
    b"Accept-Language: \xff\xfe,,;q=;=",
    b"If-None-Match: " + b'"a;bandeau-none", ' * 500 + b"W/\xff",
    b"Range: bytes=9-1\r\nIf-Range: \xff\r\nAccept: text/html",
    b"Sec-GPC: 1\r\nSec-GPC: 0\r\nSec-GPC: \xff",
    b"Sec-Fetch-Dest: \xff",
    b"X-Forwarded-For: \xff\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Host: ,",
    b"Host: \xff\r\nHost: ,",
    b"Host: [::1]:999999",
    b"X-Long: " + b"x" * 60_000,
    b"X\xe9: 1",
    b"no colon",
    b"X-Nul: \0",
    b" folded: 1\r\n folded too",
    b"Content-Length: -1",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x",
    b"Upgrade: h2c\r\nHTTP2-Settings: x",
    b"Expect: 200-ok",
]


@pytest.mark.parametrize("header", HEADERS, ids=range(len(HEADERS)))
def test_no_header_of_a_visitor_is_an_error_of_ours_or_lets_a_refused_cookie_through(
    proxy: Proxied, site: RawSite, header: bytes
) -> None:
    site.answers["/page"] = whole(HTML, body=page().encode())
    site.seen.clear()
    request = b"GET /page HTTP/1.1\r\nHost: gazette.localhost\r\nConnection: close\r\n" + header + b"\r\n\r\n"
    request += b"0\r\n\r\n"  # ends whatever body the headers announce
    got = exchange(proxy, request)
    assert re.match(rb"HTTP/1\.1 (?:200|4\d\d|502) |\Z", got), got[:100]
    if got.startswith(b"HTTP/1.1 200 "):
        assert b"bandeau-notice" in got or b"content-encoding" in got
        assert b"<script src=https://regie.localhost" not in got
    for asked in site.seen:
        names = {piece.partition("=")[0].strip() for piece in asked.value("cookie").split(";")}
        assert names <= {"", "session", "ps_id"}


FRAGMENTS = st.sampled_from(
    [
        *(b"<script", b"<img", b"<iframe", b"<link rel=preload", b"<object", b"<svg>", b"<math>", b"<noscript>"),
        *(b" src=", b" SRC = ", b"\nsrcset='", b" data=", b" href=", b" poster=", b" xlink:href=", b"</script>"),
        *(
            b"https://regie.localhost/e.js",
            b'"//regie.localhost/x"',
            b"'HTTP://REGIE.localhost'",
            b"\\\\regie.localhost",
        ),
        *(
            b">",
            b"/>",
            b"'",
            b'"',
            b"<!--",
            b"-->",
            b"</",
            b"<!",
            b"<?",
            b"=",
            b" ",
            b"\0",
            b"\xff",
            b"&#",
            b"\xef\xbb\xbf",
        ),
        *(b"<textarea>", b"</textarea>", b"<title>", b"<template>", b"</template>", b"<style>", b"<plaintext>"),
        *(b"<body", b"<head>", b"<html", b"<frameset>", b"<table>", b"<td background=", b"<input type=image"),
    ]
)
TAGS = st.builds(
    "<{0}{1}={3}https://regie.localhost/{2}{3}>".format,
    st.sampled_from(
        ["script ", "img alt=a ", "iframe\n", "embed/", "video x=y ", "SOURCE ", "link rel=stylesheet href=x "]
    ),
    st.sampled_from(["src", "SRC ", "srcset", "poster", "href"]),
    st.sampled_from(["e.js", "", "?a&amp;b", "é"]),
    st.sampled_from(["'", '"', ""]),
).map(str.encode)
MARKUP = st.lists(st.one_of(FRAGMENTS, TAGS, TAGS, st.binary(max_size=8)), max_size=25).map(b"".join)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(markup=MARKUP, typed=st.booleans(), size=st.sampled_from([1, 3, 17, 1000]))
@example(markup=b"<p><img src=//regie.localhost/x><script\nsrc='https://regie.localhost'>", typed=True, size=7)
@example(markup=b"<link rel=preload<script href='https://regie.localhost/e.js'>", typed=True, size=1)
def test_whatever_a_page_is_made_of_it_comes_walled_and_fetches_nothing_refused(
    proxy: Proxied, site: RawSite, markup: bytes, typed: bool, size: int
) -> None:
    got = get(proxy, in_chunks(*([HTML] if typed else []), body=markup, size=size), site)
    assert got.status == 200
    assert walled(got)
    mark = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(markup[:2], "utf-8")
    if typed:
        text = got.body.decode(mark, "replace")
        assert not [node for node in lexbor(text.encode()) if "regie.localhost" in contacted(node)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.one_of(FRAGMENTS, st.binary(max_size=40)), max_size=8).map(b"".join))
def test_whatever_a_site_says_the_proxy_answers_cleanly(proxy: Proxied, site: RawSite, said: bytes) -> None:
    assert get(proxy, lambda asked: asked.say(said), site).status in (200, 502)
