"""The real unit: pages in a real browser, many at once."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import psutil
import pytest
from playwright.sync_api import Browser

from bandeau.audit.facts import Request
from bandeau.audit.many.crew import Crew, Processes
from bandeau.audit.many.results import browser_of
from bandeau.audit.many.run import Inbox, Politeness, audit_pages
from bandeau.audit.many.table import Progress, Table
from bandeau.audit.many.visiting import Visiting, asked_again
from bandeau.audit.pace import BUSY
from bandeau.audit.recording import Device, Page, State, Stay
from bandeau.audit.visit import Patience, Plan
from support.newsroom import NEWSROOM
from support.plain_asker import PlainAsker

from .conftest import Site, fill

QUICK = Politeness(rate=1000)
PLAN = Plan(states=(State.BEFORE, State.REFUSED), read=False, scroll=False)
NOTICE = b"""<!doctype html><title>Port</title><script>document.cookie = "id=1; max-age=60"</script>
<div id="notice"><button id="accept">Yes</button><button id="refuse">No</button></div>
<script>const done = () => { document.cookie = "choice=made; max-age=60"; notice.remove() };
if (document.cookie.includes("choice")) notice.remove(); else accept.onclick = refuse.onclick = done</script>"""


def browsers(plan: Plan = PLAN, *, at_once: int = 3) -> Callable[[Inbox], Crew]:
    return lambda inbox: Processes(Visiting(plan=plan, asker=PlainAsker), inbox, jobs=1, at_once=at_once)


def html(body: bytes) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "text/html; charset=utf-8"}, body


@pytest.mark.browser
def test_pages_are_seen_in_every_state_several_at_once(site: Site, table: Table) -> None:
    paths = [f"/{number}" for number in range(4)]
    site.answers |= {path: html(NOTICE) for path in paths}
    fill(table, *map(site.url, paths))
    assert audit_pages(table, browsers(), QUICK).done == 4
    for _, (page,) in table.results():
        assert [(stay.state, stay.reached) for stay in page.stays] == [(state, True) for state in PLAN.states]
        assert "id" in {kept.key for kept in page.stays[0].kept}
        assert all((table.picture(stay.screenshot) or b"").startswith(b"\x89PNG") for stay in page.stays)
    names = [stay.screenshot for _, (page,) in table.results() for stay in page.stays]
    assert sorted(names) == list(table.picture_names())
    assert len(set(names)) == 8
    assert browser_of(table).clean


@pytest.mark.browser
@pytest.mark.parametrize("robots", [True, False])
def test_of_the_links_that_are_followed_those_that_robots_forbid_are_left_alone(
    site: Site, table: Table, robots: bool
) -> None:
    site.robots("User-agent: *\nDisallow: /private")
    names = ("/private/1", "/open/1", "/private/2", "/open/2", "/open/3")
    site.answers |= {path: html(b"<!doctype html><title>Port</title>") for path in names}
    site.answers["/"] = html(b"<!doctype html>" + b"".join(b"<a href=%s>x</a>" % name.encode() for name in names))
    fill(table, site.url("/"))
    plan = Plan(states=(State.BEFORE,), read=False, scroll=False, follow=2)
    unit = Visiting(plan=plan, asker=PlainAsker, robots=robots)
    politeness = Politeness(rate=1000, robots=robots)
    assert audit_pages(table, lambda inbox: Processes(unit, inbox, jobs=1, at_once=1), politeness).done == 1
    followed = {path for _, path in site.asked} & set(names)
    assert followed == ({"/open/1", "/open/2"} if robots else {"/private/1", "/open/1"})


@pytest.mark.browser
def test_pages_that_are_read_on_are_seen_in_every_state_and_a_trap_among_them_costs_only_itself(
    site: Site, table: Table
) -> None:
    paths = ("/1", "/2", "/trap", "/3", "/4")
    site.answers |= {path: html(NOTICE) for path in paths}
    site.answers["/trap"] = html(b"<!doctype html><script>for (;;);</script>")
    fill(table, *map(site.url, paths))
    plan = replace(PLAN, together=5, patience=Patience(quiet=0.3, settle=3, navigate=2, act=3, stay=20))
    assert audit_pages(table, browsers(plan), QUICK, together=plan.together).done == 5
    pages = {url.removeprefix(site.url("")): page for url, (page,) in table.results()}
    after = {path: page.after.removeprefix(site.url("")) for path, page in pages.items()}
    assert after == {"/1": "", "/2": "", "/trap": "", "/3": "/2", "/4": "/2"}
    whole = [page for path, page in pages.items() if path != "/trap"]
    assert all([stay.reached for stay in page.stays] == [True, True] for page in whole)
    assert all("choice" in {kept.key for kept in page.stays[1].kept} for page in whole)
    names = [stay.screenshot for page in whole for stay in page.stays]
    assert len(set(names)) == 8
    assert set(names) <= set(table.picture_names())


@pytest.mark.browser
def test_a_page_that_kills_its_browser_costs_only_itself(site: Site, table: Table, browser: Browser) -> None:
    """It is the site that kills here: whoever asks for that page loses its browser at once."""
    site.answers |= {path: html(NOTICE) for path in ("/1", "/2")}
    site.answers["/killer"] = Killing()  # type: ignore[assignment]
    fill(table, site.url("/1"), site.url("/killer"), site.url("/2"))
    assert audit_pages(table, browsers(), QUICK) == Progress(total=3, done=2, failed=1, leased=0)
    troubles = [page.trouble[0].code for _, (page,) in table.results() if page.trouble]
    assert troubles == ["given-up"]
    assert browser.is_connected()  # a browser of somebody else's


class Killing(tuple):  # type: ignore[type-arg]
    """An answer that, as it is given, kills every browser below a worker of this process, and no other test's."""

    __slots__ = ()

    def __new__(cls) -> Killing:
        return super().__new__(cls, (200, {}, b""))

    def __iter__(self) -> Iterator[object]:
        for worker in psutil.Process().children():
            with suppress(psutil.Error):  # gone meanwhile, as it may
                if "bandeau.audit.many.worker" in worker.cmdline():
                    _kill_browsers(worker)
        return super().__iter__()


