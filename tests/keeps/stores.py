"""The site's own storage of every kind keeps what it is given, and gives it back."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from leaks.case import Case, File

_CLEAR = "for (const key of Object.keys(localStorage)) if (key.startsWith('own')) delete localStorage[key];"
_FILL = f"{_CLEAR} sessionStorage.clear(); localStorage.own_b = 2; localStorage.setItem('own_a', 1); sessionStorage.own_s = 3;"
_OWN = "const mine = list => list.filter(name => /^own/.test(name)).sort();"
_OPEN = "const open = (name, version, upgrade) => new Promise((done, fail) => { const r = indexedDB.open(name, version); r.onupgradeneeded = event => upgrade?.(r.result, event, r.transaction); r.onsuccess = () => done(r.result); r.onerror = () => fail(r.error) }); const ok = r => new Promise((done, fail) => { r.onsuccess = () => done(r.result); r.onerror = () => fail(r.error) });"
_ROOT = "const root = await navigator.storage.getDirectory();"

COOKIES = {
    "set and read": "document.cookie = 'KEY=a=b; path=/'; return document.cookie.split('; ').filter(c => c.startsWith('KEY'))",
    "every attribute": "for (const [n, rest] of ['', '; path=/', '; max-age=60', '; expires=' + new Date(Date.now() + 6e4).toUTCString(), '; samesite=strict', '; samesite=lax', '; secure', '; secure; samesite=none', '; secure; samesite=none; partitioned; path=/', '; domain=gazette.localhost', '; priority=high'].entries()) document.cookie = `KEY${n}=${n}${rest}`; return document.cookie.split('; ').filter(c => c.startsWith('KEY')).sort()",
    "prefixes": "document.cookie = '__Host-own=1; secure; path=/'; document.cookie = '__Secure-own=1; secure'; document.cookie = '__Host-own2=1'; return document.cookie.split('; ').filter(c => c.startsWith('__')).sort()",
    "odd names and values": "for (const c of ['own.x=\"a b\"', 'own:y=%3B', 'own[z]=é', 'own-w=']) document.cookie = c; return document.cookie.split('; ').filter(c => /own[.:[-]/.test(c)).sort()",
    "that ends": "document.cookie = 'KEY=1'; document.cookie = 'KEY=; max-age=0'; document.cookie = 'KEYb=1; expires=Thu, 01 Jan 1970 00:00:00 GMT'; return [document.cookie.includes('KEY')]",
    "many": "for (let n = 0; n < 40; n++) document.cookie = `KEY${n}=${n}; path=/KEY`; const seen = document.cookie.split('; ').filter(c => c.startsWith('KEY')).length; for (let n = 0; n < 40; n++) document.cookie = `KEY${n}=; max-age=0; path=/KEY`; return [seen, document.cookie.includes('KEY')]",
    "sent to the server": "document.cookie = 'KEY=1; path=/'; const seen = (await (await fetch('/do/echo')).json()).headers.cookie.includes('KEY=1'); document.cookie = 'KEY=; max-age=0; path=/'; return seen",
    "of the server": "await fetch('/do/set?' + new URLSearchParams([['set-cookie', 'KEY=1; Path=/'], ['set-cookie', 'KEYh=2; Path=/; HttpOnly'], ['set-cookie', 'KEYs=3; Path=/; Secure; SameSite=None; Partitioned']])); const sent = (await (await fetch('/do/echo')).json()).headers.cookie.split('; ').filter(c => c.startsWith('KEY')); const seen = document.cookie.split('; ').filter(c => c.startsWith('KEY')).sort(); await fetch('/do/set?' + new URLSearchParams([['set-cookie', 'KEY=; Path=/; Max-Age=0'], ['set-cookie', 'KEYh=; Path=/; Max-Age=0'], ['set-cookie', 'KEYs=; Path=/; Max-Age=0; Secure; Partitioned']])); return [sent.sort(), seen, document.cookie.includes('KEY')]",
    "on a redirect": "const end = await (await fetch('/do/redirect?' + new URLSearchParams([['cookie', 'KEY=1; Path=/'], ['cookie', 'KEYh=2; Path=/; HttpOnly']]))).json(); return [end.headers.cookie.split('; ').filter(c => c.startsWith('KEY')), document.cookie.includes('KEY=1'), document.cookie.includes('KEYh')]",
    "double submit against forgery": "await fetch('/do/set?set-cookie=' + encodeURIComponent('own_csrf=tok%2Ben; Path=/; SameSite=Strict')); const token = document.cookie.match(/own_csrf=([^;]+)/)[1]; const seen = await (await fetch('/do/echo', { method: 'POST', headers: { 'X-Own': token }, body: new URLSearchParams({ csrf: token }) })).json(); return [seen.headers['x-own'], seen.body, seen.headers.cookie.includes(`own_csrf=${token}`)]",
    "the Cookie Store": "await cookieStore.set('KEY', 'v'); await cookieStore.set({ name: 'KEYb', value: 'w', path: '/KEY/', sameSite: 'strict', expires: Date.now() + 6e4 }); const got = await cookieStore.get('KEY'); const all = (await cookieStore.getAll()).map(c => c.name).filter(n => n.startsWith('KEY')).sort(); await cookieStore.delete('KEY'); return [got.name, got.value, got.path ?? null, all, await cookieStore.get('KEY'), (await cookieStore.getAll({ name: 'KEYb' })).length]",
    "changes of the Cookie Store": "const seen = new Promise(done => cookieStore.addEventListener('change', e => done([e.type, e.changed.map(c => [c.name, c.value]), e.deleted.length, e.constructor.name]))); await cookieStore.set('KEY', '1'); return seen",
    "of a frame": "const f = add('iframe'); f.contentDocument.cookie = 'KEY=1'; return [document.cookie.includes('KEY=1'), f.contentDocument.cookie === document.cookie]",
    "where there are none": "return [new DOMParser().parseFromString('', 'text/html').cookie, document.implementation.createHTMLDocument().cookie, navigator.cookieEnabled]",
}
KEYS = {
    "by method": f"{_FILL} return [localStorage.getItem('own_a'), localStorage.getItem('own_none'), sessionStorage.getItem('own_s'), localStorage.setItem('own_u', 1), localStorage.removeItem('own_u')]",
    "as properties": f"{_FILL} localStorage['own.c'] = 3; return [localStorage.own_a, localStorage['own.c'], localStorage.own_none === undefined, 'own_a' in localStorage, 'own_none' in localStorage, 'getItem' in localStorage, delete localStorage.own_a, localStorage.own_a === undefined]",
    "counted and in order": f"{_FILL} {_OWN} const all = Array.from({{ length: sessionStorage.length }}, (_, n) => sessionStorage.key(n)); return [all, sessionStorage.length, sessionStorage.key(99), mine(Array.from(localStorage, (_, n) => localStorage.key(n)))]",
    "listed": f"{_FILL} {_OWN} const seen = []; for (const key in localStorage) seen.push(key); return [mine(Object.keys(localStorage)), mine(Object.getOwnPropertyNames(localStorage)), mine(Reflect.ownKeys(localStorage)), mine(seen), seen.includes('getItem'), Object.entries(sessionStorage), Object.values(sessionStorage)]",
    "spread, assigned, as JSON": f"{_FILL} Object.assign(localStorage, {{ own_x: 1, own_y: {{}} }}); return [{{ ...sessionStorage }}, JSON.stringify(sessionStorage), localStorage.own_x, localStorage.own_y]",
    "own properties": f"{_FILL} return [localStorage.hasOwnProperty('own_a'), Object.hasOwn(localStorage, 'getItem'), Object.getOwnPropertyDescriptor(localStorage, 'own_a'), localStorage.propertyIsEnumerable('own_a'), Object.defineProperty(localStorage, 'own_d', {{ value: 7 }}) === localStorage, localStorage.own_d]",
    "cleared": f"{_FILL} sessionStorage.clear(); return [sessionStorage.length, Object.keys(sessionStorage), localStorage.own_a]",
    "values become text": "localStorage.setItem('own_n', null); localStorage.own_o = {}; localStorage.own_q = undefined; localStorage.own_e = ''; return [localStorage.own_n, localStorage.own_o, localStorage.own_q, localStorage.own_e, localStorage.getItem('own_e')]",
    "odd keys": "localStorage.setItem('own é\\n☃', 'x'); localStorage.setItem('own\\u0000', 'y'); localStorage['own length'] = 1; return ['own é\\n☃', 'own\\u0000', 'own length'].map(key => localStorage.getItem(key))",
    "names of methods as keys": "sessionStorage.setItem('own', 1); return [typeof sessionStorage.getItem, typeof sessionStorage.length, sessionStorage.toString(), typeof sessionStorage.valueOf(), typeof sessionStorage.constructor]",
    "quota": "try { localStorage.setItem('own_quota', 'x'.repeat(6e6)); return 'stored' } catch (error) { return [error.name, error instanceof DOMException, localStorage.getItem('own_quota')] }",
    "a megabyte": "localStorage.setItem('own_big', 'é'.repeat(1e6)); const n = localStorage.own_big.length; localStorage.removeItem('own_big'); return n",
    "an event in another window": "const f = add('iframe', { src: 'text.txt' }); await once(f, 'load'); const heard = once(window, 'storage'); f.contentWindow.localStorage.setItem('KEY', 'v'); const e = await heard; return [e.key, e.oldValue, e.newValue, e.storageArea === localStorage, new URL(e.url).pathname]",
    "an event of a cleared storage": "const f = add('iframe', { src: 'text.txt' }); await once(f, 'load'); sessionStorage.own_1 = 1; const heard = new Promise(done => f.contentWindow.addEventListener('storage', e => e.key === null && done(e))); sessionStorage.clear(); const e = await heard; return [e.key, e.newValue, e.storageArea === f.contentWindow.sessionStorage]",
    "an event that is made": "const e = new StorageEvent('storage', { key: 'own', newValue: '1', storageArea: localStorage }); const heard = once(window, 'storage'); dispatchEvent(e); return [(await heard) === e, e.storageArea === localStorage, document.createEvent('StorageEvent').initStorageEvent.length]",
    "of a frame": "const f = add('iframe'); f.contentWindow.localStorage.own_f = 1; sessionStorage.own_g = 2; return [localStorage.own_f, f.contentWindow.sessionStorage.own_g, f.contentWindow.localStorage === localStorage]",
    "kept over a reload": "if (!sessionStorage.KEY) { sessionStorage.KEY = localStorage.KEYl = Math.round(performance.timeOrigin) % 1000 + 1; location.reload(); return } const kept = sessionStorage.KEY === localStorage.KEYl; delete sessionStorage.KEY; return [kept, performance.getEntriesByType('navigation')[0].type]",
}
VAULTS = {
    "database": f"{_OPEN} const db = await open('KEY', 2, (db, e) => {{ const s = db.createObjectStore('s', {{ keyPath: 'id', autoIncrement: true }}); s.createIndex('by', 'name', {{ unique: true }}) }}); const tx = db.transaction('s', 'readwrite'); tx.objectStore('s').add({{ name: 'a' }}); tx.objectStore('s').add({{ name: 'b', blob: new Blob(['x']) }}); await new Promise(done => tx.oncomplete = done); const s = db.transaction('s').objectStore('s'); const found = [await ok(s.count()), (await ok(s.index('by').get('a'))).id, await ok(s.getAllKeys()), await ok(s.get(2))]; found.push(await found.pop().blob.text()); db.close(); return [...found, db.name, db.version, [...db.objectStoreNames]]",
    "database that is upgraded": f"{_OPEN} (await open('KEY', 1, db => db.createObjectStore('a'))).close(); const seen = []; const db = await open('KEY', 3, (db, e, tx) => {{ seen.push(e.oldVersion, e.newVersion, e.constructor.name, tx.mode); db.deleteObjectStore('a'); db.createObjectStore('b') }}); seen.push([...db.objectStoreNames], db.version); db.close(); return [...seen, await open('KEY', 1).catch(error => error.name)]",
    "database that two pages hold": f"{_OPEN} const db = await open('KEY', 1, db => db.createObjectStore('a')); const seen = []; db.onversionchange = e => {{ seen.push(e.oldVersion, e.newVersion); db.close() }}; const next = await open('KEY', 2); next.close(); return seen",
    "database that is blocked": f"{_OPEN} const db = await open('KEY', 1); const r = indexedDB.deleteDatabase('KEY'); const blocked = await once(r, 'blocked'); db.close(); await once(r, 'success'); return [blocked.type, blocked.oldVersion, r.result === undefined]",
    "database whose upgrade is aborted": f"{_OPEN} return open('KEY', 1, (db, e, tx) => tx.abort()).catch(error => [error.name, error instanceof DOMException])",
    "database with a transaction that is aborted": f"{_OPEN} const db = await open('KEY', 1, db => db.createObjectStore('a')); const tx = db.transaction('a', 'readwrite'); tx.objectStore('a').put(1, 'k'); tx.abort(); await once(tx, 'abort'); const got = await ok(db.transaction('a').objectStore('a').get('k')); db.close(); return [got === undefined]",
    "database with a cursor": f"{_OPEN} const db = await open('KEY', 1, db => {{ const s = db.createObjectStore('a'); for (let n = 0; n < 5; n++) s.put(n * n, n) }}); const seen = []; await new Promise(done => {{ db.transaction('a').objectStore('a').openCursor(IDBKeyRange.bound(1, 3), 'prev').onsuccess = e => {{ const c = e.target.result; if (!c) return done(); seen.push([c.key, c.value]); c.continue() }} }}); db.close(); return seen",
    "databases listed and deleted": f"{_OPEN} {_OWN} (await open('KEYa')).close(); (await open('KEYb', 4)).close(); const list = async () => (await indexedDB.databases()).filter(d => d.name.startsWith('KEY')).map(d => [d.name, d.version]).sort(); const before = await list(); await ok(indexedDB.deleteDatabase('KEYa')); return [before, await list(), indexedDB.cmp(1, 2)]",
    "request as natives give it": "const r = indexedDB.open('KEY'); const first = [r instanceof IDBOpenDBRequest, r.readyState, r.source]; await once(r, 'success'); r.result.close(); return [...first, r.readyState, r.error, r.result instanceof IDBDatabase]",
    "cache": f"{_OWN} const c = await caches.open('KEY'); await c.put('/KEY/a', new Response('hello', {{ headers: {{ 'X-Own': '1' }} }})); await c.add('text.txt'); await c.addAll(['text.txt?1', 'text.txt?2']); const found = await caches.match('/KEY/a'); return [await found.text(), found.headers.get('x-own'), await (await c.match('text.txt')).text(), (await c.keys()).length, await c.match('/none') === undefined, await caches.has('KEY'), mine(await caches.keys()).includes('KEY'), (await caches.match('/KEY/a', {{ cacheName: 'KEY', ignoreSearch: true }})).status, await c.delete('/KEY/a'), await caches.delete('KEY'), await caches.has('KEY')]",
    "cache that does not match": "return [await caches.match('/KEY/none') === undefined, await caches.match('/KEY/none', { cacheName: 'own_none' }).catch(e => e.name) === undefined]",
    "cache of a failed answer": "return (await caches.open('KEY')).add('/none').catch(error => error.name)",
    "private files": f"{_ROOT} const h = await root.getFileHandle('KEY', {{ create: true }}); const w = await h.createWritable(); await w.write('hello'); await w.write({{ type: 'write', position: 1, data: 'E' }}); await w.close(); const names = []; for await (const [name, handle] of root) if (name == 'KEY') names.push(name, handle.kind); for await (const name of root.keys()) if (name == 'KEY') names.push(name); for await (const one of root.values()) if (one.name == 'KEY') names.push(one.kind); for await (const [name] of root.entries()) if (name == 'KEY') names.push(name); const text = await (await h.getFile()).text(); const same = await h.isSameEntry(await root.getFileHandle('KEY')); const path = await root.resolve(h); await root.removeEntry('KEY'); return [text, names, same, path, await root.getFileHandle('KEY').catch(e => e.name)]",
    "private folders": f"{_ROOT} const d = await root.getDirectoryHandle('KEY', {{ create: true }}); await (await d.getDirectoryHandle('any', {{ create: true }})).getFileHandle('thing', {{ create: true }}); const names = []; for await (const name of d.keys()) names.push(name); const gone = await root.removeEntry('KEY').catch(e => e.name); await root.removeEntry('KEY', {{ recursive: true }}); return [names, gone, root.name, root.kind, d.name]",
    "private file that is moved": f"{_ROOT} const h = await root.getFileHandle('KEYa', {{ create: true }}); await h.move('KEYb'); const found = h.name; await root.removeEntry('KEYb'); return [found]",
    "iterators of a folder": f"{_ROOT} const i = root.keys(); return [typeof i.next, typeof i[Symbol.asyncIterator], Object.prototype.toString.call(i), root[Symbol.asyncIterator] === root.entries, root.entries.name]",
    "private file in a worker": "return new Promise((done, fail) => { const w = new Worker('file.js'); w.onmessage = e => done(e.data); w.onerror = fail })",
    "bucket": "const b = await navigator.storageBuckets.open('KEY'.toLowerCase(), { durability: 'strict', persisted: false }); const c = await b.caches.open('own'); await c.put('/x', new Response('1')); const r = b.indexedDB.open('own'); await once(r, 'success'); r.result.close(); const names = (await navigator.storageBuckets.keys()).filter(n => n == 'KEY'.toLowerCase()); await navigator.storageBuckets.delete('KEY'.toLowerCase()); return [b.name, names, await (await c.match('/x'))?.text() ?? null]",
    "estimate and persistence": "const e = await navigator.storage.estimate(); return [typeof e.quota, e.usage >= 0, typeof await navigator.storage.persisted(), typeof await navigator.storage.persist()]",
    "storage access": "return [await document.hasStorageAccess(), await document.requestStorageAccess().then(() => 'granted', error => error.name)]",
    "files chosen": "const t = new DataTransfer(); t.items.add(new File(['x'], 'a.txt')); const i = add('input', { type: 'file' }); i.files = t.files; return [i.files[0].name, await i.files[0].text()]",
}
_FILES = {
    "text.txt": File("text"),
    "file.js": File(
        "(async () => { const root = await navigator.storage.getDirectory(); const h = await root.getFileHandle('KEYw', { create: true });"
        " const a = await h.createSyncAccessHandle(); a.truncate(0); a.write(new TextEncoder().encode('sync')); a.flush(); const b = new Uint8Array(a.getSize());"
        " a.read(b, { at: 0 }); a.close(); postMessage([new TextDecoder().decode(b), (await h.getFile()).size]) })()",
        "text/javascript",
    ),
}
_SERVER = "return document.cookie.split('; ').filter(c => c.startsWith('KEY')).sort()"
STORES = [
    *(Case(f"cookie {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in COOKIES.items()),
    *(Case(f"keys {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in KEYS.items()),
    *(Case(f"vault: {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in VAULTS.items()),
    Case(
        "cookies with the page",
        script=_SERVER,
        headers=(
            ("set-cookie", "KEY=1"),
            ("set-cookie", "KEYa=2; Path=/; Max-Age=60; SameSite=Lax"),
            ("set-cookie", "KEYb=3; Expires=Wed, 01 Jan 2098 00:00:00 GMT; Secure"),
            ("set-cookie", "KEYc=4; Domain=gazette.localhost; Path=/"),
            ("set-cookie", "KEYd=5; HttpOnly"),
            ("set-cookie", 'KEYe="quoted, with a comma"; Priority=High'),
        ),
    ),
    Case(
        "data of the site that it clears itself",
        alone=True,
        script="localStorage.own = 1; document.cookie = 'own=1; path=/'; await fetch('/do/set?' + new URLSearchParams({ 'clear-site-data': '\"cookies\", \"storage\"' })); await until(() => localStorage.own === undefined); return [document.cookie.includes('own=')]",
    ),
]
