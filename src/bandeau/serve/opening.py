"""Opening a site from files: the declaration, the keys that seal choices, the store of records."""

from __future__ import annotations

import atexit
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bandeau.ask.cookie import KeptChoice, Seal
from bandeau.ask.policy import Version
from bandeau.changes import Change, changes
from bandeau.decide import accept_all
from bandeau.declare import canonical, from_document, read_declaration, to_document, version
from bandeau.errors import SetupError
from bandeau.model import Declaration
from bandeau.record.keys import format_vkey
from bandeau.record.stores import Archived, Store
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve.keys import LogKeys, log_keys, origin_of, seal_of
from bandeau.serve.site import Site, digest

FILE = "bandeau.sqlite3"
"""The file of the records, in the folder of a site's data."""

_COOKIE_ROOM = 3900  # bytes for the value, of the 4096 that browsers keep of a cookie with its name and attributes


def open_site(
    declaration: str | Path = "bandeau.toml",
    data: str | Path = "bandeau-data",
    keys: Sequence[bytes] | None = None,
    *,
    database: str | None = None,
    keyed_cache: bool = False,
) -> Site:
    """Open a site: read its declaration, its keys and its records.

    ``data`` is the folder of the records; it is made if missing, readable by its owner only. ``keys`` seal the choice
    cookies, the newest last; where none are given they come from the environment variable ``BANDEAU_KEYS``
    (hexadecimal, separated by commas), else from the file ``keys`` in ``data``, made with a fresh key if missing. In
    the same way the log of the records is signed, see :func:`~bandeau.serve.keys.log_keys`. ``database`` is the
    address of a PostgreSQL database for the records (``postgresql://...``); where none is given it comes from
    ``BANDEAU_DATABASE``, else they are in a file in ``data``.
    ``keyed_cache`` says that a cache in front names the variant of each request (``docs/how-to/caches.md``).

    Raises:
        DeclarationError: the declaration cannot be used; every problem is named.
        SetupError: the folder cannot be used, or a key is unusable.
    """
    declared = read_declaration(Path(declaration))
    folder = Path(data)
    signing = log_keys(folder, origin_of(declared))
    store = open_store(folder, database, signing.origin)
    seal = seal_of(folder, keys)
    _check_room(declared, seal)
    now = time.time_ns() // 1_000_000
    know_keys(store, signing, now)
    store.archive("declaration", version(declared), canonical(declared), now).result()
    archived = store.archived("declaration")
    site = Site(
        declared,
        seal,
        store,
        signing,
        earlier=dict(_earlier(archived, declared)),
        versions=versions_of(archived),
        keyed_cache=keyed_cache,
    )
    for text in site.notices.values():
        store.archive("notice", digest(text), text.encode(), now).result()
    store.append_version(site.asked_version()).result()
    atexit.register(site.close)
    return site


def open_store(folder: Path, database: str | None, origin: str) -> Store:
    """The store of a log: the database at an address, else the one that ``BANDEAU_DATABASE`` names, else a file.

    Raises:
        SetupError: it cannot be opened.
    """
    address = database or os.environ.get("BANDEAU_DATABASE")
    if not address:
        return SQLiteStore(folder / FILE)
    if not address.startswith(("postgresql://", "postgres://")):
        raise SetupError("The database has to be named by an address that starts with postgresql://.")
    from bandeau.record.stores.postgres import PostgresStore  # only where it is used: psycopg is an extra

    return PostgresStore(address, origin)


def know_keys(store: Store, keys: LogKeys, now: int, *, instead: bool = False) -> None:
    """Keep the public keys that sign a log, so that what they signed can be checked when they are long gone.

    Keys of which the log knows none are not its own, and would make another log of it: they are refused, unless they
    are to come ``instead`` of one that is lost.

    Raises:
        SetupError: these are not the keys of this log.
    """
    known = {one.body.decode() for one in store.archived("log-key").values()}
    own = [format_vkey(key) for key in keys.verifiers]
    if known and known.isdisjoint(own) and not instead:
        raise SetupError(
            f"The log {keys.origin} is signed with the key {', '.join(sorted(known))} and the one given here is "
            f"another: bring its file log-keys here. If it is lost, see bandeau ledger init --help."
        )
    for key in own:
        store.archive("log-key", digest(key), key.encode(), now).result()


def _check_room(declared: Declaration, seal: Seal) -> None:
    """Browsers drop a cookie of more than 4096 bytes: every choice must fit (RFC 6265, 6.1)."""
    kept = KeptChoice(accept_all(declared), bytes(16), 0, version(declared)[:16])
    size = len(seal.close(kept, "x" * 12))
    if size > _COOKIE_ROOM:
        raise SetupError(
            f"Accepting all {len(declared.asked)} services needs a cookie of {size} bytes and browsers keep "
            f"{_COOKIE_ROOM}: give services and purposes shorter ids, or put services of one recipient together."
        )


def versions_of(archived: Mapping[str, Archived]) -> tuple[Version, ...]:
    """Every version that was ever in force, the newest first, those of which the time is not known last."""
    rows = sorted(((one.since or 0, name) for name, one in archived.items()), reverse=True)
    return tuple(Version(name, datetime.fromtimestamp(since / 1000, UTC) if since else None) for since, name in rows)


def _earlier(archived: Mapping[str, Archived], declared: Declaration) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """The archived versions, each with what changed materially since."""
    for name, one in archived.items():
        document = json.loads(one.body)
        # The publisher's own words change nothing of what was agreed to, and a key of ours may be gone since.
        document["site"].pop("texts", None)
        old = from_document(document)
        # What an older Bandeau wrote and this one reads otherwise is another declaration.
        if to_document(old) == document:
            yield name[:16], changes(old, declared)
