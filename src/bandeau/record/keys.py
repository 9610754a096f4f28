"""The keys of a log and of its witnesses: who signs, who verifies, and the text forms in which keys are handed around.

The forms are those of C2SP signed-note (https://c2sp.org/signed-note) and, for the private key, of Go's
``golang.org/x/mod/sumdb/note``, so that other tools read our keys and we theirs; ``docs/formats/log.md`` says them to
the byte. Ed25519 itself (RFC 8032) is the work of the ``cryptography`` package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bandeau.errors import ProofError
from bandeau.record.lines import NUMBER_LIMIT, format_bytes, is_plain, parse_bytes

SEED_SIZE = 32
"""The bytes of a private key (RFC 8032, section 5.1.5): 32 of a cryptographic source."""

KEY_ID_SIZE = 4

TIME_SIZE = 8
"""A cosignature begins with its time: seconds since 1970, big-endian (C2SP tlog-cosignature)."""

_KEY_TEXT_LIMIT = 4096  # characters; a key of ML-DSA-44 takes 1,772 beside its name


class Kind(IntEnum):
    """The signature types we know, by their byte in signed-note's list; others are ignored as unknown keys."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True)
class Verifier:
    """A public key and its name: all that is needed to tell whether a text was signed by it.

    ``public`` has 32 bytes (RFC 8032). By convention ``name`` is a URL without scheme; a log's is its origin.

    Raises:
        ValueError: the name or the key is outside the format.
    """

    name: str
    public: bytes
    kind: Kind = Kind.ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        if type(self.public) is not bytes or len(self.public) != _SCHEMES[self.kind].public_size:
            raise ValueError("a public key of Ed25519 has 32 bytes")

    @cached_property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, say which key a signature is of."""
        hashed = self.name.encode() + b"\n" + bytes((self.kind,)) + self.public
        return hashlib.sha256(hashed).digest()[:KEY_ID_SIZE]

    def check(self, text: str, signature: bytes) -> None:
        """Check a signature (without its key id) of a note's text.

        Raises:
            ProofError: this key did not sign this text so.
        """
        _SCHEMES[self.kind].check(self, text, signature)


class Signs(Protocol):
    """Whatever signs with a private key: the key itself, or something that keeps it and signs on demand."""

    @property
    def name(self) -> str:
        """The key's name."""

    @property
    def kind(self) -> Kind:
        """The type of its signatures."""

    @property
    def verifier(self) -> Verifier:
        """The public half."""

    def sign(self, message: bytes) -> bytes:
        """Sign the bytes as they are: 64 bytes (RFC 8032)."""


@dataclass(frozen=True)
class Signer:
    """A private key and its name; ``seed`` has 32 random bytes and is never shown.

    Raises:
        ValueError: the name or the seed is outside the format.
    """

    name: str
    seed: bytes = field(repr=False)
    kind: Kind = Kind.ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        if type(self.seed) is not bytes or len(self.seed) != SEED_SIZE:
            raise ValueError(f"a seed has {SEED_SIZE} bytes")

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._private.public_key().public_bytes_raw(), self.kind)

    def sign(self, message: bytes) -> bytes:
        """Sign the bytes as they are: 64 bytes, always the same for the same message (RFC 8032, section 5.1.6)."""
        return self._private.sign(message)


def format_vkey(verifier: Verifier) -> str:
    """A public key as text: ``<name>+<key id in hex>+<base64 of type and key>``."""
    return _format_key(verifier, verifier.public)


def parse_vkey(text: str) -> Verifier:
    """Read a public key as :func:`format_vkey` writes it.

    Raises:
        ProofError: it is malformed, of an unknown type, or its key id is not that of its name and key.
    """
    name, kind, public = _parse_key(text)
    try:
        verifier = Verifier(name, public, kind)
    except ValueError as problem:
        raise ProofError(f"this is not a public key: {problem}") from problem
    if format_vkey(verifier) != text:
        raise ProofError("this is not the public key that its key id names")
    return verifier


def format_private_key(signer: Signer) -> str:
    """A private key as text: ``PRIVATE+KEY+<name>+<key id in hex>+<base64 of type and seed>``. It is a secret."""
    return "PRIVATE+KEY+" + _format_key(signer.verifier, signer.seed)


def parse_private_key(text: str) -> Signer:
    """Read a private key as :func:`format_private_key` writes it. No message shows any of it.

    Raises:
        ProofError: it is malformed, of an unknown type, or its key id is not that of its name and key.
    """
    label, _, rest = text.partition("PRIVATE+KEY+")
    if label:
        raise ProofError("a private key starts with PRIVATE+KEY+")
    name, kind, seed = _parse_key(rest)
    try:
        signer = Signer(name, seed, kind)
    except ValueError as problem:
        raise ProofError(f"this is not a private key: {problem}") from problem
    if format_private_key(signer) != text:
        raise ProofError("this is not the private key that its key id names")
    return signer


def is_name(name: str) -> bool:
    """Whether a key may have this name: not empty, and no space of any kind, no plus, no control character."""
    return name != "" and "+" not in name and is_plain(name) and not any(map(str.isspace, name))


def cosigned_message(text: str, time: int) -> bytes:
    """What an Ed25519 cosignature signs: two lines that tell it from a plain signature, then the checkpoint's text.

    Source: https://c2sp.org/tlog-cosignature, "Ed25519 signed message".
    """
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _check_name(name: str) -> None:
    if not is_name(name):
        raise ValueError("a key's name is not empty, and has no space, no plus and no control character")


def _format_key(verifier: Verifier, key: bytes) -> str:
    return f"{verifier.name}+{verifier.key_id.hex()}+{format_bytes(bytes((verifier.kind,)) + key)}"


def _parse_key(text: str) -> tuple[str, Kind, bytes]:
    """The parts of either form; whoever calls prints the key again and compares, so the key id is checked there."""
    parts = text.split("+", 2)  # base64 has pluses of its own
    if len(parts) != 3 or len(text) > _KEY_TEXT_LIMIT:
        raise ProofError("a key has a name, a key id and the key, with a plus between them")
    key = parse_bytes(parts[2])
    try:
        kind = Kind(key[0])
    except (IndexError, ValueError) as problem:
        raise ProofError("this key is of a type that is not known here") from problem
    return parts[0], kind, key[1:]


def _check_ed25519(verifier: Verifier, message: bytes, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature, message)
    except (InvalidSignature, ValueError) as problem:  # ValueError: for a library that refuses a key that is no point
        raise ProofError(f"the signature of {verifier.name} does not hold") from problem


def _check_plain(verifier: Verifier, text: str, signature: bytes) -> None:
    _check_ed25519(verifier, text.encode(), signature)


def _check_cosignature(verifier: Verifier, text: str, signature: bytes) -> None:
    time = int.from_bytes(signature[:TIME_SIZE])
    if time >= NUMBER_LIMIT:  # a MUST NOT of tlog-cosignature
        raise ProofError(f"the cosignature of {verifier.name} has no possible time")
    _check_ed25519(verifier, cosigned_message(text, time), signature[TIME_SIZE:])


@dataclass(frozen=True, slots=True)
class _Scheme:
    public_size: int
    check: Callable[[Verifier, str, bytes], None]


# Each signature type, with how it is checked. ML-DSA-44 (0x06) will be one row more: it signs name, origin and size,
# all of which the verifier and the text have.
_SCHEMES: Mapping[Kind, _Scheme] = MappingProxyType(
    {
        Kind.ED25519: _Scheme(32, _check_plain),
        Kind.COSIGNATURE: _Scheme(32, _check_cosignature),
    }
)
