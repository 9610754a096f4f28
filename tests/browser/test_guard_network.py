"""Hints and WebRTC servers go to allowed hosts only; the rules read hosts as the declaration means them."""
# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from support.guarded import Playground, playground

pytestmark = pytest.mark.browser

LINK = "const l = document.createElement('link');"
LEFT = (
    "return [...document.querySelectorAll('link')].filter(l => /pre/.test(l.rel) && l.href.includes('//spy.')).length"
)
HINTS = {
    "an inserted hint": f"{LINK} l.rel = 'preconnect'; l.href = 'https://spy.localhost'; document.head.append(l)",
    "a hint inside what is inserted": f"{LINK} l.rel = 'dns-prefetch'; l.href = '//spy.localhost'; const d = document.createElement('div'); d.append(l); document.body.appendChild(d)",
    "a hint whose address comes late": f"{LINK} l.rel = 'prefetch'; document.head.append(l); l.href = 'https://spy.localhost'",
    "a hint whose kind comes late": f"{LINK} l.href = 'https://spy.localhost'; document.head.append(l); l.rel = 'preconnect'",
    "a hint by attribute": f"{LINK} document.head.append(l); l.setAttribute('rel', 'prerender'); l.setAttribute('href', 'https://spy.localhost')",
    "a hint in markup": "document.body.innerHTML = '<p><link rel=preconnect href=https://spy.localhost></p>'",
    "a hint in adjacent markup": "document.body.insertAdjacentHTML('beforeend', `<LINK href='https://spy.localhost' REL=\"dns-prefetch\">`)",
    "a hint written by document.write": "document.write('<link rel=preconnect href=https://spy.localhost>'); document.close()",
}

SERVERS = {
    "stun:spy.localhost": False,
    "stun:friend.localhost": True,
    "turn:friend.localhost:3478?transport=udp": True,
    "stun:a.friend.localhost": False,
    "stun:friends.localhost": False,
    "stun:a.friends.localhost": True,
    "turns:a.b.friends.localhost:443": True,
    "stun:notfriends.localhost": False,
    "stun:ported.localhost:7000": True,
    "stun:ported.localhost:7001": False,
    "stun:friend.localhost.spy.localhost": False,
}


@pytest.fixture(scope="module")
def site() -> Iterator[Playground]:
    with playground() as running:
        yield running


@pytest.mark.parametrize("script", HINTS.values(), ids=HINTS)
def test_a_hint_to_a_held_host_is_inert(site: Playground, context: BrowserContext, script: str) -> None:
    bare = site.page(context, guarded=False, body="<p>x</p>")
    assert bare.evaluate(f"() => {{ {script}; {LEFT} }}") == 1, "the bare page must leak, or the case shows nothing"
    assert site.page(context, guarded=True, body="<p>x</p>").evaluate(f"() => {{ {script}; {LEFT} }}") == 0


@pytest.mark.parametrize("others", [1, 200])
@pytest.mark.parametrize("after", ["", "<script>0</script>"])
def test_a_hint_that_the_page_brings_along_is_inert(
    site: Playground, context: BrowserContext, others: int, after: str
) -> None:
    rules = '<script type=speculationrules>{"prefetch": [{"urls": ["https://spy.localhost/"]}]}</script>'
    body = f"{'<p>x</p>' * others}<link rel=preconnect href=https://spy.localhost>{rules}{after}<p>x</p>"
    left = f"() => {{ {LEFT} + document.querySelectorAll('[type=speculationrules]').length }}"
    assert site.page(context, guarded=False, body=body).evaluate(left) == 2
    assert site.page(context, guarded=True, body=body).evaluate(left) == 0


def test_inserted_speculation_rules_are_inert(site: Playground, context: BrowserContext) -> None:
    script = """() => {
      const rules = document.createElement('script');
      rules.type = 'speculationrules';
      rules.textContent = '{"prefetch": [{"urls": ["https://spy.localhost/"]}]}';
      document.head.append(rules);
      return rules.type;
    }"""
    assert site.page(context, guarded=False).evaluate(script) == "speculationrules"
    assert site.page(context, guarded=True).evaluate(script) == "held"


@pytest.mark.parametrize(
    "by",
    ["new RTCPeerConnection(C)", "(() => { const c = new RTCPeerConnection(); c.setConfiguration(C); return c })()"],
)
def test_a_peer_connection_uses_servers_of_allowed_hosts_only(
    site: Playground, context: BrowserContext, by: str
) -> None:
    servers = [{"urls": url, "username": "u", "credential": "c"} for url in SERVERS]
    script = f"C => {by}.getConfiguration().iceServers.map(s => s.urls[0])"
    configuration = {"iceServers": servers}
    assert len(site.page(context, guarded=False).evaluate(script, configuration)) == len(SERVERS)
    allowed = [url for url, allowed in SERVERS.items() if allowed]
    assert site.page(context, guarded=True).evaluate(script, configuration) == allowed
