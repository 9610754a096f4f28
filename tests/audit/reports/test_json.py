"""The report for programs keeps to its schema, is read back as it was written, and says what fails and what is new."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from bandeau.audit.compare import FailOn
from bandeau.audit.finding import Audit, Finding, Severity
from bandeau.audit.recording import State
from bandeau.audit.reports.json import VERSION, Report, ReportError, fingerprint, format_report, parse_report, schema
from bandeau.audit.reports.result import Result
from support.reported import ARTICLE, FINDINGS, HOME, WORDS, finding, result


def written(told: Result) -> str:
    return "".join(format_report(told))


def report(told: Result) -> Report:
    return parse_report(written(told).encode())


def test_a_report_keeps_to_the_published_schema() -> None:
    validator = Draft202012Validator(schema())
    validator.check_schema(schema())
    validator.validate(json.loads(written(result(baseline=Audit(findings=FINDINGS[:2], words=WORDS)))))


def test_a_report_is_read_back_as_it_was_written() -> None:
    told = result(baseline=Audit(findings=FINDINGS[:2], words=WORDS), declaration="bandeau.toml")
    read = report(told)
    assert (read.version, read.bandeau, read.declaration, read.verdict) == (VERSION, "0.1.0", "bandeau.toml", "broken")
    assert [page.url for page in read.pages] == [HOME, ARTICLE, HOME]
    assert [Finding(**{name: getattr(one, name) for name in Finding.__struct_fields__}) for one in read.findings] == [
        *FINDINGS
    ]
    assert read.words == WORDS


def test_a_report_is_laid_out_as_any_other_json() -> None:
    for told in (result(), result(findings=(), words=()), result(baseline=Audit(words=WORDS))):
        assert written(told) == json.dumps(json.loads(written(told)), indent=1, ensure_ascii=False) + "\n"


@given(some.binary(max_size=100))
def test_rubbish_is_one_clear_error(rubbish: bytes) -> None:
    with pytest.raises(ReportError):
        parse_report(rubbish)


def test_a_report_of_another_version_is_refused() -> None:
    other = written(result()).replace('"version": 1,', '"version": 2,', 1)
    with pytest.raises(ReportError, match="version 2; this Bandeau reads version 1"):
        parse_report(other.encode())


def test_numbers_count_a_finding_once_on_however_many_pages_it_was_made() -> None:
    numbers = report(result()).summary
    assert (numbers.errors, numbers.warnings, numbers.notes) == (3, 1, 1)
    assert (numbers.kept, numbers.broken, numbers.untested) == (1, 1, 1)
    assert (numbers.pages, numbers.unseen, numbers.partial) == (3, 0, 3)
    assert numbers.new is numbers.gone is None


def test_only_what_the_baseline_does_not_have_is_new_and_fails() -> None:
    fixed = finding("A101", Severity.ERROR, "cookie old on gazette.example", "It was set.")
    told = report(result(baseline=Audit(findings=(*FINDINGS[:2], fixed), words=WORDS)))
    assert [(one.code, one.fails) for one in told.findings if one.new] == [
        ("A301", True),
        ("A501", True),
        ("A502", False),
        ("A602", False),
    ]
    assert [one.subject for one in told.gone] == ["cookie old on gazette.example"]
    assert told.summary.failing == 2


def test_what_fails_is_what_was_asked_for() -> None:
    told = report(result(fail_on=FailOn.parse(["A602"], ("A602",))))
    assert [one.code for one in told.findings if one.fails] == ["A602"]


def test_a_fingerprint_is_of_the_key_alone() -> None:
    one = finding("A101", Severity.ERROR, "cookie a", "It was set 3 times.")
    same = finding("A101", Severity.ERROR, "cookie a", "It was set 4 times.", change="x")
    other = finding("A101", Severity.ERROR, "cookie a", "It was set 3 times.", state=State.BEFORE)
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


def test_a_broken_promise_fails_as_an_error_does_unless_the_baseline_has_it() -> None:
    alone = result(findings=())
    assert alone.failures
    assert report(alone).summary.failing == 1
    assert not result(findings=(), baseline=Audit(words=WORDS)).failures
    assert not result(findings=(), fail_on=FailOn.parse(["never"], ())).failures
