"""Keys as text: what other tools write is read, and every other text is refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.keys import (
    Kind,
    Signer,
    Verifier,
    format_private_key,
    format_vkey,
    is_name,
    parse_private_key,
    parse_vkey,
)
from support.signing import HASHES, LOG, NAMES, WITNESS
from support.vectors import vectors

KINDS = st.sampled_from(Kind)
PRIVATE = format_private_key(LOG)
PUBLIC = format_vkey(LOG.verifier)


@pytest.fixture(scope="module")
def published():
    return vectors("note/note_checkpoint_vectors.json")


def vkey(name: str, key: bytes) -> str:
    """Any key with a key id that fits it, whatever it is."""
    key_id = hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(key).decode()}"


def test_published_keys_are_read_and_written_again(published) -> None:
    for example in published["published_examples"]:
        assert format_vkey(parse_vkey(example["vkey"])) == example["vkey"]
        if "skey" in example:
            signer = parse_private_key(example["skey"])
            assert format_private_key(signer) == example["skey"]
            assert format_vkey(signer.verifier) == example["vkey"]


def test_published_bad_keys_are_refused(published) -> None:
    for bad in published["published_bad_vkeys"]:
        with pytest.raises(ProofError):
            parse_vkey(bad["vkey"])


def test_seeds_give_the_keys_that_others_computed_of_them(published) -> None:
    made = published["generated"]
    for seed, name, kind, text in (
        ("log_seed_hex", "log.example/consent", Kind.ED25519, "log_vkey"),
        ("witness_seed_hex", "witness.example/w1", Kind.COSIGNATURE, "witness_vkey"),
    ):
        assert format_vkey(Signer(name, bytes.fromhex(made[seed]), kind).verifier) == made[text]


@given(NAMES, HASHES, KINDS)
def test_a_key_comes_back_from_its_text(name: str, seed: bytes, kind: Kind) -> None:
    signer = Signer(name, seed, kind)
    assert parse_private_key(format_private_key(signer)) == signer
    assert parse_vkey(format_vkey(signer.verifier)) == signer.verifier


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("log.", "lag."),
        lambda text: text.replace("+", " "),
        lambda text: text.replace(LOG.verifier.key_id.hex(), LOG.verifier.key_id.hex().upper()),
        lambda text: text.replace(LOG.verifier.key_id.hex(), "00000000"),
        lambda text: text.replace(LOG.verifier.key_id.hex(), ""),
        lambda text: text[:-4],
        lambda text: text + "AAAA",
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text.replace("+AQ", "+BA"),
        lambda text: text.rpartition("+")[0] + "+",
        lambda text: text.replace("log.", "log\ud800"),
        lambda text: text.replace("log.", "é" * 5000),
    ],
)
def test_a_changed_key_is_refused(change) -> None:
    for text, parse in ((PUBLIC, parse_vkey), (PRIVATE, parse_private_key)):
        with pytest.raises(ProofError):
            parse(change(text))


@pytest.mark.parametrize("kind", [0x00, 0x02, 0x03, 0x05, 0x06, 0xFA, 0xFF])
def test_a_key_of_an_unknown_type_is_refused(kind: int) -> None:
    with pytest.raises(ProofError, match="type"):
        parse_vkey(vkey("log.example", bytes((kind,)) + LOG.verifier.public))


@pytest.mark.parametrize("size", [0, 31, 33, 1312])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ProofError):
        parse_vkey(vkey("log.example", b"\x01" + bytes(size)))


@pytest.mark.parametrize("label", ["", "PRIVATE+", "private+key+", " PRIVATE+KEY+", "X+PRIVATE+KEY+"])
def test_a_private_key_starts_with_its_label(label: str) -> None:
    with pytest.raises(ProofError):
        parse_private_key(label + PUBLIC)
    with pytest.raises(ProofError, match="starts with"):
        parse_private_key(label + PRIVATE.removeprefix("PRIVATE+KEY+"))


def test_a_key_that_is_too_long_is_refused() -> None:
    long, too_long = (Verifier("a" * size, LOG.verifier.public) for size in (4000, 4096))
    assert parse_vkey(format_vkey(long)) == long
    with pytest.raises(ProofError):
        parse_vkey(format_vkey(too_long))


def test_a_private_key_is_not_taken_for_a_public_one() -> None:
    with pytest.raises(ProofError):
        parse_vkey(PRIVATE)


@given(st.text() | st.text("+ABCKEPRIVT=0f"))
def test_any_text_is_a_key_in_its_one_form_or_refused(text: str) -> None:
    for parse, format_key in ((parse_vkey, format_vkey), (parse_private_key, format_private_key)):
        try:
            key = parse(text)
        except ProofError:
            continue
        assert format_key(key) == text  # type: ignore[operator]


@pytest.mark.parametrize("space", ["\u0085", "\u00a0", "\u1680", "\u2007", "\u2028", "\u202f", "\u205f", "\u3000"])
def test_a_name_has_no_space_of_any_kind(space: str) -> None:
    assert not is_name(f"log{space}example")


@pytest.mark.parametrize("name", ["", " ", "a b", "a+b", "a\nb", "a\tb", "\x00", "\x1f", "\ud800"])
def test_a_name_that_no_line_could_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Signer(name, bytes(32))
    with pytest.raises(ValueError, match="name"):
        Verifier(name, LOG.verifier.public)


@pytest.mark.parametrize("name", ["a", "例.example/日誌", "log.example/consent", "a—b", "\u200b"])
def test_other_names_are_taken(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_or_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="bytes"):
        Signer("log.example", bytes(size))
    with pytest.raises(ValueError, match="bytes"):
        Verifier("log.example", bytes(size))


def test_neither_a_signer_nor_a_refused_key_shows_the_seed() -> None:
    seed = base64.b64encode(b"\x01" + LOG.seed).decode()
    assert repr(LOG.seed) not in repr(LOG)
    with pytest.raises(ProofError) as refused:
        parse_private_key(PRIVATE.replace("log.", "lag."))
    assert seed not in f"{refused.value!r} {refused.value.__cause__!r}"


def test_one_key_has_another_id_for_another_purpose() -> None:
    same = Verifier(LOG.name, LOG.verifier.public, Kind.COSIGNATURE)
    assert same.key_id != LOG.verifier.key_id
    assert len(same.key_id) == 4


def test_a_signature_does_not_pass_for_a_cosignature_nor_the_reverse() -> None:
    text = "log.example/consent\n0\n"
    plain = Signer(WITNESS.name, WITNESS.seed)
    signature = plain.sign(text.encode())
    plain.verifier.check(text, signature)
    for wrong in (signature, bytes(8) + signature):
        with pytest.raises(ProofError):
            WITNESS.verifier.check(text, wrong)


def test_a_key_that_is_no_point_of_the_curve_verifies_nothing() -> None:
    for public in (b"\x02" + bytes(31), b"\xff" * 32):
        with pytest.raises(ProofError):
            Verifier(LOG.name, public).check("text\n", LOG.sign(b"text\n"))
