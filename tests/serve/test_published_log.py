"""The log as anybody reads it over HTTP: heads, tiles, versions and keys, enough to hold the site to its word."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from bandeau.record.checkpoint import Checkpoint, open_checkpoint
from bandeau.record.keys import parse_vkey
from bandeau.record.leaf import Kind, digest_of, leaf_of
from bandeau.record.merkle import check_growth, leaf_hash
from bandeau.record.tiles import ENTRIES, Tile, prove_growth, tile_path, tile_width
from support.records import entry
from support.sites import DECLARATION, EDGES, Pages, Running, behind, fetch
from support.trees import tree_hash

LOG = "/.bandeau/log/"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with behind("asgi", Pages(), tmp_path) as site:
        site.site.ledger._clock = count(step=60).__next__  # a head is never too young to be followed by another
        yield site


def checkpoint(running: Running) -> Checkpoint:
    keys = [parse_vkey(line) for line in running.get(LOG + "keys").text.splitlines()]
    return open_checkpoint(running.get(LOG + "checkpoint").text, keys)


def leaves(running: Running, size: int) -> list[bytes]:
    """Every entry, as a monitor reads them."""
    found: list[bytes] = []
    while len(found) < size:
        index = len(found) // 256
        path = tile_path(Tile(ENTRIES, index, tile_width(ENTRIES, index, size)))
        body = running.get(LOG + path).body
        while body:
            length = int.from_bytes(body[:2], "big")
            found.append(body[2 : 2 + length])
            body = body[2 + length :]
    return found


@pytest.mark.parametrize("edge", EDGES)
def test_a_choice_is_in_the_log_that_everybody_reads(edge: str, tmp_path: Path) -> None:
    with behind(edge, Pages(), tmp_path) as running:
        running.choose("accept-all")
        running.choose("refuse-all")
        head = checkpoint(running)
        found = leaves(running, head.size)
        assert [leaf[0] for leaf in found] == [Kind.VERSION, Kind.CHOICE, Kind.CHOICE]
        assert tree_hash(found) == head.root
        assert head.origin == "gazette.localhost/.bandeau/log"


def test_the_log_names_what_was_asked_and_with_which_code(running: Running) -> None:
    (leaf,) = leaves(running, 1)
    body = running.get(f"{LOG}version/{leaf[1:].hex()}").body
    assert leaf == leaf_of(Kind.VERSION, digest_of(body))
    version = json.loads(body)
    script = running.get("/.bandeau/notice.js").body
    assert version["assets"]["notice.js"] == sha256(script).hexdigest()
    assert version["declaration"] == running.site.version
    shown = running.site.store.archived("notice")
    assert set(version["notices"]) == {"fr", "fr+gpc", "en", "en+gpc"}
    assert set(version["notices"].values()) <= set(shown)


def test_a_restart_logs_no_second_version_and_another_declaration_does(tmp_path: Path) -> None:
    sizes = []
    for text in (DECLARATION, DECLARATION, DECLARATION.replace('"13 months"', '"12 months"')):
        with behind("asgi", Pages(), tmp_path, text) as running:
            sizes.append(checkpoint(running).size)
    assert sizes == [1, 1, 2]


def test_tiles_prove_that_the_log_has_only_grown(running: Running) -> None:
    heads = []
    for start in (0, 300, 700):
        futures = [running.site.store.append(entry(number)) for number in range(start, start + 300)]
        assert [future.result() for future in futures]
        heads.append(checkpoint(running))
    old, new = heads[0], heads[-1]

    def read(wanted: Sequence[Tile]) -> list[bytes]:
        # A tile that is full by now is fetched whole, as caches would rather have it (C2SP tlog-tiles).
        return [running.get(LOG + tile_path(tile)).body for tile in wanted]

    check_growth(old.size, old.root, new.size, new.root, prove_growth(old.size, new.size, read))
    full = running.get(LOG + "tile/0/000")
    assert full.one("content-type") == "application/octet-stream"
    assert "immutable" in full.one("cache-control")
    assert full.body[:32] == leaf_hash(leaves(running, new.size)[0])
    assert len(full.body) == 8192


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/001",
        "tile/0/000.p/200",
        "tile/entries/000",
        "tile/1/000.p/1",
        "tile/0/0",
        "tile/64/000.p/1",
        "tile/0/000.p/0",
        "tile/0/../../../x",
        "version/" + "0" * 64,
        "version/x",
        "",
        "secret",
    ],
)
def test_what_is_not_there_is_not_found(running: Running, path: str) -> None:
    assert running.get(LOG + path).status == 404


def test_a_head_is_given_out_again_for_a_while_so_that_nobody_makes_us_sign_without_end(tmp_path: Path) -> None:
    with behind("asgi", Pages(), tmp_path) as running:
        now = [100.0]
        running.site.ledger._clock = lambda: now[0]
        first = checkpoint(running)
        running.choose("refuse-all")
        assert checkpoint(running) == first
        now[0] += 60
        assert checkpoint(running).size == first.size + 1


def test_nobody_can_write_to_the_log_over_http(running: Running) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert fetch(running.port, LOG + "checkpoint", method=method).status == 405
