"""Every way to reach a realm that the guard has not seen begin, and to store or contact from it."""

# ruff: noqa: E501 (each row of the tables is one script)

from __future__ import annotations

from dataclasses import replace

from leaks.case import Case, File, rows

_FRAME = "const f = document.createElement('iframe');"
_JS = "text/javascript"
_END = "</scr' + 'ipt>"
_W = "window[0].localStorage.KEY = 1"
_CODE = "localStorage.KEY = 1"
_SCRIPT = f"<script>{_CODE}{_END}"
_BLOB = f"URL.createObjectURL(new Blob(['{_SCRIPT}'], {{ type: 'text/html' }}))"
_SPEAKER = f"const s = document.createElement('script'); s.textContent = '{_W}';"
_XHTML = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><script>{_CODE}{_END}</head></html>'
_SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><script>{_CODE}{_END}</svg>'
_XML = f'<r><script xmlns="http://www.w3.org/1999/xhtml">{_CODE}{_END}</r>'
_ELEMENT = f"customElements.define('x-y', class extends HTMLElement {{ connectedCallback() {{ {_W} }} }});"

INSERTED = {
    "appendChild": f"{_FRAME} document.body.appendChild(f); {_W}",
    "insertBefore": f"{_FRAME} document.body.insertBefore(f, document.body.firstChild); {_W}",
    "replaceChild": f"{_FRAME} document.body.replaceChild(f, document.body.firstChild); {_W}",
    "append": f"{_FRAME} document.body.append(f); {_W}",
    "prepend": f"{_FRAME} document.body.prepend(f); {_W}",
    "before": f"{_FRAME} document.body.firstChild.before(f); {_W}",
    "after": f"{_FRAME} document.body.firstChild.after(f); {_W}",
    "replaceWith": f"{_FRAME} document.body.firstChild.replaceWith(f); {_W}",
    "replaceChildren": f"{_FRAME} document.body.replaceChildren(f); {_W}",
    "insertAdjacentElement": f"{_FRAME} document.body.insertAdjacentElement('beforeend', f); {_W}",
    "moveBefore": f"{_FRAME} document.body.append(f); document.body.moveBefore(f, document.body.firstChild); {_W}",
    "insertNode": f"{_FRAME} const r = new Range(); r.selectNode(document.body.firstChild); r.insertNode(f); {_W}",
    "surroundContents": f"{_FRAME} const r = new Range(); r.selectNodeContents(document.body); const d = document.createElement('div'); document.body.append(f); r.selectNode(f); r.surroundContents(d); {_W}",
    "a fragment": f"{_FRAME} const d = new DocumentFragment(); d.append(f); document.body.append(d); {_W}",
    "a new body": f"{_FRAME} const b = document.createElement('body'); b.append(f); document.body = b; {_W}",
    "a frameset for a body": f"const b = document.createElement('frameset'); b.append(document.createElement('frame')); document.body = b; {_W}",
    "a caption": f"{_FRAME} const t = document.createElement('table'), c = document.createElement('caption'); document.body.append(t); c.append(f); t.caption = c; {_W}",
    "a table's head": f"{_FRAME} const t = document.createElement('table'), c = document.createElement('thead'); document.body.append(t); c.append(f); t.tHead = c; {_W}",
    "a table's foot": f"{_FRAME} const t = document.createElement('table'), c = document.createElement('tfoot'); document.body.append(t); c.append(f); t.tFoot = c; {_W}",
    "an option": f"{_FRAME} const t = document.createElement('select'), o = document.createElement('option'); document.body.append(t); o.append(f); t.add(o); {_W}",
    "an option by index": f"{_FRAME} const t = document.createElement('select'), o = document.createElement('option'); document.body.append(t); o.append(f); t[0] = o; {_W}",
    "an option of the options": f"{_FRAME} const t = document.createElement('select'), o = document.createElement('option'); document.body.append(t); o.append(f); t.options.add(o); {_W}",
    "innerHTML": f"document.body.innerHTML = '<iframe></iframe>'; {_W}",
    "innerHTML of a frame that loads": f"document.body.innerHTML = '<iframe src=/hub.txt></iframe>'; {_W}",
    "outerHTML": f"document.body.firstChild.outerHTML = '<iframe></iframe>'; {_W}",
    "insertAdjacentHTML": f"document.body.firstChild.insertAdjacentHTML('beforebegin', '<iframe></iframe>'); {_W}",
    "setHTMLUnsafe": f"document.body.setHTMLUnsafe('<iframe></iframe>'); {_W}",
    "markup of a frameset": f"document.documentElement.innerHTML = '<frameset><frame></frameset>'; {_W}",
    "markup of an object": f"document.body.innerHTML = '<object data=/hub.txt type=text/html></object>'; for (let i = 0; i < 99 && !window[0]; i++) await new Promise(r => setTimeout(r, 20)); {_W}",
    "markup of an embed": f"document.body.innerHTML = '<embed src=/hub.txt type=text/html>'; for (let i = 0; i < 99 && !window[0]; i++) await new Promise(r => setTimeout(r, 20)); {_W}",
    "contextual fragment": f"document.body.append(new Range().createContextualFragment('<iframe></iframe>')); {_W}",
    "a template's clone": f"const t = document.createElement('template'); t.innerHTML = '<iframe></iframe>'; document.body.append(document.importNode(t.content, true)); {_W}",
    "DOMParser and adoptNode": f"const d = new DOMParser().parseFromString('<iframe></iframe>', 'text/html'); document.body.append(document.adoptNode(d.querySelector('iframe'))); {_W}",
    "parseHTMLUnsafe": f"document.body.append(Document.parseHTMLUnsafe('<iframe></iframe>').body.firstChild); {_W}",
    "a transformation": f'const p = new XSLTProcessor(); p.importStylesheet(new DOMParser().parseFromString(\'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><iframe xmlns="http://www.w3.org/1999/xhtml"/></xsl:template></xsl:stylesheet>\', \'text/xml\')); document.body.append(p.transformToFragment(document.implementation.createDocument(null, \'r\'), document)); {_W}',
    "execCommand": f"document.body.contentEditable = true; document.body.focus(); getSelection().selectAllChildren(document.body); document.execCommand('insertHTML', false, '<iframe></iframe>'); {_W}",
    "an open shadow tree": f"{_FRAME} document.querySelector('p').attachShadow({{ mode: 'open' }}).append(f); f.contentWindow.localStorage.KEY = 1",
    "a shadow tree that is attached late": f"{_FRAME} const d = document.createElement('div'); d.attachShadow({{ mode: 'closed' }}).append(f); f.name = 'KEY-f'; document.body.append(d); open('', 'KEY-f').localStorage.KEY = 1",
    "a shadow tree, by a link": f"{_FRAME} const d = document.createElement('div'); d.attachShadow({{ mode: 'closed' }}).append(f); f.name = 'KEY-f'; document.body.append(d); const a = document.createElement('a'); a.target = 'KEY-f'; a.href = 'javascript:void({_CODE})'; document.body.append(a); a.click()",
    "a view transition": f"{_FRAME} document.startViewTransition(() => {{ document.body.append(f); {_W} }})",
    "SVG": f"document.body.innerHTML = '<svg><foreignObject><iframe></iframe></foreignObject></svg>'; {_W}",
    "another document's namespace": f"const f = document.createElementNS('http://www.w3.org/1999/xhtml', 'h:iframe'); document.body.append(f); {_W}",
    "a frame with a fragment's script": f"{_FRAME} f.src = '/hub.txt'; {_SPEAKER} const d = new DocumentFragment(); d.append(f, s); document.body.append(d)",
    "a frame beside a script": f"{_FRAME} {_SPEAKER} document.body.append(f, s)",
    "a frame beside a script, of one that loads": f"{_FRAME} f.src = '/hub.txt'; {_SPEAKER} document.body.append(f, s)",
    "a frame beside a custom element": f"{_ELEMENT} document.body.innerHTML = '<iframe></iframe><x-y></x-y>'",
    "a frame that loads beside a custom element": f"{_ELEMENT} document.body.innerHTML = '<iframe src=/hub.txt></iframe><x-y></x-y>'",
    "a frame beside a custom element, by append": f"{_ELEMENT} {_FRAME} f.src = '/hub.txt'; document.body.append(f, document.createElement('x-y'))",
    "a frame whose load is heard": f"{_FRAME} f.onload = () => {{ {_W} }}; document.body.append(f)",
    "a frame whose load is heard in markup": f"document.body.innerHTML = '<iframe onload=\"{_W}\"></iframe>'",
    "a frame written with a script": f"document.write('<iframe src=/hub.txt></iframe><script>{_W}{_END}')",
    "a frame written in pieces": f"document.write('<ifr'); document.write('ame src=/hub.txt></iframe>'); {_W}",
    "a frame written with a custom element": f"{_ELEMENT} document.write('<iframe src=/hub.txt></iframe><x-y></x-y>')",
    "a frame of a frame's method": f"{_FRAME} document.body.append(f); const g = document.createElement('iframe'); window[0].Node.prototype.appendChild.call(document.body, g); window[1].localStorage.KEY = 1",
    "a frame through a frame that is gone": f"{_FRAME} document.body.append(f); const a = window[0].Node.prototype.appendChild; f.remove(); a.call(document.body, document.createElement('iframe')); {_W}",
    "a frame whose number stays": f"{_FRAME} document.body.append(f); const g = document.createElement('iframe'); f.replaceWith(g); {_W}",
    "a frame when length is not the frames'": f"window.length = 0; {_FRAME} document.body.append(f); {_W}",
    "a frame in a frame in a frame": f"{_FRAME} document.body.append(f); f.contentDocument.body.innerHTML = '<iframe></iframe>'; window[0][0].document.body.innerHTML = '<iframe></iframe>'; window[0][0][0].localStorage.KEY = 1",
    "a frame that may do all but move": f"{_FRAME} f.sandbox = 'allow-same-origin allow-scripts'; document.body.append(f); {_W}",
    "a frame that is lazy": f"{_FRAME} f.loading = 'lazy'; f.src = '/hub.txt'; document.body.append(f); {_W}",
    "a frame of another host that has not loaded": f"{_FRAME} f.src = 'data:text/html,x'; document.body.append(f); {_W}",
    "a frame of a javascript: that is awaited": f"{_FRAME} f.src = 'javascript:1'; document.body.append(f); {_W}",
}

