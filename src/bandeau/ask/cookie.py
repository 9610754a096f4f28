"""The choice cookie: what the visitor decided, sealed so that nobody else can have written it.

The value is ``<variant>.<payload>.<mac>``. The *variant* is public: it names the policy, so that a cache in front
can key on it; it is sealed with the rest, so that nobody can name a variant that is not theirs. The format stands
in ``docs/formats/cookie.md``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest

from bandeau.errors import NoChoice
from bandeau.model import Choice

_FORMAT = 1
_FIXED = 1 + 1 + 16 + 8 + 8  # format, flags, record, declaration, time
_SIGNAL = 1
_LIMIT = 4096  # what browsers keep of one cookie (RFC 6265, 6.1)
_MAC_BYTES = 16
_FOR_ONCE = b"bandeau-once"
_VALUE = re.compile(r"([a-z0-9-]{1,32})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{22})")
_ONCE = re.compile(r"([0-9]{1,19})\.([A-Za-z0-9_-]{22})")
_IDS = re.compile(r"(?:[a-z][a-z0-9_-]*(?: [a-z][a-z0-9_-]*)*)?")

UNDECLARED = "0" * 16
"""Stands for a declaration's version where no choice was made: such a cookie only tells the record's id."""


@dataclass(frozen=True, slots=True)
class KeptChoice:
    """A choice with what is needed to trust and to find it again.

    ``record`` is the random id under which the choice is recorded (16 bytes), ``made_at`` the time in Unix seconds,
    ``declared`` the first 16 hexadecimal digits of the declaration's version, ``signal`` whether the choice was made
    in the presence of a Global Privacy Control signal.
    """

    choice: Choice
    record: bytes
    made_at: int
    declared: str
    signal: bool = False

    def __post_init__(self) -> None:
        if len(self.record) != 16 or len(self.declared) != 16 or not 0 <= self.made_at < 1 << 63:
            raise ValueError("a kept choice has a record id of 16 bytes, 16 digits of version and a time")


class Seal:
    """Writes and reads choice cookies under a list of keys: the newest is last and writes, all of them read.

    Raises:
        ValueError: there is no key, or one shorter than 16 or longer than 64 bytes.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(not 16 <= len(key) <= 64 for key in keys):
            raise ValueError("a seal needs at least one key, each of 16 to 64 bytes")
        self._keys = tuple(reversed(keys))

    def close(self, kept: KeptChoice, variant: str) -> str:
        """Give the cookie's value for a choice whose policy has that public variant name."""
        ids = "\n".join(" ".join(sorted(names)) for names in (kept.choice.purposes, kept.choice.services))
        payload = (
            bytes((_FORMAT, _SIGNAL if kept.signal else 0))
            + kept.record
            + bytes.fromhex(kept.declared)
            + kept.made_at.to_bytes(8)
            + ids.encode()
        )
        signed = f"{variant}.{_to_text(payload)}"
        return f"{signed}.{_to_text(_mac(self._keys[0], signed))}"

    def open(self, value: str) -> tuple[str, KeptChoice]:
        """Give back the variant and the choice of a cookie's value.

        Raises:
            NoChoice: the value was not written under one of the keys, or is not whole, or is of another format.
        """
        match = _VALUE.fullmatch(value) if len(value) <= _LIMIT else None
        if match is None:
            raise NoChoice("not a choice cookie")
        signed, mac = value[: match.start(3) - 1], _from_text(match[3])
        if not any(compare_digest(mac, _mac(key, signed)) for key in self._keys):
            raise NoChoice("not sealed with one of our keys")
        return match[1], _parse(_from_text(match[2]))

    def close_once(self, leave: str, until: int) -> str:
        """Give a token that stands for a leave, which names what is let do what, up to a time in Unix seconds."""
        return f"{until}.{_to_text(_mac(self._keys[0], f'{until}.{leave}', _FOR_ONCE))}"

    def opens_once(self, token: str, leave: str, now: float) -> bool:
        """Whether a token stands for that very leave, and still does."""
        match = _ONCE.fullmatch(token)
        if match is None or int(match[1]) < now:
            return False
        signed = f"{match[1]}.{leave}"
        return any(compare_digest(match[2], _to_text(_mac(key, signed, _FOR_ONCE))) for key in self._keys)


def _parse(payload: bytes) -> KeptChoice:
    if len(payload) < _FIXED or payload[0] != _FORMAT:
        raise NoChoice("of another format")
    purposes, newline, services = payload[_FIXED:].decode("ascii", "replace").partition("\n")
    if not newline or not _IDS.fullmatch(purposes) or not _IDS.fullmatch(services):
        raise NoChoice("not a choice")
    return KeptChoice(
        choice=Choice.of(purposes.split(), services.split()),
        record=payload[2:18],
        declared=payload[18:26].hex(),
        made_at=int.from_bytes(payload[26:34]) & (1 << 63) - 1,
        signal=bool(payload[1] & _SIGNAL),
    )


def _mac(key: bytes, signed: str, person: bytes = b"bandeau-choice") -> bytes:
    return blake2b(signed.encode(), key=key, digest_size=_MAC_BYTES, person=person).digest()


def _to_text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _from_text(text: str) -> bytes:
    try:
        value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise NoChoice("not base64url") from error
    if _to_text(value) != text:
        raise NoChoice("not canonical base64url")
    return value
