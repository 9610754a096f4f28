"""Cosignatures: a witness says when it saw a checkpoint, and nobody can change when, what or who."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from bandeau.errors import ProofError
from bandeau.record.checkpoint import Checkpoint, format_checkpoint, sign_checkpoint
from bandeau.record.cosign import check_cosignature, cosign, cosigned
from bandeau.record.keys import Kind, Signer, cosigned_message, parse_vkey
from bandeau.record.note import Signature, add_signatures, format_signature, parse_note, sign_note
from support.signing import CHECKPOINTS, HEAD, LOG, NUMBERS, SECOND, WITNESS, WITNESSES
from support.vectors import vectors

TEXT = format_checkpoint(HEAD)
NOTE = sign_checkpoint(HEAD, [LOG])
AT = 1_700_000_000
COSIGNED = cosign(TEXT, WITNESS, AT)


@pytest.fixture(scope="module")
def published():
    return vectors("note/note_checkpoint_vectors.json")["generated"]


def test_our_key_cosigns_what_others_computed_of_it(published) -> None:
    witness = Signer("witness.example/w1", bytes.fromhex(published["witness_seed_hex"]), Kind.COSIGNATURE)
    for one in published["checkpoints"]:
        text, at = one["text"], one["timestamp"]
        assert cosigned_message(text, at).hex() == one["cosignature_message_hex"]
        assert add_signatures(one["log_signed_note"], [cosign(text, witness, at)]) == one["cosigned_note"]
        assert cosigned(one["cosigned_note"], [parse_vkey(published["witness_vkey"])]) == {witness.name: at}
        assert cosigned(one["log_signed_note"], [parse_vkey(published["witness_vkey"])]) == {}


@given(CHECKPOINTS, WITNESSES, NUMBERS)
def test_a_cosignature_gives_its_time(checkpoint: Checkpoint, witness: Signer, at: int) -> None:
    text = format_checkpoint(checkpoint)
    assert check_cosignature(text, cosign(text, witness, at), witness.verifier) == at


@pytest.mark.parametrize("at", range(72))
def test_a_cosignature_with_any_byte_changed_is_refused(at: int) -> None:
    value = bytearray(COSIGNED.value)
    value[at] ^= 1
    changed = replace(COSIGNED, value=bytes(value))
    with pytest.raises(ProofError):
        check_cosignature(TEXT, changed, WITNESS.verifier)
    with pytest.raises(ProofError):
        cosigned(add_signatures(NOTE, [changed]), [WITNESS.verifier])


@pytest.mark.parametrize(
    "value", [b"x", COSIGNED.value[:8], COSIGNED.value[8:], COSIGNED.value[:-1], COSIGNED.value + b"x"]
)
def test_a_cosignature_of_another_length_is_refused(value: bytes) -> None:
    with pytest.raises(ProofError):
        check_cosignature(TEXT, replace(COSIGNED, value=value), WITNESS.verifier)


def test_a_cosignature_is_of_one_checkpoint() -> None:
    with pytest.raises(ProofError):
        check_cosignature(format_checkpoint(replace(HEAD, size=9)), COSIGNED, WITNESS.verifier)


def test_a_cosignature_is_of_one_witness() -> None:
    with pytest.raises(ProofError, match="w2"):
        check_cosignature(TEXT, COSIGNED, SECOND.verifier)


@pytest.mark.parametrize("change", [{"name": "witness.example/w2"}, {"key_id": b"abcd"}])
def test_a_cosignature_that_names_another_key_is_refused(change: dict) -> None:
    with pytest.raises(ProofError, match="not a cosignature of"):
        check_cosignature(TEXT, replace(COSIGNED, **change), WITNESS.verifier)


def test_a_time_that_does_not_fit_63_bits_is_refused() -> None:
    at = 1 << 63
    value = at.to_bytes(8) + WITNESS.sign(cosigned_message(TEXT, at))
    with pytest.raises(ProofError, match="time"):
        check_cosignature(TEXT, replace(COSIGNED, value=value), WITNESS.verifier)


@pytest.mark.parametrize("at", [-1, 1 << 63, 1.5, True])
def test_a_time_outside_the_format_is_not_signed(at: int) -> None:
    with pytest.raises(ValueError, match="time"):
        cosign(TEXT, WITNESS, at)


def test_a_text_that_is_no_checkpoint_is_not_cosigned() -> None:
    with pytest.raises(ProofError):
        cosign("anything\n", WITNESS, AT)


def test_a_cosigned_text_that_is_no_checkpoint_is_refused() -> None:
    text = "anything\n"
    forged = Signature(WITNESS.name, WITNESS.verifier.key_id, AT.to_bytes(8) + WITNESS.sign(cosigned_message(text, AT)))
    with pytest.raises(ProofError):
        check_cosignature(text, forged, WITNESS.verifier)
    with pytest.raises(ProofError):
        cosigned(add_signatures(sign_note(text, [LOG]), [forged]), [WITNESS.verifier])


def test_a_log_key_neither_cosigns_nor_checks_cosignatures() -> None:
    with pytest.raises(ValueError, match="not for cosignatures"):
        cosign(TEXT, LOG, AT)
    with pytest.raises(ValueError, match="not for cosignatures"):
        cosigned(NOTE, [LOG.verifier])
    with pytest.raises(ValueError, match="not for cosignatures"):
        check_cosignature(TEXT, parse_note(NOTE)[1][0], LOG.verifier)


def test_each_witness_is_named_with_its_time_and_strangers_are_not() -> None:
    stranger = Signature("stranger.example", b"abcd", b"anything")
    note = add_signatures(NOTE, [COSIGNED, cosign(TEXT, SECOND, AT + 1), stranger])
    assert cosigned(note, [WITNESS.verifier, SECOND.verifier]) == {WITNESS.name: AT, SECOND.name: AT + 1}
    assert cosigned(note, [SECOND.verifier]) == {SECOND.name: AT + 1}
    assert cosigned(note, []) == {}


def test_the_earliest_of_a_witness_cosignatures_counts() -> None:
    for times in ((AT, AT + 5), (AT + 5, AT)):
        note = add_signatures(NOTE, [cosign(TEXT, WITNESS, at) for at in times])
        assert cosigned(note, [WITNESS.verifier]) == {WITNESS.name: AT}


def test_one_false_cosignature_of_a_known_witness_rejects_the_checkpoint() -> None:
    note = add_signatures(NOTE, [COSIGNED]) + format_signature(replace(COSIGNED, value=bytes(72)))
    with pytest.raises(ProofError):
        cosigned(note, [WITNESS.verifier])
