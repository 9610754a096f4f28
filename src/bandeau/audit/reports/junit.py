"""The report as JUnit XML, as GitLab, GitHub's actions and Jenkins read it.

A page on a device is a suite. In it each finding is a case, which fails where it makes the audit fail, and each state
without findings is a case that passes, so that a page that is well is seen to have been looked at. A state that could
not be reached is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from bandeau.audit.finding import Finding, Held, Verdict, Word
from bandeau.audit.recording import Page, Stay
from bandeau.audit.repeated import printable
from bandeau.audit.reports.result import Result, gaps, seen
from bandeau.audit.reports.wording import judgement, several

EVIDENCE = 10
"""As many pieces of evidence as a case tells."""


def format_junit(result: Result) -> str:
    """Give the report as JUnit XML."""
    root = Element("testsuites", name="bandeau audit")
    words = {(word.page, word.device): word for word in result.audit.words}
    failing = {finding.key for finding in result.failing}
    broken = frozenset((held.promise.kind, held.promise.quote) for held in result.failing_promises)
    for page in result.recording.pages:
        name = (page.url, page.device)
        suite = SubElement(
            root, "testsuite", name=_text(f"{page.url} ({page.device})"), timestamp=result.recording.made
        )
        suite.extend(_of_findings(result.by_page.get(name, ()), failing))
        suite.extend(_of_states(page, result.by_page.get(name, ())))
        suite.extend(_of_promises(words.get(name), broken))
        _count(suite)
    SubElement(SubElement(root, "properties"), "property", name="verdict", value=_text(judgement(result).sentence))
    _count(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + tostring(root, encoding="unicode") + "\n"


def _case(page: str, name: str) -> Element:
    return Element("testcase", classname=_text(page), name=_text(name), time="0")


def _of_findings(findings: Iterable[Finding], failing: set[str]) -> Iterator[Element]:
    for finding in findings:
        case = _case(finding.page, f"{finding.state}: {finding.code} {finding.subject}")
        if finding.key in failing:
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


def _of_states(page: Page, findings: Iterable[Finding]) -> Iterator[Element]:
    found = {finding.state for finding in findings}
    missed = gaps(page)
    for stay in page.stays:
        if stay.reached and stay.state not in found:
            yield _case(page.url, f"{_state(stay)}: nothing was found")
    for stay in missed:
        case = _case(page.url, f"{_state(stay)}: not seen")
        SubElement(case, "skipped", message=_text(several([one.text for one in stay.trouble], 3)))
        yield case
    if not seen(page):
        case = _case(page.url, "the page can be seen")
        why = several([one.text for one in page.trouble], 3)
        SubElement(case, "error", type="unseen", message=_text(why or "the page could not be seen"))
        yield case


def _state(stay: Stay) -> str:
    return f"{stay.state} ({stay.service})" if stay.service else stay.state


def _of_promises(word: Word | None, broken: frozenset[tuple[str, str]]) -> Iterator[Element]:
    for held in word.promises if word else ():
        case = _case(word.page if word else "", f"promise: {held.promise.quote}"[:300])
        if held.verdict is Verdict.BROKEN and (held.promise.kind, held.promise.quote) in broken:
            SubElement(case, "failure", type="promise", message=_text(held.why)).text = _text(_evidence(held))
        elif held.verdict is Verdict.UNTESTED:
            SubElement(case, "skipped", message=_text(held.why))
        yield case


def _evidence(held: Held) -> str:
    return "\n".join(evidence.text for evidence in held.evidence[:EVIDENCE])


def _count(suite: Element) -> None:
    for name, kind in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(1 for _ in suite.iter(kind))))


def _text(text: str) -> str:
    """What XML 1.0 can hold (section 2.2): of control characters only line ends, and no half of a pair."""
    return "\n".join(map(printable, text.split("\n")))
