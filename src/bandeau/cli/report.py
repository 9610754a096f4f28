"""``bandeau report``: what was held on live pages, or in observe mode would have been, and what would allow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from bandeau.cli.records import FOLDER, Data, Database, opened, own_keys

if TYPE_CHECKING:
    from rich.console import Console

_BACK = "Came back after a withdrawal"
_SWEPT = "Swept: stored all the same, and erased before it could be used"
_GROUPS = {"cookie-back": _BACK, "swept": _SWEPT}
_BY_MODE = {"observe": "Would be held", "enforce": "Held"}
_COOKIES = ("cookie-read", "cookie-set")
_NO_HOSTS = (*_COOKIES, *_GROUPS)  # what is not told by a host, but by a name


class Row(NamedTuple):
    """One count: a day, what was held and how, on which pages, how often."""

    day: str
    mode: str
    kind: str
    what: str
    page: str
    times: int


def report(
    data: Data = FOLDER,
    database: Database = None,
    declaration: Annotated[
        Path, typer.Option(help="The declaration that the proposal adds to, if there is one.")
    ] = Path("bandeau.toml"),
    as_json: Annotated[bool, typer.Option("--json", help="Print rows for machines.")] = False,
    as_toml: Annotated[bool, typer.Option("--toml", help="Print only the lines that would allow it.")] = False,
) -> None:
    """Show what was held, the most frequent first, and the lines that would allow it: nothing of any visitor.

    In observe mode this is what would be held if Bandeau enforced: declare what you find here, then enforce.

    For example:

      bandeau report

      bandeau report --toml >> bandeau.toml
    """
    rows = _rows(data, database)
    if as_json:
        import json

        print(json.dumps([row._asdict() for row in rows], indent=2))
    elif as_toml:
        print(_proposal(rows, declaration), end="")
    else:
        _show(rows, _proposal(rows, declaration))


def _rows(data: Path, database: str | None) -> list[Row]:
    rows = []
    with opened(data, database, own_keys(data)) as store:
        for day, named, what, page, times in store.tallies():
            mode, _, kind = named.rpartition(" ")
            rows.append(Row(day, mode, kind, what, page, times))
    return rows


def _proposal(rows: list[Row], file: Path) -> str:
    from bandeau.declare import read_declaration
    from bandeau.declare.propose import propose

    hosts = (row for row in rows if row.mode and row.kind not in _NO_HOSTS)
    cookies = (row for row in rows if row.kind in _COOKIES)
    declared = read_declaration(file) if file.exists() else None
    return propose(_frequent(hosts), _frequent(cookies), declared)


def _frequent(rows: Iterable[Row]) -> list[str]:
    times: Counter[str] = Counter()
    for row in rows:
        times[row.what] += row.times
    return [what for what, _ in times.most_common()]


# -- for people ---------------------------------------------------------------------------------------------------


def _show(rows: list[Row], proposal: str) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if not rows:
        console.print("Nothing was held so far.")
        return
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(_GROUPS.get(row.kind) or _BY_MODE.get(row.mode, "Counted together"), []).append(row)
    for title in sorted(groups, key=[*_BY_MODE.values(), _SWEPT, _BACK, "Counted together"].index):
        _table(console, title, groups[title])
    if proposal:
        console.print("\nNo service declares these. The lines that would, also from bandeau report --toml:\n")
        console.print(proposal, markup=False, soft_wrap=True)
    else:
        console.print("\nAll of it is declared: it was held because visitors did not allow it.")


def _table(console: Console, title: str, rows: list[Row]) -> None:
    from rich.table import Table

    table = Table("host or name", "kind", "pages", "last day", title=title, title_justify="left")
    table.add_column("times", justify="right")
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        one = merged.setdefault((row.what, row.kind), {"pages": Counter(), "day": row.day, "times": 0})
        one["pages"][row.page] += row.times
        one["day"] = max(one["day"], row.day)
        one["times"] += row.times
    for (what, kind), one in sorted(merged.items(), key=lambda item: (-item[1]["times"], item[0])):
        cells = (what, kind, _pages(one["pages"]), one["day"], str(one["times"]))
        table.add_row(*map(_plain, cells))
    console.print(table)


def _pages(pages: Mapping[str, int]) -> str:
    """The three areas where it was seen most, and how many more there are."""
    named = [page for page, _ in Counter(pages).most_common() if page]
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return ", ".join(named[:3]) + more


def _plain(text: str) -> Any:
    """Names come from outside: they are text, never markup, and must not steer the terminal."""
    from rich.text import Text

    return Text("".join(filter(str.isprintable, text)), overflow="fold")
