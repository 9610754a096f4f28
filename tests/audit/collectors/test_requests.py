"""Requests as a real browser makes them: hops, initiators, bodies, and those that never leave."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import CookieSet, Request
from support.seeing import Eyes, of
from support.stage import Stage

pytestmark = pytest.mark.browser


def test_each_hop_of_a_redirect_is_a_request_that_follows_the_one_before(audit_eyes: Eyes, sites: Stage) -> None:
    sites.redirect("third", "/1", sites.url("other", "/2"), ("Set-Cookie", "one=1; SameSite=None; Secure"))
    sites.redirect("other", "/2", sites.url("last", "/3.png"), ("Set-Cookie", "two=1; SameSite=None; Secure"))
    sites.put("last", "/3.png", "", ("Set-Cookie", "three=1; SameSite=None; Secure"))
    stay = audit_eyes.before(sites.put("site", "/", "<img src={third}/1>"))
    hops = [request for request in of(stay, Request) if request.kind == "Image"]
    assert [hop.url.split("/")[-1] for hop in hops] == ["1", "2", "3.png"]
    assert [hop.status for hop in hops] == [302, 302, 200]
    assert [hop.follows for hop in hops] == ["", hops[0].id, hops[1].id]
    assert {cookie.name: cookie.request for cookie in of(stay, CookieSet)} == {
        "one": hops[0].id,
        "two": hops[1].id,
        "three": hops[2].id,
    }


def test_a_script_that_asks_is_named_with_the_scripts_that_called_it(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("third", "/deep.js", "function send() {\n  fetch('{other}/hit', {mode: 'no-cors'});\n}")
    sites.put("other", "/hit", "")
    sites.put("site", "/own.js", "\nsend();")
    page = "<script src={third}/deep.js></script><script src=/own.js></script>"
    stay = audit_eyes.before(sites.put("site", "/", page))
    (request,) = of(stay, Request, url=sites.url("other", "/hit"))
    assert request.by.kind == "script"
    assert [(place.url, place.line) for place in request.by.stack] == [
        (sites.url("third", "/deep.js"), 2),
        (sites.url("site", "/own.js"), 2),
    ]


def test_markup_that_asks_is_the_parser(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("third", "/i.png")
    stay = audit_eyes.before(sites.put("site", "/", "<p>\n<img src={third}/i.png>"))
    (request,) = of(stay, Request, kind="Image", url=sites.url("third", "/i.png"))
    assert request.by.kind == "parser"
    assert request.by.stack[0].url == sites.url("site")


def test_what_is_posted_is_seen_cut(audit_eyes: Eyes, sites: Stage) -> None:
    script = "fetch('{third}/c', {method: 'POST', mode: 'no-cors', body: 'id=7&' + 'x'.repeat(9000)})"
    sites.put("third", "/c")
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    (request,) = of(stay, Request, method="POST")
    assert request.body.startswith("id=7&xxx")
    assert len(request.body) < 600


def test_a_beacon_and_a_ping_are_requests(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("third", "/b")
    sites.put("third", "/p")
    page = "<a id=a href='#' ping={third}/p></a><script>navigator.sendBeacon('{third}/b', 'x'); a.click()</script>"
    stay = audit_eyes.before(sites.put("site", "/", page))
    assert {request.url for request in of(stay, Request, kind="Ping")} == {
        sites.url("third", "/b"),
        sites.url("third", "/p"),
    }


def test_what_a_policy_of_the_page_stops_never_left(audit_eyes: Eyes, sites: Stage) -> None:
    policy = ("Content-Security-Policy", "img-src 'self'")
    sites.put("third", "/i.png")
    stay = audit_eyes.before(sites.put("site", "/", "<img src={third}/i.png>", policy))
    (request,) = of(stay, Request, url=sites.url("third", "/i.png"))
    assert (request.stopped, request.status) == ("csp", 0)
    assert "third/i.png" not in sites.served


def test_a_request_without_an_answer_says_why(audit_eyes: Eyes, sites: Stage) -> None:
    stay = audit_eyes.before(sites.put("site", "/", "<img src=http://gone.localhost:9/x>"))
    (request,) = of(stay, Request, url="http://gone.localhost:9/x")
    assert request.failed.startswith("net::ERR_")


def test_requests_of_frames_and_workers_say_where_they_come_from(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("third", "/f", "<script>fetch('/in-frame')</script>")
    sites.put("site", "/w.js", "fetch('/in-worker')")
    stay = audit_eyes.before(
        sites.put("site", "/", "<iframe src={third}/f></iframe><script>new Worker('/w.js')</script>")
    )
    (frame,) = of(stay, Request, url=sites.url("third", "/in-frame"))
    assert (frame.frame, frame.top, frame.worker) == (sites.url("third", "/f"), False, False)
    (worker,) = of(stay, Request, url=sites.url("site", "/in-worker"))
    assert (worker.frame, worker.top, worker.worker) == (sites.url("site", "/w.js"), False, True)


def test_a_referrer_is_kept(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("third", "/i.png")
    stay = audit_eyes.before(sites.put("site", "/private", "<img src={third}/i.png referrerpolicy=unsafe-url>"))
    (request,) = of(stay, Request, url=sites.url("third", "/i.png"))
    assert request.referrer == sites.url("site", "/private")
