"""The way to witnesses: a signed head goes out by HTTPS, and their cosignatures come back (C2SP tlog-witness).

What is said stands in :mod:`bandeau.record.witness`; here are the network, its patience and its limits. A witness can
make this slow or fail, and nothing worse: what it answers counts once its own key has signed it.
"""

from __future__ import annotations

import http.client
import ipaddress
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bandeau.errors import ProofError, SetupError
from bandeau.record.checkpoint import read_checkpoint
from bandeau.record.keys import Kind, Verifier, parse_vkey
from bandeau.record.note import NOTE_LIMIT, Signature
from bandeau.record.witness import Cosignatures, format_add_checkpoint, parse_answer

FILE = "witnesses"
"""The file in the data folder that names the log's witnesses, one a line."""

_PATIENCE = 10.0  # seconds for each answer of the network
_FILE_LIMIT = 1 << 16

Prove = Callable[[int], Sequence[bytes]]
"""Proves that the log grew from a size to that of the head that is sent."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its public key, and the address below which ``/add-checkpoint`` is.

    Raises:
        ValueError: the key is not for cosignatures, or the address is not one of HTTPS, or of HTTP on this machine.
    """

    verifier: Verifier
    url: str

    def __post_init__(self) -> None:
        if self.verifier.kind is not Kind.COSIGNATURE:
            raise ValueError(f"the key of {self.verifier.name} is not for cosignatures")
        parts = urlsplit(self.url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
        plain = self.url.isascii() and self.url.isprintable() and " " not in self.url
        if not safe or not plain or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError("a witness is reached by https://, or by http:// on this machine")


def parse_witness(text: str) -> Witness:
    """Read ``VKEY`` or ``VKEY URL``; without an address it is https:// and the key's name.

    Raises:
        SetupError: it is neither.
    """
    key, _, url = text.strip().partition(" ")
    try:
        verifier = parse_vkey(key)
        return Witness(verifier, url.strip() or f"https://{verifier.name}")
    except (ProofError, ValueError) as problem:
        raise SetupError(f"A witness is named by its public key and its address, not so: {problem}.") from problem


def witnesses_in(folder: Path) -> tuple[Witness, ...]:
    """The witnesses that the file in a data folder names; lines that start with ``#`` are comments.

    Raises:
        SetupError: the file cannot be read, or a line names none.
    """
    path = folder / FILE
    try:
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as problem:
        raise SetupError(f"The witnesses in {path} cannot be read.") from problem
    return tuple(parse_witness(line) for line in lines if line.strip() and not line.startswith("#"))


def ask(witness: Witness, note: str, known: int, prove: Prove) -> tuple[Signature, ...]:
    """Ask a witness to cosign a signed head; ``known`` is the size that it is believed to have seen last.

    Where it has seen another, it is asked once more from there.

    Raises:
        SetupError: it cannot be reached.
        ProofError: it refuses; or it has seen what this log cannot have grown from.
    """
    size = read_checkpoint(note).size
    for _ in range(2):
        body = format_add_checkpoint(known, prove(known) if known else (), note)
        answer = parse_answer(*_post(witness, body))
        if isinstance(answer, Cosignatures):
            return answer.signatures
        if answer.size > size:
            raise ProofError(
                f"{witness.verifier.name} has seen this log at {answer.size} leaves, and it has {size} now: "
                f"it was rolled back"
            )
        if answer.size == known:
            raise ProofError(
                f"{witness.verifier.name} has seen another root of this log at {known} leaves: it was rewritten"
            )
        known = answer.size
    raise ProofError(f"{witness.verifier.name} knows another size each time it is asked")


def _post(witness: Witness, body: bytes) -> tuple[int, str, bytes]:
    parts = urlsplit(witness.url)
    connection = (
        http.client.HTTPSConnection(parts.netloc, timeout=_PATIENCE, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.netloc, timeout=_PATIENCE)
    )
    try:
        headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "bandeau"}
        connection.request("POST", f"{parts.path.rstrip('/')}/add-checkpoint", body, headers)
        answer = connection.getresponse()  # which goes after no redirection
        return answer.status, answer.headers.get("Content-Type") or "", answer.read(NOTE_LIMIT + 1)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        reason = str(problem) or type(problem).__name__
        raise SetupError(
            f"The witness {witness.verifier.name} cannot be reached at {witness.url}: {reason}."
        ) from problem
    finally:
        connection.close()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
