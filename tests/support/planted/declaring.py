"""Plants that do other than declared, that speak signals against the choice, and that nobody declared at all."""

# ruff: noqa: E501 (a row of a table is one line)

from __future__ import annotations

from support.planted.plant import ACCEPTED, BEFORE, REFUSED, WITHDRAWN, Plant
from support.planted.tcf import tc_string
from support.planted.tracking import DATABASE, FINGERPRINTS, HAS_DATABASE, HOST, LIFE, entry, ours

_YEARS = (
    "; path=/; max-age=34000000"  # 13 months and a half hour: longer than 12 months, shorter than Chromium's own cap
)

DECLARING = [
    Plant("undeclared cookie", ACCEPTED, (f"A701 {ours('intrus')}",), "cookie intrus", script=f"document.cookie = `intrus=${{random()}}{LIFE}`"),
    Plant("undeclared HttpOnly cookie", BEFORE, (f"A701 {ours('intrus_x')}",), "cookie intrus_x", cookies=(f"intrus_x=RANDOM{LIFE}; HttpOnly",)),
    Plant("undeclared storage", ACCEPTED, (f"A702 {entry('localStorage', 'intrus')}",), "localStorage.intrus", script="localStorage.intrus = random()"),
    Plant("undeclared database", ACCEPTED, (f"A702 {entry('IndexedDB', 'intrus')}",), HAS_DATABASE.replace("NAME", "intrus"), script=DATABASE.replace("NAME", "intrus")),
    Plant("undeclared host", ACCEPTED, ("A703 host inconnu.localhost",), "contact inconnu.localhost/vu", script="fetch('INCONNU/vu', { mode: 'no-cors' })"),
    Plant("undeclared host of the paper", BEFORE, ("A704 host cdn.gazette.localhost",), "contact cdn.gazette.localhost/vu", script="fetch('SILLAGE/vu'.replace('sillage', 'cdn.gazette'), { mode: 'no-cors' })"),
    Plant("cookie that lives longer than declared", ACCEPTED, (f"A707 {ours('sillage_long')}",), "cookie sillage_long", script=f"document.cookie = `sillage_long=${{random()}}{_YEARS}`"),
    Plant("HttpOnly cookie that lives longer than declared", ACCEPTED, (f"A707 {ours('sillage_lx')}",), "cookie sillage_lx", cookies=(f"sillage_lx=RANDOM{_YEARS}; HttpOnly",)),
    Plant("measurement that lives for 15 months", BEFORE, (f"A708 {ours('ps_id')}",), "cookie ps_id", script="document.cookie = `ps_id=${random()}; path=/; max-age=40000000`"),
    Plant("advertiser declared as necessary", BEFORE, ("A710 host static.criteo.net",), "contact static.criteo.net/", script="load('http://static.criteo.net/js/ld/ld.js')"),
    Plant("measurement that every visit prolongs", ACCEPTED, (f"A709 {ours('ps_id')}",), "cookie ps_id",
          script="await fetch('/slow'); const id = (/ps_id=(\\w+)/.exec(document.cookie) || [])[1] || random(); document.cookie = `ps_id=${id}; path=/; max-age=30000000`"),
    Plant("cookie on another host than declared", ACCEPTED, ("A711 cookie scopia_vid *",), "cookie scopia_vid", script=f"document.cookie = `scopia_vid=${{random()}}{LIFE}`"),
    Plant("services that are never seen", ACCEPTED, ("A705 service comments", "A706 *"), "true"),
]  # fmt: skip
"""Everything that is other than declared."""

_CMP = """window.__tcfapi = (command, version, callback) => callback({ tcString: "STRING", gdprApplies: true, eventStatus: "tcloaded", cmpStatus: "loaded",
  purpose: { consents: { 1: true, 3: true, 4: true }, legitimateInterests: {} }, vendor: { consents: {}, legitimateInterests: {} } }, true)"""
_GTAG = (
    "window.dataLayer = window.dataLayer || []; window.gtag = window.gtag || function () { dataLayer.push(arguments) };"
)
_GRANT = (
    "{ ad_storage: 'granted', analytics_storage: 'granted', ad_user_data: 'granted', ad_personalization: 'granted' }"
)
_ALL = tc_string(purposes=range(1, 11), vendors=(755, 28))
_INTEREST = tc_string(interests=(2, 7, 8, 9, 10))

