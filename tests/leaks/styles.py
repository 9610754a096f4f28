"""What styles fetch: every property and rule of CSS that takes an image or an address, and the ways to write one."""

# ruff: noqa: E501 (each row of the tables is one piece of markup or script)

from __future__ import annotations

from leaks.case import Case, File, rows

PROPERTIES = {
    "background-image": "background-image:url(SPY)",
    "background, the second layer": "background:url(data:), url(SPY)",
    "border-image-source": "border:1px solid; border-image-source:url(SPY)",
    "list-style": "display:list-item; list-style:url(SPY)",
    "content": "content:url(SPY)",
    "cursor": "cursor:url(SPY), auto",
    "mask": "mask:url(SPY)",
    "mask with a prefix": "-webkit-mask:url(SPY)",
    "mask-border": "-webkit-mask-box-image:url(SPY)",
    "reflection": "-webkit-box-reflect:below 0 url(SPY)",
    "image-set of an address": "background:image-set(url(SPY) 1x, url(SPY) 2x)",
    "image-set with a prefix": "background:-webkit-image-set(url(SPY) 1x)",
    "image-set in a cross-fade": "background:-webkit-cross-fade(-webkit-image-set(url(SPY) 1x), url(SPY), 50%)",
    "fallback of a custom property": "background:var(--none, url(SPY))",
    "fallback of an environment": "background:env(none, url(SPY))",
    "condition": "background:if(else: url(SPY))",
    "clip-path": "clip-path:url(SPY.svg#x)",
}

# The ways to write an address.
TOKENS = {
    "quoted address": 'background:url("SPY")',
    "address with blanks": "background:url(  SPY  )",
    "address in capitals": "BACKGROUND:URL(SPY)",
    "function with an escape": "background:\\75rl(SPY)",
    "function with an escape in the middle": "background:u\\72 l(SPY)",
    "property with an escape": "b\\61 ckground:url(SPY)",
    "address with an escape": "background:url(\\68ttp://SPYHOST/)",
    "quoted address with a line's end": 'background:url("ht\\\ntp://SPYHOST/")',
    "address behind a comment": "/*'*/background:/*x*/url(SPY)",
    "address without a scheme": "background:url(//SPYHOST/)",
    "address with an important mark": "background:url(SPY)!important",
}

RULES = {
    "@import of an address": "@import url(SPY.css);",
    "@import of a quoted address": "@import url('SPY.css');",
    "@import for a medium": "@import 'SPY.css' screen;",
    "@import into a layer without a name": "@import 'SPY.css' layer;",
    "@import if supported": "@import url(SPY.css) supports(display: grid);",
    "@import with an escape": "@\\69mport 'SPY.css';",
    "@import behind a layer": "@layer a; @import 'SPY.css';",
    "@import behind a charset": "@charset 'utf-8'; @import 'SPY.css';",
    "@import of data: that imports": "@import url(\"data:text/css,@import 'SPY.css'\");",
    "@font-face, the second source": "@font-face { font-family: f; src: local(none), url(SPY) format('woff2') } p { font-family: f }",
    "@font-face for some letters": "@font-face { font-family: f; src: url(SPY); unicode-range: U+78 } p { font-family: f }",
    "@media": "@media screen { p { background: url(SPY) } }",
    "@supports": "@supports (display: grid) { p { background: url(SPY) } }",
    "@layer": "@layer x { p { background: url(SPY) } }",
    "@scope": "@scope (body) { p { background: url(SPY) } }",
    "@container": "body { container-type: inline-size } @container (min-width: 0) { p { background: url(SPY) } }",
    "@starting-style": "p { transition: background-image 1s; transition-behavior: allow-discrete; background: none } @starting-style { p { background: url(SPY) } }",
    "@keyframes": "@keyframes k { to { background-image: url(SPY) } } p { animation: k 1s infinite }",
    "@property": "@property --x { syntax: '<url>'; inherits: false; initial-value: url(SPY) } p { background: var(--x) }",
    "@property of an image": "@property --x { syntax: '<image>'; inherits: false; initial-value: url(SPY) } p { background: var(--x) }",
    "nested rule": "body { & p { background: url(SPY) } }",
    "selector with :has()": "body:has(p) { background: url(SPY) }",
    "root": ":root { background: url(SPY) }",
    "::after": "p::after { content: url(SPY) }",
    "::before with a text beside": "p::before { content: 'x' url(SPY) 'y' }",
    "::marker": "p { display: list-item } p::marker { content: url(SPY) }",
    "::first-letter": "p::first-letter { background: url(SPY) }",
    "::first-line": "p::first-line { background: url(SPY) }",
    "::placeholder": "input::placeholder { background: url(SPY) }",
    "::file-selector-button": "input::file-selector-button { background: url(SPY) }",
    "::backdrop": "dialog::backdrop { background: url(SPY) }",
    "::details-content": "details::details-content { background: url(SPY) }",
    "::slotted()": "p { background: url(SPY) }",
}
_STAGE = "<p>x<p>y</p><input placeholder=x><input type=file><details open>x</details><dialog>x</dialog><script>document.querySelector('dialog').showModal()</script>"

