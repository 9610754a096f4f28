"""Findings over many pages: one group for each subject, and on how many pages it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bandeau.audit.finding import Evidence, Finding, Severity
from bandeau.audit.recording import Device, State

MOST = 200
"""How many groups of each severity are kept; a site can make up names without end."""

EXAMPLES = 30
"""How many of its pages, and pieces of its evidence, a group keeps."""


@dataclass(slots=True)
class Group:
    """One finding wherever it was made: the same code about the same subject, on several pages or in several states.

    ``pages`` and ``evidence`` are the first ones; ``page_count`` and ``evidence_count`` tell how many there are.
    """

    first: Finding
    pages: list[str] = field(default_factory=list)
    page_count: int = 0
    evidence: list[Evidence] = field(default_factory=list)
    evidence_count: int = 0
    new: bool = False
    failing: bool = False
    _states: set[State] = field(default_factory=set)
    _devices: dict[Device, None] = field(default_factory=dict)
    _last: str | None = None

    @property
    def states(self) -> tuple[State, ...]:
        """The states, in their order."""
        return tuple(state for state in State if state in self._states)

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices."""
        return tuple(self._devices)

    def add(self, finding: Finding) -> None:
        """Take in one of its findings; those of one page come one after the other."""
        self._states.add(finding.state)
        self._devices[finding.device] = None
        self.evidence += finding.evidence[: EXAMPLES - len(self.evidence)]
        self.evidence_count += len(finding.evidence)
        if finding.page != self._last:
            self._last = finding.page
            self.page_count += 1
            if len(self.pages) < EXAMPLES:
                self.pages.append(finding.page)


@dataclass(slots=True)
class Tally:
    """Takes one finding after the other; its size depends neither on the findings nor on the pages.

    ``firsts`` is the first finding of each code.
    """

    firsts: dict[str, Finding] = field(default_factory=dict)
    _groups: dict[Severity, dict[tuple[str, str, str], Group]] = field(
        default_factory=lambda: {severity: {} for severity in Severity}
    )

    def add(self, finding: Finding, *, new: bool = False, failing: bool = False) -> None:
        """Take in a finding, gravest first; ``new`` and ``failing`` are what it is here."""
        self.firsts.setdefault(finding.code, finding)
        name, groups = (finding.code, finding.subject, finding.service), self._groups[finding.severity]
        if name not in groups:
            if len(groups) >= MOST:
                return
            groups[name] = Group(finding)
        group = groups[name]
        group.add(finding)
        group.new |= new
        group.failing |= failing

    def of(self, severities: Iterable[Severity] = Severity) -> tuple[Group, ...]:
        """The groups of some severities, gravest first, then as they came."""
        return tuple(group for severity in severities for group in self._groups[severity].values())
