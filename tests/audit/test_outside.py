"""Test pages that others wrote for their own tools: ours finds at least what they expect of theirs.

The pages stay in their packages (@duckduckgo/autoconsent, MPL-2.0; @slashgear/gdpr-cookie-scanner, MIT) and are served
from there; what their tests expect stands here as facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bandeau.audit.finding import Finding
from bandeau.audit.recording import Page, State
from bandeau.audit.seen import Role
from support.npm import installed
from support.planted.audited import ALL, Auditor, auditing, grave, told
from support.servers import serve_asgi

pytestmark = pytest.mark.browser

PACKAGES = ("@duckduckgo/autoconsent@16.23.0", "@slashgear/gdpr-cookie-scanner@3.8.2")
SCANNER = "@slashgear/gdpr-cookie-scanner/tests/e2e/fixtures"
POPUPS = "@duckduckgo/autoconsent/tests-wtr/heuristics"
_RUNNER = re.compile(r'<script type="module">.*?</script>', re.DOTALL)  # starts their own test runner

# Popups of autoconsent's pages: which it must find, and the kinds of buttons that it must tell apart on each.
FOUND = {
    ("get-actionable-popups", "popup-reject-all"): {Role.ACCEPT, Role.REFUSE},
    ("get-actionable-popups", "popup-sticky"): {Role.ACCEPT, Role.REFUSE},
    ("get-actionable-popups", "popup-role-dialog"): {Role.ACCEPT, Role.REFUSE},
    ("get-actionable-popups", "popup-aria-modal"): {Role.ACCEPT, Role.REFUSE},
    ("get-actionable-popups", "popup-dialog-element"): {Role.ACCEPT, Role.REFUSE},
    ("get-actionable-popups", "popup-multiple-buttons"): {Role.ACCEPT, Role.REFUSE, Role.SETTINGS},
    ("get-actionable-popups", "popup-multiple-reject"): {Role.REFUSE},
    ("get-actionable-popups", "popup-accept-only"): {Role.ACCEPT},
    ("get-actionable-popups", "popup-acknowledge-only"): {Role.ACCEPT},
    ("heuristic-cmp", "popup-reject"): {Role.ACCEPT, Role.REFUSE},
    ("heuristic-cmp", "popup-accept-only"): {Role.ACCEPT},
    ("heuristic-cmp", "popup-acknowledge-only"): {Role.ACCEPT},
    ("heuristic-cmp", "popup-multiple-reject"): {Role.REFUSE},
    ("heuristic-cmp", "popup-tier-preference-reject"): {Role.REFUSE},
}
NO_NOTICE = (("get-actionable-popups", "popup-newsletter"), ("get-actionable-popups", "popup-age-gate"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The packages' pages; ``?show=ID`` shows a popup as their tests do."""
    modules = installed(tmp_path_factory.mktemp("npm"), PACKAGES)

    async def app(scope: Any, _: Any, send: Any) -> None:
        text = _page(modules, scope["path"].lstrip("/"), scope["query_string"].decode().removeprefix("show="))
        headers = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": text.encode()})

    with serve_asgi(app, lifespan="off") as port:
        yield f"http://outside.localhost:{port}"


def _page(modules: Path, path: str, shown: str) -> str:
    file = modules / path
    if not file.is_file() or file.suffix != ".html" or ".." in path:
        return "<!doctype html><title>Privacy Policy</title><h1>Privacy Policy</h1>"
    text = _RUNNER.sub("", file.read_text("utf-8"))
    show = "const it = document.getElementById('ID'); it.classList.add('visible'); if (it.show) it.show()"
    return text + (f"<script>{show.replace('ID', shown)}</script>" if shown else "")


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    with auditing("MAP *.localhost 127.0.0.1") as running:
        yield running


def audited(auditor: Auditor, url: str, **plan: Any) -> tuple[Page, tuple[Finding, ...]]:
    (page,) = auditor.pages([(url, plan)])
    return page, auditor.findings(page, None)


def roles(page: Page) -> set[Role]:
    """What the buttons of the notice's first layer do."""
    stay = page.stay(State.BEFORE)
    assert stay
    return {control.role for layer in stay.notice.layers for control in layer.controls} if stay.notice else set()


def test_the_popups_that_autoconsent_finds_are_found_with_their_buttons(auditor, site):
    rows = [(f"{site}/{POPUPS}/{file}.html?show={popup}", {"states": (State.BEFORE,)}) for file, popup in FOUND]
    pages = dict(zip(FOUND, auditor.pages(rows), strict=True))
    assert {row: roles(page) for row, page in pages.items() if not FOUND[row] <= roles(page)} == {}


def test_what_autoconsent_takes_for_no_notice_is_none_to_us(auditor, site):
    rows = [(f"{site}/{POPUPS}/{file}.html?show={popup}", {"states": (State.BEFORE,)}) for file, popup in NO_NOTICE]
    assert [roles(page) for page in auditor.pages(rows)] == [set(), set()]


def test_the_scanner_s_good_site_is_found_to_ask_well(auditor, site):
    page, findings = audited(auditor, f"{site}/{SCANNER}/compliant-site.html", states=ALL, read=True)
    assert {Role.ACCEPT, Role.REFUSE, Role.POLICY} <= roles(page)
    assert all(page.stay(state) for state in (State.BEFORE, State.REFUSED, State.ACCEPTED))
    before = [told(finding) for finding in grave(findings) if finding.code[:2] in ("A1", "A2", "A3", "A4")]
    assert before == []


def test_the_scanner_s_bad_site_is_found_to_be_bad(auditor, site):
    page, findings = audited(auditor, f"{site}/{SCANNER}/non-compliant-site.html", states=ALL, read=True)
    found = {(finding.code, finding.state) for finding in findings}
    assert Role.ACCEPT in roles(page)
    assert ("A102", State.BEFORE) in found
    assert ("A801", State.BEFORE) in found
    assert "cookie _ga on outside.localhost" in {finding.subject for finding in findings if finding.code == "A102"}


def test_the_scanner_s_site_without_a_notice_needs_none(auditor, site):
    page, findings = audited(auditor, f"{site}/{SCANNER}/no-modal-site.html", states=ALL)
    assert roles(page) == set()
    assert [told(finding) for finding in grave(findings)] == []
