"""JUnit XML as continuous integration reads it: what fails fails, what was well is seen to have been looked at."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as some

from bandeau.audit.compare import FailOn
from bandeau.audit.finding import Severity
from bandeau.audit.recording import Page, Trouble
from bandeau.audit.reports.junit import format_junit
from bandeau.audit.reports.result import Result
from support.reported import ARTICLE, FINDINGS, HOME, finding, page, result


def root_of(told: Result) -> ElementTree.Element:
    return ElementTree.fromstring("".join(format_junit(told)))


def names(root: ElementTree.Element, kind: str) -> list[str]:
    return [case.get("name", "") for case in root.iter("testcase") if case.find(kind) is not None]


def test_a_page_on_a_device_is_a_suite_and_its_numbers_add_up() -> None:
    root = root_of(result())
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == [f"{HOME} (desktop)", f"{ARTICLE} (desktop)", f"{HOME} (mobile)"]
    for counted in (*suites, root):
        assert counted.get("tests") == str(len(list(counted.iter("testcase"))))
        assert counted.get("failures") == str(len(list(counted.iter("failure"))))
        assert counted.get("skipped") == str(len(list(counted.iter("skipped"))))


def test_what_fails_fails_and_the_rest_passes_with_its_words() -> None:
    root = root_of(result(words=()))
    assert len(names(root, "failure")) == 4
    assert "before: A502 refuse button" in names(root, "system-out")
    root = root_of(result(words=(), fail_on=FailOn.parse(["never"], ())))
    assert names(root, "failure") == []


def test_a_failure_says_what_was_seen_which_rule_it_breaks_and_what_to_change() -> None:
    failure = next(root_of(result()).iter("failure"))
    assert failure.get("message") == FINDINGS[0].message
    assert failure.get("type") == "A102"
    text = failure.text or ""
    assert "_rp_uid=81f3a0" in text
    assert "Directive 2002/58/EC" in text
    assert "what to change: hold the tag" in text


def test_a_state_without_findings_passes_and_one_that_was_not_reached_is_skipped() -> None:
    root = root_of(result(findings=(), words=()))
    assert "refused: nothing was found" in [case.get("name") for case in root.iter("testcase")]
    assert set(names(root, "skipped")) == {"withdrawn: not seen"}
    assert {case.get("message") for case in root.iter("skipped")} == {"No control opens the notice again."}


def test_a_page_that_could_not_be_seen_is_an_error_with_the_reason() -> None:
    gone = Page(url="https://gazette.example/gone", trouble=(Trouble(code="dns", text="There is no such host."),))
    (error,) = root_of(result(pages=(page(HOME), gone), findings=(), words=())).iter("error")
    assert error.get("message") == "There is no such host."


def test_promises_are_cases_that_pass_fail_or_are_skipped() -> None:
    root = root_of(result(findings=()))
    promises = [case for case in root.iter("testcase") if case.get("name", "").startswith("promise: ")]
    assert [case[0].tag if len(case) else "" for case in promises] == ["failure", "", "skipped"]


@given(some.text(some.characters(exclude_categories=())))
def test_whatever_a_page_says_the_file_is_well_formed(text: str) -> None:
    made = "".join(format_junit(result(findings=(finding("A101", Severity.ERROR, text, text),))))
    ElementTree.fromstring(made.encode())
