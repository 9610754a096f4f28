"""The example on the page of the log's formats is what the code writes and reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bandeau.errors import ProofError
from bandeau.record.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from bandeau.record.cosign import cosign, cosigned
from bandeau.record.keys import Kind, Signer, format_private_key, format_vkey, parse_private_key, parse_vkey
from bandeau.record.lines import NUMBER_LIMIT, PATH_LIMIT
from bandeau.record.merkle import check_growth, leaf_hash, node_hash
from bandeau.record.note import NOTE_LIMIT, SIGNATURES_LIMIT, add_signatures, parse_note
from bandeau.record.proof import EXTRA_LIMIT, InclusionProof, check_proof, format_proof, parse_proof
from bandeau.record.tiles import ENTRIES, Tile, tile_path
from bandeau.record.witness import format_add_checkpoint, parse_add_checkpoint

FORMATS = Path(__file__).parents[2] / "docs" / "formats"
PAGE = (FORMATS / "log.md").read_text(encoding="utf-8")
RECORD_PAGE = (FORMATS / "record.md").read_text(encoding="utf-8")


def cell(name: str) -> str:
    match = re.search(rf"^\| {re.escape(name)}(?:,[^|]*)? \| `?([^|`]*)`? \|$", PAGE, re.MULTILINE)
    assert match is not None, name
    return match[1]


def block(start: str) -> str:
    return start + PAGE.partition(f"```text\n{start}")[2].partition("```")[0]


LOG = Signer("log.example/consent", bytes.fromhex(cell("seed of the log")))
WITNESS = Signer("witness.example/w1", bytes.fromhex(cell("seed of the witness")), Kind.COSIGNATURE)
ENTRIES_SHOWN = [bytes.fromhex(cell("entry 0")), bytes.fromhex(cell("entry 1"))]
LEAVES = [leaf_hash(entry) for entry in ENTRIES_SHOWN]
ROOT = node_hash(*LEAVES)
NOTE = sign_checkpoint(Checkpoint(LOG.name, 2, ROOT), [LOG])
COSIGNED_AT = 1767225660


def test_the_page_shows_real_keys() -> None:
    assert format_private_key(LOG) == cell("private key of the log")
    assert parse_private_key(cell("private key of the log")) == LOG
    assert format_vkey(LOG.verifier) == cell("public key of the log")
    assert format_vkey(WITNESS.verifier) == cell("public key of the witness")


def test_the_page_shows_a_real_tree() -> None:
    assert [entry[:1] for entry in ENTRIES_SHOWN] == [b"\x02", b"\x01"]
    commitment = re.search(r"^\| commitment \| `(\w+)` \|$", RECORD_PAGE, re.MULTILINE)
    assert commitment is not None
    assert ENTRIES_SHOWN[1][1:].hex() == commitment[1]
    assert [leaf.hex() for leaf in LEAVES] == [cell("leaf 0"), cell("leaf 1")]
    assert ROOT.hex() == cell("root")


def test_the_page_shows_real_tiles() -> None:
    assert tile_path(Tile(0, 1234067)).endswith("/x001/x234/067")
    assert "`x001/x234/067`" in PAGE
    bundle = b"".join(len(entry).to_bytes(2) + entry for entry in ENTRIES_SHOWN)
    assert bundle.hex() == cell(f"`{tile_path(Tile(ENTRIES, 0, 2))}`")


def test_the_page_shows_a_real_proof() -> None:
    text = block("c2sp.org/tlog-proof@v1\n")
    note = add_signatures(NOTE, [cosign(parse_note(NOTE)[0], WITNESS, COSIGNED_AT)])
    assert format_proof(InclusionProof(b"", 1, (LEAVES[0],), note)) == text
    log, witness = parse_vkey(cell("public key of the log")), parse_vkey(cell("public key of the witness"))
    assert check_proof(parse_proof(text), ENTRIES_SHOWN[1], [log], [witness]) == Checkpoint(LOG.name, 2, ROOT)
    assert cosigned(note, [witness]) == {WITNESS.name: COSIGNED_AT}
    assert f"| cosigned at | {COSIGNED_AT} (2026-01-01T00:01:00Z) |" in PAGE
    with pytest.raises(ProofError):
        check_proof(parse_proof(text), ENTRIES_SHOWN[0], [log], [witness])


def test_the_page_shows_a_real_request_to_a_witness() -> None:
    body = block("old 1\n").encode()
    assert format_add_checkpoint(1, [LEAVES[1]], NOTE) == body
    request = parse_add_checkpoint(body)
    head = parse_checkpoint(parse_note(request.note)[0])
    check_growth(request.old_size, LEAVES[0], head.size, head.root, request.proof)


def test_the_page_names_every_type_and_limit() -> None:
    assert set(re.findall(r"^\| `(0\d)` \|", PAGE, re.MULTILINE)) == {f"{kind:02x}" for kind in Kind}
    assert NUMBER_LIMIT == 2**63
    for words in (f"1 to {SIGNATURES_LIMIT} signatures", f"{NOTE_LIMIT:,} bytes", f"{EXTRA_LIMIT:,} bytes"):
        assert words in PAGE
    assert PAGE.count(f"at most {PATH_LIMIT}") == 2
