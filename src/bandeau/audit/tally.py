"""Findings over many pages: one line for each subject, and on how many pages it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bandeau.audit.finding import Finding, Severity
from bandeau.audit.recording import Device, State

MOST = 10_000
"""How many different subjects are kept apart; a site can make up names without end."""

_EXAMPLES = 5


class Subject(NamedTuple):
    """What makes findings of several pages the same."""

    code: str
    subject: str
    state: State
    device: Device


@dataclass(slots=True)
class Line:
    """One subject: the first finding of it, on how many pages it was found, and some of them."""

    first: Finding
    pages: int = 0
    examples: list[str] = field(default_factory=list)
    last: str = ""


@dataclass(slots=True)
class Tally:
    """Takes the findings of one page after the other; its size depends on the subjects, not on the pages."""

    lines: dict[Subject, Line] = field(default_factory=dict)
    severities: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    untold: int = 0
    """How many findings are of subjects beyond :data:`MOST`."""

    def add(self, findings: Iterable[Finding]) -> None:
        """Take in the findings of a page; those of one page come together."""
        for finding in findings:
            self.severities[finding.severity] += 1
            subject = Subject(finding.code, finding.subject, finding.state, finding.device)
            line = self.lines.get(subject)
            if line is None:
                if len(self.lines) == MOST:
                    self.untold += 1
                    continue
                line = self.lines[subject] = Line(finding)
            if line.last == finding.page:
                continue
            line.last = finding.page
            line.pages += 1
            if len(line.examples) < _EXAMPLES:
                line.examples.append(finding.page)

    def sorted(self) -> list[Line]:
        """The lines, gravest first, then those on most pages."""
        return sorted(
            self.lines.values(),
            key=lambda line: (line.first.severity.rank, -line.pages, line.first.code, line.first.subject),
        )
