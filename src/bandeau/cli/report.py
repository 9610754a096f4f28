"""``bandeau report``: what was held on live pages, or in observe mode would have been."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def report(
    data: Annotated[Path, typer.Option(envvar="BANDEAU_DATA", help="The folder of the records.")] = Path(
        "bandeau-data"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print rows for machines.")] = False,
) -> None:
    """Show what was held, by day, kind and host or name: counts only, nothing of any visitor.

    In observe mode this is what would be held if Bandeau enforced: declare what you find here, then enforce.
    """
    from bandeau.errors import SetupError
    from bandeau.record.stores.sqlite import SQLiteStore

    path = data / "bandeau.sqlite3"
    if not path.exists():
        raise SetupError(f"There are no records in {data}; name the folder that the site uses with --data.")
    store = SQLiteStore(path)
    rows = [{"day": row.day, "kind": row.kind, "what": row.what, "times": row.times} for row in store.tallies()]
    store.close()
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("day", "mode and kind", "host or name", "times", title="Held")
    for row in rows:
        # Names come from outside: they are text, never markup, and must not steer the terminal.
        table.add_row(*(Text("".join(filter(str.isprintable, str(value)))) for value in row.values()))
    Console().print(table if rows else "Nothing was held so far.")
