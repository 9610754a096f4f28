"""Sites that do nothing wrong: what they set, keep and contact needs no consent, or is asked for properly."""

# ruff: noqa: E501 (a row of a table is one line)

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from support.planted.party import PIXEL
from support.servers import serve_asgi

HTML = "text/html; charset=utf-8"
_SCRIPT, _STYLE = "text/javascript", "text/css"
_TYPES = {
    ".js": _SCRIPT,
    ".css": _STYLE,
    ".gif": "image/gif",
    ".json": "application/json",
    ".ttf": "font/ttf",
    ".html": HTML,
}

# A page as any site has it; what is innocent stands in it.
_PAGE = """<!doctype html><html lang="LANG"><head><meta charset="utf-8"><title>Le Canard du Bassin</title>HEAD</head>
<body><header><nav><a href="/">Accueil</a> <a href="/confidentialite">Confidentialité</a></nav></header>
<main><h1>Le Canard du Bassin</h1><p>Les nouvelles du bassin, chaque matin, depuis 1902.</p>BODY</main>
<footer><p>Éditions du Bassin</p></footer></body></html>"""


# A notice as it should be: its first layer names who asks, for what, and whom it lets in.
_NOTICE = """<style>
  #avis { position: fixed; right: 0; bottom: 0; left: 0; padding: 1rem 2rem; background: #fff; color: #1b1b1b; font: 16px/1.5 sans-serif; }
  #avis[hidden] { display: none; }
  #avis button { min-width: 12rem; padding: .7rem; border: 2px solid #12355b; background: #12355b; color: #fff; font: 600 16px/1.2 sans-serif; }
</style>
<button type="button" id="gerer">Gérer mes cookies</button>
<div id="avis" role="dialog" aria-label="Vos choix en matière de cookies" lang="fr" hidden>
  <p>Le Canard du Bassin, édité par Éditions du Bassin, demande votre accord pour charger « Le Large » (Large SARL), qui mesure l’audience et affiche des vidéos. <a href="/confidentialite">Politique de confidentialité</a></p>
  <label><input type="checkbox" id="large"> Le Large : mesure d’audience et vidéos</label>
  <button type="button" id="refuser">Tout refuser</button> <button type="button" id="accepter">Tout accepter</button> <button type="button" id="choisir">Enregistrer mes choix</button>
</div>
<script>
(() => {
  const avis = document.getElementById("avis"), kept = () => (/canard_choix=(\\w+)/.exec(document.cookie) || [])[1];
  const on = (id, act) => { document.getElementById(id).onclick = act; };
  const accepted = () => { ACCEPTED };
  const choose = word => {
    const had = kept();
    document.cookie = `canard_choix=${word}; path=/; max-age=15552000; samesite=lax`;
    avis.hidden = true;
    if (word === "oui") accepted();
    else if (had === "oui") { WIPED; location.reload(); }
  };
  on("refuser", () => choose("non"));
  on("accepter", () => choose("oui"));
  on("choisir", () => choose(document.getElementById("large").checked ? "oui" : "non"));
  on("gerer", () => { avis.hidden = false; });
  if (!kept()) avis.hidden = false;
  if (kept() === "oui") accepted();
})();
</script>"""

_DECLARATION = """
[site]
name = "Le Canard du Bassin"
hosts = ["canard.localhost"]
languages = ["fr"]
privacy_policy = "/confidentialite"

[site.controller]
name = "Éditions du Bassin"
address = "2 quai du Bassin, 33120 Arcachon, France"
contact = "vieprivee@canard.localhost"

[purposes.functioning]
exempt = "strictly-necessary"

[purposes.audience]
exempt = "audience-measurement"

[purposes.media]

[services.canard]
name = "Le Canard du Bassin"
recipient = "Éditions du Bassin"
purpose = "functioning"
cookies = [
  { name = "canard_choix", lifetime = "6 months" },
  { name = "panier", lifetime = "30 days" },
  { name = "langue", lifetime = "12 months" },
]
storage = [{ name = "theme", lifetime = "until erased" }]
"""


