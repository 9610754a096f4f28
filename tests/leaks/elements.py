"""What markup fetches, by the attribute index of the HTML standard, SVG 2 and MathML Core; spellings of an address."""

# ruff: noqa: E501 (each row of the tables is one piece of markup)

from __future__ import annotations

from leaks.case import Case, rows

_IMAGE = "<img src=SPY>"
_CLICK = "<script>document.querySelector('#y').click()</script>"
_BOX = "width=9 height=9"

HTML_ELEMENTS = {
    "img srcset by width": "<img srcset='SPY 9w' sizes=9px>",
    "img srcset, the second": "<img srcset='data: 9x, SPY 1x'>",
    "img that is lazy": "<img loading=lazy src=SPY>",
    "img with CORS": "<img crossorigin src=SPY>",
    "img in a picture": "<picture><source srcset=SPY media='(max-width: 0)'><img src=SPY></picture>",
    "source of a type in a picture": "<picture><source type=image/webp srcset=SPY><img src=data:></picture>",
    "source in an audio": "<audio preload=auto><source src=SPY></audio>",
    "audio that plays": "<audio autoplay muted src=SPY></audio>",
    "video that plays": "<video autoplay muted src=SPY></video>",
    "poster beside a source": "<video poster=SPY><source src=/x.mp4></video>",
    "track of an audio in markup": "<video crossorigin><track kind=metadata src=SPY default></video>",
    "iframe that is lazy": "<iframe loading=lazy src=SPY></iframe>",
    "iframe without credentials": "<iframe credentialless src=SPY></iframe>",
    "iframe in a sandbox": "<iframe sandbox src=SPY></iframe>",
    "iframe inside a paragraph": "<p><b><iframe src=SPY></iframe></b></p>",
    "embed of HTML": "<embed type=text/html src=SPY>",
    "embed of SVG": "<embed type=image/svg+xml src=SPY.svg>",
    "object of HTML": "<object type=text/html data=SPY></object>",
    "object of a picture": "<object type=image/png data=SPY></object>",
    "object of SVG": "<object type=image/svg+xml data=SPY.svg></object>",
    "fallback of an object": f"<object data=data:x/y,>{_IMAGE}</object>",
    "fallback of an object in an object": "<object data=data:x/y,><object data=SPY></object></object>",
    "input of type IMAGE": "<input type=IMAGE src=SPY>",
    "image button with a formaction": "<iframe name=x></iframe><form target=x><input id=y type=image formaction=SPY></form>"
    + _CLICK,
    "submit input with formaction": "<iframe name=x></iframe><form target=x><input id=y type=submit formaction=SPY></form>"
    + _CLICK,
    "button of a form elsewhere": "<iframe name=x></iframe><form id=z action=SPY target=x></form><button id=y form=z></button>"
    + _CLICK,
    "button with a formtarget": "<iframe name=x></iframe><form action=SPY><button id=y formtarget=x></button></form>"
    + _CLICK,
    "form that posts into a frame": "<iframe name=x></iframe><form method=post action=SPY target=x><button id=y></button></form>"
    + _CLICK,
    "link into a frame": "<iframe name=x></iframe><a id=y href=SPY target=x>x</a>" + _CLICK,
    "area into a frame": "<iframe name=x></iframe><map name=m><area id=y href=SPY target=x></map>" + _CLICK,
    "link in a srcdoc that is clicked": "<iframe srcdoc='<a id=y href=SPY>x</a><script>y.click()</script>'></iframe>",
    "base with a target": "<base target=x><iframe name=x></iframe><a id=y href=SPY>x</a>" + _CLICK,
    "second base": "<base target=_self><base href=SPY/><img src=x>",
    "background of a row": "<table><tr background=SPY><td>x</table>",
    "background of a row group": "<table><tbody background=SPY><tr><td>x</table>",
    "background of a table's head": "<table><thead background=SPY><tr><td>x</table>",
    "background of a table's foot": "<table><tfoot background=SPY><tr><td>x</table>",
    "background of a heading cell": "<table><tr><th background=SPY>x</table>",
    "script of an old type": "<script type=text/javascript1.5 language=x src=SPY.js></script>",
    "script, deferred": "<script defer src=SPY.js></script>",
    "script with integrity": "<script integrity=sha256-x crossorigin src=SPY.js></script>",
    "module script, async": "<script type=module async src=SPY.js></script>",
    "JSON imported by a module script": "<script type=module>import x from 'SPY.json' with { type: 'json' }</script>",
    "style sheet imported by a module script": "<script type=module>import x from 'SPY.css' with { type: 'css' }</script>",
    "re-export of a module script": "<script type=module>export * from 'SPY.js'</script>",
    "import() in a module script": "<script type=module>import('SPY.js')</script>",
    "import in a module of data:": "<script type=module src='data:text/javascript,import \"SPY.js\"'></script>",
    "scoped import map": '<script type=importmap>{"scopes":{"/":{"x":"SPY.js"}}}</script><script type=module>import "x"</script>',
    "alternate style sheet": "<link rel='alternate stylesheet' title=x href=SPY.css>",
    "style sheet for print": "<link rel=stylesheet media=print href=SPY.css>",
    "style sheet that blocks": "<link rel=stylesheet blocking=render href=SPY.css>",
    "style sheet in a template's neighbour": "<template></template><link rel=STYLESHEET href=SPY.css>",
    "style sheet of data: that imports": "<link rel=stylesheet href='data:text/css,@import \"SPY.css\"'>",
    "preload of a style sheet": "<link rel=preload as=style href=SPY.css>",
    "preload of a track": "<link rel=preload as=track crossorigin href=SPY>",
    "preload for a media that matches": "<link rel=preload as=image media=screen href=SPY>",
    "modulepreload of a style sheet": "<link rel=modulepreload as=style href=SPY.css>",
    "modulepreload of JSON": "<link rel=modulepreload as=json href=SPY.json>",
    "prefetch of a document": "<link rel=prefetch as=document href=SPY>",
    "compression dictionary": "<link rel=compression-dictionary crossorigin href=SPY>",
    "srcdoc with references": "<iframe srcdoc='&lt;img src=SPY&gt;'></iframe>",
    "srcdoc beside a src": "<iframe src=/x srcdoc='<img src=SPY>'></iframe>",
    "srcdoc with a base": "<iframe srcdoc='<base href=SPY/><img src=x>'></iframe>",
    "srcdoc that is in a sandbox without scripts": "<iframe sandbox srcdoc='<img src=SPY>'></iframe>",
    "noscript in a sandbox without scripts": "<iframe sandbox srcdoc='<noscript><img src=SPY></noscript>'></iframe>",
    "frame of a data: address, encoded": "<iframe src='data:text/html;base64,AAAA'></iframe><iframe src='data:text/html,%3Cimg src=SPY%3E'></iframe>",
    "object of a data: address": "<object data='data:text/html,<img src=SPY>'></object>",
    "embed of a data: address": "<embed src='data:text/html,<img src=SPY>'>",
    "frame of SVG of a data: address": '<iframe src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"><image href="SPY" width="9" height="9"/></svg>\'></iframe>',
    "frame of XHTML of a data: address": '<iframe src=\'data:application/xhtml+xml,<html xmlns="http://www.w3.org/1999/xhtml"><img src="SPY"/></html>\'></iframe>',
    "frame of a javascript: address that goes on": "<iframe src='javascript:void(location.href=\"SPY\")'></iframe>",
    "declarative shadow tree, closed": "<div><template shadowrootmode=closed><img src=SPY></template></div>",
    "declarative shadow tree in a srcdoc": "<iframe srcdoc='<div><template shadowrootmode=open><style>p{background:url(SPY)}</style><p>x</p></template></div>'></iframe>",
    "meta refresh without url=": "<iframe srcdoc='<meta http-equiv=refresh content=\"0;SPY\">'></iframe>",
    "meta refresh with quotes": "<iframe srcdoc='<meta http-equiv=REFRESH content=\"0 url=&amp;quot;SPY&amp;quot;\">'></iframe>",
    "meta refresh with a comma": "<iframe srcdoc='<meta http-equiv=refresh content=\"0,url=SPY\">'></iframe>",
    "handler of an error": "<video src=data: onerror='fetch(\"SPY\")'></video>",
    "handler of a load": "<style onload='fetch(\"SPY\")'></style>",
    "handler of a toggle": "<details open ontoggle='fetch(\"SPY\")'>x</details>",
    "handler of SVG": "<svg onload='fetch(\"SPY\")'></svg>",
    "handler of the focus": "<input autofocus onfocus='fetch(\"SPY\")'>",
    "handler of an animation": "<style>@keyframes k { to { top: 0 } } p { animation: k 1ms }</style><p onanimationend='fetch(\"SPY\")'>x",
}

