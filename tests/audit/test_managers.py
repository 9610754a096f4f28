"""The newsroom with each of the well-known managers: whatever a plain browser shows to be left, the audit finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

import newsroom
from bandeau.audit.recording import State
from bandeau.declare import parse_declaration
from support.browser import launched
from support.managers import MANAGERS, Manager, dressed
from support.npm import installed
from support.planted.audited import ALL, Auditor, auditing, told
from support.promise import ARTICLE

pytestmark = pytest.mark.browser

EXEMPT = {"session", "csrftoken", "ps_id"}
_STORED = (
    "() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter(key => /palabre|pistage/.test(key))"
)


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    packages = [f"{manager.package}@{manager.version}" for manager in MANAGERS]
    return installed(tmp_path_factory.mktemp("npm"), packages)


@pytest.fixture(scope="module")
def room() -> Iterator[newsroom.Newsroom]:
    with newsroom.start() as running:
        yield running


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    with auditing("MAP *.localhost 127.0.0.1") as running:
        yield running


@pytest.fixture(scope="module")
def plain(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as running:
        yield running


def left(page: Page, room: newsroom.Newsroom, url: str, manager: Manager) -> set[str]:
    """What a page shows of third parties when it is opened now, as an audit names it."""
    room.witness.clear()
    page.goto(url, wait_until="networkidle")
    hosts = {f"host {name}.localhost" for name in room.witness.contacted() - {"stats"}}
    names = {one.get("name", "") for one in page.context.cookies(url)} - EXEMPT - {manager.cookie}
    return (
        hosts
        | {f"cookie {name} on gazette.localhost" for name in names}
        | {f" {key} of gazette.localhost" for key in page.evaluate(_STORED)}
    )


def truth(browser: Browser, room: newsroom.Newsroom, url: str, manager: Manager) -> dict[State, set[str]]:
    """What is left in each state without consent, by the manager's own interface, seen without any audit."""
    found = {}
    for state, acts in ((State.REFUSED, [manager.refuse]), (State.WITHDRAWN, [manager.accept, manager.refuse])):
        page = browser.new_context().new_page()
        found[State.BEFORE] = left(page, room, url, manager)
        for act in acts:
            page.evaluate(f"() => {{ {act} }}")
            page.wait_for_load_state("networkidle")
            found[state] = left(page, room, url, manager)
        page.context.close()
    return found


@pytest.mark.parametrize("manager", MANAGERS, ids=lambda manager: manager.package)
def test_what_a_manager_leaves_is_found(manager, modules, room, auditor, plain):
    with dressed(room, manager, modules) as site:
        happens = truth(plain, room, site + ARTICLE, manager)
        (page,) = auditor.pages([(site + ARTICLE, {"states": ALL})])
    findings = auditor.findings(page, parse_declaration(manager.declaration, "bandeau.toml"))
    said = {state: [finding.subject for finding in findings if finding.state is state] for state in happens}
    missed = {
        state: [each for each in sorted(subjects) if not any(subject.endswith(each) for subject in said[state])]
        for state, subjects in happens.items()
    }
    assert happens[State.WITHDRAWN], "a manager that leaves nothing proves nothing"
    assert {stay.state for stay in page.stays if stay.reached} == {*ALL}
    assert {state: rows for state, rows in missed.items() if rows} == {}, [told(finding) for finding in findings]
