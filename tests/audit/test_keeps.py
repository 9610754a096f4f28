"""Innocent sites: the audit finds nothing on them that a build would fail for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bandeau.audit.recording import State
from support.planted.audited import Auditor, auditing, grave, told
from support.planted.innocent import KEEPS, Basin, basin

pytestmark = pytest.mark.browser

SIZE = 13
GROUPS = [KEEPS[start : start + SIZE] for start in range(0, len(KEEPS), SIZE)]


@pytest.fixture(scope="module")
def site() -> Iterator[Basin]:
    with basin() as running:
        yield running


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    with auditing("MAP *.localhost 127.0.0.1") as running:
        yield running


@pytest.mark.parametrize("number", range(len(GROUPS)))
def test_an_innocent_page_raises_no_alarm(number, auditor, site):
    pages = auditor.pages([(site.url(keep), {}) for keep in GROUPS[number]])
    said = {}
    for keep, page in zip(GROUPS[number], pages, strict=True):
        assert page.stay(State.BEFORE), keep.name
        if found := grave(auditor.findings(page, None)):
            said[keep.name] = [f"{told(finding)}: {finding.message}" for finding in found]
    assert not said, "\n".join(f"{name}: {lines}" for name, lines in said.items())
