"""The receipt: what a visitor keeps of the own choices, and anybody can check offline with the log's public key.

It holds, for each choice, the record's exact bytes, its salt, the proof that the log has it, and in the same way the
version of what was asked; and once each the declaration and the words that these name. Nothing else of a receipt,
neither its page for people nor its terms for machines, counts in a check: they follow from these. The format is
written down in ``docs/formats/receipt.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from bandeau.errors import ProofError
from bandeau.record import leaf
from bandeau.record.checkpoint import Checkpoint
from bandeau.record.entry import Entry, canonical, commitment, parse
from bandeau.record.keys import Verifier
from bandeau.record.leaf import Kind, Version, leaf_of
from bandeau.record.merkle import check_inclusion, leaf_hash
from bandeau.record.proof import InclusionProof, format_proof, open_cosigned, parse_proof

RECEIPT_LIMIT = 32 << 20
"""No receipt is longer, in bytes."""

CHOICES_LIMIT = 1_000
"""No receipt holds more choices: the latest ones, where a visitor made more."""

_FORMAT = 1
_EMBEDDED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Proved:
    """A choice, what was asked when it was made, and the proofs that the log has both.

    ``asked`` is ``None`` for a choice from before versions were logged.
    """

    entry: Entry
    proof: InclusionProof
    asked: tuple[Version, InclusionProof] | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The choices of one visitor, oldest first, and the texts that they name, by their digests.

    ``declarations`` are canonical documents, ``notices`` the exact words shown. A text that was never archived is not
    there.
    """

    choices: tuple[Proved, ...]
    declarations: Mapping[str, str]
    notices: Mapping[str, str]


def to_document(receipt: Receipt) -> dict[str, Any]:
    """The receipt as a JSON document; :func:`from_document` reads it."""
    return {
        "choices": [_choice(one) for one in receipt.choices],
        "declarations": dict(receipt.declarations),
        "format": _FORMAT,
        "notices": dict(receipt.notices),
    }


def _choice(one: Proved) -> dict[str, Any]:
    document = {
        "proof": format_proof(one.proof),
        "record": canonical(one.entry).decode(),
        "salt": one.entry.salt.hex(),
    }
    if one.asked is None:
        return document
    version, proof = one.asked
    return {**document, "asked": {"proof": format_proof(proof), "version": leaf.canonical(version).decode()}}


def from_document(document: Any) -> Receipt:
    """Read a receipt. **It proves nothing** before :func:`check_receipt` has returned.

    Raises:
        ProofError: it is not what :func:`to_document` writes.
    """
    try:
        receipt = Receipt(
            choices=tuple(map(_read_choice, document["choices"])),
            declarations=_texts(document["declarations"]),
            notices=_texts(document["notices"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise ProofError(f"this is not a receipt: {problem}") from problem
    if not 0 < len(receipt.choices) <= CHOICES_LIMIT or to_document(receipt) != document:
        raise ProofError("this is not a receipt as Bandeau writes them")
    if any(proof.extra for proof in _proofs(receipt)):
        raise ProofError("a receipt's proofs have no extra data, which nothing would authenticate")
    return receipt


def _read_choice(document: Any) -> Proved:
    entry = parse(document["record"].encode(), bytes.fromhex(document["salt"]))
    asked = document.get("asked")
    version = None if asked is None else (leaf.parse(asked["version"].encode()), parse_proof(asked["proof"]))
    return Proved(entry, parse_proof(document["proof"]), version)


def _proofs(receipt: Receipt) -> Iterator[InclusionProof]:
    for one in receipt.choices:
        yield one.proof
        if one.asked is not None:
            yield one.asked[1]


def _texts(texts: Any) -> dict[str, str]:
    found = dict(texts)
    if not all(isinstance(name, str) and isinstance(text, str) for name, text in found.items()):
        raise TypeError("texts are named by their digests")
    for text in found.values():
        text.encode()  # a lone surrogate, which JSON may escape, has no bytes to hash
    return found


def read_receipt(text: str) -> Receipt:
    """Find the receipt in a file: the page for people, the terms for machines, or the document alone.

    Raises:
        ProofError: there is none, more than one, or not one that :func:`from_document` takes.
    """
    if len(text) > RECEIPT_LIMIT:
        raise ProofError(f"a receipt has at most {RECEIPT_LIMIT} characters")
    embedded = _EMBEDDED.findall(text) or [text]
    try:
        (only,) = embedded
        document = json.loads(only)
        return from_document(document.get("bandeau", document))
    except (AttributeError, ValueError, RecursionError) as problem:
        raise ProofError("there is no receipt in this file") from problem


def check_receipt(receipt: Receipt, log: Iterable[Verifier], witnesses: Iterable[Verifier] = ()) -> Checkpoint:
    """Check all that a receipt says, and give the newest checkpoint that says it.

    That is, for every choice: the log has it, exactly so; the log has what was asked, before it, of the declaration
    that the choice names and with the words that it names; and every text is the one that its digest names.
    ``log`` are the log's public keys, of which one must have signed; every witness must have cosigned.

    Raises:
        ProofError: something of it does not hold; the message says what, and of which choice.
    """
    opens = _opening(tuple(log), tuple(witnesses))
    for texts in (receipt.declarations, receipt.notices):
        for digest, text in texts.items():
            if sha256(text.encode()).hexdigest() != digest:
                raise ProofError(f"the text under {digest[:16]} is not the one that this digest names")
    entries = [one.entry for one in receipt.choices]
    named = {entry.declaration for entry in entries}, {entry.notice for entry in entries}
    if receipt.declarations.keys() - named[0] or receipt.notices.keys() - named[1]:
        raise ProofError("a text is there that no choice names")
    checkpoints = []
    for number, one in enumerate(receipt.choices, 1):
        try:
            checkpoints.append(_check(one, opens))
        except ProofError as problem:
            raise ProofError(f"choice {number} of {len(receipt.choices)}: {problem}") from problem
    if len({entry.record for entry in entries}) != 1:
        raise ProofError("the choices are not of one record")
    return max(checkpoints, key=lambda checkpoint: checkpoint.size)


def _opening(log: tuple[Verifier, ...], witnesses: tuple[Verifier, ...]) -> Callable[[str], Checkpoint]:
    """What opens a checkpoint: the proofs of a receipt mostly share one, whose signatures are checked once."""
    return lru_cache(maxsize=None)(lambda note: open_cosigned(note, log, witnesses))


def _check(one: Proved, opens: Callable[[str], Checkpoint]) -> Checkpoint:
    entry = one.entry
    checkpoint = _included(one.proof, leaf_of(Kind.CHOICE, commitment(entry)), opens)
    if one.asked is not None:
        version, proof = one.asked
        _included(proof, leaf_of(Kind.VERSION, leaf.digest_of(leaf.canonical(version))), opens)
        if proof.index >= one.proof.index:
            raise ProofError("what was asked was logged after the choice")
        if version.declaration != entry.declaration or entry.notice not in version.notices.values():
            raise ProofError("what was asked is not what the choice answers")
    return checkpoint


def _included(proof: InclusionProof, entry: bytes, opens: Callable[[str], Checkpoint]) -> Checkpoint:
    checkpoint = opens(proof.checkpoint_note)
    check_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint
