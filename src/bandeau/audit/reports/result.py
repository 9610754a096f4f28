"""The result of an audit, which every report tells: what was seen, what was found, what is new, what fails.

It holds no more than what is told of the whole: pages and findings are read from a spool, as often as a report asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from bandeau.audit.compare import FailOn
from bandeau.audit.finding import Audit, Finding, Held, Severity, Verdict
from bandeau.audit.judging import Judged
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Browser, State
from bandeau.audit.reports.gravest import Gravest
from bandeau.audit.reports.spool import Spool, Visited, visited
from bandeau.audit.reports.traffic import Owners, Traffic
from bandeau.audit.tally import Group, Tally
from bandeau.audit.tape import Tape
from bandeau.model import Declaration

STATES = {
    State.BEFORE: "before any choice",
    State.REFUSED: "after refusing",
    State.ACCEPTED: "after accepting",
    State.WITHDRAWN: "after withdrawing",
    State.ALONE: "with one service alone",
}
"""Each state in words, in the order of reports."""

MOST = 10_000
"""How many different promises and passages are kept apart; a site can make up words without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What an audit is held against, and what makes it fail.

    ``baseline`` is an earlier audit, ``None`` where there is none; with one only what is new fails. ``declared`` is the
    declaration, ``declaration`` the name of its file. ``titles`` are those of the rules, by their codes.
    """

    knowledge: Knowledge
    fail_on: FailOn = field(default_factory=FailOn)
    baseline: Audit | None = None
    declared: Declaration | None = None
    declaration: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Change:
    """What became of the findings since the baseline: how many are new and still there, and those that are gone."""

    new: int
    still: int
    gone: tuple[Finding, ...]


@dataclass(slots=True)
class Overview:
    """The pages at a glance: their hosts and devices, and how often each state was asked for and reached.

    ``read_on`` is how many of them were read on in the visits of another.
    """

    sites: dict[str, None] = field(default_factory=dict)
    devices: dict[str, None] = field(default_factory=dict)
    asked: Counter[State] = field(default_factory=Counter)
    reached: Counter[State] = field(default_factory=Counter)
    read_on: int = 0

    def add(self, page: Visited) -> None:
        """Take in a page."""
        self.sites[urlsplit(page.url).netloc or page.url] = None
        self.devices[page.device] = None
        self.read_on += bool(page.after)
        for reach in page.states:
            self.asked[reach.state] += 1
            self.reached[reach.state] += reach.reached


@dataclass(frozen=True)
class Result:
    """An audit as it is told. ``tape`` is what was seen, ``spool`` what was judged of it, ``bar`` what decides."""

    tape: Tape
    spool: Spool
    bar: Bar
    traffic: Traffic
    gravest: Gravest

    @classmethod
    def of(cls, tape: Tape, judged: Iterable[Judged], bar: Bar) -> Result:
        """Take in what was judged, page by page."""
        spool, gravest = Spool(), Gravest(tape.pictures)
        traffic = Traffic(Owners(bar.declared, bar.knowledge))
        for page, findings, word in judged:
            for finding in findings:
                spool.add_finding(finding)
            if word is not None:
                spool.add_word(word)
            if page is not None:
                spool.add_page(visited(page))
                traffic.see(page)
                gravest.add(page, min((one.severity.rank for one in findings), default=len(Severity)))
        return cls(tape, spool, bar, traffic, gravest)

    @property
    def made(self) -> str:
        """When the pages were seen."""
        return self.tape.head.made

    @property
    def bandeau(self) -> str:
        """The version that saw them."""
        return self.tape.head.bandeau

    @property
    def browser(self) -> Browser:
        """The browser that saw them."""
        return self.tape.head.browser

    # -- the findings -------------------------------------------------------------------------------------------------

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(finding.key for finding in self.bar.baseline.findings) if self.bar.baseline else frozenset()

    def new(self, finding: Finding) -> bool:
        """Whether there is a baseline, and it does not have a finding."""
        return self.bar.baseline is not None and finding.key not in self._known

    def failing(self, finding: Finding) -> bool:
        """Whether a finding makes the audit fail."""
        return self.bar.fail_on.fails(finding) and (self.bar.baseline is None or finding.key not in self._known)

    @cached_property
    def _counted(self) -> tuple[Tally, int, Change | None]:
        """All findings once: put together, how many of them fail, and what changed since the baseline."""
        tally, failing, new, still = Tally(), 0, 0, set[str]()
        for finding in self.spool.findings():
            is_new, fails = self.new(finding), self.failing(finding)
            tally.add(finding, new=is_new, failing=fails)
            failing += fails
            new += is_new
            if finding.key in self._known:
                still.add(finding.key)
        if self.bar.baseline is None:
            return tally, failing, None
        gone = {finding.key: finding for finding in self.bar.baseline.findings if finding.key not in still}
        return tally, failing, Change(new, len(still), tuple(gone.values()))

    @property
    def change(self) -> Change | None:
        """What changed since the baseline, ``None`` where there is none."""
        return self._counted[2]

    @property
    def failures(self) -> int:
        """How many findings and promises make the audit fail."""
        return self._counted[1] + len(self.failing_promises)

    @property
    def firsts(self) -> Mapping[str, Finding]:
        """The gravest finding of each code."""
        return self._counted[0].firsts

    def of_severity(self, *severities: Severity) -> tuple[Group, ...]:
        """The findings of some severities put together over pages and states; only the first where there are many."""
        return self._counted[0].of(severities)

    @cached_property
    def numbers(self) -> Mapping[Severity, int]:
        """How many findings of each severity there are, each counted once on however many pages it was made."""
        return self.spool.numbers()

    @cached_property
    def numbers_by_state(self) -> Mapping[tuple[State, Severity], int]:
        """How many findings of each severity were made in each state."""
        return self.spool.numbers_by_state()

    # -- the promises -------------------------------------------------------------------------------------------------

    @cached_property
    def held(self) -> Mapping[Verdict, tuple[Held, ...]]:
        """The promises of all notices by what became of them; the same words on several pages count once."""
        worst = {Verdict.BROKEN: 0, Verdict.KEPT: 1, Verdict.UNTESTED: 2}
        by_words: dict[tuple[str, str], Held] = {}
        for held in (held for word in self.spool.words() for held in word.promises):
            name = _named(held)
            known = by_words.get(name)
            if (known is None and len(by_words) < MOST) or (known and worst[held.verdict] < worst[known.verdict]):
                by_words[name] = held
        return {verdict: tuple(held for held in by_words.values() if held.verdict is verdict) for verdict in worst}

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """The texts of the notices that no rule reads, each once."""
        texts: dict[str, None] = {}
        for text in (text for word in self.spool.words() for text in word.unread if text.strip()):
            if len(texts) < MOST:
                texts[text] = None
        return tuple(texts)

    @cached_property
    def failing_promises(self) -> frozenset[tuple[str, str]]:
        """Kind and quote of the broken promises that make the audit fail: as errors do, but those of the baseline."""
        if self.bar.fail_on.severity is None:
            return frozenset()
        known = self.bar.baseline.words if self.bar.baseline else ()
        old = {_named(held) for word in known for held in word.promises if held.verdict is Verdict.BROKEN}
        return frozenset(map(_named, self.held[Verdict.BROKEN])) - old

    # -- the pages ----------------------------------------------------------------------------------------------------

    @cached_property
    def overview(self) -> Overview:
        """The pages at a glance."""
        overview = Overview()
        for page in self.spool.pages():
            overview.add(page)
        return overview

    @cached_property
    def page_count(self) -> int:
        """How many pages there are, each once on however many devices."""
        return self.spool.count("DISTINCT url")

    def urls(self) -> Iterator[str]:
        """The pages' addresses, each once."""
        return self.spool.urls()

    @cached_property
    def unseen(self) -> int:
        """How many pages could not be seen in any state; a page on two devices counts twice."""
        return self.spool.count(where="unseen")

    @cached_property
    def partial(self) -> int:
        """How many were seen, but not in every state that was asked for, although they have a notice."""
        return self.spool.count(where="partial")


def _named(held: Held) -> tuple[str, str]:
    return held.promise.kind, held.promise.quote
