"""The site's own markup is parsed, laid out and loaded as it was written."""

# ruff: noqa: E501 (each row of the tables is one piece of markup or script)

from __future__ import annotations

from keeps.loads import FILES
from leaks.case import Case

_GIF = "data:image/gif;base64,R0lGODlhAgABAIAAAP8AAAAAACH5BAAAAAAALAAAAAACAAEAAAICBAoAOw=="
_LOADED = "await (document.readyState == 'complete' || once(window, 'load'));"
_ALL = f"{_LOADED} return t.outerHTML"
# Each: the markup, and what is told of it.
WRITTEN = {
    "template": (
        "<template id=t><img src=own.png onerror='window.ran = 1'><script>window.ran = 2</script><tr><td>x</template>",
        "return [t.innerHTML, t.content.childNodes.length, typeof ran]",
    ),
    "template that is cloned": (
        "<template id=t><p onclick='window.ran = 1'>x</p><script>window.ran = 2</script></template>",
        "document.body.append(t.content.cloneNode(true)); return [typeof ran, document.querySelectorAll('[onclick]').length]",
    ),
    "template in a table": (
        "<table><template id=t><tr><td>1</td></tr></template><tbody id=b></tbody></table>",
        "b.append(t.content.cloneNode(true), t.content.cloneNode(true)); return b.innerHTML",
    ),
    "declarative shadow tree": (
        "<div id=t><template shadowrootmode=open shadowrootserializable><style>p { color: red }</style><slot></slot><p>in</p></template>out</div>",
        "return [t.shadowRoot.innerHTML, t.innerHTML, t.getHTML({ serializableShadowRoots: true })]",
    ),
    "custom element": (
        "<own-card id=t title='a'>x</own-card><script>customElements.define('own-card', class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = `<b>${this.title}</b><slot></slot>` } static observedAttributes = ['title']; attributeChangedCallback(name, old, now) { (this.seen ??= []).push([name, old, now]) } })</script>",
        "t.setAttribute('title', 'b'); return [t.shadowRoot.innerHTML, t.seen, t.matches(':defined')]",
    ),
    "built-in element that is extended": (
        "<button is=own-button id=t>x</button><script>customElements.define('own-button', class extends HTMLButtonElement { connectedCallback() { this.mine = 1 } }, { extends: 'button' })</script>",
        "return [t.mine, t instanceof HTMLButtonElement]",
    ),
    "element of a form": (
        "<form id=f><own-field name=a></own-field></form><script>customElements.define('own-field', class extends HTMLElement { static formAssociated = true; constructor() { super(); this.attachInternals().setFormValue('v') } })</script>",
        "return [...new FormData(f)]",
    ),
    "textarea": (
        "<textarea id=t>\n\n <b>&amp; <script src=SPY></script> <iframe src=SPY></iframe></textarea>",
        "return [t.value, t.defaultValue]",
    ),
    "pre with a leading newline": (
        "<pre id=t>\n\n a\n\tb  <b>c</b>\n</pre><pre>\nx</pre>",
        "return [t.textContent, t.nextSibling.textContent]",
    ),
    "listing": ("<listing id=t>\nx <i>y</i></listing>", "return t.innerHTML"),
    "xmp": ("<xmp id=t><iframe src=SPY></iframe> &amp; <!-- x </xmp>", "return t.textContent"),
    "plaintext": (
        "HERE<p>x</p><plaintext><iframe src=SPY></iframe> </plaintext> &amp; <b>",
        f"{_LOADED} return document.querySelector('plaintext').textContent",
    ),
    "title with markup": (
        "<svg><title>drawn <b>x</b></title></svg>",
        "return [document.title, document.querySelector('svg title')?.textContent]",
    ),
    "comments": (
        "<div id=t><!-- a --><!--> b --><!---> c --><!-- --!> d <!-- <iframe src=SPY></iframe> --><!-- e <!-- f --></div>",
        "return [t.innerHTML, t.childNodes.length]",
    ),
    "conditional comments": (
        "<div id=t><!--[if IE]><script src=SPY></script><![endif]--><!--[if !IE]><!--><b>x</b><!--<![endif]--><![if gte IE 9]>y<![endif]></div>",
        "return t.innerHTML",
    ),
    "server-side comments": (
        "<div id=t><!--# include virtual='/x' --><!--esi <p>x</p> --><?php echo 1 ?><% x %></div>",
        "return t.innerHTML",
    ),
    "section of text in SVG": (
        "<svg id=t><desc><![CDATA[<iframe src=SPY></iframe> &amp; ]]></desc><style><![CDATA[ g { fill: red } ]]></style></svg>",
        "return [t.innerHTML, t.querySelector('desc').textContent]",
    ),
    "section of text outside SVG": ("<div id=t><![CDATA[<b>x</b>]]></div>", "return t.innerHTML"),
    "MathML": (
        "<math id=t><mi>x</mi><annotation-xml encoding='text/html'><p>y</p></annotation-xml><mtext><b>z</b></mtext><semantics><annotation><![CDATA[<b>]]></annotation></semantics></math>",
        "return [t.outerHTML, t.namespaceURI, t.querySelector('p').namespaceURI]",
    ),
    "SVG with HTML in it": (
        "<svg id=t viewBox='0 0 9 9'><foreignObject><div xmlns='http://www.w3.org/1999/xhtml'>x<br>y</div></foreignObject><linearGradient id=g /><clipPath><circle r=1 /></clipPath></svg>",
        _ALL,
    ),
    "SVG that is broken out of": ("<div id=t><svg><g><p>x</p></g></svg></div>", _ALL),
    "character references": (
        "<div id=t title='&quot;&#39;&lt;&eacute;&notit;&amp;amp;'>&lt;b&gt; &amp;amp; &copy &nbsp;|&#x1F600;&#128;&notin;</div>",
        "return [t.title, t.textContent, t.innerHTML]",
    ),
    "address with references": (
        "<a id=t href='own.txt?a=1&amp;b=2&copy=3&lt'>x</a>",
        "return t.href.replace(/.*\\//, '')",
    ),
    "attributes of every kind": (
        "<div id=t a b=1 c='2' d=\"3\" e = 4 F=5 g='\"' h=\"'\" data-x='<b>' a=twice x:y=1 @click='f' :v=\"w\" #r [i]=j (k)=l></div>",
        "return [...t.attributes].map(a => [a.name, a.value])",
    ),
    "tags that nobody closed": ("<div id=t><p>a<p>b<ul><li>c<li>d</ul><b>e<i>f</b>g</i></div>", _ALL),
    "table that is broken": ("<div id=t><table><tr><td>a<div>b</table><table>c<tr><td>d</table></div>", _ALL),
    "select with everything": (
        "<select id=t><optgroup label=a><option selected value=1>x<option disabled>y</optgroup><option>z</select>",
        "return [t.outerHTML, t.value, t.length]",
    ),
    "text behind the body": (
        "<div id=t>x</div></body></html>y<p id=z>z</p>",
        f"{_LOADED} return [z.textContent, z.parentNode.localName, z.previousSibling.data]",
    ),
    "uppercase markup": (
        "<DIV ID=t CLASS=a><IMG SRC=own.png ALT=b><SCRIPT>window.ran = 1</SCRIPT></DIV>",
        "return [t.outerHTML, ran]",
    ),
    "details, dialog, popover": (
        "<details id=t open><summary>a</summary>b</details><dialog id=d>c</dialog><p id=p popover>e</p>",
        "d.showModal(); const modal = d.matches(':modal'); d.close('v'); p.showPopover(); return [t.open, modal, d.returnValue, p.matches(':popover-open')]",
    ),
    "noscript": ("<noscript id=t><p>without & <b>script</b></noscript>", "return [t.textContent, t.childElementCount]"),
    "noscript that a script reads": (
        "<div class=lazy><noscript><img src=own.png alt=x width=2></noscript></div>",
        "const n = document.querySelector('noscript'); n.parentNode.innerHTML = n.textContent; return document.querySelector('img').outerHTML",
    ),
    "inline frame of a srcdoc": (
        "<iframe id=t srcdoc='<!doctype html><title>in</title><p>a &amp;amp; b</p><script>self.ran = document.title</script>'></iframe>",
        f"{_LOADED} return [t.contentDocument.querySelector('p').textContent, t.contentWindow.ran, t.contentDocument.compatMode]",
    ),
    "image map": (
        "<img usemap=#m src='" + _GIF + "'><map name=m><area id=t href=#here shape=rect coords=0,0,1,1></map>",
        "t.click(); return location.hash",
    ),
    "anchor and target": (
        "<a id=t href=#below>x</a><h2 id=below>y</h2>",
        "t.click(); return [location.hash, document.querySelector(':target').id]",
    ),
    "microdata and Open Graph": (
        "<div id=t itemscope itemtype=https://schema.org/Article><meta itemprop=image content=https://tracker.localhost/x.png><span itemprop=name>y</span></div>",
        _ALL,
    ),
    "page as AMP writes it": (
        "<amp-img id=t src=own.png width=2 height=1 layout=responsive><noscript><img src=own.png></noscript></amp-img><style amp-boilerplate>body { -x: 1 }</style>",
        _ALL,
    ),
    "links with relations": (
        "<a id=t href=http://elsewhere.localhost/ rel='nofollow noopener' target=_blank hreflang=fr>x</a>",
        _ALL,
    ),
    "link to a held host": ("<a id=t href=SPY/path ping=/do/echo>x</a>", "return [t.href, t.ping]"),
    "directionality and languages": (
        "<p id=t lang=ar dir=rtl>\u0645\u0631\u062d\u0628\u0627 <bdo dir=ltr>x</bdo></p>",
        "return [t.outerHTML, getComputedStyle(t).direction, document.documentElement.lang]",
    ),
    "frameworks' marks": (
        "<div id=t v-if=x ng-app x-data='{ a: 1 }' hx-get=own.txt data-turbo=false><!--$--><!--/$--><!--[--><!--]--><!----></div>",
        _ALL,
    ),
}
HEADS = {
    "base": (
        "<base href=sub/ target=_self>",
        "<img src=here.svg><a id=t href=x>y</a>",
        f"{_LOADED} return [t.href.split('/').slice(-2), await answer(await fetch('here.txt')), document.querySelector('img').naturalWidth]",
    ),
    "title": (
        "<title>a &amp; <b>b</b> <!-- c --></title>",
        "",
        "return [document.title, document.querySelectorAll('title').length]",
    ),
    "meta of every kind": (
        "<meta name=viewport content='width=device-width'><meta name=referrer content=no-referrer><meta property=og:image content=https://tracker.localhost/x.png><meta http-equiv=x-own content=1><meta name=robots content=noindex><meta name=theme-color content='#fff'><meta name=color-scheme content='light dark'>",
        "",
        "return [...document.querySelectorAll('meta')].map(m => m.outerHTML)",
    ),
    "refresh that waits": (
        "<meta http-equiv=refresh content='3600; url=own.txt'>",
        "",
        "return document.querySelector('meta').content",
    ),
    "scripts and styles in the order of the head": (
        "<style id=a>p { color: red }</style><script id=b>window.ran = document.head.lastElementChild.id</script><style id=c>p { color: rgb(1, 2, 3) }</style>",
        "<p id=t>x</p>",
        "return [ran, [...document.head.children].map(e => e.id).filter(Boolean), getComputedStyle(t).color]",
    ),
    "first and last of the head": (
        "<meta name=own content=1><script>window.ran = [document.head.lastChild.localName, document.getElementsByTagName('head')[0] === document.head]; document.head.appendChild(document.createElement('style')).textContent = 'p { color: rgb(1, 2, 3) }'</script>",
        "<p id=t>x</p>",
        "return [ran, getComputedStyle(t).color]",
    ),
    "language of the page": (
        "",
        "<p lang=de>x</p>",
        "return [document.documentElement.lang, document.compatMode, document.doctype.name, document.characterSet]",
    ),
}
PAGES = {
    "in ISO 8859-1": ("text/html; charset=iso-8859-1", ""),
    "with a charset in its head": ("text/html", "<meta charset=utf-8>"),
    "with a charset in an old way": ("text/html", "<meta http-equiv=content-type content='text/html; charset=utf-8'>"),
    "without any charset": ("text/html", ""),
}
MARKUPS = [
    *(Case(f"markup: {name}", body=body, script=script, files=FILES) for name, (body, script) in WRITTEN.items()),
    *(
        Case(f"head: {name}", head=head, body=body, script=script, files=FILES)
        for name, (head, body, script) in HEADS.items()
    ),
    *(
        Case(
            f"page {name}",
            head=head,
            type=kind,
            body="<p id=t>\xe9</p>",
            script="return [document.characterSet, t.textContent]",
        )
        for name, (kind, head) in PAGES.items()
    ),
]
