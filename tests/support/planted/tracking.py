"""Plants that set, read, send or contact without consent, and that hide it."""

# ruff: noqa: E501 (a row of a table is one line)

from __future__ import annotations

from support.planted.plant import BEFORE, REFUSED, WITHDRAWN, Plant

HOST = "host sillage.localhost"
LIFE = "; path=/; max-age=15552000"


def cookie(name: str) -> str:
    """A script's line that sets one."""
    return f"document.cookie = `{name}=${{random()}}{LIFE}`"


def ours(name: str) -> str:
    """A cookie of the paper's host, as findings name it."""
    return f"cookie {name} on gazette.localhost"


def entry(area: str, name: str) -> str:
    """Something stored by the paper's pages."""
    return f"{area} {name} of gazette.localhost"


DATABASE = """await new Promise((done, failed) => {
  const opening = indexedDB.open("NAME");
  opening.onupgradeneeded = () => opening.result.createObjectStore("x");
  opening.onsuccess = () => {
    const writing = opening.result.transaction("x", "readwrite");
    writing.objectStore("x").put(random(), "id");
    writing.oncomplete = () => { opening.result.close(); done() };
  };
  opening.onerror = failed;
})"""
READ_DATABASE = """await new Promise(done => {
  const opening = indexedDB.open("NAME");
  opening.onsuccess = () => {
    const reading = opening.result.transaction("x").objectStore("x").get("id");
    reading.onsuccess = () => { opening.result.close(); done() };
  };
})"""
CACHE = "await (await caches.open('NAME')).put('/echo', new Response(random()))"
FILE = """const file = await (await navigator.storage.getDirectory()).getFileHandle("NAME", { create: true });
const writing = await file.createWritable(); await writing.write(random()); await writing.close()"""
HAS_DATABASE = "(await indexedDB.databases()).some(one => one.name === 'NAME')"
HAS_FILE = "await (await navigator.storage.getDirectory()).getFileHandle('NAME').then(() => true, () => false)"


def _set(state: str, word: str) -> list[Plant]:
    """Everything that a page can set, in one state."""
    n = f"sillage_{word}"
    rows = [
        Plant(
            f"cookie by header {word}",
            state,
            (f"A101 {ours(n + 'h')}",),
            f"cookie {n}h",
            cookies=(f"{n}h=RANDOM{LIFE}",),
        ),
        Plant(
            f"HttpOnly cookie {word}",
            state,
            (f"A103 {ours(n + 'x')}",),
            f"cookie {n}x",
            cookies=(f"{n}x=RANDOM{LIFE}; HttpOnly",),
        ),
        Plant(f"cookie by script {word}", state, (f"A102 {ours(n + 's')}",), f"cookie {n}s", script=cookie(f"{n}s")),
        Plant(
            f"localStorage {word}",
            state,
            (f"A104 {entry('localStorage', n)}",),
            f"localStorage.{n}",
            script=f"localStorage.setItem('{n}', random())",
        ),
        Plant(
            f"sessionStorage {word}",
            state,
            (f"A105 {entry('sessionStorage', n)}",),
            f"sessionStorage.{n}",
            script=f"sessionStorage.{n} = random()",
        ),
        Plant(
            f"database {word}",
            state,
            (f"A106 {entry('IndexedDB', n)}",),
            HAS_DATABASE.replace("NAME", n),
            script=DATABASE.replace("NAME", n),
        ),
        Plant(
            f"cache {word}",
            state,
            (f"A107 {entry('Cache Storage', n)}",),
            f"await caches.has('{n}')",
            script=CACHE.replace("NAME", n),
        ),
        Plant(
            f"private file {word}",
            state,
            (f"A108 {entry('OPFS', n)}",),
            HAS_FILE.replace("NAME", n),
            script=FILE.replace("NAME", n),
        ),
    ]
    return (
        rows
        if state == BEFORE
        else [row for row in rows if row.name.split()[0] in ("HttpOnly", "cookie", "localStorage", "database")]
    )