_OPEN = "const w = open('about:blank');"
_LOADED = "for (let i = 0; i < 99; i++) { await new Promise(r => setTimeout(r, 20)); try { if (w.location.pathname.endsWith('DONE') && w.document.readyState == 'complete') break } catch {} }"
SENT_ON = {
    "a blob": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = {_BLOB}",
    "a blob by location": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); window[0].location = {_BLOB}",
    "a blob by location.replace": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); window[0].location.replace({_BLOB})",
    "a blob by a link": f"{_FRAME} f.name = 'KEY-f'; document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); const a = document.createElement('a'); a.target = 'KEY-f'; a.href = {_BLOB}; document.body.append(a); a.click()",
    "a blob by open": f"{_FRAME} f.name = 'KEY-f'; document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); open({_BLOB}, 'KEY-f')",
    "a blob by setAttribute": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.setAttribute('src', {_BLOB})",
    "a blob by an attribute's value": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.attributes.src.value = {_BLOB}",
    "a blob of a File": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = URL.createObjectURL(new File(['{_SCRIPT}'], 'x.html', {{ type: 'text/html' }}))",
    "a blob of an answer": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = URL.createObjectURL(await new Response('{_SCRIPT}', {{ headers: {{ 'content-type': 'text/html' }} }}).blob())",
    "a blob of a slice": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = URL.createObjectURL(new Blob(['{_SCRIPT}']).slice(0, 999, 'text/html'))",
    "a blob of a worker": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); const w = new Worker(URL.createObjectURL(new Blob([`postMessage(URL.createObjectURL(new Blob(['<scr' + 'ipt>{_CODE}</scr' + 'ipt>'], {{ type: 'text/html' }})))`]))); w.onmessage = e => f.src = e.data",
    "a blob with capitals in its type": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = URL.createObjectURL(new Blob(['{_SCRIPT}'], {{ type: 'TEXT/HTML;charset=utf-8' }}))",
    "a blob of SVG": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = URL.createObjectURL(new Blob(['{_SVG}'], {{ type: 'image/svg+xml' }}))",
    "a blob of XHTML": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = URL.createObjectURL(new Blob(['{_XHTML}'], {{ type: 'application/xhtml+xml' }}))",
    "a blob of XML": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = URL.createObjectURL(new Blob(['{_XML}'], {{ type: 'text/xml' }}))",
    "a blob of text": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = URL.createObjectURL(new Blob(['x'], {{ type: 'text/plain' }}))); {_W}",
    "a srcdoc": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.srcdoc = '{_SCRIPT}'",
    "a srcdoc by setAttribute": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.setAttribute('SRCDOC', '{_SCRIPT}')",
    "a srcdoc by setAttributeNode": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); const a = document.createAttribute('srcdoc'); a.value = '{_SCRIPT}'; f.setAttributeNode(a)",
    "a srcdoc by setNamedItem": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); const a = document.createAttribute('srcdoc'); a.value = '{_SCRIPT}'; f.attributes.setNamedItem(a)",
    "a srcdoc by an attribute's value": f"{_FRAME} f.srcdoc = 'x'; document.body.append(f); await loaded2(f, () => f.srcdoc = 'y'); f.attributes.srcdoc.value = '{_SCRIPT}'",
    "a srcdoc by an attribute's text": f"{_FRAME} f.srcdoc = 'x'; document.body.append(f); await loaded2(f, () => f.srcdoc = 'y'); f.attributes.srcdoc.textContent = '{_SCRIPT}'",
    "a srcdoc in a shadow tree": f"{_FRAME} document.querySelector('p').attachShadow({{ mode: 'closed' }}).append(f); await loaded2(f, () => f.src = '/hub.txt'); const a = document.createAttribute('srcdoc'); a.value = '{_SCRIPT}'; f.setAttributeNode(a)",
    "javascript:": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = 'javascript:void({_CODE})'",
    "javascript: by location": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); window[0].location = 'javascript:void({_CODE})'",
    "javascript: that makes a page": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = `javascript:'<script>{_CODE}</scr` + `ipt>'`",
    "about:blank": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = 'about:blank'); {_W}",
    "text that is slow": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = 'r'; for (let i = 0; i < 99; i++) {{ await new Promise(r => setTimeout(r)); if (window[0].location.pathname.endsWith('r')) {{ {_W}; break }} }}",
    "text in an object": f"const f = document.createElement('object'); f.data = '/hub.txt'; document.body.append(f); await loaded(f); await loaded2(f, () => f.data = '/hub.txt?2'); {_W}",
    "text in an embed": f"const f = document.createElement('embed'); f.src = '/hub.txt'; document.body.append(f); await loaded(f); const g = f.cloneNode(); g.src = '/hub.txt?2'; f.replaceWith(g); await loaded(g); {_W}",
    "text in a frame of a frameset": "document.documentElement.innerHTML = '<frameset><frame name=KEY-f></frameset>'; const f = document.querySelector('frame'); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = '/hub.txt?2'); f.contentWindow.localStorage.KEY = 1",
    "text in a shadow tree": f"{_FRAME} document.querySelector('p').attachShadow({{ mode: 'closed' }}).append(f); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = '/hub.txt?2'); f.contentWindow.localStorage.KEY = 1",
    "a page left by its script": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = 'missing'); {_W}",
    "a picture": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = 'r.png'); {_W}",
    "a style sheet": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = 'r.css'); {_W}",
    "JSON": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = 'r.json'); {_W}",
    "a script written into JSON": f"{_FRAME} f.src = 'r.json'; document.body.append(f); await loaded(f); const s = window[0].document.createElement('script'); s.textContent = '{_CODE}'; window[0].document.body.append(s)",
    "a page that opens anew": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); window[0].document.open(); window[0].document.write('{_SCRIPT}')",
    "a page whose document was kept": f"{_FRAME} document.body.append(f); const d = f.contentDocument; await loaded2(f, () => f.src = '/hub.txt'); {_W}; d.cookie = 'KEY=1; path=/'",
    "a reload": f"{_FRAME} f.src = '/hub.txt'; document.body.append(f); await loaded(f); await loaded2(f, () => window[0].location.reload()); {_W}",
}

