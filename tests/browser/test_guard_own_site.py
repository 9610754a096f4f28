"""What is the site's own works with the guard exactly as it does without."""

# ruff: noqa: E501 (each row of the table is one script)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from support.guarded import Playground, playground

pytestmark = pytest.mark.browser

FRAME = "const f = document.createElement('iframe');"
FILL = "localStorage.clear(); localStorage.ours_b = 2; localStorage.setItem('ours_a', 1); sessionStorage.ours_s = 3;"
ANSWER = "await new Promise(done => { const w = MAKE; (w.port || w).onmessage = event => done(event.data) })"

WORKS: dict[str, str] = {
    "a declared cookie": "document.cookie = 'ours_a=1; path=/'; document.cookie = 'ours_b=x=y; path=/'; return document.cookie.split('; ').filter(c => /ours_[ab]/.test(c)).sort()",
    "a cookie that ends": "document.cookie = 'ours_a=1'; document.cookie = 'ours_a=; max-age=0'; return document.cookie.includes('ours_a')",
    "the Cookie Store": "await cookieStore.set('ours_c', '1'); return [(await cookieStore.get('ours_c')).value, (await cookieStore.getAll('ours_c')).length, await cookieStore.get('none')]",
    "cookie changes": "const seen = new Promise(r => cookieStore.onchange = e => r(e.changed.map(c => c.name))); await cookieStore.set('ours_d', '' + Math.random()); return seen",
    "keys by method": f"{FILL} return [localStorage.getItem('ours_a'), localStorage.getItem('none'), localStorage.length, localStorage.key(9), sessionStorage.getItem('ours_s')]",
    "keys as properties": f"{FILL} return [localStorage.ours_a, localStorage['ours_b'], localStorage.none === undefined, 'ours_a' in localStorage, 'none' in localStorage, 'getItem' in localStorage]",
    "keys in order": f"{FILL} return [Object.keys(localStorage), Array.from(localStorage, x => x), [0, 1].map(i => localStorage.key(i))].map(x => x.slice().sort())",
    "for in over keys": f"{FILL} const seen = []; for (const key in localStorage) seen.push(key); return seen.sort()",
    "entries of keys": f"{FILL} return Object.entries(localStorage).sort()",
    "spread of keys": f"{FILL} return {{ ...localStorage }}",
    "JSON of keys": f"{FILL} return JSON.parse(JSON.stringify(localStorage))",
    "deleting keys": f"{FILL} delete localStorage.ours_a; localStorage.removeItem('ours_b'); return localStorage.length",
    "clearing keys": f"{FILL} localStorage.clear(); return [localStorage.length, sessionStorage.length > 0]",
    "hasOwnProperty of keys": f"{FILL} return [localStorage.hasOwnProperty('ours_a'), Object.hasOwn(localStorage, 'getItem'), Object.getOwnPropertyDescriptor(localStorage, 'ours_a')]",
    "the storage classes": "return [localStorage instanceof Storage, String(localStorage), localStorage === window.localStorage, localStorage !== sessionStorage, Object.getPrototypeOf(localStorage) === Storage.prototype, localStorage.constructor === Storage]",
    "a patched storage method": "const native = Storage.prototype.setItem; Storage.prototype.setItem = function (k, v) { return native.call(this, k, v + '!') }; localStorage.setItem('ours_p', 1); return localStorage.ours_p",
    "values become text": "localStorage.setItem('ours_n', null); localStorage.ours_o = {}; return [localStorage.ours_n, localStorage.ours_o]",
    "a quota error": "try { localStorage.setItem('ours_q', 'x'.repeat(6e6)); return 0 } catch (error) { return error.name }",
    "too few arguments": "try { localStorage.setItem('ours') } catch (error) { return error.name }",
    "a storage event of one's own": "const e = new StorageEvent('storage', { key: 'ours_a', storageArea: localStorage }); return [e.storageArea === localStorage, e instanceof StorageEvent, e.key, e.constructor === StorageEvent]",
    "a storage event from a frame": f"{FRAME} document.body.append(f); const seen = new Promise(r => addEventListener('storage', e => r([e.key, e.newValue, e.storageArea === localStorage]), {{ once: true }})); f.contentWindow.localStorage.setItem('ours_e', '' + Math.random()); return (await seen).map((x, i) => i == 1 || x)",
    "a database": "const db = await new Promise((y, n) => { const r = indexedDB.open('ours_db', 2); r.onupgradeneeded = () => r.result.createObjectStore('s'); r.onsuccess = () => y(r.result); r.onerror = n; }); const tx = db.transaction('s', 'readwrite'); tx.objectStore('s').put('v', 'k'); await new Promise(r => tx.oncomplete = r); const q = db.transaction('s').objectStore('s').get('k'); await new Promise(r => q.onsuccess = r); const names = (await indexedDB.databases()).map(d => [d.name, d.version]); db.close(); return [q.result, names]",
    "a deleted database": "return new Promise(r => { const q = indexedDB.deleteDatabase('ours_db'); q.onsuccess = () => r('gone'); })",
    "a cache": "const c = await caches.open('ours_c'); await c.put('/a', new Response('hello')); const found = await (await caches.match('/a')).text(); return [found, await caches.has('ours_c'), await caches.keys(), (await caches.match('/a', { cacheName: 'ours_c' })).status, await caches.match('/none'), await caches.delete('ours_c')]",
    "a private file": "const d = await navigator.storage.getDirectory(); const h = await d.getFileHandle('ours_f', { create: true }); const w = await h.createWritable(); await w.write('x'); await w.close(); const names = []; for await (const [name, handle] of d) names.push([name, handle.kind]); for await (const name of d.keys()) names.push(name); for await (const h of d.values()) names.push(h.name); await d.removeEntry('ours_f'); return names",
    "a file below a private folder": "const d = await navigator.storage.getDirectory(); const s = await d.getDirectoryHandle('ours_d', { create: true }); await s.getFileHandle('any', { create: true }); const names = []; for await (const name of s.keys()) names.push(name); await d.removeEntry('ours_d', { recursive: true }); return names",
    "a worker of a blob": "return "
    + ANSWER.replace(
        "MAKE",
        "new Worker(URL.createObjectURL(new Blob(['postMessage([1 + 1, typeof importScripts, self.name])'])), { name: 'w' })",
    ),
    "a module worker of a blob": "return "
    + ANSWER.replace(
        "MAKE",
        "new Worker(URL.createObjectURL(new Blob(['export {}; postMessage([typeof importScripts, this])'], { type: 'text/javascript' })), { type: 'module' })",
    ).replace("'export {};", "'"),
    "a worker that is spoken to": "const w = new Worker(URL.createObjectURL(new Blob(['onmessage = e => postMessage(e.data * 2)']))); const answer = new Promise(r => w.onmessage = e => r([e.data, w instanceof Worker, w.constructor === Worker])); w.postMessage(21); return answer",
    "a worker's database": "return "
    + ANSWER.replace(
        "MAKE",
        "new Worker(URL.createObjectURL(new Blob(['const r = indexedDB.open(\"ours_w\"); r.onsuccess = () => postMessage(r.result.name)'])))",
    ),
    "a worker's error has its line": "return new Promise(r => { const w = new Worker(URL.createObjectURL(new Blob(['0;\\nthrow new Error(7)']))); w.onerror = e => { e.preventDefault(); r([e.lineno, e.message]) } })",
    "a worker by address": "return " + ANSWER.replace("MAKE", "new Worker('/worker.js')"),
    "a shared worker of a blob": "const u = URL.createObjectURL(new Blob(['let n = 0; onconnect = e => e.ports[0].postMessage(++n)'])); const ask = () => new Promise(r => { const w = new SharedWorker(u); w.port.onmessage = e => r(e.data) }); return [await ask(), await ask()]",
    "a frame that speaks to its parent": "window.greet = x => x + '!'; "
    + FRAME
    + " f.srcdoc = '<script>parent.said = parent.greet(document.body ? 1 : 0)</scr' + 'ipt>'; document.body.append(f); await new Promise(r => f.onload = r); return [window.said, f.contentWindow.parent === window, f.contentDocument.compatMode]",
    "a frame sent on": f"{FRAME} f.src = '/friend'; document.body.append(f); await new Promise(r => f.onload = r); const first = f.contentDocument.title; f.src = '/friend?2'; await new Promise(r => f.onload = r); return [first, f.contentDocument.title, f.contentWindow.location.search]",
    "a second srcdoc": f"{FRAME} f.srcdoc = '<!doctype html><p>1'; document.body.append(f); await new Promise(r => f.onload = r); f.srcdoc = '<!doctype html><title>t</title><p>2'; await new Promise(r => f.onload = r); return [f.contentDocument.body.textContent, f.contentDocument.title, f.contentDocument.compatMode]",
    "a frame of another origin": f"{FRAME} f.src = 'data:text/html,<p>x'; document.body.append(f); await new Promise(r => f.onload = r); let name; try {{ f.contentWindow.document }} catch (error) {{ name = error.name }} return [f.contentDocument, name, window[0] === f.contentWindow]",
    "a message from a frame": f"{FRAME} const seen = new Promise(r => onmessage = e => r([e.data, e.source === f.contentWindow])); f.srcdoc = '<script>parent.postMessage(7)</scr' + 'ipt>'; document.body.append(f); return seen",
    "a script written into a frame": f"{FRAME} document.body.append(f); f.contentDocument.write('<p>1</p><script>document.write(2)</scr' + 'ipt>'); f.contentDocument.close(); return f.contentDocument.body.textContent",
    "markup and templates": "document.body.innerHTML = '<table><template><tr><td>1</td></tr></template><tbody></tbody></table>'; const t = document.querySelector('template'); document.querySelector('tbody').append(t.content.cloneNode(true), t.content.cloneNode(true)); return document.body.innerHTML",
    "insertion gives what it gives": "const p = document.createElement('p'); return [document.body.appendChild(p) === p, document.body.insertBefore(new Text('a'), p).data, document.body.append('<b>'), p.insertAdjacentElement('afterend', document.createElement('i')).localName, document.body.innerHTML]",
    "a wrong insertion throws": "try { document.body.appendChild(7) } catch (error) { return [error.name, error instanceof TypeError] }",
    "a custom element": "customElements.define('x-one', class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<iframe></iframe><slot></slot>'; this.done = this.shadowRoot.firstChild.contentWindow !== null } }); document.body.innerHTML = '<x-one>y</x-one>'; return [document.querySelector('x-one').done, document.body.textContent]",
    "a script that is inserted": "const s = document.createElement('script'); s.textContent = 'window.ran = 5'; document.head.append(s); return window.ran",
    "attributes": "const a = document.createElement('a'); a.setAttribute('HREF', '/x'); a.setAttribute('data-n', 5); const f = document.createElement('iframe'); f.setAttribute('title', 't'); return [a.outerHTML, f.outerHTML]",
    "a style sheet link": "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = 'data:text/css,p{color:red}'; document.head.append(l); await new Promise(r => l.onload = r); return [l.rel, document.styleSheets.length]",
    "a hint to an allowed host": "const l = document.createElement('link'); l.rel = 'preconnect'; l.href = 'https://friend.localhost/'; document.head.append(l); l.href = 'https://a.friends.localhost'; l.setAttribute('rel', 'dns-prefetch'); return l.outerHTML",
    "a peer connection": "const a = new RTCPeerConnection(), b = new RTCPeerConnection({ iceServers: [] }); const c = a.createDataChannel('x'); await a.setLocalDescription(); await b.setRemoteDescription(a.localDescription); await b.setLocalDescription(); return [a.localDescription.type, b.localDescription.type, a instanceof RTCPeerConnection, a.constructor === RTCPeerConnection]",
    "an allowed relay": "return new RTCPeerConnection({ iceServers: [{ urls: ['stun:friend.localhost:3478', 'stun:a.friends.localhost'] }, { urls: 'stun:ported.localhost:7000' }], bundlePolicy: 'max-bundle' }).getConfiguration().iceServers.map(s => s.urls)",
    "natives look native": "return [document.cookie.length >= 0, Storage.prototype.setItem.name, Storage.prototype.setItem.length, /native code/.test(Storage.prototype.setItem), /native code/.test(Worker), Object.keys(Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')), Node.prototype.appendChild.length]",
    "no new global": "const f = document.createElement('iframe'); f.src = '/friend'; document.body.append(f); await new Promise(r => f.onload = r); return Object.getOwnPropertyNames(window).filter(name => !(name in f.contentWindow) && !/^(__playwright|f$|\\d+$)/.test(name)).filter(name => name != 'greet')",
    "a private file that is renamed below a folder": "const d = await navigator.storage.getDirectory(); const s = await d.getDirectoryHandle('ours_v', { create: true }); const h = await s.getFileHandle('any', { create: true }); await h.move('other'); const names = []; for await (const name of s.keys()) names.push(name); await d.removeEntry('ours_v', { recursive: true }); return names",
    "a blob that is a page": f"{FRAME} f.src = URL.createObjectURL(new Blob(['<!-- x --><!doctype html><title>t</title><p>é<script>document.title += 1</scr' + 'ipt>'], {{ type: 'text/html' }})); document.body.append(f); await new Promise(r => f.onload = r); return [f.contentDocument.title, f.contentDocument.compatMode, f.contentDocument.body.firstChild.firstChild.data.length > 0]",
    "a blob that is a page as of old": f"{FRAME} f.src = URL.createObjectURL(new Blob(['<p>x<script>0</scr' + 'ipt>'], {{ type: 'text/html' }})); document.body.append(f); await new Promise(r => f.onload = r); return f.contentDocument.compatMode",
    "a blob that is a drawing": 'const u = URL.createObjectURL(new Blob([\'<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"><rect/></svg>\'], { type: \'image/svg+xml\' })); const i = new Image(); i.src = u; await i.decode(); return [i.naturalWidth, await (await fetch(u)).text()]',
    "a blob that is a page and a download": "const u = URL.createObjectURL(new Blob(['<h1>report</h1>'], { type: 'text/html' })); return (await fetch(u)).text()",
    "a frame put before a script": f"{FRAME} const s = document.createElement('script'); s.textContent = 'window.order = [document.currentScript.previousSibling?.nodeName]'; const p = document.createElement('p'); p.append(f, s, 'x'); document.body.append(p); return [window.order, p.innerHTML.replace(/ srcdoc=.*/, ''), f.nextSibling === s]",
    "the usual way to put a frame": f"{FRAME} const s = document.createElement('script'); document.head.append(s); s.parentNode.insertBefore(f, s); return [f.nextSibling === s, document.querySelectorAll('script').length > 0]",
    "document.write in pieces": f"{FRAME} document.body.append(f); const d = f.contentDocument; d.open(); d.write('<title>t</title><iframe></iframe><script>document.title += document.querySelectorAll(\"iframe\").length</scr' + 'ipt><p>'); d.write('x'); d.writeln('y'); d.close(); return [d.title, d.body.textContent]",
    "an attribute as a node": "const l = document.createElement('link'); document.head.append(l); const a = document.createAttribute('title'); a.value = 't'; l.setAttributeNode(a); const p = document.createElement('p'); p.setAttribute('id', 'a'); p.attributes.id.value = 'b'; p.firstChild || p.append('x'); p.firstChild.nodeValue = 'y'; return [l.title, p.id, p.outerHTML]",
    "classes of a link": "const l = document.createElement('link'); l.relList.add('icon'); l.href = '/x.png'; document.head.append(l); l.relList.add('alternate'); return [l.rel, l.relList.supports('preload'), l.relList.contains('icon')]",
    "subclasses of natives": "class W extends Worker {} const w = new W(URL.createObjectURL(new Blob(['']))); class C extends RTCPeerConnection {} return [w instanceof W, w instanceof Worker, new C() instanceof C, C.name, Object.getPrototypeOf(W) === Worker]",
    "native descriptors": "return [[Storage.prototype, 'setItem'], [Document.prototype, 'cookie'], [Node.prototype, 'appendChild'], [Element.prototype, 'innerHTML'], [window, 'localStorage'], [window, 'Worker'], [HTMLIFrameElement.prototype, 'contentWindow'], [CustomElementRegistry.prototype, 'define'], [Document.prototype, 'write']].map(([o, k]) => { const d = Object.getOwnPropertyDescriptor(o, k); const f = d.value || d.get; return [Object.keys(d), d.enumerable, d.configurable, d.writable, f.name, f.length, Function.prototype.toString.call(f).includes('native code')] })",
    "a custom element with callbacks": "const told = []; customElements.define('x-two', class extends HTMLElement { static observedAttributes = ['a']; constructor() { super(); told.push('made') } connectedCallback() { told.push('in', this.isConnected) } disconnectedCallback() { told.push('out') } attributeChangedCallback(n, o, v) { told.push(n, o, v) } }); document.body.innerHTML = '<x-two a=1></x-two>'; document.body.firstChild.remove(); return told",
    "a page of XML": f"{FRAME} f.src = '/data.xml'; document.body.append(f); await new Promise(r => f.onload = r); return f.contentDocument.querySelector('b').textContent",
    "a popup with its opener": "const w = open('/friend'); for (let i = 0; i < 99 && !w.document?.title; i++) await new Promise(r => setTimeout(r, 20)); const seen = [w.document.title, w.opener === window, w.closed]; w.close(); return seen",
    "a service worker": "const r = await navigator.serviceWorker.register('/worker.js'); await navigator.serviceWorker.ready; const state = r.active.scriptURL.slice(-10); await r.unregister(); return state",
    "the site's own speculation rules": 'const s = document.createElement(\'script\'); s.type = \'speculationrules\'; s.textContent = \'{"prefetch":[{"source":"document","where":{"and":[{"href_matches":"/*"},{"not":{"selector_matches":".no"}}]},"eagerness":"conservative"}]}\'; document.head.append(s); await new Promise(r => setTimeout(r)); return s.type',
    "a shadow tree": "const d = document.createElement('div'); const s = d.attachShadow({ mode: 'open' }); s.innerHTML = '<slot></slot>'; document.body.append(d); return [d.shadowRoot === s, s instanceof ShadowRoot, s.mode]",
    "a revoked blob": "const u = URL.createObjectURL(new Blob(['x'])); const first = await (await fetch(u)).text(); URL.revokeObjectURL(u); return [first, await fetch(u).then(() => 'there', () => 'gone')]",
    "a blob that is a worker and a download": "const b = new Blob(['1'], { type: 'text/javascript' }); const u = URL.createObjectURL(b); new Worker(u); return (await fetch(u)).text()",
}


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[tuple[BrowserContext, BrowserContext]]:
    """One profile for the bare pages and one for the guarded ones."""
    bare, guarded = browser.new_context(), browser.new_context()
    yield bare, guarded
    bare.close()
    guarded.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Playground]:
    with playground() as running:
        running.pages["/friend"] = "<!doctype html><title>friend</title>"
        running.pages["/worker.js"] = "self.postMessage?.('by address')"
        running.pages["/data.xml"] = "<a><b>data</b></a>"
        yield running


def answer(site: Playground, context: BrowserContext, script: str, *, guarded: bool) -> Any:
    page = site.page(context, guarded=guarded, body="<p>x</p>")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    result = page.evaluate(f"async () => {{ {script} }}")
    page.close()
    return result, errors


@pytest.mark.parametrize("script", WORKS.values(), ids=WORKS)
def test_the_sites_own_works_as_without_the_guard(
    site: Playground, contexts: tuple[BrowserContext, BrowserContext], script: str
) -> None:
    bare, guarded = contexts
    expected = answer(site, bare, script, guarded=False)
    assert answer(site, guarded, script, guarded=True) == expected
