"""Two audits are compared by what their findings are about, and a word that fails nothing is not taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bandeau.audit.compare import FailOn, FailOnError, difference
from bandeau.audit.finding import Finding, Severity
from bandeau.audit.recording import Device, State

findings = some.lists(
    some.builds(
        Finding,
        code=some.sampled_from(["A101", "A102"]),
        severity=some.sampled_from(Severity),
        subject=some.sampled_from(["cookie a", "cookie b"]),
        message=some.text(max_size=5),
        page=some.sampled_from(["https://a.example/", "https://b.example/"]),
        state=some.sampled_from(State),
        device=some.sampled_from(Device),
    ),
    max_size=12,
)
CODES = ("A101", "A102", "A401")


def found(severity: Severity, code: str = "A101") -> Finding:
    return Finding(code=code, severity=severity, subject="x", message="x", page="p", state=State.BEFORE)


@given(findings, findings)
def test_each_finding_is_new_gone_or_still_there(old: list[Finding], new: list[Finding]) -> None:
    changed = difference(old, new)
    before, after = {one.key for one in old}, {one.key for one in new}
    assert [one.key for one in changed.new] == list(dict.fromkeys(one.key for one in new if one.key not in before))
    assert {one.key for one in changed.gone} == before - after
    assert {one.key for one in changed.still} == before & after


@given(findings)
def test_nothing_changes_between_an_audit_and_itself_in_another_order(some: list[Finding]) -> None:
    changed = difference(some, some[::-1])
    assert changed.new == changed.gone == ()


def test_a_finding_whose_words_or_evidence_change_is_the_same() -> None:
    old = Finding(code="A101", severity=Severity.ERROR, subject="a", message="3 times", page="p", state=State.BEFORE)
    new = Finding(code="A101", severity=Severity.NOTE, subject="a", message="4 times", page="p", state=State.BEFORE)
    assert difference([old], [new]).still == (new,)


@pytest.mark.parametrize(
    ("words", "failing"),
    [
        (["error"], [Severity.ERROR]),
        (["warning"], [Severity.ERROR, Severity.WARNING]),
        (["error", "note"], list(Severity)),
        (["never"], []),
        (["A401"], []),
    ],
)
def test_a_severity_fails_what_is_as_grave_or_graver(words: list[str], failing: list[Severity]) -> None:
    fail_on = FailOn.parse(words, CODES)
    assert [one for one in Severity if fail_on.fails(found(one))] == failing


def test_a_code_fails_whatever_its_severity_and_beside_a_severity() -> None:
    fail_on = FailOn.parse(["error", "A401"], CODES)
    assert fail_on.fails(found(Severity.NOTE, "A401"))
    assert fail_on.fails(found(Severity.ERROR, "A101"))
    assert not fail_on.fails(found(Severity.WARNING, "A101"))


@pytest.mark.parametrize("words", [["errors"], ["A999"], ["a101"], [""], ["error", "A999"]])
def test_a_word_that_would_never_fail_anything_is_refused(words: list[str]) -> None:
    with pytest.raises(FailOnError, match="neither a severity"):
        FailOn.parse(words, CODES)


def test_never_stands_alone() -> None:
    with pytest.raises(FailOnError, match="leave out"):
        FailOn.parse(["never", "error"], CODES)
