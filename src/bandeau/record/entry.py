"""One choice as it is recorded: a value, its canonical bytes, and the salted commitment that a log may publish.

The format is written down, to the byte, in ``docs/formats/record.md``. Nothing here names a visitor: no address, no
user agent, no identifier beyond the random record id that the visitor's own cookie carries.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bandeau.record.strict import DIGEST, TIME_LIMIT, check, check_time, compact, matches

FORMAT = 1
"""The version of the canonical form; it stands in the bytes themselves."""

RECORD_SIZE = 16
SALT_SIZE = 32
RANDOM_SIZE = 10
"""The random bytes that :func:`new_record_id` takes: 74 bits of them are used (RFC 9562, section 5.7)."""

BODY_LIMIT = 1 << 19
"""No canonical form is longer, in bytes: the limits on the entry see to it, and the reader refuses more."""

_PURPOSES_LIMIT = 256
_SERVICES_LIMIT = 4096
_SIGNALS_LIMIT = 16

# The format's own grammar: it must stay as it is even where the declaration's rules one day widen.
_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,7}")  # the shape of a tag, RFC 5646, section 2.1


class Action(StrEnum):
    """What the visitor did, or what happened to the choice without the visitor."""

    ACCEPT_ALL = "accept-all"
    REFUSE_ALL = "refuse-all"
    CUSTOM = "custom"
    ALLOW_ONCE = "allow-once"
    WITHDRAW = "withdraw"
    EXPIRED = "expired"
    SIGNAL = "signal"


class How(StrEnum):
    """By which way the choice reached the server."""

    SCRIPT = "script"
    FORM = "form"
    API = "api"


@dataclass(frozen=True, slots=True)
class Entry:
    """A choice as stored: who (a record id), when, under which declaration and text, what, and how.

    ``record`` has 16 bytes; ``at`` counts milliseconds since 1970-01-01 UTC; ``declaration`` and ``notice`` are
    SHA-256 digests in hex, of the declaration's version and of the exact text shown in ``language``; ``purposes`` and
    ``services`` say for each id that was asked about whether it is allowed; ``signals`` are in ascending order.
    ``salt`` has 32 random bytes and is never part of the canonical form: with it gone, nobody can tell from the
    commitment what was chosen.

    Raises:
        ValueError: a field is outside the format; the message names the field.
    """

    record: bytes
    at: int
    declaration: str
    notice: str
    language: str
    action: Action
    purposes: Mapping[str, bool]
    services: Mapping[str, bool]
    how: How
    signals: tuple[str, ...]
    salt: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check("record", _sized(self.record, RECORD_SIZE), "16 bytes")
        check("salt", _sized(self.salt, SALT_SIZE), "32 bytes")
        check_time("at", self.at)
        check("declaration", matches(DIGEST, self.declaration), "64 lower-case hex digits")
        check("notice", matches(DIGEST, self.notice), "64 lower-case hex digits")
        check("language", matches(_LANGUAGE, self.language), "a language tag")
        check("action", isinstance(self.action, Action), "an Action")
        check("how", isinstance(self.how, How), "a How")
        check("purposes", _states(self.purposes, _PURPOSES_LIMIT), f"at most {_PURPOSES_LIMIT} ids with true or false")
        check("services", _states(self.services, _SERVICES_LIMIT), f"at most {_SERVICES_LIMIT} ids with true or false")
        check("signals", _ascending(self.signals), f"at most {_SIGNALS_LIMIT} ids in ascending order")


def canonical(entry: Entry) -> bytes:
    """The bytes that stand for an entry: compact JSON with sorted keys, in UTF-8, the salt left out.

    Equal entries give equal bytes, and the bytes give the entry back (:func:`parse`).
    """
    document = {
        "action": entry.action.value,
        "at": entry.at,
        "declaration": entry.declaration,
        "format": FORMAT,
        "how": entry.how.value,
        "language": entry.language,
        "notice": entry.notice,
        "purposes": dict(entry.purposes),
        "record": entry.record.hex(),
        "services": dict(entry.services),
        "signals": list(entry.signals),
    }
    return compact(document)


def parse(body: bytes, salt: bytes) -> Entry:
    """Read a canonical form; ``salt`` is kept beside it.

    Raises:
        ValueError: the bytes are too long, not of this format, or not exactly what :func:`canonical` writes.
    """
    if len(body) > BODY_LIMIT:
        raise ValueError(f"a record has at most {BODY_LIMIT} bytes")
    try:
        document: Any = json.loads(body.decode())
        entry = _from_document(document, salt)
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        raise ValueError("these bytes are not a record") from problem
    # One test refuses them all: other formats, unknown or doubled keys, other spellings of the same value.
    if canonical(entry) != body:
        raise ValueError("these bytes are not the canonical form of a record")
    return entry


def commitment(entry: Entry) -> bytes:
    """SHA-256 of the salt followed by the canonical bytes: 32 bytes that say nothing without the salt."""
    return commitment_of(canonical(entry), entry.salt)


def commitment_of(body: bytes, salt: bytes) -> bytes:
    """The commitment of an entry whose canonical bytes are at hand."""
    return hashlib.sha256(salt + body).digest()


def new_record_id(now_ms: int, random: bytes) -> bytes:
    """Make a record id: a version 7 UUID, so that ids made later sort later (RFC 9562, section 5.7).

    ``random`` is 10 fresh bytes of a cryptographic source (``os.urandom(10)``).

    Raises:
        ValueError: the time does not fit 48 bits, or ``random`` is not 10 bytes.
    """
    check("now_ms", 0 <= now_ms < TIME_LIMIT, "milliseconds since 1970, below 2^48")
    check("random", len(random) == RANDOM_SIZE, "10 bytes")
    versioned = 0x70 | random[0] & 0x0F
    variant = 0x80 | random[2] & 0x3F
    return now_ms.to_bytes(6, "big") + bytes((versioned, random[1], variant)) + random[3:]


def _from_document(document: Any, salt: bytes) -> Entry:
    return Entry(
        record=bytes.fromhex(document["record"]),
        at=document["at"],
        declaration=document["declaration"],
        notice=document["notice"],
        language=document["language"],
        action=Action(document["action"]),
        purposes=document["purposes"],
        services=document["services"],
        how=How(document["how"]),
        signals=tuple(document["signals"]),
        salt=salt,
    )


def _sized(value: object, size: int) -> bool:
    return type(value) is bytes and len(value) == size


def _states(states: object, limit: int) -> bool:
    return (
        isinstance(states, Mapping)
        and len(states) <= limit
        and all(matches(_ID, name) and type(state) is bool for name, state in states.items())
    )


def _ascending(signals: object) -> bool:
    return (
        isinstance(signals, tuple)
        and len(signals) <= _SIGNALS_LIMIT
        and all(matches(_ID, signal) for signal in signals)
        and list(signals) == sorted(set(signals))
    )
