"""Every way to read what was planted under a held name: by script, in other realms, and at the site's server."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from leaks.case import Case, File, rows

_FRAME = "const f = document.createElement('iframe');"
_JS = "text/javascript"
_READ_DATABASE = "const r = indexedDB.open('KEY'); r.onsuccess = () => tell(r.result.objectStoreNames[0])"
_READ_CACHE = "tell(await (await caches.match('/KEY')).text())"

READ = [
    *rows(
        "told",
        "script",
        {
            "cookie read": "tell(document.cookie.match(/KEY=(\\w+)/)[1])",
            "cookie read in a frame": f"{_FRAME} document.body.append(f); tell(window[0].document.cookie.match(/KEY=(\\w+)/)[1])",
            "cookie read from a frame of text": f"{_FRAME} f.src = '/hub.txt'; document.body.append(f); await loaded(f); tell(f.contentDocument.cookie.match(/KEY=(\\w+)/)[1])",
            "cookie read in the Cookie Store": "tell((await cookieStore.get('KEY')).value)",
            "cookie read by the prototype's getter": "tell(Object.getOwnPropertyDescriptor(Document.prototype, 'cookie').get.call(document).match(/KEY=(\\w+)/)[1])",
            "cookie read by a frame's getter": f"{_FRAME} document.body.append(f); tell(Object.getOwnPropertyDescriptor(window[0].Document.prototype, 'cookie').get.call(document).match(/KEY=(\\w+)/)[1])",
            "cookie read in a popup": "tell(open('').document.cookie.match(/KEY=(\\w+)/)[1])",
            "cookie read in the Cookie Store of a frame": f"{_FRAME} document.body.append(f); tell((await window[0].cookieStore.get('KEY')).value)",
            "cookie read in the Cookie Store by name": "tell((await cookieStore.getAll({ name: 'KEY' }))[0].value)",
            "cookies listed in the Cookie Store": "tell((await cookieStore.getAll()).find(c => c.name == 'KEY').value)",
        },
        plant="cookie",
    ),
    *rows(
        "sent",
        "script",
        {
            "cookie sent with a page": "",
            "cookie sent with a fetch": "fetch('/sent/KEY')",
            "cookie sent with a picture": "new Image().src = '/sent/KEY'",
            "cookie sent with a beacon": "navigator.sendBeacon('/sent/KEY')",
            "cookie sent for a worker": "new Worker('/sent/KEY')",
            "cookie sent with an XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('POST', '/sent/KEY'); x.send()",
            "cookie sent for a script": "const s = document.createElement('script'); s.src = '/sent/KEY'; document.head.append(s)",
            "cookie sent for a style sheet": "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = '/sent/KEY'; document.head.append(l)",
            "cookie sent for a frame": f"{_FRAME} f.src = '/sent/KEY'; document.body.append(f)",
            "cookie sent for an object": "const o = document.createElement('object'); o.data = '/sent/KEY'; document.body.append(o)",
            "cookie sent for a video": "document.createElement('video').src = '/sent/KEY'",
            "cookie sent for an event stream": "new EventSource('/sent/KEY')",
            "cookie sent with a form": f"{_FRAME} f.name = 'x'; document.body.append(f); const o = document.createElement('form'); o.method = 'post'; o.action = '/sent/KEY'; o.target = 'x'; document.body.append(o); o.submit()",
            "cookie sent with a ping": "const a = document.createElement('a'); a.href = '#x'; a.ping = '/sent/KEY'; document.body.append(a); a.click()",
            "cookie sent for a module": "import('/sent/KEY')",
            "cookie sent for a service worker": "navigator.serviceWorker.register('/sent/KEY')",
            "cookie sent from a worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${location.origin}/sent/KEY')`])))",
            "cookie sent with a WebSocket": "new WebSocket(`ws://${location.host}/sent/KEY`)",
        },
        plant="cookie",
    ),
    Case("cookie sent that no script may read", shows="sent", plant="httponly"),
    Case("partitioned cookie sent", shows="sent", plant="partitioned"),
    *rows(
        "told",
        "script",
        {
            "localStorage read": "tell(localStorage.getItem('KEY'))",
            "localStorage read as an object": "tell(localStorage.KEY)",
            "localStorage listed": "tell(Object.entries(localStorage).find(([k]) => k == 'KEY')[1])",
            "localStorage read by index": "for (let i = 0; i < 999; i++) if (localStorage.key(i) == 'KEY') tell(localStorage.getItem('KEY'))",
            "localStorage read by the prototype": "tell(Storage.prototype.getItem.call(localStorage, 'KEY'))",
            "localStorage read by a frame's prototype": f"{_FRAME} document.body.append(f); tell(window[0].Storage.prototype.getItem.call(localStorage, 'KEY'))",
            "localStorage read by Reflect.get": "tell(Reflect.get(localStorage, 'KEY'))",
            "localStorage read by its descriptor": "tell(Object.getOwnPropertyDescriptor(localStorage, 'KEY').value)",
            "localStorage's keys": "tell(Object.keys(localStorage).includes('KEY') && 'secret')",
            "localStorage's own keys": "tell(Reflect.ownKeys(localStorage).includes('KEY') && 'secret')",
            "localStorage gone through": "for (const k in localStorage) if (k == 'KEY') tell(localStorage[k])",
            "localStorage asked for a key": "tell('KEY' in localStorage && 'secret')",
            "localStorage asked by hasOwn": "tell(Object.hasOwn(localStorage, 'KEY') && 'secret')",
            "localStorage read in a popup": "tell(open('').localStorage.KEY)",
            "localStorage of a storage event": "tell(new StorageEvent('storage', { storageArea: localStorage }).storageArea.KEY)",
            "localStorage copied": "tell({ ...localStorage }.KEY)",
            "localStorage as JSON": "tell(JSON.parse(JSON.stringify(localStorage)).KEY)",
            "localStorage read in a frame": f"{_FRAME} document.body.append(f); tell(window[0].localStorage.KEY)",
            "localStorage read in a frame of text": f"{_FRAME} f.src = '/hub.txt'; document.body.append(f); await loaded(f); tell(window[0].localStorage.KEY)",
        },
        plant="local",
    ),
    *rows(
        "told",
        "script",
        {
            "sessionStorage read": "tell(sessionStorage.KEY)",
            "sessionStorage read by getItem": "tell(sessionStorage.getItem('KEY'))",
            "sessionStorage listed": "tell(Object.entries(sessionStorage).find(([k]) => k == 'KEY')[1])",
            "sessionStorage read in a frame": f"{_FRAME} document.body.append(f); tell(window[0].sessionStorage.KEY)",
        },
        plant="session",
    ),
    *rows(
        "told",
        "script",
        {
            "database read": _READ_DATABASE,
            "database read in a frame": f"{_FRAME} document.body.append(f); {_READ_DATABASE.replace('indexedDB', 'window[0].indexedDB')}",
            "database read by the prototype": _READ_DATABASE.replace(
                "indexedDB.open(", "IDBFactory.prototype.open.call(indexedDB, "
            ),
            "database read in a popup": _READ_DATABASE.replace("indexedDB", "open('').indexedDB"),
            "databases listed in a frame": f"{_FRAME} document.body.append(f); tell((await window[0].indexedDB.databases()).find(d => d.name == 'KEY') && 'secret')",
            "databases listed": "tell((await indexedDB.databases()).find(d => d.name == 'KEY') && 'secret')",
        },
        plant="database",
    ),
    Case(
        "database read in a worker of the site",
        shows="told",
        plant="database",
        script="new Worker('w.js').onmessage = e => tell(e.data)",
        files={
            "w.js": File(
                "const r = indexedDB.open('KEY'); r.onsuccess = () => postMessage(r.result.objectStoreNames[0])", _JS
            )
        },
    ),
    Case(
        "database read in a worker of a blob",
        shows="told",
        plant="database",
        script="new Worker(URL.createObjectURL(new Blob([`const r = indexedDB.open('KEY'); r.onsuccess = () => postMessage(r.result.objectStoreNames[0])`]))).onmessage = e => tell(e.data)",
    ),
    *rows(
        "told",
        "script",
        {
            "cache read": _READ_CACHE,
            "cache read by name": "tell(await (await (await caches.open('KEY')).match('/KEY')).text())",
            "cache read in a frame": f"{_FRAME} document.body.append(f); tell(await (await window[0].caches.match('/KEY')).text())",
            "cache read with its name": "tell(await (await caches.match('/KEY', { cacheName: 'KEY' })).text())",
            "cache asked for": "tell(await caches.has('KEY') && 'secret')",
            "caches listed": "tell((await caches.keys()).includes('KEY') && 'secret')",
        },
        plant="cache",
    ),
    Case(
        "cache read in a worker of the site",
        shows="told",
        plant="cache",
        script="new Worker('w.js').onmessage = e => tell(e.data)",
        files={"w.js": File("caches.match('/KEY').then(r => r.text()).then(postMessage)", _JS)},
    ),
    *rows(
        "told",
        "script",
        {
            "private file read": "tell(await (await (await (await navigator.storage.getDirectory()).getFileHandle('KEY')).getFile()).text())",
            "private file read in a frame": f"{_FRAME} document.body.append(f); tell(await (await (await (await window[0].navigator.storage.getDirectory()).getFileHandle('KEY')).getFile()).text())",
            "private files listed by name": "for await (const n of (await navigator.storage.getDirectory()).keys()) if (n == 'KEY') tell('secret')",
            "private files listed as values": "for await (const h of (await navigator.storage.getDirectory()).values()) if (h.name == 'KEY') tell(await (await h.getFile()).text())",
            "private files listed as entries": "for await (const [n, h] of (await navigator.storage.getDirectory()).entries()) if (n == 'KEY') tell(await (await h.getFile()).text())",
            "private files listed": "for await (const [n, h] of await navigator.storage.getDirectory()) if (n == 'KEY') tell(await (await h.getFile()).text())",
        },
        plant="file",
    ),
]
"""Cases that read what was planted, each its own."""
