"""Innocent sites: the audit finds nothing on them that a build would fail for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bandeau.audit.facts import Request
from bandeau.audit.recording import Page, State
from bandeau.audit.site import host_of
from bandeau.declare import parse_declaration
from support.planted.audited import ALL, Auditor, auditing, grave, told
from support.planted.innocent import KEEPS, Basin, Keep, basin

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


def plan(keep: Keep) -> dict[str, Any]:
    """Where a page asks it is seen in every state, and its notice is read."""
    return {"states": ALL, "read": True} if keep.asks else {}


def contacted(page: Page, state: State) -> bool:
    """Whether the other site was contacted in a state."""
    stay = page.stay(state)
    facts = stay.facts if stay else ()
    return any(host_of(fact.url) == "ailleurs.localhost" for fact in facts if isinstance(fact, Request))


@pytest.mark.parametrize("number", range(len(GROUPS)))
def test_an_innocent_page_raises_no_alarm(number, auditor, site):
    pages = auditor.pages([(site.url(keep), plan(keep)) for keep in GROUPS[number]])
    said = {}
    for keep, page in zip(GROUPS[number], pages, strict=True):
        assert {stay.state for stay in page.stays if stay.reached} >= set(ALL if keep.asks else ALL[:1]), keep.name
        assert not keep.asks or [contacted(page, state) for state in ALL] == [False, False, True, False], keep.name
        promised = parse_declaration(keep.declaration, "bandeau.toml") if keep.declared else None
        if found := grave(auditor.findings(page, promised)):
            said[keep.name] = [f"{told(finding)}: {finding.message}" for finding in found]
    assert not said, "\n".join(f"{name}: {lines}" for name, lines in said.items())
