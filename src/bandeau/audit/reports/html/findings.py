"""The findings, gravest first: what, where, by which code, against which rule, and what to change."""

from __future__ import annotations

from bandeau.ask.markup import Html, html, tag
from bandeau.audit.finding import Finding, Severity, Source
from bandeau.audit.reports.html.parts import code, cut, evidence, folded, joined, limited, link, sign
from bandeau.audit.reports.json import fingerprint
from bandeau.audit.reports.result import STATES, Result
from bandeau.audit.reports.wording import count, sentence
from bandeau.audit.tally import Group

MOST = {Severity.ERROR: 200, Severity.WARNING: 100, Severity.NOTE: 50}
"""As many findings of a severity as are told in full."""


def findings(result: Result) -> Html:
    """All findings, or that there are none."""
    if not any(result.numbers.values()):
        return tag("p", "Nothing: no rule that this audit knows was seen to be broken.")
    return html(_severity(result, severity) for severity in Severity)


def _severity(result: Result, severity: Severity) -> Html | None:
    groups = result.of_severity(severity)
    left = result.numbers[severity] - MOST[severity]
    more = tag("p", f"and {count(left, f'more {severity}')}, in the JSON report", class_="more") if left > 0 else None
    return html(map(_group, groups[: MOST[severity]]), more)


def _group(group: Group) -> Html:
    finding = group.first
    header = tag(
        "header",
        tag("h3", cut(sentence(finding.message))),
        sign(finding.severity),
        tag("span", "new", class_="tag") if group.new else None,
        code(finding.code),
        tag("span", cut(_where(group)), class_="meta"),
    )
    name = fingerprint(finding)[:12]
    return tag(
        "article",
        header,
        _change(finding),
        _rules(finding.sources),
        _seen(group),
        class_=f"finding {finding.severity}",
        id=f"f-{name}",
    )


def _where(group: Group) -> str:
    where = [", ".join(STATES[state] for state in group.states), count(group.page_count, "page")]
    where += ["on " + " and ".join(group.devices)]
    where += [f"service {group.first.service}"] if group.first.service else []
    return " · ".join(where)


def _change(finding: Finding) -> Html | None:
    return tag("p", tag("b", "What to change"), cut(finding.change, 1000), class_="change") if finding.change else None


def _rules(sources: tuple[Source, ...]) -> Html | None:
    if not sources:
        return None
    return tag("p", "Rule: ", joined((link(source.url, source.name) for source in sources), "; "), class_="rule")


def _seen(group: Group) -> Html:
    listed = limited(group.pages, len(group.pages), lambda url: tag("li", code(url)), total=group.page_count)
    number = group.evidence_count
    seen = folded(f"Evidence ({number:,})", evidence(group.evidence, number)) if number else None
    if group.page_count == 1:
        return html(seen, tag("p", "Page: ", code(group.pages[0]), class_="rule"))
    return html(seen, folded(f"Pages ({group.page_count:,})", tag("ul", listed, class_="plain")))
