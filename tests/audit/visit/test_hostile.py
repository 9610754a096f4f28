"""Pages that never end, never rest or never give way: each costs a bounded time, and says so in the page's troubles."""

from __future__ import annotations

from math import inf

import pytest
from playwright.async_api import Page

from bandeau.audit.facts import CookieSet, Request, Storing
from bandeau.audit.recording import State, format_recording
from bandeau.audit.seen import Notice
from bandeau.audit.visit import Limits, Patience, recorded
from support.seeing import ById, Eyes, codes, of
from support.stage import Stage

pytestmark = pytest.mark.browser
SHORT = Patience(quiet=0.3, settle=2, navigate=4, act=2, stay=15)


def assert_alive(eyes: Eyes, sites: Stage) -> None:
    """The browser sees the next page as if nothing had been."""
    stay = eyes.before(sites.put("next", "/", "<title>next</title>"))
    assert (stay.reached, stay.title, stay.trouble) == (True, "next", ())


def test_a_redirect_that_never_ends_is_given_up(audit_eyes: Eyes, sites: Stage) -> None:
    stay = audit_eyes.before(sites.redirect("site", "/", "/"), patience=SHORT)
    assert not stay.reached
    assert "not-opened" in codes(stay)
    assert 2 <= len(of(stay, Request)) <= 25
    assert_alive(audit_eyes, sites)


@pytest.mark.parametrize("again", ["<script>location.reload()</script>", "<meta http-equiv=refresh content=0>"])
def test_a_page_that_loads_itself_for_ever_is_left(audit_eyes: Eyes, sites: Stage, again: str) -> None:
    stay = audit_eyes.before(sites.put("site", "/", again), patience=SHORT, scroll=True)
    assert codes(stay) & {"never-quiet", "not-opened", "too-slow"}
    assert of(stay, Request)
    assert_alive(audit_eyes, sites)


@pytest.mark.parametrize(
    "body",
    [
        "<iframe src={site}/flood></iframe>",
        "<script>fetch('/flood').then((answer) => answer.text())</script>",
        "<script>new Worker('/w.js')</script>",
    ],
)
def test_a_body_that_never_ends_is_cut_off(audit_eyes: Eyes, sites: Stage, body: str) -> None:
    sites.flood("site", "/flood")
    sites.put("site", "/w.js", "fetch('/flood').then((answer) => answer.text())")
    limits = Limits(body=200_000, bytes=2_000_000)
    stay = audit_eyes.before(sites.put("site", "/", body), patience=SHORT, limits=limits)
    assert codes(stay) & {"body-too-large", "too-many-bytes"}
    assert_alive(audit_eyes, sites)


def test_a_page_that_is_itself_endless_is_cut_off(audit_eyes: Eyes, sites: Stage) -> None:
    limits = Limits(body=200_000, bytes=2_000_000)
    stay = audit_eyes.before(sites.flood("site", "/"), patience=SHORT, limits=limits)
    assert codes(stay) & {"body-too-large", "too-many-bytes"}
    assert_alive(audit_eyes, sites)


def test_a_page_that_blocks_for_ever_is_left(audit_eyes: Eyes, sites: Stage) -> None:
    page = "<title>stuck</title><script>document.cookie = 'first=1'; for (;;);</script>"
    stay = audit_eyes.before(sites.put("site", "/", page), patience=SHORT)
    assert codes(stay) & {"stuck", "not-opened"}
    assert [cookie.name for cookie in of(stay, CookieSet)] == ["first"]
    assert [kept.key for kept in stay.kept] == ["first"]
    assert_alive(audit_eyes, sites)


def test_a_page_that_blocks_later_is_left(audit_eyes: Eyes, sites: Stage) -> None:
    page = "<title>stuck</title><script>setTimeout(() => { for (;;); }, 100)</script>"
    stay = audit_eyes.before(sites.put("site", "/", page), patience=SHORT, scroll=True)
    assert codes(stay) & {"stuck", "silent-document"}
    assert_alive(audit_eyes, sites)


def test_alerts_without_end_are_dismissed_until_patience_ends(audit_eyes: Eyes, sites: Stage) -> None:
    stay = audit_eyes.before(sites.put("site", "/", "<script>for (;;) alert('again')</script>"), patience=SHORT)
    assert "dialog" in codes(stay)
    assert_alive(audit_eyes, sites)


def test_a_page_that_asks_whether_to_leave_is_left(audit_eyes: Eyes, sites: Stage) -> None:
    trap = "addEventListener('beforeunload', (event) => { event.preventDefault(); event.returnValue = 'stay'; })"
    notice = "<div id=notice><button id=refuse onclick='notice.remove()'>no</button></div>"
    url = sites.put("site", "/", f"<title>trap</title>{notice}<script>{trap}</script>")
    before, refused = audit_eyes.see(url, states=(State.BEFORE, State.REFUSED), patience=SHORT).page.stays
    assert (before.reached, refused.reached, refused.views, refused.title) == (True, True, 2, "trap")
    assert_alive(audit_eyes, sites)


