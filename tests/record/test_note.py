"""Signed notes: what was signed opens, whatever was changed does not, and what others signed opens too."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.keys import Kind, Signer, Verifier, parse_private_key, parse_vkey
from bandeau.record.note import (
    NOTE_LIMIT,
    SIGNATURES_LIMIT,
    Note,
    Signature,
    add_signatures,
    check_note,
    format_note,
    format_signature,
    open_note,
    parse_note,
    parse_signatures,
    sign_note,
)
from support.signing import LOG, OTHER, SIGNERS, TEXTS, WITNESS
from support.vectors import vectors

TEXT = "one\n\ntwo: café\n"
NOTE = sign_note(TEXT, [LOG])
SIGNED = parse_note(NOTE)[1][0]
STRANGER = Signature("stranger.example", b"abcd", b"anything")


@pytest.fixture(scope="module")
def published():
    return vectors("note/note_checkpoint_vectors.json")


def line(name: str, decoded: bytes) -> str:
    return f"— {name} {base64.b64encode(decoded).decode()}\n"


def test_published_notes_open(published) -> None:
    for one in published["published_examples"]:
        key = parse_vkey(one["vkey"])
        opened = open_note(one["note"], [key])
        assert [signature.name for signature in opened.verified] == [key.name]
        assert opened.text + "\n" + format_signature(opened.verified[0]) == one["note"]


def test_a_published_key_signs_the_published_note(published) -> None:
    one = published["published_examples"][1]
    text = one["note"].partition("\n\n")[0] + "\n"
    assert sign_note(text, [parse_private_key(one["skey"])]) == one["note"]


def test_a_published_note_with_any_letter_changed_does_not_open(published) -> None:
    one = published["published_examples"][0]
    key = parse_vkey(one["vkey"])
    for at in range(len(one["note"])):
        changed = one["note"][:at] + ("x" if one["note"][at] != "x" else "y") + one["note"][at + 1 :]
        with pytest.raises(ProofError):
            open_note(changed, [key])


@given(TEXTS, st.lists(SIGNERS, min_size=1, max_size=4, unique_by=lambda signer: signer.name))
@example("\n", [LOG])
@example("\n\n\n", [LOG])
@example("— log.example AAAAAAAA\n", [LOG])
def test_what_was_signed_opens_with_each_key(text: str, signers: list[Signer]) -> None:
    note = sign_note(text, signers)
    for signer in signers:
        opened = open_note(note, [signer.verifier])
        assert opened.text == text
        assert [signature.name for signature in opened.verified] == [signer.name]
        assert len(opened.unverified) == len(signers) - 1
    assert format_note(*parse_note(note)) == note


def test_the_last_blank_line_parts_text_and_signatures() -> None:
    inner = sign_note("inner\n", [OTHER])
    assert open_note(sign_note(inner, [LOG]), [LOG.verifier]).text == inner


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("", id="nothing"),
        pytest.param(TEXT, id="no signature"),
        pytest.param(TEXT + "\n", id="no signature behind the blank line"),
        pytest.param(NOTE[:-1], id="last line not ended"),
        pytest.param(NOTE + "\n", id="blank line at the end"),
        pytest.param("\n" + NOTE.rpartition("\n\n")[2], id="no text"),
        pytest.param(NOTE.replace("one", "uno"), id="text changed"),
        pytest.param(NOTE.replace("one\n\n", "one\n"), id="blank line of the text gone"),
        pytest.param(NOTE.replace("one", "one "), id="space more"),
        pytest.param(NOTE.replace("one", "one\r"), id="carriage return"),
        pytest.param(NOTE.replace("one", "o\x00ne"), id="zero"),
        pytest.param(NOTE.replace("one", "o\tne"), id="tab"),
        pytest.param(NOTE.replace("one", "o\ud800ne"), id="no UTF-8"),
        pytest.param(NOTE.replace("—", "-"), id="another dash"),
        pytest.param(NOTE.replace("— ", "—"), id="no space before the name"),
        pytest.param(NOTE.replace("— ", "—  "), id="two spaces before the name"),
        pytest.param(NOTE.replace("consent ", "consent  "), id="two spaces behind the name"),
        pytest.param(NOTE.replace("consent ", "consent\u00a0"), id="another space"),
        pytest.param(NOTE.replace("log.", "lag."), id="another name"),
        pytest.param(NOTE[:-1] + " \n", id="space at the end"),
        pytest.param(NOTE[:-1] + "=\n", id="too much padding"),
        pytest.param(NOTE.replace("=", ""), id="no padding"),
        pytest.param(NOTE.replace("\n— ", "\n\u2028— "), id="another line break"),
        pytest.param(NOTE + line("", b"abcdx"), id="no name"),
        pytest.param(NOTE + line("a+b", b"abcdx"), id="plus in a name"),
        pytest.param(NOTE + line("stranger", b"abcd"), id="key id alone"),
        pytest.param(NOTE + line("stranger", b"abc"), id="not even a key id"),
        pytest.param(NOTE + "— stranger\n", id="name alone"),
        pytest.param(NOTE + "— stranger YWJj\nZHg=\n", id="base64 in two lines"),
        pytest.param(NOTE + "— stranger YWJjZHh=\n", id="bits left over"),
        pytest.param(NOTE + "— stranger YWJjZH_-\n", id="base64 of URLs"),
        pytest.param(NOTE + "— stranger YWJjZHé=\n", id="not ASCII"),
    ],
)
def test_a_changed_note_does_not_open(note: str) -> None:
    assert note != NOTE
    with pytest.raises(ProofError):
        open_note(note, [LOG.verifier])


LINE = format_signature(SIGNED)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n", id="blank"),
        pytest.param(LINE[:-1], id="not ended"),
        pytest.param(LINE + "\n", id="blank behind"),
        pytest.param("\n" + LINE, id="blank before"),
        pytest.param(LINE.removeprefix("— "), id="no dash"),
        pytest.param(LINE.replace("— ", "—"), id="no space behind the dash"),
        pytest.param(LINE.replace("— ", "— — "), id="two dashes"),
        pytest.param(LINE.replace("— ", "- "), id="another dash"),
        pytest.param(" " + LINE, id="space before"),
    ],
)
def test_a_changed_line_is_no_signature(lines: str) -> None:
    assert parse_signatures(LINE) == (SIGNED,)
    with pytest.raises(ProofError):
        parse_signatures(lines)


def test_signatures_without_a_text_are_no_note() -> None:
    assert parse_note("\n\n" + LINE) == ("\n", (SIGNED,))
    for note in (LINE, "\n" + LINE):
        with pytest.raises(ProofError):
            parse_note(note)


def test_a_signature_with_any_bit_changed_is_refused() -> None:
    for at in range(len(SIGNED.value) * 8):
        value = bytearray(SIGNED.value)
        value[at // 8] ^= 1 << at % 8
        with pytest.raises(ProofError):
            open_note(format_note(TEXT, [replace(SIGNED, value=bytes(value))]), [LOG.verifier])


@pytest.mark.parametrize("value", [b"x", SIGNED.value[:-1], SIGNED.value + b"x"])
def test_a_signature_of_another_length_is_refused(value: bytes) -> None:
    with pytest.raises(ProofError):
        open_note(format_note(TEXT, [replace(SIGNED, value=value)]), [LOG.verifier])


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    for known in ([], [OTHER.verifier], [Signer(LOG.name, OTHER.seed).verifier]):
        with pytest.raises(ProofError, match="no key"):
            open_note(NOTE, known)
        assert check_note(NOTE, known) == Note(TEXT, (), (SIGNED,))


def test_a_known_key_whose_signature_fails_rejects_a_note_that_another_key_signed() -> None:
    (bad,) = parse_note(sign_note("other\n", [OTHER]))[1]
    with pytest.raises(ProofError, match=OTHER.name):
        open_note(add_signatures(NOTE, [bad]), [LOG.verifier, OTHER.verifier])


def test_signatures_of_unknown_keys_are_kept_and_ignored() -> None:
    same_name = replace(SIGNED, key_id=b"abcd")
    same_id = replace(SIGNED, name="stranger.example")
    opened = open_note(add_signatures(NOTE, [same_name, same_id, STRANGER]), [LOG.verifier])
    assert opened == Note(TEXT, (SIGNED,), (same_name, same_id, STRANGER))


def test_a_signature_is_of_a_key_by_name_and_key_id_together() -> None:
    assert SIGNED.of(LOG.verifier)
    assert not replace(SIGNED, name="stranger.example").of(LOG.verifier)
    assert not replace(SIGNED, key_id=b"abcd").of(LOG.verifier)


def test_a_signature_of_ml_dsa_is_kept_and_ignored() -> None:
    post_quantum = Signature("witness.example/pq", b"\x06abc", bytes(8 + 2420))
    assert open_note(add_signatures(NOTE, [post_quantum]), [LOG.verifier]).unverified == (post_quantum,)


def test_a_line_that_stands_twice_counts_once() -> None:
    doubled = NOTE + 2 * format_signature(SIGNED) + 2 * format_signature(STRANGER)
    assert open_note(doubled, [LOG.verifier]) == Note(TEXT, (SIGNED,), (STRANGER,))


def test_a_known_key_that_stands_twice_must_hold_twice() -> None:
    with pytest.raises(ProofError):
        open_note(NOTE + format_signature(replace(SIGNED, value=bytes(64))), [LOG.verifier])


def test_a_key_that_is_given_twice_is_one_key() -> None:
    assert open_note(NOTE, [LOG.verifier, LOG.verifier]).verified == (SIGNED,)


def test_two_known_keys_of_one_key_id_are_refused() -> None:
    other = Verifier(LOG.name, OTHER.verifier.public)
    vars(other)["key_id"] = LOG.verifier.key_id  # 2^32 tries would find such a key
    with pytest.raises(ProofError, match="same key id"):
        open_note(NOTE, [LOG.verifier, other])


def test_a_hundred_signatures_are_taken_and_no_more() -> None:
    many = [replace(STRANGER, value=bytes((at,))) for at in range(SIGNATURES_LIMIT - 1)]
    full = add_signatures(NOTE, many)
    assert len(open_note(full, [LOG.verifier]).unverified) == SIGNATURES_LIMIT - 1
    with pytest.raises(ProofError):
        add_signatures(full, [STRANGER])
    with pytest.raises(ProofError):
        open_note(full + format_signature(STRANGER), [LOG.verifier])


def test_a_note_of_a_million_bytes_is_taken_and_no_longer() -> None:
    overhead = len(NOTE.encode()) - len(TEXT.encode())
    longest = "é" * ((NOTE_LIMIT - overhead) // 2 - 1) + "\n"
    note = sign_note(longest, [LOG])
    assert len(note.encode()) in (NOTE_LIMIT - 1, NOTE_LIMIT - 2)
    assert open_note(note, [LOG.verifier]).text == longest
    for text in ("é" + longest, "é" * NOTE_LIMIT + "\n"):
        with pytest.raises(ValueError, match="bytes"):
            sign_note(text, [LOG])
        with pytest.raises(ProofError, match="bytes"):
            parse_note(f"{text}\n{format_signature(SIGNED)}")


@pytest.mark.parametrize("text", ["", "no end", "a\rb\n", "a\x00\n", "\ud800\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="text"):
        sign_note(text, [LOG])


def test_a_note_without_signers_is_not_made() -> None:
    with pytest.raises(ValueError, match="signatures"):
        sign_note(TEXT, [])


def test_a_key_for_cosignatures_signs_no_note() -> None:
    with pytest.raises(ValueError, match="cosignatures"):
        sign_note(TEXT, [WITNESS])


def test_a_note_stays_as_it_is_when_a_signature_is_added_that_it_has() -> None:
    assert add_signatures(NOTE, [SIGNED]) == NOTE
    assert add_signatures(NOTE, [STRANGER, STRANGER]) == NOTE + format_signature(STRANGER)
    with pytest.raises(ProofError):
        add_signatures(TEXT, [STRANGER])


@pytest.mark.parametrize(
    ("name", "key_id", "value"),
    [("a b", b"abcd", b"x"), ("a", b"abc", b"x"), ("a", b"abcde", b"x"), ("a", b"abcd", b"")],
)
def test_a_signature_outside_the_format_is_not_made(name: str, key_id: bytes, value: bytes) -> None:
    with pytest.raises(ValueError, match="signature"):
        Signature(name, key_id, value)


def test_a_key_of_the_same_bytes_but_another_kind_is_another_key() -> None:
    cosigner = Verifier(LOG.name, LOG.verifier.public, Kind.COSIGNATURE)
    with pytest.raises(ProofError, match="no key"):
        open_note(NOTE, [cosigner])


@given(
    st.text()
    | st.text("— \nab+AA=/é")
    | st.builds(lambda a, b: NOTE[:a] + b + NOTE[a:], st.integers(0, 180), st.text())
)
@example("\n\n")
@example("\n\n\n")
@example("a\n\n— a AAAAAAA=\n")
def test_any_text_is_a_note_in_its_one_form_or_refused(text: str) -> None:
    try:
        parsed = parse_note(text)
    except ProofError:
        return
    assert parsed[0] + "\n" + "".join(map(format_signature, parsed[1])) == text


@given(st.text("— \nab+AA=/é"))
def test_any_lines_are_signatures_in_their_one_form_or_refused(text: str) -> None:
    try:
        found = parse_signatures(text)
    except ProofError:
        return
    assert "".join(map(format_signature, found)) == text
