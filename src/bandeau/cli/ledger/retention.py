"""``bandeau ledger withhold``, ``release`` and ``expire``: what may not be erased, and what goes with its age."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from bandeau.cli.ledger.common import AsJson, emit
from bandeau.cli.records import FOLDER, Data, Database, opened, own_keys

_RECORD = re.compile(r"[0-9a-f]{32}")
_AT_ONCE = 2_000  # entries a transaction, so that choices of visitors need not wait

Record = Annotated[str, typer.Argument(metavar="RECORD", help="The record's 32 hex digits.")]


def withhold(
    record: Record,
    reason: Annotated[str, typer.Option(help="Why; the visitor who asks for erasure is told this.")],
    data: Data = FOLDER,
    database: Database = None,
) -> None:
    """Keep a record from being erased, because a legal claim needs it (GDPR, art. 17(3)(e)).

    Neither the visitor nor bandeau ledger expire can erase it until it is released.

    For example:

      bandeau ledger withhold 019bb2f1c0de7a318a5f0c9d4e2b1a37 --reason "Complaint 2026-114 to the CNIL"
    """
    import time

    wanted = _record(record)
    with opened(data, database, own_keys(data)) as store:
        store.withhold(wanted, reason, time.time_ns() // 1_000_000).result()
    typer.echo(f"{record} is withheld.")


def release(record: Record, data: Data = FOLDER, database: Database = None) -> None:
    """Let a withheld record be erased again.

    For example:

      bandeau ledger release 019bb2f1c0de7a318a5f0c9d4e2b1a37
    """
    from bandeau.errors import SetupError

    wanted = _record(record)
    with opened(data, database, own_keys(data)) as store:
        held = store.release(wanted).result()
    if not held:
        raise SetupError(f"{record} was not withheld.")
    typer.echo(f"{record} can be erased again.")


def expire(
    older_than: Annotated[str, typer.Option(metavar="TIME", help='A number and a unit, such as "25 months".')],
    data: Data = FOLDER,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Erase what was recorded longer ago: record id, salt and body. The log goes on to verify.

    What is withheld stays. Run it daily; it works in small steps, so the site goes on meanwhile. How long proof of a
    consent is needed is for you to decide: as long as the choice counts, and as long as somebody may dispute it.

    For example:

      bandeau ledger expire --older-than "25 months"
    """
    import time

    before = time.time_ns() // 1_000_000 - 1000 * _seconds(older_than)
    erased, at = 0, 0
    with opened(data, database, own_keys(data)) as store:
        going_on: int | None = at
        while going_on is not None:
            step = store.expire(before, going_on, _AT_ONCE).result()
            erased, going_on = erased + step.erased, step.next
    if as_json:
        emit({"erased": erased})
    else:
        typer.echo(f"{erased} {'entry' if erased == 1 else 'entries'} erased.")


def _record(text: str) -> bytes:
    from bandeau.errors import SetupError

    if not _RECORD.fullmatch(text):
        raise SetupError(f"{text} is not a record: it has 32 lower-case hex digits.")
    return bytes.fromhex(text)


def _seconds(text: str) -> int:
    from bandeau.errors import SetupError
    from bandeau.model import Lifetime

    try:
        seconds = Lifetime.parse(text).seconds
    except ValueError:
        seconds = None
    if not seconds:
        raise SetupError(f'{text} is not a time: give a whole number and a unit, such as "25 months".')
    return seconds
