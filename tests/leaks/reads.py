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
            "localStorage copied": "tell({ ...localStorage }.KEY)",
            "localStorage as JSON": "tell(JSON.parse(JSON.stringify(localStorage)).KEY)",
            "localStorage read in a frame": f"{_FRAME} document.body.append(f); tell(window[0].localStorage.KEY)",
            "localStorage read in a frame of text": f"{_FRAME} f.src = '/hub.txt'; document.body.append(f); await loaded(f); tell(window[0].localStorage.KEY)",
        },
        plant="local",
    ),
    *rows("told", "script", {"sessionStorage read": "tell(sessionStorage.KEY)"}, plant="session"),
    *rows(
        "told",
        "script",
        {
            "database read": _READ_DATABASE,
            "database read in a frame": f"{_FRAME} document.body.append(f); {_READ_DATABASE.replace('indexedDB', 'window[0].indexedDB')}",
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
            "private files listed": "for await (const [n, h] of await navigator.storage.getDirectory()) if (n == 'KEY') tell(await (await h.getFile()).text())",
        },
        plant="file",
    ),
]
"""Cases that read what was planted, each its own."""
