"""What a file that somebody kept proves about a log: roots that it had, and leaves that stood in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bandeau.errors import ProofError
from bandeau.record import leaf
from bandeau.record.checkpoint import Checkpoint, open_checkpoint
from bandeau.record.entry import commitment
from bandeau.record.keys import Verifier
from bandeau.record.leaf import LEAF_SIZE, Kind, leaf_of
from bandeau.record.proof import HEADER, InclusionProof, check_proof, parse_proof
from bandeau.record.receipt import Receipt, check_receipt, read_receipt
from bandeau.record.regrowth import KnownLeaf, KnownRoot


@dataclass(frozen=True, slots=True)
class Evidence:
    """What has been proved: ``checkpoint`` is the newest that says it; ``receipt`` is there where the file was one."""

    checkpoint: Checkpoint
    leaves: tuple[KnownLeaf, ...] = ()
    receipt: Receipt | None = None

    def root(self, source: str) -> KnownRoot:
        """The root of the checkpoint."""
        return KnownRoot(self.checkpoint.size, self.checkpoint.root, source)


def check_evidence(
    text: str, source: str, log: Iterable[Verifier], witnesses: Iterable[Verifier] = (), entry: bytes | None = None
) -> Evidence:
    """Check what a file proves: a ``.tlog-proof``, else a receipt in any of its forms.

    A proof of Bandeau's names its leaf of 33 bytes in the extra data; ``entry`` is for one that does not. ``source`` is
    the file's name; ``log`` are the log's public keys, of which one must have signed; every witness must have cosigned.

    Raises:
        ProofError: it is neither, or does not hold.
    """
    if text.startswith(HEADER):
        return _check_proof(parse_proof(text), source, tuple(log), tuple(witnesses), entry)
    receipt = read_receipt(text)
    checkpoint = check_receipt(receipt, log, witnesses)
    return Evidence(checkpoint, tuple(_leaves(receipt, source)), receipt)


def check_kept(note: str, log: Iterable[Verifier]) -> Evidence:
    """Check a signed checkpoint that was kept.

    Raises:
        ProofError: it is none, or not signed by one of these keys.
    """
    return Evidence(open_checkpoint(note, log))


def _check_proof(
    proof: InclusionProof, source: str, log: Iterable[Verifier], witnesses: Iterable[Verifier], entry: bytes | None
) -> Evidence:
    found = proof.extra if entry is None else entry
    if len(found) != LEAF_SIZE:
        raise ProofError("it does not name the leaf that it is about, so that has to be given")
    checkpoint = check_proof(proof, found, log, witnesses)
    return Evidence(checkpoint, (KnownLeaf(proof.index, found, source),))


def _leaves(receipt: Receipt, source: str) -> Iterable[KnownLeaf]:
    for one in receipt.choices:
        yield KnownLeaf(one.proof.index, leaf_of(Kind.CHOICE, commitment(one.entry)), source)
        if one.asked is not None:
            version, proof = one.asked
            digest = leaf.digest_of(leaf.canonical(version))
            yield KnownLeaf(proof.index, leaf_of(Kind.VERSION, digest), source)
