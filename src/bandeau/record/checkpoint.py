"""Checkpoints: what a log signs, its size and root, as C2SP tlog-checkpoint has them (https://c2sp.org/tlog-checkpoint).

A log that signs a checkpoint says that its first ``size`` leaves have this root, for ever: two checkpoints of one log
of which neither grows from the other prove, by themselves, that it was rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bandeau.errors import ProofError
from bandeau.record.keys import Kind, Signs, Verifier
from bandeau.record.lines import format_bytes, is_hash, is_line, is_number, parse_bytes, parse_decimal
from bandeau.record.note import open_note, parse_note, sign_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its name, how many leaves it has, and the root over them (RFC 6962, section 2.1).

    ``extensions`` are further lines that the log signs; ours has none, and nobody can audit them.

    Raises:
        ValueError: a field is outside the format.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not is_line(self.origin) or not all(map(is_line, self.extensions)):
            raise ValueError("the origin and the extensions are lines, not blank and without control characters")
        if not is_number(self.size):
            raise ValueError("a size is a whole number from 0, below 2^63")
        if not is_hash(self.root):
            raise ValueError("a root has 32 bytes")


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The text that is signed: origin, size and root, then the extensions, each a line."""
    lines = (checkpoint.origin, str(checkpoint.size), format_bytes(checkpoint.root), *checkpoint.extensions)
    return "\n".join(lines) + "\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint, **without any signature**: :func:`open_checkpoint` is for notes.

    Raises:
        ProofError: it is not exactly what :func:`format_checkpoint` writes.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop():
        raise ProofError("a checkpoint has an origin, a size and a root, each a line")
    origin, size, root, *extensions = lines
    try:
        return Checkpoint(origin, parse_decimal(size), parse_bytes(root), tuple(extensions))
    except ValueError as problem:
        raise ProofError(f"this is not a checkpoint: {problem}") from problem


def read_checkpoint(note: str) -> Checkpoint:
    """What a signed checkpoint says, **without a look at its signatures**: for a note of one's own.

    Raises:
        ProofError: it is not the note of a checkpoint.
    """
    return parse_checkpoint(parse_note(note)[0])


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[Signs]) -> str:
    """Sign the head of a log with the log's own key, or with several while one takes another's place.

    Whoever calls must have made the head durable first, and must never sign two that are inconsistent.

    Raises:
        ValueError: a key is not the log's: its name is not the origin, or it is for cosignatures; or there is none.
    """
    own = tuple(signers)
    if any(signer.name != checkpoint.origin for signer in own):
        raise ValueError("a log signs with the key that has its own name")
    return sign_note(format_checkpoint(checkpoint), own)


def open_checkpoint(note: str, verifiers: Iterable[Verifier]) -> Checkpoint:
    """Open a checkpoint that its log has signed: among these keys is one with the origin's name, and it signed.

    A cosignature does not stand for the log's signature, even if a witness has the log's name.

    Raises:
        ProofError: it is not a checkpoint, its log's key is not known here or did not sign it, or any signature of a
            known key does not hold.
    """
    known = tuple(verifiers)
    opened = open_note(note, known)
    checkpoint = parse_checkpoint(opened.text)
    own = [key for key in known if key.name == checkpoint.origin and key.kind is Kind.ED25519]
    if not any(signature.of(key) for key in own for signature in opened.verified):
        raise ProofError("the log that this checkpoint names has not signed it")
    return checkpoint
