"""How the catalogue is written: the one form of its files, and the page that lists it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from json import dumps
from typing import Any

from bandeau.declare import catalogue
from bandeau.declare.build import KNOWN_PURPOSES
from bandeau.declare.schema import entry_schema

WIDTH = 120

HEAD = """\
# The catalogue

Written by `.venv/bin/python scripts/list-catalogue`; do not edit it. Every service that a
[declaration](../formats/declaration.md#the-catalogue) can name with `use`: {services} third parties, and {software}
pieces of software that sites run themselves. Each is one small file in
[src/bandeau/declare/catalogue](../../src/bandeau/declare/catalogue), with hosts, cookies, lifetimes and storage keys;
[how to add one](../how-to/add-a-service.md).
"""


def written(entry: Mapping[str, Any], comment: str = "") -> str:
    """A file of the catalogue in its one form: keys in the schema's order, a tracker a line, short lists in one."""
    return comment + "".join(_lines(entry))


def _lines(entry: Mapping[str, Any]) -> Iterator[str]:
    order = [key for key in entry_schema()["properties"] if key != "description"]
    for key in order:
        if key in entry:
            yield f"{key} = {_value(entry[key], len(key) + 3)}\n"
    yield "\n[description]\n"
    for language in ("fr", "en"):
        yield f"{language} = {_value(entry['description'][language], 0)}\n"


def _value(value: Any, before: int) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner, 0)}" for key, inner in value.items()) + " }"
    if not isinstance(value, list):
        return dumps(value, ensure_ascii=False)
    items = [_value(item, 0) for item in value]
    short = "[" + ", ".join(items) + "]"
    trackers = bool(value) and isinstance(value[0], dict)
    if before + len(short) <= WIDTH and not (trackers and len(items) > 1):
        return short
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def page() -> str:
    """The page of the documentation that lists the catalogue."""
    entries = {name: catalogue.entry(name) for name in catalogue.names()}
    software = [name for name, entry in entries.items() if "recipient" not in entry]
    services = [name for name in entries if name not in software]
    parts = [HEAD.format(services=len(services), software=len(software))]
    for purpose in (*KNOWN_PURPOSES[1:], KNOWN_PURPOSES[0]):
        of_it = [name for name in services if _main(entries[name]) == purpose]
        if of_it:
            parts.append(_table(f"Third parties: {purpose}", of_it))
    parts.append(_table("Software of the site's own", software))
    return "\n".join(parts)


def _table(title: str, names: list[str]) -> str:
    rows = [f"## {title}", "", "| `use` | name | recipient | for |", "| --- | --- | --- | --- |"]
    for name in names:
        entry = catalogue.entry(name)
        recipient = entry.get("recipient", "the site's controller")
        hosts = "; name your own hosts" if entry.get("shared") else ""
        rows.append(f"| `{name}` | {entry['name']} | {recipient} | {', '.join(_purposes(entry))}{hosts} |")
    return "\n".join([*rows, ""])


def _main(entry: Mapping[str, Any]) -> str:
    """What it is for first of all, where it is for more than functioning."""
    return next((purpose for purpose in _purposes(entry) if purpose != KNOWN_PURPOSES[0]), KNOWN_PURPOSES[0])


def _purposes(entry: Mapping[str, Any]) -> list[str]:
    return [*entry.get("purposes", ()), *([entry["purpose"]] if "purpose" in entry else [])]
