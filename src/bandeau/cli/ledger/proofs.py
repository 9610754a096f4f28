"""``bandeau ledger prove`` and ``check``: that a leaf is in the log, in a file that is checked without the log."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bandeau.cli.ledger.common import AsJson, Keys, done, emit, iso, parsed_keys, read_text, table, trusted_keys
from bandeau.cli.records import FOLDER, Data, Database, opened, own_keys

if TYPE_CHECKING:
    from bandeau.record.evidence import Evidence
    from bandeau.record.stores import Store
    from bandeau.serve.keys import LogKeys

_RECORD = re.compile(r"[0-9a-f]{32}")
_INDEX = re.compile(r"[0-9]{1,18}")


def prove(
    what: Annotated[str, typer.Argument(metavar="INDEX|RECORD", help="A leaf's index, or a record's 32 hex digits.")],
    data: Data = FOLDER,
    database: Database = None,
    folder: Annotated[Path, typer.Option("--output", help="The folder that the proofs are written to.")] = Path(),
) -> None:
    """Write the proof that a leaf is in the log: a .tlog-proof, which anybody can check without the log.

    It has the leaf's index, the hashes beside its way to the root, and the signed checkpoint with its cosignatures
    (the format: https://c2sp.org/tlog-proof). A leaf says nothing about anybody. For a visitor, the receipt on the page
    of kept choices has more: the choice itself, and what was asked.

    For example:

      bandeau ledger prove 1234

      bandeau ledger prove 019bb2f1c0de7a318a5f0c9d4e2b1a37 --output proofs
    """
    from bandeau.record.leaf import leaf_of
    from bandeau.record.proof import InclusionProof, format_proof

    own = own_keys(data)
    with opened(data, database, own) as store:
        indexes = _indexes(store, what)
        note, size = _signed(store, own, max(indexes) + 1)
        paths = store.prove(indexes, size).result()
        for index, path in zip(indexes, paths, strict=True):
            (row,) = store.rows(index, 1).result()
            proof = InclusionProof(leaf_of(row.kind, row.commitment), index, path, note)
            typer.echo(_write(folder / f"leaf-{index}.tlog-proof", format_proof(proof)))


def _indexes(store: Store, what: str) -> list[int]:
    from bandeau.errors import SetupError

    size = store.head().result().size
    if _RECORD.fullmatch(what):
        indexes = [one.index for one in store.history(bytes.fromhex(what)).result() if not one.log]
        if not indexes:
            raise SetupError(f"There is no record {what} here: it was never made, or is erased.")
        return indexes
    if not _INDEX.fullmatch(what):
        raise SetupError(f"{what} is neither the index of a leaf nor a record of 32 lower-case hex digits.")
    if int(what) >= size:
        raise SetupError(f"The log has {size} leaves; the last one has the index {size - 1}.")
    return [int(what)]


def _signed(store: Store, own: LogKeys | None, covering: int) -> tuple[str, int]:
    """A signed head over so many leaves; a new one only where the key is here."""
    from bandeau.errors import SetupError
    from bandeau.record.checkpoint import read_checkpoint
    from bandeau.serve.ledger import Ledger

    note = store.published().result()
    size = read_checkpoint(note).size if note else 0
    if note is None or size < covering:
        if own is None:
            raise SetupError("No checkpoint covers this leaf yet, and the log's key, to sign one, is not here.")
        note = done(Ledger(store, own).checkpoint(covering))
        size = read_checkpoint(note).size
    return note, size


def _write(file: Path, text: str) -> str:
    from bandeau.errors import SetupError

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}.") from error
    return str(file)


def check(
    file: Annotated[Path, typer.Argument(help="A receipt (HTML or JSON) or a .tlog-proof.")],
    key: Keys = [],  # noqa: B006 - Typer's way to have none
    witness: Annotated[
        list[str], typer.Option(metavar="VKEY", help="A witness' public key; it must have cosigned; may be repeated.")
    ] = [],  # noqa: B006
    data: Data = FOLDER,
    as_json: AsJson = False,
) -> None:
    """Check a receipt or a proof, offline: nothing but the file and the log's public key is needed.

    The key is best had from where the visitor had it: from a witness, from whoever kept it, or from the site's
    /.bandeau/log/keys. Without --key it is that of the data folder.

    Exit code: 0 where it holds, 1 where not; the message says what does not.

    For example:

      bandeau ledger check receipt.html --key "$(cat key-of-the-log)"

      bandeau ledger check leaf-1234.tlog-proof --json
    """
    from bandeau.errors import ProofError, SetupError
    from bandeau.record.evidence import check_evidence
    from bandeau.record.receipt import RECEIPT_LIMIT

    keys = trusted_keys(key, None if key else own_keys(data))
    if not keys:
        raise SetupError("Give the public key of the log with --key: without one nothing can be checked.")
    try:
        evidence = check_evidence(read_text(file, RECEIPT_LIMIT), str(file), keys, parsed_keys(witness))
    except ProofError as problem:
        if as_json:
            emit({"holds": False, "problem": str(problem)})
            raise typer.Exit(1) from problem
        raise ProofError(f"{file} does not hold: {problem}.") from problem
    (emit if as_json else _show)(_proved(evidence))


def _proved(evidence: Evidence) -> dict[str, Any]:
    from bandeau.record.lines import format_bytes

    checkpoint = evidence.checkpoint
    found: dict[str, Any] = {
        "holds": True,
        "log": checkpoint.origin,
        "size": checkpoint.size,
        "root": format_bytes(checkpoint.root),
        "leaves": [{"index": known.index, "leaf": known.leaf.hex()} for known in evidence.leaves],
    }
    if evidence.receipt is not None:
        found["choices"] = [
            {
                "index": one.proof.index,
                "time": iso(one.entry.at),
                "action": one.entry.action.value,
                "services": dict(one.entry.services),
            }
            for one in evidence.receipt.choices
        ]
    return found


def _show(found: dict[str, Any]) -> None:
    rows = [("it holds", f"the log {found['log']}"), ("signed", f"size {found['size']:,}, root {found['root']}")]
    choices = {choice["index"]: choice for choice in found.get("choices", ())}
    for leaf in found["leaves"]:
        choice = choices.get(leaf["index"])
        if choice is None:
            rows.append((f"leaf {leaf['index']}", leaf["leaf"]))
            continue
        allowed = ", ".join(name for name, state in choice["services"].items() if state) or "nothing"
        rows.append((f"leaf {leaf['index']}", f"{choice['time']} {choice['action']}, allowed: {allowed}"))
    table(rows)
