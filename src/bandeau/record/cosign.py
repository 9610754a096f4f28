"""Cosignatures: what a witness adds to a checkpoint (C2SP tlog-cosignature v1, https://c2sp.org/tlog-cosignature).

A witness' cosignature says: at this time, this was the largest head of this log that I had seen, and it grew from every
head that I had seen before. A log that shows two people two histories needs all of their witnesses to lie with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from bandeau.errors import ProofError
from bandeau.record.checkpoint import parse_checkpoint
from bandeau.record.keys import TIME_SIZE, Kind, Signer, Verifier, cosigned_message
from bandeau.record.lines import is_number
from bandeau.record.note import Signature, check_note


def cosign(text: str, witness: Signer, time: int) -> Signature:
    """Cosign the text of a checkpoint; ``time`` is in seconds since 1970-01-01 UTC.

    Whoever calls must have checked that the checkpoint grows from the last one, and have stored it.

    Raises:
        ValueError: the key is not for cosignatures, or the time does not fit 63 bits.
        ProofError: the text is not that of a checkpoint.
    """
    if witness.kind is not Kind.COSIGNATURE:
        raise ValueError(f"the key of {witness.name} is not for cosignatures")
    if not is_number(time):
        raise ValueError("a time is in whole seconds since 1970, below 2^63")
    parse_checkpoint(text)
    value = time.to_bytes(TIME_SIZE) + witness.sign(cosigned_message(text, time))
    return Signature(witness.name, witness.verifier.key_id, value)


def check_cosignature(text: str, signature: Signature, witness: Verifier) -> int:
    """Check one cosignature under the text of a checkpoint, and give its time in seconds since 1970-01-01 UTC.

    Whether a time lies in the future is for whoever has a clock.

    Raises:
        ValueError: the key is not for cosignatures.
        ProofError: the cosignature is not of this key, or does not hold, or the text is not that of a checkpoint.
    """
    _check_kind(witness)
    if not signature.of(witness):
        raise ProofError(f"this is not a cosignature of {witness.name}")
    parse_checkpoint(text)
    witness.check(text, signature.value)
    return _time(signature)


def cosigned(note: str, witnesses: Iterable[Verifier]) -> dict[str, int]:
    """Which of these witnesses cosigned a checkpoint, by name, and when: seconds since 1970-01-01 UTC.

    Where a witness did so more than once, the earliest time counts: the checkpoint existed by then. The signature of
    the log is not looked at (:func:`bandeau.record.checkpoint.open_checkpoint`).

    Raises:
        ValueError: a key is not for cosignatures.
        ProofError: the note is not a checkpoint, or a cosignature of one of these witnesses does not hold.
    """
    known = tuple(witnesses)
    for witness in known:
        _check_kind(witness)
    checked = check_note(note, known)
    parse_checkpoint(checked.text)
    times: dict[str, int] = {}
    for signature in checked.verified:
        times[signature.name] = min(_time(signature), times.get(signature.name, _time(signature)))
    return times


def _check_kind(witness: Verifier) -> None:
    if witness.kind is not Kind.COSIGNATURE:
        raise ValueError(f"the key of {witness.name} is not for cosignatures")


def _time(signature: Signature) -> int:
    return int.from_bytes(signature.value[:TIME_SIZE])