SET = [
    *_set(BEFORE, "avant"),
    *_set(REFUSED, "refus"),
    Plant(
        "cookie by the Cookie Store",
        BEFORE,
        (f"A102 {ours('sillage_cs')}",),
        "cookie sillage_cs",
        script="await cookieStore.set({ name: 'sillage_cs', value: random(), expires: Date.now() + 15552000000 })",
    ),
    Plant(
        "everything by the tracker's own script",
        BEFORE,
        (f"A102 {ours('sillage_sien')}", f"A104 {entry('localStorage', 'sillage_sien')}", f"A401 {HOST}"),
        "cookie sillage_sien",
        tag=f"{cookie('sillage_sien')}; localStorage.sillage_sien = random()",
    ),
    Plant(
        "service worker by the tracker's script",
        BEFORE,
        ("A109 service worker *gazette.localhost", f"A401 {HOST}"),
        "(await navigator.serviceWorker.getRegistrations()).length === 1",
        tag="navigator.serviceWorker.register('/sw.js')",
    ),
    Plant(
        "cookie by a socket, gone at once",
        BEFORE,
        (f"A101 {ours('sillage_prise')}",),
        "window.had",
        script="new WebSocket(location.origin.replace('http', 'ws') + '/prise').onopen = () => { window.had = document.cookie.includes('sillage_prise='); document.cookie = 'sillage_prise=; path=/; max-age=0' }",
    ),
    Plant(
        "third-party cookie of a pixel",
        BEFORE,
        ("A103 cookie sillage_uid on sillage.localhost", f"A402 {HOST}"),
        "cookie sillage_uid",
        script="new Image().src = 'SILLAGE/pixel.gif?set=sillage_uid'",
    ),
    Plant(
        "storage of a frame of the tracker",
        BEFORE,
        ("A104 localStorage sillage_frame of sillage.localhost", f"A407 {HOST}"),
        "contact sillage.localhost/storing.html",
        script="const frame = document.createElement('iframe'); frame.src = 'SILLAGE/storing.html'; document.body.append(frame)",
    ),
]

READ = [
    Plant(
        "cookie read",
        BEFORE,
        (f"A201 {ours('sillage_lu')}",),
        "document.cookie.includes('sillage_lu')",
        cookies=(f"sillage_lu=RANDOM{LIFE}",),
        script="window.got = document.cookie",
    ),
    Plant(
        "cookie read by the Cookie Store",
        BEFORE,
        (f"A201 {ours('sillage_lu2')}",),
        "await cookieStore.get('sillage_lu2')",
        cookies=(f"sillage_lu2=RANDOM{LIFE}",),
        script="await cookieStore.get('sillage_lu2')",
    ),
    Plant(
        "localStorage read",
        BEFORE,
        (f"A202 {entry('localStorage', 'sillage_l')}",),
        "localStorage.sillage_l",
        script="localStorage.sillage_l = random(); localStorage.getItem('sillage_l')",
    ),
    Plant(
        "sessionStorage read",
        BEFORE,
        (f"A203 {entry('sessionStorage', 'sillage_l')}",),
        "sessionStorage.sillage_l",
        script="sessionStorage.sillage_l = random(); sessionStorage.getItem('sillage_l')",
    ),
    Plant(
        "localStorage read as a property",
        BEFORE,
        (f"A202 {entry('localStorage', 'sillage_l')}",),
        "localStorage.sillage_l",
        script="localStorage.setItem('sillage_l', random()); window.got = localStorage.sillage_l",
    ),
    Plant(
        "sessionStorage read by a copy of it all",
        BEFORE,
        (f"A203 {entry('sessionStorage', 'sillage_l')}",),
        "window.got.sillage_l",
        script="sessionStorage.setItem('sillage_l', random()); window.got = { ...sessionStorage }",
    ),
    Plant(
        "localStorage asked whether it has a name",
        BEFORE,
        (f"A202 {entry('localStorage', 'sillage_l')}",),
        "window.got",
        script="localStorage.setItem('sillage_l', random()); window.got = 'sillage_l' in localStorage",
    ),
    Plant(
        "database read",
        BEFORE,
        (f"A204 {entry('IndexedDB', 'sillage_l')}",),
        HAS_DATABASE.replace("NAME", "sillage_l"),
        script=f"{DATABASE}; {READ_DATABASE}".replace("NAME", "sillage_l"),
    ),
    Plant(
        "cache read",
        BEFORE,
        (f"A205 {entry('Cache Storage', 'sillage_l')}",),
        "await (await caches.open('sillage_l')).match('/echo')",
        script=f"{CACHE}; await (await caches.open('NAME')).match('/echo')".replace("NAME", "sillage_l"),
    ),
    Plant(
        "private file read",
        BEFORE,
        (f"A206 {entry('OPFS', 'sillage_l')}",),
        HAS_FILE.replace("NAME", "sillage_l"),
        script=f"{FILE}; await (await file.getFile()).text()".replace("NAME", "sillage_l"),
    ),
]

SENT = [
    Plant(
        "cookie sent to the paper after refusal",
        REFUSED,
        (f"A301 {ours('sillage_part')}", f"before: A102 {ours('sillage_part')}"),
        "cookie sillage_part",
        when=(BEFORE,),
        script=cookie("sillage_part"),
    ),
    Plant(
        "cookie sent to the tracker after refusal",
        REFUSED,
        ("A302 cookie sillage_uid on sillage.localhost", f"A402 {HOST}", f"before: A402 {HOST}"),
        "sent sillage.localhost sillage_uid",
        when=(BEFORE, REFUSED),
        script="new Image().src = `SILLAGE/pixel.gif?set=sillage_uid&n=${random()}`",
    ),
]