_SHEET = "const s = document.createElement('style'); document.head.append(s);"
SCRIPTED = {
    "style.cssText": "document.body.style.cssText = 'background:url(SPY)'",
    "style.setProperty": "document.body.style.setProperty('background', 'url(SPY)')",
    "style as a text": "document.body.style = 'background:url(SPY)'",
    "style property of a rule": f"{_SHEET} s.textContent = 'body {{}}'; s.sheet.cssRules[0].style.background = 'url(SPY)'",
    "typed value": "document.body.attributeStyleMap.set('background-image', 'url(SPY)')",
    "typed value of a rule": f"{_SHEET} s.textContent = 'body {{}}'; s.sheet.cssRules[0].styleMap.set('background-image', 'url(SPY)')",
    "animation": "document.body.animate({ backgroundImage: ['url(SPY)', 'url(SPY)'] }, { duration: 9e5 })",
    "animation's frames, set later": "const a = document.body.animate({}, 9e5); a.effect.setKeyframes({ backgroundImage: ['url(SPY)', 'url(SPY)'] })",
    "custom property by script": "document.body.style.background = 'var(--x)'; document.body.style.setProperty('--x', 'url(SPY)')",
    "registered property": "CSS.registerProperty({ name: '--z', syntax: '<url>', inherits: false, initialValue: 'url(SPY)' }); document.body.style.background = 'var(--z)'",
    "inserted @import": f"{_SHEET} s.sheet.insertRule('@import \"SPY.css\"')",
    "inserted @font-face": f"{_SHEET} s.sheet.insertRule('@font-face {{ font-family: f; src: url(SPY) }}'); document.body.style.fontFamily = 'f'",
    "addRule": f"{_SHEET} s.sheet.addRule('body', 'background: url(SPY)')",
    "inserted rule of a group": f"{_SHEET} s.textContent = '@media screen {{}}'; s.sheet.cssRules[0].insertRule('body {{ background: url(SPY) }}')",
    "replaced sheet": "const s = new CSSStyleSheet(); document.adoptedStyleSheets.push(s); await s.replace('body { background: url(SPY) }')",
    "sheet adopted by a shadow tree": "const s = new CSSStyleSheet(); s.replaceSync('b { background: url(SPY) }'); const d = document.createElement('div'); document.body.append(d); const r = d.attachShadow({ mode: 'open' }); r.adoptedStyleSheets = [s]; r.innerHTML = '<b>x</b>'",
    "text added to a style": f"{_SHEET} s.append('body {{ background: url(SPY) }}')",
    "style in a shadow tree": "const d = document.createElement('div'); document.body.append(d); d.attachShadow({ mode: 'open' }).innerHTML = '<style>@import \"SPY.css\"</style>'",
    "style sheet that was disabled": "const l = document.createElement('link'); l.rel = 'stylesheet'; l.disabled = true; l.href = 'SPY.css'; document.head.append(l); l.disabled = false",
    "style sheet of a blob": "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = URL.createObjectURL(new Blob(['@import \"SPY.css\"'], { type: 'text/css' })); document.head.append(l)",
    "style sheet of data:": "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = 'data:text/css,body{background:url(SPY)}'; document.head.append(l)",
    "font loaded by its use": "document.fonts.add(new FontFace('f', 'url(SPY)')); document.body.style.fontFamily = 'f'",
    "font of document.fonts.load": "document.fonts.add(new FontFace('f', 'url(SPY)')); document.fonts.load('9px f')",
    "font of a canvas": "document.fonts.add(new FontFace('f', 'url(SPY)')); const c = document.createElement('canvas').getContext('2d'); c.font = '9px f'; c.fillText('x', 0, 0)",
    "font in a worker": "new Worker(URL.createObjectURL(new Blob([`new FontFace('f', 'url(SPY)').load()`])))",
    "import of a style sheet": "document.adoptedStyleSheets = [(await import('SPY.css', { with: { type: 'css' } })).default]",
    "processing instruction": "const x = new DOMParser().parseFromString('<r/>', 'text/xml'); document.insertBefore(document.createProcessingInstruction('xml-stylesheet', 'href=\"SPY.css\" type=\"text/css\"'), document.documentElement)",
}

_CSS = "text/css"
FILES = {
    "@import in a file": "@import 'SPY.css';",
    "@import in a file of a file": "@import 'b.css';",
    "font in a file": "@font-face { font-family: f; src: url(SPY) } p { font-family: f }",
    "cursor in a file": "p { cursor: url(SPY), auto }",
}

STYLES = [
    *rows("contact", "body", {f"style: {name}": f"<p title=SPY style='{text}'>x" for name, text in PROPERTIES.items()}),
    *rows("contact", "body", {f"style: {name}": f"<style>p {{ {text} }}</style><p>x" for name, text in TOKENS.items()}),
    *rows("contact", "body", {f"style: {name}": f"<style>{text}</style>{_STAGE}" for name, text in RULES.items()}),
    *rows("contact", "script", {f"style: {name}": text for name, text in SCRIPTED.items()}, body="<p>x</p>"),
    *(
        Case(
            f"style: {name}",
            body="<p>x",
            head="<link rel=stylesheet href=a.css>",
            files={"a.css": File(text, _CSS), "b.css": File("@import 'SPY.css';", _CSS)},
        )
        for name, text in FILES.items()
    ),
]
"""Styles that contact the tracker."""
