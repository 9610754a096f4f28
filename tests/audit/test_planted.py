"""The audit of the planted newspaper: what is planted on a page is found there, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest

from bandeau.audit.finding import Finding
from bandeau.audit.recording import Page, State
from bandeau.declare import parse_declaration
from support.planted.audited import Auditor, auditing, grave, states, told
from support.planted.noticing import GOOD_ABROAD
from support.planted.paper import DECLARATION, GOOD, Printed, printed
from support.planted.plant import Plant
from support.planted.table import PLANTS

pytestmark = pytest.mark.browser

PROMISED = parse_declaration(DECLARATION, "bandeau.toml")
SIZE = 10
GROUPS = [PLANTS[start : start + SIZE] for start in range(0, len(PLANTS), SIZE)]


@pytest.fixture(scope="module")
def paper() -> Iterator[Printed]:
    with printed([GOOD, *GOOD_ABROAD, *PLANTS]) as running:
        yield running


@pytest.fixture(scope="module")
def auditor(paper: Printed) -> Iterator[Auditor]:
    with auditing(*paper.rules) as running:
        yield running


def audited(
    auditor: Auditor, paper: Printed, plants: tuple[Plant, ...]
) -> dict[Plant, tuple[Page, tuple[Finding, ...]]]:
    """What an audit says of each plant's page."""
    rows = [
        (paper.page(plant), {"states": states(plant), "read": plant.read, "signal": plant.signal}) for plant in plants
    ]
    pages = auditor.pages(rows)
    return {
        plant: (page, auditor.findings(page, PROMISED if plant.declared else None))
        for plant, page in zip(plants, pages, strict=True)
    }


def named(finding: Finding, expected: str, state: str) -> bool:
    """Whether a finding is what a plant's row expects."""
    before, colon, rest = expected.partition(": ")
    code, _, subject = (rest if colon else expected).partition(" ")
    at = before if colon else state
    return fnmatchcase(finding.code, code) and finding.state == at and fnmatchcase(finding.subject, subject)


def spoken_of(finding: Finding, plant: Plant) -> bool:
    """Whether a finding is about something that the plant is said to do."""
    subjects = [expected.rpartition(": ")[2].partition(" ")[2] for expected in plant.finds]
    return any(fnmatchcase(finding.subject, subject) for subject in subjects)


def wrong(plant: Plant, page: Page, findings: tuple[Finding, ...]) -> list[str]:
    """What an audit missed, and what it said that is not so."""
    missed = [row for row in plant.finds if not any(named(finding, row, plant.state) for finding in findings)]
    more = [told(finding) for finding in grave(findings) if not spoken_of(finding, plant)]
    trouble = [f"{one.code}: {one.text}" for stay in page.stays for one in stay.trouble]
    unreached = [f"not reached: {stay.state}" for stay in page.stays if not stay.reached]
    said = [told(finding) for finding in findings] if missed else []
    return [
        *(f"missed {row}" for row in missed),
        *(f"says too much: {row}" for row in more),
        *([*unreached, *trouble, *(f"said {row}" for row in said)] if missed or more else []),
    ]


@pytest.mark.parametrize("number", range(len(GROUPS)))
def test_what_is_planted_is_found_and_nothing_else(number, auditor, paper):
    faults = {}
    for plant, (page, findings) in audited(auditor, paper, GROUPS[number]).items():
        if found := wrong(plant, page, findings):
            faults[plant.name] = found
    assert not faults, "\n".join(f"{name}:\n    " + "\n    ".join(lines) for name, lines in faults.items())


def test_nothing_is_said_of_the_good_notice(auditor, paper):
    (page,) = auditor.pages([(paper.page(GOOD), {"read": True})])
    assert [stay.state for stay in page.stays if stay.reached] == [*State][:4]
    assert [told(finding) for finding in grave(auditor.findings(page, PROMISED))] == []


def test_nothing_is_said_of_the_good_notice_in_other_languages(auditor, paper):
    said = {plant.name: wrong(plant, *of) for plant, of in audited(auditor, paper, tuple(GOOD_ABROAD)).items()}
    assert said == {plant.name: [] for plant in GOOD_ABROAD}
