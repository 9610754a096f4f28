"""SARIF as code scanning reads it: the parts that the standard demands, and each finding the same in every run."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bandeau.audit.finding import Audit, Severity
from bandeau.audit.recording import Page, Trouble
from bandeau.audit.reports import sarif
from bandeau.audit.reports.result import Result
from support.npm import installed
from support.reported import FINDINGS, HOME, WORDS, finding, page, result


def run_of(told: Result) -> dict[str, Any]:
    log = json.loads("".join(sarif.format_sarif(told)))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return dict(run)


def test_each_finding_is_a_result_with_what_the_standard_and_code_scanning_demand() -> None:
    run = run_of(result())
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(FINDINGS)
    for one, made in zip(run["results"], FINDINGS, strict=True):
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"] == made.code
        assert one["level"] in {"none", "note", "warning", "error"}
        assert one["message"]["text"].startswith(made.message)
        assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == made.page
        assert re.fullmatch("[0-9a-f]{32}", one["partialFingerprints"]["bandeauFinding/v1"])


def test_the_stack_goes_along_with_lines_that_count_from_one() -> None:
    (stack,) = run_of(result())["results"][0]["stacks"]
    first = stack["frames"][0]["location"]
    assert first["physicalLocation"]["artifactLocation"]["uri"] == "https://cdn.regie.example/tag.js"
    assert first["physicalLocation"]["region"] == {"startLine": 12, "startColumn": 344}
    assert first["logicalLocations"] == [{"name": "setId"}]


def test_against_a_baseline_each_result_says_whether_it_is_new() -> None:
    states = [
        one["baselineState"] for one in run_of(result(baseline=Audit(findings=FINDINGS[:1], words=WORDS)))["results"]
    ]
    assert states == ["unchanged", *["new"] * (len(FINDINGS) - 1)]
    assert "baselineState" not in run_of(result())["results"][0]


def test_what_could_not_be_seen_is_told() -> None:
    gone = Page(url="https://gazette.example/gone", trouble=(Trouble(code="dns", text="There is no such host."),))
    (invocation,) = run_of(result(pages=(page(HOME), gone)))["invocations"]
    assert not invocation["executionSuccessful"]
    assert "There is no such host." in json.dumps(invocation)
    assert "No control opens the notice again." in json.dumps(invocation)


def test_more_than_code_scanning_takes_is_cut_and_said() -> None:
    many = tuple(finding("A101", Severity.ERROR, f"cookie c{n}", "It was set.") for n in range(sarif.MOST + 3))
    run = run_of(result(findings=many))
    assert len(run["results"]) == sarif.MOST
    assert "3 more findings" in json.dumps(run["invocations"])


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Draft4Validator:
    """The schema of the standard, as Microsoft's matchers carry it (MIT)."""
    modules = installed(tmp_path_factory.mktemp("npm"), ("@microsoft/sarif-matcher-utils@1.0.0-beta.0",))
    schema = modules / "@microsoft/sarif-matcher-utils/lib/schemas/sarif-2.1.0-rtm.5.json"
    return Draft4Validator(json.loads(schema.read_bytes()), format_checker=Draft4Validator.FORMAT_CHECKER)


def test_the_file_keeps_to_the_schema_of_the_standard(official: Draft4Validator) -> None:
    gone = Page(url="https://gazette.example/gone", trouble=(Trouble(code="dns", text="There is no such host."),))
    hostile = finding("A101", Severity.ERROR, "cookie \x00", "</script>\u202e", page="no address \\ % {}", change="\n")
    for told in (
        result(),
        result(findings=(), words=()),
        result(pages=()),
        result(pages=(page(HOME), gone), findings=(*FINDINGS, hostile)),
        result(baseline=Audit(findings=FINDINGS[:1], words=WORDS)),
    ):
        written = json.loads("".join(sarif.format_sarif(told)))
        assert [error.message for error in official.iter_errors(written)] == []
        written["runs"][0]["tool"]["driver"]["name"] = 1
        assert list(official.iter_errors(written))
