"""What a site does by itself, one function of each family that the leaks are made of: it works in every state."""

# ruff: noqa: E501 (each row of the table is one script)

from __future__ import annotations

from leaks.case import Case, File, rows

_FRAME = "const f = document.createElement('iframe');"
_JS = "text/javascript"
_OK = "tell('secret')"
_END = "</scr' + 'ipt>"
_WORKER = "const r = indexedDB.open('theme'); r.onsuccess = () => { r.result.close(); (self.postMessage ? [self] : []).forEach(w => w.postMessage('secret')) }"

SCRIPTS = {
    "image": f"const i = new Image(); i.onerror = i.onload = () => {_OK}; i.src = '/x.png'",
    "image of data:": f"const i = new Image(); i.onload = () => {_OK}; i.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='",
    "fetch": "tell(await (await fetch('own.txt')).text())",
    "XMLHttpRequest": "const x = new XMLHttpRequest(); x.onload = () => tell(x.responseText); x.open('GET', 'own.txt'); x.send()",
    "script element": f"const s = document.createElement('script'); s.src = 's.js'; s.onload = () => {_OK}; document.head.append(s)",
    "import()": "tell((await import('./own.js')).default)",
    "style sheet": f"const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = 'own.css'; l.onload = () => {_OK}; document.head.append(l)",
    "hint": "const l = document.createElement('link'); l.rel = 'preconnect'; l.href = '/'; document.head.append(l); tell(l.rel == 'preconnect' && 'secret')",
    "cookie": "document.cookie = 'session=secret'; tell(document.cookie.match(/session=(\\w+)/)[1])",
    "cookie in the Cookie Store": "await cookieStore.set('session', 'secret'); tell((await cookieStore.get('session')).value)",
    "localStorage": "localStorage.theme = 'secret'; tell(localStorage.getItem('theme'))",
    "sessionStorage": "sessionStorage.setItem('theme', 'secret'); tell(sessionStorage.theme)",
    "database": f"const r = indexedDB.open('theme'); r.onsuccess = () => {{ r.result.close(); {_OK} }}",
    "cache": "const c = await caches.open('theme'); await c.put('/own', new Response('secret')); tell(await (await caches.match('/own')).text())",
    "private file": f"await (await navigator.storage.getDirectory()).getFileHandle('theme', {{ create: true }}); {_OK}",
    "frame": f"{_FRAME} document.body.append(f); f.contentWindow.localStorage.theme = 'secret'; tell(window[0].localStorage.theme)",
    "srcdoc": f'{_FRAME} f.srcdoc = \'<script>parent.postMessage("secret", "*"){_END}\'; onmessage = e => tell(e.data); document.body.append(f)',
    "frame of a blob": f"{_FRAME} f.src = URL.createObjectURL(new Blob(['<script>parent.postMessage(\"secret\", \"*\"){_END}'], {{ type: 'text/html' }})); onmessage = e => tell(e.data); document.body.append(f)",
    "popup": "const w = open('about:blank'); w.localStorage.theme = 'secret'; tell(w.localStorage.theme)",
    "form into a frame": f"{_FRAME} f.name = 'x'; document.body.append(f); const o = document.createElement('form'); o.action = 'own.txt'; o.target = 'x'; document.body.append(o); f.onload = () => tell(f.contentDocument.body?.innerText || ''); o.submit()",
    "worker": "new Worker('w.js').onmessage = e => tell(e.data)",
    "module worker": "new Worker('m.js', { type: 'module' }).onmessage = e => tell(e.data)",
    "worker of a blob": f"new Worker(URL.createObjectURL(new Blob([`{_WORKER}`]))).onmessage = e => tell(e.data)",
    "worker of data:": "new Worker('data:text/javascript,postMessage(\"secret\")').onmessage = e => tell(e.data)",
    "shared worker": "new SharedWorker('s.js').port.onmessage = e => tell(e.data)",
    "service worker": f"await navigator.serviceWorker.register('sw.js'); await new Promise(r => setTimeout(r, 300)); (await navigator.serviceWorker.getRegistration()) && {_OK}",
    "peer connection": f"const c = new RTCPeerConnection(); c.createDataChannel('x'); await c.setLocalDescription(await c.createOffer()); {_OK}",
    "canvas": f"document.createElement('canvas').toBlob(() => {_OK})",
}
_FILES = {
    "own.txt": File("secret"),
    "own.js": File("export default 'secret'", _JS),
    "own.css": File("p { color: red }", "text/css"),
    "w.js": File(_WORKER, _JS),
    "m.js": File("import x from './own.js'; postMessage(x)", _JS),
    "s.js": File("onconnect = e => e.ports[0].postMessage('secret')", _JS),
    "sw.js": File("oninstall = () => skipWaiting()", _JS),
}
_SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>parent.postMessage('secret', '*')</script></svg>"

KEPT = [
    *(
        Case(f"own {case.name}", script=case.script, body="<p>x</p>", files=_FILES, shows="told")
        for case in rows("told", "script", SCRIPTS)
    ),
    Case(
        "own SVG document",
        shows="told",
        script=f"{_FRAME} f.src = 'r.svg'; onmessage = e => tell(e.data); document.body.append(f)",
        files={"r.svg": File(_SVG, "image/svg+xml")},
    ),
    Case(
        "own cookie of the server",
        shows="told",
        headers=(("set-cookie", "session=secret"),),
        script="tell(document.cookie.match(/session=(\\w+)/)[1])",
    ),
    Case("own link", shows="told", headers=(("link", "</own.css>; rel=preload; as=style"),), script=_OK),
]
"""Cases that show themselves in every state."""
