"""From a recording to a result: everything that is asked of the disk before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bandeau.audit.compare import FailOn
from bandeau.audit.finding import Audit
from bandeau.audit.inspect.rules import RULES
from bandeau.audit.judging import judge
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import RecordingError, parse_recording
from bandeau.audit.reports.result import Bar, Result
from bandeau.audit.tape import Tape
from bandeau.cli.audit.files import read_bytes, read_report
from bandeau.declare import catalogue, read_declaration
from bandeau.errors import SetupError


def know(lists: Iterable[Path] = ()) -> Knowledge:
    """The catalogue, and filter lists where they are given.

    Raises:
        SetupError: a list cannot be read, or is none.
    """
    texts = {str(path): read_bytes(path).decode("utf-8", "replace") for path in lists}
    return Knowledge({name: catalogue.entry(name) for name in catalogue.names()}, texts)


def read_bar(
    declaration: Path | None, fail_on: list[str] | None, baseline: Path | None, lists: list[Path] | None = None
) -> Bar:
    """Read what a site is held against, before anything is visited, so that errors are told then.

    Raises:
        DeclarationError: the declaration cannot be used.
        SetupError: a file cannot be read, or is not what it should be.
        FailOnError: a word is neither a severity nor a code.
    """
    return Bar(
        declared=read_declaration(declaration) if declaration else None,
        declaration=str(declaration or ""),
        knowledge=know(lists or ()),
        fail_on=FailOn.parse(fail_on, RULES) if fail_on else FailOn(),
        baseline=_audit(baseline) if baseline else None,
        titles={code: rule.title for code, rule in RULES.items()},
    )


def judged(tape: Tape, bar: Bar) -> Result:
    """Judge a tape."""
    return Result.of(tape, judge(tape, bar.declared, bar.knowledge), bar)


def _audit(path: Path) -> Audit:
    report = read_report(path)
    return Audit(findings=report.findings, words=report.words)


def read_recording(path: Path) -> Tape:
    """Read a saved recording and the pictures that lie beside it; one that is missing is left out.

    Raises:
        SetupError: it cannot be read, or is none.
    """
    try:
        recording = parse_recording(read_bytes(path))
    except RecordingError as error:
        raise SetupError(f"{path}: {error}.") from error
    beside = pictures_of(path)
    names = {stay.screenshot for page in recording.pages for stay in page.stays if stay.screenshot}
    # A recording may come from anywhere: its names lead nowhere but into its own folder.
    safe = {name for name in names if Path(name).name == name}
    return Tape.of(recording, {name: (beside / name).read_bytes() for name in safe if (beside / name).is_file()})


def pictures_of(path: Path) -> Path:
    """The folder of a recording's pictures: ``site.json`` has ``site.pictures`` beside it."""
    return path.with_suffix(".pictures")
