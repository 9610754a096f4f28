"""The report as SARIF 2.1.0, which code scanning reads.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; the sections are named where they decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from bandeau.audit.facts import Place
from bandeau.audit.finding import Evidence, Finding
from bandeau.audit.reports.json import fingerprint
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.wording import troubles

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

MOST = 25_000
"""As many results as GitHub takes of one run; the gravest come first, and a notification says how many are left out."""

_END = "]\n  }\n ]\n}"
_SAFE = "%/:?#[]@!$&'()*+,;=-._~"  # what RFC 3986 lets stand in an address


TROUBLES = 1_000
"""As many notifications of pages that could not be seen; the last one says how many are left out."""


def format_sarif(result: Result) -> Iterator[str]:
    """Give the report as SARIF, piece by piece."""
    index = {code: number for number, code in enumerate(result.firsts)}
    run = {
        "tool": {"driver": _driver(result)},
        "columnKind": "utf16CodeUnits",  # as browsers count (section 3.14.17)
        "invocations": [
            {
                "executionSuccessful": not result.unseen,
                "toolExecutionNotifications": list(_notifications(result)),
            }
        ],
        "results": [],
    }
    empty = json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)
    yield empty.removesuffix(_END)
    between = ""
    for finding in islice(result.spool.findings(), MOST):
        yield between + "\n" + json.dumps(_result(result, finding, index[finding.code]), ensure_ascii=False)
        between = ","
    yield _END + "\n"


def _driver(result: Result) -> dict[str, Any]:
    return {
        "name": "bandeau audit",
        "semanticVersion": result.bandeau,
        "rules": [_rule(finding, result.bar.titles.get(code, "")) for code, finding in result.firsts.items()],
    }


def _rule(finding: Finding, title: str) -> dict[str, Any]:
    links = [source.url for source in finding.sources if source.url]
    names = "; ".join(source.name for source in finding.sources)
    rule: dict[str, Any] = {
        "id": finding.code,
        "shortDescription": {"text": title or finding.message},
        "defaultConfiguration": {"level": finding.severity.value},
    }
    if names:
        rule["fullDescription"] = {"text": f"{title or finding.message} ({names})"}
    if finding.change:
        rule["help"] = {"text": finding.change}
    if links:
        rule["helpUri"] = _uri(links[0])
    return rule


def _result(result: Result, finding: Finding, index: int) -> dict[str, Any]:
    change = f"\nWhat to change: {finding.change}" if finding.change else ""
    told: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": finding.message + change},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(finding.page)}}}],
        "partialFingerprints": {"bandeauFinding/v1": fingerprint(finding)},
        "properties": {
            "state": finding.state.value,
            "device": finding.device.value,
            "subject": finding.subject,
            "service": finding.service,
            "evidence": [evidence.text for evidence in finding.evidence],
        },
    }
    if stacks := [_stack(evidence) for evidence in finding.evidence if evidence.places]:
        told["stacks"] = stacks
    if result.bar.baseline is not None:
        told["baselineState"] = "new" if result.new(finding) else "unchanged"
    return told


def _stack(evidence: Evidence) -> dict[str, Any]:
    return {"message": {"text": evidence.text}, "frames": [{"location": _location(place)} for place in evidence.places]}


def _location(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.url)}}
    if place.line:
        column = {"startColumn": place.column} if place.column else {}
        physical["region"] = {"startLine": place.line, **column}
    named = {"logicalLocations": [{"name": place.function}]} if place.function else {}
    return {"physicalLocation": physical, **named}


def _uri(text: str) -> str:
    return quote(text[:2000], safe=_SAFE)


def _notifications(result: Result) -> Iterator[dict[str, Any]]:
    """What could not be seen, and what did not fit (section 3.20.21)."""
    told = (
        f"{page.url} ({page.device}): {trouble}"
        for page in result.spool.pages()
        if (trouble := "; ".join(troubles(page)))
    )
    yield from map(_warning, islice(told, TROUBLES))
    if left := sum(1 for _ in told):
        yield _warning(f"{left} more pages could not be seen in every state, or had troubles.")
    if (left := result.spool.finding_count() - MOST) > 0:
        yield _warning(f"{left} more findings, the mildest, are left out.")


def _warning(text: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": text}}
