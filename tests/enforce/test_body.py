from __future__ import annotations

import gzip
import random
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeau.enforce.body import Body
from bandeau.errors import BrokenBody

CODERS = {"": bytes, "gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress}
DECODERS = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstd.decompress}


class Hush:
    """Takes the word « traceur » out, holds back what may begin it, and signs the page at its end."""

    def __init__(self) -> None:
        self.held = b""

    def feed(self, chunk: bytes) -> bytes:
        page = (self.held + chunk).replace(b"traceur", b"")
        keep = next((n for n in range(min(6, len(page)), 0, -1) if b"traceur".startswith(page[-n:])), 0)
        self.held = page[len(page) - keep :]
        return page[: len(page) - keep]

    def close(self) -> bytes:
        return self.held + "<!-- signé -->".encode()


def body_of(coding: str = "", charset: str | None = None) -> Body:
    body = Body.of(Hush(), coding, charset)
    assert body
    return body


def sent(body: Body, *chunks: bytes) -> bytes:
    return b"".join([*(piece for chunk in chunks for piece in body.feed(chunk)), *body.close()])


@given(
    coding=st.sampled_from(sorted(CODERS)),
    charset=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "latin-1"]),
    mark=st.booleans(),
    size=st.integers(1, 300),
)
@settings(max_examples=100)
def test_a_page_is_changed_in_its_own_coding_and_charset(coding: str, charset: str, mark: bool, size: int) -> None:
    bom = "\ufeff" if mark and charset != "latin-1" else ""
    text = bom + "<p>Été traceur, hiver traceur</p>" * 20
    changed = bom + "<p>Été , hiver </p>" * 20
    page = CODERS[coding](text.encode(charset))
    body = body_of(coding, charset if charset.startswith("utf-16") else None)
    plain = DECODERS[coding](sent(body, *(page[at : at + size] for at in range(0, len(page), size))))
    signature = "<!-- signé -->"
    assert plain == changed.encode(charset) + signature.encode("utf-8" if charset == "latin-1" else charset)


def test_lone_surrogates_and_an_odd_last_byte_come_through() -> None:
    page = b"\xff\xfe<\0p\0>\0\x00\xd8a\0\x00\xdc\x34\xd8" + b"!"
    signature = "<!-- signé -->".encode("utf-16-le")
    assert sent(body_of(), page) == page[:-1] + signature + b"!"


def test_what_comes_slowly_leaves_at_once() -> None:
    body = body_of("gzip")
    source = zlib.compressobj(6, 8, 31)
    reader = zlib.decompressobj(31)
    for words in (b"<p>one two</p>", b"<p>three</p>"):
        arriving = source.compress(words) + source.flush(2)
        assert reader.decompress(b"".join(body.feed(arriving))) == words


@pytest.mark.parametrize("coding", [name for name in CODERS if name])
def test_a_truncated_page_is_sent_as_far_as_it_came_and_then_broken_off(coding: str) -> None:
    plain = random.Random(3).randbytes(300_000)
    page = CODERS[coding](plain)
    body = body_of(coding)
    out = [*body.feed(page[: len(page) // 2])]
    with pytest.raises(BrokenBody):
        out.extend(body.close())
    assert sum(map(len, out)) > 100_000


def test_the_mark_inside_the_coding_outranks_what_the_header_tells() -> None:
    page = "\ufeff<p>traceur</p>"
    told_wrong = body_of("gzip", "utf-16-be")
    assert gzip.decompress(sent(told_wrong, gzip.compress(page.encode("utf-16-le")))) == (
        "\ufeff<p></p><!-- signé -->".encode("utf-16-le")
    )
    assert sent(body_of("", "utf-16-le"), page.encode()) == "\ufeff<p></p><!-- signé -->".encode()


def test_a_page_shorter_than_a_mark_comes_through() -> None:
    assert sent(body_of(), b"h", b"i") == "hi<!-- signé -->".encode()


def test_a_coding_that_cannot_be_read_is_refused() -> None:
    assert Body.of(Hush(), "compress") is None


def test_a_bomb_leaves_in_bounded_pieces() -> None:
    body = body_of("gzip")
    stream = zlib.compressobj(9, 8, 31)
    bomb = b"".join(stream.compress(bytes(1 << 20)) for _ in range(32)) + stream.flush()
    total = 0
    for piece in body.feed(bomb):
        total += len(piece)
        assert len(piece) < 200_000
    assert total
