"""What the browser gets: the guard, and the notice's script and style, built from the TypeScript beside them.

The built files in ``dist/`` are package data; ``scripts/build-browser`` makes them anew.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

ASSETS = ("guard.js", "guard-rest.js", "late.js", "notice.css", "notice.js", "still.css", "worker.js")
"""The names that :func:`asset` knows."""

RULES_TOKEN = b'"__BANDEAU_RULES__"'
"""What stands exactly once in ``guard.js`` where the rules go, as a JSON object."""

WALL_TOKEN = b'"__BANDEAU_WALL__"'
"""What stands exactly once in ``worker.js`` where the wall goes, as a JSON string."""

MARK_TOKEN = b'"__BANDEAU_MARK__"'
"""What stands exactly once in ``worker.js`` where the variant's mark goes, as a JSON string."""

_DIST = Path(__file__).parent / "dist"


@cache
def asset(name: str) -> bytes:
    """The built file of that name, read once.

    Raises:
        KeyError: ``name`` is none of ``ASSETS``.
    """
    if name not in ASSETS:
        raise KeyError(name)
    return (_DIST / name).read_bytes()


@cache
def version(name: str) -> str:
    """The first 12 hex digits of the file's SHA-256, for an address that changes with its content.

    Raises:
        KeyError: ``name`` is none of ``ASSETS``.
    """
    return hashlib.sha256(asset(name)).hexdigest()[:12]
