"""Forms, downloads, logins, history and what else a page does for its reader."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from leaks.case import HTML, Case, File

_LAND = "const land = async (form, name = 'x') => { const f = document.querySelector(`[name=${name}]`) ?? add('iframe', { name }); const loaded = once(f, 'load'); form(); await loaded; return JSON.parse(f.contentDocument.querySelector('pre').textContent) };"
_TO = "action='/do/echo?page=1' target=x"
FORMS = {
    "by GET": (
        f"<form id=f {_TO}><input name=a value='1 &amp; é'><button>ok</button></form>",
        "const seen = await land(() => f.querySelector('button').click()); return [seen.method, seen.query]",
    ),
    "by POST": (
        f"<form id=f method=post {_TO}><input name=a value=1><input type=hidden name=csrf value='t=='><select name=b><option selected>2</select><textarea name=c>\n3\n4</textarea><input type=checkbox name=d checked></form>",
        "const seen = await land(() => f.requestSubmit()); return [seen.method, seen.headers['content-type'], seen.body]",
    ),
    "of several parts": (
        f"<form id=f method=post enctype=multipart/form-data {_TO}><input name=a value=1><input type=file name=b></form>",
        "const t = new DataTransfer(); t.items.add(new File(['x'], 'é.txt')); f.b.files = t.files; const seen = await land(() => f.submit()); return [seen.body.includes('name=\"b\"; filename='), seen.body.includes('name=\"a\"')]",
    ),
    "of plain text": (
        f"<form id=f method=post enctype=text/plain {_TO}><input name=a value=1></form>",
        "return (await land(() => f.submit())).body",
    ),
    "with a button's own address": (
        "<form id=f><input name=a value=1><button id=b formaction='/do/echo?page=1' formmethod=post formtarget=x name=c value=2></button></form>",
        "const seen = await land(() => b.click()); return [seen.method, seen.body]",
    ),
    "with a field outside": (
        f"<form id=f method=post {_TO}></form><input form=f name=a value=1><button id=b form=f></button>",
        "return (await land(() => b.click())).body",
    ),
    "with a handler": (
        f"<form id=f method=post {_TO} onsubmit='this.a.value = 2'><input name=a value=1><button id=b></button></form>",
        "return (await land(() => b.click())).body",
    ),
    "that a handler cancels": (
        "<form id=f action=/do/echo onsubmit='window.ran = 1; return false'><button id=b></button></form>",
        "b.click(); await wait(5); return [ran, location.pathname.includes('KEY')]",
    ),
    "with fields of the names of methods": (
        f"<form id=f method=post {_TO}><input name=submit value=1><input name=action value=2><input name=id value=3></form>",
        "return (await land(() => HTMLFormElement.prototype.submit.call(f))).body",
    ),
    "that adds data": (
        f"<form id=f method=post {_TO}></form>",
        "f.addEventListener('formdata', e => e.formData.append('late', '1')); return (await land(() => f.requestSubmit())).body",
    ),
    "of a dialog": (
        "<dialog id=d><form method=dialog><button id=b value=yes></button></form></dialog>",
        "d.showModal(); const closed = once(d, 'close'); b.click(); await closed; return d.returnValue",
    ),
    "that is checked": (
        "<form id=f><input name=a required><input name=b type=email value=x></form>",
        "return [f.checkValidity(), f.a.validity.valueMissing, f.b.validity.typeMismatch, f.reportValidity()]",
    ),
    "to the processor": (
        "<form id=f method=post action=PAY/?pay=1 target=x><input name=amount value=5></form>",
        "const i = add('iframe', { name: 'x' }); const heard = once(window, 'message'); f.submit(); const e = await heard; return [e.data[0], e.source === i.contentWindow]",
    ),
    "to another own host": (
        "<form id=f method=post target=x><input name=a value=1></form>",
        "f.action = location.origin.replace('//', '//static.') + '/KEY/said.html'; add('iframe', { name: 'x' }); const heard = once(window, 'message'); f.submit(); return (await heard).data",
    ),
    "that redirects": (
        "<form id=f method=post action='/do/redirect?status=303&amp;to=/do/echo?page=1' target=x></form>",
        "return (await land(() => f.submit())).method",
    ),
    "with its data read": (
        "<form id=f><input name=a value=1><input name=a value=2><input type=radio name=r value=x checked></form>",
        "return [[...new FormData(f)], new URLSearchParams(new FormData(f)) + '', f.elements.length, document.forms.f === f]",
    ),
}
SCRIPT = {
    "login by redirects": "if (location.search) { return [location.search, (await (await fetch('/do/echo')).json()).headers.cookie.includes('own_login=yes'), document.cookie.includes('own_login')] } location.href = `PAY/?back=${encodeURIComponent(`${location.origin}/do/login?to=/KEY/`)}`",
    "download of a blob": "let left = false; addEventListener('beforeunload', () => left = true); const a = add('a', { href: blob('own'), download: 'own.txt' }); a.click(); await wait(20); return [left, a.download]",
    "history": "const seen = []; addEventListener('popstate', e => seen.push(e.state)); history.pushState({ a: 1 }, '', '?a'); history.pushState({ a: 2 }, '', '?b'); history.replaceState({ a: 3 }, '', '?c#d'); const back = once(window, 'popstate'); history.back(); await back; return [seen, location.search, history.state, history.scrollRestoration]",
    "navigation by its events": "const seen = []; navigation.addEventListener('navigate', e => { seen.push([e.navigationType, e.canIntercept, e.userInitiated]); e.intercept({ handler: async () => seen.push('handled') }) }); await navigation.navigate('?own').finished; return [seen, location.search, navigation.currentEntry.index - navigation.entries().length]",
    "change of the fragment": "const heard = once(window, 'hashchange'); location.hash = '#own'; const e = await heard; return [e.newURL.endsWith('#own'), document.location.hash]",
    "transition of views": "document.body.append(Object.assign(document.createElement('p'), { id: 'own' })); const t = document.startViewTransition(() => document.querySelector('#own').remove()); await t.updateCallbackDone; return [document.querySelector('#own')]",
    "clipboard": "document.body.focus(); return navigator.clipboard.writeText('own').then(() => navigator.clipboard.readText(), error => error.name)",
    "selection and copying": "const p = add('p', { textContent: 'own text' }); getSelection().selectAllChildren(p); let copied; document.addEventListener('copy', e => copied = e.type); const done = document.execCommand('copy'); return [getSelection() + '', copied, done]",
    "editing": "const d = add('div', { contentEditable: 'true', innerHTML: 'a' }); d.focus(); getSelection().selectAllChildren(d); document.execCommand('insertHTML', false, '<b>b</b>'); return d.innerHTML",
    "full screen": "const p = add('p'); return p.requestFullscreen().then(() => 'full', error => [error.name, error.message])",
    "printing": "return [typeof print, matchMedia('print').matches, 'onbeforeprint' in window]",
    "place on earth": "return new Promise(done => navigator.geolocation.getCurrentPosition(() => done('there'), error => done(error.code)))",
    "devices": "return [await navigator.permissions.query({ name: 'camera' }).then(p => p.state), await navigator.mediaDevices.getUserMedia({ video: true }).catch(e => e.name), Notification.permission, typeof navigator.share]",
    "key of a device": "return [await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable(), await PublicKeyCredential.isConditionalMediationAvailable?.()]",
    "secrets": "const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt', 'decrypt']); const iv = crypto.getRandomValues(new Uint8Array(12)); const e = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode('own')); return [new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, e)), crypto.randomUUID().length]",
    "observers": "const seen = []; const p = add('p', { textContent: 'x' }); new MutationObserver(list => seen.push(...list.map(m => [m.type, m.target.localName, m.addedNodes.length]))).observe(p, { childList: true, attributes: true, subtree: true }); p.append('y', document.createElement('b')); p.innerHTML = '<i>z</i>'; p.setAttribute('a', 1); await wait(5); const sized = new Promise(done => new ResizeObserver(() => done('sized')).observe(p)); const met = new Promise(done => new IntersectionObserver(() => done('met')).observe(p)); return [seen, await sized, await met]",
    "observer of all of the page": "const seen = []; await wait(50); const o = new MutationObserver(list => seen.push(...list.map(m => m.target.nodeName))); o.observe(document, { childList: true, attributes: true, characterData: true, subtree: true }); add('p'); await wait(100); return seen",
    "focus of the page": "const i = add('input', { autofocus: true }); i.focus(); await wait(30); return [document.activeElement === i, document.hasFocus()]",
    "place of the focus at the start": "await (document.readyState == 'complete' || once(window, 'load')); await wait(30); return document.activeElement.localName",
    "scrolling": "add('div', { style: 'height: 5000px' }); scrollTo(0, 1000); await wait(20); return [scrollY, document.scrollingElement.localName, getComputedStyle(document.documentElement).overflow, getComputedStyle(document.body).overflow, getComputedStyle(document.body).position]",
    "clicks and keys": "const seen = []; for (const type of ['click', 'keydown', 'submit', 'pointerdown', 'touchstart', 'wheel']) document.addEventListener(type, e => seen.push([e.type, e.defaultPrevented, e.eventPhase])); const b = add('button'); b.click(); for (const type of ['keydown', 'pointerdown', 'wheel']) b.dispatchEvent(new Event(type, { bubbles: true, cancelable: true })); const f = add('form', { action: 'javascript:void 0' }); f.requestSubmit(); return seen",
    "moving nodes": "const a = add('div'), b = add('div'); const p = document.createElement('p'); a.append(p, 'x'); b.prepend(p); b.replaceChildren(...a.childNodes, p); a.replaceWith(b); const r = document.createRange(); r.selectNodeContents(b); const held = r.extractContents(); document.body.append(held, document.createComment('c')); return [document.body.lastChild.data, b.outerHTML, p.isConnected]",
    "parsing and serialising": "const d = new DOMParser().parseFromString('<p>a<link rel=preconnect href=http://elsewhere.localhost>', 'text/html'); const x = new DOMParser().parseFromString('<a><b/></a>', 'text/xml'); return [d.body.innerHTML, new XMLSerializer().serializeToString(x), document.implementation.createHTMLDocument('t').title]",
    "a page made anew": "const d = document.implementation.createHTMLDocument(); d.body.innerHTML = '<img src=/do/size onerror=\"parent.ran = 1\">'; await wait(10); return [typeof ran, d.defaultView]",
    "sanitising": "const e = add('div'); e.setHTML?.('<b onclick=x>a<script>1</scr' + 'ipt></b>'); return [e.innerHTML, typeof Sanitizer]",
    "text found by its fragment": "return ['fragmentDirective' in document, location.href.includes('KEY')]",
    "visibility and life": "return [document.visibilityState, document.wasDiscarded, document.prerendering, typeof onpagehide, 'onfreeze' in document]",
    "nobody listens for the end of the page": "return [onunload, onbeforeunload, performance.getEntriesByType('navigation')[0].notRestoredReasons ?? null]",
    "measures of the page": "performance.mark('own'); performance.measure('own', 'own'); const o = new Promise(done => new PerformanceObserver(list => done(list.getEntries().length)).observe({ type: 'mark', buffered: true })); return [performance.getEntriesByName('own').length, await o, performance.timeOrigin > 0]",
    "speech, animation and idle time": "const p = add('p'); const a = p.animate([{ opacity: 0 }, { opacity: 1 }], 1); await a.finished; await new Promise(done => requestIdleCallback(done)); await scheduler.postTask(() => 1); return [a.playState, typeof speechSynthesis]",
    "WebGL": "const g = document.createElement('canvas').getContext('webgl'); return [g === null ? 'none' : g.getParameter(g.VERSION).includes('WebGL')]",
    "gamepads, midi and sensors": "return [navigator.getGamepads().length, typeof navigator.requestMIDIAccess, typeof Accelerometer, navigator.onLine]",
    "user agent": "return [navigator.userAgent.includes('Chrome'), navigator.languages.length, navigator.doNotTrack, navigator.globalPrivacyControl ?? null, screen.width > 0, navigator.webdriver]",
    "console": "return Object.getOwnPropertyNames(console).every(name => typeof console[name] != 'function' || /native code/.test(console[name]))",
}
_FILES = {
    "said.html": File("<!doctype html><script>parent.postMessage('said', '*')</script>", HTML),
}
JOURNEYS = [
    *(
        Case(f"form {name}", body=body, script=f"{_LAND} {script}", files=_FILES)
        for name, (body, script) in FORMS.items()
    ),
    *(Case(f"page: {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in SCRIPT.items()),
]
