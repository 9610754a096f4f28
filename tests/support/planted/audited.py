"""Pages audited as the command does it: seen in every state that is asked for, and judged with the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bandeau.audit.finding import Finding, Severity
from bandeau.audit.inspect import inspect
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Page, State
from bandeau.audit.visit import Patience, Plan, recorded, see
from bandeau.audit.visit.notice import Asker
from bandeau.declare import catalogue
from bandeau.model import Declaration
from support.planted.names import named
from support.planted.plant import ACCEPTED, BEFORE, REFUSED, Plant
from support.seeing import Eyes, eyes

AT_ONCE = 4
"""Pages that are seen at once: most of a visit is waiting."""

PATIENT = Patience(quiet=0.4, settle=6, navigate=15, act=8, stay=45)
ALIASES = {"mesure.gazette-du-port.fr": "b.scorecardresearch.com"}
KNOWLEDGE = Knowledge({name: catalogue.entry(name) for name in catalogue.names()})

_ON_THE_WAY = {
    BEFORE: (State.BEFORE,),
    REFUSED: (State.BEFORE, State.REFUSED),
    ACCEPTED: (State.BEFORE, State.ACCEPTED),
}


ALL = (State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN)


def states(plant: Plant) -> tuple[State, ...]:
    """The states that must be seen to judge what is planted."""
    return ALL if plant.whole else _ON_THE_WAY.get(plant.state, (State.BEFORE, State.ACCEPTED, State.WITHDRAWN))


class Auditor:
    """A browser that audits pages."""

    def __init__(self, watching: Eyes) -> None:
        self._eyes = watching

    def pages(self, rows: Iterable[tuple[str, dict[str, Any]]]) -> list[Page]:
        """See addresses, each with what its plan asks for, several at once."""
        return self._eyes.loop.run(self._all(list(rows)))

    async def _all(self, rows: list[tuple[str, dict[str, Any]]]) -> list[Page]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(url: str, plan: dict[str, Any]) -> Page:
            declaration, device = plan.pop("declaration", None), plan.pop("device", "desktop")
            made = Plan(**{"patience": PATIENT, "read": False, "screenshots": False, **plan})
            async with gate:
                seen = await see(
                    self._eyes.live, url, made, Asker(patience=1.5), device=device, declaration=declaration
                )
            return seen.page

        return await asyncio.gather(*(one(url, plan) for url, plan in rows))

    def findings(self, page: Page, declaration: Declaration | None) -> tuple[Finding, ...]:
        """Judge one page."""
        return inspect(recorded(self._eyes.live.facts(), [page]), declaration, KNOWLEDGE)


@contextmanager
def auditing(*rules: str) -> Iterator[Auditor]:
    """Open a browser whose hosts lead where the rules say."""
    with named(ALIASES) as resolver, eyes(f"--host-resolver-rules={', '.join(rules)}", resolver=resolver) as watching:
        yield Auditor(watching)


def grave(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that a build fails for."""
    return [finding for finding in findings if finding.severity is not Severity.NOTE]


def told(finding: Finding) -> str:
    """A finding in a line."""
    return f"{finding.state}: {finding.code} {finding.subject}"
