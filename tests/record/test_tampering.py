"""Whatever is changed in a ledger is found: by checking it, or by what a visitor, a witness or the owner has kept."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from bandeau.errors import BandeauError, ProofError
from bandeau.record.checking import check_ledger
from bandeau.record.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from bandeau.record.entry import canonical, commitment_of
from bandeau.record.evidence import Evidence, check_evidence, check_kept
from bandeau.record.keys import Signer
from bandeau.record.leaf import leaf_of
from bandeau.record.merkle import EMPTY, format_frontier, grow, leaf_hash
from bandeau.record.note import parse_note
from bandeau.record.proof import InclusionProof, format_proof
from bandeau.record.regrowth import Fault
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.record.tiles import prove_growth
from bandeau.record.witness import format_add_checkpoint
from support.ledgers import CHOICES, ORIGIN, SIGNER, ledger, publish, store_size
from support.records import entry
from support.witnesses import TestWitness

LEAVES = store_size(CHOICES - 1)
TAKEN = 500
"""The leaf that most mutations touch: a choice, behind the second version."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "bandeau.sqlite3"
    ledger(path)
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path))


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who writes past the store, and whom no constraint of the schema stops."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")


def verified(path: Path, *kept: Evidence) -> list[Fault]:
    """What checking finds, with what somebody has kept."""
    try:
        with closing(SQLiteStore(path)) as store:
            roots = [evidence.root("what was kept") for evidence in kept]
            known = [leaf for evidence in kept for leaf in evidence.leaves]
            return list(check_ledger(store, [SIGNER.verifier], roots=roots, known=known))
    except BandeauError as problem:
        return [Fault("the database", str(problem), "")]


def test_the_untouched_ledger_verifies(path: Path) -> None:
    assert verified(path) == []


# -- what checking finds by itself --------------------------------------------------------------------------------


def flipped(column: str, table: str = "entries", where: str = f"seq = {TAKEN}", byte: int = 7) -> str:
    """Change one byte of one value."""
    return (
        f"UPDATE {table} SET {column} = CAST(substr({column}, 1, {byte}) || "
        f"CASE substr({column}, {byte} + 1, 1) WHEN x'78' THEN x'79' ELSE x'78' END || "
        f"substr({column}, {byte} + 2) AS BLOB) WHERE {where}"
    )


