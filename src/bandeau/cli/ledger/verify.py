"""``bandeau ledger verify``: hash everything again, and say what is first wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bandeau.cli.ledger.common import AsJson, Keys, emit, former_keys, kept_roots, read_text, trusted_keys
from bandeau.cli.records import FOLDER, Data, Database, opened, own_keys

if TYPE_CHECKING:
    from bandeau.record.keys import Verifier
    from bandeau.record.regrowth import Fault, KnownLeaf, KnownRoot
    from bandeau.record.stores import Store

_SHOWN = 20  # faults; where one leaf is gone, everything behind it is wrong


def verify(
    data: Data = FOLDER,
    database: Database = None,
    key: Keys = [],  # noqa: B006 - Typer's way to have none
    checkpoint: Annotated[
        list[Path], typer.Option(help="A signed checkpoint that you kept; the log must have grown from it.")
    ] = [],  # noqa: B006
    receipt: Annotated[
        list[Path], typer.Option(help="A receipt or a .tlog-proof that you kept; the log must hold what it proves.")
    ] = [],  # noqa: B006
    as_json: AsJson = False,
) -> None:
    """Hash everything that the ledger keeps again, and say the first leaf that is wrong.

    Every record is held against its commitment, the tree is grown again from all leaves and held against every stored
    hash, the head and the signed checkpoints, and every archived text against its digest. The site may go on writing.

    Whoever can write to the database and has the key can rewrite all of it. Only what somebody else has kept shows
    that: give a checkpoint, a receipt or a proof from before, or have the log witnessed.

    Exit code: 0 where everything holds, 1 where something does not.

    For example:

      bandeau ledger verify

      bandeau ledger verify --checkpoint kept-last-month.txt --receipt receipt.html

      bandeau ledger verify --json | jq .faults[0]
    """
    own = own_keys(data)
    with opened(data, database, own) as store:
        trusted, former = trusted_keys(key, own), former_keys(store)
        keys = trusted or former
        # A key that only the database names may be a forger's, but what it signed can do no more than accuse the log.
        roots, known = _kept(receipt, (*keys, *former))
        roots += kept_roots(checkpoint, (*keys, *former))
        faults, more = _faults(store, keys, former, roots, known)
        size, root = _head(store) if not faults else (None, None)
    if as_json:
        emit(
            {
                "holds": not faults,
                "size": size,
                "root": root,
                "faults": [_fault(fault) for fault in faults],
                "more": more,
            }
        )
    elif faults:
        _tell(faults, more=more)
    else:
        unsigned = "" if keys else " No key is known here, so no signature was checked: give one with --key."
        typer.echo(f"The ledger holds: {size} leaves, root {root}.{unsigned}")
    raise typer.Exit(1 if faults else 0)


def _kept(receipts: list[Path], keys: tuple[Verifier, ...]) -> tuple[list[KnownRoot], list[KnownLeaf]]:
    """What receipts and proofs prove."""
    from bandeau.errors import ProofError
    from bandeau.record.evidence import check_evidence
    from bandeau.record.receipt import RECEIPT_LIMIT

    roots: list[KnownRoot] = []
    known: list[KnownLeaf] = []
    for file in receipts:
        try:
            evidence = check_evidence(read_text(file, RECEIPT_LIMIT), str(file), keys)
        except ProofError as problem:
            raise ProofError(f"{file} does not hold: {problem}.") from problem
        roots.append(evidence.root(str(file)))
        known += evidence.leaves
    return roots, known


def _faults(
    store: Store,
    keys: tuple[Verifier, ...],
    former: tuple[Verifier, ...],
    roots: list[KnownRoot],
    known: list[KnownLeaf],
) -> tuple[list[Fault], bool]:
    from itertools import islice

    from bandeau.errors import StoreError
    from bandeau.record.checking import check_ledger
    from bandeau.record.regrowth import Fault

    found: list[Fault] = []
    with _progress(store) as told:
        try:
            found.extend(
                islice(check_ledger(store, keys, former=former, roots=roots, known=known, told=told), _SHOWN + 1)
            )
        except StoreError as problem:
            found.append(Fault("the database", f"what cannot be read ({problem})", "a readable one"))
    return found[:_SHOWN], len(found) > _SHOWN


@contextmanager
def _progress(store: Store) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing where the output goes elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from bandeau.errors import StoreError

    console = Console(stderr=True)
    columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TextColumn("leaves"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        try:
            total = store.head().result().size
        except StoreError:
            total = None
        task = bar.add_task("checking", total=total)
        yield lambda done: bar.update(task, completed=done)


def _head(store: Store) -> tuple[int, str]:
    from bandeau.record.lines import format_bytes

    head = store.head().result()
    return head.size, format_bytes(head.root)


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "place": fault.place,
        "leaf": fault.leaf,
        "found": fault.found,
        "expected": fault.expected,
        "remedy": fault.remedy,
    }


def _tell(faults: list[Fault], *, more: bool) -> None:
    from rich.console import Console

    from bandeau.cli.ledger.common import plain

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for fault in faults:
        console.print(plain(fault.place), style="bold red")
        console.print("    found", plain(fault.found))
        console.print("    expected", plain(fault.expected))
        console.print("    to do:", plain(fault.remedy))
    number = f"More than {len(faults)} faults" if more else f"{len(faults)} fault{'s' * (len(faults) > 1)}"
    console.print(f"{number}: this ledger does not hold.")
