from __future__ import annotations

import gzip
import random
import zlib
from contextlib import suppress
from itertools import islice, pairwise

import brotli
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeau.enforce.codings import PIECE, decoder, encoder, narrow_accept_encoding
from bandeau.errors import BrokenBody

PAGE = ("<!doctype html><p>La marée était basse, le port dormait. " * 40).encode() + random.Random(7).randbytes(3000)
CODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE, quality=5),
    "zstd": zstd.compress(PAGE),
    "gzip, br": brotli.compress(gzip.compress(PAGE)),
    " GZIP ,identity, Zstd": zstd.compress(gzip.compress(PAGE)),
    "identity": PAGE,
    "": PAGE,
}
INDEPENDENT = {"gzip": gzip.decompress, "deflate": zlib.decompress, "br": brotli.decompress, "zstd": zstd.decompress}


def decoded(coding: str, *chunks: bytes) -> bytes:
    stream = decoder(coding)
    assert stream
    plain = b"".join(piece for chunk in chunks for piece in stream.decode(chunk))
    stream.finish()
    return plain


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


@pytest.mark.parametrize("coding", CODED)
def test_a_coded_body_is_read_whole_and_byte_by_byte(coding: str) -> None:
    body = CODED[coding]
    assert decoded(coding, body) == PAGE
    assert decoded(coding, *(body[at : at + 1] for at in range(len(body)))) == PAGE


@given(coding=st.sampled_from(sorted(CODED)), cuts=st.lists(st.integers(0, 1 << 20), max_size=12))
@settings(max_examples=60)
def test_a_coded_body_is_read_however_it_is_cut(coding: str, cuts: list[int]) -> None:
    assert decoded(coding, *split(CODED[coding], cuts)) == PAGE


@given(coding=st.sampled_from(sorted(CODED)), chunks=st.lists(st.binary(max_size=400), max_size=8))
@settings(max_examples=60)
def test_what_is_coded_here_is_read_here(coding: str, chunks: list[bytes]) -> None:
    stream = encoder(coding)
    assert stream
    coded = [*(stream.encode(chunk) for chunk in chunks), stream.close()]
    assert decoded(coding, *coded) == b"".join(chunks)


@pytest.mark.parametrize("coding", INDEPENDENT)
def test_what_is_coded_here_is_read_by_others(coding: str) -> None:
    stream = encoder(coding)
    assert stream
    coded = stream.encode(PAGE[:1000]) + stream.encode(PAGE[1000:]) + stream.close()
    assert INDEPENDENT[coding](coded) == PAGE


@pytest.mark.parametrize("coding", [*INDEPENDENT, "gzip, br", "deflate, zstd"])
def test_every_chunk_can_be_read_before_the_next_is_written(coding: str) -> None:
    out, back = encoder(coding), decoder(coding)
    assert out
    assert back
    for word in (b"first", b"second", b"third"):
        assert b"".join(back.decode(out.encode(word))) == word


def test_gzip_of_several_members_is_one_body() -> None:
    members = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two")
    assert decoded("gzip", members) == b"one two"
    assert decoded("gzip", *(members[at : at + 1] for at in range(len(members)))) == b"one two"


@pytest.mark.parametrize("rest", [b"\0", b"\0\0\0\0", b"\x1f", b"\x1fgarbage", b"rubbish" * 9])
def test_what_follows_gzip_and_is_no_gzip_is_left_out(rest: bytes) -> None:
    assert decoded("gzip", gzip.compress(b"page") + rest) == b"page"
    assert decoded("gzip", gzip.compress(b"page"), *(rest[at : at + 1] for at in range(len(rest)))) == b"page"


def test_zstd_of_several_frames_is_one_body() -> None:
    skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    frames = zstd.compress(b"one ") + skippable + zstd.compress(b"two")
    assert decoded("zstd", frames) == b"one two"
    assert decoded("zstd", *(frames[at : at + 1] for at in range(len(frames)))) == b"one two"


def test_deflate_without_its_wrapping_is_read() -> None:
    bare = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = bare.compress(PAGE) + bare.flush()
    assert decoded("deflate", body) == PAGE
    assert decoded("deflate", *(body[at : at + 1] for at in range(len(body)))) == PAGE


