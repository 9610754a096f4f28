"""Opening a site from files: the declaration, the keys that seal choices, the store of records."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
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
from bandeau.record.stores import Archived
from bandeau.record.stores.sqlite import SQLiteStore
from bandeau.serve.site import Site, digest

_COOKIE_ROOM = 3900  # bytes for the value, of the 4096 that browsers keep of a cookie with its name and attributes


def open_site(
    declaration: str | Path = "bandeau.toml",
    data: str | Path = "bandeau-data",
    keys: Sequence[bytes] | None = None,
    *,
    keyed_cache: bool = False,
) -> Site:
    """Open a site: read its declaration, its keys and its records.

    ``data`` is the folder of the records; it is made if missing, readable by its owner only. ``keys`` seal the choice
    cookies, the newest last; where none are given they come from the environment variable ``BANDEAU_KEYS``
    (hexadecimal, separated by commas), else from the file ``keys`` in ``data``, made with a fresh key if missing.
    ``keyed_cache`` says that a cache in front names the variant of each request (``docs/how-to/caches.md``).

    Raises:
        DeclarationError: the declaration cannot be used; every problem is named.
        SetupError: the folder cannot be used, or a key is unusable.
    """
    declared = read_declaration(Path(declaration))
    folder = Path(data)
    store = SQLiteStore(folder / "bandeau.sqlite3")
    seal = _seal(keys or _keys(folder))
    _check_room(declared, seal)
    now = time.time_ns() // 1_000_000
    store.archive("declaration", version(declared), canonical(declared), now).result()
    archived = store.archived("declaration")
    site = Site(
        declared,
        seal,
        store,
        earlier=dict(_earlier(archived, declared)),
        versions=versions_of(archived),
        keyed_cache=keyed_cache,
    )
    for text in site.notices.values():
        store.archive("notice", digest(text), text.encode(), now).result()
    atexit.register(site.close)
    return site


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


def _seal(keys: Sequence[bytes]) -> Seal:
    try:
        return Seal(keys)
    except ValueError as error:
        raise SetupError(f"The keys cannot be used: {error}.") from error


def _keys(folder: Path) -> list[bytes]:
    told = os.environ.get("BANDEAU_KEYS")
    if told:
        return _hexadecimal(told.split(","), "BANDEAU_KEYS")
    path = folder / "keys"
    try:
        if not path.exists():
            _make_key(path)
        return _hexadecimal(path.read_text("ascii").split(), str(path))
    except OSError as error:
        raise SetupError(f"The keys in {path} cannot be used: {error.strerror}. Name another folder.") from error


def _make_key(path: Path) -> None:
    """Make a key file whole or not at all: of several processes that start at once, one wins and all read the same."""
    draft = path.with_name(f"keys.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()


def _hexadecimal(texts: Sequence[str], where: str) -> list[bytes]:
    try:
        return [bytes.fromhex(text.strip()) for text in texts]
    except ValueError as error:
        raise SetupError(
            f"{where} holds something that is not a hexadecimal key; make one with 32 random bytes."
        ) from error