@dataclass(frozen=True)
class Keep:
    """One innocent page. ``RANDOM`` in a cookie is new each time; ``OWN`` is the site's address, ``CDN`` that of its sub-domain, ``TIERS`` another site's."""

    name: str
    body: str = ""
    head: str = ""
    script: str = ""
    cookies: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    language: str = "fr"
    onward: str = ""  # a path that sends on to the page
    declared: str = ""  # services of its declaration, where the audit is given one
    accepted: str = ""  # script that runs once everything was accepted, where a notice asks
    wiped: str = ""  # script that takes back what that did

    @property
    def asks(self) -> bool:
        """Whether the page has a notice that can be answered, so that it is seen in every state."""
        return bool(self.accepted)

    @property
    def declaration(self) -> str:
        """What the site promises; empty where the audit is told nothing."""
        return _DECLARATION + self.declared if self.declared else ""

    @property
    def slug(self) -> str:
        """The page's path."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.name.lower())


_YEAR, _MONTH = "; Path=/; Max-Age=31449600; SameSite=Lax", "; Path=/; Max-Age=2592000; SameSite=Lax"
_SESSION = "; Path=/; HttpOnly; SameSite=Lax"
_PIECES = "onload = () => { const p = document.createElement('canvas').getContext('2d'); for (let n = 0; n < 20; n++) { p.fillRect(n * 5, 0, 4, n) } }"

_MATOMO = "if (!/_pk_id/.test(document.cookie)) document.cookie = `_pk_id.1.a3f2=${crypto.randomUUID().replaceAll('-', '').slice(0, 16)}.${Math.floor(Date.now() / 1000)}.; path=/; max-age=33955200; samesite=lax`; document.cookie = '_pk_ses.1.a3f2=1; path=/; max-age=1800; samesite=lax'; navigator.sendBeacon('matomo.php?idsite=1&rec=1')"
_MEASURE = "(() => { const id = (/large_id=(\\w+)/.exec(document.cookie) || [])[1] || crypto.randomUUID().replaceAll('-', ''); document.cookie = `large_id=${id}; path=/; max-age=15552000; samesite=lax`; localStorage.large_vu = id; new Image().src = new URL(`vu.gif?id=${id}`, document.currentScript.src) })()"
_LOAD = "const tag = document.createElement('script'); tag.src = 'TIERS/OWNPATH/mesure.js'; document.head.append(tag)"
_WIPE = "document.cookie = 'large_id=; path=/; max-age=0'; delete localStorage.large_vu"

KEEPS = (
    Keep("nothing at all"),
    Keep("session cookie only", cookies=(f"PHPSESSID=RANDOM{_SESSION}",)),
    Keep("Django", cookies=(f"csrftoken=RANDOM{_YEAR}", "sessionid=RANDOM; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax", f"messages=RANDOM{_SESSION}", f"django_language=fr{_YEAR}")),
    Keep("Flask", cookies=(f"session=eyJfZnJlc2giOmZhbHNlfQ.RANDOM.RANDOM{_SESSION}", "remember_token=7|RANDOM; Path=/; Max-Age=31536000; HttpOnly")),
    Keep("WordPress", cookies=("wordpress_test_cookie=WP%20Cookie%20check; Path=/", f"wp-settings-time-1=1764150000{_YEAR}", f"PHPSESSID=RANDOM{_SESSION}", f"wp_lang=fr_FR{_SESSION}"),
         script="sessionStorage.setItem('wpEmojiSettingsSupports', JSON.stringify({ supportTests: { flag: true, emoji: true }, timestamp: Date.now() }))"),
    Keep("Drupal", cookies=(f"SESSRANDOM=RANDOM{_SESSION}", "has_js=1; Path=/")),
    Keep("Laravel and Express", cookies=("XSRF-TOKEN=RANDOM; Path=/; Max-Age=7200", "laravel_session=RANDOM; Path=/; Max-Age=7200; HttpOnly", "connect.sid=s%3ARANDOM.RANDOM; Path=/; Max-Age=86400; HttpOnly")),
    Keep("load balancers", cookies=("AWSALB=RANDOM; Path=/; Max-Age=604800", "AWSALBCORS=RANDOM; Path=/; Max-Age=604800; SameSite=None; Secure", "SERVERID=web2; Path=/", "BIGipServerpool_80=1677787402.20480.0000; Path=/", "ROUTEID=.3; Path=/")),
    Keep("protection against robots", cookies=("__cf_bm=RANDOM.RANDOM-1764150000; Path=/; Max-Age=1800; HttpOnly", "incap_ses_1_2=RANDOM; Path=/", "visid_incap_2=RANDOM; Path=/; Max-Age=31449600; HttpOnly")),
    Keep("own files", head="<link rel=stylesheet href=/OWNPATH/a.css><script src=/OWNPATH/a.js defer></script><link rel=icon href=/OWNPATH/i.gif>", body="<img src=/OWNPATH/i.gif alt=''>", files={"a.css": "@font-face { font-family: Bassin; src: url(f.ttf) } h1 { font-family: Bassin, serif }", "a.js": "fetch('j.json').catch(() => {})", "i.gif": "", "f.ttf": "", "j.json": "{}"}),
    Keep("sub-domain of its own for files", head="<link rel=preconnect href=CDN><link rel=stylesheet href=CDN/a.css><script src=CDN/a.js></script>", body="<img src='CDN/i.gif?v=3&w=640' alt=''>"),
    Keep("font embedded in the style sheet", head="<style>@font-face { font-family: Bassin; src: url(data:font/woff2;base64,d09GMgABAAAAAA) } h1 { font-family: Bassin }</style>"),
    Keep("language and looks", cookies=(f"lang=fr{_YEAR}",), script="localStorage.setItem('theme', 'dark'); localStorage.setItem('fontSize', '18'); localStorage.setItem('locale', 'fr-FR'); document.documentElement.dataset.theme = localStorage.getItem('theme')"),
    Keep("signed in and remembered", cookies=(f"remember_user_token=RANDOM--RANDOM{_MONTH}; HttpOnly", f"auth_token=RANDOM{_SESSION}", "logged_in=1; Path=/"), body="<p>Bonjour Zoé. <a href=/sortir>Se déconnecter</a></p>"),
    Keep("basket", cookies=(f"cart_id=RANDOM{_MONTH}",), script="localStorage.setItem('cart', JSON.stringify([{ sku: 'CAL-2027', quantity: 1, price: 12.5 }])); JSON.parse(localStorage.getItem('cart'))"),
    Keep("meter of a paywall", cookies=("articles_lus=3; Path=/; Max-Age=2592000",), script="localStorage.setItem('meter', JSON.stringify({ month: '2026-11', read: ['le-phare', 'les-grues', 'la-coquille'], left: 2 }))"),
    Keep("own service worker for reading offline", script="await navigator.serviceWorker.register('/OWNPATH/sw.js', { scope: '/OWNPATH/' }); await (await caches.open('bassin-v3')).add('/OWNPATH/horsligne.html')", files={"sw.js": "oninstall = () => skipWaiting(); onfetch = () => {}", "horsligne.html": "<!doctype html><title>Hors ligne</title>"}),
    Keep("drafts in a database", script="await new Promise(done => { const o = indexedDB.open('brouillons', 1); o.onupgradeneeded = () => o.result.createObjectStore('textes'); o.onsuccess = () => { const t = o.result.transaction('textes', 'readwrite'); t.objectStore('textes').put('Cher journal, ce matin…', 'lettre'); t.oncomplete = done } })"),
    Keep("where the reader was", script="sessionStorage.setItem('scroll', '1240'); localStorage.setItem('lastVisit', new Date().toISOString()); localStorage.setItem('seen-tour', 'true')", cookies=("visits=4; Path=/; Max-Age=15552000", "last_visit=2026-11-26T09:12:44Z; Path=/; Max-Age=15552000")),
    Keep("video that waits for a click", body="<div class=video><img src=/OWNPATH/i.gif alt='La régate'><button type=button>Voir la vidéo (elle sera chargée depuis TIERS)</button></div><script>document.querySelector('.video button').onclick = () => { document.querySelector('.video').innerHTML = '<iframe src=\"TIERS/lecteur\" title=Vidéo></iframe>' }</script>", files={"i.gif": ""}),
    Keep("links to social sites", body="<p>Suivez-nous : <a href='https://www.facebook.com/canard'>Facebook</a>, <a href='https://x.com/canard'>X</a>, <a href='https://t.me/canard'>Telegram</a>. Partager : <a href='https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fcanard.example%2Fune&utm_source=canard&utm_medium=share'>ce texte</a>, <a href='mailto:?subject=Le%20Canard'>par courriel</a>. <a href='https://librairie.example/livre?isbn=9782070368228&ref=canard'>Le livre</a></p>"),
    Keep("reports of a policy", headers=(("content-security-policy-report-only", "img-src 'none'; report-uri /OWNPATH/csp"), ("nel", '{"report_to":"default","max_age":2592000}'), ("reporting-endpoints", 'default="/OWNPATH/reports"')), body="<img src=/OWNPATH/i.gif alt=''>", files={"i.gif": "", "csp": "", "reports": ""}),
    Keep("speed told to the site itself", script="navigator.sendBeacon('/OWNPATH/rum', JSON.stringify({ ttfb: 12, lcp: 240, path: location.pathname })); performance.getEntriesByType('navigation')", files={"rum": ""}, headers=(("server-timing", "db;dur=3"),)),
    Keep("live results by a socket of its own", script="new WebSocket('OWN/direct'.replace('http', 'ws')).onopen = event => event.target.close(); const e = new EventSource('/OWNPATH/flux'); e.onerror = () => e.close()", files={"flux": "data: 1\n\n"}),
    Keep("frames of its own", body="<iframe src=/OWNPATH/meteo.html title=Météo></iframe><iframe srcdoc='<p>Marée haute à 17 h 07' title=Marées></iframe>", files={"meteo.html": "<!doctype html><title>Météo</title><p>Vent d’ouest, 4 à 5."}),
    Keep("a chart drawn on a canvas", script=_PIECES),
    Keep("a picture made smaller before it is sent", script="const c = document.createElement('canvas'); c.width = c.height = 8; c.getContext('2d').drawImage(await createImageBitmap(new ImageData(8, 8)), 0, 0); c.toBlob(blob => { window.small = blob })"),
    Keep("a view of the harbour in three dimensions", script="const g = document.createElement('canvas').getContext('webgl'); if (g) { g.clearColor(0, 0, 0.3, 1); g.clear(g.COLOR_BUFFER_BIT); g.getParameter(g.MAX_TEXTURE_SIZE) }"),
    Keep("the size of the window", script="addEventListener('resize', () => {}); const [w, h] = [innerWidth, innerHeight]; matchMedia('(prefers-color-scheme: dark)').matches; navigator.language; new Intl.DateTimeFormat().resolvedOptions().timeZone; document.body.dataset.wide = String(w > h)"),
    Keep("the way on from the old address", onward="/ancien"),
    Keep("the journal's letter offered in a window", body="<div role=dialog aria-label='La lettre' style='position:fixed;bottom:0;left:0;right:0;background:#fff;padding:2rem'><p>Recevez chaque matin la lettre du Canard.</p><label>Courriel <input type=email></label><button type=button>S’abonner</button><button type=button>Non merci</button></div>", cookies=(f"sessionid=RANDOM{_SESSION}",)),
    Keep("an age gate", body="<div role=dialog aria-label='Âge' style='position:fixed;inset:0;background:#fff;padding:4rem'><p>La rubrique Vins s’adresse aux majeurs. Avez-vous plus de 18 ans ?</p><button type=button>Oui</button><button type=button>Non</button></div>"),
    Keep("an article about cookies", body="<article><h2>Cookies : ce que dit la loi</h2><p>Accepter ou refuser les cookies doit être aussi simple. Notre confrère a compté les bandeaux « Tout accepter » sans bouton « Tout refuser ».</p><button type=button>Lire la suite</button></article>", cookies=(f"session=RANDOM{_SESSION}",)),
    Keep("word that only necessary cookies are set", language="en", body="<div style='position:fixed;bottom:0;left:0;right:0;background:#eee;padding:1rem'><p>This site only uses cookies that are strictly necessary for it to work; no consent is needed. <a href=/confidentialite>Privacy policy</a></p><button type=button onclick='this.parentElement.remove(); document.cookie = \"cookie_notice=seen; path=/; max-age=15552000\"'>Got it</button></div>", cookies=(f"sessionid=RANDOM{_SESSION}",)),
    Keep("exempt statistics of a host of its own", head="<script src=/OWNPATH/matomo.js async></script>", files={"matomo.js": _MATOMO, "matomo.php": ""}),
    Keep("another site's statistics, asked for", accepted=_LOAD, wiped=_WIPE, files={"mesure.js": _MEASURE}),
    Keep("another site's statistics, declared and asked for", accepted=_LOAD, wiped=_WIPE, files={"mesure.js": _MEASURE},
         declared='[services.large]\nname = "Le Large"\nrecipient = "Large SARL"\npurpose = "media"\npersonal_data = ["usage"]\ncountries = ["FR"]\nhosts = ["ailleurs.localhost"]\ncookies = [{ name = "large_id", lifetime = "6 months" }]\nstorage = [{ name = "large_vu", lifetime = "6 months" }]\n'),
    Keep("a declared video that appears once it is accepted", body="<div id=video><p>La vidéo de la régate sera chargée depuis Le Large si vous l’acceptez.</p></div>", accepted="document.getElementById('video').innerHTML = '<iframe src=\"TIERS/OWNPATH/lecteur.html\" title=Régate></iframe>'", wiped="document.getElementById('video').textContent = 'La vidéo attend votre accord.'",
         files={"lecteur.html": "<!doctype html><title>La régate</title><p>Vidéo."}, declared='[services.large]\nname = "Le Large"\nrecipient = "Large SARL"\npurpose = "media"\npersonal_data = ["usage"]\ncountries = ["FR"]\nhosts = ["ailleurs.localhost"]\n'),
    Keep("statistics declared as exempt", head="<script src=/OWNPATH/matomo.js async></script>", files={"matomo.js": _MATOMO, "matomo.php": ""},
         declared='[services.matomo]\nname = "Matomo"\nrecipient = "Éditions du Bassin"\npurpose = "audience"\npersonal_data = ["usage"]\ncountries = ["FR"]\ncookies = [{ name = "_pk_id.*", lifetime = "13 months" }, { name = "_pk_ses.*", lifetime = "30 minutes" }]\n'),
    Keep("basket, language and looks as declared", cookies=(f"panier=RANDOM{_MONTH}", f"langue=fr{_YEAR}"), script="localStorage.theme = 'sombre'; document.documentElement.dataset.theme = localStorage.theme; document.cookie", declared=" "),
    Keep("statistics of another host that keep nothing, declared as exempt", head="<script src=TIERS/OWNPATH/compte.js async></script>", files={"compte.js": "navigator.sendBeacon(new URL('compte', document.currentScript.src), location.pathname)", "compte": ""},
         declared='[services.compte]\nname = "Compte"\nrecipient = "Éditions du Bassin"\npurpose = "audience"\npersonal_data = ["usage"]\ncountries = ["FR"]\nhosts = ["ailleurs.localhost"]\n'),
    Keep("links with parameters of a shop", cookies=(f"cart_id=RANDOM{_MONTH}", f"session=RANDOM{_SESSION}"), script="localStorage.lastArticle = 'les-grues-electriques-du-quai'; localStorage.seen = '20261126'; localStorage.price = '1290000000'",
         body="<p><a href='TIERS/livre?ref=canard&id=9782070368228&page=2&utm_source=canard&utm_campaign=les-grues-electriques-du-quai&on=20261126&price=1290000000'>Le livre</a> <a href='TIERS/boutique?lecteur=fr-7c1e0af3be9912cd'>La boutique</a> <a href='CDN/livre?utm_source=une&sid=7c1e0af3be9912cd'>Chez nous</a></p>"),
    Keep("the basket's number in a link of its own", body="<p id=p></p>", script="const id = (/cart_id=(\\w+)/.exec(document.cookie) || [])[1]; document.getElementById('p').innerHTML = `<a href='CDN/panier?panier=${id}'>Le panier</a> <a href='/panier?panier=${id}'>ici</a> <a href='TIERS/aide?p=panier'>Aide</a>`", cookies=(f"cart_id=RANDOM{_MONTH}",)),
    Keep("storage cleaned by its owner", script="localStorage['brouillon:1'] = 'Cher journal'; for (const name of Object.keys(localStorage)) if (name.startsWith('ancien:')) delete localStorage[name]; 'brouillon:1' in localStorage; JSON.stringify(localStorage); addEventListener('storage', event => event.storageArea === localStorage)"),
    Keep("a socket that keeps the session", script="await new Promise(done => { const s = new WebSocket('OWN/session'.replace('http', 'ws')); s.onopen = () => s.close(); s.onclose = done })"),
    Keep("a picture of another site without anything", body="<img src='TIERS/phare.jpg' alt='Le phare' width=300 height=200>"),
    Keep("a script library of another site", head="<script src=TIERS/lib/tri-1.4.2.min.js></script>"),
)  # fmt: skip
"""Innocent pages. Only those that say so have a declaration, or a notice that asks."""


@dataclass
class Basin:
    """The innocent site, its sub-domain and another site, told apart by the host."""

    keeps: dict[str, Keep]
    port: int = 0

    def at(self, host: str) -> str:
        """The address of a host."""
        return f"http://{host}:{self.port}"

    def url(self, keep: Keep) -> str:
        """The address of a page."""
        return f"{self.at('canard.localhost')}{keep.onward or '/' + keep.slug + '/'}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer: a page of the site, one of its files, or a small nothing of another host."""
        if scope["type"] == "websocket":
            await receive()
            line = f"session={secrets.token_hex(16)}; Path=/; HttpOnly".encode()
            lines = [(b"set-cookie", line)] if scope["path"] == "/session" else []
            await send({"type": "websocket.accept", "headers": lines})
            await send({"type": "websocket.close"})
            return
        host = dict(scope["headers"]).get(b"host", b"").decode().partition(":")[0]
        onward = next((keep for keep in self.keeps.values() if keep.onward == scope["path"]), None)
        slug, _, name = scope["path"].lstrip("/").partition("/")
        keep = self.keeps.get(slug)
        if onward:
            await _say(send, 302, "", "text/plain", [("location", f"/{onward.slug}/")])
        elif host != "canard.localhost" or keep is None:
            await self._file(send, scope["path"], keep.files.get(name, "") if keep else "")
        elif name:
            await self._file(send, name, keep.files.get(name))
        else:
            await self._page(send, keep, dict(scope["headers"]).get(b"cookie", b"").decode())

    async def _page(self, send: Any, keep: Keep, sent: str) -> None:
        script = f"<script>(async () => {{ {keep.script} }})()</script>" if keep.script else ""
        asking = _NOTICE.replace("ACCEPTED", keep.accepted).replace("WIPED", keep.wiped) if keep.asks else ""
        page = _PAGE.replace("LANG", keep.language).replace("HEAD", keep.head).replace("BODY", keep.body + script)
        page = page.replace("</body>", f"{asking}</body>")
        headers = [(name, self._filled(value, keep)) for name, value in keep.headers]
        headers += [
            ("set-cookie", cookie.replace("RANDOM", secrets.token_hex(16)))
            for cookie in keep.cookies
            if cookie.partition("=")[0] not in sent
        ]
        await _say(send, 200, self._filled(page, keep), HTML, headers)

    async def _file(self, send: Any, name: str, text: str | None) -> None:
        kind = next((kind for ending, kind in _TYPES.items() if name.endswith(ending)), "text/plain")
        body = PIXEL if kind == "image/gif" else (text or "").encode()
        found = text is not None
        await _say(send, 200 if found else 404, body, kind, [("access-control-allow-origin", "*")])

    def _filled(self, text: str, keep: Keep) -> str:
        return (
            text.replace("OWNPATH", keep.slug)
            .replace("OWN", self.at("canard.localhost"))
            .replace("CDN", self.at("fichiers.canard.localhost"))
            .replace("TIERS", self.at("ailleurs.localhost"))
        )


async def _say(send: Any, status: int, body: str | bytes, kind: str, headers: list[tuple[str, str]]) -> None:
    heads = [(name.encode(), value.encode()) for name, value in [("content-type", kind), *headers]]
    await send({"type": "http.response.start", "status": status, "headers": heads})
    await send({"type": "http.response.body", "body": body if isinstance(body, bytes) else body.encode()})


@contextmanager
def basin() -> Iterator[Basin]:
    """Serve the innocent pages."""
    site = Basin({keep.slug: keep for keep in KEEPS})
    with serve_asgi(site, lifespan="off") as port:
        site.port = port
        yield site