POPUPS = {
    "window of about:blank": f"{_OPEN} w.localStorage.KEY = 1",
    "window without an address": "const w = open(); w.document.cookie = 'KEY=1; path=/'",
    "window of text": f"const w = open('/hub.txt?DONE'); {_LOADED.replace('pathname', 'href')} w.localStorage.KEY = 1",
    "window of text that has not loaded": "const w = open('/hub.txt'); w.localStorage.KEY = 1",
    "window of text sent on": f"const w = open('/hub.txt'); {_LOADED.replace('DONE', 'hub.txt')} w.location = '/hub.txt?DONE'; {_LOADED.replace('pathname', 'href')} w.localStorage.KEY = 1",
    "window of text sent on to a blob": f"const w = open('/hub.txt'); {_LOADED.replace('DONE', 'hub.txt')} w.location = {_BLOB}",
    "window of a blob": f"open({_BLOB})",
    "window of a link to a blob": f"const a = document.createElement('a'); a.target = '_blank'; a.href = {_BLOB}; document.body.append(a); a.click()",
    "window of a link, named": "const a = document.createElement('a'); a.target = 'KEY-w'; a.rel = 'opener'; a.href = 'about:blank'; document.body.append(a); a.click(); await new Promise(r => setTimeout(r, 300)); open('', 'KEY-w').localStorage.KEY = 1",
    "window of a frame's open": f"{_FRAME} document.body.append(f); const w = window[0].open('about:blank'); w.localStorage.KEY = 1",
    "window of javascript:": f"open('javascript:void({_CODE})')",
    "frame in a window": f"{_OPEN} w.document.body.append(w.document.createElement('iframe')); w[0].localStorage.KEY = 1",
    "opener's own window": f"const w = open({_BLOB.replace(_CODE, 'opener.' + _CODE)})",
    "window of SVG": "open('r.svg')",
    "window of XHTML": "open('r.xhtml')",
}

