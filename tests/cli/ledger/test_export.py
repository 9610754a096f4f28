"""``bandeau ledger export``: every choice that is kept, as a row, in three forms."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest

from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve.opening import FILE
from support.commands import Run
from support.ledgers import ERASED
from support.records import entry

DAY = 86_400_000


def rows(bandeau: Run, data: Path, *more: str) -> list[dict[str, object]]:
    ran = bandeau("ledger", "export", "--data", data, *more)
    assert (ran.code, ran.err) == (0, "")
    return [json.loads(line) for line in ran.out.splitlines()]


def test_json_lines_have_all_that_a_record_says_and_nothing_of_what_is_erased(bandeau: Run, data: Path) -> None:
    found = rows(bandeau, data)
    assert [row["index"] for row in found] == [number + 1 for number in range(60) if number != ERASED]
    one = entry(20)
    assert found[19] == {
        "index": 21,
        "time": "2026-01-01T00:00:00Z",
        "record": one.record.hex(),
        "action": "custom",
        "how": "form",
        "language": "fr",
        "purposes": dict(one.purposes),
        "services": dict(one.services),
        "signals": ["gpc"],
        "declaration": one.declaration,
        "notice": one.notice,
    }


def test_salts_go_out_only_where_asked_for_and_then_prove_the_leaf(bandeau: Run, data: Path) -> None:
    ran = bandeau("ledger", "export", "--data", data)
    assert entry(20).salt.hex() not in ran.out
    found = rows(bandeau, data, "--with-proof-material")[19]
    assert found["salt"] == entry(20).salt.hex()
    hashed = sha256(bytes.fromhex(str(found["salt"])) + str(found["body"]).encode()).hexdigest()
    assert hashed == found["commitment"]


def test_days_limit_what_goes_out_both_included(bandeau: Run, data: Path) -> None:
    start = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * 1000
    with closing(SQLiteStore(data / FILE)) as store:
        for number, at in enumerate((start - 1, start, start + DAY, start + 2 * DAY - 1, start + 2 * DAY)):
            store.append(replace(entry(1_000 + number), at=at)).result()
    found = rows(bandeau, data, "--from", "2026-03-01", "--until", "2026-03-02")
    assert [row["index"] for row in found] == [62, 63, 64]
    assert len(rows(bandeau, data, "--from", "2026-03-01")) == 4
    assert bandeau("ledger", "export", "--data", data, "--from", "yesterday").code == 2


def test_csv_has_a_line_of_names_and_tables_as_json(bandeau: Run, data: Path) -> None:
    ran = bandeau("ledger", "export", "--data", data, "--format", "csv")
    found = list(csv.DictReader(StringIO(ran.out, newline="")))
    assert len(found) == 59
    assert json.loads(found[19]["services"]) == dict(entry(20).services)
    assert [{**row, "index": int(row["index"])}["index"] for row in found] == [
        row["index"] for row in rows(bandeau, data)
    ]


def test_parquet_has_the_same_rows_with_types(bandeau: Run, data: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "choices.parquet"
    assert bandeau("ledger", "export", "--data", data, "--format", "parquet", "--output", file).code == 0
    table = parquet.read_table(file)
    expected = rows(bandeau, data)
    assert table.column("index").to_pylist() == [row["index"] for row in expected]
    one = table.to_pylist()[19]
    assert dict(one["services"]) == dict(entry(20).services)
    assert one["time"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert one["signals"] == ["gpc"]
    assert "salt" not in table.column_names


def test_parquet_needs_a_file_and_pyarrow(bandeau: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--output" in bandeau("ledger", "export", "--data", data, "--format", "parquet").err
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = bandeau("ledger", "export", "--data", data, "--format", "parquet", "--output", "x")
    assert (ran.code, ran.err) == (1, "bandeau: Parquet needs pyarrow: install bandeau[parquet].\n")


def test_a_file_is_its_owners_alone_and_whole_or_not_there(bandeau: Run, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "choices.jsonl"
    assert bandeau("ledger", "export", "--data", data, "--output", file).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text().count("\n") == 59
    with closing(SQLiteStore(data / FILE)) as store:
        store.append(entry(70)).result()
    import sqlite3

    with closing(sqlite3.connect(data / FILE)) as connection, connection:
        connection.execute("UPDATE entries SET body = x'00' WHERE seq = 50")
    ran = bandeau("ledger", "export", "--data", data, "--output", file)
    assert ran.code == 1
    assert "leaf 50 cannot be read" in ran.err
    assert file.read_text().count("\n") == 59
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["choices.jsonl"]
    assert bandeau("ledger", "export", "--data", data, "--output", tmp_path / "no" / "file").code == 1
