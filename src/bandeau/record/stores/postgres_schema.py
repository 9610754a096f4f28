"""The tables of a PostgreSQL database, brought up to date, and the log in them.

Several processes may start at once. So the schema has a row that says its version, and whoever has to change anything
locks that row first, in the transaction that changes it.
"""

from __future__ import annotations

import contextlib
from typing import Any

from bandeau.errors import SetupError
from bandeau.record.merkle import EMPTY, format_frontier
from bandeau.record.stores.postgres_connection import Patient, connect, psycopg
from bandeau.record.stores.session import statement

_SCHEMAS = ("schema-1",)
"""The files that lead from an empty database to the present one; the version counts those that were run."""

_CHANGING = 3600.0
"""How long, in seconds, a change of the tables may take, and waiting for another process that changes them."""

_AT_ONCE = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateSchema,
    psycopg.errors.DuplicateTable,
    psycopg.errors.DuplicateObject,  # a table's type of the same name
)
"""What one of two gets that make the same thing at once, even IF NOT EXISTS."""


def prepare(conninfo: str, log: str) -> int:
    """Bring the tables up to date, begin the log where there is none of that name, and give its number.

    Raises:
        psycopg.Error: the database cannot be reached, or does not allow it.
        SetupError: it was made by a newer version of Bandeau, or does not keep what it acknowledges.
    """
    connection = connect(conninfo, _CHANGING)
    try:
        return _looked_up(connection, log) or _made(connection, log)
    finally:
        connection.close()


def _looked_up(connection: Patient, log: str) -> int | None:
    """The log's number where there is nothing to do: so that a role needs no more rights than that takes."""
    if _first(connection, "SELECT to_regclass('bandeau.schema') IS NOT NULL") != (True,):
        return None
    if _checked(_first(connection, statement("postgres", "schema-version"))) < len(_SCHEMAS):
        return None
    found = _first(connection, statement("postgres", "log-find"), log)
    return None if found is None else int(found[0])


def _made(connection: Patient, log: str) -> int:
    connection.execute("SET lock_timeout = 0")
    if _first(connection, "SELECT to_regnamespace('bandeau') IS NULL") == (True,):
        _attempt(connection, "CREATE SCHEMA bandeau")  # asked first: who may not make one may use one
    for name in ("schema", "schema-row"):
        _attempt(connection, statement("postgres", name))
    with connection.transaction():
        version = _checked(_first(connection, statement("postgres", "schema-lock")))
        for name in _SCHEMAS[version:]:
            for part in statement("postgres", name).split(";\n"):
                connection.execute(part)
        connection.execute(statement("postgres", "schema-move"), [len(_SCHEMAS)])
        return _log(connection, log)


def _attempt(connection: Patient, text: str) -> None:
    """Make what there has to be before there is anything to lock; another process may be first."""
    with contextlib.suppress(*_AT_ONCE):
        connection.execute(text)


def _log(connection: Patient, name: str) -> int:
    """The log's number; the lock is held, so nobody else takes the same."""
    find = statement("postgres", "log-find")
    if _first(connection, find, name) is None:
        connection.execute(statement("postgres", "log-new"), [name])
        number = _first(connection, find, name)[0]
        head = (number, EMPTY.size, EMPTY.root(), format_frontier(EMPTY))
        connection.execute(statement("postgres", "head-new"), head)
    return int(_first(connection, find, name)[0])


def _checked(row: Any) -> int:
    version = 0 if row is None else int(row[0])
    if version > len(_SCHEMAS):
        raise SetupError("it was written by a newer version of Bandeau; upgrade this one")
    return version


def _first(connection: Patient, text: str, *values: Any) -> Any:
    return connection.execute(text, values).fetchone()
