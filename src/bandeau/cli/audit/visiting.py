"""Visiting: which pages, with which plan, and what a browser saw of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bandeau.audit.many import table as tables
from bandeau.audit.many.crew import Processes
from bandeau.audit.many.results import browser_of, pages
from bandeau.audit.many.run import Politeness, audit_pages
from bandeau.audit.many.sources import from_list, from_sitemap
from bandeau.audit.many.visiting import Visiting
from bandeau.audit.notices.recipe import Recipe, SitesError, parse_sites
from bandeau.audit.recording import Recording, RecordingError
from bandeau.audit.repeated import printable
from bandeau.audit.targets import Target, gather, read_target
from bandeau.audit.visit import Plan, recorded
from bandeau.audit.visit.autoconsent import Package
from bandeau.audit.visit.helped import Helped
from bandeau.audit.visit.notice import Asker
from bandeau.cli.audit.files import read_bytes
from bandeau.errors import SetupError
from bandeau.model import Declaration, Host

AT_ONCE = 2
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
    """How the pages are visited; ``resume`` is the file that remembers them, ``None`` where none shall."""

    plan: Plan
    politeness: Politeness
    jobs: int | None = None
    resume: Path | None = None
    asking: Asking = field(default_factory=Asking)


def visit(
    pages_: Sequence[Target], way: Way, declaration: Declaration | None, console: Console
) -> tuple[Recording, dict[str, bytes]]:
    """See all pages, and show on the console how far that is.

    Raises:
        SetupError: there is no browser, or the file to resume from is of another audit.
    """
    unit = Visiting(plan=way.plan, asker=way.asking, declaration=declaration)
    with _table(way, unit) as table:
        table.add(pages_)
        jobs = min(way.jobs or os.cpu_count() or 1, len(pages_))
        with _shown(console, len(pages_)) as told:
            audit_pages(
                table,
                lambda inbox: Processes(unit, inbox, jobs=jobs, at_once=AT_ONCE),
                way.politeness,
                told,
            )
        return _recording(table)


@contextmanager
def _table(way: Way, unit: Visiting) -> Iterator[tables.Table]:
    with tempfile.TemporaryDirectory(prefix="bandeau-audit-") as folder:
        table = tables.Table(way.resume or Path(folder) / "pages.db", unit.settings)
        try:
            yield table
        finally:
            table.close()


@contextmanager
def _shown(console: Console, number: int) -> Iterator[Callable[[tables.Progress, str], None]]:
    """Tell how many pages are over: as a bar on a terminal, as a line for each page elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("pages", total=number)

        def told(progress: tables.Progress, url: str) -> None:
            bar.update(task, completed=progress.done + progress.failed, total=progress.total)
            line = f"{progress.done + progress.failed} of {progress.total}  {printable(url)}"
            console.print(line, markup=False, soft_wrap=True)

        yield told


def _recording(table: tables.Table) -> tuple[Recording, dict[str, bytes]]:
    seen = tuple(pages(table))
    try:
        browser = browser_of(table)
    except RecordingError as error:
        why = "; ".join(dict.fromkeys(trouble.text for page in seen for trouble in page.trouble))
        raise SetupError(f"No page could be seen: {why or error}") from error
    recording = recorded(browser, seen)
    pictures = {name: data for url in dict.fromkeys(page.url for page in seen) for name, data in table.pictures(url)}
    return recording, pictures
