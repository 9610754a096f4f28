"""Contacts, probes, consent signals and decorated links, in a real browser."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import Contact, Decorated, Probe, Signal
from bandeau.audit.recording import State
from support.seeing import Eyes, of
from support.stage import Stage

pytestmark = pytest.mark.browser


def test_a_socket_is_a_contact(audit_eyes: Eyes, sites: Stage) -> None:
    socket = f"ws://third.localhost:{sites.port}/live"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>new WebSocket('{socket}')</script>"))
    (contact,) = of(stay, Contact)
    assert (contact.via, contact.url, contact.by.kind) == ("WebSocket", socket, "script")


def test_a_call_is_a_contact_of_its_servers(audit_eyes: Eyes, sites: Stage) -> None:
    script = "new RTCPeerConnection({iceServers: [{urls: 'stun:stun.example:3478'}]}).createDataChannel('x')"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    assert [(contact.via, contact.url) for contact in of(stay, Contact)] == [("WebRTC", "stun:stun.example:3478")]


def test_web_transport_is_a_contact(audit_eyes: Eyes, sites: Stage) -> None:
    script = "new WebTransport('https://third.localhost:9/t').ready.catch(() => {})"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    assert [(contact.via, contact.url) for contact in of(stay, Contact)] == [
        ("WebTransport", "https://third.localhost:9/t")
    ]


def test_hints_in_markup_and_headers_are_contacts(audit_eyes: Eyes, sites: Stage) -> None:
    markup = "<link rel=preconnect href=https://a.example><link rel='dns-prefetch' href=//b.example>"
    header = ("Link", "<https://c.example>; rel=preconnect, </s.css>; rel=preload; as=style")
    stay = audit_eyes.before(sites.put("site", "/", markup, header))
    assert {(contact.via, contact.url) for contact in of(stay, Contact)} == {
        ("preconnect", "https://a.example/"),
        ("dns-prefetch", "http://b.example/"),
        ("preconnect", "https://c.example"),
    }


@pytest.mark.parametrize(
    ("script", "api", "detail"),
    [
        (
            "const c = document.createElement('canvas'); c.getContext('2d').fillText('abc', 1, 9); c.toDataURL()",
            "canvas",
            "toDataURL 300x150 with text",
        ),
        (
            "document.createElement('canvas').getContext('2d').getImageData(0, 0, 9, 9)",
            "canvas",
            "getImageData 300x150",
        ),
        ("new OffscreenCanvas(20, 10).convertToBlob().catch(() => {})", "canvas", "convertToBlob 20x10"),
        ("new OfflineAudioContext(1, 4410, 44100).startRendering()", "audio", "startRendering"),
        ("for (const f of 'abc') document.fonts.check('12px ' + f)", "fonts", "check"),
        ("navigator.getBattery?.() ?? 0", "battery", "getBattery"),
        ("navigator.mediaDevices.enumerateDevices()", "devices", "enumerateDevices"),
        ("navigator.plugins.length", "enumeration", "plugins"),
        ("navigator.userAgentData.getHighEntropyValues(['model'])", "agent", "getHighEntropyValues"),
        ("new RTCPeerConnection().createOffer()", "webrtc", "createOffer"),
    ],
)
def test_a_probe_is_seen(audit_eyes: Eyes, sites: Stage, script: str, api: str, detail: str) -> None:
    sites.put("third", "/p.js", script)
    stay = audit_eyes.before(sites.put("site", "/", "<script src={third}/p.js></script>"))
    (probe,) = of(stay, Probe)
    assert (probe.api, probe.detail) == (api, detail)
    assert probe.by.stack[0].url == sites.url("third", "/p.js")


def test_webgl_that_names_the_card_is_seen(audit_eyes: Eyes, sites: Stage) -> None:
    script = """const gl = document.createElement("canvas").getContext("webgl");
