"""What everybody may read of the log: signed heads, tiles, versions, keys (C2SP tlog-tiles, https://c2sp.org/tlog-tiles).

None of it says anything about anybody: the entries are commitments, and a version names texts that all were shown.
"""

from __future__ import annotations

import re

from bandeau.ask.view import PREFIX
from bandeau.errors import StoreError
from bandeau.record.keys import format_vkey
from bandeau.record.leaf import LEAF_SIZE
from bandeau.record.tiles import ENTRIES, Tile, parse_tile_path, tile_width
from bandeau.serve.answers import FOR_GOOD, SAFE, Steps, problem, unavailable
from bandeau.serve.http import Answer
from bandeau.serve.site import Site, Visit

LOG = PREFIX + "log/"
"""Where the log is served."""

_VERSION = re.compile(r"version/([0-9a-f]{64})")
_TEXT = "text/plain; charset=utf-8"
_FOR_A_WHILE = (b"cache-control", b"public, max-age=5")


def published(site: Site, visit: Visit) -> Steps:
    """Answer a request to the log."""
    path = visit.request.path.removeprefix(LOG)
    try:
        if path == "checkpoint":
            return _text((yield from site.ledger.checkpoint()))
        if path == "keys":
            return _text("".join(f"{format_vkey(key)}\n" for key in site.ledger.keys.verifiers))
        if match := _VERSION.fullmatch(path):
            return _kept(visit, (yield site.store.text("version", match[1])))
        return (yield from _tile(site, visit, path))
    except StoreError:
        return unavailable(visit, [])


def _tile(site: Site, visit: Visit, path: str) -> Steps:
    try:
        tile = parse_tile_path(path)
    except ValueError:
        return problem(visit, 404)
    head = yield site.store.head()
    if tile.width > tile_width(tile.level, tile.index, head.size):
        return problem(visit, 404)  # not there yet
    (body,) = yield site.store.tiles([tile])
    return Answer(200, _bundle(tile, body), "application/octet-stream", [FOR_GOOD, *SAFE])


def _bundle(tile: Tile, body: bytes) -> bytes:
    """Entries are sent each with its length before it, in two bytes."""
    if tile.level != ENTRIES:
        return body
    length = LEAF_SIZE.to_bytes(2, "big")
    return b"".join(length + body[at : at + LEAF_SIZE] for at in range(0, len(body), LEAF_SIZE))


def _text(text: str) -> Answer:
    return Answer(200, text.encode(), _TEXT, [_FOR_A_WHILE, *SAFE])


def _kept(visit: Visit, body: bytes | None) -> Answer:
    if body is None:
        return problem(visit, 404)
    return Answer(200, body, "application/json", [FOR_GOOD, *SAFE])
