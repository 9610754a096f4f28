"""Every way to store under a held name: the stores, the realms, the headers."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from dataclasses import replace

from leaks.case import Case, File, rows

_FRAME = "const f = document.createElement('iframe');"
_JS = "text/javascript"
_END = "</scr' + 'ipt>"
_SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>localStorage.KEY = 1</script></svg>"
_XHTML = (
    "<html xmlns='http://www.w3.org/1999/xhtml'><head><script>document.cookie = 'KEY=1; path=/'</script></head></html>"
)
_XML = "<r><script xmlns='http://www.w3.org/1999/xhtml'>localStorage.KEY = 1</script></r>"
_DATABASE = "indexedDB.open('KEY')"
_CACHE = "caches.open('KEY').then(c => c.put('/x', new Response('1'))).catch(() => 0)"
_FILE = "navigator.storage.getDirectory().then(d => d.getFileHandle('KEY', { create: true })).catch(() => 0)"

IN_PAGE = {
    "cookie": "document.cookie = 'KEY=1'",
    "cookie of the whole site": "document.cookie = 'KEY=1; path=/; max-age=999'",
    "cookie of the domain": "document.cookie = 'KEY=1; domain=gazette.localhost'",
    "cookie, partitioned": "document.cookie = 'KEY=1; secure; partitioned; samesite=none'",
    "cookie by the prototype's setter": "Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').set.call(document, 'KEY=1')",
    "cookie of another document": "document.implementation.createHTMLDocument().cookie = 'x'; document.cookie = 'KEY=1'",
    "cookie by Reflect.set": "Reflect.set(document, 'cookie', 'KEY=1')",
    "cookie by the old setter": "document.__lookupSetter__('cookie').call(document, 'KEY=1')",
    "cookie with blanks": "document.cookie = '  KEY = 1; path=/'",
    "cookie with a tab": "document.cookie = '\\tKEY=1; path=/'",
    "cookie as an object": "document.cookie = { toString: () => 'KEY=1; path=/' }",
    "cookieStore.set by the prototype": "CookieStore.prototype.set.call(cookieStore, 'KEY', '1')",
    "cookieStore.set": "cookieStore.set('KEY', '1')",
    "cookieStore.set by dictionary": "cookieStore.set({ name: 'KEY', value: '1' })",
    "localStorage.setItem": "localStorage.setItem('KEY', 1)",
    "localStorage as an object": "localStorage.KEY = 1",
    "localStorage by defineProperty": "Object.defineProperty(localStorage, 'KEY', { value: '1' })",
    "localStorage by Object.assign": "Object.assign(localStorage, { KEY: 1 })",
    "localStorage by the prototype": "Storage.prototype.setItem.call(localStorage, 'KEY', 1)",
    "localStorage by Reflect.set": "Reflect.set(localStorage, 'KEY', '1')",
    "localStorage by Reflect.defineProperty": "Reflect.defineProperty(localStorage, 'KEY', { value: '1' })",
    "localStorage by a key that is an object": "localStorage.setItem({ toString: () => 'KEY' }, 1)",
    "localStorage by bind": "localStorage.setItem.bind(localStorage, 'KEY')(1)",
    "sessionStorage by the prototype": "Storage.prototype.setItem.call(sessionStorage, 'KEY', 1)",
    "sessionStorage by defineProperty": "Object.defineProperty(sessionStorage, 'KEY', { value: '1' })",
    "sessionStorage.setItem": "sessionStorage.setItem('KEY', 1)",
    "sessionStorage as an object": "sessionStorage['KEY'] = 1",
    "database": _DATABASE,
    "database by the prototype": "IDBFactory.prototype.open.call(indexedDB, 'KEY')",
    "database of a version": "indexedDB.open('KEY', 7)",
    "database of a name that is an object": "indexedDB.open({ toString: () => 'KEY' })",
    "cache by the prototype": "CacheStorage.prototype.open.call(caches, 'KEY')",
    "private file by the prototype": "FileSystemDirectoryHandle.prototype.getFileHandle.call(await navigator.storage.getDirectory(), 'KEY', { create: true })",
    "cache in a bucket": "(await (await navigator.storageBuckets.open('KEY')).caches.open('x')).put('/x', new Response('1'))",
    "cache": _CACHE,
    "private file": _FILE,
    "private folder": _FILE.replace("File", "Directory"),
    "file moved to the name": "const d = await navigator.storage.getDirectory(); const h = await d.getFileHandle('theme', { create: true }); await h.move('KEY')",
    "storage bucket": "navigator.storageBuckets.open('KEY')",
    "database in a bucket": "(await navigator.storageBuckets.open('theme')).indexedDB.open('KEY')",
}

IN_REALMS = {
    "frame": f"{_FRAME} document.body.append(f); f.contentWindow.localStorage.KEY = 1",
    "frame's document": f"{_FRAME} document.body.append(f); f.contentDocument.cookie = 'KEY=1; path=/'",
    "frame in markup": "document.body.innerHTML = '<iframe></iframe>'; window[0].localStorage.KEY = 1",
    "frame by name": "document.body.innerHTML = '<iframe name=peep></iframe>'; window.peep.localStorage.KEY = 1",
    "frame's database": f"{_FRAME} document.body.append(f); frames[0].indexedDB.open('KEY')",
    "frame's files": f"{_FRAME} document.body.append(f); frames[0].{_FILE}",
    "frame in a shadow tree": f"{_FRAME} const d = document.createElement('div'); document.body.append(d); d.attachShadow({{ mode: 'closed' }}).append(f); f.contentWindow.localStorage.KEY = 1",
    "frame in a frame": f"{_FRAME} document.body.append(f); f.contentDocument.body.append(f.cloneNode()); window[0][0].localStorage.KEY = 1",
    "frame's borrowed setter": f"{_FRAME} document.body.append(f); Object.getOwnPropertyDescriptor(window[0].Document.prototype, 'cookie').set.call(document, 'KEY=1')",
    "frame's borrowed setItem": f"{_FRAME} document.body.append(f); window[0].Storage.prototype.setItem.call(localStorage, 'KEY', 1)",
    "frame by contextual fragment": "document.body.append(new Range().createContextualFragment('<iframe></iframe>')); window[0].localStorage.KEY = 1",
    "frame in a declarative shadow tree": "document.body.setHTMLUnsafe('<div><template shadowrootmode=open><iframe></iframe></template></div>'); document.body.firstChild.shadowRoot.firstChild.contentWindow.localStorage.KEY = 1",
    "frame in a custom element": "customElements.define('x-y', class extends HTMLElement { connectedCallback() { this.innerHTML = '<iframe></iframe>'; window[0].localStorage.KEY = 1 } }); document.body.innerHTML = '<x-y></x-y>'",
    "frame reached by parent": f"{_FRAME} f.srcdoc = '<script>parent.localStorage.KEY = 1{_END}'; document.body.append(f)",
    "srcdoc": f"{_FRAME} f.srcdoc = '<script>localStorage.KEY = 1{_END}'; document.body.append(f)",
    "srcdoc in markup": f"document.body.innerHTML = '<iframe srcdoc=\"<script>localStorage.KEY = 1{_END}\"></iframe>'",
    "srcdoc by setAttributeNS": f"{_FRAME} f.setAttributeNS(null, 'srcdoc', '<script>document.cookie = \"KEY=1; path=/\"{_END}'); document.body.append(f)",
    "srcdoc by setAttributeNode": f"{_FRAME} const a = document.createAttribute('srcdoc'); a.value = '<script>document.cookie = \"KEY=1; path=/\"{_END}'; f.setAttributeNode(a); document.body.append(f)",
    "frame of a blob": f"{_FRAME} f.src = URL.createObjectURL(new Blob(['<script>localStorage.KEY = 1{_END}'], {{ type: 'text/html' }})); document.body.append(f)",
    "frame sent on to a blob": f"{_FRAME} document.body.append(f); f.src = URL.createObjectURL(new Blob(['<script>localStorage.KEY = 1{_END}'], {{ type: 'text/html' }}))",
    "frame of javascript:": f"{_FRAME} f.src = 'javascript:void(localStorage.KEY = 1)'; document.body.append(f)",
    "frame of javascript: that makes a page": f"{_FRAME} f.src = `javascript:'<script>localStorage.KEY = 1</scr` + `ipt>'`; document.body.append(f)",
    "frame sent on to javascript:": f"{_FRAME} document.body.append(f); f.src = 'javascript:void(document.cookie = \"KEY=1; path=/\")'",
    "document.write into a frame": f"{_FRAME} document.body.append(f); f.contentDocument.write('<script>localStorage.KEY = 1{_END}')",
    "document.open, then the window": f"{_FRAME} document.body.append(f); f.contentDocument.open(); window[0].localStorage.KEY = 1",
    "popup": "open('about:blank').localStorage.KEY = 1",
    "popup's document": f"open('').document.write('<script>localStorage.KEY = 1{_END}')",
    "popup of a blob": f"open(URL.createObjectURL(new Blob(['<script>localStorage.KEY = 1{_END}'], {{ type: 'text/html' }})))",
    "object": "const f = document.createElement('object'); f.data = 'about:blank'; document.body.append(f); for (let i = 0; i < 99 && !f.contentWindow; i++) await new Promise(r => setTimeout(r, 20)); f.contentWindow.localStorage.KEY = 1",
    "embed": "const f = document.createElement('embed'); f.src = 'about:blank'; f.type = 'text/html'; document.body.append(f); for (let i = 0; i < 99 && !window[0]; i++) await new Promise(r => setTimeout(r, 20)); window[0].localStorage.KEY = 1",
}

_WRITES = "window[0].localStorage.KEY = 1"
_OWN_PAGES = {
    "a frame of text": File("x"),
    "a frame of JSON": File("{}", "application/json"),
    "a frame of XML": File("<r/>", "application/xml"),
    "a frame of a picture": File("", "image/png"),
    "a frame that is not found": File("no", status=404),
    "a frame of text without a type": File("x", None),
}

_SLOW = "f.src = 'slow.txt'; document.body.append(f); const first = window[0].document; for (let i = 0; i < 99; i++) { await new Promise(r => setTimeout(r, 5)); if (window[0].location.href != 'about:blank') break } document.defaultView[0].localStorage.KEY = 1"

WORKERS = {
    "worker of a blob": "new Worker(URL.createObjectURL(new Blob([CODE])))",
    "module worker of a blob": "new Worker(URL.createObjectURL(new Blob([CODE], { type: 'text/javascript' })), { type: 'module' })",
    "shared worker of a blob": "new SharedWorker(URL.createObjectURL(new Blob([CODE])))",
    "worker of a frame's blob": f"{_FRAME} document.body.append(f); new window[0].Worker(window[0].URL.createObjectURL(new Blob([CODE])))",
    "worker in a worker of a blob": "new Worker(URL.createObjectURL(new Blob([`new Worker(URL.createObjectURL(new Blob([${JSON.stringify(CODE)}])))`])))",
    "worker of the site": "new Worker('w.js')",
    "module worker of the site": "new Worker('w.js', { type: 'module' })",
    "shared worker of the site": "new SharedWorker('w.js')",
    "service worker of the site": "navigator.serviceWorker.register('w.js')",
    "worker of a blob that imports the site's": "new Worker(URL.createObjectURL(new Blob([`importScripts('${new URL('w.js', location)}')`])))",
    "worker of the site that imports": "new Worker('i.js')",
    "worker in a worker of the site": "new Worker('v.js')",
}

_PIXEL = "image/gif"


def _set(value: str) -> tuple[tuple[str, str], ...]:
    return (("set-cookie", value),)


HEADERS = [
    Case("Set-Cookie", headers=_set("KEY=1; Path=/")),
    Case("Set-Cookie, HttpOnly", headers=_set("KEY=1; Path=/; HttpOnly; SameSite=Lax")),
    Case("Set-Cookie of the domain", headers=_set("KEY=1; Domain=gazette.localhost")),
    Case("Set-Cookie, Secure", headers=_set("KEY=1; Path=/; Secure; SameSite=None")),
    Case("Set-Cookie, partitioned", headers=_set("KEY=1; Path=/; Secure; SameSite=None; Partitioned")),
    Case("Set-Cookie with blanks", headers=_set("  KEY = 1 ; Max-Age=999")),
    Case("Set-Cookie beside one of the site's", headers=(("set-cookie", "session=1"), ("set-cookie", "KEY=1"))),
    Case("Set-Cookie in other letters", headers=(("SET-COOKIE", "KEY=1; Path=/"),)),
    Case("Set-Cookie with a sign in its value", headers=_set("KEY=a=b; Path=/")),
    Case("Set-Cookie of a prefix", headers=_set("__Host-KEY=1; Path=/; Secure")),
    Case("Set-Cookie of an error", headers=_set("KEY=1"), status=500),
    Case("Set-Cookie of a page that forbids", headers=_set("KEY=1"), status=403),
    *(
        Case(f"Set-Cookie of {name}", body=body, files={"r": File("", kind, _set("KEY=1; Path=/"))})
        for name, body, kind in (
            ("a style sheet", "<link rel=stylesheet href=r>", "text/css"),
            (
                "a font",
                "<style>@font-face { font-family: f; src: url(r) } p { font-family: f }</style><p>x",
                "font/woff2",
            ),
            ("a video", "<video src=r></video>", "video/mp4"),
            ("a frame", "<iframe src=r></iframe>", "text/html"),
            ("a frame of text", "<iframe src=r></iframe>", "text/plain"),
            ("an object", "<object data=r></object>", "text/html"),
            ("a module", "<script type=module src=r></script>", _JS),
            ("a preload", "<link rel=preload as=image href=r>", _PIXEL),
            ("a prefetch", "<link rel=prefetch href=r>", "text/html"),
            ("an SVG picture", "<img src=r>", "image/svg+xml"),
        )
    ),
    Case(
        "Set-Cookie of an event stream",
        script="new EventSource('r')",
        files={"r": File("data: x\n\n", "text/event-stream", _set("KEY=1; Path=/"))},
    ),
    Case(
        "Set-Cookie of an XMLHttpRequest that waits",
        script="const x = new XMLHttpRequest(); x.open('GET', 'r', false); x.send()",
        files={"r": File("x", "text/plain", _set("KEY=1; Path=/"))},
    ),
    Case(
        "Set-Cookie of a script that a worker imports",
        script="new Worker(URL.createObjectURL(new Blob([`importScripts('${new URL('r', location)}')`])))",
        files={"r": File("", _JS, _set("KEY=1; Path=/"))},
    ),
    Case(
        "Set-Cookie of a service worker",
        script="navigator.serviceWorker.register('r')",
        files={"r": File("", _JS, _set("KEY=1; Path=/"))},
    ),
    Case(
        "Set-Cookie of a redirect of a frame",
        body="<iframe src=r></iframe>",
        files={"r": File("", None, (("location", "/hub.txt"), *_set("KEY=1; Path=/")), 307)},
    ),
    Case("Set-Cookie of a page not found", headers=_set("KEY=1"), status=404),
    Case("Set-Cookie of a page without a type", headers=_set("KEY=1"), type=None),
    Case("Set-Cookie of a picture", body="<img src=r>", files={"r": File("", _PIXEL, _set("KEY=1; Path=/"))}),
    Case(
        "Set-Cookie of a redirect",
        body="<img src=r>",
        files={"r": File("", None, (("location", "/x.png"), *_set("KEY=1; Path=/")), 302)},
    ),
    Case("Set-Cookie of a script", body="<script src=r></script>", files={"r": File("", _JS, _set("KEY=1; Path=/"))}),
    Case(
        "Set-Cookie of a fetch", script="fetch('r')", files={"r": File("{}", "application/json", _set("KEY=1; Path=/"))}
    ),
    Case(
        "Set-Cookie of an empty answer",
        script="navigator.sendBeacon('r')",
        files={"r": File("", None, _set("KEY=1; Path=/"), 204)},
    ),
    Case("Set-Cookie of a worker", script="new Worker('w.js')", files={"w.js": File("", _JS, _set("KEY=1; Path=/"))}),
    Case(
        "meta Set-Cookie and script",
        head="<meta http-equiv=set-cookie content='KEY=1'><script>document.cookie='KEY=1'</script>",
    ),
]

DOCUMENTS = [
    Case(
        "SVG document with a script", body="<iframe src=r.svg></iframe>", files={"r.svg": File(_SVG, "image/svg+xml")}
    ),
    Case(
        "SVG object with a script",
        body="<object data=r.svg type=image/svg+xml></object>",
        files={"r.svg": File(_SVG, "image/svg+xml")},
    ),
    Case("SVG document opened by itself", script="open('r.svg')", files={"r.svg": File(_SVG, "image/svg+xml")}),
    Case(
        "XHTML document with a script",
        body="<iframe src=r.xhtml></iframe>",
        files={"r.xhtml": File(_XHTML, "application/xhtml+xml")},
    ),
    Case(
        "XHTML document with a prolog",
        body="<iframe src=r.xhtml></iframe>",
        files={
            "r.xhtml": File(
                "<?xml version='1.0'?><!DOCTYPE html [<!ENTITY x '>'>]><!-- > -->" + _XHTML, "application/xhtml+xml"
            )
        },
    ),
    Case(
        "XML document with an XHTML script", body="<iframe src=r.xml></iframe>", files={"r.xml": File(_XML, "text/xml")}
    ),
    *(
        Case(
            f"{kind} document that is the page",
            alone=True,
            script=f"location = 'r.{kind}'",
            files={f"r.{kind}": File(text, mime)},
        )
        for kind, text, mime in (
            ("svg", _SVG, "image/svg+xml"),
            ("xhtml", _XHTML, "application/xhtml+xml"),
            ("xml", _XML, "text/xml"),
        )
    ),
    Case(
        "HTML document without a type",
        body="<iframe src=r></iframe>",
        files={"r": File("<!doctype html><script>localStorage.KEY = 1</script>", None)},
    ),
    Case(
        "HTML document not found",
        body="<iframe src=r></iframe>",
        files={"r": File("<!doctype html><script>localStorage.KEY = 1</script>", "text/html", status=404)},
    ),
    Case("frame in the page, then a script", body="<iframe></iframe><script>window[0].localStorage.KEY = 1</script>"),
    Case("srcdoc in the page", body="<iframe srcdoc='<script>localStorage.KEY = 1</script>'></iframe>"),
    Case(
        "srcdoc of data in the page",
        body="<iframe srcdoc='<script>document.cookie=\"KEY=1; path=/\"</script>'></iframe>",
    ),
    Case("frame of javascript: in the page", body="<iframe src='javascript:void(localStorage.KEY = 1)'></iframe>"),
    Case(
        "frame written by the page",
        body="<script>document.write('<iframe></iframe>'); window[0].localStorage.KEY = 1</script>",
    ),
    Case(
        "script in a declarative shadow tree",
        body="<div><template shadowrootmode=open><script>localStorage.KEY = 1</script></template></div>",
    ),
    Case("event handler that stores", body="<img src=data: onerror='localStorage.KEY = 1'>"),
    Case(
        "popup of text",
        script="const w = open('r.txt'); await new Promise(r => w.onload = r); w.localStorage.KEY = 1",
        files={"r.txt": File("x")},
    ),
    *(
        Case(
            name.removeprefix("a "),
            script=f"{_FRAME} f.src = 'r'; document.body.append(f); await loaded(f); {_WRITES}",
            files={"r": file},
        )
        for name, file in _OWN_PAGES.items()
    ),
    Case(
        "frame of text sent on to another",
        script=f"{_FRAME} f.src = 'r'; document.body.append(f); await loaded(f); f.src = 'r?2'; await loaded(f); {_WRITES}",
        files={"r": File("x")},
    ),
    Case("frame of text before it has loaded", script=f"{_FRAME} {_SLOW}", files={"slow.txt": File("x" * 70_000)}),
]


def _worker(name: str, script: str, kind: str, code: str) -> Case:
    files = {
        "w.js": File(code, _JS),
        "i.js": File("importScripts('w.js')", _JS),
        "v.js": File("new Worker('w.js')", _JS),
    }
    return Case(f"{kind} in a {name}", script=f"const CODE = `{code}`; {script}", files=files)


IN_WORKERS = [
    *(_worker(name, script, "database", _DATABASE) for name, script in WORKERS.items()),
    *(_worker(name, script, "cache", _CACHE) for name, script in WORKERS.items()),
    _worker("worker of the site", WORKERS["worker of the site"], "private file", _FILE),
    _worker(
        "service worker of the site",
        WORKERS["service worker of the site"],
        "cookie",
        "oninstall = e => e.waitUntil(cookieStore.set({ name: 'KEY', value: '1' }))",
    ),
]

STORED = [
    replace(case, shows="stored")
    for case in [
        *rows("stored", "script", IN_PAGE),
        *(
            replace(case, name=f"in a realm: {case.name}")
            for case in rows("stored", "script", IN_REALMS, body="<p>x</p>")
        ),
        *HEADERS,
        *DOCUMENTS,
        *IN_WORKERS,
    ]
]
"""Cases that leave something behind under a held name."""
