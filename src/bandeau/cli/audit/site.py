"""``bandeau audit``: visit, judge, report; or judge again what was recorded."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bandeau.cli.audit import options as of

if TYPE_CHECKING:
    from rich.console import Console

    from bandeau.audit.recording import Device, State
    from bandeau.audit.reports.result import Bar
    from bandeau.audit.tape import Tape
    from bandeau.audit.visit import Plan
    from bandeau.cli.audit.visiting import Way
    from bandeau.cli.audit.writing import Wanted

FAILED = 3
"""The exit code where findings make the audit fail."""


def site(
    urls: of.Urls = None,
    sitemap: of.Sitemap = None,
    listed: of.Listed = None,
    recording: of.Recorded = None,
    notice: of.Notices = None,
    declaration: of.Declared = None,
    device: of.Devices = None,
    state: of.States = None,
    follow: of.Follow = 0,
    pages_per_visit: of.Together = 1,
    scroll: of.Scroll = True,
    selectors: of.Selectors = None,
    autoconsent: of.Autoconsent = None,
    lists: of.Lists = None,
    ignore_robots: of.IgnoreRobots = False,
    rate: of.Rate = 1,
    jobs: of.Jobs = None,
    cluster: of.Cluster = None,
    resume: of.Resume = None,
    html: of.Html = None,
    json: of.Json = None,
    sarif: of.Sarif = None,
    junit: of.Junit = None,
    save: of.Save = None,
    fail_on: of.FailOns = None,
    baseline: of.Baseline = None,
) -> None:
    """Hold any site to its promise: a real browser looks before any choice, after refusing, accepting, withdrawing.

    What each sets, reads and contacts is held against the law and your declaration, if any. The notice may be any.

    Exit code: 3 where findings fail (--fail-on, else errors), 1 where a page could not be seen or a file is wrong,
    2 where the declaration or the command line is, else 0. bandeau audit diff --help tells about comparing two audits.

    For example:

      bandeau audit https://example.org/ --html report.html

      bandeau audit https://staging.example.org/ --declaration bandeau.toml --junit audit.xml

      bandeau audit --sitemap https://example.org/sitemap.xml --json today.json --baseline yesterday.json
    """
    from bandeau.cli.audit.judging import read_bar, read_recording
    from bandeau.cli.audit.reading import read_notice
    from bandeau.cli.audit.writing import Wanted

    _check_one(urls or sitemap or listed, recording, notice)
    if notice:
        return read_notice(notice, json)
    bar = read_bar(declaration, fail_on, baseline, lists)
    wanted = Wanted.checked(html=html, json=json, sarif=sarif, junit=junit)
    if recording:
        return _tell(nullcontext(read_recording(recording)), bar, wanted, save)
    plan = _plan(device, state, follow, pages_per_visit, scroll)
    way = _way(plan, selectors, autoconsent, ignore_robots, rate, jobs, cluster, resume)
    return _tell(_visited(urls or [], sitemap, listed, way, bar, wanted.console), bar, wanted, save)


def _tell(seen: AbstractContextManager[Tape], bar: Bar, wanted: Wanted, save: Path | None) -> None:
    """Judge what was seen, write what is wanted, and end with the code that says what it came to."""
    from bandeau.cli.audit.judging import judged
    from bandeau.cli.audit.writing import save_recording

    with seen as tape:
        if save:
            save_recording(save, tape)
        result = judged(tape, bar)
        wanted.write(result)
    raise typer.Exit(FAILED if result.failures else 1 if result.unseen else 0)


def _check_one(*named: object) -> None:
    if [bool(one) for one in named].count(True) != 1:
        raise typer.BadParameter("name pages (URLs, --sitemap, --list), or a --recording, or a --notice: one of them.")


def _plan(
    device: list[Device] | None, state: list[State] | None, follow: int, pages_per_visit: int, scroll: bool
) -> Plan:
    from bandeau.audit.recording import Device, State
    from bandeau.audit.visit import Plan

    if follow and pages_per_visit > 1:
        raise typer.BadParameter("--follow opens links of each page by itself; leave it or --pages-per-visit out.")
    states = tuple(one for one in State if one is not State.ALONE and (not state or one in state))
    return Plan(
        devices=tuple(device or (Device.DESKTOP,)),
        states=states,
        alone=bool(state and State.ALONE in state),
        follow=follow,
        together=pages_per_visit,
        scroll=scroll,
    )


def _way(
    plan: Plan,
    selectors: Path | None,
    autoconsent: Path | None,
    ignore_robots: bool,
    rate: float,
    jobs: int | None,
    cluster: str | None,
    resume: Path | None,
) -> Way:
    from bandeau.audit.many.run import Politeness
    from bandeau.cli.audit.visiting import Asking, Way

    if jobs and cluster:
        raise typer.BadParameter("--jobs counts browsers here; with --cluster each Dask worker has one a thread.")
    politeness = Politeness(rate=rate, robots=not ignore_robots)
    return Way(plan, politeness, jobs, cluster, resume, Asking.read(selectors, autoconsent))


def _visited(
    urls: list[str], sitemap: str | None, listed: Path | None, way: Way, bar: Bar, console: Console
) -> AbstractContextManager[Tape]:
    from bandeau.cli.audit.visiting import targets, visited

    pages = targets(urls, sitemap, listed, robots=way.politeness.robots)
    return visited(pages, way, bar.declared, console)
