"""Answers that send a browser on to a tracker: redirects of everything that is fetched, links, refreshes, files."""

# ruff: noqa: E501 (each row of the tables is one piece of markup, script or header)

from __future__ import annotations

from leaks.case import Case, File

_JS = "text/javascript"
_FRAME = "const f = document.createElement('iframe');"


def _to(place: str = "SPY", status: int = 302) -> File:
    return File("", None, (("location", place),), status)


BODIES = {
    "srcset": "<img srcset='r 1x'>",
    "script": "<script src=r></script>",
    "module script": "<script type=module src=r></script>",
    "style sheet": "<link rel=stylesheet href=r>",
    "background": "<p style='background:url(r)'>x",
    "font": "<style>@font-face { font-family: f; src: url(r) } p { font-family: f }</style><p>x",
    "video": "<video src=r></video>",
    "audio": "<audio src=r preload=auto></audio>",
    "track": "<video crossorigin><track src=r default></video>",
    "poster": "<video poster=r></video>",
    "embed": "<embed src=r>",
    "object": "<object data=r></object>",
    "image button": "<input type=image src=r>",
    "SVG image": "<svg><image href=r width=9 height=9 /></svg>",
    "SVG script": "<svg><script href=r></script></svg>",
    "preload": "<link rel=preload as=image href=r>",
    "prefetch": "<link rel=prefetch href=r>",
    "modulepreload": "<link rel=modulepreload href=r>",
    "ping": "<a id=y ping=r href=#x>x</a><script>document.querySelector('#y').click()</script>",
    "form": "<iframe name=x></iframe><form id=y method=post action=r target=x></form><script>document.querySelector('#y').submit()</script>",
    "link into a frame": "<iframe name=x></iframe><a id=y href=r target=x>x</a><script>document.querySelector('#y').click()</script>",
}
SCRIPTS = {
    "XMLHttpRequest": "const x = new XMLHttpRequest(); x.open('GET', 'r'); x.send()",
    "EventSource": "new EventSource('r')",
    "beacon": "navigator.sendBeacon('r')",
    "import()": "import('./r')",
    "fetch of a POST": "fetch('r', { method: 'POST', body: 'x' })",
    "importScripts": "new Worker(URL.createObjectURL(new Blob([`importScripts('${new URL('r', location)}')`])))",
    "fetch in a worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${new URL('r', location)}')`])))",
    "cache.add": "(await caches.open('theme')).add('r')",
    "FontFace": "new FontFace('f', `url(${new URL('r', location)})`).load()",
    "location of a frame": f"{_FRAME} document.body.append(f); window[0].location = new URL('r', location)",
    "audio worklet": "await new AudioContext().audioWorklet.addModule('r')",
}
LINKS = {
    "preload of a script": "<SPY.js>; rel=preload; as=script",
    "preload of a style sheet": "<SPY.css>; rel=preload; as=style",
    "preload of a font": "<SPY>; rel=preload; as=font; crossorigin",
    "preload for fetch": "<SPY>; rel=preload; as=fetch; crossorigin",
    "preload of a track": "<SPY>; rel=preload; as=track; crossorigin",
    "preload by imagesrcset": '</x.png>; rel=preload; as=image; imagesrcset="SPY 1x"',
    "preload with its relation in quotes": '<SPY>; rel="next preload"; as="image"',
    "preload in capitals": "<SPY>; REL=PRELOAD; AS=image",
    "preload without a scheme": "<//SPYHOST/>; rel=preload; as=image",
    "preload for a medium": "<SPY>; rel=preload; as=image; media=screen",
    "preload behind another": '</x.png>; rel=preload; as=image; title="a, <b>; c", <SPY>; rel=preload; as=image',
    "prefetch": "<SPY>; rel=prefetch",
    "prefetch of a document": "<SPY>; rel=prefetch; as=document",
    "compression dictionary": "<SPY>; rel=compression-dictionary",
}
REFRESHES = {
    "with a blank": "0; SPY",
    "with a comma": "0,SPY",
    "with quotes": "0; url='SPY'",
    "in capitals": "0;URL=SPY",
    "with a fraction": "0.1; url = SPY",
    "without a scheme": "0;url=//SPYHOST/",
}
_LINK = (("link", "<SPY>; rel=preload; as=image"),)
_LISTED = '{"prefetch":[{"source":"list","urls":["SPY"],"eagerness":"immediate"}]}'
_FOUND = '{"prefetch":[{"where":{"selector_matches":"a"},"eagerness":"immediate"}]}'
_RULES = "application/speculationrules+json"

