"""What a store gives to who checks all of it: all exactly as it is kept, page by page, nothing of it believed."""

from __future__ import annotations

from bandeau.record.stores import Node, Row, Signed, Standing, Text
from bandeau.record.stores.session import Session


def rows(start: int, count: int, session: Session) -> tuple[Row, ...]:
    """The entries from an index on."""
    return tuple(Row(*row) for row in session.run("rows", start, count))


def nodes(level: int, position: int, count: int, session: Session) -> tuple[Node, ...]:
    """The hashes of the tree from one on."""
    return tuple(Node(*row) for row in session.run("nodes-from", level, position, count))


def checkpoints(session: Session) -> tuple[Signed, ...]:
    """Every signed head."""
    return tuple(Signed(*row) for row in session.run("checkpoints"))


def texts(kind: str, digest: str, count: int, session: Session) -> tuple[Text, ...]:
    """The archived texts after one."""
    return tuple(Text(*row) for row in session.run("texts", kind, digest, count))


def standing(session: Session) -> Standing:
    """What there is, in numbers."""
    return Standing(*session.run("standing").fetchone())


def damage(session: Session) -> str | None:
    """What the database finds wrong with its files."""
    found = str(session.run("damage").fetchone()[0])
    return None if found == "ok" else found