@pytest.mark.parametrize(
    "script",
    [
        "for (let i = 0; ; i += 1) localStorage.setItem(`k${i}`, 'x'.repeat(1000))",
        "let i = 0; setInterval(() => { for (let j = 0; j < 500; j += 1) document.cookie = `c${i += 1}=1`; }, 1)",
        """const open = indexedDB.open("d"); open.onupgradeneeded = () => open.result.createObjectStore("s");
open.onsuccess = () => {
  let i = 0;
  const more = () => {
    const turn = open.result.transaction("s", "readwrite");
    turn.objectStore("s").put("x".repeat(1e6), i += 1);
    turn.oncomplete = more;
  };
  more();
};""",
        """caches.open("c").then(async (cache) => {
  for (let i = 0; ; i += 1) await cache.put(`/${i}`, new Response("x".repeat(1e6)));
});""",
    ],
)
def test_writing_without_end_is_bounded(audit_eyes: Eyes, sites: Stage, script: str) -> None:
    limits = Limits(facts=500, quota=5_000_000)
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"), patience=SHORT, limits=limits)
    assert of(stay, Storing) or of(stay, CookieSet)
    assert len(stay.facts) <= 500
    assert len(stay.kept) <= 5_000
    assert_alive(audit_eyes, sites)


def test_requests_without_end_are_bounded(audit_eyes: Eyes, sites: Stage) -> None:
    script = "let i = 0; setInterval(() => { for (let j = 0; j < 50; j += 1) fetch(`/x${i += 1}`).catch(() => 0) }, 5)"
    stay = audit_eyes.before(
        sites.put("site", "/", f"<script>{script}</script>"), patience=SHORT, limits=Limits(facts=300)
    )
    assert len(stay.facts) <= 300
    assert "never-quiet" in codes(stay)
    assert_alive(audit_eyes, sites)


def test_workers_without_end_are_bounded(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/w.js", "")
    script = "setInterval(() => new Worker('/w.js'), 1)"
    stay = audit_eyes.before(
        sites.put("site", "/", f"<script>{script}</script>"), patience=SHORT, limits=Limits(targets=20)
    )
    assert "too-many-targets" in codes(stay)
    assert_alive(audit_eyes, sites)


def windows(sites: Stage, number: int) -> str:
    sites.put("third", "/", "<script>document.cookie = 'p=1'</script>")
    script = f"for (let i = 0; i < {number}; i += 1) window.open('{{third}}/')"
    return sites.put("site", "/", f"<title>main</title><script>{script}</script>")


def test_windows_that_open_are_closed(audit_eyes: Eyes, sites: Stage) -> None:
    stay = audit_eyes.before(windows(sites, 2), patience=SHORT)
    assert "popup" in codes(stay)
    assert stay.title == "main"
    assert_alive(audit_eyes, sites)


def test_a_flood_of_windows_costs_only_its_page(audit_eyes: Eyes, sites: Stage) -> None:
    """Chromium's tab may not survive several windows that are held at their first line all at once."""
    stay = audit_eyes.before(windows(sites, 30), patience=SHORT)
    assert codes(stay) & {"popup", "crashed"}
    assert_alive(audit_eyes, sites)


def test_a_file_that_is_offered_is_not_taken(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/file", "x", ("Content-Disposition", "attachment; filename=virus.exe"))
    page = "<title>main</title><a id=a href=/file>get</a><script>a.click()</script>"
    stay = audit_eyes.before(sites.put("site", "/", page), patience=SHORT)
    assert "download" in codes(stay)
    assert stay.title == "main"


class Crashing(ById):
    """An asker whose look at the page makes the tab crash."""

    async def find(self, page: Page, within: float = inf) -> Notice | None:
        session = await page.context.new_cdp_session(page)
        await session.send("Page.crash")
        return None


def test_a_tab_that_crashes_ends_its_page_only(audit_eyes: Eyes, sites: Stage) -> None:
    url = sites.put("site", "/", "<script>document.cookie = 'c=1'</script>")
    before, refused = audit_eyes.see(url, Crashing(), states=(State.BEFORE, State.REFUSED), patience=SHORT).page.stays
    assert codes(before) == {"crashed"}
    assert [cookie.name for cookie in of(before, CookieSet)] == ["c"]
    assert (refused.reached, codes(refused)) == (False, {"lost"})
    assert_alive(audit_eyes, sites)


def test_a_notice_that_never_stands_still_is_no_trap(audit_eyes: Eyes, sites: Stage) -> None:
    script = """setInterval(() => {
  document.body.innerHTML = `<div id=notice class=c${Math.random()}><button id=refuse>no</button></div>`;
}, 1)"""
    url = sites.put("site", "/", f"<body><script>{script}</script>")
    before, refused = audit_eyes.see(url, states=(State.BEFORE, State.REFUSED), patience=SHORT).page.stays
    assert before.reached
    assert refused.took < 60_000
    assert_alive(audit_eyes, sites)


def test_what_is_long_is_cut(audit_eyes: Eyes, sites: Stage) -> None:
    script = "document.title = 'x'.repeat(1e6); localStorage.setItem('k'.repeat(1e5), 'v'.repeat(1e6))"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"), patience=SHORT)
    assert len(stay.title) <= 300
    assert all(len(kept.key) <= 600 and len(kept.value) <= 600 for kept in stay.kept)
    assert all(len(storing.key) <= 600 for storing in of(stay, Storing))


def test_text_that_is_no_text_breaks_nothing(audit_eyes: Eyes, sites: Stage) -> None:
    """JavaScript's strings may hold half of a UTF-16 pair, which neither JSON nor a file can."""
    script = """const half = "\\ud83d"; document.title = half; document.cookie = `c=${half}`;
localStorage.setItem(`call${half}`, half); localStorage[`property${half}`] = half;
fetch("/x", {method: "POST", body: half, headers: {"X-Half": "1"}});"""
    seen = audit_eyes.see(sites.put("site", "/", f"<script>{script}</script>"), states=(State.BEFORE,), patience=SHORT)
    (stay,) = seen.page.stays
    assert {storing.key for storing in of(stay, Storing)} == {"call?", "property?"}
    assert b"call?" in format_recording(recorded(audit_eyes.live.facts(), [seen.page]))
    assert_alive(audit_eyes, sites)