# What only a parser of HTML finds.
PLACES = {
    "in a select": f"<select>{_IMAGE}</select>",
    "in a table": f"<table>{_IMAGE}</table>",
    "in a button": f"<button>{_IMAGE}</button>",
    "in a details": f"<details open>{_IMAGE}</details>",
    "in a dialog": f"<dialog>{_IMAGE}</dialog>",
    "in what is hidden": f"<p hidden>{_IMAGE}</p>",
    "in a canvas": f"<canvas>{_IMAGE}</canvas>",
    "in a video": f"<video>{_IMAGE}</video>",
    "in a marquee": f"<marquee>{_IMAGE}</marquee>",
    "behind a comment that ends early": f"<!-->{_IMAGE}",
    "behind a comment with a mark": f"<!-- --!>{_IMAGE}-->",
    "behind a bogus comment": f"<!x>{_IMAGE}",
    "behind a processing instruction": f"<?x>{_IMAGE}",
    "behind an end tag that is none": f"</ x>{_IMAGE}",
    "behind a textarea": f"<textarea><!--</textarea>{_IMAGE}",
    "behind a title": f"<title><img></title>{_IMAGE}",
    "behind an xmp": f"<xmp><script></xmp>{_IMAGE}",
    "behind a script with a comment": f"<script><!-- <script> </script> --></script>{_IMAGE}",
    "behind a style with a comment": f"<style><!--</style>{_IMAGE}",
    "with a slash": "<img/src=SPY/>",
    "with blanks about the sign": "<img src\n=\n'SPY'>",
    "in capitals": "<IMG SRC=SPY>",
    "with a quote in its name": '<img " src=SPY>',
    "with a sign before its name": "<img =x src=SPY>",
    "of two addresses": "<img src=SPY src=/x.png>",
    "behind a quoted bracket": "<img alt='>' src=SPY>",
    "in the title of SVG": f"<svg><title>{_IMAGE}</title></svg>",
    "in the desc of SVG": f"<svg><desc>{_IMAGE}</desc></svg>",
    "in a foreign object": f"<svg><foreignObject {_BOX}>{_IMAGE}</foreignObject></svg>",
    "that breaks out of SVG": f"<svg><g>{_IMAGE}</g></svg>",
    "behind SVG's CDATA": f"<svg><![CDATA[>]]></svg>{_IMAGE}",
    "behind a CDATA of HTML": f"<![CDATA[>{_IMAGE}]]>",
    "in a style of SVG": f"<svg><style>{_IMAGE}</style></svg>",
    "in MathML's text": f"<math><mtext>{_IMAGE}</mtext></math>",
    "in MathML's annotation": f"<math><annotation-xml encoding=text/html>{_IMAGE}</annotation-xml></math>",
    "that breaks out of MathML": f"<math><mrow>{_IMAGE}</mrow></math>",
    "of the old name in a foreign object": f"<svg><foreignObject {_BOX}><image src=SPY></foreignObject></svg>",
}

