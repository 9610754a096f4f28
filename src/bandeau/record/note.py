"""Signed notes: a text and the signatures under it, as C2SP signed-note v1 has them (https://c2sp.org/signed-note).

    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

The text ends with a line break and may have blank lines: the last blank line parts it from the signatures, of which
there is at least one. A signature is that of a key, known by its name and four bytes of key id. Nothing that a note
says counts before :func:`open_note` has found a signature of a key that the caller trusts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bandeau.errors import ProofError
from bandeau.record.keys import KEY_ID_SIZE, Kind, Signs, Verifier, is_name
from bandeau.record.lines import format_bytes, is_plain, parse_bytes

NOTE_LIMIT = 1_000_000
"""No note is longer, in bytes: the limit of Go's reader too."""

SIGNATURES_LIMIT = 100
"""No note has more signatures. A reader MUST take 16, and a witness may send several."""

_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: the key's name, its key id of 4 bytes, and the signature itself.

    Raises:
        ValueError: a field is outside the format.
    """

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name) or len(self.key_id) != KEY_ID_SIZE or not self.value:
            raise ValueError("a signature has a key's name, a key id of 4 bytes, and a value")

    def of(self, verifier: Verifier) -> bool:
        """Whether it claims to be of this key; only :meth:`Verifier.check` says whether it is."""
        return (self.name, self.key_id) == (verifier.name, verifier.key_id)


@dataclass(frozen=True, slots=True)
class Note:
    """A note whose known signatures hold: ``verified`` are those, ``unverified`` the ones of unknown keys."""

    text: str
    verified: tuple[Signature, ...]
    unverified: tuple[Signature, ...]


def format_signature(signature: Signature) -> str:
    """The line of a signature, with its line break."""
    return f"{_DASH}{signature.name} {format_bytes(signature.key_id + signature.value)}\n"


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Read lines as :func:`format_signature` writes them: one to a hundred, each ending with a line break.

    Raises:
        ProofError: they are anything else.
    """
    found = lines.split("\n")
    if found.pop() or not found:
        raise ProofError("a note ends with signatures, each a line that is ended")
    if len(found) > SIGNATURES_LIMIT:
        raise ProofError(f"a note has at most {SIGNATURES_LIMIT} signatures")
    return tuple(map(_parse_signature, found))


def format_note(text: str, signatures: Iterable[Signature]) -> str:
    """Put signatures under a text, in their order; one that stands there already is not written twice.

    Raises:
        ValueError: the text does not end with a line break or has characters that a note may not have, there is no
            signature or more than a hundred, or the note is too long.
    """
    once = tuple(dict.fromkeys(signatures))
    note = f"{text}\n{''.join(map(format_signature, once))}"
    if not text.endswith("\n") or not is_plain(text):
        raise ValueError("a note's text ends with a line break and has no other control character")
    if not 0 < len(once) <= SIGNATURES_LIMIT or len(note.encode()) > NOTE_LIMIT:
        raise ValueError(f"a note has 1 to {SIGNATURES_LIMIT} signatures and at most {NOTE_LIMIT} bytes")
    return note


def parse_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """Part a note into its text and its signatures, **none of which is checked**.

    Raises:
        ProofError: it is not a signed note.
    """
    if len(note) > NOTE_LIMIT or not is_plain(note) or len(note.encode()) > NOTE_LIMIT:
        raise ProofError(f"a note has at most {NOTE_LIMIT} bytes of UTF-8, without control characters")
    text, blank, lines = note.rpartition("\n\n")
    if not blank:
        raise ProofError("a note has a blank line before its signatures")
    return f"{text}\n", parse_signatures(lines)


def sign_note(text: str, signers: Iterable[Signs]) -> str:
    """Sign a text with one key or several.

    Raises:
        ValueError: the text cannot be a note's (:func:`format_note`), or a key is not for plain signatures.
    """
    return format_note(text, [_sign(text, signer) for signer in signers])


def add_signatures(note: str, signatures: Iterable[Signature]) -> str:
    """Put more signatures under a note, unchecked, as they come; those it has stay, and none stands twice.

    Raises:
        ProofError: ``note`` is not a signed note, or has no room for so many.
    """
    text, present = parse_note(note)
    try:
        return format_note(text, (*present, *signatures))
    except ValueError as problem:
        raise ProofError(str(problem)) from problem


def open_note(note: str, verifiers: Iterable[Verifier]) -> Note:
    """Open a note that at least one of these keys has signed.

    Raises:
        ProofError: it is not a signed note, none of these keys signed it, or a signature of one does not hold.
    """
    opened = check_note(note, verifiers)
    if not opened.verified:
        raise ProofError("no key that is known here has signed this note")
    return opened


def check_note(note: str, verifiers: Iterable[Verifier]) -> Note:
    """Check every signature of these keys: as :func:`open_note`, but a note that none of them signed passes.

    Signatures of other keys, also of the same name or the same key id, are kept as unverified. A line that stands
    twice counts once; a key that signed in two ways (a cosignature of another time) must hold in both.

    Raises:
        ProofError: it is not a signed note, or a signature of one of these keys does not hold.
    """
    text, signatures = parse_note(note)
    known = _by_key(verifiers)
    verified, unverified = [], []
    for signature in dict.fromkeys(signatures):
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            unverified.append(signature)
        else:
            verifier.check(text, signature.value)
            verified.append(signature)
    return Note(text, tuple(verified), tuple(unverified))


def _sign(text: str, signer: Signs) -> Signature:
    if signer.kind is not Kind.ED25519:
        raise ValueError(f"the key of {signer.name} is for cosignatures")
    if not is_plain(text):
        raise ValueError("a note's text has no control character but the line break")
    return Signature(signer.name, signer.verifier.key_id, signer.sign(text.encode()))


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    decoded = parse_bytes(encoded)
    try:
        signature = Signature(name, decoded[:KEY_ID_SIZE], decoded[KEY_ID_SIZE:])
    except ValueError as problem:
        raise ProofError("this line of a note is not a signature") from problem
    if format_signature(signature) != f"{line}\n":
        raise ProofError("this line of a note is not a signature in its canonical form")
    return signature


def _by_key(verifiers: Iterable[Verifier]) -> Mapping[tuple[str, bytes], Verifier]:
    """The keys by what a signature names. Two keys of one key id are not chance: somebody made one for the other."""
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise ProofError(f"two known keys of {verifier.name} have the same key id")
    return known
