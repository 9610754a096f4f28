"""Judging: a recording is held against the law, the declaration and the notice's own words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from bandeau.audit.finding import Evidence, Finding, Word
from bandeau.audit.inspect import inspect
from bandeau.audit.inspect.declared import UNSEEN_SERVICE, UNSEEN_TRACKER
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.promises import words_of
from bandeau.audit.recording import Device, Page, State
from bandeau.audit.tape import Tape
from bandeau.model import Declaration

TOGETHER = 32
"""How many pages are judged together: those whose clean visits are compared, and that are in memory at once."""

_Name = tuple[str, Device]


class Judged(NamedTuple):
    """What was found on a page and what its notice says; ``page`` is ``None`` for what is said of the whole audit."""

    page: Page | None
    findings: tuple[Finding, ...]
    word: Word | None = None


def judge(tape: Tape, declaration: Declaration | None, knowledge: Knowledge) -> Iterator[Judged]:
    """Judge a tape, however many pages are on it: some pages at a time, and last what is said of the whole audit.

    Args:
        tape: what an audit saw.
        declaration: what the site declares; ``None`` where there is none, and only law and knowledge speak.
        knowledge: who owns a host, what a cookie or a storage key is for.
    """
    whole = _Whole()
    guest = _guest(tape.pages)
    pages = iter(tape.pages)
    while part := list(islice(pages, TOGETHER)):
        names = {_name(page) for page in part}
        # A page of another part sits in, so that values are compared and every part saw what was accepted.
        beside = [guest] if guest and _name(guest) not in names else []
        by_page: dict[_Name, list[Finding]] = {name: [] for name in names}
        overall: list[Finding] = []
        for finding in inspect(replace(tape.head, pages=(*beside, *part)), declaration, knowledge):
            if not finding.page:
                overall.append(finding)
            elif (name := (finding.page, finding.device)) in by_page:
                by_page[name].append(finding)
        whole.add(part, beside, overall)
        for page in part:
            found = tuple(by_page[_name(page)])
            yield Judged(page, found if _name(page) in names else (), words_of(page, found, declaration, knowledge))
            names.discard(_name(page))  # a recording that was put together by hand may have a page twice
    yield Judged(None, whole.findings())


def _name(page: Page) -> _Name:
    return page.url, page.device


def _guest(pages: Iterable[Page]) -> Page | None:
    """The first page that was seen after everything was accepted, else the first one."""
    first = next(iter(pages), None)
    return next((page for page in pages if page.stay(State.ACCEPTED)), first)


class _Whole:
    """What is said of the whole audit: what every part says."""

    def __init__(self) -> None:
        self._found: Sequence[Finding] | None = None
        self._more = 0  # pages seen after everything was accepted, beyond those of the first part

    def add(self, part: list[Page], beside: list[Page], overall: Sequence[Finding]) -> None:
        """Take what a part says of all of it."""
        if self._found is None:
            self._found = overall
            self._more = -_accepted(beside)
        else:
            self._found = [*_said(self._found, overall), *_trackers(overall, self._found)]
            self._more += _accepted(part)

    def findings(self) -> tuple[Finding, ...]:
        """What was said by all parts."""
        return tuple(map(self._told, self._found or ()))

    def _told(self, finding: Finding) -> Finding:
        if not self._more or finding.code not in (UNSEEN_SERVICE, UNSEEN_TRACKER):
            return finding
        more = Evidence(text=f"so were {self._more:,} more", state=State.ACCEPTED)
        return replace(finding, evidence=(*finding.evidence, more))


def _accepted(pages: list[Page]) -> int:
    return sum(page.stay(State.ACCEPTED) is not None for page in pages)


def _said(ones: Sequence[Finding], others: Sequence[Finding]) -> list[Finding]:
    """The findings that others make too."""
    known = {(finding.code, finding.subject) for finding in others}
    return [one for one in ones if (one.code, one.subject) in known] + _trackers(ones, others)


def _trackers(ones: Sequence[Finding], others: Sequence[Finding]) -> list[Finding]:
    """The trackers that were not seen of services that others did not see at all."""
    unseen = {finding.service for finding in others if finding.code == UNSEEN_SERVICE}
    return [finding for finding in ones if finding.code == UNSEEN_TRACKER and finding.service in unseen]
