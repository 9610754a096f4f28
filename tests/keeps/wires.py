"""What the site answers, and what it is asked, goes over the wire as it was said."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from leaks.case import HTML, Case, File

# All of an answer but its time and the wall.
_TOLD = "const told = async r => [r.status, r.statusText, r.type, r.redirected, [...r.headers].map(([name, value]) => [name, name == 'vary' ? value.replace(/(^|, )Sec-Fetch-Dest$/, '') : value]).filter(([name, value]) => value && !/^(date|server|content-security-policy)$/.test(name)), await r.text()];"
_BYTES = "const sum = async r => { const b = await r.arrayBuffer(); const d = new Uint8Array(await crypto.subtle.digest('SHA-256', b)); return [r.status, b.byteLength, [...d.slice(0, 4)], [...r.headers].map(([name, value]) => [name, name == 'vary' ? value.replace(/(^|, )Sec-Fetch-Dest$/, '') : value]).filter(([name, value]) => value && !/^(date|server|content-security-policy)$/.test(name))] };"
_ECHO = "const echo = async (...all) => (await fetch(...all)).json();"
_JS = "text/javascript"
REQUESTS = {
    "of each method": f"{_ECHO} return Promise.all(['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].map(async method => (await echo('/do/echo?a=1&b=%20', {{ method }})).method))",
    "with headers and cookies": f"{_ECHO} document.cookie = 'KEY=1; path=/'; const seen = await echo('/do/echo', {{ headers: {{ 'X-Own': 'é'.normalize('NFD').length + '', Authorization: 'Bearer x', Accept: 'application/json' }} }}); return [seen.headers['x-own'], seen.headers.authorization, seen.headers.accept, seen.headers.cookie.includes('KEY=1')]",
    "with JSON": f"{_ECHO} return echo('/do/echo?q=é+%2B', {{ method: 'POST', body: JSON.stringify({{ a: '<é>' }}), headers: {{ 'content-type': 'application/json' }}, credentials: 'omit' }})",
    "with a form": f"{_ECHO} const seen = await echo('/do/echo', {{ method: 'POST', body: new URLSearchParams({{ a: '1', b: '&=' }}) }}); return [seen.headers['content-type'], seen.body]",
    "with several parts": f"{_ECHO} const f = new FormData(); f.append('a', '1'); f.append('file', new Blob(['hello'], {{ type: 'text/plain' }}), 'a.txt'); const seen = await echo('/do/echo', {{ method: 'POST', body: f }}); return [seen.headers['content-type'].startsWith('multipart/form-data; boundary='), seen.body.includes('filename=\"a.txt\"'), seen.body.includes('hello')]",
    "with bytes": "return (await fetch('/do/size', { method: 'PUT', body: new Uint8Array(300000).map((_, n) => n) })).json()",
    "that is upload with progress": "const x = new XMLHttpRequest(); const seen = new Set(); x.upload.onprogress = e => seen.add(e.lengthComputable && e.total); x.upload.onload = e => seen.add('loaded'); x.open('POST', '/do/size'); x.send(new Blob([new Uint8Array(2e6)])); await once(x, 'load'); return [[...seen], JSON.parse(x.responseText)]",
    "by XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('GET', '/do/echo'); x.setRequestHeader('X-Own', '1'); x.responseType = 'json'; x.withCredentials = true; const states = []; x.onreadystatechange = () => states.push(x.readyState); x.send(); await once(x, 'loadend'); return [x.status, x.response.headers['x-own'], x.getResponseHeader('content-type'), states.includes(2) && states.at(-1)]",
    "by XMLHttpRequest that waits": "const x = new XMLHttpRequest(); x.open('GET', 'own.txt', false); x.send(); return [x.status, x.responseText]",
    "by XMLHttpRequest for a document": "const x = new XMLHttpRequest(); x.open('GET', 'page.html'); x.responseType = 'document'; x.send(); await once(x, 'load'); return [x.response.title, x.response.querySelector('#own').textContent]",
    "by XMLHttpRequest for XML": "const x = new XMLHttpRequest(); x.open('GET', 'own.xml'); x.send(); await once(x, 'load'); return x.responseXML.documentElement.outerHTML",
    "that is aborted": "const a = new AbortController(); const f = fetch('/do/stream/KEYa', { signal: a.signal }); const r = await f; a.abort(); return r.text().catch(error => [error.name, error instanceof DOMException])",
    "that is kept alive": "return (await fetch('/do/size', { method: 'POST', body: 'x', keepalive: true })).json()",
    "of a beacon": "return [navigator.sendBeacon('/do/size', new Blob(['x'])), navigator.sendBeacon('/do/size', new URLSearchParams({ a: 1 })), navigator.sendBeacon('/do/size')]",
    "with a name and a password": "const x = new XMLHttpRequest(); x.open('GET', '/do/basic', true, 'ada', 'secret'); x.send(); await once(x, 'load'); return [x.status, x.responseText]",
    "that is not let in": "const r = await fetch('/do/basic', { headers: { Authorization: 'Basic eDp5' } }); return [r.status, r.headers.get('www-authenticate'), await r.text()]",
    "to another of the own hosts": "return (await fetch(location.origin.replace('//', '//static.') + '/KEY/shared.txt')).text()",
    "to another of the own hosts, asked before": "const r = await fetch(location.origin.replace('//', '//static.') + '/KEY/shared.txt', { headers: { 'X-Own': '1' } }).catch(error => error.name); return r.status ?? r",
    "to the processor": "return (await fetch('PAY/?json=1', { method: 'POST', body: 'amount=5', headers: { 'X-Own': 'é'.length + '' } })).json()",
    "for the script of the processor": "const s = document.createElement('script'); s.src = 'PAY/?script=1'; document.head.append(s); await once(s, 'load'); return processor",
    "by Request and Response": f"{_ECHO} const r = new Request('/do/echo', {{ method: 'POST', body: 'x' }}); const c = r.clone(); return [(await echo(r)).body, await c.text(), await new Response('y').text(), Response.json({{ a: 1 }}).headers.get('content-type')]",
    "of a blob and of data:": "return [await (await fetch(blob('hi'))).text(), await (await fetch('data:text/plain,hi%20there')).text()]",
    "that is not there": "return answer(await fetch('/none'))",
    "for the site's settings file": "return answer(await fetch('/robots.txt'))",
}
ANSWERS = {
    "in pieces": "const r = await fetch('/do/stream/KEY'); const reader = r.body.getReader(); const first = new TextDecoder().decode((await reader.read()).value); await fetch('/do/open/KEY'); const second = new TextDecoder().decode((await reader.read()).value); return [first, second, (await reader.read()).done]",
    "in pieces, of JSON lines": "const r = await fetch('/do/stream/KEY?type=application/x-ndjson&first=1%0A&second=2%0A'); const reader = r.body.pipeThrough(new TextDecoderStream()).getReader(); const first = (await reader.read()).value; await fetch('/do/open/KEY'); return [first, (await reader.read()).value]",
    "in pieces, of a page": "const r = await fetch('/do/stream/KEY?type=text/html&first=' + encodeURIComponent('<!doctype html><html><head><title>a</title></head><body><p>first</p>') + '&second=' + encodeURIComponent('<p>second</p>')); const reader = r.body.pipeThrough(new TextDecoderStream()).getReader(); let text = ''; while (!text.includes('first</p>')) text += (await reader.read()).value; await fetch('/do/open/KEY'); for (let piece; (piece = await reader.read()), !piece.done; ) text += piece.value; return text.includes('<p>second</p>')",
    "in pieces, of a page in a frame": "const f = add('iframe', { src: '/do/stream/KEY?type=text/html&first=' + encodeURIComponent('<!doctype html><html><head><title>a</title></head><body><p>first</p>') + '&second=' + encodeURIComponent('<p>second</p>') }); await until(() => f.contentDocument?.querySelector('p')); const first = f.contentDocument.body.textContent, end = once(f, 'load'); await fetch('/do/open/KEY'); await end; return [first.trim(), f.contentDocument.querySelectorAll('p').length]",
    "of a part": f"{_BYTES} return sum(await fetch('/do/bytes', {{ headers: {{ Range: 'bytes=10-19' }} }}))",
    "of a part of a sound": f"{_BYTES} return sum(await fetch('/do/sound', {{ headers: {{ Range: 'bytes=100-' }} }}))",
    "that did not change": f"{_BYTES} return sum(await fetch('/do/bytes?304', {{ headers: {{ 'If-None-Match': '\"own-1\"' }}, cache: 'no-store' }}))",
    "from the browser's cache": "await (await fetch('/do/bytes?KEY')).arrayBuffer(); await (await fetch('/do/bytes?KEY', { cache: 'no-cache' })).arrayBuffer(); const all = performance.getEntriesByType('resource').filter(e => e.name.includes('?KEY')); return [all.length, all[0].transferSize > 10000, all[1].transferSize < 1000, (await fetch('/do/bytes?KEY', { cache: 'only-if-cached', mode: 'same-origin' })).status]",
    "to HEAD": "const r = await fetch('/do/bytes', { method: 'HEAD' }); return [r.status, r.headers.get('content-length'), r.headers.get('etag'), (await r.text()).length]",
    "to save": "const r = await fetch('/do/bytes?save=1'); return [r.headers.get('content-disposition'), (await r.arrayBuffer()).byteLength]",
    "of a redirect": f"{_TOLD} const r = await fetch('/do/redirect?to=/own.txt'); return [r.redirected, new URL(r.url).pathname, r.status]",
    "of redirects that keep the method": "return Promise.all([301, 302, 303, 307, 308].map(async status => (await (await fetch('/do/redirect?status=' + status, { method: 'POST', body: 'x' })).json()).method))",
    "of a redirect that is not followed": "const r = await fetch('/do/redirect', { redirect: 'manual' }); return [r.type, r.status]",
    "of a redirect to a folder": "const f = add('iframe', { src: '/do/redirect?to=/KEY/page.html' }); await once(f, 'load'); return [f.contentWindow.location.pathname, f.contentDocument.title]",
}
_BODIES = {
    "text": ("text/plain", "a\r\n\0b\ufeffé"),
    "CSV": ("text/csv; charset=utf-8; header=present", 'a,"b ""c"""\r\n1,é\r\n'),
    "JSON": ("application/json", '{"html": "<iframe src=SPY></iframe><script src=\\"SPY\\"></script>"}'),
    "JSON of a problem": ("application/problem+json", '{"type": "about:blank"}'),
    "JSON with a type of old": ("text/json", "[1]"),
    "JavaScript": (_JS, "document.write('<iframe src=SPY></iframe>')"),
    "JSON with padding": ("application/javascript", "callback({})"),
    "CSS": ("text/css", "@import 'x.css'; p { background: url(SPY) }"),
    "XML": ("application/xml", "<?xml version='1.0'?><a><![CDATA[<iframe src=SPY>]]></a>"),
    "RSS": (
        "application/rss+xml",
        "<rss><channel><item><description>&lt;img src=SPY&gt;</description></item></channel></rss>",
    ),
    "SVG": ("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><image href='SPY'/></svg>"),
    "Markdown": ("text/markdown", "# a <script src=SPY></script>"),
    "a calendar": ("text/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    "a manifest": ("application/manifest+json", '{"name": "own"}'),
    "subtitles": ("text/vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n<b>x</b>"),
    "bytes of no kind": ("application/octet-stream", "<html><iframe src=SPY></iframe>"),
    "a part of a page": (HTML, "<tr><td>a<td onclick='b()'>c &amp; d</tr>\n"),
    "a part of a page with a script": (HTML, "<div hx-swap-oob=true id=x><script>ran = 1</script></div>"),
    "a stream for Turbo": (
        "text/vnd.turbo-stream.html",
        "<turbo-stream action=append target=x><template><p>y</p></template></turbo-stream>",
    ),
    "nothing": ("text/plain", ""),
    "an empty page": (HTML, ""),
}
_KINDS = [
    "application/pdf",
    "application/zip",
    "font/woff2",
    "image/png",
    "video/mp4",
    "application/wasm",
    "application/vnd.ms-excel",
]
_HEADERS = (
    ("strict-transport-security", "max-age=1; includeSubDomains"),
    ("permissions-policy", 'geolocation=(), camera=("https://x.example")'),
    ("x-frame-options", "SAMEORIGIN"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("accept-ch", "Sec-CH-Viewport-Width"),
    ("cross-origin-resource-policy", "same-origin"),
    ("timing-allow-origin", "*"),
    ("server-timing", 'db;dur=5;desc="own"'),
    ("sourcemap", "/own.js.map"),
    ("x-robots-tag", "noindex"),
    ("content-language", "fr"),
    ("last-modified", "Wed, 01 Jan 2020 00:00:00 GMT"),
    ("etag", 'W/"own"'),
    ("cache-control", "public, max-age=60, stale-while-revalidate=30"),
    ("expires", "Wed, 01 Jan 2098 00:00:00 GMT"),
    ("vary", "Accept-Encoding"),
    ("age", "5"),
    ("x-own", "any \xe9"),
    ("retry-after", "120"),
    ("warning", '110 - "stale"'),
    ("allow", "GET, HEAD"),
    ("access-control-expose-headers", "x-own"),
)
_FILES = {
    "own.txt": File("own"),
    "shared.txt": File("shared", headers=(("access-control-allow-origin", "*"),)),
    "own.xml": File("<?xml version='1.0'?><a><b/></a>", "text/xml"),
    "page.html": File("<!doctype html><html><head><title>t</title></head><body><p id=own>x</p></body></html>", HTML),
}
WIRES = [
    *(Case(f"request {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in REQUESTS.items()),
    *(Case(f"answer {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in ANSWERS.items()),
    *(
        Case(
            f"bytes of {name}",
            body="<p>x</p>",
            script=f"{_BYTES} return sum(await fetch('body'))",
            files={"body": File(body, kind)},
        )
        for name, (kind, body) in _BODIES.items()
        if kind != HTML
    ),
    *(
        Case(
            f"bytes of {name}",
            body="<p>x</p>",
            script="return answer(await fetch('body'))",
            files={"body": File(body, kind)},
        )
        for name, (kind, body) in _BODIES.items()
        if kind == HTML
    ),
    Case(
        "headers of a file",
        body="<p>x</p>",
        script=f"{_TOLD} return told(await fetch('body'))",
        files={"body": File("x", _JS, _HEADERS)},
    ),
    Case(
        "bytes of other kinds",
        body="<p>x</p>",
        script=f"{_BYTES} return Promise.all({_KINDS}.map(async kind => sum(await fetch('/do/bytes?type=' + kind))))",
    ),
]
