"""The result of an audit, which every report tells: what was seen, what was found, what is new, what fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bandeau.audit.compare import Difference, FailOn, difference
from bandeau.audit.finding import Audit, Finding, Held, Severity, Verdict
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Device, Page, Recording, State, Stay
from bandeau.audit.site import site_of
from bandeau.model import Declaration, Origin

NO_NOTICE = "no-notice"
"""The trouble of a state that a page without a notice cannot be in."""

STATES = {
    State.BEFORE: "before any choice",
    State.REFUSED: "after refusing",
    State.ACCEPTED: "after accepting",
    State.WITHDRAWN: "after withdrawing",
    State.ALONE: "with one service alone",
}
"""Each state in words, in the order of reports."""


@dataclass(frozen=True, slots=True)
class Group:
    """One finding wherever it was made: the same code about the same subject, on several pages or in several states."""

    findings: tuple[Finding, ...]
    new: bool = False
    failing: bool = False

    @property
    def first(self) -> Finding:
        """The one that speaks for all."""
        return self.findings[0]

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages, in the order of the audit."""
        return tuple(dict.fromkeys(finding.page for finding in self.findings))

    @property
    def states(self) -> tuple[State, ...]:
        """The states, in the order of reports."""
        found = {finding.state for finding in self.findings}
        return tuple(state for state in STATES if state in found)

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices."""
        return tuple(dict.fromkeys(finding.device for finding in self.findings))


@dataclass(frozen=True)
class Result:
    """An audit as it is told.

    ``knowledge`` knows who owns a host. ``baseline`` is an earlier audit, ``None`` where there is none; with one only
    what is new fails. ``pictures`` are PNG bytes by the names that the recording gives them. ``declared`` is what the
    site was held against, ``declaration`` the name of its file. ``titles`` are those of the rules, by their codes.
    """

    recording: Recording
    audit: Audit
    knowledge: Knowledge
    baseline: Audit | None = None
    fail_on: FailOn = field(default_factory=FailOn)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    declaration: str = ""
    declared: Declaration | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    def owner(self, host: str) -> str:
        """The name of who owns a host: as it is declared, else as it is known, else the host's site."""
        origin = Origin("https", host, 443)
        for service in self.declared.services if self.declared else ():
            if any(pattern.matches(origin, "/") for pattern in service.hosts):
                return service.recipient
        known = self.knowledge.owner(host)
        return (known.recipient or known.name) if known else site_of(host)

    @cached_property
    def difference(self) -> Difference | None:
        """What changed since the baseline."""
        return None if self.baseline is None else difference(self.baseline.findings, self.audit.findings)

    @cached_property
    def new(self) -> frozenset[str]:
        """The keys of what the baseline does not have; empty where there is none."""
        return frozenset(finding.key for finding in self.difference.new) if self.difference else frozenset()

    @cached_property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that make the audit fail."""
        counted = self.audit.findings if self.difference is None else self.difference.new
        return tuple(filter(self.fail_on.fails, counted))

    @cached_property
    def failing_promises(self) -> tuple[Held, ...]:
        """The broken promises that make the audit fail: as errors do, and those of the baseline do not."""
        if self.fail_on.severity is None:
            return ()
        known = self.baseline.words if self.baseline else ()
        old = {_named(held) for word in known for held in word.promises if held.verdict is Verdict.BROKEN}
        return tuple(held for held in self.held[Verdict.BROKEN] if _named(held) not in old)

    @property
    def fails(self) -> bool:
        """Whether the audit fails."""
        return bool(self.failing or self.failing_promises)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings put together over pages and states: gravest first, then as the audit has them."""
        together: dict[tuple[str, ...], list[Finding]] = {}
        for finding in self.audit.findings:
            name = (finding.severity, finding.code, finding.subject, finding.service)
            together.setdefault(name, []).append(finding)
        failing = {finding.key for finding in self.failing}
        groups = (
            Group(tuple(some), any(one.key in self.new for one in some), any(one.key in failing for one in some))
            for some in together.values()
        )
        return tuple(sorted(groups, key=lambda group: group.first.severity.rank))

    @cached_property
    def by_page(self) -> Mapping[tuple[str, Device], tuple[Finding, ...]]:
        """The findings of each page on each device."""
        found: dict[tuple[str, Device], list[Finding]] = {}
        for finding in self.audit.findings:
            found.setdefault((finding.page, finding.device), []).append(finding)
        return {name: tuple(some) for name, some in found.items()}

    def of(self, severity: Severity) -> tuple[Group, ...]:
        """The groups of one severity."""
        return tuple(group for group in self.groups if group.first.severity is severity)

    @cached_property
    def held(self) -> Mapping[Verdict, tuple[Held, ...]]:
        """The promises of all notices by what became of them; the same words on several pages count once."""
        worst = {Verdict.BROKEN: 0, Verdict.KEPT: 1, Verdict.UNTESTED: 2}
        by_words: dict[tuple[str, str], Held] = {}
        for held in (held for word in self.audit.words for held in word.promises):
            name = _named(held)
            if name not in by_words or worst[held.verdict] < worst[by_words[name].verdict]:
                by_words[name] = held
        return {verdict: tuple(held for held in by_words.values() if held.verdict is verdict) for verdict in worst}

    @cached_property
    def unseen(self) -> tuple[Page, ...]:
        """The pages that could not be seen in any state."""
        return tuple(page for page in self.recording.pages if not seen(page))

    @cached_property
    def partial(self) -> tuple[Page, ...]:
        """The pages that were seen, but not in every state that was asked for, although they have a notice."""
        return tuple(page for page in self.recording.pages if seen(page) and gaps(page))


def _named(held: Held) -> tuple[str, str]:
    return held.promise.kind, held.promise.quote


def seen(page: Page) -> bool:
    """Whether a page was seen in any state."""
    return any(stay.reached for stay in page.stays)


def gaps(page: Page) -> tuple[Stay, ...]:
    """The states that were asked for and not reached; a page without a notice has no other states to reach."""
    return tuple(stay for stay in page.stays if not stay.reached and not _no_notice(stay))


def _no_notice(stay: Stay) -> bool:
    return any(trouble.code == NO_NOTICE for trouble in stay.trouble)