OTHER = 501
LEAF = f"leaf {TAKEN}"
MUTATIONS = {
    # records
    "a byte of a body": (flipped("body", byte=40), LEAF),
    "a byte of a salt": (flipped("salt"), LEAF),
    "a byte of a record id": (flipped("record"), LEAF),
    "a byte of a commitment": (flipped("commitment"), LEAF),
    "a commitment that is text": (
        f"UPDATE entries SET commitment = hex(substr(commitment, 17)) WHERE seq = {TAKEN}",
        LEAF,
    ),
    "a body that is text": (f"UPDATE entries SET body = CAST(body AS TEXT) WHERE seq = {TAKEN}", LEAF),
    "a longer body": (f"UPDATE entries SET body = CAST(body || ' ' AS BLOB) WHERE seq = {TAKEN}", LEAF),
    "an empty body": (f"UPDATE entries SET body = x'' WHERE seq = {TAKEN}", LEAF),
    "another's body and salt": (
        f"UPDATE entries SET (salt, body) = (SELECT salt, body FROM entries WHERE seq = {OTHER}) WHERE seq = {TAKEN}",
        LEAF,
    ),
    "another's record, salt and body": (
        (
            f"UPDATE entries SET (record, salt, body) = (SELECT record, salt, body FROM entries WHERE seq = {OTHER}) "
            f"WHERE seq = {TAKEN}"
        ),
        LEAF,
    ),
    "a record moved to another visitor": (
        f"UPDATE entries SET record = (SELECT record FROM entries WHERE seq = {OTHER}) WHERE seq = {TAKEN}",
        LEAF,
    ),
    "a salt taken away": (f"UPDATE entries SET salt = NULL WHERE seq = {TAKEN}", LEAF),
    "a record id taken away": (f"UPDATE entries SET record = NULL WHERE seq = {TAKEN}", LEAF),
    "a body taken away": (f"UPDATE entries SET body = NULL WHERE seq = {TAKEN}", LEAF),
    "a choice that becomes a version": (f"UPDATE entries SET kind = 2 WHERE seq = {TAKEN}", LEAF),
    "an erased choice that becomes a version": ("UPDATE entries SET kind = 2 WHERE seq = 8", "leaf 8"),
    "a leaf of an unknown kind": (f"UPDATE entries SET kind = 300 WHERE seq = {TAKEN}", LEAF),
    "an erased choice with another commitment": (flipped("commitment", where="seq = 8"), "leaves 3 to 255"),
    "an erased choice that comes back": (
        (
            "UPDATE entries SET (record, salt, body) = (SELECT record, salt, body FROM entries e WHERE e.seq = 9) "
            "WHERE seq = 8"
        ),
        "leaf 8",
    ),
    # order
    "a row deleted in the middle": (f"DELETE FROM entries WHERE seq = {TAKEN}", LEAF),
    "the first row deleted": ("DELETE FROM entries WHERE seq = 0", "leaf 0"),
    "the last row deleted": (f"DELETE FROM entries WHERE seq = {LEAVES - 1}", f"leaf {LEAVES - 1}"),
    "all rows deleted": ("DELETE FROM entries", "leaf 0"),
    "two rows exchanged": (
        (
            f"UPDATE entries SET seq = -5 WHERE seq = {TAKEN}; UPDATE entries SET seq = {TAKEN} WHERE seq = {OTHER}; "
            f"UPDATE entries SET seq = {OTHER} WHERE seq = -5"
        ),
        "leaves 300 to ",
    ),
    "a row deleted and the rest moved up": (
        (
            f"DELETE FROM entries WHERE seq = {TAKEN}; UPDATE entries SET seq = -seq WHERE seq > {TAKEN}; "
            f"UPDATE entries SET seq = -seq - 1 WHERE seq < 0"
        ),
        "leaves 300 to ",
    ),
    "a row before the first": (
        f"INSERT INTO entries SELECT -1, {{columns}} FROM entries WHERE seq = {TAKEN}",
        "leaf -1",
    ),
    "a row behind the last": (
        f"INSERT INTO entries SELECT {LEAVES}, {{columns}} FROM entries WHERE seq = {TAKEN}",
        f"leaf {LEAVES}",
    ),
    "a row far behind the last": (
        f"INSERT INTO entries SELECT 9223372036854775807, {{columns}} FROM entries WHERE seq = {TAKEN}",
        "leaf 9223372036854775807",
    ),
    # versions and texts
    "a byte of a version's leaf": (flipped("commitment", where="kind = 2 AND seq > 0"), "leaf 401"),
    "a version's document changed": (flipped("body", "archive", "kind = 'version'", 30), "archived version"),
    "a version's document deleted": (
        "DELETE FROM archive WHERE kind = 'version' AND since > 1767225600000",
        "leaf 401",
    ),
    "a version that becomes a choice": ("UPDATE entries SET kind = 1 WHERE seq = 401", "leaves 300 to "),
    "a notice changed": (flipped("body", "archive", "kind = 'notice'", 1), "archived notice"),
    "a notice deleted": ("DELETE FROM archive WHERE kind = 'notice'", "archived notice"),
    "a declaration changed": (flipped("body", "archive", "kind = 'declaration'", 1), "archived declaration"),
    "a declaration deleted": ("DELETE FROM archive WHERE kind = 'declaration'", "archived declaration"),
    "a text under another digest": (
        "UPDATE archive SET digest = 'ab' || substr(digest, 3) WHERE kind = 'notice'",
        "archived",
    ),
    # tiles
    "a byte of a hash of the tree": (flipped("hash", "nodes", "position = 1"), "hash 1 of level 1"),
    "a hash of the tree deleted": ("DELETE FROM nodes WHERE position = 0", "hash 0 of level 1"),
    "two hashes of the tree exchanged": (
        (
            "UPDATE nodes SET position = 9 WHERE position = 0; UPDATE nodes SET position = 0 WHERE position = 1; "
            "UPDATE nodes SET position = 1 WHERE position = 9"
        ),
        "hash 0 of level 1",
    ),
    "a hash too many": ("INSERT INTO nodes SELECT 1, 2, hash FROM nodes WHERE position = 0", "hash 2 of level 1"),
    "a hash of a level too many": (
        "INSERT INTO nodes SELECT 2, 0, hash FROM nodes WHERE position = 0",
        "hash 0 of level 2",
    ),
    "a hash of no level": ("INSERT INTO nodes SELECT 0, 0, hash FROM nodes WHERE position = 0", "hash 0 of level 0"),
    "a hash before the first": (
        "INSERT INTO nodes SELECT 1, -1, hash FROM nodes WHERE position = 0",
        "hash -1 of level 1",
    ),
    # the head
    "the head's size": ("UPDATE head SET size = size + 1", "the head"),
    "a byte of the head's root": (flipped("root", "head", "one = 1"), "the head"),
    "a byte of the head's frontier": (flipped("frontier", "head", "one = 1", 20), "the head"),
    "the size in the head's frontier": (flipped("frontier", "head", "one = 1", 3), "the head"),
    "the head deleted": ("DELETE FROM head", "the head"),
    # what is signed
    "a byte of a signed note": (
        "UPDATE checkpoints SET note = replace(note, char(10) || '300', char(10) || '301') WHERE size = 300",
        "kept checkpoint of size 300",
    ),
    "a byte of a signature": (
        (
            "UPDATE checkpoints SET note = substr(note, 1, length(note) - 20) || "
            "CASE substr(note, length(note) - 19, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(note, length(note) - 18) "
            "WHERE size = 300"
        ),
        "kept checkpoint of size 300",
    ),
    "a note under another size": ("UPDATE checkpoints SET size = 301 WHERE size = 300", "kept checkpoint of size 301"),
    "a note that is none": ("UPDATE checkpoints SET note = x'00' WHERE size = 300", "kept checkpoint of size 300"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_checking_finds(path: Path, mutation: str) -> None:
    statements, place = MUTATIONS[mutation]
    with raw(path) as connection:
        before = connection.total_changes
        for statement in statements.replace("{columns}", "commitment, record, salt, body, kind").split("; "):
            connection.execute(statement)
        assert connection.total_changes > before
    faults = verified(path)
    assert place in (faults[0].place if faults else "nothing")
    assert all(str(fault) for fault in faults)


def test_the_first_wrong_leaf_is_told_first_and_the_others_behind_it(path: Path) -> None:
    with raw(path) as connection:
        for leaf in (600, 20, 450):
            connection.execute(flipped("body", where=f"seq = {leaf}", byte=40))
    assert [fault.leaf for fault in verified(path)] == [20, 450, 600]


def dump(path: Path) -> list[object] | None:
    """All that the ledger's tables hold, ``None`` where they cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            tables = ("entries", "nodes", "head", "checkpoints", "archive")
            return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def test_a_changed_byte_of_the_file_is_found_wherever_it_changes_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "bandeau.sqlite3"
    ledger(path, 60)
    content = path.read_bytes()
    kept = dump(path)
    random = Random(7)
    told = 0
    for at in [random.randrange(len(content)) for _ in range(250)]:
        path.write_bytes(content[:at] + bytes((content[at] ^ 1 << random.randrange(8),)) + content[at + 1 :])
        changed = dump(path) != kept
        path.write_bytes(content[:at] + path.read_bytes()[at : at + 1] + content[at + 1 :])
        found = verified(path)
        assert found or not changed, f"byte {at}"
        told += bool(found)
        for companion in path.parent.glob("*-*"):
            companion.unlink()
    assert told > 100


def test_an_index_that_hides_a_record_from_its_visitor_is_found(path: Path) -> None:
    record = entry(TAKEN - 2).record
    with raw(path) as connection:
        connection.execute("UPDATE entries SET record = NULL WHERE record = ?", (record,))
        connection.execute("PRAGMA writable_schema = ON")
        index = connection.execute("SELECT * FROM sqlite_master WHERE name = 'entries_by_time'").fetchone()
        connection.execute("DELETE FROM sqlite_master WHERE name = 'entries_by_time'")
    with raw(path) as connection:
        connection.execute("UPDATE entries SET record = ? WHERE seq = ?", (record, TAKEN))
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
    with closing(SQLiteStore(path)) as store:
        assert store.history(record).result() == ()
        assert store.rows(TAKEN, 1).result()[0].record == record
    assert [fault.place for fault in verified(path)] == ["the database"]


@pytest.mark.parametrize("column", ["commitment", "record", "salt", "body"])
def test_every_byte_of_a_record_counts(tmp_path: Path, column: str) -> None:
    path = tmp_path / "bandeau.sqlite3"
    ledger(path, 60)
    content = path.read_bytes()
    with raw(path) as connection:
        (value,) = connection.execute(f"SELECT {column} FROM entries WHERE seq = 30").fetchone()
    start = content.index(value)
    for at in range(start, start + len(value), 1 if len(value) <= 32 else 29):
        path.write_bytes(content[:at] + bytes((content[at] ^ 1,)) + content[at + 1 :])
        assert verified(path)[0].place in ("leaf 30", "the database")


# -- what it cannot find, and others do ---------------------------------------------------------------------------


def rewrite(path: Path, size: int = LEAVES, signer: Signer = SIGNER) -> None:
    """The owner's own work: another choice in a record, and everything made to agree with it, signed with the key."""
    one = entry(TAKEN - 2)
    body = canonical(one).replace(b'"comments":false', b'"comments":true')
    with raw(path) as connection:
        row = (commitment_of(body, one.salt), body, one.record)
        assert connection.execute("UPDATE entries SET commitment = ?, body = ? WHERE record = ?", row).rowcount
        connection.execute("DELETE FROM entries WHERE seq >= ?", (size,))
        leaves = [leaf_of(*row) for row in connection.execute("SELECT kind, commitment FROM entries ORDER BY seq")]
        grown = grow(EMPTY, map(leaf_hash, leaves))
        connection.execute("DELETE FROM nodes")
        connection.executemany("INSERT INTO nodes VALUES (?, ?, ?)", grown.completed)
        root = grown.frontier.root()
        head = (size, root, format_frontier(grown.frontier))
        connection.execute("UPDATE head SET size = ?, root = ?, frontier = ?", head)
        connection.execute("DELETE FROM checkpoints")
        note = sign_checkpoint(Checkpoint(signer.name, size, root), [signer])
        connection.execute("INSERT INTO checkpoints VALUES (?, ?)", (size, note))


def roll_back(path: Path) -> None:
    """An older copy of the whole folder: as it was when the log had 300 leaves."""
    path.unlink()
    ledger(path, 299)


LIES: dict[str, Callable[[Path], None]] = {
    "everything rewritten in agreement": rewrite,
    "everything rewritten and cut off": lambda path: rewrite(path, 600),
    "an older copy of the folder": roll_back,
}


def kept_checkpoint(path: Path) -> str:
    with closing(SQLiteStore(path)) as store:
        note = store.published().result()
        assert note
        return note


def kept_proof(path: Path, index: int = TAKEN) -> str:
    """What a visitor keeps: the leaf of a choice, the way to the root, and the signed head."""
    with closing(SQLiteStore(path)) as store:
        (row,) = store.rows(index, 1).result()
        (hashes,) = store.prove([index], LEAVES).result()
        return format_proof(InclusionProof(leaf_of(row.kind, row.commitment), index, hashes, kept_checkpoint(path)))


@pytest.mark.parametrize("lie", LIES)
def test_the_database_alone_shows_nothing_and_a_kept_checkpoint_does(path: Path, lie: str) -> None:
    kept = check_kept(kept_checkpoint(path), [SIGNER.verifier])
    assert verified(path, kept) == []
    LIES[lie](path)
    assert verified(path) == []
    assert "what was kept" in str(verified(path, kept))


@pytest.mark.parametrize("lie", LIES)
def test_the_database_alone_shows_nothing_and_a_visitors_proof_does(path: Path, lie: str) -> None:
    kept = check_evidence(kept_proof(path), "what was kept", [SIGNER.verifier])
    assert verified(path, kept) == []
    LIES[lie](path)
    assert verified(path) == []
    faults = verified(path, kept)
    assert "what was kept" in str(faults)
    assert faults[0].leaf is not None
    assert faults[0].leaf <= TAKEN


def test_the_leaf_that_a_visitors_proof_contradicts_is_told(path: Path) -> None:
    kept = check_evidence(kept_proof(path), "what was kept", [SIGNER.verifier])
    rewrite(path)
    assert verified(path, kept)[0].place == LEAF


@pytest.mark.parametrize("lie", LIES)
def test_the_database_alone_shows_nothing_and_a_witness_does(path: Path, lie: str) -> None:
    witness = TestWitness(SIGNER.verifier)
    assert submit(path, witness)[0] == 200
    LIES[lie](path)
    assert verified(path) == []
    assert submit(path, witness)[0] in (400, 409, 422)


def test_a_witness_cosigns_what_has_grown(path: Path) -> None:
    witness = TestWitness(SIGNER.verifier)
    assert submit(path, witness)[0] == 200
    with closing(SQLiteStore(path)) as store:
        store.append(entry(5_000)).result()
        publish(store)
    assert submit(path, witness)[0] == 200


def submit(path: Path, witness: TestWitness) -> tuple[int, str, bytes]:
    """Send the newest signed head to a witness, with the best proof that there is."""
    known = witness.seen.size if witness.seen else 0
    with closing(SQLiteStore(path)) as store:
        note = store.published().result()
        assert note
        size = open_checkpoint(note, [SIGNER.verifier]).size
        if known > size:
            return witness.add(f"old {known}\n\n{note}".encode())
        proof = prove_growth(known, size, lambda tiles: store.tiles(tiles).result()) if known else ()
    return witness.add(format_add_checkpoint(known, proof, note))


def test_two_heads_of_one_size_are_proof_by_themselves(path: Path) -> None:
    before = open_checkpoint(kept_checkpoint(path), [SIGNER.verifier])
    rewrite(path)
    after = open_checkpoint(kept_checkpoint(path), [SIGNER.verifier])
    assert (before.origin, before.size) == (after.origin, after.size) == (ORIGIN, LEAVES)
    assert before.root != after.root


def test_a_rewriting_with_another_key_is_found_by_the_logs_own_key(path: Path) -> None:
    rewrite(path, signer=Signer(ORIGIN, sha256(b"stranger").digest()))
    assert verified(path)[0].place == f"kept checkpoint of size {LEAVES}"


def test_a_proof_that_a_stranger_signed_is_none(path: Path) -> None:
    proof = kept_proof(path)
    with pytest.raises(ProofError):
        check_evidence(proof, "a file", [Signer(ORIGIN, bytes(32)).verifier])


def test_erasing_behind_everybodys_back_is_seen_by_nobody_and_takes_no_proof_away(path: Path) -> None:
    """Whoever may erase may erase: the tree says that something was recorded, and the visitor's copy says what."""
    proof = kept_proof(path)
    with raw(path) as connection:
        connection.execute(f"UPDATE entries SET record = NULL, salt = NULL, body = NULL WHERE seq = {TAKEN}")
    kept = check_evidence(proof, "what was kept", [SIGNER.verifier])
    assert verified(path, kept) == []


def test_a_proof_is_parted_into_a_text_and_signatures(path: Path) -> None:
    text, signatures = parse_note(kept_checkpoint(path))
    assert text.startswith(f"{ORIGIN}\n{LEAVES}\n")
    assert len(signatures) == 1
