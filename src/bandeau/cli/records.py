"""Where a command finds a site's records, and its keys beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bandeau.record.stores import Store
    from bandeau.serve.keys import LogKeys

Data = Annotated[Path, typer.Option(envvar="BANDEAU_DATA", help="The folder of keys and records.")]
Database = Annotated[
    str | None,
    typer.Option(envvar="BANDEAU_DATABASE", help="postgresql://..., where the records are in PostgreSQL."),
]
FOLDER = Path("bandeau-data")
"""Where the records are unless told."""


def is_there(data: Path, database: str | None) -> bool:
    """Whether anything was ever recorded there, as far as can be told without making it."""
    from bandeau.serve.opening import FILE

    return bool(database) or (data / FILE).exists()


def own_keys(data: Path) -> LogKeys | None:
    """The keys that sign the log, ``None`` where there are none: nothing is made."""
    import os

    from bandeau.serve.keys import log_keys

    told = any(name in os.environ for name in ("BANDEAU_LOG_KEYS", "BANDEAU_LOG_SIGN"))
    return log_keys(data, "") if told or (data / "log-keys").exists() else None


@contextmanager
def opened(data: Path, database: str | None, keys: LogKeys | None, *, make: bool = False) -> Iterator[Store]:
    """The store of a ledger that is there, or that is to be made.

    Raises:
        SetupError: there is none.
    """
    from bandeau.errors import SetupError
    from bandeau.serve.opening import open_store

    if not make and not is_there(data, database):
        raise SetupError(
            f"There are no records in {data}; name the folder that the site uses with --data, "
            f"or make one with bandeau ledger init."
        )
    if database and keys is None:
        raise SetupError(f"Which log of the database it is, the key in {data} says; name its folder with --data.")
    store = open_store(data, database, keys.origin if keys else "")
    try:
        yield store
    finally:
        store.close()
