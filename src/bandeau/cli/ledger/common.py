"""What the commands of the ledger share: where it is, its keys, and how results are shown."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from rich.text import Text

    from bandeau.record.keys import Verifier
    from bandeau.record.regrowth import KnownRoot
    from bandeau.record.stores import Store
    from bandeau.serve.keys import LogKeys

T = TypeVar("T")

Keys = Annotated[
    list[str],
    typer.Option(
        "--key", metavar="VKEY", help="A public key of the log, as its /.bandeau/log/keys lists them; may be repeated."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead, for other programs.")]


def parsed_keys(texts: Sequence[str]) -> tuple[Verifier, ...]:
    """Public keys from the command line.

    Raises:
        SetupError: one is not a key.
    """
    from bandeau.errors import ProofError, SetupError
    from bandeau.record.keys import parse_vkey

    try:
        return tuple(parse_vkey(text.strip()) for text in texts)
    except ProofError as problem:
        raise SetupError(f"A key that was given cannot be used: {problem}.") from problem


def trusted_keys(given: Sequence[str], own: LogKeys | None) -> tuple[Verifier, ...]:
    """The public keys given, and those of the data folder."""
    return tuple(dict.fromkeys((*parsed_keys(given), *(own.verifiers if own else ()))))


def former_keys(store: Store) -> tuple[Verifier, ...]:
    """The public keys that the store says the log had; whoever can write to it can put one there."""
    from bandeau.errors import ProofError
    from bandeau.record.keys import parse_vkey

    found = []
    for archived in store.archived("log-key").values():
        try:
            found.append(parse_vkey(archived.body.decode()))
        except (ProofError, UnicodeDecodeError):
            continue  # checking the archive tells
    return tuple(found)


def kept_roots(files: Sequence[Path], keys: tuple[Verifier, ...]) -> list[KnownRoot]:
    """The roots that signed checkpoints say, which somebody kept in files.

    Raises:
        ProofError: one does not hold.
    """
    from bandeau.errors import ProofError
    from bandeau.record.evidence import check_kept
    from bandeau.record.note import NOTE_LIMIT

    def root(file: Path) -> KnownRoot:
        try:
            return check_kept(read_text(file, NOTE_LIMIT), keys).root(str(file))
        except ProofError as problem:
            raise ProofError(f"{file} does not hold: {problem}.") from problem

    return [root(file) for file in files]


def done(steps: Generator[Any, Any, T]) -> T:
    """Go through work that yields the futures it waits for."""
    try:
        future = next(steps)
        while True:
            future = steps.send(future.result())
    except StopIteration as end:
        result: T = end.value
        return result


def read_text(file: Path, limit: int) -> str:
    """A file from outside.

    Raises:
        SetupError: it cannot be read, is not text, or is longer than ``limit`` bytes.
    """
    from bandeau.errors import SetupError

    try:
        with file.open("rb") as opened_file:
            content = opened_file.read(limit + 1)
        if len(content) > limit:
            raise SetupError(f"{file} is longer than anything that could be meant.")
        return content.decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SetupError(f"{file} cannot be read: {reason}.") from error


def emit(result: dict[str, Any]) -> None:
    """Print a result for other programs."""
    typer.echo(json.dumps(result, ensure_ascii=False, indent=2))


def table(rows: Sequence[tuple[str, str]]) -> None:
    """Print names and values, a line each, never broken: keys and roots are there to be copied."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        console.print(Text(f"{name:<{width}}  ", style="bold") + plain(value))


def plain(value: str) -> Text:
    """Text from outside: never markup, and it must not steer the terminal."""
    from rich.text import Text

    return Text("".join(filter(str.isprintable, value)))


def iso(milliseconds: int) -> str:
    """A time of the record, in UTC, to the second."""
    from datetime import UTC, datetime

    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
