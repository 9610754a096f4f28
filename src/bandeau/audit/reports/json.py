"""The report for programs, and what a baseline is: docs/formats/audit.md."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from bandeau.audit.facts import Value
from bandeau.audit.finding import Finding, Severity, Verdict, Word
from bandeau.audit.recording import Browser, Device, Recording, State, Trouble
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.wording import judgement
from bandeau.errors import BandeauError

VERSION = 1
"""The version of the format."""


class ReportError(BandeauError, ValueError):
    """A file is no report of an audit, or of another version; make it again with ``bandeau audit --json``."""


class Told(Finding, frozen=True, kw_only=True):
    """A finding, with the mark that tells it in every run, and what it means here.

    ``new`` says that the baseline does not have it, ``fails`` that it makes the audit fail.
    """

    fingerprint: str
    new: bool = False
    fails: bool = False


class Reach(Value, frozen=True, kw_only=True):
    """Whether a page was seen in a state (``service`` for one alone), and what went wrong."""

    state: State
    reached: bool
    service: str = ""
    trouble: tuple[Trouble, ...] = ()


class Visited(Value, frozen=True, kw_only=True):
    """One page on one device: which states it was seen in."""

    url: str
    device: Device
    states: tuple[Reach, ...] = ()
    trouble: tuple[Trouble, ...] = ()


class Summary(Value, frozen=True, kw_only=True):
    """The numbers. ``errors``, ``warnings`` and ``notes`` count a finding once, on however many pages it was made."""

    pages: int
    unseen: int
    partial: int
    errors: int
    warnings: int
    notes: int
    kept: int
    broken: int
    untested: int
    failing: int
    new: int | None = None
    gone: int | None = None


class Report(Value, frozen=True, kw_only=True, omit_defaults=False):
    """The whole report; ``verdict`` is broken, doubtful, kept or unseen, and ``sentence`` says it."""

    version: int
    made: str
    bandeau: str
    browser: Browser
    declaration: str
    verdict: str
    sentence: str
    summary: Summary
    pages: tuple[Visited, ...]
    findings: tuple[Told, ...]
    words: tuple[Word, ...]
    gone: tuple[Finding, ...] = ()


_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Report)


def fingerprint(finding: Finding) -> str:
    """Thirty-two hex digits of the finding's key."""
    return sha256(finding.key.encode("utf-8", "replace")).hexdigest()[:32]


def report(result: Result) -> Report:
    """Give the report as a value."""
    recording, judged = result.recording, judgement(result)
    failing = {finding.key for finding in result.failing}
    return Report(
        version=VERSION,
        made=recording.made,
        bandeau=recording.bandeau,
        browser=recording.browser,
        declaration=result.declaration,
        verdict=judged.kind,
        sentence=judged.sentence,
        summary=summary(result),
        pages=_pages(recording),
        findings=tuple(
            Told(
                **msgspec.structs.asdict(finding),
                fingerprint=fingerprint(finding),
                new=finding.key in result.new,
                fails=finding.key in failing,
            )
            for finding in result.audit.findings
        ),
        words=result.audit.words,
        gone=result.difference.gone if result.difference else (),
    )


def summary(result: Result) -> Summary:
    """Give the numbers of an result."""
    changed = result.difference
    return Summary(
        pages=len(result.recording.pages),
        unseen=len(result.unseen),
        partial=len(result.partial),
        errors=len(result.of(Severity.ERROR)),
        warnings=len(result.of(Severity.WARNING)),
        notes=len(result.of(Severity.NOTE)),
        kept=len(result.held[Verdict.KEPT]),
        broken=len(result.held[Verdict.BROKEN]),
        untested=len(result.held[Verdict.UNTESTED]),
        failing=len(result.failing) + len(result.failing_promises),
        new=len(changed.new) if changed else None,
        gone=len(changed.gone) if changed else None,
    )


def _pages(recording: Recording) -> tuple[Visited, ...]:
    return tuple(
        Visited(
            url=page.url,
            device=page.device,
            states=tuple(
                Reach(state=stay.state, reached=stay.reached, service=stay.service, trouble=stay.trouble)
                for stay in page.stays
            ),
            trouble=page.trouble,
        )
        for page in recording.pages
    )


def format_report(result: Result) -> str:
    """Give the report as JSON, always in the same order."""
    return msgspec.json.format(_ENCODER.encode(report(result)), indent=1).decode() + "\n"


def parse_report(text: bytes) -> Report:
    """Read a report, as for a baseline.

    Raises:
        ReportError: it is none, or of a version that this Bandeau does not know.
    """
    try:
        read = _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReportError(f"this is no report of bandeau audit --json: {error}") from error
    if read.version != VERSION:
        raise ReportError(f"this report is of version {read.version}; this Bandeau reads version {VERSION}")
    return read


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of the report."""
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A report of bandeau audit"}
    return {**about, **msgspec.json.schema(Report)}
