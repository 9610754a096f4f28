"""A browser is tested before it is believed."""

from __future__ import annotations

import pytest

from bandeau.audit.visit import opened, selftest
from bandeau.errors import SetupError
from support.browser import executable
from support.seeing import Eyes, eyes

pytestmark = pytest.mark.browser


def test_the_browser_is_named_with_its_version_and_policy(audit_eyes: Eyes) -> None:
    facts = audit_eyes.live.facts()
    assert facts.name == "chromium"
    assert facts.version.split(".")[0].isdigit()
    assert (facts.third_party_cookies, facts.pings, facts.clean) == (True, True, True)
    assert "Headless" not in facts.agent


def test_a_browser_that_refuses_third_party_cookies_is_told(audit_eyes: Eyes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A strict cookie stands for any: a third party's is refused by every browser, as all are by some policies."""
    refused = selftest.PAGES["/frame"].replace("SameSite=None", "SameSite=Strict")
    monkeypatch.setitem(selftest.PAGES, "/frame", refused)
    assert not audit_eyes.loop.run(selftest.tested(audit_eyes.live)).third_party_cookies


def test_a_browser_that_sends_no_pings_is_told() -> None:
    with eyes("--blink-settings=hyperlinkAuditingEnabled=false") as refusing:
        assert not refusing.live.facts().pings


def test_a_browser_that_is_not_there_is_told_with_what_to_do(audit_eyes: Eyes) -> None:
    async def nowhere() -> None:
        async with opened("/nowhere/chromium"):
            pass

    with pytest.raises(SetupError, match=r"/nowhere/chromium.*BANDEAU_BROWSER"):
        audit_eyes.loop.run(nowhere())


def test_a_browser_that_cannot_reach_loopback_is_told(audit_eyes: Eyes) -> None:
    async def astray() -> None:
        async with opened(executable(), ("--host-resolver-rules=MAP * ~NOTFOUND",)):
            pass

    with pytest.raises(SetupError, match="no page on loopback"):
        audit_eyes.loop.run(astray())