SVG_ELEMENTS = {
    "script by xlink": "<svg><script xlink:href=SPY.js></script></svg>",
    "feImage by xlink": f"<svg><filter id=x><feImage xlink:href=SPY /></filter><rect {_BOX} filter=url(#x) /></svg>",
    "picture in a pattern": f"<svg><pattern id=x {_BOX}><image href=SPY {_BOX} /></pattern><rect {_BOX} fill=url(#x) /></svg>",
    "picture in a symbol": f"<svg><symbol id=x><image href=SPY {_BOX} /></symbol><use href=#x /></svg>",
    "picture in a mask": f"<svg><mask id=x><image href=SPY {_BOX} /></mask><rect {_BOX} mask=url(#x) /></svg>",
    "picture in a marker": f"<svg><marker id=x><image href=SPY {_BOX} /></marker><path d='M0 0L9 9' marker-end=url(#x) /></svg>",
    "picture in definitions": f"<svg><defs><image href=SPY {_BOX} /></defs></svg>",
    "picture in a switch": f"<svg><switch><image href=SPY {_BOX} /></switch></svg>",
    "picture with CORS": f"<svg><image crossorigin href=SPY {_BOX} /></svg>",
    "picture, animated": f"<svg><image {_BOX}><animate attributeName=href values='SPY;SPY' dur=1s fill=freeze /></image></svg>",
    "feImage, set": f"<svg><filter id=x><feImage><set attributeName=href to=SPY /></feImage></filter><rect {_BOX} filter=url(#x) /></svg>",
    "link, set and clicked": "<iframe name=x></iframe><svg><a id=y target=x><set attributeName=href to=SPY /><text>x</text></a></svg><script>setTimeout(() => document.querySelector('#y').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true })), 300)</script>",
    "link into a frame": "<iframe name=x></iframe><svg><a id=y target=x href=SPY><text>x</text></a></svg><script>document.querySelector('#y').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))</script>",
    "style that imports": "<svg><style>@import 'SPY.css';</style></svg>",
    "style attribute": f"<svg><rect {_BOX} style='mask-image:url(SPY)' /></svg>",
    "style attribute of the root": "<svg style='background:url(SPY)'></svg>",
    "mask attribute": f"<svg><rect {_BOX} mask=url(SPY) /></svg>",
    "cursor attribute": f"<svg><rect {_BOX} cursor='url(SPY), auto' /></svg>",
    "font of a text": "<svg><style>@font-face { font-family: f; src: url(SPY) } text { font-family: f }</style><text>x</text></svg>",
    "handler of an animation": f"<svg><rect {_BOX}><animate attributeName=x dur=1ms onend='fetch(\"SPY\")' /></rect></svg>",
    "frame in a foreign object": f"<svg><foreignObject {_BOX}><iframe src=SPY></iframe></foreignObject></svg>",
    "style sheet in a foreign object": f"<svg><foreignObject {_BOX}><link rel=stylesheet href=SPY.css></foreignObject></svg>",
    "external fill": f"<svg><rect {_BOX} fill='url(SPY.svg#x)' /></svg>",
    "external clip-path": f"<svg><rect {_BOX} clip-path='url(SPY.svg#x)' /></svg>",
    "external marker": "<svg><path d='M0 0L9 9' marker-end='url(SPY.svg#x)' /></svg>",
}

