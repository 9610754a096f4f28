"""Runs ours over many pages: the coordinator, its table and its processes, as ``bandeau audit`` has them."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from bandeau.audit.facts import Area, CookieSet, Request
from bandeau.audit.judging import judge
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.many.crew import Processes
from bandeau.audit.many.results import tape_of
from bandeau.audit.many.run import Politeness, audit_pages
from bandeau.audit.many.table import Table
from bandeau.audit.many.visiting import Visiting
from bandeau.audit.recording import Page, State
from bandeau.audit.targets import read_arguments
from bandeau.audit.visit import Plan
from bandeau.audit.visit.notice import Asker
from bandeau.declare import catalogue

COMPARED = (State.BEFORE, State.REFUSED)
STATES = (State.BEFORE, State.REFUSED, State.ACCEPTED)
PLAN = Plan(states=STATES, read=False, scroll=False, screenshots=False, language="fr-FR")
PLANS = {
    "bandeau": PLAN,
    "bandeau, reading on": replace(PLAN, together=10),
    "bandeau, whole": Plan(language="fr-FR"),
}


def items(page: Page) -> Iterator[tuple[str, str, str, str]]:
    """The cookies and the hosts of the states that are compared."""
    own = urlsplit(page.url).hostname
    for stay in page.stays:
        if stay.state not in COMPARED or not stay.reached:
            continue
        for kept in stay.kept:
            if kept.area is Area.COOKIE:
                yield page.url, stay.state, "cookie", kept.key
        for fact in stay.facts:
            if isinstance(fact, CookieSet) and not fact.refused:
                yield page.url, stay.state, "cookie", fact.name
            if isinstance(fact, Request) and (host := urlsplit(fact.url).hostname) and host != own:
                yield page.url, stay.state, "host", host


def main() -> None:
    """Audit, judge, and say what was seen as one line of JSON."""
    task = json.load(sys.stdin)
    plan = PLANS[task["name"]]
    unit = Visiting(
        plan=plan,
        asker=Asker,
        executable=task["browser"],
        arguments=tuple(task["arguments"]),
    )
    jobs = min(os.cpu_count() or 1, task["at_once"])
    knowledge = Knowledge({name: catalogue.entry(name) for name in catalogue.names()})
    seen: set[tuple[str, str, str, str]] = set()
    failed, told = [], Counter[str]()
    read_on = 0
    with tempfile.TemporaryDirectory() as folder:
        table = Table(Path(folder) / "pages.audit", unit.settings)
        table.add(read_arguments(task["urls"]).pages)
        audit_pages(
            table,
            lambda inbox: Processes(unit, inbox, jobs=jobs, at_once=max(1, task["at_once"] // jobs)),
            Politeness(rate=1000, robots=False),  # the site is ours
            together=plan.together,
        )
        for page, findings, _ in judge(tape_of(table), None, knowledge):
            if page is not None:
                seen.update(items(page))
                read_on += bool(page.after)
                failed += [f"{page.url}: {trouble.text}" for trouble in page.trouble]
            told.update({finding.code for finding in findings})
        table.close()
    lines = [f"{read_on} pages were read on"] if read_on else []
    lines += [f"{code}: on {pages} pages" for code, pages in told.most_common()]
    print(json.dumps({"items": sorted(seen), "failed": failed, "told": lines}))


if __name__ == "__main__":
    main()
