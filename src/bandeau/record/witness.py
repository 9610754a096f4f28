"""What is said to a witness and what it answers: the bodies of ``add-checkpoint`` (https://c2sp.org/tlog-witness).

A log posts its new checkpoint with a proof that it grew from the one the witness last saw, and gets cosignatures. What
goes over the network, and when, is not said here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bandeau.errors import ProofError
from bandeau.record.checkpoint import read_checkpoint
from bandeau.record.cosign import check_cosignature
from bandeau.record.keys import Verifier
from bandeau.record.lines import (
    PATH_LIMIT,
    decode,
    format_bytes,
    is_hash,
    is_number,
    parse_bytes,
    parse_decimal,
    parse_labelled,
)
from bandeau.record.note import NOTE_LIMIT, Signature, add_signatures, parse_note, parse_signatures

SIZE_TYPE = "text/x.tlog.size"
"""The media type of an answer that gives the size that the witness knows."""

BODY_LIMIT = NOTE_LIMIT + 4096
"""No body of a request is longer, in bytes: a note, 63 hashes of 45 bytes, and the old size."""

# What tlog-witness says of each status; another is told by its number.
_REFUSALS: Mapping[int, str] = MappingProxyType(
    {
        400: "the request is malformed, or the old size is above the new one",
        403: "it knows no key that signed the checkpoint",
        404: "it does not know the log",
        422: "the proof that the log grew does not hold",
    }
)


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size that the witness last saw, the proof of growth from there, and the new checkpoint, a note.

    The note's signatures and the proof are for the witness to check; here all has its form, and the log did not
    shrink.

    Raises:
        ValueError: a field is outside the format, or the old size is above the new one.
        ProofError: the note is not that of a checkpoint.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    def __post_init__(self) -> None:
        if len(self.proof) > PATH_LIMIT or not all(map(is_hash, self.proof)):
            raise ValueError(f"a proof has at most {PATH_LIMIT} hashes of 32 bytes")
        if not is_number(self.old_size) or self.old_size > read_checkpoint(self.note).size:
            raise ValueError("an old size is a whole number from 0, not above the new one")


@dataclass(frozen=True, slots=True)
class Cosignatures:
    """An answer: the witness cosigned. None of these is checked yet (:func:`add_cosignatures`)."""

    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class KnownSize:
    """An answer: the witness last saw the log at this size; ask again with a proof from there.

    If it is the very size that was asked about, the witness has seen *another root* for it: the log was rewritten.
    """

    size: int


def format_add_checkpoint(old_size: int, proof: Sequence[bytes], note: str) -> bytes:
    """The body of a request; ``proof`` is empty if the old size is 0.

    Raises:
        ValueError: an argument is outside the format, or the old size is above the new one.
        ProofError: the note is not that of a checkpoint.
    """
    request = AddCheckpoint(old_size, tuple(proof), note)
    lines = (f"old {request.old_size}", *map(format_bytes, request.proof), "", request.note)
    return "\n".join(lines).encode()


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read the body of a request, as a witness does.

    Raises:
        ProofError: it is not exactly what :func:`format_add_checkpoint` writes.
    """
    head, blank, note = decode(body, BODY_LIMIT).partition("\n\n")
    if not blank:
        raise ProofError("a request has a blank line before its checkpoint")
    first, *hashes = head.split("\n")
    old_size = parse_decimal(parse_labelled("old", first))
    try:
        return AddCheckpoint(old_size, tuple(map(parse_bytes, hashes)), note)
    except ValueError as problem:
        raise ProofError(f"this is not a request to a witness: {problem}") from problem


def parse_answer(status: int, media_type: str, body: bytes) -> Cosignatures | KnownSize:
    """Read a witness' answer: the status, the ``Content-Type`` and the body.

    Raises:
        ProofError: the witness refused, or its answer is not one.
    """
    if status == 200:
        return Cosignatures(parse_signatures(decode(body, NOTE_LIMIT)))
    if status == 409 and media_type.partition(";")[0].strip().lower() == SIZE_TYPE:
        return _parse_known_size(decode(body, 32))
    raise ProofError(f"the witness answers {status}: {_REFUSALS.get(status, 'it did not cosign')}")


def add_cosignatures(note: str, signatures: Iterable[Signature], witnesses: Iterable[Verifier]) -> str:
    """Put a witness' cosignatures under a checkpoint: those of known witnesses, once checked. Others are left out.

    Raises:
        ValueError: a key is not for cosignatures.
        ProofError: a cosignature of a known witness does not hold, or there is none of a known witness.
    """
    text, _ = parse_note(note)
    known = tuple(witnesses)
    of_known = [(signature, key) for signature in signatures for key in known if signature.of(key)]
    for signature, key in of_known:
        check_cosignature(text, signature, key)
    if not of_known:
        raise ProofError("no witness that is known here has cosigned this checkpoint")
    return add_signatures(note, [signature for signature, _ in of_known])


def _parse_known_size(text: str) -> KnownSize:
    if not text.endswith("\n"):
        raise ProofError("a size is a line that is ended")
    return KnownSize(parse_decimal(text[:-1]))
