"""``bandeau ledger backup`` and ``restore``: copies that are checked, and never fork the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bandeau.cli.ledger.common import Keys, former_keys, kept_roots, trusted_keys
from bandeau.cli.records import FOLDER, Data, Database, opened, own_keys

if TYPE_CHECKING:
    from bandeau.record.keys import Verifier
    from bandeau.record.regrowth import KnownRoot
    from bandeau.record.stores import Head

_POSTGRES = (
    "The records are in PostgreSQL: copy it with pg_basebackup or pg_dump, as its own manual says, and check it with "
    "bandeau ledger verify."
)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to make; it must not be there yet.")],
    data: Data = FOLDER,
    database: Database = None,
) -> None:
    """Copy the ledger to a file, as it is at one moment, while the site goes on; then check the copy.

    The file is readable by its owner only. It has no byte of what was erased before; what is erased later stays in it,
    so do not keep copies longer than you keep records. The keys are not in it: keep the files keys and log-keys of the
    data folder in another safe place, once.

    For example:

      bandeau ledger backup /backups/ledger-$(date +%F).sqlite3
    """
    from bandeau.errors import SetupError
    from bandeau.record.stores.copies import copy, drafted, put
    from bandeau.serve.opening import FILE

    if database:
        raise SetupError(_POSTGRES)
    if file.exists():
        raise SetupError(f"{file} is there already: name another, and delete old ones by hand.")
    own = own_keys(data)
    with opened(data, None, own):
        pass  # it is there, and of the present form
    with drafted(file) as draft:
        copy(data / FILE, draft)
        head = _checked(draft, trusted_keys((), own), [], f"The copy of {data / FILE}")
        put(draft, file)
    typer.echo(f"{file}: {head.size} leaves, and everything holds.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that bandeau ledger backup made.")],
    data: Data = FOLDER,
    database: Database = None,
    key: Keys = [],  # noqa: B006 - Typer's way to have none
    checkpoint: Annotated[
        list[Path], typer.Option(help="A signed checkpoint that you or a witness kept; the backup must reach it.")
    ] = [],  # noqa: B006
) -> None:
    """Put a backup in the place of the ledger, where that takes back nothing that was recorded or signed.

    The backup is checked whole first. Where there is a ledger in the data folder, the backup must begin with all of it;
    what was erased from it since stays erased. Stop the site first.

    A backup that is older than the last checkpoint that the log published must not go on as the same log: it would sign
    a second history, and every witness would tell. Give the newest checkpoint that somebody kept, and it is refused.
    The way out is a new log with a name of its own: see docs/how-to/ledger.md.

    For example:

      bandeau ledger restore /backups/ledger-2026-11-26.sqlite3 --checkpoint newest-of-the-witness.txt
    """
    from bandeau.errors import ProofError, SetupError
    from bandeau.record.stores.copies import carry_over, check_continues, drafted, lock_out, put, take
    from bandeau.record.stores.sqlite import SQLiteStore
    from bandeau.serve.opening import FILE

    if database:
        raise SetupError(_POSTGRES)
    target = data / FILE
    keys = trusted_keys(key, own_keys(data))
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with drafted(target) as draft:
        take(file, draft)
        head = _checked(draft, keys, kept_roots(checkpoint, keys), str(file))
        erased = 0
        if target.exists():
            present, coming = SQLiteStore(target), SQLiteStore(draft)
            try:
                check_continues(present, coming)
            except ProofError as problem:
                raise ProofError(f"{file} was not put back: {problem}.") from problem
            finally:
                present.close()
                coming.close()
            lock_out(target)
            erased = carry_over(target, draft)
        put(draft, target)
    again = f"; {erased} that were erased here since are erased again" if erased else ""
    typer.echo(f"{target}: {head.size} leaves, and everything holds{again}.")
    if not checkpoint:
        typer.echo(f"If the log ever signed a size above {head.size}, do not start the site with it; see --help.")


def _checked(draft: Path, keys: tuple[Verifier, ...], roots: list[KnownRoot], name: str) -> Head:
    """Check a copy whole."""
    from bandeau.errors import ProofError
    from bandeau.record.checking import check_ledger
    from bandeau.record.stores.sqlite import SQLiteStore

    store = SQLiteStore(draft)
    try:
        former = former_keys(store)
        fault = next(check_ledger(store, keys or former, former=former, roots=roots), None)
        if fault is not None:
            raise ProofError(f"{name} does not hold: {fault}")
        return store.head().result()
    finally:
        store.close()
