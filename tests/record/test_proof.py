"""The proof that an entry is in a log: checked offline, by its one text, with nothing but public keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.checkpoint import Checkpoint, sign_checkpoint
from bandeau.record.cosign import cosign
from bandeau.record.keys import parse_vkey
from bandeau.record.merkle import EMPTY, grow, leaf_hash, node_hash
from bandeau.record.note import NOTE_LIMIT, add_signatures, parse_note, sign_note
from bandeau.record.proof import EXTRA_LIMIT, InclusionProof, check_proof, format_proof, parse_proof
from bandeau.record.tiles import Read, Tile, prove_inclusion
from support.signing import HASHES, HEAD, LOG, NUMBERS, OTHER, PATHS, SECOND, WITNESS
from support.vectors import vectors

ENTRIES = [b"\x01" + bytes([at]) * 32 for at in range(3)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOT = node_hash(node_hash(LEAVES[0], LEAVES[1]), LEAVES[2])
NOTE = sign_checkpoint(Checkpoint(LOG.name, 3, ROOT), [LOG])
COSIGNED = add_signatures(NOTE, [cosign(parse_note(NOTE)[0], WITNESS, 1_700_000_000)])
PROOF = InclusionProof(b"", 1, (LEAVES[0], LEAVES[2]), COSIGNED)
WITH_EXTRA = replace(PROOF, extra=b"extra")
TEXT = format_proof(WITH_EXTRA)


@pytest.fixture(scope="module")
def published():
    return vectors("note/note_checkpoint_vectors.json")["generated"]


def test_the_proof_that_others_computed_is_checked_and_written_again(published) -> None:
    text = published["tlog_proof_index2_size8"]
    proof = parse_proof(text)
    assert format_proof(proof) == text
    log, witness = parse_vkey(published["log_vkey"]), parse_vkey(published["witness_vkey"])
    entry = bytes.fromhex("10")  # the third of the entries that Certificate Transparency tests with
    assert check_proof(proof, entry, [log], [witness]).size == 8
    for other in (b"", b"\x11"):
        with pytest.raises(ProofError):
            check_proof(proof, other, [log], [witness])


def test_every_entry_is_proven_at_its_index() -> None:
    paths = [(LEAVES[1], LEAVES[2]), (LEAVES[0], LEAVES[2]), (node_hash(LEAVES[0], LEAVES[1]),)]
    for index, (entry, path) in enumerate(zip(ENTRIES, paths, strict=True)):
        proof = parse_proof(format_proof(InclusionProof(b"", index, path, NOTE)))
        assert check_proof(proof, entry, [LOG.verifier]) == Checkpoint(LOG.name, 3, ROOT)


def tiles_over(leaves: Sequence[bytes]) -> Read:
    def read(tiles: Sequence[Tile]) -> list[bytes]:
        return [b"".join(map(hash_at(tile), range(tile.width))) for tile in tiles]

    def hash_at(tile: Tile) -> Callable[[int], bytes]:
        span = 1 << 8 * tile.level
        return lambda at: root_of(leaves[(256 * tile.index + at) * span :][:span])

    return read


def root_of(leaves: Sequence[bytes]) -> bytes:
    return grow(EMPTY, leaves).frontier.root()


@pytest.mark.parametrize("index", [0, 255, 256, 700, 767, 768, 799])
def test_an_entry_that_is_proven_from_tiles_is_proven_in_one_text(index: int) -> None:
    entries = [b"\x01" + at.to_bytes(32) for at in range(800)]
    leaves = [leaf_hash(entry) for entry in entries]
    head = Checkpoint(LOG.name, len(leaves), root_of(leaves))
    path = prove_inclusion(index, len(leaves), tiles_over(leaves))
    proof = parse_proof(format_proof(InclusionProof(b"", index, path, sign_checkpoint(head, [LOG]))))
    assert check_proof(proof, entries[index], [LOG.verifier]) == head
    with pytest.raises(ProofError):
        check_proof(proof, entries[index - 1], [LOG.verifier])


@given(st.binary(max_size=100), NUMBERS, PATHS, NUMBERS, HASHES)
def test_a_proof_comes_back_from_its_text(
    extra: bytes, index: int, hashes: tuple[bytes, ...], size: int, root: bytes
) -> None:
    note = sign_checkpoint(Checkpoint(LOG.name, size, root), [LOG])
    proof = InclusionProof(extra, index, hashes, note)
    assert parse_proof(format_proof(proof)) == proof


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param(replace(PROOF, index=0), id="another index"),
        pytest.param(replace(PROOF, index=3), id="index outside"),
        pytest.param(replace(PROOF, index=(1 << 63) - 1), id="index far outside"),
        pytest.param(replace(PROOF, hashes=()), id="no hashes"),
        pytest.param(replace(PROOF, hashes=PROOF.hashes[:1]), id="hash missing"),
        pytest.param(replace(PROOF, hashes=(*PROOF.hashes, bytes(32))), id="hash more"),
        pytest.param(replace(PROOF, hashes=PROOF.hashes[::-1]), id="hashes exchanged"),
        pytest.param(replace(PROOF, hashes=(bytes(32), LEAVES[2])), id="hash changed"),
        pytest.param(replace(PROOF, checkpoint_note=sign_checkpoint(HEAD, [LOG])), id="checkpoint of another tree"),
        pytest.param(
            replace(PROOF, checkpoint_note=sign_checkpoint(Checkpoint(OTHER.name, 3, ROOT), [OTHER])), id="another log"
        ),
        pytest.param(replace(PROOF, checkpoint_note=sign_note(parse_note(NOTE)[0], [OTHER])), id="signed by another"),
        pytest.param(replace(PROOF, checkpoint_note=COSIGNED.replace("\n3\n", "\n4\n")), id="size changed"),
    ],
)
def test_a_changed_proof_proves_nothing(proof: InclusionProof) -> None:
    check_proof(PROOF, ENTRIES[1], [LOG.verifier])
    with pytest.raises(ProofError):
        check_proof(proof, ENTRIES[1], [LOG.verifier])


@pytest.mark.parametrize("entry", [b"", ENTRIES[0], ENTRIES[1][1:], ENTRIES[1] + b"\x00", LEAVES[0] + LEAVES[1]])
def test_another_entry_is_not_proven(entry: bytes) -> None:
    with pytest.raises(ProofError):
        check_proof(PROOF, entry, [LOG.verifier])


def test_every_witness_that_is_asked_for_must_have_cosigned() -> None:
    check_proof(PROOF, ENTRIES[1], [LOG.verifier], [WITNESS.verifier])
    check_proof(PROOF, ENTRIES[1], [LOG.verifier], iter([WITNESS.verifier]))
    for witnesses in ([SECOND.verifier], [WITNESS.verifier, SECOND.verifier]):
        with pytest.raises(ProofError, match=r"not cosigned by .*/w2"):
            check_proof(PROOF, ENTRIES[1], [LOG.verifier], witnesses)


def test_a_false_cosignature_of_a_witness_that_is_asked_for_is_refused() -> None:
    other = cosign(parse_note(sign_checkpoint(HEAD, [LOG]))[0], WITNESS, 1)
    proof = replace(PROOF, checkpoint_note=add_signatures(NOTE, [other]))
    with pytest.raises(ProofError):
        check_proof(proof, ENTRIES[1], [LOG.verifier], [WITNESS.verifier])
    check_proof(proof, ENTRIES[1], [LOG.verifier])


def test_extra_data_is_carried_and_changes_no_proof() -> None:
    assert parse_proof(TEXT).extra == b"extra"
    assert check_proof(parse_proof(TEXT), ENTRIES[1], [LOG.verifier]).size == 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(NOTE, id="a note alone"),
        pytest.param(TEXT.replace("@v1", "@v2"), id="another version"),
        pytest.param(TEXT.replace("@v1", "@v1 "), id="space behind the version"),
        pytest.param("\n" + TEXT, id="blank line first"),
        pytest.param("\ufeff" + TEXT, id="byte order mark"),
        pytest.param(TEXT.replace("\nindex", "\r\nindex"), id="carriage return"),
        pytest.param(TEXT.replace("index 1\n", ""), id="no index"),
        pytest.param(TEXT.partition("\nextra")[0] + "\n\n" + NOTE, id="header alone"),
        pytest.param(TEXT.replace("index 1", "index 01"), id="leading zero"),
        pytest.param(TEXT.replace("index 1", "index +1"), id="plus"),
        pytest.param(TEXT.replace("index 1", "index  1"), id="two spaces"),
        pytest.param(TEXT.replace("index 1", "index1"), id="no space"),
        pytest.param(TEXT.replace("index 1", f"index {1 << 63}"), id="2^63"),
        pytest.param(TEXT.replace("index 1", "index 1\nindex 1"), id="two indexes"),
        pytest.param(TEXT.replace("extra ZXh0cmE=\nindex 1", "index 1\nextra ZXh0cmE="), id="extra behind the index"),
        pytest.param(TEXT.replace("ZXh0cmE=", ""), id="empty extra"),
        pytest.param(TEXT.replace(" ZXh0cmE=", ""), id="extra without a space"),
        pytest.param(TEXT.replace("ZXh0cmE=", "ZXh0cmF="), id="bits left over"),
        pytest.param(TEXT.replace("extra ZXh0cmE=", "extra ZXh0cmE=\nextra ZXh0cmE="), id="two extras"),
        pytest.param(TEXT.replace("=\n\nlog", "=\nlog"), id="no blank line"),
        pytest.param(TEXT.replace("=\n\nlog", "=\n\n\nlog"), id="two blank lines"),
        pytest.param(TEXT.replace("=\n\nlog", "=\nAAAA\n\nlog"), id="hash of 3 bytes"),
        pytest.param(TEXT.replace("index 1\n", "index 1\n" + ("A" * 43 + "=\n") * 62), id="64 hashes"),
        pytest.param(TEXT.replace("\n3\n", "\n03\n"), id="no checkpoint"),
        pytest.param(TEXT[:-1], id="last line not ended"),
        pytest.param(TEXT + "\n", id="blank line at the end"),
        pytest.param(TEXT.replace("ZXh0cmE=", "AAAA" * (EXTRA_LIMIT // 3 + 1)), id="extra too long"),
        pytest.param(TEXT + "x" * (2 * EXTRA_LIMIT + NOTE_LIMIT), id="too long"),
    ],
)
def test_a_text_that_is_no_proof_is_refused(text: str) -> None:
    assert text != TEXT
    with pytest.raises(ProofError):
        parse_proof(text)


@pytest.mark.parametrize(
    "change",
    [
        {"index": -1},
        {"index": 1 << 63},
        {"index": True},
        {"hashes": (b"",)},
        {"hashes": (bytes(32),) * 64},
        {"extra": bytes(EXTRA_LIMIT + 1)},
    ],
)
def test_a_proof_outside_the_format_is_not_made(change: dict) -> None:
    with pytest.raises(ValueError, match=r"index|hashes|extra"):
        replace(PROOF, **change)
    with pytest.raises(ProofError):
        replace(PROOF, checkpoint_note="anything\n")


@given(st.text() | st.builds(lambda a, b: TEXT[:a] + b + TEXT[a:], st.integers(0, 400), st.text()))
def test_any_text_is_a_proof_in_its_one_form_or_refused(text: str) -> None:
    try:
        proof = parse_proof(text)
    except ProofError:
        return
    assert format_proof(proof) == text