if (gl) { gl.getParameter(37446); } else { fetch("/none"); }"""
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    if "site/none" in sites.served:
        pytest.skip("this machine's browser has no WebGL")
    assert [(probe.api, probe.detail) for probe in of(stay, Probe)] == [("webgl", "UNMASKED_RENDERER")]


def test_measuring_many_fonts_is_seen_and_measuring_a_layout_is_not(audit_eyes: Eyes, sites: Stage) -> None:
    layout = "for (let i = 0; i < 500; i += 1) document.body.offsetWidth;"
    fonts = """const s = document.createElement("span"); document.body.append(s);
for (let i = 0; i < 60; i += 1) { s.style.fontFamily = `font${i}`; s.offsetWidth; }"""
    sites.put("site", "/layout.js", layout)
    sites.put("third", "/fonts.js", fonts)
    page = "<body><script src=/layout.js></script><script src={third}/fonts.js></script>"
    stay = audit_eyes.before(sites.put("site", "/", page))
    assert {(probe.api, probe.by.stack[0].url) for probe in of(stay, Probe)} == {
        ("fonts", sites.url("third", "/fonts.js"))
    }


def test_reading_a_few_surroundings_is_nothing_and_reading_all_is_a_probe(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/few.js", "navigator.userAgent + screen.width + navigator.language + navigator.cookieEnabled")
    everything = "; ".join(
        f"navigator.{name}"
        for name in ("platform", "languages", "hardwareConcurrency", "deviceMemory", "vendor", "productSub")
    ) + "; ".join(
        ["", *(f"screen.{name}" for name in ("height", "availWidth", "availHeight", "colorDepth", "pixelDepth"))]
    )
    sites.put("third", "/all.js", everything)
    page = "<script src=/few.js></script><script src={third}/all.js></script>"
    stay = audit_eyes.before(sites.put("site", "/", page))
    (probe,) = of(stay, Probe)
    assert (probe.api, probe.times, probe.by.stack[0].url) == ("surroundings", 11, sites.url("third", "/all.js"))


def test_probes_in_a_loop_are_counted(audit_eyes: Eyes, sites: Stage) -> None:
    script = "const c = document.createElement('canvas'); setInterval(() => c.toDataURL(), 50)"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    (probe,) = of(stay, Probe)
    assert probe.times > 1


@pytest.mark.parametrize(
    ("query", "system", "said"),
    [
        ("gdpr=1&gdpr_consent=CPabc", "tcf", "CPabc"),
        ("gpp=DBAA&gpp_sid=7", "gpp", "DBAA"),
        ("us_privacy=1YNN", "usp", "1YNN"),
        ("gcs=G100", "consent-mode", "gcs=G100"),
    ],
)
def test_a_signal_that_a_request_carries_is_read(
    audit_eyes: Eyes, sites: Stage, query: str, system: str, said: str
) -> None:
    sites.put("third", "/px")
    stay = audit_eyes.before(sites.put("site", "/", f"<img src='{{third}}/px?{query}'>"))
    (signal,) = of(stay, Signal)
    assert (signal.system, signal.said, signal.to) == (system, said, f"{sites.url('third', '/px')}?{query}")


def test_signals_that_stand_in_the_page_are_asked_for(audit_eyes: Eyes, sites: Stage) -> None:
    script = """