_KINDS = {
    "HTML without a head": ("<p>x<script>localStorage.KEY = 1</script>", "text/html"),
    "HTML of a script only": ("<script>localStorage.KEY = 1</script>", "text/html"),
    "HTML in UTF-16": ("<!doctype html><script>localStorage.KEY = 1</script>", "text/html; charset=utf-8"),
    "SVG": (_SVG.replace("' + '", ""), "image/svg+xml"),
    "XHTML": (_XHTML.replace("' + '", ""), "application/xhtml+xml"),
    "XML with SVG in it": (f"<r>{_SVG}</r>".replace("' + '", ""), "application/xml"),
    "XML with XHTML in it": (_XML.replace("' + '", ""), "text/xml"),
    "XML that is transformed": ("<?xml-stylesheet type='text/xsl' href='r.xsl'?><r/>", "text/xml"),
}
_XSL = f"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='/'><html><body><script>{_CODE}</script></body></html></xsl:template></xsl:stylesheet>"

DOCUMENTS = [
    Case(
        f"{name} in {where}",
        body=markup.replace("R", "r.x"),
        script=script,
        files={"r.x": File(text, kind), "r.xsl": File(_XSL, "text/xsl")},
        alone=alone,
    )
    for name, (text, kind) in _KINDS.items()
    for where, markup, script, alone in (
        ("a frame", "<iframe src=R></iframe>", "", False),
        ("an object", "<object data=R></object>", "", False),
        ("an embed", "<embed src=R>", "", False),
        ("the page", "", "location = 'r.x'", True),
        (
            "a frame sent on",
            "<p>x</p>",
            f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); f.src = 'r.x'",
            False,
        ),
    )
]

