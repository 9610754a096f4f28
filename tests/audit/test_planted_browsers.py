"""A browser that finds less than others is told of with what it found.

What no page can show is held elsewhere: that a page could not be seen at all (A001) by the tests of whole sites and of
the rule, and a profile that was not clean (A005), which ends an audit at its self-test, by the rule on a recording.
"""

from __future__ import annotations

import pytest

from bandeau.audit.inspect import inspect
from bandeau.audit.visit import recorded, selftest
from support.planted.audited import KNOWLEDGE
from support.seeing import Eyes, eyes
from support.stage import Stage

pytestmark = pytest.mark.browser


def said(watching: Eyes, sites: Stage) -> set[tuple[str, str, str]]:
    page = watching.see(sites.put("site", "/", "hello")).page
    found = inspect(recorded(watching.live.facts(), [page]), None, KNOWLEDGE)
    return {(finding.code, finding.subject, finding.page) for finding in found if finding.code < "A006"}


def test_a_browser_without_pings_is_told_with_the_findings(sites: Stage) -> None:
    with eyes("--blink-settings=hyperlinkAuditingEnabled=false") as watching:
        assert said(watching, sites) == {("A004", "the browser", "")}


def test_a_browser_without_third_party_cookies_is_told_with_the_findings(
    sites: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A strict cookie stands for any: a third party's is refused by every browser, as all are by some policies."""
    refused = selftest.PAGES["/frame"].replace("SameSite=None", "SameSite=Strict")
    monkeypatch.setitem(selftest.PAGES, "/frame", refused)
    with eyes() as watching:
        assert said(watching, sites) == {("A003", "the browser", "")}


def test_nothing_is_told_of_a_browser_that_lacks_nothing(audit_eyes: Eyes, sites: Stage) -> None:
    assert said(audit_eyes, sites) == set()
