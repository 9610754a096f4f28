"""First-party script of every kind runs, in its order, and sees the page that it was written for."""

# ruff: noqa: E501 (each row of the tables is one piece of markup or script)

from __future__ import annotations

from leaks.case import Case, File

_JS = "text/javascript"
_FILES = {
    "main.js": File("(self.ran ??= []).push(document.currentScript?.getAttribute('src') ?? 'module')", _JS),
    "own.js": File("export default 'own'; export const where = import.meta.url.replace(/.*localhost:\\d+/, '')", _JS),
    "later.js": File("import own, { where } from './own.js'; self.ran = [own, where]", _JS),
    "top.js": File("export const late = await new Promise(done => setTimeout(done, 5, 'late'))", _JS),
    "data.json": File('{"own": [1, "é"]}', "application/json"),
    "own.css": File("p { color: rgb(1, 2, 3) }", "text/css"),
    "mapped.js": File("self.ran = 'mapped'\n//# sourceMappingURL=mapped.js.map\n", _JS),
    "mapped.js.map": File('{"version":3,"sources":["a.ts"],"mappings":"AAAA"}', "application/json"),
    "legacy.js": File("self.ran = 'é'.length", "text/javascript; charset=iso-8859-1"),
    "pragma.js": File("//# sourceURL=named.js\nself.ran = new Error('x').stack.includes('named.js')", _JS),
    "worded.txt": File("window.ran = 'text'", "text/plain"),
}
_LOAD = "await (document.readyState == 'complete' || once(window, 'load'));"
# Each: what stands in the page, and what is told of it.
MARKUP = {
    "classic script": ("<script>window.ran = 'classic'</script>", "return ran"),
    "script of a file": ("<script src=main.js></script>", "return ran"),
    "script of a file with a query": ("<script src='main.js?v=1&amp;w=2'></script>", "return ran"),
    "async script": ("<script async src=main.js></script>", f"{_LOAD} return ran"),
    "deferred scripts in their order": (
        "<script defer src='main.js?1'></script><script defer src='main.js?2'></script>",
        f"{_LOAD} return ran",
    ),
    "module script": (
        "<script type=module>import own from './own.js'; window.ran = own</script>",
        f"{_LOAD} return ran",
    ),
    "module of a file": ("<script type=module src=later.js></script>", f"{_LOAD} return ran"),
    "async module": ("<script type=module async src=later.js></script>", f"{_LOAD} return ran"),
    "import map": (
        '<script type=importmap>{"imports":{"thing":"./own.js","things/":"./"}}</script><script type=module>import own from "thing"; import { where } from "things/own.js"; window.ran = [own, where]</script>',
        f"{_LOAD} return [ran, (await import('thing')).default]",
    ),
    "import map of a scope": (
        '<script type=importmap>{"imports":{"thing":"./top.js"},"scopes":{"/":{"thing":"./own.js"}}}</script>',
        "return (await import('thing')).default",
    ),
    "import map with integrity": (
        '<script type=importmap>{"imports":{"thing":"./own.js"},"integrity":{"./own.js":""}}</script>',
        "return (await import('thing')).default",
    ),
    "nomodule": (
        "<script nomodule>window.ran = 'old'</script>",
        "return [typeof ran, document.querySelectorAll('[nomodule]').length]",
    ),
    "module preload": ("<link rel=modulepreload href=own.js>", "return (await import('./own.js')).default"),
    "script that is a template": (
        "<script type=text/template id=t><div onclick='a' {{ b }}><script>c<\\/script></div></script>",
        "return t.textContent",
    ),
    "JSON in a script": (
        '<script type=application/json id=t>{"a": "<!-- <b> é"}</script>',
        "return JSON.parse(t.textContent)",
    ),
    "JSON-LD": (
        '<script type=application/ld+json id=t>{"@context":"https://schema.org","@type":"NewsArticle","image":["https://tracker.localhost/x.png"],"headline":"A & B"}</script>',
        "return [t.textContent, t.type, JSON.parse(t.textContent).image]",
    ),
    "script of an unknown type": (
        "<script type=text/x-handlebars id=t><iframe src=SPY></iframe></script>",
        "return [t.text, t.type]",
    ),
    "event handler attribute": (
        "<button id=b onclick='window.ran = [this.id, event.type]'>x</button>",
        "b.click(); return ran",
    ),
    "event handler attribute that cancels": (
        "<a id=b href='#gone' onclick='return false'>x</a>",
        "b.click(); return [location.hash == '']",
    ),
    "handler of the body's load": (
        "<img src=data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw== onload='window.ran = this.naturalWidth'>",
        "await until(() => window.ran); return ran",
    ),
    "handler of an error": ("<img src=/none.png onerror='window.ran = event.type'>", "return until(() => window.ran)"),
    "javascript: link": (
        "<a id=b href='javascript:void(window.ran = \"link\")'>x</a>",
        "b.click(); return until(() => window.ran)",
    ),
    "javascript: form": (
        "<form id=f action='javascript:void(window.ran = \"form\")'></form>",
        "f.submit(); return until(() => window.ran)",
    ),
    "javascript: frame": (
        "<iframe id=f src='javascript:\"<p>framed</p>\"'></iframe>",
        "return until(() => f.contentDocument?.body?.textContent)",
    ),
    "current script": (
        "<script id=s data-x=5>window.ran = [document.currentScript.id, document.currentScript.dataset.x, document.currentScript === document.scripts[document.scripts.length - 1]]</script>",
        "return ran",
    ),
    "written while parsing": (
        "<script>document.write('<p id=w>written</p><script>window.ran = w.textContent<\\/script>')</script>",
        "return ran",
    ),
    "written script of a file": ("<script>document.write('<script src=main.js><\\/script>')</script>", "return ran"),
    "snippet before the first script": (
        "<script>(function (d, t) { var g = d.createElement(t), s = d.getElementsByTagName(t)[0]; g.async = 1; g.src = 'main.js'; s.parentNode.insertBefore(g, s) })(document, 'script')</script>",
        "return until(() => window.ran)",
    ),
    "snippet before the first child of the head": (
        "<script>{ const s = document.createElement('script'); s.src = 'main.js'; document.head.insertBefore(s, document.head.firstChild) }</script>",
        "return until(() => window.ran)",
    ),
    "script with integrity": (
        "<script src=pragma.js integrity='sha256-bepFur3y/ZhhJ/amwTZSbtiatFVB0ytUW3tl7uWTrUQ=' crossorigin></script>",
        "return ran",
    ),
    "script of a legacy charset": ("<script src=legacy.js></script>", "return ran"),
    "source map": (
        "<script src=mapped.js></script>",
        "return [ran, await answer(await fetch('mapped.js')), await answer(await fetch('mapped.js.map')), (await fetch('mapped.js')).headers.get('SourceMap')]",
    ),
    "source URL": ("<script src=pragma.js></script>", "return ran"),
    "text that may not be a script": ("<script src=worded.txt></script>", "return [typeof ran]"),
    "text that is told to be none": (
        "<script>window.ran = 1</script>",
        "return new Promise(done => add('script', { src: 'sniffed.js', onerror: () => done('blocked'), onload: () => done('loaded') }))",
    ),
    "script in SVG": ("<svg><script>window.ran = document.currentScript.namespaceURI</script></svg>", "return ran"),
    "script with a comment that opens": ("<script><!--\nwindow.ran = '<!-- <b>' + '-->'\n//--></script>", "return ran"),
    "script in an escaped state": (
        "<script>window.ran = '<!--<script>' + 'x' + '</' + 'script>-->'; //<!--<script></script>\n--></script>",
        "return ran",
    ),
    "event order": (
        "<script>window.ran = []; document.addEventListener('readystatechange', () => ran.push(document.readyState)); document.addEventListener('DOMContentLoaded', () => ran.push('content')); addEventListener('load', () => ran.push('load')); addEventListener('pageshow', () => ran.push('show'))</script><script defer src=main.js></script>",
        f"{_LOAD} await until(() => ran.includes('show')); return ran",
    ),
    "speculation rules": (
        '<script type=speculationrules>{"prefetch":[{"source":"list","urls":["own.txt"],"eagerness":"conservative"}]}</script>',
        "const s = document.querySelector('[type=speculationrules]'); return [s.textContent, HTMLScriptElement.supports('speculationrules')]",
    ),
}
SCRIPT = {
    "import()": "return (await import('./own.js')).default",
    "import() with top-level await": "return (await import('./top.js')).late",
    "import() of a JSON module": "return (await import('./data.json', { with: { type: 'json' } })).default",
    "import() of a CSS module": "const sheet = (await import('./own.css', { with: { type: 'css' } })).default; const p = add('p'); document.adoptedStyleSheets = [sheet]; return getComputedStyle(p).color",
    "import() of a blob": "return (await import(blob('export default 7', 'text/javascript'))).default",
    "import() of data:": "return (await import('data:text/javascript,export default 8')).default",
    "import() that fails": "return import('./none.js').catch(error => [error.name, error.constructor === TypeError])",
    "import.meta.resolve": "return (await import(blob(`export default import.meta.resolve('${location.origin}/x')`, 'text/javascript'))).default.endsWith('/x')",
    "event handler property": "const b = add('button'); b.onclick = event => window.ran = [event.type, event.target === b]; b.click(); return ran",
    "event handler by setAttribute": "const b = add('button'); b.setAttribute('onclick', 'window.ran = this.localName'); b.click(); return [ran, typeof b.onclick, b.getAttribute('onclick')]",
    "eval": "return [eval('1 + 1'), (0, eval)('typeof self'), eval('var inner = 3; inner')]",
    "new Function": "return [new Function('a', 'return a + 1')(1), Function('return this')() === window]",
    "generator function made of text": "return [...Object.getPrototypeOf(function* () {}).constructor('yield 1; yield 2')()]",
    "timer of a text": "setTimeout('window.ran = 3'); return until(() => window.ran)",
    "interval of a text": "const i = setInterval('window.ran = (window.ran || 0) + 1', 1); await until(() => window.ran > 2); clearInterval(i); return 'ticked'",
    "script element of a text": "const s = document.createElement('script'); s.text = 'window.ran = [document.currentScript.text.length]'; document.head.append(s); return ran",
    "script element of a file": "const s = document.createElement('script'); s.src = 'main.js'; const e = once(s, 'load'); document.body.append(s); await e; return ran",
    "script element that fails": "const s = document.createElement('script'); s.src = '/none.js?' + Math.random(); const e = once(s, 'error'); document.body.append(s); return (await e).type",
    "script elements in their order": "for (const n of [1, 2, 3]) { const s = document.createElement('script'); s.async = false; s.src = 'main.js?' + n; document.head.append(s) } await until(() => window.ran?.length == 3); return ran",
    "fragment with a script": "document.body.append(document.createRange().createContextualFragment('<script>window.ran = 6</scr' + 'ipt>')); return ran",
    "script by innerHTML does not run": "add('div').innerHTML = '<script>window.ran = 1</scr' + 'ipt>'; await wait(5); return [typeof ran]",
    "error with its line": "return new Promise(done => { onerror = (text, file, line, column, error) => { done([text, line, column, error.message]); return true }; const s = document.createElement('script'); s.text = '\\n\\n  throw new Error(\"own\")'; document.head.append(s) })",
    "line of an inline script": "return [new Error('x').stack.match(/:(\\d+):\\d+\\)?$/)[1]]",
    "error of a promise": "return new Promise(done => { addEventListener('unhandledrejection', event => { event.preventDefault(); done([event.reason.message, event.type]) }); Promise.reject(new Error('own')) })",
    "reported error": "return new Promise(done => { addEventListener('error', event => { event.preventDefault(); done(event.error.message) }); reportError(new Error('own')) })",
    "no error of anybody": "const seen = []; onerror = (...all) => { seen.push(all[0]) }; await wait(30); return ['errors', ...seen]",
    "WebAssembly": "const { instance } = await WebAssembly.instantiate(await (await fetch('/do/wasm')).arrayBuffer()); return instance.exports.run()",
    "streamed WebAssembly": "const { instance } = await WebAssembly.instantiateStreaming(fetch('/do/wasm')); return instance.exports.run()",
    "JSON of markup": "return JSON.parse(JSON.stringify({ a: ['</scr' + 'ipt>', '<!--', '\\u2028'] }))",
}
SCRIPTS = [
    *(Case(f"script: {name}", body=body, script=script, files=_FILES) for name, (body, script) in MARKUP.items()),
    *(Case(f"script: {name}", body="<p>x</p>", script=script, files=_FILES) for name, script in SCRIPT.items()),
]
