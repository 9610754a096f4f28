"""Cookies set, refused, sent and read, as a real browser does it."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import Area, CookieRead, CookieSet, Request, SentCookie
from support.seeing import Eyes, of
from support.stage import Stage

pytestmark = pytest.mark.browser
YEAR = 31_536_000


def test_a_cookie_of_a_header_is_seen_with_all_its_attributes(audit_eyes: Eyes, sites: Stage) -> None:
    line = "id=abc; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax"
    stay = audit_eyes.before(sites.put("site", "/", "hello", ("Set-Cookie", line)))
    (cookie,) = of(stay, CookieSet)
    assert (cookie.name, cookie.value, cookie.domain, cookie.host_only) == ("id", "abc", "site.localhost", True)
    assert (cookie.path, cookie.lifetime, cookie.secure, cookie.http_only) == ("/", YEAR, True, True)
    assert (cookie.same_site, cookie.via, cookie.refused) == ("lax", "header", "")
    (request,) = [request for request in of(stay, Request) if request.id == cookie.request]
    assert request.url == sites.url("site")
    (kept,) = stay.kept
    assert (kept.area, kept.key, kept.owner, kept.value) == (Area.COOKIE, "id", "site.localhost", "abc")
    assert kept.lifetime is not None
    assert YEAR - 60 < kept.lifetime <= YEAR


def test_a_cookie_of_a_script_comes_with_the_line_that_set_it(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/t.js", "\nfunction remember() {\n  document.cookie = 'ad=1; max-age=60';\n}\nremember();")
    stay = audit_eyes.before(sites.put("site", "/", "<script src=/t.js></script>"))
    (cookie,) = of(stay, CookieSet)
    assert (cookie.name, cookie.via, cookie.lifetime, cookie.refused) == ("ad", "document.cookie", 60, "")
    assert [(place.url, place.line, place.function) for place in cookie.by.stack] == [
        (sites.url("site", "/t.js"), 3, "remember"),
        (sites.url("site", "/t.js"), 5, ""),
    ]


def test_what_the_browser_refused_is_told_apart_with_its_reason(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("third", "/i.png", "", ("Set-Cookie", "lax=1"), ("Set-Cookie", "kept=1; SameSite=None; Secure"))
    stay = audit_eyes.before(
        sites.put(
            "site", "/", "<img src={third}/i.png><script>document.cookie = 'other=1; domain=third.localhost'</script>"
        )
    )
    refused = {cookie.name: cookie.refused for cookie in of(stay, CookieSet)}
    assert refused["kept"] == ""
    assert "SameSite" in refused["lax"]
    assert refused["other"] == "NotKept"
    assert {kept.key for kept in stay.kept} == {"kept"}


def test_the_cookies_that_go_out_are_named(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("third", "/a.js", "fetch('/b', {mode: 'no-cors'})", ("Set-Cookie", "t=1; SameSite=None; Secure; Path=/"))
    page = "<iframe src={third}/f></iframe>"
    sites.put("third", "/f", "<script src=/a.js></script>")
    stay = audit_eyes.before(sites.put("site", "/", page))
    (request,) = of(stay, Request, url=sites.url("third", "/b"))
    assert request.cookies == (SentCookie(name="t", domain="third.localhost", path="/"),)
    assert not request.top


def test_a_script_that_reads_cookies_is_seen_with_their_names(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/r.js", "document.cookie")
    page = "<script>document.cookie = 'a=1'; document.cookie = 'b=2';</script><script src=/r.js></script>"
    stay = audit_eyes.before(sites.put("site", "/", page))
    (read,) = of(stay, CookieRead)
    assert read.names == ("a", "b")
    assert read.by.stack[0].url == sites.url("site", "/r.js")


def test_the_cookie_store_is_seen_too(audit_eyes: Eyes, sites: Stage) -> None:
    script = "cookieStore.set({name: 'cs', value: '1', expires: Date.now() + 3600e3}).then(() => cookieStore.get('cs'))"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    (cookie,) = of(stay, CookieSet)
    assert (cookie.name, cookie.via, cookie.refused) == ("cs", "cookieStore", "")
    assert cookie.lifetime is not None
    assert 3500 < cookie.lifetime <= 3600
    assert [read.names for read in of(stay, CookieRead, via="cookieStore")] == [("cs",)]


def test_a_cookie_of_a_sockets_handshake_is_seen_when_it_is_set(audit_eyes: Eyes, sites: Stage) -> None:
    lines = ("ws=abc; Path=/; Max-Age=60; HttpOnly", "ws2=1", "far=1; Domain=third.localhost")
    sites.put("site", "/live", "", *(("Set-Cookie", line) for line in lines))
    sites.put("site", "/s.js", "\nnew WebSocket('{site}/live'.replace('http', 'ws'))")
    stay = audit_eyes.before(sites.put("site", "/", "<script src=/s.js></script>"))
    found = {cookie.name: cookie for cookie in of(stay, CookieSet)}
    assert {name: cookie.refused for name, cookie in found.items()} == {"ws": "", "ws2": "", "far": "InvalidDomain"}
    cookie = found["ws"]
    assert (cookie.value, cookie.domain, cookie.lifetime, cookie.http_only) == ("abc", "site.localhost", 60, True)
    assert (cookie.by.stack[0].url, cookie.by.stack[0].line) == (sites.url("site", "/s.js"), 2)
    assert {kept.key for kept in stay.kept} == {"ws", "ws2"}


def test_removing_a_cookie_is_no_refusal(audit_eyes: Eyes, sites: Stage) -> None:
    script = "document.cookie = 'a=1'; document.cookie = 'a=; max-age=0'"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    assert [(cookie.lifetime, cookie.refused) for cookie in of(stay, CookieSet)] == [(None, ""), (0, "")]
    assert stay.kept == ()


def test_an_innocent_page_gives_only_its_requests(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/s.css", "body { color: red }")
    stay = audit_eyes.before(
        sites.put("site", "/", "<link rel=stylesheet href=/s.css><p>hello</p><script>1 + 1</script>")
    )
    assert {request.url for request in of(stay, Request)} >= {sites.url("site"), sites.url("site", "/s.css")}
    assert [fact for fact in stay.facts if not isinstance(fact, Request)] == []
    assert (stay.kept, stay.trouble) == ((), ())
