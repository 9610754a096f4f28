"""The report as JUnit XML, as GitLab, GitHub's actions and Jenkins read it.

A page on a device is a suite. In it each finding is a case, which fails where it makes the audit fail, and each state
without findings is a case that passes, so that a page that is well is seen to have been looked at. A state that could
not be reached is skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from bandeau.audit.finding import Finding, Held, Verdict, Word
from bandeau.audit.repeated import printable
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.spool import Reach, Visited
from bandeau.audit.reports.wording import judgement, several

EVIDENCE = 10
"""As many pieces of evidence as a case tells."""

_KINDS = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
"""What is counted, and the element that it is."""


def format_junit(result: Result) -> Iterator[str]:
    """Give the report as JUnit XML, piece by piece. The numbers stand first, so every page is told twice."""
    total: Counter[str] = Counter()
    for suite in _suites(result):
        total.update({name: int(suite.get(name, "0")) for name in _KINDS})
    root = Element("testsuites", {"name": "bandeau audit", **{name: str(total[name]) for name in _KINDS}})
    yield "<?xml version='1.0' encoding='utf-8'?>\n" + tostring(root, encoding="unicode").replace(" />", ">")
    for suite in _suites(result):
        yield tostring(suite, encoding="unicode")
    last = Element("properties")
    SubElement(last, "property", name="verdict", value=_text(judgement(result).sentence))
    yield tostring(last, encoding="unicode") + "</testsuites>\n"


def _suites(result: Result) -> Iterator[Element]:
    for page in result.spool.pages():
        findings = tuple(result.spool.findings_of(page.url, page.device))
        suite = Element("testsuite", name=_text(f"{page.url} ({page.device})"), timestamp=result.made)
        suite.extend(_of_findings(findings, result))
        suite.extend(_of_states(page, findings))
        for word in result.spool.words_of(page.url, page.device):
            suite.extend(_of_promises(word, result.failing_promises))
        for name, kind in _KINDS.items():
            suite.set(name, str(sum(1 for _ in suite.iter(kind))))
        yield suite


def _case(page: str, name: str) -> Element:
    return Element("testcase", classname=_text(page), name=_text(name), time="0")


def _of_findings(findings: Iterable[Finding], result: Result) -> Iterator[Element]:
    for finding in findings:
        case = _case(finding.page, f"{finding.state}: {finding.code} {finding.subject}")
        if result.failing(finding):
            failure = SubElement(case, "failure", type=finding.code, message=_text(finding.message))
            failure.text = _text(_told(finding))
        else:
            SubElement(case, "system-out").text = _text(f"{finding.severity}: {finding.message}\n{_told(finding)}")
        yield case


def _told(finding: Finding) -> str:
    lines = [evidence.text for evidence in finding.evidence[:EVIDENCE]]
    if (more := len(finding.evidence) - EVIDENCE) > 0:
        lines.append(f"and {more} more")
    lines += [f"rule: {source.name} {source.url}".rstrip() for source in finding.sources]
    if finding.change:
        lines.append(f"what to change: {finding.change}")
    return "\n".join(lines)


def _of_states(page: Visited, findings: Iterable[Finding]) -> Iterator[Element]:
    found = {finding.state for finding in findings}
    for reach in page.states:
        if reach.reached and reach.state not in found:
            yield _case(page.url, f"{_state(reach)}: nothing was found")
    for reach in page.gaps:
        case = _case(page.url, f"{_state(reach)}: not seen")
        SubElement(case, "skipped", message=_text(several([one.text for one in reach.trouble], 3)))
        yield case
    if not page.seen:
        case = _case(page.url, "the page can be seen")
        why = several([one.text for one in page.trouble], 3)
        SubElement(case, "error", type="unseen", message=_text(why or "the page could not be seen"))
        yield case


def _state(reach: Reach) -> str:
    return f"{reach.state} ({reach.service})" if reach.service else reach.state


def _of_promises(word: Word, broken: frozenset[tuple[str, str]]) -> Iterator[Element]:
    for held in word.promises:
        case = _case(word.page, f"promise: {held.promise.quote}"[:300])
        if held.verdict is Verdict.BROKEN and (held.promise.kind, held.promise.quote) in broken:
            SubElement(case, "failure", type="promise", message=_text(held.why)).text = _text(_evidence(held))
        elif held.verdict is Verdict.UNTESTED:
            SubElement(case, "skipped", message=_text(held.why))
        yield case


def _evidence(held: Held) -> str:
    return "\n".join(evidence.text for evidence in held.evidence[:EVIDENCE])


def _text(text: str) -> str:
    """What XML 1.0 can hold (section 2.2): of control characters only line ends, and no half of a pair."""
    return "\n".join(map(printable, text.split("\n")))
