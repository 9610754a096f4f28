"""``bandeau ledger export``: the choices as rows, for other programs, whatever their number."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from bandeau.cli.ledger.common import iso
from bandeau.cli.records import FOLDER, Data, Database, opened, own_keys

if TYPE_CHECKING:
    from bandeau.record.stores import Row, Store

_DAY = ["%Y-%m-%d"]
_GROUP = 10_000  # rows that Parquet keeps together
_COLUMNS = (
    "index", "time", "record", "action", "how", "language", "purposes", "services", "signals", "declaration", "notice",
)  # fmt: skip
_PROOF = ("salt", "commitment", "body")


class Format(StrEnum):
    """How rows are written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def export(
    form: Annotated[Format, typer.Option("--format", help="JSON Lines, CSV, or Parquet.")] = Format.JSONL,
    output: Annotated[Path | None, typer.Option(help="The file, readable by its owner; else the output.")] = None,
    first: Annotated[datetime | None, typer.Option("--from", formats=_DAY, help="The first day, in UTC.")] = None,
    last: Annotated[datetime | None, typer.Option("--until", formats=_DAY, help="The last day, in UTC.")] = None,
    proof: Annotated[
        bool, typer.Option("--with-proof-material", help="With salt, commitment and exact bytes of each record.")
    ] = False,
    data: Data = FOLDER,
    database: Database = None,
) -> None:
    """Write every choice as a row: its index in the log, its time, and all that the record says.

    What was erased is left out. Rows go out as they are read, so any number of them takes little memory.

    With the salt of a record its leaf in the log can be told; without, nobody can. Give it out only to who checks.

    For example:

      bandeau ledger export > choices.jsonl

      bandeau ledger export --format csv --from 2026-11-01 --until 2026-11-30 --output november.csv

      bandeau ledger export --format parquet --output choices.parquet
    """
    from bandeau.errors import SetupError

    write = {Format.JSONL: _jsonl, Format.CSV: _csv, Format.PARQUET: _parquet}[form]
    if form is Format.PARQUET:
        _need_pyarrow()
        if output is None:
            raise SetupError("Parquet is no text: name a file with --output.")
    columns = (*_COLUMNS, *(_PROOF if proof else ()))
    since = _milliseconds(first) if first else 0
    before = _milliseconds(last + timedelta(days=1)) if last else 1 << 62
    with opened(data, database, own_keys(data)) as store, _target(output) as file:
        write(file, columns, _rows(store, columns, since, before))


def _rows(store: Store, columns: Iterable[str], since: int, before: int) -> Iterator[dict[str, Any]]:
    from bandeau.record.regrowth import pages

    for page in pages(store, store.head().result()):
        for row in page:
            if row.body is not None:
                at, values = _values(row)
                if since <= at < before:
                    yield {name: values[name] for name in columns}


def _values(row: Row) -> tuple[int, dict[str, Any]]:
    from bandeau.errors import StoreError
    from bandeau.record.entry import parse

    assert row.body is not None
    try:
        entry = parse(row.body, row.salt or b"")
    except ValueError as problem:
        raise StoreError(f"leaf {row.index} cannot be read ({problem}); see bandeau ledger verify") from problem
    return entry.at, {
        "index": row.index,
        "time": iso(entry.at),
        "record": entry.record.hex(),
        "action": entry.action.value,
        "how": entry.how.value,
        "language": entry.language,
        "purposes": dict(entry.purposes),
        "services": dict(entry.services),
        "signals": list(entry.signals),
        "declaration": entry.declaration,
        "notice": entry.notice,
        "salt": entry.salt.hex(),
        "commitment": row.commitment.hex(),
        "body": row.body.decode(),
    }


def _milliseconds(day: datetime) -> int:
    return int(day.replace(tzinfo=UTC).timestamp()) * 1000


# -- formats ------------------------------------------------------------------------------------------------------


def _jsonl(file: IO[bytes], _: Iterable[str], rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        file.write(_compact(row).encode() + b"\n")


def _csv(file: IO[bytes], columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> None:
    """RFC 4180, with a line of names; what is a list or a table is JSON in its cell."""
    text = _Encoded(file)
    table = csv.writer(text)
    table.writerow(columns)
    for row in rows:
        table.writerow(_compact(cell) if isinstance(cell, dict | list) else cell for cell in row.values())


def _parquet(file: IO[bytes], columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> None:
    import pyarrow
    from pyarrow import parquet

    states = pyarrow.map_(pyarrow.string(), pyarrow.bool_())
    special = {
        "index": pyarrow.int64(),
        "time": pyarrow.timestamp("ms", tz="UTC"),
        "purposes": states,
        "services": states,
        "signals": pyarrow.list_(pyarrow.string()),
    }
    schema = pyarrow.schema([(name, special.get(name, pyarrow.string())) for name in columns])
    coming = iter(rows)
    with parquet.ParquetWriter(file, schema) as writer:
        while group := [_arrow(row) for row in islice(coming, _GROUP)]:
            writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))


def _arrow(row: dict[str, Any]) -> dict[str, Any]:
    states = {name: list(row[name].items()) for name in ("purposes", "services")}
    return {**row, **states, "time": datetime.fromisoformat(row["time"])}


def _need_pyarrow() -> None:
    from importlib.util import find_spec

    from bandeau.errors import SetupError

    if find_spec("pyarrow") is None:
        raise SetupError("Parquet needs pyarrow: install bandeau[parquet].")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Encoded:
    """What ``csv`` writes to, over bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.write: Callable[[str], int] = lambda text: file.write(text.encode())


# -- where to -----------------------------------------------------------------------------------------------------


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """The output, or a file that is there whole or not at all."""
    from bandeau.errors import SetupError

    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft = output.with_name(f"{output.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            yield file
        draft.replace(output)
    except OSError as error:
        raise SetupError(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