SIGNALLING = [
    Plant("TC string that consents before", BEFORE, ("A901 *",), "window.__tcfapi", script=_CMP.replace("STRING", _ALL)),
    Plant("TC string that consents after refusal", REFUSED, ("A901 *",), "window.__tcfapi", script=_CMP.replace("STRING", _ALL)),
    Plant("TC string of legitimate interest after refusal", REFUSED, ("A902 *",), "window.__tcfapi", script=_CMP.replace("STRING", _INTEREST).replace("1: true, 3: true, 4: true", "")),
    Plant("TC string in a request after withdrawal", WITHDRAWN, ("A901 *", f"A402 {HOST}"), "contact sillage.localhost/pixel.gif", script=f"new Image().src = 'SILLAGE/pixel.gif?gdpr=1&gdpr_consent={_ALL}'"),
    Plant("Consent Mode that grants by default", BEFORE, ("A903 *",), "dataLayer.length", script=f"{_GTAG} gtag('consent', 'default', {_GRANT})"),
    Plant("Consent Mode that grants after refusal", REFUSED, ("A903 *",), "dataLayer.length", script=f"{_GTAG} gtag('consent', 'update', {_GRANT})"),
    Plant("US privacy string of no opt-out after refusal", REFUSED, ("A904 *",), "window.__uspapi", script="window.__uspapi = (command, version, callback) => callback({ version: 1, uspString: '1YNN' }, true)"),
    Plant("GPC that is ignored", BEFORE, ("A905 *", f"A402 {HOST}"), "contact sillage.localhost/pixel.gif", script="new Image().src = 'SILLAGE/pixel.gif?a=1'", signal=True),
]  # fmt: skip
"""Everything about signals."""

_KNOWN = {
    "scorecardresearch": ("b.scorecardresearch.com", "A402", "new Image().src = 'http://b.scorecardresearch.com/b?c1=2&c2=6035'"),
    "Criteo": ("static.criteo.net", "A401", "load('http://static.criteo.net/js/ld/ld.js')"),
    "Taboola": ("cdn.taboola.com", "A401", "load('http://cdn.taboola.com/libtrc/gazette/loader.js')"),
}  # fmt: skip

UNKNOWN = [
    *(
        Plant(f"known service {name}", BEFORE, (f"{code} host {host}",), f"contact {host}/", script=script, declared=False)
        for name, (host, code, script) in _KNOWN.items()
    ),
    Plant("known cookie of Google Analytics", BEFORE, (f"A102 {ours('_ga')}",), "cookie _ga", script="document.cookie = `_ga=GA1.1.${Math.floor(Math.random() * 2 ** 31)}.${Math.floor(Date.now() / 1000)}; path=/; max-age=34000000`", declared=False),
    Plant("known cookie of Facebook by header", BEFORE, (f"A101 {ours('_fbp')}",), "cookie _fbp", cookies=(f"_fbp=fb.1.1764150000000.RANDOM{LIFE}",), declared=False),
    Plant("font of a known host", BEFORE, ("A408 host use.typekit.net",), "contact use.typekit.net/", head="<link rel=stylesheet href='http://use.typekit.net/abc1def.css'>", declared=False),
    Plant("pixel of nobody knows whom", BEFORE, ("A409 host inconnu.localhost",), "contact inconnu.localhost/pixel.gif", script="new Image().src = 'INCONNU/pixel.gif?page=une&r=1'", declared=False),
    Plant("beacon to nobody knows whom", BEFORE, ("A410 host inconnu.localhost",), "contact inconnu.localhost/b", script="navigator.sendBeacon('INCONNU/b', 'vu')", declared=False),
    Plant("WebRTC to nobody knows whom", BEFORE, ("A411 host inconnu.localhost",), "window.call", script="window.call = new RTCPeerConnection({ iceServers: [{ urls: 'stun:inconnu.localhost:3478' }] }); call.createDataChannel('x'); await call.setLocalDescription(await call.createOffer())", declared=False),
    Plant("identifier of unknown purpose", REFUSED, (f"A110 {ours('zz_uid')}",), "cookie zz_uid", cookies=(f"zz_uid=RANDOM{LIFE}",), when=(BEFORE, REFUSED), declared=False),
    Plant("stored identifier of unknown purpose", ACCEPTED, (f"before: A111 {entry('localStorage', 'zz_uid')}",), "localStorage.zz_uid", when=(BEFORE, ACCEPTED), script="localStorage.zz_uid = random()", declared=False),
    Plant("third-party identifier of nobody knows whom", BEFORE, ("A103 cookie zz_tiers on inconnu.localhost",), "cookie zz_tiers", script="fetch('INCONNU/vu?set=zz_tiers', { mode: 'no-cors', credentials: 'include' })", declared=False),
    Plant("known cookie that the browser refuses", BEFORE, ("A112 cookie _scid on b.scorecardresearch.com", "A402 host b.scorecardresearch.com"), "contact b.scorecardresearch.com/", script="new Image().src = 'http://b.scorecardresearch.com/pixel.gif?set=_scid'", declared=False),
    Plant("unknown that came with acceptance stays", WITHDRAWN, (f"A604 {ours('zz_reste')}",), "cookie zz_reste", when=(ACCEPTED,), whole=True, script=f"document.cookie = `zz_reste=${{random()}}{LIFE}`", declared=False),
    Plant("several fingerprints of a script of nobody knows whom", BEFORE, ("A506 *inconnu.localhost*",), "window.print1", declared=False,
          tagged_by="INCONNU", tag="; ".join(f"(() => {{ {one} }})()" for one in FINGERPRINTS.values())),
]  # fmt: skip
"""Everything that is found without a declaration."""
