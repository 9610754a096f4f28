"""Workers, service workers, frames, windows and channels of the site's own."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from leaks.case import HTML, Case, File

_JS = "text/javascript"
_END = "</scr' + 'ipt>"
_ASK = "const ask = (w, data) => new Promise((done, fail) => { (w.port ?? w).onmessage = event => done(event.data); w.onerror = event => { event.preventDefault(); fail(event.message ?? 'failed') }; if (data !== undefined) (w.port ?? w).postMessage(data) });"
WORKERS = {
    "of a file": "return ask(new Worker('worker.js', { name: 'own' }))",
    "module of a file": "return ask(new Worker('module.js', { type: 'module' }))",
    "with imported scripts": "return ask(new Worker('imports.js'))",
    "of a blob": "return ask(new Worker(blob('postMessage([typeof importScripts, self.name, location.protocol])'), { name: 'n' }))",
    "module of a blob": "return ask(new Worker(blob(`import own from '${location.origin}/KEY/own.js'; postMessage(own)`, 'text/javascript'), { type: 'module' }))",
    "of data:": "return ask(new Worker('data:text/javascript,postMessage(origin)'))",
    "of a URL object": "return ask(new Worker(new URL('worker.js', location), { name: 'own' }))",
    "of a blob that is revoked at once": "const u = blob('postMessage(1)'); const w = new Worker(u); URL.revokeObjectURL(u); return ask(w)",
    "of a strict script": "return ask(new Worker(blob('\"use strict\"; postMessage([(function () { return this === undefined })(), (() => { try { undeclared = 1 } catch (e) { return e.name } })()])')))",
    "with a comment first and a source map": "return ask(new Worker('commented.js'))",
    "that is spoken to": "const w = new Worker(blob('onmessage = e => postMessage([e.data.n * 2, e.data.b.byteLength, e.ports.length])')); const b = new ArrayBuffer(8); const heard = ask(w); w.postMessage({ n: 21, b }, [b]); return [await heard, b.byteLength]",
    "that has an error": "return new Promise(done => { const w = new Worker(blob('0;\\n\\n  throw new Error(\"own\")')); w.onerror = e => { e.preventDefault(); done([e.message, e.lineno, e.colno]) } })",
    "that is not there": "return new Promise(done => { new Worker('none.js').onerror = e => { e.preventDefault(); done([e.type, e.message ?? null]) } })",
    "in a worker": "return ask(new Worker('nested.js'))",
    "in a worker of a blob": "return ask(new Worker(blob(`const w = new Worker(URL.createObjectURL(new Blob(['postMessage(7)']))); w.onmessage = e => postMessage(e.data)`)))",
    "that is ended": "const w = new Worker(blob('setInterval(() => postMessage(1), 1)')); await ask(w); return [w.terminate()].length",
    "that fetches and stores": "return ask(new Worker('stores.js'))",
    "with a canvas": "const c = document.createElement('canvas').transferControlToOffscreen(); const w = new Worker(blob('onmessage = e => { const x = e.data.getContext(\"2d\"); x.fillStyle = \"red\"; x.fillRect(0, 0, 1, 1); postMessage([...x.getImageData(0, 0, 1, 1).data]) }')); const heard = ask(w); w.postMessage(c, [c]); return heard",
    "shared": "return [await ask(new SharedWorker('shared.js', 'KEY')), await ask(new SharedWorker('shared.js', 'KEY'))]",
    "shared, of a blob": "const u = blob('let n = 0; onconnect = e => e.ports[0].postMessage(++n)'); return [await ask(new SharedWorker(u)), await ask(new SharedWorker(u))]",
    "shared, a module": "return ask(new SharedWorker('shared-module.js', { type: 'module', name: 'own' }))",
    "names in it": "return ask(new Worker(blob('postMessage([Object.keys(self).filter(n => !/^on|^webkit/.test(n)).sort(), Worker.name, Worker.length, /native code/.test(fetch)])')))",
    "of an audio context": "const c = new OfflineAudioContext(1, 128, 44100); await c.audioWorklet.addModule('worklet.js'); new AudioWorkletNode(c, 'own').connect(c.destination); return [(await c.startRendering()).getChannelData(0)[5]]",
    "of paint": "return [await CSS.paintWorklet.addModule('paint.js') === undefined]",
}
_SW = "const registered = async (file, options) => { const r = await navigator.serviceWorker.register(file, options); const w = r.installing ?? r.waiting ?? r.active; await until(() => w.state == 'activated'); return r };"
_FRAMED = "const f = add('iframe', { src: 'in/page' }); await once(f, 'load'); const text = f.contentDocument.body.innerText.trim();"
SERVICE_WORKERS = {
    "answers from its cache": f"await registered('cache.js'); {_FRAMED} await (await navigator.serviceWorker.getRegistration('cache.js')).unregister(); return text",
    "shows its page when offline": f"const r = await registered('offline.js'); {_FRAMED} await r.unregister(); return text",
    "is a module": f"const r = await registered('module-sw.js', {{ type: 'module' }}); {_FRAMED} await r.unregister(); return text",
    "imports scripts": f"const r = await registered('imports-sw.js'); {_FRAMED} await r.unregister(); return text",
    "is spoken to": "const r = await registered('talk.js'); const channel = new MessageChannel(); r.active.postMessage('own', [channel.port2]); const { data } = await new Promise(done => channel.port1.onmessage = done); await r.unregister(); return [data, r.scope.endsWith('/KEY/'), r.active.scriptURL.endsWith('talk.js')]",
    "is updated": "const r = await registered('talk.js?2'); await r.update(); const kept = (await navigator.serviceWorker.getRegistrations()).filter(one => one.scope.includes('/KEY/')).length; await r.unregister(); return [kept]",
    "preloads a navigation": f"const r = await registered('preload.js'); {_FRAMED} await r.unregister(); return text",
    "takes the page over": "const taken = once(navigator.serviceWorker, 'controllerchange'); const r = await registered('talk.js?3'); await taken; const seen = navigator.serviceWorker.controller.state; await r.unregister(); return seen",
    "has a subscription to pushes": "const r = await registered('talk.js?4'); const state = await r.pushManager.permissionState({ userVisibleOnly: true }); const none = await r.pushManager.getSubscription(); await r.unregister(); return [state, none]",
    "is above its folder with leave": "const r = await registered('wide/sw.js', { scope: '/KEY/' }); const scope = r.scope.endsWith('/KEY/'); await r.unregister(); return [scope]",
    "is not above its folder without leave": "return navigator.serviceWorker.register('narrow/sw.js', { scope: '/KEY/' }).catch(error => error.name)",
    "streams an answer": f"const r = await registered('streams.js'); {_FRAMED} await r.unregister(); return text",
}
_FRAME = "const f = document.createElement('iframe');"
_SAY = f'<script>parent.postMessage("own", "*"){_END}'
_HEAR = "const heard = new Promise(done => addEventListener('message', e => done([e.data, e.source === f.contentWindow, e.origin == location.origin])));"
FRAMES = {
    "of a page": "const f = add('iframe', { src: 'page.html' }); await once(f, 'load'); return [f.contentDocument.body.innerText, f.contentWindow.parent === window, f.contentWindow.frameElement === f, f.contentDocument.referrer.includes('/KEY/'), f.contentDocument.scripts.length > 0, window[0] === f.contentWindow]",
    "of a srcdoc": f"{_FRAME} {_HEAR} f.srcdoc = '{_SAY}'; document.body.append(f); return heard",
    "of a srcdoc as a document": f"{_FRAME} f.srcdoc = '<!doctype html><title>t</title><p>x'; document.body.append(f); await once(f, 'load'); return [f.contentDocument.title, f.contentDocument.compatMode, f.contentDocument.body.innerHTML, f.contentDocument.baseURI == document.baseURI]",
    "of a srcdoc in quirks mode": f"{_FRAME} f.srcdoc = '<p>x'; document.body.append(f); await once(f, 'load'); return [f.contentDocument.compatMode, f.contentDocument.body.textContent]",
    "of a blob": f"{_FRAME} {_HEAR} f.src = blob('{_SAY}', 'text/html'); document.body.append(f); return heard",
    "of data:": f"{_FRAME} {_HEAR} f.src = 'data:text/html,{_SAY}'; document.body.append(f); return heard",
    "of about:blank": "const f = add('iframe'); f.contentDocument.body.innerHTML = '<p>in</p>'; f.contentWindow.own = 1; return [f.contentDocument.body.textContent, window[0].own, f.contentDocument.URL, f.contentDocument.readyState]",
    "that is written": "const f = add('iframe'); const d = f.contentDocument; d.open(); d.write('<title>w</title><p>1</p><script>document.write(\"<p>2</p>\"); parent.wrote = 1</scr' + 'ipt>'); d.close(); return [d.title, d.body.innerText, window.wrote]",
    "that is sandboxed": f"{_FRAME} f.sandbox = 'allow-scripts'; {_HEAR} f.srcdoc = '<script>let s; try {{ localStorage }} catch (e) {{ s = e.name }} parent.postMessage([origin, s], \"*\"){_END}'; document.body.append(f); return heard",
    "that is sandboxed, of a page": f"{_FRAME} f.sandbox = 'allow-scripts'; {_HEAR} f.src = 'said.html'; document.body.append(f); return heard",
    "with a name": "const f = add('iframe', { name: 'named' }); add('a', { href: 'page.html', target: 'named' }).click(); await once(f, 'load'); return [f.contentDocument.body.innerText, window.named === f.contentWindow, f.contentWindow.name]",
    "that is resized by its message": f"{_FRAME} addEventListener('message', e => f.style.height = e.data.height + 'px'); f.src = 'sized.html'; document.body.append(f); await until(() => f.style.height); return f.style.height",
    "that is lazy": "const f = add('iframe', { loading: 'lazy', src: 'page.html' }); await once(f, 'load'); return f.contentDocument.body.innerText",
    "that is moved and removed": "const f = add('iframe', { src: 'page.html' }); await once(f, 'load'); add('div').append(f); await once(f, 'load'); const text = f.contentDocument.body.innerText; f.remove(); return [text, f.contentWindow, window.length]",
    "that navigates": "const f = add('iframe', { src: 'page.html' }); await once(f, 'load'); f.contentWindow.location = 'said.html'; await once(f, 'load'); f.contentWindow.location.replace('page.html?2'); await once(f, 'load'); return [f.contentWindow.location.search, f.contentDocument.body.innerText]",
    "that is an object": "const o = add('object', { data: 'page.html', type: 'text/html' }); await once(o, 'load'); return [o.contentDocument.body.innerText, o.contentWindow.parent === window]",
    "that is an embed": "const e = add('embed', { src: 'drawing.svg', type: 'image/svg+xml' }); await once(e, 'load'); return [e.getSVGDocument().documentElement.localName]",
    "of SVG": "const f = add('iframe', { src: 'drawing.svg' }); await once(f, 'load'); return [f.contentDocument.contentType, f.contentDocument.querySelector('text').textContent, f.contentWindow.drawn]",
    "of text": "const f = add('iframe', { src: 'text.txt' }); await once(f, 'load'); return [f.contentDocument.contentType, f.contentDocument.body.innerText]",
    "of JSON": "const f = add('iframe', { src: 'data.json' }); await once(f, 'load'); return [f.contentDocument.contentType, f.contentDocument.body.innerText.includes('own')]",
    "of XML with a style sheet": "const f = add('iframe', { src: 'feed.xml' }); await once(f, 'load'); return [f.contentDocument.contentType, f.contentDocument.documentElement.textContent.trim()]",
    "of XHTML": "const f = add('iframe', { src: 'page.xhtml' }); await once(f, 'load'); return [f.contentDocument.contentType, f.contentDocument.querySelector('p').textContent, f.contentWindow.ran]",
    "of the processor": "const f = add('iframe', { src: 'PAY/?framed=1' }); const e = await once(window, 'message'); return [e.data, e.source === f.contentWindow]",
    "in a frame": "const f = add('iframe', { srcdoc: '<iframe srcdoc=\"<p>deep\"></iframe>' }); await until(() => f.contentWindow[0]?.document.body?.textContent == 'deep'); return [f.contentWindow[0].top === window]",
    "that is credentialless": "const f = add('iframe', { credentialless: true, src: 'page.html' }); await once(f, 'load'); return [f.contentWindow.credentialless]",
}
WINDOWS = {
    "of a page": "const w = open('page.html', 'KEY', 'width=300,height=200'); await until(() => w.document.body?.innerText == 'a page' || w.document.body?.innerText.includes('a page')); const seen = [w.opener === window, w.name, w.closed]; w.close(); return seen",
    "of nothing": "const w = open(); w.document.write('<p>x'); w.document.close(); const seen = [w.document.body.textContent, w.opener === window, w.document.URL]; w.close(); return seen",
    "of a blob": f"const w = open(blob('<script>opener.postMessage(7){_END}', 'text/html')); return [(await once(window, 'message')).data]",
    "without an opener": "return [open('page.html', '_blank', 'noopener')]",
    "of the processor, which answers": "const w = open('PAY/?pay=1', 'pay', 'popup'); const e = await once(window, 'message'); w.postMessage('thanks', '*'); await until(() => w.closed); return [e.data, e.source === w, e.origin.replace(/:\\d+$/, '')]",
    "of a form to the processor": "const form = add('form', { action: 'PAY/?pay=1', method: 'post', target: 'paying' }); form.append(Object.assign(document.createElement('input'), { name: 'amount', value: '5' })); const w = open('', 'paying'); form.submit(); const e = await once(window, 'message'); w.postMessage('thanks', '*'); return [e.data, e.source === w]",
    "of a payment request": "return [typeof PaymentRequest, await new PaymentRequest([{ supportedMethods: location.origin + '/KEY/pay' }], { total: { label: 't', amount: { currency: 'EUR', value: '1' } } }).canMakePayment().then(() => 'asked', error => error.name)]",
}
CHANNELS = {
    "of messages": "const c = new MessageChannel(); const heard = once(c.port2, 'message'); c.port2.start(); c.port1.postMessage({ a: [1, new Date(0)] }); return (await heard).data",
    "of broadcasts": "const f = add('iframe', { srcdoc: `<script>new BroadcastChannel('KEY').onmessage = e => e.target.postMessage(e.data + 1)</scr` + 'ipt>' }); await once(f, 'load'); const c = new BroadcastChannel('KEY'); const heard = once(c, 'message'); c.postMessage(1); return (await heard).data",
    "of locks": "const got = []; await Promise.all([navigator.locks.request('KEY', async () => { await wait(5); got.push(1) }), navigator.locks.request('KEY', () => got.push(2))]); return [got, (await navigator.locks.query()).held.filter(l => l.name == 'KEY').length]",
    "of a socket": "const s = new WebSocket(location.origin.replace('http', 'ws') + '/do/socket', ['own']); s.binaryType = 'arraybuffer'; await once(s, 'open'); const heard = []; s.onmessage = e => heard.push(e.data.byteLength ?? e.data); s.send('hello'); await until(() => heard.length == 2); s.close(1000, 'bye'); const e = await once(s, 'close'); return [heard, s.protocol, e.code, e.wasClean]",
    "of a socket with an address below": "const s = new WebSocket('/do/socket', 'own'); await once(s, 'open'); s.close(); return [s.url.startsWith('ws://gazette.localhost'), document.cookie.includes('own_socket=1')]",
    "of a stream of sockets": "const s = new WebSocketStream(location.origin.replace('http', 'ws') + '/do/socket', { protocols: ['own'] }); const { readable, writable } = await s.opened; const w = writable.getWriter(); await w.write('hi'); const { value } = await readable.getReader().read(); s.close(); return value",
    "of events": "const s = new EventSource('/do/stream/KEY?type=text/event-stream&first=' + encodeURIComponent('id: 1\\ndata: one\\n\\n') + '&second=' + encodeURIComponent('event: own\\ndata: two\\ndata: lines\\n\\n')); const later = once(s, 'own'); const first = await once(s, 'message'); await fetch('/do/open/KEY'); const second = await later; s.close(); return [first.data, first.lastEventId, second.data]",
    "of a peer connection": "const a = new RTCPeerConnection(), b = new RTCPeerConnection(); const c = a.createDataChannel('own'); a.onicecandidate = e => e.candidate && b.addIceCandidate(e.candidate); b.onicecandidate = e => e.candidate && a.addIceCandidate(e.candidate); const heard = new Promise(done => b.ondatachannel = e => e.channel.onmessage = m => done(m.data)); await a.setLocalDescription(); await b.setRemoteDescription(a.localDescription); await b.setLocalDescription(); await a.setRemoteDescription(b.localDescription); await once(c, 'open'); c.send('own'); const data = await heard; a.close(); b.close(); return data",
}
_CACHED = "await (await caches.open('KEY')).put('/KEY/in/page', new Response('<p>from the cache', { headers: { 'content-type': 'text/html' } }))"
_FETCH = "onfetch = e => { if (e.request.url.includes('/in/')) e.respondWith(%s) }; onactivate = e => e.waitUntil(clients.claim()); oninstall = e => { skipWaiting(); e.waitUntil((async () => { %s })()) };"
_FILES = {
    "worker.js": File("postMessage([self.name, location.pathname, typeof importScripts])", _JS),
    "module.js": File(
        "import own from './own.js'; const late = await Promise.resolve(1); postMessage([own, late, import.meta.url.includes('/KEY/module.js'), this === undefined])",
        _JS,
    ),
    "own.js": File("export default 'own'", _JS),
    "imports.js": File("importScripts('part.js', 'part.js?2'); postMessage(parts)", _JS),
    "part.js": File("self.parts = (self.parts || 0) + 1", _JS),
    "commented.js": File(
        "/*! @licence own */\n'use strict';\npostMessage([new Error('x').stack.match(/:(\\d+):\\d+/)[1], (function () { return this === undefined })()])\n//# sourceMappingURL=x.map",
        _JS,
    ),
    "nested.js": File("new Worker('worker.js').onmessage = e => postMessage(e.data)", _JS),
    "stores.js": File(
        "(async () => { const text = await (await fetch('text.txt')).text(); const c = await caches.open('KEY'); await c.put('/x', new Response('y')); const r = indexedDB.open('KEYw'); await new Promise(done => r.onsuccess = done); r.result.close(); postMessage([text, await caches.has('KEY'), r.result.name, await (await c.match('/x')).text()]) })().catch(e => postMessage('' + e))",
        _JS,
    ),
    "shared.js": File("let n = 0; onconnect = e => e.ports[0].postMessage([++n, self.name])", _JS),
    "shared-module.js": File(
        "import own from './own.js'; onconnect = e => e.ports[0].postMessage([own, self.name])", _JS
    ),
    "worklet.js": File(
        "registerProcessor('own', class extends AudioWorkletProcessor { process(i, [[out]]) { out.fill(0.5); return true } })",
        _JS,
    ),
    "paint.js": File("registerPaint('own', class { paint() {} })", _JS),
    "page.html": File("<!doctype html><title>t</title><script>self.ran = 1</script><p>a page</p>", HTML),
    "said.html": File("<!doctype html><script>parent.postMessage(['said', origin], '*')</script><p>said</p>", HTML),
    "sized.html": File(
        "<!doctype html><body style='height: 321px; margin: 0'><script>parent.postMessage({ height: document.body.offsetHeight }, '*')</script>",
        HTML,
    ),
    "drawing.svg": File(
        "<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'><text>drawn</text><script>self.drawn = document.currentScript.localName</script></svg>",
        "image/svg+xml",
    ),
    "text.txt": File("text <b>&amp;"),
    "data.json": File('{"own": 1}', "application/json"),
    "feed.xml": File(
        "<?xml version='1.0'?><?xml-stylesheet type='text/css' href='own.css'?>\n<feed xmlns='http://www.w3.org/2005/Atom'><title>news</title></feed>",
        "application/xml",
    ),
    "own.css": File("title { color: red }", "text/css"),
    "page.xhtml": File(
        "<?xml version='1.0'?>\n<!DOCTYPE html>\n<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title><script>self.ran = 'xhtml'</script></head><body><p>strict</p></body></html>",
        "application/xhtml+xml",
    ),
    "in/page": File("<!doctype html><p>from the site", HTML),
    "cache.js": File(_FETCH % ("caches.match(e.request)", _CACHED), _JS),
    "offline.js": File(
        _FETCH % ("fetch('http://gazette.localhost:9/').catch(() => caches.match(e.request))", _CACHED), _JS
    ),
    "module-sw.js": File(
        "import own from './own.js'; "
        + _FETCH % ("new Response('<p>module ' + own, { headers: { 'content-type': 'text/html' } })", ""),
        _JS,
    ),
    "imports-sw.js": File(
        "importScripts('part.js'); "
        + _FETCH % ("new Response('<p>parts ' + parts, { headers: { 'content-type': 'text/html' } })", ""),
        _JS,
    ),
    "talk.js": File(
        "onmessage = e => e.ports[0].postMessage(e.data + '!'); oninstall = () => skipWaiting(); onactivate = e => e.waitUntil(clients.claim())",
        _JS,
    ),
    "preload.js": File(
        _FETCH.replace(
            "clients.claim()",
            "(async () => { await registration.navigationPreload.enable(); await clients.claim() })()",
        )
        % ("e.preloadResponse.then(r => r ?? fetch(e.request))", ""),
        _JS,
    ),
    "streams.js": File(
        _FETCH
        % (
            "new Response(new ReadableStream({ start(c) { const t = new TextEncoder(); c.enqueue(t.encode('<p>one ')); setTimeout(() => { c.enqueue(t.encode('two')); c.close() }, 20) } }), { headers: { 'content-type': 'text/html' } })",
            "",
        ),
        _JS,
    ),
    "wide/sw.js": File("oninstall = () => skipWaiting()", _JS, (("service-worker-allowed", "/KEY/"),)),
    "narrow/sw.js": File("0", _JS),
}
REALMS = [
    *(
        Case(f"worker {name}", body="<p>x</p>", script=f"{_ASK} {script}", files=_FILES)
        for name, script in WORKERS.items()
    ),
    *(
        Case(f"service worker that {name}", body="<p>x</p>", script=f"{_SW} {script}", files=_FILES)
        for name, script in SERVICE_WORKERS.items()
    ),
    *(Case(f"frame {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in FRAMES.items()),
    *(Case(f"window {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in WINDOWS.items()),
    *(Case(f"channel {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in CHANNELS.items()),
]
