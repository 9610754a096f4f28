"""Ways to contact a tracker that need more than a page's body: headers, redirects, and further files of the site."""

# ruff: noqa: E501 (each row of the table is one piece of markup or script)

from __future__ import annotations

from leaks.case import Case, File

_FETCH = File("fetch('SPY')", "text/javascript")
_JS = "text/javascript"

ANSWERS = [
    Case("background of the body", body="</body><body background=SPY>", alone=True),
    Case("frame in a frameset", type="text/html", head="<frameset><frame src=SPY></frameset>"),
    Case(
        "speculation rules by script",
        alone=True,
        script='const s = document.createElement("script"); s.type = "speculationrules"; s.textContent = \'{"prefetch":[{"source":"list","urls":["SPY"],"eagerness":"immediate"}]}\'; document.head.append(s)',
    ),
    Case(
        "speculation rules",
        alone=True,
        body='<script type=speculationrules>{"prefetch":[{"source":"list","urls":["SPY"],"eagerness":"immediate"}]}</script>',
    ),
    Case("refresh header", headers=(("refresh", "0;url=SPY"),), alone=True),
    Case("meta refresh", head="<meta http-equiv=refresh content='0;url=SPY'>", alone=True),
    Case("Link header, preload", headers=(("link", "<SPY>; rel=preload; as=image"),)),
    Case("Link header, modulepreload", headers=(("link", "<SPY.js>; rel=modulepreload"),)),
    Case(
        "Link header, style sheet of preload", headers=(("link", "</x>; rel=next, <SPY.css>; rel=preload; as=style"),)
    ),
    Case(
        "reports of the site's own policy",
        headers=(("content-security-policy", "img-src 'none'; report-uri SPY"),),
        body="<img src=/x.png>",
    ),
    Case(
        "reports of the site's own trial policy",
        headers=(("content-security-policy-report-only", "img-src 'none'; report-uri SPY"),),
        body="<img src=/x.png>",
    ),
    Case("Speculation-Rules header", headers=(("speculation-rules", '"SPY"'),), alone=True),
    Case(
        "picture of the site that redirects",
        body="<img src=r>",
        files={"r": File("", None, (("location", "SPY"),), 302)},
    ),
    Case(
        "frame of the site that redirects",
        body="<iframe src=r></iframe>",
        files={"r": File("", None, (("location", "SPY"),), 302)},
    ),
    Case(
        "fetch of the site that redirects",
        script="fetch('r')",
        files={"r": File("", None, (("location", "SPY"),), 307)},
    ),
    Case(
        "Refresh header of a frame of text",
        body="<iframe src=r></iframe>",
        files={"r": File("x", headers=(("refresh", "0;url=SPY"),))},
    ),
    Case(
        "style sheet of the site that imports",
        head="<link rel=stylesheet href=r>",
        files={"r": File("@import 'SPY.css'", "text/css")},
    ),
    Case(
        "style sheet of the site with a picture",
        head="<link rel=stylesheet href=r>",
        body="<p>x",
        files={"r": File("p { background: url(SPY) }", "text/css")},
    ),
    Case("worker of the site", script="new Worker('w.js')", files={"w.js": _FETCH}),
    Case(
        "module worker of the site",
        script="new Worker('w.js', { type: 'module' })",
        files={"w.js": File("import 'SPY.js'", _JS)},
    ),
    Case("shared worker of the site", script="new SharedWorker('w.js')", files={"w.js": _FETCH}),
    Case(
        "service worker of the site",
        script="navigator.serviceWorker.register('w.js')",
        files={"w.js": File("oninstall = e => e.waitUntil(fetch('SPY'))", _JS)},
    ),
    Case(
        "service worker of the site that imports",
        script="navigator.serviceWorker.register('w.js')",
        files={"w.js": File("importScripts('SPY.js')", _JS)},
    ),
    Case("module of the site that imports", script="import('./w.js')", files={"w.js": File("import 'SPY.js'", _JS)}),
    Case(
        "frame of an SVG document with a picture",
        body="<iframe src=r.svg></iframe>",
        files={
            "r.svg": File(
                "<svg xmlns='http://www.w3.org/2000/svg'><image href='SPY' width='9' height='9'/></svg>",
                "image/svg+xml",
            )
        },
    ),
    Case(
        "frame of an SVG document with a script",
        body="<iframe src=r.svg></iframe>",
        files={
            "r.svg": File(
                "<svg xmlns='http://www.w3.org/2000/svg'><script>fetch('SPY')</script></svg>", "image/svg+xml"
            )
        },
    ),
    Case(
        "frame of an SVG document with a peer connection",
        body="<iframe src=r.svg></iframe>",
        files={
            "r.svg": File(
                "<svg xmlns='http://www.w3.org/2000/svg'><script>var c = new RTCPeerConnection({ iceServers: [{ urls: 'stun:SPYHOST' }] }); c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o))</script></svg>",
                "image/svg+xml",
            )
        },
    ),
    Case(
        "frame of an XHTML document",
        body="<iframe src=r.xhtml></iframe>",
        files={
            "r.xhtml": File(
                "<html xmlns='http://www.w3.org/1999/xhtml'><body><img src='SPY'/></body></html>",
                "application/xhtml+xml",
            )
        },
    ),
    Case(
        "style sheet of an XML document",
        body="<iframe src=r.xml></iframe>",
        files={"r.xml": File("<?xml-stylesheet type='text/css' href='SPY.css'?><r/>", "application/xml")},
    ),
    Case(
        "frame without a type", body="<iframe src=r></iframe>", files={"r": File("<!doctype html><img src=SPY>", None)}
    ),
    Case(
        "picture in a frame that is not found",
        body="<iframe src=r></iframe>",
        files={"r": File("<!doctype html><img src=SPY>", "text/html", status=404)},
    ),
    Case("page that is not found", body="<img src=SPY>", status=404),
    Case("page without a type", body="<img src=SPY>", type=None),
]
"""Each with the page and the files that show it."""
