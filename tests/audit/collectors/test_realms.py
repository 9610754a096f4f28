"""Every realm is watched from its first line: page, frame, frame process, blank frame, and each kind of worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bandeau.audit.facts import CookieSet, Request, Storing, WorkerStarted
from support.seeing import Eyes, eyes, of
from support.stage import Stage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def apart() -> Iterator[Eyes]:
    """A browser that gives each site's frames a process of their own."""
    with eyes("--site-per-process") as opened:
        yield opened


@pytest.mark.parametrize("separate", [False, True])
def test_a_frame_of_another_site_is_seen(audit_eyes: Eyes, apart: Eyes, sites: Stage, separate: bool) -> None:
    script = "document.cookie = 'f=1; SameSite=None; Secure'; localStorage.setItem('k', 'v'); fetch('/more')"
    sites.put("third", "/f", f"<script>{script}</script>", ("Set-Cookie", "h=1; SameSite=None; Secure"))
    page = sites.put("site", "/", "<iframe src={third}/f></iframe>")
    stay = (apart if separate else audit_eyes).before(page)
    where = sites.url("third", "/f")
    assert {cookie.name for cookie in of(stay, CookieSet, domain="third.localhost")} == {"f", "h"}
    assert [storing.key for storing in of(stay, Storing, page=where)] == ["k"]
    assert len(of(stay, Request, url=sites.url("third", "/more"))) == 1
    assert len(of(stay, Request, url=where)) == 1
    assert {(kept.key, kept.owner) for kept in stay.kept} == {
        ("f", "third.localhost"),
        ("h", "third.localhost"),
        ("k", sites.url("third", "")),
    }


FRAME = "const f = document.createElement('iframe'); f.{how}; document.body.append(f)"


@pytest.mark.parametrize(
    "script",
    [
        "document.body.append(document.createElement('iframe')); frames[0].localStorage.setItem('k', 'v')",
        FRAME.format(how="srcdoc = '<script>localStorage.setItem(`k`, `v`)</' + 'script>'"),
        FRAME.format(how="src = 'javascript:localStorage.setItem(`k`, `v`)'"),
    ],
)
def test_a_realm_without_an_address_is_seen(audit_eyes: Eyes, sites: Stage, script: str) -> None:
    stay = audit_eyes.before(sites.put("site", "/", f"<body><script>{script}</script>"))
    assert [(storing.key, storing.op) for storing in of(stay, Storing)] == [("k", "set")]
    assert of(stay, Storing)[0].by.kind == "script"


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("worker", "new Worker('/w.js')"),
        ("shared_worker", "new SharedWorker('/w.js')"),
        ("service_worker", "navigator.serviceWorker.register('/w.js')"),
    ],
)
def test_a_worker_is_seen_from_its_first_line(audit_eyes: Eyes, sites: Stage, kind: str, start: str) -> None:
    sites.put("site", "/w.js", "indexedDB.open('inside'); fetch('/from-worker');")
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{start}</script>"))
    where = sites.url("site", "/w.js")
    (started,) = of(stay, WorkerStarted, kind=kind)
    assert started.url == where
    (storing,) = of(stay, Storing, key="inside")
    assert (storing.page, storing.by.stack[0].url) == (where, where)
    (request,) = of(stay, Request, url=sites.url("site", "/from-worker"))
    assert request.worker


def test_a_worker_in_a_worker_is_seen(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/inner.js", "fetch('/from-inner')")
    sites.put("site", "/outer.js", "new Worker('/inner.js')")
    stay = audit_eyes.before(sites.put("site", "/", "<script>new Worker('/outer.js')</script>"))
    assert len(of(stay, Request, url=sites.url("site", "/from-inner"))) == 1


def test_the_hooks_leave_nothing_that_a_page_sees_at_a_glance(audit_eyes: Eyes, sites: Stage) -> None:
    script = """
const say = (name, value) => fetch(`/said?${name}=${encodeURIComponent(value)}`);
say("set", Object.getOwnPropertyDescriptor(Storage.prototype, "setItem").value.toString());
say("self", Function.prototype.toString.toString());
say("name", Storage.prototype.setItem.name + Storage.prototype.setItem.length);
say("proto", "prototype" in Storage.prototype.setItem);
say("odd", Object.getOwnPropertyNames(globalThis).filter((name) => /^_[0-9a-f]{24}$/.test(name)).length);
say("webdriver", navigator.webdriver);
say("agent", navigator.userAgent.includes("Headless"));
"""
    sites.put("site", "/said")
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    said = {request.url.partition("?")[2] for request in of(stay, Request, kind="Fetch")}
    assert said == {
        "set=function%20setItem()%20%7B%20%5Bnative%20code%5D%20%7D",
        "self=function%20toString()%20%7B%20%5Bnative%20code%5D%20%7D",
        "name=setItem2",
        "proto=false",
        "odd=0",
        "webdriver=false",
        "agent=false",
    }


def test_a_page_that_replaces_what_the_hooks_use_hides_nothing(audit_eyes: Eyes, sites: Stage) -> None:
    script = """
JSON.stringify = Map.prototype.get = Map.prototype.set = WeakMap.prototype.get = () => { throw 1; };
Reflect.apply = Date.now = () => NaN; String.prototype.slice = () => ""; Array.prototype.toJSON = () => "no";
Error.prepareStackTrace = () => { throw 1; };
document.cookie = "hidden=1"; localStorage.setItem("hidden", "1");
"""
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    assert [cookie.name for cookie in of(stay, CookieSet)] == ["hidden"]
    assert [storing.key for storing in of(stay, Storing)] == ["hidden"]
    assert of(stay, Storing)[0].by.stack[0].url == sites.url("site")
