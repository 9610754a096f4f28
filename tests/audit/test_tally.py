"""Findings over many pages are told once, and fill no memory however many there are."""

from __future__ import annotations

from bandeau.audit.finding import Evidence, Finding, Severity
from bandeau.audit.recording import State
from bandeau.audit.tally import EXAMPLES, MOST, Tally


def finding(subject: str, page: str, severity: Severity = Severity.ERROR, state: State = State.BEFORE) -> Finding:
    return Finding(
        code="A101",
        severity=severity,
        subject=subject,
        message="",
        page=page,
        state=state,
        evidence=(Evidence(text=f"{subject} on {page}"),),
    )


def test_one_subject_on_many_pages_is_one_group_with_the_first_of_them() -> None:
    tally = Tally()
    for number in range(100):
        page = f"https://a.example/{number}"
        tally.add(finding("cookie _ga", page), new=number == 7)
        tally.add(finding("cookie _ga", page, state=State.REFUSED), failing=number == 8)
    (group,) = tally.of()
    assert (group.page_count, group.evidence_count) == (100, 200)
    assert group.pages == [f"https://a.example/{number}" for number in range(EXAMPLES)]
    assert len(group.evidence) == EXAMPLES
    assert group.states == (State.BEFORE, State.REFUSED)
    assert group.new
    assert group.failing


def test_groups_stand_by_severity_and_then_as_they_came() -> None:
    tally = Tally()
    for subject, severity in (("b", Severity.NOTE), ("c", Severity.ERROR), ("a", Severity.ERROR)):
        tally.add(finding(subject, "https://a.example/", severity))
    assert [group.first.subject for group in tally.of()] == ["c", "a", "b"]
    assert [group.first.subject for group in tally.of([Severity.NOTE])] == ["b"]


def test_a_site_that_makes_up_names_without_end_fills_no_memory() -> None:
    tally = Tally()
    for number in range(MOST + 50):
        tally.add(finding(f"cookie {number}", "https://a.example/"))
        tally.add(finding("cookie 0", "https://a.example/more"))
    assert len(tally.of()) == MOST
    assert tally.of()[0].page_count > 1
    tally.add(finding("cookie x", "https://a.example/", Severity.NOTE))
    assert len(tally.of([Severity.NOTE])) == 1
