"""Pictures, styles, fonts and sound of the site's own are fetched and shown."""

# ruff: noqa: E501 (each row of the table is one piece of markup and its script)

from __future__ import annotations

from leaks.case import Case, File

_GIF = "data:image/gif;base64,R0lGODlhAgABAIAAAP8AAAAAACH5BAAAAAAALAAAAAACAAEAAAICBAoAOw=="
_LOADED = "await (document.readyState == 'complete' || once(window, 'load'));"
_SIZE = f"{_LOADED} const i = document.querySelector('img'); await until(() => i.complete); return [i.naturalWidth, i.currentSrc.replace(/.*\\//, '').slice(0, 20)]"
_COLOUR = f"{_LOADED} await until(() => getComputedStyle(t).color == 'rgb(1, 2, 3)'); return getComputedStyle(t).color"
LOADED = {
    "image": ("<img src=drawing.svg>", _SIZE),
    "image of data:": (f"<img src={_GIF}>", _SIZE),
    "image by srcset": ("<img srcset='drawing.svg?1x 1x, drawing.svg?2x 2x' src=none.png>", _SIZE),
    "image by srcset and sizes": (
        "<img srcset='drawing.svg?a,b 100w, drawing.svg?c 2000w' sizes='(min-width: 1px) 50px, 100vw'>",
        _SIZE,
    ),
    "picture": (
        "<picture><source media='(max-width: 1px)' srcset=none.png><source type=image/svg+xml srcset='drawing.svg?p'><img src=none.png></picture>",
        _SIZE,
    ),
    "lazy image": ("<img loading=lazy decoding=async fetchpriority=low src='drawing.svg?lazy'>", _SIZE),
    "image with CORS": ("<img crossorigin src='drawing.svg?cors'>", _SIZE),
    "image button": (
        "<form><input type=image id=t src=drawing.svg alt=x></form>",
        f"{_LOADED} return [t.width, t.alt]",
    ),
    "sprite of SVG": (
        "<svg><use id=t href='sprite.svg#dot' /></svg>",
        f"{_LOADED} await until(() => t.getBBox().width); return t.getBBox().width",
    ),
    "sprite in the page": (
        "<svg hidden><symbol id=dot><circle r=5 /></symbol></svg><svg><use id=t xlink:href=#dot /></svg>",
        f"{_LOADED} return [document.querySelectorAll('use')[0].getBBox().width]",
    ),
    "filter and mask of the page": (
        "<svg width=0 height=0><filter id=blur><feGaussianBlur stdDeviation=1 /></filter></svg><p id=t style='filter: url(#blur); mask: linear-gradient(red, blue)'>x</p>",
        "return getComputedStyle(t).filter",
    ),
    "background": (
        "<p id=t style='background: url(drawing.svg?background); width: 9px'>x</p>",
        f"{_LOADED} return until(() => performance.getEntriesByName(new URL('drawing.svg?background', location).href).length)",
    ),
    "style sheet": ("<link rel=stylesheet href=own.css><p id=t class=own>x</p>", _COLOUR),
    "style sheet with a query and media": (
        "<link rel=stylesheet media='(min-width: 1px)' href='own.css?a=1&amp;b'><p id=t class=own>x</p>",
        _COLOUR,
    ),
    "style sheet that loads late": (
        "<link rel=preload as=style href=own.css onload=\"this.onload = null; this.rel = 'stylesheet'\"><p id=t class=own>x</p>",
        _COLOUR,
    ),
    "style sheet for print first": (
        "<link rel=stylesheet media=print onload=\"this.media = 'all'\" href=own.css><p id=t class=own>x</p>",
        _COLOUR,
    ),
    "alternate style sheet": (
        "<link rel=stylesheet href=own.css><link rel='alternate stylesheet' title=b href=other.css><p id=t class=own>x</p>",
        f"{_LOADED} return [getComputedStyle(t).color, [...document.styleSheets].filter(s => s.title).map(s => s.disabled)]",
    ),
    "style sheet that imports": (
        "<style>@import 'own.css' layer(a); @import url(other.css) print;</style><p id=t class=own>x</p>",
        _COLOUR,
    ),
    "style of every kind": (
        "<style media='(min-width: 1px)'>.own { color: rgb(1, 2, 3); &::before { content: '</b> <!-- ' } }\n/* </div> */ @media print { p { color: red } }</style><p id=t class=own>x</p>",
        "return [getComputedStyle(t).color, getComputedStyle(t, '::before').content]",
    ),
    "style attribute": (
        "<p id=t style='--own: 5px; color: rgb(1, 2, 3); width: var(--own)'>x</p>",
        "return [t.getAttribute('style'), t.style.length, getComputedStyle(t).width]",
    ),
    "style sheets that are read": (
        "<link rel=stylesheet href=own.css id=l><style id=s>b { color: red }</style>",
        f"{_LOADED} const own = [...document.styleSheets].filter(one => [l, s].includes(one.ownerNode)); return own.map(one => one.cssRules.length && one.cssRules[0].cssText)",
    ),
    "font": (
        "<style>@font-face { font-family: own; src: local('none'), url(none.woff2) format('woff2'), local('DejaVu Sans'), local('Liberation Sans') }</style><p id=t style='font-family: own'>x</p>",
        f"{_LOADED} return [document.fonts.size, document.fonts.check('12px own') !== undefined, await document.fonts.load('12px own').then(() => 'loaded', error => error.name)]",
    ),
    "font of data:": (
        "<p>x</p>",
        "return new FontFace('own', 'url(data:font/woff2;base64,AAAA)').load().catch(error => error.name)",
    ),
    "audio with ranges": (
        "<audio id=t src=/do/sound preload=metadata></audio>",
        "await until(() => t.readyState > 0); t.currentTime = 1.5; await once(t, 'seeked'); return [t.duration, t.currentTime]",
    ),
    "audio of sources": (
        "<audio id=t preload=auto><source src=none.ogg type=audio/x-none><source src=/do/sound type=audio/wav></audio>",
        "await until(() => t.readyState > 0); return [t.duration, t.currentSrc.replace(/.*\\//, '')]",
    ),
    "audio of a blob": (
        "<audio id=t></audio>",
        "t.src = URL.createObjectURL(await (await fetch('/do/sound')).blob()); await once(t, 'loadedmetadata'); return t.duration",
    ),
    "video with a track and a poster": (
        "<video id=t src=/do/sound poster=drawing.svg preload=metadata><track default kind=subtitles srclang=fr src=own.vtt></video>",
        "await until(() => t.readyState > 0); t.textTracks[0].mode = 'showing'; await until(() => t.textTracks[0].cues?.length); return [t.textTracks[0].cues[0].text, t.poster.endsWith('drawing.svg')]",
    ),
    "video of a stream": (
        "<canvas id=c width=9 height=9></canvas><video id=t muted></video>",
        "c.getContext('2d').fillRect(0, 0, 9, 9); t.srcObject = c.captureStream(5); await once(t, 'loadedmetadata'); return t.videoWidth",
    ),
    "media source": (
        "<video id=t></video>",
        "const m = new MediaSource(); t.src = URL.createObjectURL(m); await once(m, 'sourceopen'); return [m.readyState]",
    ),
    "canvas": (
        "<canvas id=t width=2 height=1></canvas>",
        f"const i = new Image(); i.src = '{_GIF}'; await i.decode(); const c = t.getContext('2d'); c.drawImage(i, 0, 0); const b = await new Promise(done => t.toBlob(done)); return [[...c.getImageData(0, 0, 1, 1).data], b.type, t.toDataURL().slice(0, 22)]",
    ),
    "canvas with an own picture": (
        "<canvas id=t width=9 height=9></canvas>",
        "const i = new Image(); i.src = 'drawing.svg?canvas'; await i.decode(); const c = t.getContext('2d'); c.drawImage(i, 0, 0); return [...c.getImageData(1, 1, 1, 1).data]",
    ),
    "bitmap": (
        "<p>x</p>",
        f"const b = await createImageBitmap(await (await fetch('{_GIF}')).blob()); return [b.width, b.height]",
    ),
    "preload": (
        "<link rel=preload as=fetch crossorigin href=own.txt>",
        "return [await (await fetch('own.txt')).text(), document.querySelector('link[rel=preload]').as]",
    ),
    "prefetch, preconnect and others": (
        "<link rel=prefetch href=own.txt><link rel=preconnect href=/><link rel=dns-prefetch href=//gazette.localhost><link rel=canonical href=/c><link rel=next href=/n><link rel=icon href=drawing.svg><link rel=manifest href=own.webmanifest><link rel=alternate type=application/rss+xml href=/rss><link rel=search href=/s><link rel=preconnect href=PAY>",
        "return [...document.querySelectorAll('link')].filter(l => !l.href.includes('.bandeau')).map(l => [l.rel, l.href])",
    ),
    "progress and meter": (
        "<progress id=t value=.5></progress><meter value=.5></meter><output>x</output><datalist id=d><option value=a></datalist><input list=d>",
        "return [t.position, document.querySelector('input[list]').list.id]",
    ),
    "object of a picture": (
        "<object id=t data=drawing.svg type=image/svg+xml>else</object>",
        f"{_LOADED} await until(() => t.contentDocument); return t.contentDocument.documentElement.localName",
    ),
    "object that falls back": (
        "<object data=none.bin type=application/x-none><b id=t>else</b></object>",
        f"{_LOADED} await wait(30); return [t.textContent, t.offsetWidth > 0]",
    ),
}
FILES = {
    "own.txt": File("own"),
    "sub/here.txt": File("here"),
    "sub/here.svg": File("<svg xmlns='http://www.w3.org/2000/svg' width='7' height='7'/>", "image/svg+xml"),
    "drawing.svg": File(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9' fill='red'/></svg>",
        "image/svg+xml",
    ),
    "sprite.svg": File(
        "<svg xmlns='http://www.w3.org/2000/svg'><symbol id='dot'><circle r='6'/></symbol></svg>", "image/svg+xml"
    ),
    "own.css": File(".own { color: rgb(1, 2, 3) }", "text/css"),
    "other.css": File(".own { color: red }", "text/css"),
    "own.vtt": File("WEBVTT\n\n00:00.000 --> 00:01.000\nsaid", "text/vtt"),
    "own.webmanifest": File('{"name": "own", "start_url": "."}', "application/manifest+json"),
}
LOADS = [Case(f"loads: {name}", body=body, script=script, files=FILES) for name, (body, script) in LOADED.items()]