window.__tcfapi = (command, version, say) => say({tcString: "CPstring", listenerId: 1}, true);
window.__uspapi = (command, version, say) => say({uspString: "1YYN"}, true);
window.__gpp = (command, say) => say({gppString: "DBAA~x"}, true);
window.dataLayer = [];
function gtag() { dataLayer.push(arguments); }
gtag("consent", "default", {ad_storage: "denied"});
gtag("js", new Date());"""
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    assert {(signal.system, signal.said) for signal in of(stay, Signal)} == {
        ("tcf", "CPstring"),
        ("usp", "1YYN"),
        ("gpp", "DBAA~x"),
        ("consent-mode", '["consent","default",{"ad_storage":"denied"}]'),
    }


def test_what_a_consent_manager_reads_because_we_ask_is_not_counted(audit_eyes: Eyes, sites: Stage) -> None:
    script = "window.__tcfapi = (a, b, say) => { localStorage.getItem('tc'); say({tcString: 'CP'}); }"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"))
    assert [fact for fact in stay.facts if getattr(fact, "key", "") == "tc"] == []
    assert len(of(stay, Signal)) == 1


def test_global_privacy_control_is_spoken_where_the_plan_says_so(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("site", "/gpc")
    script = "fetch('/gpc?' + navigator.globalPrivacyControl)"
    stay = audit_eyes.before(sites.put("site", "/", f"<script>{script}</script>"), signal=True)
    assert sites.url("site", "/") in {signal.to for signal in of(stay, Signal, system="gpc")}
    assert any(getattr(fact, "url", "").endswith("/gpc?true") for fact in stay.facts)


def test_a_decorated_link_to_another_site_is_seen(audit_eyes: Eyes, sites: Stage) -> None:
    page = """<a href='{third}/?gclid=abc&x=1'>ad</a><a href='/?gclid=own'>own</a>
<a href='{third}/?utm_source=letter'>campaign</a><a href='{third}/?gclid='>empty</a>"""
    sites.put("third", "/")
    stay = audit_eyes.before(sites.put("site", "/", page))
    assert [(link.url, link.names) for link in of(stay, Decorated)] == [
        (sites.url("third", "/?gclid=abc&x=1"), ("gclid",))
    ]


ID = "0af3be9912cd77aa41"


@pytest.mark.parametrize(
    "keeping",
    [
        f"document.cookie = 'v=1.{ID}.x; path=/'",
        f"localStorage.v = JSON.stringify({{visitor: '{ID}'}})",
        f"sessionStorage.setItem('v', '{ID}')",
    ],
)
def test_a_link_that_carries_what_the_site_keeps_is_decorated(audit_eyes: Eyes, sites: Stage, keeping: str) -> None:
    sites.put("third", "/")
    links = f"<a href='{{third}}/?w=1-{ID}-z&x=1'>out</a><a href='/?w={ID}'>own</a><a href='http://[?w={ID}'>bad</a>"
    stay = audit_eyes.before(sites.put("site", "/", f"{links}<script>{keeping}</script>"))
    assert [(link.url, link.names) for link in of(stay, Decorated)] == [
        (sites.url("third", f"/?w=1-{ID}-z&x=1"), ("w",))
    ]
    assert stay.trouble == ()


def test_a_cookie_of_an_answer_is_known_in_the_links_of_every_later_state(audit_eyes: Eyes, sites: Stage) -> None:
    sites.put("third", "/")
    page = f"<a href='{{third}}/?w={ID}'>out</a><button id=notice></button><button id=refuse>no</button>"
    url = sites.put("site", "/", page, ("Set-Cookie", f"v={ID}; HttpOnly"))
    stays = audit_eyes.see(url, states=(State.BEFORE, State.REFUSED)).page.stays
    assert [len(of(stay, Decorated)) for stay in stays] == [1, 1]


@pytest.mark.parametrize(
    ("value", "keeping"),
    [
        (ID, ""),
        (ID, "localStorage.v = '1bf4cf0023de88bb52'"),
        ("les-grues-electriques", "localStorage.last = 'les-grues-electriques'"),
        ("1764150000", "localStorage.first = '1764150000'"),
        ("a1b2", "localStorage.v = 'a1b2'"),
    ],
)
def test_a_link_that_carries_something_else_is_not(audit_eyes: Eyes, sites: Stage, value: str, keeping: str) -> None:
    sites.put("third", "/")
    page = f"<a href='{{third}}/?w={value}'>out</a><script>{keeping}</script>"
    stay = audit_eyes.before(sites.put("site", "/", page))
    assert of(stay, Decorated) == []
