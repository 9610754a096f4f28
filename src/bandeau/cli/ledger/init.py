"""``bandeau ledger init``: make the log, or look at its key before anybody else does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bandeau.cli.ledger.common import AsJson, emit, table
from bandeau.cli.records import FOLDER, Data, Database, opened

if TYPE_CHECKING:
    from bandeau.serve.keys import LogKeys


def init(
    data: Data = FOLDER,
    database: Database = None,
    declaration: Annotated[
        Path, typer.Option(envvar="BANDEAU_DECLARATION", help="The declaration, whose first host names the log.")
    ] = Path("bandeau.toml"),
    name: Annotated[
        str | None, typer.Option(help="Another name for the log, where one of the usual name must not go on.")
    ] = None,
    instead: Annotated[
        bool, typer.Option("--key-is-lost", help="Go on with another key, because the log's own is lost.")
    ] = False,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Add a fresh key to the file log-keys: both sign from the next start on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the log and its key, and print the public half: publish it, and keep a copy of the private one.

    A site does this by itself when it first starts; run it before, to have the key published first. Where there is a
    log already, nothing is changed.

    The private key is in the file log-keys of the data folder, readable by its owner only. Copy it to a safe place:
    a log goes on with its own keys only. If it is lost for good, --key-is-lost goes on with the one that is there
    now, or with a fresh one. Publish its public half with the reason: until they know it, nobody can check what it
    signs, and receipts that were given out before are checked with the old one.

    To change the key in good time, --new-key adds one. Start the site again, publish the new public half, and take the
    old line out of the file when everybody who checks has it.

    For example:

      bandeau ledger init --declaration bandeau.toml

      bandeau ledger init --data new-data --name www.gazette.example/.bandeau/log-2

      bandeau ledger init --json | jq -r .keys[0].key > key-of-the-log
    """
    import time

    from bandeau.record.keys import format_vkey
    from bandeau.serve.opening import know_keys

    keys = _keys(data, name, declaration, add=new_key)
    with opened(data, database, keys, make=True) as store:
        know_keys(store, keys, time.time_ns() // 1_000_000, instead=instead)
        size = store.head().result().size
    public = [format_vkey(key) for key in keys.verifiers]
    if as_json:
        emit({"log": keys.origin, "size": size, "keys": [{"key": key} for key in public]})
        return
    table([("log", keys.origin), ("size", f"{size} leaves"), *(("public key", key) for key in public)])


def _keys(data: Path, name: str | None, declaration: Path, *, add: bool) -> LogKeys:
    """The keys of the log, made where there are none."""
    from bandeau.declare import read_declaration
    from bandeau.errors import SetupError
    from bandeau.record.keys import is_name
    from bandeau.serve.keys import add_log_key, log_keys, origin_of

    if name is not None and not is_name(name):
        raise SetupError("The name of a log is an address without https://, and has no space and no plus.")
    keys = log_keys(data, name or origin_of(read_declaration(declaration)))
    if name not in (None, keys.origin):
        raise SetupError(f"There is a log in {data} already, and its name is {keys.origin}: take another folder.")
    return add_log_key(data, keys) if add else keys
