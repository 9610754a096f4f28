"""What one row of the leak tables is."""

from __future__ import annotations

from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class File:
    """One more file of a case's folder."""

    body: str = ""
    type: str | None = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    charset: str = "utf-8"


@dataclass(frozen=True)
class Case:
    """One way to leak, on a page of its own.

    In every text ``SPY`` stands for an address of the tracker that only this case knows, ``SPYHOST`` for its host and
    port, ``KEY`` for a name to store that only this case uses. ``script`` is the body of an async function that the
    page runs; in it ``tell(value)`` says to the site what was read, and ``loaded(element)`` waits. ``shows`` is what
    shows the leak: the tracker was contacted (``contact``), something was stored under the name (``stored``), a value
    planted before was told by script (``told``) or sent to the site (``sent``). ``plant`` is what was planted.
    """

    name: str
    body: str = ""
    script: str = ""
    head: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    files: dict[str, File] = field(default_factory=dict)
    shows: str = "contact"
    plant: str = ""
    alone: bool = False  # a page of its own, not a frame beside others
    status: int = 200
    type: str | None = HTML
    service: str = "spy"  # whose leak it is; there is an "ally" as well


def rows(shows: str, field_name: str, table: dict[str, str], **more: object) -> list[Case]:
    """Cases that differ in one text only."""
    return [Case(name, **{field_name: text}, shows=shows, **more) for name, text in table.items()]  # type: ignore[arg-type]