@pytest.mark.parametrize("coding", CODED)
def test_an_empty_body_is_empty(coding: str) -> None:
    assert decoded(coding) == b""
    assert decoded(coding, b"") == b""


def nested_bomb(coding: str) -> bytes:
    zeros = bytes(1 << 20)
    stream = encoder(coding)
    assert stream
    return b"".join(stream.encode(zeros) for _ in range(64)) + stream.close()


@pytest.mark.parametrize("coding", [*INDEPENDENT, "gzip, gzip", "zstd, br"])
def test_a_bomb_comes_as_many_pieces_none_of_them_large(coding: str) -> None:
    bomb = nested_bomb(coding)
    assert len(bomb) < 400_000
    stream = decoder(coding)
    assert stream
    sizes = [len(piece) for piece in stream.decode(bomb)]
    stream.finish()
    assert sum(sizes) == 64 << 20
    assert max(sizes) <= 2 * PIECE


def test_a_zstd_frame_that_asks_for_a_huge_window_is_refused() -> None:
    options = {zstd.CompressionParameter.window_log: 27}
    greedy = zstd.ZstdCompressor(options=options)
    body = greedy.compress(bytes(1000), mode=zstd.ZstdCompressor.FLUSH_BLOCK) + greedy.flush()
    with pytest.raises(BrokenBody):
        decoded("zstd", body)


@pytest.mark.parametrize("coding", INDEPENDENT)
def test_a_truncated_body_gives_what_came_and_is_then_broken(coding: str) -> None:
    stream = decoder(coding)
    out = encoder(coding)
    assert stream
    assert out
    assert b"".join(stream.decode(out.encode(b"what came"))) == b"what came"
    with pytest.raises(BrokenBody):
        stream.finish()


@pytest.mark.parametrize("coding", INDEPENDENT)
def test_a_corrupt_body_gives_what_was_right_and_is_then_broken(coding: str) -> None:
    stream = decoder(coding)
    out = encoder(coding)
    assert stream
    assert out
    pieces = stream.decode(out.encode(b"what came"))
    assert b"".join(islice(pieces, 1)) == b"what came"
    assert list(pieces) == []
    with pytest.raises(BrokenBody, match="corrupt"):
        list(stream.decode(b"\xff" * 400))


@given(coding=st.sampled_from(sorted(CODED)), rubbish=st.lists(st.binary(max_size=200), max_size=5))
@settings(max_examples=150)
def test_rubbish_is_read_or_broken_and_nothing_else(coding: str, rubbish: list[bytes]) -> None:
    with suppress(BrokenBody):
        decoded(coding, *rubbish)


@pytest.mark.parametrize("coding", ["compress", "dcb", "gzip, aws-chunked", "gzip;q=1", "\xe9"])
def test_a_coding_that_nobody_here_knows_is_not_touched(coding: str) -> None:
    assert decoder(coding) is None
    assert encoder(coding) is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"gzip, deflate, br, zstd", b"gzip, deflate, br, zstd"),
        (b"gzip, deflate, br, zstd, dcb, dcz", b"gzip, deflate, br, zstd"),
        (b"br;q=1.0, compress;q=0.8, gzip; q=0.6, identity;q=0", b"br;q=1.0, gzip; q=0.6, identity;q=0"),
        (b"GZip;Q=0.5", b"GZip;Q=0.5"),
        (b"sdch", b"identity"),
        (b"", b"identity"),
        (b"gzip;level=9, br;q=2, \xff, ;;, br", b"br"),
    ],
)
def test_only_codings_that_can_be_read_are_asked_for(sent: bytes, kept: bytes) -> None:
    assert narrow_accept_encoding(sent) == kept


def test_the_star_asks_for_what_can_be_read_and_is_not_named() -> None:
    kept = narrow_accept_encoding(b"gzip;q=0.2, *;q=0.7").split(b", ")
    assert {b"gzip;q=0.2", b"br;q=0.7", b"zstd;q=0.7", b"identity;q=0.7"} <= set(kept)
    assert not any(b"*" in item for item in kept)


@given(st.binary(max_size=60))
def test_any_accept_encoding_becomes_a_list_of_readable_codings(value: bytes) -> None:
    for item in narrow_accept_encoding(value).split(b","):
        assert decoder(item.partition(b";")[0].strip().decode()) is not None