_CONTACTS = {
    "pixel": ("A402", "/pixel.gif", "new Image().src = 'SILLAGE/pixel.gif?a=1'"),
    "fetch": ("A401", "/vu", "fetch('SILLAGE/vu', { mode: 'no-cors' })"),
    "XMLHttpRequest": ("A401", "/xhr", "const x = new XMLHttpRequest(); x.open('POST', 'SILLAGE/xhr'); x.send('vu')"),
    "beacon": ("A403", "/beacon", "navigator.sendBeacon('SILLAGE/beacon', 'vu')"),
    "WebSocket": ("A404", "/socket", "new WebSocket('SILLAGE/socket'.replace('http', 'ws'))"),
    "event source": ("A401", "/events", "new EventSource('SILLAGE/events')"),
    "script": ("A401", "/tag.txt", "load('SILLAGE/tag.txt')"),
    "frame": ("A407", "/frame.html", "const f = document.createElement('iframe'); f.src = 'SILLAGE/frame.html'; document.body.append(f)"),
    "film": ("A407", "/film.mp4", "const v = document.createElement('video'); v.src = 'SILLAGE/film.mp4'; v.preload = 'auto'; document.body.append(v)"),
    "style sheet": ("A401", "/style.css", "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = 'SILLAGE/style.css'; document.head.append(l)"),
    "font": ("A401", "/sillon.ttf", "const font = new FontFace('Sillon', 'url(SILLAGE/sillon.ttf)'); font.load().catch(() => {})"),
    "background picture": ("A402", "/pixel.gif", "document.body.style.backgroundImage = 'url(SILLAGE/pixel.gif)'"),
    "form into a frame": ("A407", "/recu", "document.body.insertAdjacentHTML('beforeend', '<iframe name=puits></iframe><form id=envoi action=SILLAGE/recu method=post target=puits></form>'); document.getElementById('envoi').submit()"),
    "dedicated worker": ("A401", "/own-worker", "new Worker('/w.js')"),
    "worker of a blob": ("A401", "/blob-worker", "new Worker(URL.createObjectURL(new Blob([\"fetch('SILLAGE/blob-worker', { mode: 'no-cors' })\"])))"),
    "shared worker": ("A401", "/own-worker", "new SharedWorker('/w.js')"),
    "service worker": ("A401", "/sw-hit", "await navigator.serviceWorker.register('/sw-hit.js')"),
    "redirect of the paper's own": ("A402", "/pixel.gif", "new Image().src = '/onward'"),
    "frame of a srcdoc": ("A401", "/srcdoc", "const f = document.createElement('iframe'); f.srcdoc = \"<script>fetch('SILLAGE/srcdoc', { mode: 'no-cors' })</scr\" + 'ipt>'; document.body.append(f)"),
    "preload": ("A401", "/preloaded", "const l = document.createElement('link'); l.rel = 'preload'; l.as = 'fetch'; l.crossOrigin = ''; l.href = 'SILLAGE/preloaded'; document.head.append(l)"),
    "prefetch": ("A40?", "/prefetched", "const l = document.createElement('link'); l.rel = 'prefetch'; l.href = 'SILLAGE/prefetched'; document.head.append(l)"),
}  # fmt: skip
CONTACTED = [
    *(Plant(f"contact by {name}", BEFORE, (f"{code} {HOST}",), f"contact sillage.localhost{path}", script=script) for name, (code, path, script) in _CONTACTS.items()),
    *(
        Plant(f"contact by {name} after refusal", REFUSED, (f"{code} {HOST}",), f"contact sillage.localhost{path}", script=script)
        for name, (code, path, script) in _CONTACTS.items() if name in ("pixel", "beacon", "WebSocket", "frame")
    ),
    *(
        Plant(f"contact by {name} after withdrawal", WITHDRAWN, (f"{code} {HOST}",), f"contact sillage.localhost{path}", script=script)
        for name, (code, path, script) in _CONTACTS.items() if name in ("fetch", "beacon")
    ),
    Plant("preconnect", BEFORE, (f"A406 {HOST}",), "document.querySelector('link[rel=preconnect]')", head="<link rel=preconnect href='SILLAGE'>"),
    Plant("dns-prefetch", BEFORE, (f"A406 {HOST}",), "document.querySelector('link[rel=dns-prefetch]')", head="<link rel=dns-prefetch href='//sillage.localhost'>"),
    Plant("WebRTC", BEFORE, (f"A405 {HOST}",), "window.call.iceGatheringState !== 'new'",
          script="window.call = new RTCPeerConnection({ iceServers: [{ urls: 'stun:sillage.localhost:3478' }] }); call.createDataChannel('x'); await call.setLocalDescription(await call.createOffer())"),
    Plant("pixel without script", BEFORE, (f"A402 {HOST}",), "contact sillage.localhost/pixel.gif", body="<img src='SILLAGE/pixel.gif?p=1' alt=''>"),
]  # fmt: skip