_STORES = {
    "a database": "indexedDB.open('KEY')",
    "a cache": "caches.open('KEY').then(c => c.put('/x', new Response('1'))).catch(() => 0)",
    "a private file": "navigator.storage.getDirectory().then(d => d.getFileHandle('KEY', { create: true })).catch(() => 0)",
    "a bucket": "navigator.storageBuckets.open('KEY').catch(() => 0)",
}
STORES = {
    "the old file system": "webkitRequestFileSystem(0, 9, fs => fs.root.getFile('KEY', { create: true }))",
    "a setter looked up in a frame": f"{_FRAME} document.body.append(f); window[0].Document.prototype.__lookupSetter__('cookie').call(document, 'KEY=1')",
    "a setter looked up in a frame that is gone": f"{_FRAME} document.body.append(f); const s = window[0].Document.prototype.__lookupSetter__('cookie'); f.remove(); s.call(document, 'KEY=1')",
    "setItem of a frame, on this page's keys": f"{_FRAME} document.body.append(f); window[0].Storage.prototype.setItem.call(localStorage, 'KEY', 1)",
    "a getter of a frame's window": f"{_FRAME} document.body.append(f); Object.getOwnPropertyDescriptor(window[0], 'localStorage').get.call(window).KEY = 1",
    "a getter of a frame on a frame's window": f"{_FRAME} document.body.append(f); Reflect.get(window[0], 'localStorage').setItem('KEY', 1)",
    "a factory of a frame": f"{_FRAME} document.body.append(f); window[0].IDBFactory.prototype.open.call(indexedDB, 'KEY')",
    "a cookie store of a frame": f"{_FRAME} document.body.append(f); window[0].cookieStore.set('KEY', '1')",
    "a cookie store's method of a frame": f"{_FRAME} document.body.append(f); window[0].CookieStore.prototype.set.call(cookieStore, 'KEY', '1')",
    **{f"{what} of a frame": f"{_FRAME} document.body.append(f); window[0].{code}" for what, code in _STORES.items()},
}

