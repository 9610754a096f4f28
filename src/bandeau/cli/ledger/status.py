"""``bandeau ledger status``: what there is, and who has signed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from bandeau.cli.ledger.common import AsJson, emit, former_keys, iso, table
from bandeau.cli.records import FOLDER, Data, Database, opened, own_keys

if TYPE_CHECKING:
    from bandeau.record.keys import Verifier
    from bandeau.record.stores import Store


def status(data: Data = FOLDER, database: Database = None, as_json: AsJson = False) -> None:
    """Show the size of the log, its root, who signed it, its keys, and how much is kept.

    A checkpoint is what the log has signed: its size and root. The one shown is the newest; cosignatures are those of
    witnesses, checked where the witness is named in the file "witnesses" of the data folder. Of keys only the public
    half is shown. Nothing is checked: bandeau ledger verify does.

    For example:

      bandeau ledger status

      bandeau ledger status --json | jq .checkpoint.behind
    """
    own = own_keys(data)
    with opened(data, database, own) as store:
        keys = tuple(dict.fromkeys((*(own.verifiers if own else ()), *former_keys(store))))
        found = _found(store, keys, data)
    if as_json:
        emit(found)
    else:
        _show(found)
    raise typer.Exit(0)


def _found(store: Store, keys: tuple[Verifier, ...], data: Any) -> dict[str, Any]:
    from bandeau.record.keys import format_vkey
    from bandeau.record.lines import format_bytes

    head, standing = store.head().result(), store.standing().result()
    signed = store.checkpoints().result()
    return {
        "log": keys[0].name if keys else None,
        "size": head.size,
        "root": format_bytes(head.root),
        "checkpoint": _checkpoint(store, signed[-1].size, signed[-1].note, head.size, data) if signed else None,
        "choices": standing.choices,
        "erased": head.size - standing.versions - standing.choices,
        "versions": standing.versions,
        "withheld": standing.withheld,
        "bytes": standing.bytes,
        "keys": [{"name": key.name, "id": key.key_id.hex(), "key": format_vkey(key)} for key in keys],
    }


def _checkpoint(store: Store, size: int, note: str, now: int, data: Any) -> dict[str, Any]:
    """The newest signed head. A note has no time: it is not older than the last choice in it, where one is kept."""
    from bandeau.record.cosign import cosigned
    from bandeau.serve.witnessing import witnesses_in

    known = [witness.verifier for witness in witnesses_in(data)]
    times = cosigned(note, known)
    return {
        "size": size,
        "behind": now - size,
        "after": _last_time(store, size),
        "cosigned": {name: iso(time * 1000) for name, time in sorted(times.items())},
        "note": note,
    }


def _last_time(store: Store, size: int) -> str | None:
    from bandeau.record.entry import parse

    for row in reversed(store.rows(max(0, size - 64), min(64, size)).result()):
        if row.body is not None and row.salt is not None:
            return iso(parse(row.body, row.salt).at)
    return None


def _show(found: dict[str, Any]) -> None:
    rows = [("log", found["log"] or "no key is known here"), ("size", f"{found['size']:,} leaves")]
    rows.append(("root", found["root"]))
    signed = found["checkpoint"]
    if signed is None:
        rows.append(("signed", "nothing yet"))
    else:
        age = f", signed after {signed['after']}" if signed["after"] else ""
        rows.append(("signed", f"up to size {signed['size']:,}, {signed['behind']:,} leaves ago{age}"))
        rows += [("cosigned", f"{name}, {time}") for name, time in signed["cosigned"].items()]
    rows.append(("choices", f"{found['choices']:,} kept, {found['erased']:,} erased"))
    rows.append(("records", f"{found['withheld']:,} withheld from being erased"))
    rows.append(("versions", f"{found['versions']:,} of what was asked"))
    rows.append(("database", f"{found['bytes'] / 1e6:,.1f} MB"))
    rows += [("key", f"{key['key']} (id {key['id']})") for key in found["keys"]]
    table(rows)