FINGERPRINTS = {
    "canvas": "const c = document.createElement('canvas'); const p = c.getContext('2d'); p.font = '14px Arial'; p.fillText('Cwm fjordbank glyphs vext quiz', 2, 15); p.fillRect(9, 9, 30, 9); window.print1 = c.toDataURL()",
    "audio": "const a = new OfflineAudioContext(1, 44100, 44100); const o = a.createOscillator(); const k = a.createDynamicsCompressor(); o.connect(k); k.connect(a.destination); o.start(0); a.startRendering().then(b => { window.print1 = b.getChannelData(0).slice(4500, 5000).reduce((s, x) => s + Math.abs(x), 0) })",
    "WebGL": "const g = document.createElement('canvas').getContext('webgl'); const e = g && g.getExtension('WEBGL_debug_renderer_info'); window.print1 = g ? [g.getParameter(e ? e.UNMASKED_RENDERER_WEBGL : g.RENDERER), g.getParameter(g.VERSION), g.getSupportedExtensions()] : 'none'",
    "fonts": "const s = document.createElement('canvas').getContext('2d'); window.print1 = []; for (let n = 0; n < 60; n++) { s.font = `72px 'Font ${n}', monospace`; print1.push(s.measureText('mmmmmmmmmmlli').width) }",
}  # fmt: skip
HIDDEN = [
    *(Plant(f"fingerprint of {name}", BEFORE, ("A505 *sillage.localhost*", f"A401 {HOST}"), "window.print1", tag=script) for name, script in FINGERPRINTS.items()),
    Plant("bounce through the tracker", BEFORE, ("A501 *sillage.localhost*",), "contact sillage.localhost/bounce",
          script="if (!location.search) location.replace('SILLAGE/bounce?set=sillage_uid&to=' + encodeURIComponent(location.href + '?vu'))"),
    Plant("tracker under the paper's name", BEFORE, ("A502 *mesure.gazette-du-port.fr*",), "contact mesure.gazette-du-port.fr/pixel.gif",
          script="new Image().src = 'http://mesure.gazette-du-port.fr/pixel.gif?a=1'", declared=False, elsewhere=True),
    Plant("identifier in a link", BEFORE, ("A503 *inconnu.localhost*", f"A102 {ours('sillage_fil')}"), "document.querySelector('a[href*=\"_gl=\"]')",
          script="const id = random(); document.cookie = `sillage_fil=${id}; path=/; max-age=15552000`; document.body.insertAdjacentHTML('beforeend', `<a href='INCONNU/boutique?_gl=1*1abc*sillage*${id}'>La boutique du port</a>`)"),
    *(
        Plant(f"identifier of {word} in a link by a name of its own", BEFORE, (f"A503 *{host}*", found), f"document.querySelector('a[href*=\"lecteur=\"]').search.includes({there})",
              script=f"const id = random(); {keeping}; document.body.insertAdjacentHTML('beforeend', `<a href='{party}/boutique?p=2&lecteur=fr-${{id}}'>La boutique du port</a>`)")
        for word, host, party, found, there, keeping in [
            ("a cookie", "inconnu.localhost", "INCONNU", f"A102 {ours('sillage_fil')}", "/sillage_fil=(\\w+)/.exec(document.cookie)[1]", f"document.cookie = `sillage_fil=${{id}}{LIFE}`"),
            ("storage", "sillage.localhost", "SILLAGE", f"A104 {entry('localStorage', 'sillage_fil')}", "localStorage.sillage_fil", "localStorage.sillage_fil = id"),
        ]
    ),
    Plant("identifier handed on", BEFORE, ("A504 *", f"A102 {ours('sillage_troc')}", "A703 host inconnu.localhost"), "contact inconnu.localhost/sync",
          script="const id = random(); document.cookie = `sillage_troc=${id}; path=/; max-age=15552000`; new Image().src = `INCONNU/sync?partner=sillage&uid=${id}`"),
]  # fmt: skip

TRACKING = [*SET, *READ, *SENT, *CONTACTED, *HIDDEN]
"""Everything about trackers without consent."""