WORKERS = {
    "worker of a worker's blob": "const w = new Worker(URL.createObjectURL(new Blob([`postMessage(URL.createObjectURL(new Blob([${JSON.stringify(CODE)}])))`]))); w.onmessage = e => { self.kept = new Worker(e.data) }",
    "module worker of a worker's blob": "const w = new Worker(URL.createObjectURL(new Blob([`postMessage(URL.createObjectURL(new Blob([${JSON.stringify(CODE)}], { type: 'text/javascript' })))`]))); w.onmessage = e => { self.kept = new Worker(e.data, { type: 'module' }) }",
    "worker of a frame's address": f"{_FRAME} f.src = '/hub.txt'; document.body.append(f); await loaded(f); new window[0].Worker(URL.createObjectURL(new Blob([CODE])))",
    "worker of a frame sent on": f"{_FRAME} document.body.append(f); await loaded2(f, () => f.src = '/hub.txt'); await loaded2(f, () => f.src = '/hub.txt?2'); new window[0].Worker(window[0].URL.createObjectURL(new Blob([CODE])))",
    "worker of a URL object": "new Worker(new URL('w.js', location))",
    "worker of a blob's URL object": "new Worker(new URL(URL.createObjectURL(new Blob([CODE]))))",
    "worker of an address with a fragment": "new Worker(URL.createObjectURL(new Blob([CODE])) + '#x')",
    "module shared worker of a blob": "new SharedWorker(URL.createObjectURL(new Blob([CODE], { type: 'text/javascript' })), { type: 'module' })",
    "shared worker of a worker's blob": "const w = new Worker(URL.createObjectURL(new Blob([`postMessage(URL.createObjectURL(new Blob([${JSON.stringify(CODE)}])))`]))); w.onmessage = e => { self.kept = new SharedWorker(e.data) }",
    "module worker that imports a blob": "new Worker(URL.createObjectURL(new Blob([`import '${URL.createObjectURL(new Blob([CODE], { type: 'text/javascript' }))}'`], { type: 'text/javascript' })), { type: 'module' })",
    "worker of the site, in a frame": f"{_FRAME} document.body.append(f); new window[0].Worker(new URL('w.js', location))",
    "module service worker of the site": "navigator.serviceWorker.register('w.js', { type: 'module' })",
    "service worker by a frame": f"{_FRAME} f.src = '/hub.txt'; document.body.append(f); await loaded(f); window[0].navigator.serviceWorker.register(new URL('w.js', location))",
}

