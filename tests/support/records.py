"""Entries for the tests of records and stores."""

from __future__ import annotations

import hashlib

from bandeau.record.entry import Action, Entry, How, new_record_id


def entry(number: int, *, record: bytes | None = None, salt: bytes | None = None) -> Entry:
    """An entry that differs from that of every other number; a record of its own unless one is given."""
    seed = hashlib.sha256(str(number).encode()).digest()
    return Entry(
        record=record or new_record_id(1_767_225_600_000 + number, seed[:10]),
        at=1_767_225_600_000 + number,
        declaration=seed.hex(),
        notice=hashlib.sha256(seed).hexdigest(),
        language="fr",
        action=Action.CUSTOM,
        purposes={"social": bool(number % 2), "advertising": False},
        services={"comments": bool(number % 2), "video": bool(number % 3)},
        how=How.FORM,
        signals=("gpc",) if number % 5 == 0 else (),
        salt=salt or hashlib.sha256(b"salt" + seed).digest(),
    )
