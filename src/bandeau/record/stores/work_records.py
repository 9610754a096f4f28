"""What a store does to records, each piece of work inside a transaction."""

from __future__ import annotations

from bandeau.errors import Withheld
from bandeau.record.entry import SALT_SIZE, Entry, canonical, commitment_of, parse
from bandeau.record.leaf import Kind
from bandeau.record.stores import Expired, Recorded
from bandeau.record.stores.session import Leaf, Session


def leaf(entry: Entry) -> Leaf:
    """The row of an entry; made before its turn comes, so that the transaction is short."""
    body = canonical(entry)
    return Leaf(Kind.CHOICE, commitment_of(body, entry.salt), entry.record, entry.salt, body)


def append(row: Leaf, session: Session) -> int:
    """Append an entry to the log."""
    return session.append(row)


def history(record: bytes, session: Session) -> tuple[Recorded, ...]:
    """Every entry of a record."""
    rows = session.run("history", record)
    return tuple(Recorded(index, parse(body, salt), *log) for index, body, salt, *log in rows)


def erase(record: bytes, session: Session) -> int:
    """Erase a record, unless it is withheld."""
    session.settle()  # what this very transaction appends of it goes as well
    session.run("record-lock", record)  # nobody may withhold it between the look and the erasing
    held = session.run("withheld", record).fetchone()
    if held is not None:
        raise Withheld(held[0])
    return session.run("erase", record).rowcount


def expire(before: int, start: int, count: int, session: Session) -> Expired:
    """Erase what was recorded before a time."""
    session.settle()
    erased = 0
    for index, record, body in list(session.run("kept", start, count)):
        made_at = parse(body, bytes(SALT_SIZE)).at
        if made_at < before and session.run("withheld", record).fetchone() is None:
            erased += session.run("erase-one", index).rowcount
    size = session.run("head").fetchone()[0]
    return Expired(erased, start + count if start + count < size else None)


def withhold(record: bytes, reason: str, at: int, session: Session) -> None:
    """Keep a record from being erased."""
    session.settle()
    session.run("record-lock", record)
    session.run("withhold", record, reason, at)


def release(record: bytes, session: Session) -> bool:
    """Let a record be erased again."""
    return session.run("release", record).rowcount == 1