_HELPER = "const loaded2 = (element, change) => new Promise(done => { const told = () => { element.removeEventListener('load', told); done() }; element.addEventListener('load', told); change() });"


def _with_helper(case: Case) -> Case:
    return replace(case, script=f"{_HELPER} {case.script}") if "loaded2" in case.script else case


def _worker(name: str, script: str, what: str, code: str) -> Case:
    text = f"const CODE = `{code}`; {script}"
    return Case(f"{what} in a {name}", script=text, files={"w.js": File(code, _JS)})


_BARE = {
    "r": File("x" * 70_000),
    "r.png": File("", "image/png"),
    "r.css": File("p { color: red }", "text/css"),
    "r.json": File("{}", "application/json"),
    "missing": File("no", status=404),
    "r.svg": File(_SVG.replace("' + '", ""), "image/svg+xml"),
    "r.xhtml": File(_XHTML.replace("' + '", ""), "application/xhtml+xml"),
}

REALMS = [
    replace(_with_helper(case), name=f"realm: {case.name}", shows="stored")
    for case in [
        *(
            replace(case, name=f"frame put by {case.name}")
            for case in rows("stored", "script", INSERTED, body="<p>x</p>")
        ),
        *(
            replace(case, name=f"frame sent on to {case.name}", files=_BARE)
            for case in rows("stored", "script", SENT_ON, body="<p>x</p>")
        ),
        *(replace(case, files=_BARE) for case in rows("stored", "script", POPUPS, body="<p>x</p>")),
        *DOCUMENTS,
        *rows("stored", "script", STORES, body="<p>x</p>"),
        *(_worker(name, script, "database", _STORES["a database"]) for name, script in WORKERS.items()),
        _worker("worker of the site", "new Worker('w.js')", "bucket", _STORES["a bucket"]),
        _worker(
            "worker of the site",
            "new Worker('w.js')",
            "private file held open",
            "(async () => { const d = await navigator.storage.getDirectory(); const h = await d.getFileHandle('KEY', { create: true }); (await h.createSyncAccessHandle()).close() })().catch(() => 0)",
        ),
        _worker(
            "service worker of the site",
            "navigator.serviceWorker.register('w.js')",
            "private file",
            "oninstall = e => e.waitUntil(navigator.storage.getDirectory().then(d => d.getFileHandle('KEY', { create: true })).catch(() => 0))",
        ),
    ]
]
"""Cases that store under a held name from another realm, or by its natives."""

REALMS_ALWAYS_HELD = frozenset(
    {case.name for case in REALMS if case.name.startswith("realm: XML ")}
    | {"realm: the old file system", "realm: database in a module service worker of the site"}
)
"""Cases that stay held after acceptance: no inline script runs in XML of other kinds, the old file system has no names
that could be told apart, and a browser may fetch a module service worker as a stranger's, without the choice."""
