"""Whatever is changed in a ledger in PostgreSQL is found by checking it, as in a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from bandeau.record.checking import check_ledger
from bandeau.record.regrowth import Fault
from support.ledgers import CHOICES, SIGNER, fill, store_size
from support.postgres import Server
from support.stores import open_store

LEAVES = store_size(CHOICES - 1)
LEAF = "leaf 500"


def flipped(column: str, table: str, where: str, byte: int = 7) -> str:
    """Change one bit of one value."""
    return f"UPDATE {table} SET {column} = set_byte({column}, {byte}, get_byte({column}, {byte}) # 1) WHERE {where}"


MUTATIONS = {
    "a byte of a body": (flipped("body", "entries", "seq = 500", 40), LEAF),
    "a byte of a salt": (flipped("salt", "entries", "seq = 500"), LEAF),
    "a byte of a record id": (flipped("record", "entries", "seq = 500"), LEAF),
    "a byte of a commitment": (flipped("commitment", "entries", "seq = 500"), LEAF),
    "a commitment of an erased choice": (flipped("commitment", "entries", "seq = 8"), "leaves 3 to 255"),
    "a choice that becomes a version": ("UPDATE entries SET kind = 2 WHERE seq = 500", LEAF),
    "a record moved to another visitor": (
        "UPDATE entries SET record = (SELECT record FROM entries WHERE seq = 501) WHERE seq = 500",
        LEAF,
    ),
    "two rows exchanged": (
        (
            "UPDATE entries SET seq = -5 WHERE seq = 500; UPDATE entries SET seq = 500 WHERE seq = 501;"
            " UPDATE entries SET seq = 501 WHERE seq = -5"
        ),
        "leaves 300 to ",
    ),
    "a row deleted in the middle": ("DELETE FROM entries WHERE seq = 500", LEAF),
    "the first row deleted": ("DELETE FROM entries WHERE seq = 0", "leaf 0"),
    "the last row deleted": (f"DELETE FROM entries WHERE seq = {LEAVES - 1}", f"leaf {LEAVES - 1}"),
    "a row before the first": (
        "INSERT INTO entries SELECT -1, log, kind, commitment, body, record, salt FROM entries WHERE seq = 500",
        "leaf -1",
    ),
    "a row behind the last": (
        f"INSERT INTO entries SELECT {LEAVES}, log, kind, commitment, body, record, salt FROM entries WHERE seq = 500",
        f"leaf {LEAVES}",
    ),
    "a version's document changed": (flipped("body", "archive", "kind = 'version'", 30), "archived version"),
    "a version's document deleted": ("DELETE FROM archive WHERE kind = 'version'", "leaf 0"),
    "a notice deleted": ("DELETE FROM archive WHERE kind = 'notice'", "archived notice"),
    "a declaration changed": (flipped("body", "archive", "kind = 'declaration'"), "archived declaration"),
    "a byte of a hash of the tree": (flipped("hash", "nodes", "position = 1"), "hash 1 of level 1"),
    "a hash of the tree deleted": ("DELETE FROM nodes WHERE position = 0", "hash 0 of level 1"),
    "a hash too many": ("INSERT INTO nodes SELECT log, 1, 2, hash FROM nodes WHERE position = 0", "hash 2 of level 1"),
    "the head's size": ("UPDATE heads SET size = size + 1", "the head"),
    "a byte of the head's root": (flipped("root", "heads", "true"), "the head"),
    "a byte of the head's frontier": (flipped("frontier", "heads", "true", 20), "the head"),
    "the head deleted": ("DELETE FROM heads", "the head"),
    "a signed note changed": (
        "UPDATE checkpoints SET note = replace(note, 'gazette', 'gazettf') WHERE size = 300",
        "300",
    ),
    "a note under another size": ("UPDATE checkpoints SET size = 301 WHERE size = 300", "kept checkpoint of size 301"),
}


@pytest.fixture(scope="module")
def whole(postgres: Server) -> Iterator[str]:
    """The name of a database with a ledger, to which nobody is connected."""
    with postgres.database() as name:
        with closing(open_store("postgres", postgres.conninfo(name))) as store:
            fill(store)
        yield name


def verified(server: Server, name: str) -> list[Fault]:
    with closing(open_store("postgres", server.conninfo(name))) as store:
        return list(check_ledger(store, [SIGNER.verifier]))


@pytest.fixture
def copied(postgres: Server, whole: str) -> Iterator[str]:
    """A copy of it, for one test."""
    name = f"{whole}_copy"
    postgres.sql(f"CREATE DATABASE {name} TEMPLATE {whole}")
    yield name
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_untouched_ledger_verifies(postgres: Server, copied: str) -> None:
    assert verified(postgres, copied) == []


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_checking_finds(postgres: Server, copied: str, mutation: str) -> None:
    statements, place = MUTATIONS[mutation]
    with psycopg.connect(postgres.conninfo(copied), autocommit=True) as connection:
        connection.execute("SET search_path = bandeau")
        for statement in statements.split("; "):
            assert connection.execute(statement).rowcount
    faults = verified(postgres, copied)
    assert place in (faults[0].place if faults else "nothing")