REDIRECTS = [
    *(Case(f"redirected {name}", body=body, files={"r": _to()}) for name, body in BODIES.items()),
    *(
        Case(f"redirected {name}", body="<p>x</p>", script=script, files={"r": _to()})
        for name, script in SCRIPTS.items()
    ),
    *(
        Case(f"picture redirected by {status}", body="<img src=r>", files={"r": _to(status=status)})
        for status in (301, 303, 307, 308)
    ),
    *(
        Case(f"frame redirected by {status}", body="<iframe src=r></iframe>", files={"r": _to(status=status)})
        for status in (301, 303, 307, 308)
    ),
    Case("picture redirected twice", body="<img src=r>", files={"r": _to("s"), "s": _to()}),
    Case("picture redirected without a scheme", body="<img src=r>", files={"r": _to("//SPYHOST/")}),
    Case("frame redirected twice", body="<iframe src=r></iframe>", files={"r": _to("s"), "s": _to()}),
    *(Case(f"Link header, {name}", headers=(("link", value),)) for name, value in LINKS.items()),
    Case("two Link headers", headers=(("link", "</x.png>; rel=preload; as=image"), *_LINK)),
    Case("Link header of a page not found", headers=_LINK, status=404),
    Case("Link header of a frame", body="<iframe src=r></iframe>", files={"r": File("<p>x", "text/html", _LINK)}),
    Case(
        "Link header of an SVG frame",
        body="<iframe src=r></iframe>",
        files={"r": File("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", _LINK)},
    ),
    *(
        Case(
            f"Refresh header of a frame, {name}",
            body="<iframe src=r></iframe>",
            files={"r": File("x", "text/html", (("refresh", value),))},
        )
        for name, value in REFRESHES.items()
    ),
    Case(
        "Speculation-Rules header of the site's own rules",
        alone=True,
        headers=(("speculation-rules", '"r"'),),
        files={"r": File(_LISTED, _RULES)},
    ),
    Case(
        "Speculation-Rules header of rules that match a link",
        alone=True,
        headers=(("speculation-rules", '"r"'),),
        body="<a href=SPY>x</a>",
        files={"r": File(_FOUND, _RULES)},
    ),
    Case(
        "speculation rules that match a link",
        alone=True,
        body=f"<a href=SPY>x</a><script type=speculationrules>{_FOUND}</script>",
    ),
    Case(
        "reports of a policy of a frame",
        body="<iframe src=r></iframe>",
        files={
            "r": File("<img src=/x.png>", "text/html", (("content-security-policy", "img-src 'none'; report-uri SPY"),))
        },
    ),
    Case(
        "reports of a second policy",
        headers=(("content-security-policy", "font-src *, img-src 'none'; report-uri /x SPY"),),
        body="<img src=/x.png>",
    ),
    Case(
        "style sheet with CSS that XSLT made",
        body="<iframe src=r></iframe>",
        files={
            "r": File("<?xml-stylesheet type='text/xsl' href='a.xsl'?><r/>", "text/xml"),
            "a.xsl": File(
                "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='/'><html><body><img src='SPY'/></body></html></xsl:template></xsl:stylesheet>",
                "text/xsl",
            ),
        },
    ),
    Case(
        "SVG document that imports a style sheet",
        body="<iframe src=r></iframe>",
        files={
            "r": File(
                "<svg xmlns='http://www.w3.org/2000/svg'><style>@import 'SPY.css';</style></svg>", "image/svg+xml"
            )
        },
    ),
    Case(
        "SVG document with a script's address",
        body="<iframe src=r></iframe>",
        files={"r": File("<svg xmlns='http://www.w3.org/2000/svg'><script href='SPY.js'/></svg>", "image/svg+xml")},
    ),
    Case(
        "SVG document with a frame",
        body="<iframe src=r></iframe>",
        files={
            "r": File(
                "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject width='9' height='9'><iframe xmlns='http://www.w3.org/1999/xhtml' src='SPY'/></foreignObject></svg>",
                "image/svg+xml",
            )
        },
    ),
    Case(
        "SVG document with a style sheet",
        body="<iframe src=r></iframe>",
        files={
            "r": File("<?xml-stylesheet href='SPY.css'?><svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
        },
    ),
    Case(
        "SVG document as an object",
        body="<object data=r type=image/svg+xml></object>",
        files={
            "r": File(
                "<svg xmlns='http://www.w3.org/2000/svg'><image href='SPY' width='9' height='9'/></svg>",
                "image/svg+xml",
            )
        },
    ),
    Case(
        "SVG document as an embed",
        body="<embed src=r type=image/svg+xml>",
        files={
            "r": File(
                "<svg xmlns='http://www.w3.org/2000/svg'><image href='SPY' width='9' height='9'/></svg>",
                "image/svg+xml",
            )
        },
    ),
    Case(
        "XHTML document with a script's address",
        body="<iframe src=r></iframe>",
        files={
            "r": File(
                "<html xmlns='http://www.w3.org/1999/xhtml'><head><script src='SPY.js'/></head></html>",
                "application/xhtml+xml",
            )
        },
    ),
    Case(
        "XHTML document with a link",
        body="<iframe src=r></iframe>",
        files={
            "r": File(
                "<html xmlns='http://www.w3.org/1999/xhtml'><head><link rel='stylesheet' href='SPY.css'/></head></html>",
                "application/xhtml+xml",
            )
        },
    ),
    Case(
        "XHTML document with a refresh",
        body="<iframe src=r></iframe>",
        files={
            "r": File(
                "<html xmlns='http://www.w3.org/1999/xhtml'><head><meta http-equiv='refresh' content='0;url=SPY'/></head></html>",
                "application/xhtml+xml",
            )
        },
    ),
    Case(
        "page of UTF-16",
        body="<iframe src=r></iframe>",
        files={"r": File("<!doctype html><img src=SPY>", "text/html; charset=utf-16le", charset="utf-16le")},
    ),
    Case(
        "page in frames of a frameset of files",
        body="<iframe src=r></iframe>",
        files={"r": File("<frameset><frame src=s></frameset>", "text/html"), "s": File("<img src=SPY>", "text/html")},
    ),
    Case("page that is an error of the server", body="<img src=SPY>", status=500),
    Case("page that forbids", body="<img src=SPY>", status=403),
    Case(
        "frame of a type in capitals",
        body="<iframe src=r></iframe>",
        files={"r": File("<img src=SPY>", "TEXT/HTML;charset=UTF-8")},
    ),
    Case(
        "frame of an unknown type",
        body="<iframe src=r></iframe>",
        files={"r": File("<!doctype html><img src=SPY>", "unknown/unknown")},
    ),
    Case(
        "module of the site with a dynamic import",
        body="<script type=module src=r></script>",
        files={"r": File("import('SPY.js')", _JS)},
    ),
    Case(
        "worker of the site that imports a tracker",
        script="new Worker('r')",
        files={"r": File("importScripts('SPY.js')", _JS)},
    ),
    Case(
        "worker of the site in a worker",
        script="new Worker('r')",
        files={"r": File("new Worker('s')", _JS), "s": File("fetch('SPY')", _JS)},
    ),
    Case(
        "service worker of the site that answers a page's fetch",
        script="await navigator.serviceWorker.register('r', { scope: './' }); const f = document.createElement('iframe'); for (let n = 0; n < 20; n++) { await new Promise(d => setTimeout(d, 100)); f.src = 'x.html?' + n; document.body.append(f) }",
        files={
            "r": File(
                "oninstall = () => skipWaiting(); onactivate = e => e.waitUntil(clients.claim()); onfetch = e => e.respondWith(fetch('SPY', { mode: 'no-cors' }).then(() => new Response('x')))",
                _JS,
            )
        },
    ),
    Case(
        "event stream of the site that names a tracker",
        script="new EventSource('r').onmessage = e => fetch(e.data)",
        files={"r": File("data: SPY\n\n", "text/event-stream")},
    ),
]
"""Cases of answers that send on to the tracker."""
