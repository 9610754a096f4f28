"""Visiting: which pages, with which plan, and what a browser saw of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bandeau.audit.many import table as tables
from bandeau.audit.many.crew import Crew, Processes
from bandeau.audit.many.results import Pages, tape_of
from bandeau.audit.many.run import Inbox, Politeness, Watcher, audit_pages
from bandeau.audit.many.sources import from_list, from_sitemap
from bandeau.audit.many.visiting import Visiting
from bandeau.audit.notices.recipe import Recipe, SitesError, parse_sites
from bandeau.audit.recording import RecordingError, State
from bandeau.audit.repeated import printable
from bandeau.audit.reports.result import STATES
from bandeau.audit.reports.wording import several
from bandeau.audit.tape import Tape
from bandeau.audit.targets import Target, gather, read_target
from bandeau.audit.visit import Plan
from bandeau.audit.visit.autoconsent import Package
from bandeau.audit.visit.helped import Helped
from bandeau.audit.visit.notice import Asker
from bandeau.cli.audit.files import read_bytes
from bandeau.errors import SetupError
from bandeau.model import Declaration, Host

AT_ONCE = 4
"""Pages that one browser sees at the same time: while one waits for a server, the other one works."""


def targets(urls: Sequence[str], sitemap: str | None, listed: Path | None, *, robots: bool) -> tuple[Target, ...]:
    """Everything that shall be audited, each page once.

    Raises:
        TargetError, SitemapError: an address, a list or a sitemap is wrong, and where.
    """
    named = [read_target(url) for url in urls]
    if listed:
        named += from_list(listed).pages
    if sitemap:
        named += from_sitemap(sitemap, robots=robots).pages
    return gather(named).pages


@dataclass(frozen=True, slots=True)
class Asking:
    """Makes who finds and answers notices, with the selectors of single sites, and a helper where there is one."""

    sites: tuple[tuple[Host, Recipe], ...] = ()
    helper: Package | None = None

    def __call__(self) -> Asker | Helped:
        """Make one."""
        ours = Asker(sites=self.sites)
        return Helped(ours, self.helper) if self.helper else ours

    @classmethod
    def read(cls, selectors: Path | None, autoconsent: Path | None) -> Asking:
        """Read a file of selectors, and find the helper's package, if they are named.

        Raises:
            SetupError: one of them cannot be read, or what is in it is wrong.
        """
        helper = Package.read(autoconsent) if autoconsent else None
        if selectors is None:
            return cls(helper=helper)
        try:
            return cls(parse_sites(read_bytes(selectors).decode("utf-8", "replace")), helper)
        except SitesError as error:
            raise SetupError(f"{selectors}: {error}.") from error


@dataclass(frozen=True, slots=True)
class Way:
    """How the pages are visited.

    ``cluster`` is the address of a Dask scheduler, whose workers see the pages instead of ``jobs`` browsers here.
    ``resume`` is the file that remembers the pages, ``None`` where none shall.
    """

    plan: Plan
    politeness: Politeness
    jobs: int | None = None
    cluster: str | None = None
    resume: Path | None = None
    asking: Asking = field(default_factory=Asking)


@contextmanager
def visited(pages: Sequence[Target], way: Way, declaration: Declaration | None, console: Console) -> Iterator[Tape]:
    """See all pages, show on the console how far that is, and give what was seen, which stays on the disk.

    Raises:
        SetupError: there is no browser, or the file to resume from is of another audit.
    """
    unit = Visiting(plan=way.plan, asker=way.asking, declaration=declaration, robots=way.politeness.robots)
    with _table(way, unit) as table:
        table.add(pages)
        shown = Shown(console, len(pages))
        with _crew(way, unit, len(pages)) as crew, shown.bar:
            audit_pages(table, crew, way.politeness, shown, together=way.plan.together)
        yield _tape(table)


@contextmanager
def _table(way: Way, unit: Visiting) -> Iterator[tables.Table]:
    with tempfile.TemporaryDirectory(prefix="bandeau-audit-") as folder:
        table = tables.Table(way.resume or Path(folder) / "pages.db", unit.settings)
        try:
            yield table
        finally:
            table.close()


class Shown(Watcher):
    """Tells how far it is: as a bar with the pages in each state on a terminal, as a line for each page elsewhere."""

    def __init__(self, console: Console, number: int) -> None:
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        # A dumb terminal cannot draw a line anew.
        self.bar = Progress(*columns, console=console, transient=True, disable=not console.is_interactive)
        self._console = console
        self._task = self.bar.add_task("", total=number)

    def over(self, progress: tables.Progress, url: str) -> None:
        """A page is over."""
        done = progress.done + progress.failed
        self.bar.update(self._task, completed=done, total=progress.total)
        self._console.print(f"{done} of {progress.total}  {printable(url)}", markup=False, soft_wrap=True)

    def states(self, pages: Mapping[State, int]) -> None:
        """How many pages are being seen in each state."""
        told = ", ".join(f"{pages[state]} {words}" for state, words in STATES.items() if pages.get(state))
        self.bar.update(self._task, description=told, refresh=True)


@contextmanager
def _crew(way: Way, unit: Visiting, number: int) -> Iterator[Callable[[Inbox], Crew]]:
    """Who sees the pages: processes of this machine, or those of a Dask cluster."""
    if way.cluster is None:
        jobs = min(way.jobs or os.cpu_count() or 1, number)
        yield lambda inbox: Processes(unit, inbox, jobs=jobs, at_once=AT_ONCE)
        return
    try:
        from bandeau.audit.many.cluster import Cluster, connected
    except ModuleNotFoundError as error:
        raise SetupError(f"--cluster needs {error.name}: pip install 'bandeau[dask]'.") from error
    with connected(way.cluster) as client:
        yield lambda inbox: Cluster(unit, inbox, client)


def _tape(table: tables.Table) -> Tape:
    try:
        return tape_of(table)
    except RecordingError as error:
        why = dict.fromkeys(trouble.text for page in Pages(table) for trouble in page.trouble)
        raise SetupError(f"No page could be seen: {several(list(why), 5) or error}") from error
