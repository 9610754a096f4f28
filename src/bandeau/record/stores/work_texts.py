"""What a store does to texts and counts, each piece of work inside a transaction."""

from __future__ import annotations

from bandeau.record.stores import OTHER, TALLY_DAYS, TALLY_ROWS_A_DAY, TALLY_TEXT_LIMIT, Archived, Observation, Tally
from bandeau.record.stores.session import Session


def archive(row: tuple[str, str, bytes, int], session: Session) -> None:
    """Keep a text under its kind and digest."""
    session.run("archive", *row)


def text(kind: str, digest: str, session: Session) -> bytes | None:
    """One archived text."""
    kept = session.run("text", kind, digest).fetchone()
    return None if kept is None else bytes(kept[0])


def archived(kind: str, session: Session) -> dict[str, Archived]:
    """Everything archived of one kind."""
    return {digest: Archived(body, since) for digest, body, since in session.run("archived", kind)}


def tally(counts: dict[Observation, int], session: Session) -> None:
    """Add to counts, within the limits."""
    rows: dict[tuple[str, bool], int] = {}
    for one, times in ((_bounded(one), times) for one, times in counts.items()):
        if session.run("tally-known", *one, times).rowcount:
            continue
        kind = (one.day, bool(one.page))
        # Counted once in a transaction, which nobody else writes into: a day has thousands.
        rows[kind] = rows[kind] + 1 if kind in rows else 1 + _rows(session, one)
        kept = one if rows[kind] <= TALLY_ROWS_A_DAY else Observation(one.day, OTHER, OTHER)
        session.run("tally", *kept, times)
    if counts:
        newest = max(one.day for one in counts)
        session.run("tally-forget", newest, f"-{TALLY_DAYS} days")


def _bounded(one: Observation) -> Observation:
    fits = all(len(text) <= TALLY_TEXT_LIMIT and "\0" not in text for text in one)  # no database has a text with NUL
    return one if fits else Observation(one.day, OTHER, OTHER)


def _rows(session: Session, one: Observation) -> int:
    return int(session.run("tally-rows", one.day, one.page).fetchone()[0])


def tallies(session: Session) -> tuple[Tally, ...]:
    """Every count."""
    return tuple(Tally(*row) for row in session.run("tallies"))