def _kill_browsers(worker: psutil.Process) -> None:
    for process in worker.children(recursive=True):
        if "chrom" in process.name():
            process.kill()


def test_nothing_of_a_run_keeps_threads_alive(site: Site, table: Table) -> None:
    before = set(threading.enumerate())
    fill(table)
    audit_pages(table, browsers(), QUICK)
    assert {thread for thread in threading.enumerate() if not thread.daemon} <= before


def test_the_unit_reaches_its_workers_with_plan_and_declaration() -> None:
    unit = Visiting(plan=Plan(devices=tuple(Device)), asker=PlainAsker, declaration=NEWSROOM)
    assert pickle.loads(pickle.dumps(unit)) == unit


def test_settings_tell_what_changes_the_result() -> None:
    unit = Visiting(plan=PLAN, asker=PlainAsker)
    assert unit.settings == Visiting(plan=PLAN, asker=PlainAsker).settings
    assert unit.settings != Visiting(plan=Plan(), asker=PlainAsker).settings
    assert unit.settings != Visiting(plan=PLAN, asker=PlainAsker, declaration=NEWSROOM).settings


NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "answer", "seconds"),
    [
        (200, {}, None),
        (404, {}, None),
        (200, {"retry-after": "9"}, None),
        (429, {"retry-after": "9"}, 9),
        (503, {"retry-after": "Thu, 26 Nov 2026 10:00:30 GMT"}, 30),
        (503, {}, BUSY),
    ],
)
def test_a_busy_page_tells_how_long_its_host_wants_to_be_left(
    status: int, answer: dict[str, str], seconds: float | None
) -> None:
    request = Request(id="1", url="https://a.example/", kind="Document", status=status, answer=answer)
    page = Page(url="https://a.example/", stays=(Stay(state=State.BEFORE, status=status, facts=(request,)),))
    assert asked_again(page, NOW) == seconds
