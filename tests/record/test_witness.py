"""What a log says to a witness and what the witness answers, to the byte."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.checkpoint import Checkpoint, sign_checkpoint
from bandeau.record.cosign import cosign, cosigned
from bandeau.record.keys import parse_vkey
from bandeau.record.note import NOTE_LIMIT, Signature, format_signature, parse_note, sign_note
from bandeau.record.witness import (
    BODY_LIMIT,
    SIZE_TYPE,
    AddCheckpoint,
    Cosignatures,
    KnownSize,
    add_cosignatures,
    format_add_checkpoint,
    parse_add_checkpoint,
    parse_answer,
)
from support.signing import HASHES, HEAD, LOG, NUMBERS, PATHS, SECOND, WITNESS
from support.vectors import vectors

NOTE = sign_checkpoint(HEAD, [LOG])
TEXT = parse_note(NOTE)[0]
PROOF = (bytes(32), b"\xff" * 32)
BODY = format_add_checkpoint(5, PROOF, NOTE)
COSIGNED = cosign(TEXT, WITNESS, 1_700_000_000)
LINE = format_signature(COSIGNED).encode()
STRANGER = Signature("stranger.example", b"abcd", b"anything")


@pytest.fixture(scope="module")
def published():
    return vectors("note/note_checkpoint_vectors.json")["generated"]


def test_the_request_that_others_computed_is_read_and_written_again(published) -> None:
    body = published["add_checkpoint_request_5_to_8"].encode()
    request = parse_add_checkpoint(body)
    assert request.old_size == 5
    assert request.note == published["checkpoints"][-1]["log_signed_note"]
    assert format_add_checkpoint(request.old_size, request.proof, request.note) == body


def test_an_answer_that_others_computed_is_taken(published) -> None:
    for one in published["checkpoints"]:
        line = one["cosigned_note"].removeprefix(one["log_signed_note"])
        answer = parse_answer(200, "text/plain", line.encode())
        assert isinstance(answer, Cosignatures)
        known = [parse_vkey(published["witness_vkey"])]
        assert add_cosignatures(one["log_signed_note"], answer.signatures, known) == one["cosigned_note"]


@given(NUMBERS, NUMBERS, PATHS, HASHES)
def test_a_request_comes_back_from_its_body(one: int, other: int, proof: tuple[bytes, ...], root: bytes) -> None:
    old, new = sorted((one, other))
    note = sign_checkpoint(Checkpoint(LOG.name, new, root), [LOG])
    assert parse_add_checkpoint(format_add_checkpoint(old, proof, note)) == AddCheckpoint(old, proof, note)


def hashes(count: int) -> bytes:
    return b"A" * 43 + b"=\n" if count == 1 else hashes(1) * count


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(NOTE.encode(), id="no head"),
        pytest.param(b"\n" + NOTE.encode(), id="blank head"),
        pytest.param(BODY.replace(b"old 5\n", b""), id="no old size"),
        pytest.param(BODY.replace(b"old 5", b"old 05"), id="leading zero"),
        pytest.param(BODY.replace(b"old 5", b"old  5"), id="two spaces"),
        pytest.param(BODY.replace(b"old 5", b"old\t5"), id="tab"),
        pytest.param(BODY.replace(b"old 5", b"old 5 "), id="space at the end"),
        pytest.param(BODY.replace(b"old 5", b"old -5"), id="minus"),
        pytest.param(BODY.replace(b"old 5", b"old "), id="no number"),
        pytest.param(BODY.replace(b"old 5", b"old"), id="no space"),
        pytest.param(BODY.replace(b"old 5", b"Old 5"), id="capital"),
        pytest.param(BODY.replace(b"old 5", b"old 9"), id="old size above the new"),
        pytest.param(BODY.replace(b"old 5", b"old 9223372036854775808"), id="2^63"),
        pytest.param(BODY.replace(b"old 5\n", b"old 5\r\n"), id="carriage return"),
        pytest.param(BODY.replace(b"old 5\n", b"old 5\n\n"), id="blank line before the proof"),
        pytest.param(BODY.replace(b"=\n\n", b"=\n"), id="no blank line behind the proof"),
        pytest.param(BODY.replace(b"=\n\n", b"=\n\n\n"), id="two blank lines behind the proof"),
        pytest.param(BODY.replace(b"old 5\nAA", b"old 5\n"), id="short hash"),
        pytest.param(BODY.replace(b"old 5\n", b"old 5\nAAAA\n"), id="hash of 3 bytes"),
        pytest.param(BODY.replace(b"A=\n", b"B=\n", 1), id="bits left over"),
        pytest.param(BODY.replace(b"old 5\n", b"old 5\n" + hashes(62)), id="64 hashes"),
        pytest.param(BODY.replace("—".encode(), b"-"), id="no note"),
        pytest.param(BODY[:-1], id="last line not ended"),
        pytest.param(BODY + b"\n", id="blank line at the end"),
        pytest.param(BODY.replace(b"consent", b"consent\xff", 1), id="no UTF-8"),
        pytest.param(BODY.replace(b"\n8\n", b"\n08\n"), id="no checkpoint"),
        pytest.param(b"x" * (BODY_LIMIT + 1), id="too long"),
    ],
)
def test_a_changed_request_is_refused(body: bytes) -> None:
    assert body != BODY
    with pytest.raises(ProofError):
        parse_add_checkpoint(body)


def test_a_request_with_the_longest_proof_and_the_longest_note_fits() -> None:
    text = TEXT + "x" * (NOTE_LIMIT - len(NOTE.encode()) - 1) + "\n"
    note = sign_note(text, [LOG])
    assert len(note.encode()) == NOTE_LIMIT
    body = format_add_checkpoint(8, [bytes(32)] * 63, note)
    assert parse_add_checkpoint(body).note == note


@pytest.mark.parametrize(
    ("old", "proof"),
    [(-1, ()), (9, ()), (1 << 63, ()), (True, ()), (5, (b"",)), (5, (bytes(33),)), (5, (bytes(32),) * 64)],
)
def test_a_request_outside_the_format_is_not_made(old: int, proof: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match=r"size|proof"):
        format_add_checkpoint(old, proof, NOTE)
    with pytest.raises(ProofError):
        format_add_checkpoint(0, (), TEXT)


@given(st.binary() | st.builds(lambda a, b: BODY[:a] + b + BODY[a:], st.integers(0, 300), st.binary()))
def test_any_body_is_a_request_in_its_one_form_or_refused(body: bytes) -> None:
    try:
        request = parse_add_checkpoint(body)
    except ProofError:
        return
    assert format_add_checkpoint(request.old_size, request.proof, request.note) == body


def test_a_witness_that_cosigned_gives_its_lines() -> None:
    assert parse_answer(200, "", LINE) == Cosignatures((COSIGNED,))
    assert parse_answer(200, "", LINE + format_signature(STRANGER).encode()) == Cosignatures((COSIGNED, STRANGER))


@pytest.mark.parametrize(
    "body", [b"", b"\n", LINE[:-1], LINE + b"\n", b"\n" + LINE, b"ok\n", LINE * 101, b"\xff", b"x" * (NOTE_LIMIT + 1)]
)
def test_other_lines_are_no_answer(body: bytes) -> None:
    with pytest.raises(ProofError):
        parse_answer(200, "text/plain", body)


@pytest.mark.parametrize("media_type", [SIZE_TYPE, "text/x.tlog.size; charset=utf-8", "Text/X.Tlog.Size"])
def test_a_witness_that_knows_another_size_tells_it(media_type: str) -> None:
    assert parse_answer(409, media_type, b"5\n") == KnownSize(5)
    assert parse_answer(409, media_type, b"0\n") == KnownSize(0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"5",
        b"05\n",
        b"5\n\n",
        b" 5\n",
        b"-5\n",
        b"5\r\n",
        b"9223372036854775808\n",
        b"\xff\n",
        b"5" * 99 + b"\n",
    ],
)
def test_another_size_is_no_answer(body: bytes) -> None:
    with pytest.raises(ProofError):
        parse_answer(409, SIZE_TYPE, body)


def test_a_conflict_of_another_media_type_gives_no_size() -> None:
    for media_type in ("", "text/plain", "text/x.tlog.sizes"):
        with pytest.raises(ProofError, match="409"):
            parse_answer(409, media_type, b"5\n")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "malformed"),
        (403, "key"),
        (404, "log"),
        (422, "proof"),
        (201, "not cosign"),
        (301, "not cosign"),
        (503, "not cosign"),
    ],
)
def test_a_refusal_says_its_status_and_reason(status: int, reason: str) -> None:
    with pytest.raises(ProofError, match=f"{status}: .*{reason}"):
        parse_answer(status, SIZE_TYPE, LINE)


@given(st.sampled_from([200, 409]), st.binary() | st.binary().map(lambda tail: LINE + tail))
def test_any_answer_is_read_or_refused(status: int, body: bytes) -> None:
    try:
        answer = parse_answer(status, SIZE_TYPE, body)
    except ProofError:
        return
    written = f"{answer.size}\n" if isinstance(answer, KnownSize) else "".join(map(format_signature, answer.signatures))
    assert written.encode() == body


def test_only_cosignatures_of_known_witnesses_are_put_under_a_checkpoint() -> None:
    second = cosign(TEXT, SECOND, 1)
    signatures = iter([STRANGER, COSIGNED, second])
    note = add_cosignatures(NOTE, signatures, [SECOND.verifier, WITNESS.verifier])
    assert parse_note(note)[1][1:] == (COSIGNED, second)
    assert cosigned(note, [WITNESS.verifier, SECOND.verifier]) == {WITNESS.name: 1_700_000_000, SECOND.name: 1}
    assert add_cosignatures(note, [COSIGNED], [WITNESS.verifier]) == note


@pytest.mark.parametrize(
    "signature", [replace(COSIGNED, value=bytes(72)), cosign(TEXT.replace("\n8\n", "\n9\n"), WITNESS, 1)]
)
def test_a_false_cosignature_of_a_known_witness_is_refused(signature: Signature) -> None:
    with pytest.raises(ProofError):
        add_cosignatures(NOTE, [signature], [WITNESS.verifier])


def test_an_answer_without_a_known_witness_is_refused() -> None:
    for known in ([], [SECOND.verifier]):
        with pytest.raises(ProofError, match="no witness"):
            add_cosignatures(NOTE, [COSIGNED, STRANGER], known)
