"""Test sites that others wrote for their own scanner: ours finds at least what they expect of theirs.

The pages stay in their package (@slashgear/gdpr-cookie-scanner, MIT) and are served from there; what its tests expect
stands here as facts. The popups of autoconsent, which it only finds and answers, are with the tests of notices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bandeau.audit.finding import Finding
from bandeau.audit.recording import Page, State
from bandeau.audit.seen import Role
from support import npm
from support.asking import served
from support.planted.audited import ALL, Auditor, auditing, grave, told

pytestmark = pytest.mark.browser

PACKAGE = "@slashgear/gdpr-cookie-scanner@3.8.2"
FIXTURES = "@slashgear/gdpr-cookie-scanner/tests/e2e/fixtures"
POLICY = "<!doctype html><html lang=en><title>Privacy Policy</title><h1>Privacy Policy</h1></html>"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = npm.installed(tmp_path_factory.mktemp("npm"), [PACKAGE]) / FIXTURES
    pages = {f"/{file.stem}": file.read_text("utf-8") for file in folder.glob("*.html")}
    with served({**pages, "/privacy-policy": POLICY}) as address:
        yield address.replace("localhost", "scanner.localhost")


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    with auditing("MAP *.localhost 127.0.0.1") as running:
        yield running


def audited(auditor: Auditor, url: str) -> tuple[Page, tuple[Finding, ...]]:
    (page,) = auditor.pages([(url, {"states": ALL, "read": True})])
    return page, auditor.findings(page, None)


def roles(page: Page) -> set[Role]:
    """What the buttons of the notice's first layer do."""
    stay: Any = page.stay(State.BEFORE)
    return {control.role for layer in stay.notice.layers for control in layer.controls} if stay.notice else set()


def test_the_good_site_is_found_to_ask_before_it_tracks(auditor, site):
    page, findings = audited(auditor, f"{site}/compliant-site")
    assert {Role.ACCEPT, Role.REFUSE, Role.POLICY} <= roles(page)
    assert all(page.stay(state) for state in (State.BEFORE, State.REFUSED, State.ACCEPTED))
    assert [told(one) for one in grave(findings) if one.code < "A800"] == []


def test_the_bad_site_is_found_to_be_bad(auditor, site):
    page, findings = audited(auditor, f"{site}/non-compliant-site")
    found = {(one.code, one.state, one.subject) for one in findings}
    assert Role.ACCEPT in roles(page)
    assert ("A102", State.BEFORE, "cookie _ga on scanner.localhost") in found
    assert ("A801", State.BEFORE, "the first layer") in found


def test_the_site_without_a_notice_needs_none(auditor, site):
    page, findings = audited(auditor, f"{site}/no-modal-site")
    assert roles(page) == set()
    assert [told(one) for one in grave(findings)] == []
