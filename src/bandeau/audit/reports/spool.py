"""What was judged, laid down on the disk until the reports are written: thousands of pages fill no memory.

It is a database in a file without a name, which is gone with the process that made it.
"""

from __future__ import annotations

import pickle
import sqlite3
import weakref
from collections.abc import Iterator
from typing import Any

from bandeau.audit.facts import Value
from bandeau.audit.finding import Finding, Severity, Word
from bandeau.audit.recording import Device, Page, State, Trouble

NO_NOTICE = "no-notice"
"""The trouble of a state that a page without a notice cannot be in."""

_SCHEMA = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "CREATE TABLE pages (url BLOB, device TEXT, unseen INTEGER, partial INTEGER, body BLOB)",
    "CREATE TABLE words (page BLOB, device TEXT, body BLOB)",
    "CREATE INDEX words_page ON words (page, device)",
    """CREATE TABLE findings (
        rank INTEGER, code TEXT, page BLOB, device TEXT, state INTEGER, subject BLOB, service BLOB, body BLOB
    )""",
    "CREATE INDEX findings_page ON findings (page, device)",
)
_ORDER = "ORDER BY rank, code, page, device, state, subject, rowid"  # that of an audit's findings
_ONCE = "DISTINCT rank, code, subject, service"  # a finding, on however many pages and in whatever states it was made
_STATES = tuple(State)
_SEVERITIES = tuple(Severity)


class Reach(Value, frozen=True, kw_only=True):
    """Whether a page was seen in a state (``service`` for one alone), and what went wrong."""

    state: State
    reached: bool
    service: str = ""
    trouble: tuple[Trouble, ...] = ()


class Visited(Value, frozen=True, kw_only=True):
    """One page on one device: which states it was seen in, and after which page it was read on, if it was."""

    url: str
    device: Device
    after: str = ""
    states: tuple[Reach, ...] = ()
    trouble: tuple[Trouble, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether the page was seen in any state."""
        return any(reach.reached for reach in self.states)

    @property
    def gaps(self) -> tuple[Reach, ...]:
        """The states that were asked for and not reached; a page without a notice has no other states to reach."""
        return tuple(
            reach
            for reach in self.states
            if not reach.reached and all(trouble.code != NO_NOTICE for trouble in reach.trouble)
        )


def visited(page: Page) -> Visited:
    """What reports tell of a page."""
    states = (
        Reach(state=stay.state, reached=stay.reached, service=stay.service, trouble=stay.trouble) for stay in page.stays
    )
    return Visited(url=page.url, device=page.device, after=page.after, states=tuple(states), trouble=page.trouble)


class Spool:
    """Takes what was judged of one page after the other, and gives it back in order, as often as is asked for."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        for statement in _SCHEMA:
            self._db.execute(statement)
        weakref.finalize(self, self._db.close)

    # -- in -----------------------------------------------------------------------------------------------------------

    def add_page(self, page: Visited) -> None:
        """Lay down a page."""
        row = (_bytes(page.url), page.device.value, not page.seen, page.seen and bool(page.gaps), pickle.dumps(page))
        self._db.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?)", row)

    def add_finding(self, finding: Finding) -> None:
        """Lay down a finding."""
        row = (
            finding.severity.rank,
            finding.code,
            _bytes(finding.page),
            finding.device.value,
            _STATES.index(finding.state),
            _bytes(finding.subject),
            _bytes(finding.service),
            pickle.dumps(finding),
        )
        self._db.execute("INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def add_word(self, word: Word) -> None:
        """Lay down what a notice says."""
        row = (_bytes(word.page), word.device.value, pickle.dumps(word))
        self._db.execute("INSERT INTO words VALUES (?, ?, ?)", row)

    # -- out ----------------------------------------------------------------------------------------------------------

    def pages(self) -> Iterator[Visited]:
        """The pages, in the order in which they came."""
        return self._bodies("SELECT body FROM pages")

    def urls(self) -> Iterator[str]:
        """The addresses of the pages, each once, in that order."""
        rows = self._db.execute("SELECT url FROM pages GROUP BY url ORDER BY min(rowid)")
        return (url.decode("utf-8", "surrogatepass") for (url,) in rows)

    def findings(self) -> Iterator[Finding]:
        """The findings, gravest first."""
        return self._bodies("SELECT body FROM findings", order=_ORDER)

    def findings_of(self, page: str, device: Device) -> Iterator[Finding]:
        """The findings of one page."""
        query = "SELECT body FROM findings WHERE page = ? AND device = ?"
        return self._bodies(query, _bytes(page), device.value, order=_ORDER)

    def words(self) -> Iterator[Word]:
        """What the notices say."""
        return self._bodies("SELECT body FROM words")

    def words_of(self, page: str, device: Device) -> Iterator[Word]:
        """What the notice of one page says."""
        query = "SELECT body FROM words WHERE page = ? AND device = ?"
        return self._bodies(query, _bytes(page), device.value)

    def _bodies(self, query: str, *values: object, order: str = "ORDER BY rowid") -> Iterator[Any]:
        for (body,) in self._db.execute(f"{query} {order}", values):
            yield pickle.loads(body)  # noqa: S301  # laid down by this process, in a file that nobody else can open

    # -- numbers ------------------------------------------------------------------------------------------------------

    def count(self, what: str = "*", *, where: str = "") -> int:
        """How many pages there are: ``what`` is counted, of those for which ``where`` holds."""
        condition = f" WHERE {where}" if where else ""
        (number,) = self._db.execute(f"SELECT count({what}) FROM pages{condition}").fetchone()  # noqa: S608  # our own
        return int(number)

    def finding_count(self) -> int:
        """How many findings there are in all."""
        return int(self._db.execute("SELECT count(*) FROM findings").fetchone()[0])

    def pages_with(self, severity: Severity) -> int:
        """How many pages have findings of a severity."""
        query = "SELECT count(DISTINCT page) FROM findings WHERE rank = ? AND page <> x''"
        return int(self._db.execute(query, (severity.rank,)).fetchone()[0])

    def numbers(self) -> dict[Severity, int]:
        """How many findings of each severity there are, on however many pages each was made."""
        query = f"SELECT rank, count(*) FROM (SELECT {_ONCE} FROM findings) GROUP BY rank"  # noqa: S608  # our own
        return dict.fromkeys(Severity, 0) | {_SEVERITIES[rank]: number for rank, number in self._db.execute(query)}

    def numbers_by_state(self) -> dict[tuple[State, Severity], int]:
        """How many findings of each severity were made in each state."""
        once = f"SELECT {_ONCE}, state FROM findings"  # noqa: S608  # our own
        query = f"SELECT state, rank, count(*) FROM ({once}) GROUP BY state, rank"  # noqa: S608  # our own
        return {(_STATES[state], _SEVERITIES[rank]): number for state, rank, number in self._db.execute(query)}


def _bytes(text: str) -> bytes:
    """A text of a page, whatever is in it, which sorts as Python sorts it."""
    return text.encode("utf-8", "surrogatepass")
