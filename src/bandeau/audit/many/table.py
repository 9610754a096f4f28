"""The page table: one SQLite file that remembers every page, what became of it, and nothing twice.

One coordinator has it open at a time and writes alone (``locking_mode=EXCLUSIVE``: the system lets go of the file when
the process is gone, however it went). Each commit is flushed, and what a page came to is written in the transaction
that marks it done: whenever whatever is killed, a page is either done with its result, or still to do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bandeau.audit.many.frames import pack, unpack
from bandeau.audit.recording import Page, Trouble
from bandeau.audit.targets import Target
from bandeau.errors import SetupError

VERSION = 1
APPLICATION = 0x42414E44  # "BAND"

MOST_BLAMED = 2
"""How often a page may be lost while nothing else was with its browser, until it is given up."""

MOST_TRIES = 10
"""How often a page may be begun at all: one that takes the whole machine down blames nobody."""

FOR_NOW = ("robots-unreachable", "asked-to-wait")
"""The troubles that may be gone the next time: such pages are tried again when the table is opened again."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A page that is being seen; ``number`` is this try's alone. ``alone``: nothing else may share its browser."""

    page: int
    number: int
    url: str
    host: str
    alone: bool
    busy: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pages there are, and what became of them."""

    total: int
    done: int
    failed: int
    leased: int

    @property
    def over(self) -> bool:
        """Whether every page has its result."""
        return self.done + self.failed == self.total


class Table:
    """Opens or makes the table in a file.

    Args:
        path: the file.
        settings: what the pages are seen with, as text; a table is only gone on with by the same.

    Raises:
        SetupError: the file cannot be used, another audit is at work in it, or it was made with other settings.
    """

    def __init__(self, path: Path, settings: str | None = None) -> None:
        self.path = path
        try:
            self._db = _connect(path, settings is not None)
        except sqlite3.Error as error:
            raise SetupError(_explained(path, error)) from error
        try:
            self._check(settings)
        except BaseException:
            self._db.close()
            raise

    def _check(self, settings: str | None) -> None:
        made = self.setting("settings")
        if settings is not None:
            if made is None:
                self.set("settings", settings)
            elif made != settings:
                raise SetupError(
                    f"{self.path} was made by an audit with other settings; go on with the same, or name another file"
                )
            self._reopen()

    def _reopen(self) -> None:
        """Take back the leases of a coordinator that is gone, and what could not be seen for the time being."""
        marks = ",".join("?" * len(FOR_NOW))
        with self.transaction():
            self._db.execute("UPDATE pages SET state = 'todo', alone = 1 WHERE state = 'leased'")
            self._db.execute(
                "UPDATE pages SET state = 'todo', reason = '', result = NULL, busy = 0"  # noqa: S608  # marks only
                f" WHERE state = 'failed' AND reason IN ({marks})",
                FOR_NOW,
            )
            self._db.execute("UPDATE hosts SET held = 0")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several changes at once, or none of them."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def setting(self, key: str) -> str | None:
        """What was kept under a key."""
        row = self._db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set(self, key: str, value: str) -> None:
        """Keep something under a key."""
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    # -- pages ----------------------------------------------------------------------------------------------------

    def add(self, targets: Iterable[Target]) -> int:
        """Add pages to those that are there already; tells how many are new."""
        rows = ((target.url, target.origin.host) for target in targets)
        with self.transaction():
            before = self._db.total_changes
            self._db.executemany("INSERT INTO pages (url, host) VALUES (?, ?) ON CONFLICT (url) DO NOTHING", rows)
            return self._db.total_changes - before

    def progress(self) -> Progress:
        """Count the pages."""
        counts = dict(self._db.execute("SELECT state, count(*) FROM pages GROUP BY state"))
        done, failed, leased = (int(counts.get(state, 0)) for state in ("done", "failed", "leased"))
        return Progress(sum(counts.values()), done, failed, leased)

    def hosts(self) -> list[tuple[str, float, float]]:
        """The hosts with pages to do, in order: when the last page was started, until when they want to be left."""
        return self._db.execute(
            "SELECT host, coalesce(hosts.started, 0), coalesce(hosts.held, 0) FROM pages"
            " LEFT JOIN hosts ON hosts.name = host WHERE state = 'todo' GROUP BY host ORDER BY min(id)"
        ).fetchall()

    def next(self, host: str, *, alone: bool) -> tuple[int, str] | None:
        """The next page of a host; those to be seen alone come last, and only where ``alone`` says there is room."""
        row: tuple[int, str] | None = self._db.execute(
            "SELECT id, url FROM pages WHERE state = 'todo' AND host = ? AND alone <= ? ORDER BY alone, id LIMIT 1",
            (host, int(alone)),
        ).fetchone()
        return row

    def further(self, lease: Lease, most: int) -> list[tuple[int, str]]:
        """Some pages of the same host that come after one that was begun, none that is to be seen alone."""
        return self._db.execute(
            "SELECT id, url FROM pages WHERE state = 'todo' AND host = ? AND NOT alone AND id > ? ORDER BY id LIMIT ?",
            (lease.host, lease.page, most),
        ).fetchall()

    def waits(self, host: str) -> bool:
        """Whether a host has pages to do."""
        row = self._db.execute("SELECT 1 FROM pages WHERE state = 'todo' AND host = ? LIMIT 1", (host,)).fetchone()
        return row is not None

    def lease(self, page: int, at: float) -> Lease | None:
        """Begin a page at a time; ``None`` where it was begun too often, and is given up now."""
        url, host, alone, tries, busy = self._db.execute(
            "SELECT url, host, alone, tries, busy FROM pages WHERE id = ?", (page,)
        ).fetchone()
        if tries - busy >= MOST_TRIES:
            self.fail(page, "given-up", f"It was begun {tries} times, and each time the whole audit was ended.", at)
            return None
        (number,) = self._db.execute("SELECT coalesce(max(lease), 0) + 1 FROM pages").fetchone()
        self._db.execute(
            "UPDATE pages SET state = 'leased', tries = tries + 1, lease = ?, started = ? WHERE id = ?",
            (number, at, page),
        )
        self._db.execute(
            "INSERT INTO hosts (name, started) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET started = excluded.started",
            (host, at),
        )
        return Lease(page, number, url, host, bool(alone), busy)

    def done(self, lease: Lease, pages: bytes, pictures: Mapping[str, bytes], at: float) -> bool:
        """Write down what a page came to; ``False`` where the lease is no longer good, and nothing is written."""
        changed = self._db.execute(
            "UPDATE pages SET state = 'done', result = ?, ended = ? WHERE id = ? AND lease = ? AND state = 'leased'",
            (pages, at, lease.page, lease.number),
        ).rowcount
        if changed:
            rows = [(lease.page, name, body) for name, body in pictures.items()]
            self._db.executemany("INSERT INTO pictures VALUES (?, ?, ?)", rows)
        return bool(changed)

    def fail(self, page: int, code: str, text: str, at: float) -> None:
        """Write down that a page cannot be seen, as a page with its trouble."""
        (url,) = self._db.execute("SELECT url FROM pages WHERE id = ?", (page,)).fetchone()
        result = pack((Page(url=url, trouble=(Trouble(code=code, text=text),)),))
        self._db.execute(
            "UPDATE pages SET state = 'failed', reason = ?, result = ?, ended = ? WHERE id = ?",
            (code, result, at, page),
        )

    def lost(self, lease: Lease, why: str, at: float, *, blame: bool) -> bool:
        """Take back a page whose worker was lost: it is seen alone from now on, or given up, which is told."""
        row = self._db.execute(
            "UPDATE pages SET state = 'todo', alone = 1, blamed = blamed + ?"
            " WHERE id = ? AND lease = ? AND state = 'leased' RETURNING blamed",
            (int(blame), lease.page, lease.number),
        ).fetchone()
        given_up = row is not None and row[0] >= MOST_BLAMED
        if given_up:
            self.fail(lease.page, "given-up", f"It was tried {row[0]} times on its own, and each time {why}.", at)
        return given_up

    def left(self, lease: Lease) -> None:
        """Take back a page that was begun with another and not seen: it does not count as a try."""
        self._db.execute(
            "UPDATE pages SET state = 'todo', tries = tries - 1 WHERE id = ? AND lease = ? AND state = 'leased'",
            (lease.page, lease.number),
        )

    def busy(self, lease: Lease, until: float) -> None:
        """Take back a page whose host asks to be left alone until a time."""
        self._db.execute("UPDATE pages SET state = 'todo', busy = busy + 1 WHERE id = ?", (lease.page,))
        self._db.execute("UPDATE hosts SET held = max(held, ?) WHERE name = ?", (until, lease.host))

    def put_off(self, host: str, text: str, at: float) -> list[str]:
        """Write down that a host asks for more time than there is, and give its pages, which a later run tries."""
        rows = self._db.execute("SELECT id, url FROM pages WHERE state = 'todo' AND host = ?", (host,)).fetchall()
        for page, _ in rows:
            self.fail(page, "asked-to-wait", text, at)
        return [url for _, url in rows]

    def results(self) -> Iterator[tuple[str, tuple[Page, ...]]]:
        """Every page that has a result, in the order in which they were named: address, and what was seen of it.

        One at a time: ten thousand take no more memory than one.
        """
        last = 0
        query = "SELECT id, url, result FROM pages WHERE id > ? AND result IS NOT NULL ORDER BY id LIMIT 16"
        while rows := self._db.execute(query, (last,)).fetchall():
            yield from ((url, unpack(result)) for _, url, result in rows)
            last = rows[-1][0]

    def picture(self, name: str) -> bytes | None:
        """The PNG bytes of a picture, by the name that a stay gives."""
        row = self._db.execute("SELECT body FROM pictures WHERE name = ? LIMIT 1", (name,)).fetchone()
        return None if row is None else bytes(row[0])

    def has_picture(self, name: str) -> bool:
        """Whether there is a picture of a name."""
        return self._db.execute("SELECT 1 FROM pictures WHERE name = ? LIMIT 1", (name,)).fetchone() is not None

    def picture_names(self) -> Iterator[str]:
        """The names of all pictures, in their order."""
        return (name for (name,) in self._db.execute("SELECT DISTINCT name FROM pictures ORDER BY name"))

    # -- robots.txt -----------------------------------------------------------------------------------------------

    def keep_robots(self, origin: str, told: str, body: bytes, at: float) -> None:
        """Remember a robots.txt."""
        self._db.execute("INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", (origin, told, body, at))

    def kept_robots(self, origin: str, since: float) -> tuple[str, bytes] | None:
        """The robots.txt of an origin, if it was fetched since a time."""
        row: tuple[str, bytes] | None = self._db.execute(
            "SELECT told, body FROM robots WHERE origin = ? AND fetched >= ?", (origin, since)
        ).fetchone()
        return row


def _connect(path: Path, writing: bool) -> sqlite3.Connection:  # noqa: FBT001  # private, and called once
    if not writing and not path.is_file():
        raise SetupError(f"there is no audit in {path}: the file does not exist")
    db = sqlite3.connect(path, timeout=1, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("BEGIN IMMEDIATE")
        _prepare(db, path)
        db.execute("COMMIT")
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    application, version = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    tables = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if not tables:
        schema = files("bandeau.audit.many").joinpath("schema.sql").read_text(encoding="utf-8")
        for part in schema.split(";\n"):
            db.execute(part)
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {VERSION}")
    elif application != APPLICATION:
        raise SetupError(f"{path} is a database of something else; name another file")
    elif version != VERSION:
        raise SetupError(f"{path} was made by another version of Bandeau; go on with that one, or name another file")


def _explained(path: Path, error: sqlite3.Error) -> str:
    if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"another audit is at work in {path}; wait for it, or name another file"
    return f"{path} cannot be used as the table of an audit: {error}"
