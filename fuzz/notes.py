"""Whatever a log, a witness or a visitor sends as a key, a note, a checkpoint, a proof or a request, it is read as what
would be written the same way again or refused by ``ProofError``, and no changed note opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bandeau.errors import ProofError
from bandeau.record.checkpoint import Checkpoint, format_checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from bandeau.record.cosign import cosign, cosigned
from bandeau.record.keys import (
    Kind,
    Signer,
    format_private_key,
    format_vkey,
    parse_private_key,
    parse_vkey,
)
from bandeau.record.note import add_signatures, format_signature, parse_note, parse_signatures
from bandeau.record.proof import format_proof, parse_proof
from bandeau.record.witness import KnownSize, format_add_checkpoint, parse_add_checkpoint, parse_answer

_LOG = Signer("log.example/consent", bytes(range(128, 160)))
_WITNESS = Signer("witness.example/w1", bytes(range(32, 64)), Kind.COSIGNATURE)
_HEAD = Checkpoint(_LOG.name, 8, bytes(range(32)))
_COSIGNATURE = cosign(format_checkpoint(_HEAD), _WITNESS, 1_700_000_000)
_NOTE = add_signatures(sign_checkpoint(_HEAD, [_LOG]), [_COSIGNATURE])


def check_input(data: bytes) -> None:
    """Hold the invariant for one input: a text, or behind a zero where and how an honest note is changed."""
    body = data
    if data[:1] == b"\0":
        honest = _NOTE.encode()
        at = int.from_bytes(data[1:3]) % len(honest)
        body = honest[:at] + data[4:] + honest[at + int.from_bytes(data[3:4]) :]
    _read_again(body, parse_add_checkpoint, lambda it: format_add_checkpoint(it.old_size, it.proof, it.note))
    for status in (200, 409):
        _read_again(body, lambda it, status=status: parse_answer(status, "text/x.tlog.size", it), _answer)
    text = body.decode(errors="surrogateescape")
    for parse, write in _TEXTS:
        _read_again(text, parse, write)
    _open(text)


def _read_again(given: Any, parse: Callable[[Any], Any], write: Callable[[Any], Any]) -> None:
    try:
        found = parse(given)
    except ProofError:
        return
    assert write(found) == given, "one value has two forms"


def _open(text: str) -> None:
    """Where lines are added, it is still the note that was signed; its text and what it says are never another."""
    try:
        assert open_checkpoint(text, [_LOG.verifier]) == _HEAD, "another checkpoint opens"
        assert cosigned(text, [_WITNESS.verifier]).items() <= {_WITNESS.name: 1_700_000_000}.items(), "another time"
    except ProofError:
        assert text != _NOTE, "an honest note does not open"


def _answer(answer: Any) -> bytes:
    if isinstance(answer, KnownSize):
        return f"{answer.size}\n".encode()
    return _lines(answer.signatures).encode()


def _lines(signatures: Any) -> str:
    return "".join(map(format_signature, signatures))


_TEXTS: tuple[tuple[Callable[[str], Any], Callable[[Any], str]], ...] = (
    (parse_vkey, format_vkey),
    (parse_private_key, format_private_key),
    (parse_signatures, _lines),
    (parse_note, lambda it: f"{it[0]}\n{_lines(it[1])}"),
    (parse_checkpoint, format_checkpoint),
    (parse_proof, format_proof),
)
