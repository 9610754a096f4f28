"""The report for programs, and what a baseline is: docs/formats/audit.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from textwrap import indent
from typing import Any

import msgspec

from bandeau.audit.facts import Value
from bandeau.audit.finding import Finding, Severity, Verdict, Word
from bandeau.audit.recording import Browser
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.spool import Visited
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


class Head(Value, frozen=True, kw_only=True, omit_defaults=False):
    """What stands before the lists; ``verdict`` is broken, doubtful, kept or unseen, and ``sentence`` says it."""

    version: int
    made: str
    bandeau: str
    browser: Browser
    declaration: str
    verdict: str
    sentence: str
    summary: Summary


class Report(Head, frozen=True, kw_only=True, omit_defaults=False):
    """The whole report."""

    pages: tuple[Visited, ...]
    findings: tuple[Told, ...]
    words: tuple[Word, ...]
    gone: tuple[Finding, ...] = ()


_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Report)


def fingerprint(finding: Finding) -> str:
    """Thirty-two hex digits of the finding's key."""
    return sha256(finding.key.encode("utf-8", "replace")).hexdigest()[:32]


def head(result: Result) -> Head:
    """What stands before the lists."""
    judged = judgement(result)
    return Head(
        version=VERSION,
        made=result.made,
        bandeau=result.bandeau,
        browser=result.browser,
        declaration=result.bar.declaration,
        verdict=judged.kind,
        sentence=judged.sentence,
        summary=summary(result),
    )


def summary(result: Result) -> Summary:
    """Give the numbers of a result."""
    changed = result.change
    return Summary(
        pages=result.spool.count(),
        unseen=result.unseen,
        partial=result.partial,
        errors=result.numbers[Severity.ERROR],
        warnings=result.numbers[Severity.WARNING],
        notes=result.numbers[Severity.NOTE],
        kept=len(result.held[Verdict.KEPT]),
        broken=len(result.held[Verdict.BROKEN]),
        untested=len(result.held[Verdict.UNTESTED]),
        failing=result.failures,
        new=changed.new if changed else None,
        gone=len(changed.gone) if changed else None,
    )


def format_report(result: Result) -> Iterator[str]:
    """Give the report as JSON, always in the same order, piece by piece."""
    lists: tuple[tuple[str, Iterable[Value]], ...] = (
        ("pages", result.spool.pages()),
        ("findings", (_told(result, finding) for finding in result.spool.findings())),
        ("words", result.spool.words()),
        ("gone", result.change.gone if result.change else ()),
    )
    yield _written(head(result)).removesuffix("\n}")
    for name, values in lists:
        yield f',\n "{name}": ['
        between = "\n"
        for value in values:
            yield between + indent(_written(value), "  ")
            between = ",\n"
        yield "]" if between == "\n" else "\n ]"
    yield "\n}\n"


def _told(result: Result, finding: Finding) -> Told:
    return Told(
        **msgspec.structs.asdict(finding),
        fingerprint=fingerprint(finding),
        new=result.new(finding),
        fails=result.failing(finding),
    )


def _written(value: Value) -> str:
    return msgspec.json.format(_ENCODER.encode(value), indent=1).decode()


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
