"""The proof that an entry is in a log, in one text that is checked offline (C2SP tlog-proof v1).

It holds the entry's index, the hashes beside its way to the root, and the checkpoint that signs the root, with the
cosignatures of witnesses. Format: https://c2sp.org/tlog-proof; the file's name ends with ``.tlog-proof``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bandeau.errors import ProofError
from bandeau.record.checkpoint import Checkpoint, open_checkpoint, read_checkpoint
from bandeau.record.cosign import cosigned
from bandeau.record.keys import Verifier
from bandeau.record.lines import (
    PATH_LIMIT,
    format_bytes,
    is_hash,
    is_number,
    parse_bytes,
    parse_decimal,
    parse_labelled,
)
from bandeau.record.merkle import check_inclusion, leaf_hash
from bandeau.record.note import NOTE_LIMIT

HEADER = "c2sp.org/tlog-proof@v1"

EXTRA_LIMIT = 1 << 20
"""The extra data has no more bytes."""

PROOF_LIMIT = 2 * EXTRA_LIMIT + NOTE_LIMIT
"""No proof is longer, in bytes: the extra data in base64, 63 hashes and the note fit."""


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That the entry at ``index`` is in the log: ``hashes`` from the leaf's sibling up, and a checkpoint, a note.

    ``extra`` is opaque data beside the proof, empty if there is none. **Nothing authenticates it.**

    Raises:
        ValueError: a field is outside the format.
        ProofError: the note is not that of a checkpoint.
    """

    extra: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: str

    def __post_init__(self) -> None:
        if len(self.extra) > EXTRA_LIMIT:
            raise ValueError(f"the extra data has at most {EXTRA_LIMIT} bytes")
        if not is_number(self.index):
            raise ValueError("an index is a whole number from 0, below 2^63")
        if len(self.hashes) > PATH_LIMIT or not all(map(is_hash, self.hashes)):
            raise ValueError(f"a proof has at most {PATH_LIMIT} hashes of 32 bytes")
        read_checkpoint(self.checkpoint_note)


def format_proof(proof: InclusionProof) -> str:
    """A proof as text, the content of a ``.tlog-proof`` file in UTF-8."""
    extra = [f"extra {format_bytes(proof.extra)}"] if proof.extra else []
    lines = (HEADER, *extra, f"index {proof.index}", *map(format_bytes, proof.hashes), "", proof.checkpoint_note)
    return "\n".join(lines)


def parse_proof(text: str) -> InclusionProof:
    """Read a proof. **It proves nothing** before :func:`check_proof` has returned.

    Raises:
        ProofError: it is not exactly what :func:`format_proof` writes.
    """
    if len(text) > PROOF_LIMIT:
        raise ProofError(f"a proof has at most {PROOF_LIMIT} bytes")
    head, blank, note = text.partition("\n\n")
    header, *lines = head.split("\n")
    if not blank or header != HEADER:
        raise ProofError(f"a proof starts with {HEADER} and has a blank line before its checkpoint")
    extra = _parse_extra(lines.pop(0)) if lines and lines[0].startswith("extra") else b""
    if not lines:
        raise ProofError("a proof has an index")
    index = parse_decimal(parse_labelled("index", lines[0]))
    try:
        return InclusionProof(extra, index, tuple(map(parse_bytes, lines[1:])), note)
    except ValueError as problem:
        raise ProofError(f"this is not a proof: {problem}") from problem


def check_proof(
    proof: InclusionProof, entry: bytes, log: Iterable[Verifier], witnesses: Iterable[Verifier] = ()
) -> Checkpoint:
    """Check that the log holds this entry, and give the checkpoint that says so.

    ``log`` are the log's public keys, of which one must have signed. **Every** one of ``witnesses`` must have
    cosigned, known by its name. Who is content with some of them counts what
    :func:`bandeau.record.cosign.cosigned` gives.

    Raises:
        ValueError: a witness' key is not for cosignatures.
        ProofError: the entry is not proven to be at this index, the checkpoint is not this log's or not signed by it,
            or a witness did not cosign.
    """
    checkpoint = open_cosigned(proof.checkpoint_note, log, witnesses)
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint


def open_cosigned(note: str, log: Iterable[Verifier], witnesses: Iterable[Verifier] = ()) -> Checkpoint:
    """Check the signatures of a proof's checkpoint, as :func:`check_proof` does: once for many proofs that share it.

    Raises:
        ValueError: a witness' key is not for cosignatures.
        ProofError: it is not this log's or not signed by it, or a witness did not cosign.
    """
    checkpoint = open_checkpoint(note, log)
    asked = tuple(witnesses)
    missing = {witness.name for witness in asked} - (cosigned(note, asked).keys() if asked else set())
    if missing:
        raise ProofError(f"not cosigned by {', '.join(sorted(missing))}")
    return checkpoint


def _parse_extra(line: str) -> bytes:
    extra = parse_bytes(parse_labelled("extra", line))
    if not extra:
        raise ProofError("a proof without extra data has no line for it")
    return extra