MATH_ELEMENTS = {
    "style attribute": "<math style='background:url(SPY)'><mi>x</mi></math>",
    "style attribute inside": "<math><mi style='background-image:url(SPY)'>x</mi></math>",
    "style element": "<style>mi { background: url(SPY) }</style><math><mi>x</mi></math>",
}

# Of an address that a parser of URLs cleans (URL standard, "basic URL parser").
ADDRESSES = {
    "without a scheme": "//SPYHOST/",
    "with slashes turned": "\\\\SPYHOST\\",
    "with a slash turned": "/\\SPYHOST/",
    "with three slashes": "///SPYHOST/",
    "with its scheme in capitals": "HTTP://SPYHOST/",
    "with turned slashes behind the scheme": "http:\\\\SPYHOST/",
    "with a line's end in its scheme": "ht\ntp://SPYHOST/",
    "with a tab in its host": "http://track\ter.localhost:SPYPORT/",
    "with a reference": "&#104;ttp://SPYHOST/",
    "with a named reference": "http&colon;&sol;&sol;SPYHOST/",
    "with a reference without its end": "&#x68ttp://SPYHOST/",
    "with blanks before": " \n SPY ",
    "with a control before": "&#1;SPY",
    "with its host in capitals": "http://TRACKER.LOCALHOST:SPYPORT/",
    "with its host encoded": "http://tr%61cker.localhost:SPYPORT/",
    "with its host in wide letters": "http://ｔｒａｃｋｅｒ.localhost:SPYPORT/",
    "with a wide full stop": "http://tracker。localhost:SPYPORT/",
    "with a soft hyphen": "http://tra&shy;cker.localhost:SPYPORT/",
    "with a fragment": "SPY#gazette.localhost",
    "with dots": "http://SPYHOST/../%2e%2e/x",
}

# Nobody declared these.
UNDECLARED = {
    "tracker's address": "http://127.0.0.1:SPYPORT/",
    "tracker's address, short": "http://127.1:SPYPORT/",
    "tracker's address as a number": "http://2130706433:SPYPORT/",
    "tracker's address in octal": "http://0177.0.0.1:SPYPORT/",
    "tracker's sub-domain": "http://a.tracker.localhost:SPYPORT/",
    "sub-domain of the site's own": "http://metrics.gazette.localhost:SPYPORT/",
    "host that begins like the site": "http://gazette.localhost.tracker.localhost:SPYPORT/",
    "host that ends like the tracker": "http://nottracker.localhost:SPYPORT/",
    "machine itself": "http://localhost:SPYPORT/",
}

ELEMENTS = [
    *rows("contact", "body", HTML_ELEMENTS),
    *rows("contact", "body", {f"img {place}": markup for place, markup in PLACES.items()}),
    *rows("contact", "body", {f"SVG: {name}": markup for name, markup in SVG_ELEMENTS.items()}),
    *rows("contact", "body", {f"MathML: {name}": markup for name, markup in MATH_ELEMENTS.items()}),
    *(
        Case(f"{tag} of an address {name}", body=f'<{tag} src="{url}"></{tag}>')
        for name, url in ADDRESSES.items()
        for tag in ("img", "iframe")
    ),
]
"""Markup that contacts the tracker by itself."""

STRANGERS = [
    *rows("contact", "body", {f"img at the {name}": f'<img src="{url}">' for name, url in UNDECLARED.items()}),
    *rows("contact", "script", {f"fetch at the {name}": f"fetch('{url}')" for name, url in UNDECLARED.items()}),
]
"""Markup and script that contact a host which no service declares: never allowed."""
