"""Checkpoints: the head of a log, signed by the log and by nobody in its stead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.checkpoint import Checkpoint, format_checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from bandeau.record.cosign import cosign
from bandeau.record.keys import Kind, Signer, parse_vkey
from bandeau.record.note import add_signatures, sign_note
from support.signing import CHECKPOINTS, HASHES, HEAD, LOG, NAMES, NUMBERS, OTHER
from support.vectors import vectors

TEXT = format_checkpoint(HEAD)
ROOT = TEXT.split("\n")[2]


@pytest.fixture(scope="module")
def published():
    return vectors("note/note_checkpoint_vectors.json")


def test_the_published_checkpoint_is_read(published) -> None:
    text = published["published_checkpoint_format_example"].partition("\n\n")[0] + "\n"
    checkpoint = parse_checkpoint(text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert format_checkpoint(checkpoint) == text


def test_our_key_signs_what_others_computed_of_it(published) -> None:
    made = published["generated"]
    log = Signer("log.example/consent", bytes.fromhex(made["log_seed_hex"]))
    for one in made["checkpoints"]:
        checkpoint = parse_checkpoint(one["text"])
        assert checkpoint.size == one["size"]
        assert sign_checkpoint(checkpoint, [log]) == one["log_signed_note"]
        for note in (one["log_signed_note"], one["cosigned_note"]):
            assert open_checkpoint(note, [parse_vkey(made["log_vkey"])]) == checkpoint
            assert open_checkpoint(note, [parse_vkey(made["log_vkey"]), parse_vkey(made["witness_vkey"])]) == checkpoint


@given(CHECKPOINTS)
def test_a_checkpoint_comes_back_from_its_text(checkpoint: Checkpoint) -> None:
    assert parse_checkpoint(format_checkpoint(checkpoint)) == checkpoint


@given(NAMES, HASHES, NUMBERS, HASHES)
def test_what_a_log_signed_opens_with_its_key(name: str, seed: bytes, size: int, root: bytes) -> None:
    signer, checkpoint = Signer(name, seed), Checkpoint(name, size, root)
    assert open_checkpoint(sign_checkpoint(checkpoint, [signer]), [OTHER.verifier, signer.verifier]) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(TEXT[:-1], id="last line not ended"),
        pytest.param(TEXT + "extension", id="extension not ended"),
        pytest.param(TEXT + "\n", id="blank extension"),
        pytest.param("\n" + TEXT, id="blank origin"),
        pytest.param(TEXT.replace("\n8\n", "\n\n8\n"), id="blank line within"),
        pytest.param(TEXT.replace("\n8\n", "\n"), id="no size"),
        pytest.param(TEXT.replace(f"{ROOT}\n", ""), id="no root"),
        pytest.param(TEXT.replace("\n8\n", "\n08\n"), id="leading zero"),
        pytest.param(TEXT.replace("\n8\n", "\n+8\n"), id="plus"),
        pytest.param(TEXT.replace("\n8\n", "\n-8\n"), id="minus"),
        pytest.param(TEXT.replace("\n8\n", "\n8 \n"), id="space behind the size"),
        pytest.param(TEXT.replace("\n8\n", "\n0x8\n"), id="hexadecimal"),
        pytest.param(TEXT.replace("\n8\n", "\n1_0\n"), id="underscore"),
        pytest.param(TEXT.replace("\n8\n", "\n٨\n"), id="another alphabet's digit"),
        pytest.param(TEXT.replace("\n8\n", f"\n{1 << 63}\n"), id="2^63"),
        pytest.param(TEXT.replace("\n8\n", f"\n{'9' * 5000}\n"), id="5000 digits"),
        pytest.param(TEXT.replace(ROOT, ROOT[:-1]), id="no padding"),
        pytest.param(TEXT.replace(ROOT, ROOT[:-2] + "9="), id="bits left over"),
        pytest.param(TEXT.replace(ROOT, ROOT[4:]), id="short root"),
        pytest.param(TEXT.replace(ROOT, "AAAA" + ROOT), id="long root"),
        pytest.param(TEXT.replace("log", "l\rog"), id="carriage return"),
        pytest.param(TEXT.replace("log", "l\ud800og"), id="no UTF-8"),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    assert text != TEXT
    with pytest.raises(ProofError):
        parse_checkpoint(text)
    if text.endswith("\n") and "\r" not in text and "\ud800" not in text:
        with pytest.raises(ProofError):
            open_checkpoint(sign_note(text, [LOG]), [LOG.verifier])


@pytest.mark.parametrize("at", range(len(TEXT)))
def test_a_signed_checkpoint_with_any_letter_changed_does_not_open(at: int) -> None:
    note = sign_checkpoint(HEAD, [LOG])
    changed = note[:at] + ("1" if note[at] != "1" else "2") + note[at + 1 :]
    with pytest.raises(ProofError):
        open_checkpoint(changed, [LOG.verifier])


@pytest.mark.parametrize(
    "change",
    [
        {"origin": ""},
        {"origin": "a\nb"},
        {"origin": "a\x00"},
        {"size": -1},
        {"size": 1 << 63},
        {"size": True},
        {"size": 8.0},
        {"root": b""},
        {"root": bytes(31)},
        {"root": bytes(33)},
        {"root": "0" * 32},
        {"extensions": ("",)},
        {"extensions": ("a\nb",)},
    ],
)
def test_a_checkpoint_outside_the_format_is_not_made(change: dict) -> None:
    with pytest.raises(ValueError, match=r"line|size|root"):
        replace(HEAD, **change)


def test_a_log_does_not_sign_with_a_key_of_another_name() -> None:
    with pytest.raises(ValueError, match="own name"):
        sign_checkpoint(HEAD, [OTHER])
    with pytest.raises(ValueError, match="cosignatures"):
        sign_checkpoint(HEAD, [replace(LOG, kind=Kind.COSIGNATURE)])


def test_a_known_key_of_another_log_does_not_sign_for_this_one() -> None:
    note = sign_note(TEXT, [OTHER])
    with pytest.raises(ProofError, match="not signed"):
        open_checkpoint(note, [LOG.verifier, OTHER.verifier])


def test_a_witness_with_the_name_of_the_log_does_not_sign_for_it() -> None:
    impostor = Signer(LOG.name, OTHER.seed, Kind.COSIGNATURE)
    note = add_signatures(sign_note(TEXT, [OTHER]), [cosign(TEXT, impostor, 1)])
    with pytest.raises(ProofError, match="not signed"):
        open_checkpoint(note, [LOG.verifier, OTHER.verifier, impostor.verifier])


def test_both_keys_of_a_log_open_its_checkpoints_while_it_changes_them() -> None:
    new = Signer(LOG.name, OTHER.seed)
    for known in ([LOG.verifier], [new.verifier], [LOG.verifier, new.verifier]):
        assert open_checkpoint(sign_note(TEXT, [LOG, new]), known) == HEAD
    assert open_checkpoint(sign_note(TEXT, [new]), [LOG.verifier, new.verifier]) == HEAD


@given(
    st.text()
    | st.text("abl0123456789+/=\n")
    | st.builds(lambda a, b: TEXT[:a] + b + TEXT[a:], st.integers(0, 70), st.text())
)
@example("\n\n\n")
@example("\n\n\n\n")
def test_any_text_is_a_checkpoint_in_its_one_form_or_refused(text: str) -> None:
    try:
        checkpoint = parse_checkpoint(text)
    except ProofError:
        return
    assert format_checkpoint(checkpoint) == text
