"""``bandeau ledger witness``: have others sign what the log has signed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bandeau.cli.ledger.common import AsJson, done, emit
from bandeau.cli.records import FOLDER, Data, Database, opened, own_keys

if TYPE_CHECKING:
    from bandeau.record.note import Signature
    from bandeau.record.stores import Store
    from bandeau.serve.keys import LogKeys
    from bandeau.serve.witnessing import Witness


def witness(
    named: Annotated[
        list[str],
        typer.Option(
            "--witness",
            metavar='"VKEY [URL]"',
            help="A witness: its public key, and its address if that is not https:// and the key's name.",
        ),
    ] = [],  # noqa: B006 - Typer's way to have none
    data: Data = FOLDER,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Send the newest signed head to witnesses, and keep their cosignatures with it.

    A witness signs only what grew from all that it has seen of this log. So a log with witnesses cannot be rewritten
    or rolled back, not even by who has its database and its key, unless they all help.

    Without --witness they are those of the file "witnesses" in the data folder, one a line, as in the option. Run it
    by cron, as often as you like; https://c2sp.org/tlog-witness is what is spoken.

    Exit code: 0 where all have cosigned, 1 where one has not; those of the others are kept.

    For example:

      bandeau ledger witness

      bandeau ledger witness --witness "$(cat key-of-the-witness) https://witness.example/logs"
    """
    from bandeau.errors import BandeauError, SetupError
    from bandeau.serve.witnessing import parse_witness, witnesses_in

    witnesses = tuple(map(parse_witness, named)) or witnesses_in(data)
    if not witnesses:
        raise SetupError(f"No witness is named: give --witness, or write them into {data / 'witnesses'}.")
    own = own_keys(data)
    signatures: list[Signature] = []
    problems: dict[str, str] = {}
    with opened(data, database, own) as store:
        size, note = _newest(store, own)
        for one in witnesses:
            try:
                signatures += _cosigned(store, one, size, note)
            except BandeauError as problem:
                problems[one.verifier.name] = str(problem)
        if signatures:
            _keep(store, size, signatures)
    names = sorted({one.verifier.name for one in witnesses} - problems.keys())
    _tell(size, names, problems, as_json=as_json)
    raise typer.Exit(1 if problems else 0)


def _newest(store: Store, own: LogKeys | None) -> tuple[int, str]:
    """The newest signed head: a new one where the key is here."""
    from bandeau.errors import SetupError
    from bandeau.record.checkpoint import read_checkpoint
    from bandeau.serve.ledger import Ledger

    note = store.published().result() if own is None else done(Ledger(store, own).checkpoint())
    if note is None:
        raise SetupError("Nothing is signed yet, and the log's key is not here.")
    return read_checkpoint(note).size, note


def _cosigned(store: Store, one: Witness, size: int, note: str) -> list[Signature]:
    """The cosignatures of one witness that hold."""
    from bandeau.record.note import parse_note
    from bandeau.record.tiles import prove_growth
    from bandeau.record.witness import add_cosignatures
    from bandeau.serve.witnessing import ask

    def prove(old: int) -> Sequence[bytes]:
        return prove_growth(old, size, lambda tiles: store.tiles(tiles).result())

    found = ask(one, note, _seen(store, one), prove)
    _, before = parse_note(note)
    _, after = parse_note(add_cosignatures(note, found, [one.verifier]))
    return [signature for signature in after if signature.of(one.verifier) or signature not in before]


def _seen(store: Store, one: Witness) -> int:
    """The largest size that the witness has cosigned, as far as this store knows."""
    from bandeau.record.cosign import cosigned

    sizes = (signed.size for signed in store.checkpoints().result() if cosigned(signed.note, [one.verifier]))
    return max(sizes, default=0)


def _keep(store: Store, size: int, signatures: list[Signature]) -> None:
    """Put the cosignatures under the note that is kept, which another process may have done with others meanwhile."""
    from bandeau.errors import StoreError
    from bandeau.record.note import add_signatures

    for _ in range(5):
        kept = {signed.size: signed.note for signed in store.checkpoints().result()}.get(size)
        if kept is None:
            raise StoreError(f"the checkpoint of size {size} is not kept any more: run this more often")
        if store.cosign(size, kept, add_signatures(kept, signatures)).result():
            return
    raise StoreError(f"others kept changing the checkpoint of size {size}: try again")


def _tell(size: int, names: list[str], problems: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        emit({"size": size, "cosigned": names, "problems": problems})
        return
    for name in names:
        typer.echo(f"{name} has cosigned the log of {size} leaves.")
    for name, problem in problems.items():
        print(f"{name} has not: {problem}", file=sys.stderr)
