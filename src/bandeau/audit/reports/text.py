"""The report on one screen of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bandeau.audit.finding import Finding, Held, Severity, Verdict
from bandeau.audit.recording import State
from bandeau.audit.repeated import printable
from bandeau.audit.reports.result import STATES, Result
from bandeau.audit.reports.wording import SIGNS, count, judgement, several, sites, troubled
from bandeau.audit.tally import Group

MOST = 12
"""As many findings as leave the verdict on the screen."""

TROUBLES = 6

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "cyan"}
_TONES = {"broken": "bold red", "doubtful": "bold yellow", "kept": "bold green", "unseen": "bold yellow"}


def show(result: Result, console: Console) -> None:
    """Print the result: what was seen, by state, the gravest findings, and last, where the eye is, the verdict."""
    console.print(_line(_seen(result)), soft_wrap=True)
    console.print(_states(result))
    for group in result.of_severity(*Severity)[:MOST]:
        _finding(group, console)
    if (left := sum(result.numbers.values()) - MOST) > 0:
        console.print(_line(f"  … and {count(left, 'more finding')}, in the other reports", "dim"))
    for held in result.held[Verdict.BROKEN][:MOST]:
        _promise(held, console)
    told = troubled(result)
    for page, text in islice(told, TROUBLES):
        console.print(_line(f"? {page.url}: {text}", "yellow"), soft_wrap=True)
    if left := sum(1 for _ in told):
        console.print(_line(f"  … and {count(left, 'more trouble')}, in the other reports", "dim"))
    judged = judgement(result)
    console.print()
    console.print(_line(f"{judged.sign} {judged.sentence}", _TONES[judged.kind]), soft_wrap=True)
    for sentence in filter(None, (judged.rest, _promises(result))):
        console.print(_line(f"  {sentence}"), soft_wrap=True)


def list_findings(findings: Iterable[Finding], console: Console) -> None:
    """Print findings, one a line, each with its page."""
    for finding in findings:
        head = Text.assemble((f"{SIGNS[finding.severity]} {finding.severity:<8}", _STYLES[finding.severity]))
        head.append(printable(f"{finding.code}  {finding.message} ({finding.page})"))
        console.print(head, soft_wrap=True)


def _line(text: str, style: str = "") -> Text:
    """Words of a page are text, never markup, and steer no terminal."""
    return Text(printable(text), style)


def _seen(result: Result) -> str:
    devices = ", ".join(result.overview.devices)
    what = f"{several(sites(result), 3)}: {count(result.page_count, 'page')}, {devices}"
    return f"{what}; {result.browser.name} {result.browser.version}"


def _states(result: Result) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for name in ("state", "pages", "errors", "warnings", "notes"):
        table.add_column(name, justify="left" if name == "state" else "right")
    for state, cells in _rows(result):
        table.add_row(Text(STATES[state]), *cells)
    return table


def _rows(result: Result) -> Iterator[tuple[State, list[Text]]]:
    for state in STATES:
        asked, reached = result.overview.asked[state], result.overview.reached[state]
        if not asked:
            continue
        cells = [Text(f"{reached:,} of {asked:,}")]
        for severity in Severity:
            number = result.numbers_by_state.get((state, severity), 0)
            cells.append(Text(f"{number:,}", _STYLES[severity] if number else "dim") if reached else Text("?", "dim"))
        yield state, cells


def _finding(group: Group, console: Console) -> None:
    finding = group.first
    head = Text.assemble(
        (f"{SIGNS[finding.severity]} {finding.severity:<8}", _STYLES[finding.severity]), f"{finding.code}  "
    )
    if group.new:
        head.append("new  ", "bold")
    head.append(printable(finding.message))
    console.print(head, soft_wrap=True)
    where = ", ".join(STATES[state] for state in group.states)
    pages = printable(finding.page) if group.page_count == 1 else count(group.page_count, "page")
    console.print(_line(f"            {where}; {pages}", "dim"), soft_wrap=True)
    if finding.change:
        console.print(_line(f"            to do: {finding.change}"), soft_wrap=True)


def _promise(held: Held, console: Console) -> None:
    said = Text.assemble(("✕ promise ", _STYLES[Severity.ERROR]), f"« {printable(held.promise.quote)} » ")
    console.print(said.append(printable(held.why)), soft_wrap=True)


def _promises(result: Result) -> str:
    numbers = {verdict: len(held) for verdict, held in result.held.items()}
    if not any(numbers.values()):
        return ""
    told = ", ".join(f"{numbers[verdict]:,} {verdict}" for verdict in (Verdict.KEPT, Verdict.BROKEN, Verdict.UNTESTED))
    return f"What the notice says: {told}."
