"""The leaves of the log: 33 bytes each, a kind and a digest, which say nothing about anybody.

A leaf of the first kind stands for a choice: its digest is the record's salted commitment. One of the second stands
for a version of what was asked: the declaration, the words, and the code that asked. The format is written down in
``docs/formats/log.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Any

from bandeau.record.strict import DIGEST, check, check_time, compact, matches

LEAF_SIZE = 33
"""How many bytes a leaf has."""

VERSION_LIMIT = 1 << 19
"""No canonical form of a version is longer, in bytes."""

_FORMAT = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}")
_NAMES_LIMIT = 256


class Kind(IntEnum):
    """What a leaf stands for."""

    CHOICE = 1
    VERSION = 2


def leaf_of(kind: int, digest: bytes) -> bytes:
    """The bytes of a leaf, as the log hashes and publishes them."""
    return bytes((kind,)) + digest


@dataclass(frozen=True, slots=True)
class Version:
    """What was asked, in which words and by which code, from a time on.

    ``at`` counts milliseconds since 1970-01-01 UTC; ``bandeau`` is the version of Bandeau. All digests are SHA-256 in
    lower-case hex: ``declaration`` of the declaration, ``notices`` of the exact text for each language (with ``+gpc``
    behind it: as it reads where the browser sends that signal), ``assets`` of each file that browsers are given.

    Raises:
        ValueError: a field is outside the format; the message names the field.
    """

    at: int
    bandeau: str
    declaration: str
    notices: Mapping[str, str]
    assets: Mapping[str, str]

    def __post_init__(self) -> None:
        check_time("at", self.at)
        check("bandeau", matches(_NAME, self.bandeau), "a version number")
        check("declaration", matches(DIGEST, self.declaration), "64 lower-case hex digits")
        check("notices", _digests(self.notices), "a digest for each language")
        check("assets", _digests(self.assets), "a digest for each file")

    def says_the_same(self, other: Version) -> bool:
        """Whether only the time differs."""
        return (self.bandeau, self.declaration, self.notices, self.assets) == (
            other.bandeau,
            other.declaration,
            other.notices,
            other.assets,
        )


def canonical(version: Version) -> bytes:
    """The bytes that stand for a version: compact JSON with sorted keys, in UTF-8; :func:`parse` reads them."""
    document = {
        "assets": dict(version.assets),
        "at": version.at,
        "bandeau": version.bandeau,
        "declaration": version.declaration,
        "format": _FORMAT,
        "notices": dict(version.notices),
    }
    return compact(document)


def parse(body: bytes) -> Version:
    """Read the canonical form of a version.

    Raises:
        ValueError: the bytes are too long, not of this format, or not exactly what :func:`canonical` writes.
    """
    if len(body) > VERSION_LIMIT:
        raise ValueError(f"a version has at most {VERSION_LIMIT} bytes")
    try:
        document: Any = json.loads(body.decode())
        version = Version(
            at=document["at"],
            bandeau=document["bandeau"],
            declaration=document["declaration"],
            notices=document["notices"],
            assets=document["assets"],
        )
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        raise ValueError("these bytes are not a version") from problem
    if canonical(version) != body:
        raise ValueError("these bytes are not the canonical form of a version")
    return version


def digest_of(body: bytes) -> bytes:
    """The digest by which a leaf names a version whose canonical bytes are at hand."""
    return sha256(body).digest()


def _digests(digests: object) -> bool:
    return (
        isinstance(digests, Mapping)
        and len(digests) <= _NAMES_LIMIT
        and all(matches(_NAME, name) and matches(DIGEST, digest) for name, digest in digests.items())
    )
