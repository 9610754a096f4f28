"""Pages with notices of every build, written for these tests. Each puts what it was told into ``window.told``."""

from __future__ import annotations

ABOUT = "Nous et nos partenaires déposons des cookies pour mesurer l’audience et afficher de la publicité."
STORY = "Le port se réveille dans la brume. " * 30
BAR = "position:fixed;left:0;right:0;bottom:0;background:#fff;padding:1em;z-index:99"
HEAD = '<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>Gazette</title><body>'
TALLER = '<div style="height:3000px"></div>'


def page(notice: str, language: str = "fr", story: str = STORY) -> str:
    return f"{HEAD.format(language=language)}<h1>La Gazette</h1><p>{story}</p>{notice}"


def button(label: str, told: str = "", then: str = "bar.remove()") -> str:
    say = f"top.told = '{told}'; " if told else ""
    return f'<button onclick="{say}{then}">{label}</button>'


BOTH = button("Tout accepter", "accepted") + button("Tout refuser", "refused")


def bar(inner: str = BOTH, style: str = BAR, about: str = ABOUT) -> str:
    return f'<div id="bar" style="{style}"><p>{about}</p>{inner}</div>'


def late(script: str) -> str:
    """A bar that a script puts into the page."""
    put = "const put = () => later.isConnected && later.replaceWith(later.content.cloneNode(true))"
    return page(f"<template id=later>{bar()}</template><script>{put}; {script}</script>")


def shadow(mode: str) -> str:
    return page(
        f"""<x-shell id="bar"></x-shell><script>
        const root = bar.attachShadow({{mode: "{mode}"}});
        root.innerHTML = `<div style="{BAR}"><p>{ABOUT}</p><button>Tout accepter</button><button>Tout refuser</button>
        </div>`;
        const [yes, no] = root.querySelectorAll("button");
        yes.onclick = () => {{ window.told = "accepted"; bar.remove(); }};
        no.onclick = () => {{ window.told = "refused"; bar.remove(); }};
        </script>"""
    )


def framed(source: str) -> str:
    return page(
        f"""<iframe id="bar" src="{source}" style="{BAR};padding:7px;border:3px solid;width:90%;height:200px"></iframe>
        <script>onmessage = (message) => {{ window.told = message.data; bar.remove(); }};</script>"""
    )


IN_FRAME = f"""{HEAD.format(language="fr")}<p>{ABOUT}</p>
<button onclick="parent.postMessage('accepted', '*')">Tout accepter</button>
<button onclick="parent.postMessage('refused', '*')">Tout refuser</button>"""


def panel(inner: str, first: str = button("Tout accepter", "accepted")) -> str:
    """A first layer that can only accept or open the settings, and the settings."""
    return page(
        bar(f"""{first}<button onclick="bar.remove(); panel.hidden = false">Paramétrer</button>""")
        + f'<div id="panel" role="dialog" hidden style="{BAR};top:0;overflow:auto"><h2>Vos choix</h2>{inner}</div>'
    )


def row(name: str, *, on: bool = False, locked: bool = False) -> str:
    state = f"{'checked' if on else ''} {'disabled' if locked else ''}"
    return f'<p><label><input type="checkbox" name="{name}" {state}> {name}</label></p>'


TOLD = """top.told = [...document.querySelectorAll('input:checked:not(:disabled),[aria-checked=true]')].length ?
'some' : 'refused'; """
SAVE = f'<button onclick="{TOLD}panel.remove()">Enregistrer mes choix</button>'
ALL = button("Tout accepter", "accepted", "panel.remove()")
SLIDERS = """<style>.row input{position:absolute;opacity:0;width:0;height:0} .row span{display:inline-block;width:40px;
height:20px;background:#ccc} .row input:checked+span{background:#080}</style>"""

NOTICES = {
    "/plain": page(bar()),
    "/dialog": page(f'<dialog id="bar"><p>{ABOUT}</p>{BOTH}</dialog><script>bar.showModal()</script>'),
    "/links": page(
        bar(
            """<a href="#" onclick="top.told='accepted'; bar.remove()">J’accepte</a>
            <a href="#" role="button" onclick="top.told='refused'; bar.remove()">Continuer sans accepter →</a>
            <a href="/cookies">Politique de cookies</a>"""
        )
    ),
    "/painted": page(
        bar(
            """<div style="cursor:pointer" onclick="top.told='accepted'; bar.remove()">
            <span>Accepter &amp; fermer</span></div>
            <span style="cursor:pointer" onclick="top.told='refused'; bar.remove()">Refuser</span>"""
        )
    ),
    "/top-of-page": HEAD.format(language="fr") + bar(style="background:#eee") + f"<h1>Gazette</h1><p>{STORY}</p>",
    "/shadow": shadow("open"),
    "/closed-shadow": shadow("closed"),
    "/frame": framed("/-in-frame"),
    "/frame-elsewhere": framed("http://manager.localhost:{port}/-in-frame"),
    "/-in-frame": IN_FRAME,
    "/late": late("setTimeout(put, 1200)"),
    "/on-scroll": late("addEventListener('scroll', put, {once: true})").replace("<script>", TALLER + "<script>"),
    "/on-move": late("addEventListener('mousemove', put, {once: true})"),
    "/animated": page(
        "<style>@keyframes up { from { transform: translateY(100%) } } #bar { animation: up 1.5s }</style>" + bar()
    ),
    "/faded": page(
        f"<style>@keyframes in {{ from {{ opacity: 0 }} }} #bar {{ animation: in 1s ease-in }}</style>{bar()}"
    ),
    "/redrawn": page(
        f"""<div id="hold">{bar()}</div><script>setInterval(() => {{
        if (document.getElementById("bar")) hold.innerHTML = hold.innerHTML; }}, 150)</script>"""
    ),
    "/covered-a-while": page(
        bar() + f'<div id="veil" style="{BAR};top:0;z-index:100;opacity:.5"></div>'
        "<script>setTimeout(() => veil.remove(), 900)</script>"
    ),
    "/scrolled-inside": page(bar(TALLER + BOTH, BAR + ";max-height:200px;overflow:auto")),
    "/leaves-slowly": page(bar().replace("bar.remove()", "setTimeout(() => bar.remove(), 1500)")),
    "/asks-twice": page(
        bar(
            button("Accepter", "", "bar.replaceWith(again.content)")
            + button("Refuser", "", "bar.replaceWith(again.content)")
        )
        + f'<template id="again">{bar(BOTH, about="Les cookies de nos partenaires nous font vivre.")}</template>'
    ),
    "/another-after": page(
        bar(
            button("Accepter", "", "bar.replaceWith(again.content)")
            + button("Refuser", "", "bar.replaceWith(again.content)")
        )
        + f'<template id="again"><dialog open id="second"><p>Encore un mot sur les cookies et la publicité.</p>'
        f"{BOTH.replace('bar.remove', 'second.remove')}</dialog></template>"
    ),
    "/second-layer": panel(ALL + button("Tout refuser", "refused", "panel.remove()") + SAVE),
    "/second-layer-switches": panel(
        row("Nécessaires", on=True, locked=True)
        + row("Mesure d’audience", on=True)
        + row("Publicité", on=True)
        + ALL
        + SAVE
    ),
    "/sliders": panel(
        SLIDERS
        + "".join(
            f'<label class="row">{name} <input type="checkbox" checked><span></span></label><br>' for name in "AB"
        )
        + ALL
        + SAVE
    ),
    "/aria-switches": panel(
        "".join(
            f"""<p><span id="s{at}">{name}</span> <button role="switch" aria-checked="true" aria-labelledby="s{at}"
            onclick="this.setAttribute('aria-checked', String(this.ariaChecked !== 'true'))">◐</button></p>"""
            for at, name in enumerate(("Audience", "Publicité"))
        )
        + ALL
        + SAVE
    ),
    "/legitimate-interest": panel(
        f"""<div role="tablist"><button role="tab" aria-selected="true" onclick="show(0)">Consentement</button>
        <button role="tab" aria-selected="false" onclick="show(1)">Intérêt légitime</button></div>
        <div class="tab">{row("Publicité", on=True)}</div>
        <div class="tab" hidden>{row("Publicité de base", on=True)}</div>
        {ALL}{SAVE}<script>const show = (at) => {{
          document.querySelectorAll(".tab").forEach((one, n) => (one.hidden = n !== at));
          document.querySelectorAll("[role=tab]").forEach((one, n) => (one.ariaSelected = String(n === at))); }}
        </script>"""
    ),
    "/folded": panel(
        f"<details><summary>Nos partenaires</summary>{row('Régie du Havre', on=True)}</details>{ALL}{SAVE}"
    ),
    "/english": page(
        bar(
            button("Accept all", "accepted") + button("Only necessary cookies", "refused"),
            about="We use cookies and similar technologies to measure our audience.",
        ),
        "en",
    ),
    "/german-said-to-be-english": page(
        bar(
            button("Alles akzeptieren", "accepted") + button("Alles ablehnen", "refused"),
            about="Wir und unsere Partner verwenden Cookies, um die Nutzung zu messen und Werbung zu zeigen.",
        ),
        "en",
    ),
}
"""Every one can be refused and accepted; what begins with ``/-`` is part of another."""

WALL = page(bar(button("Accepter et continuer", "accepted") + '<a href="/abonnement">S’abonner sans cookies</a>'))
DEAF = page(bar("<button>Tout accepter</button><button>Tout refuser</button>"))
TOLD_ONLY = page(bar(button("OK", "accepted"), about="Ce site utilise des cookies."))


def modal(inner: str, story: str = STORY) -> str:
    return page(f'<div role="dialog" aria-modal="true" style="{BAR};top:0">{inner}</div>', story=story)


INNOCENT = {
    "/newsletter": modal(
        """<h2>Notre lettre</h2><p>En vous inscrivant vous acceptez notre politique de confidentialité et nos
        cookies.</p>        <input type="email"><button>Accepter et m’inscrire</button><button>Non merci</button>"""
    ),
    "/age": modal("<p>Avez-vous plus de 18 ans ?</p><button>Oui, j’accepte</button><button>Non</button>"),
    "/login": modal(
        """<p>Connectez-vous</p><input type="email"><input type="password"><button>Continuer</button>
        <a href="/c">Politique de confidentialité</a><a href="/d">Cookies</a>"""
    ),
    "/paywall": modal("<h2>Article réservé</h2><button>S’abonner pour 1 €</button><button>Déjà abonné ?</button>"),
    "/footer": page('<footer>Cookies <a href="/cookies">Politique de cookies</a> <a href="/cgu">CGU</a></footer>'),
    "/article": page(
        f"""<main><article><h2>Faut-il accepter les cookies ?</h2>
        <p>{"Les cookies et traceurs de la publicité. " * 9}</p>
        <button>Accepter</button> <button>Partager</button></article></main>"""
    ),
    "/placeholder": page(
        """<main><div style="width:100%;background:#eee"><p>Cette vidéo dépose des cookies de YouTube.</p>
        <button>Accepter et voir la vidéo</button><button>Paramétrer</button></div></main>"""
    ),
    "/sticky-header": page(
        '<header style="position:sticky;top:0"><a href="/">Accueil</a><button>OK</button>'
        '<a href="/c">Cookies</a></header>'
    ),
    "/chat": page(
        f'<div style="{BAR};left:auto;width:300px"><p>Bonjour ! Une question ?</p><button>Continuer</button>'
        "<button>Non merci</button></div>"
    ),
    "/terms": modal(
        "<p>Nous avons changé nos conditions générales de vente.</p><button>J’accepte</button><button>Refuser</button>"
    ),
    "/push": modal("<p>Recevez nos alertes info.</p><button>Autoriser</button><button>Refuser</button>"),
    "/country": modal("<p>Choose your country</p><select><option>FR</option></select><button>Confirm</button>"),
    "/embedded-page": page('<main><iframe src="/plain" width="400" height="250"></iframe></main>'),
    "/hidden": page(bar(style=BAR + ";display:none")),
    "/outside-the-window": page(bar(style=BAR + ";transform:translateY(150%)")),
    "/form": page(
        """<form><h2>Vos préférences de lecture</h2><label><input type="checkbox" checked> Sport</label>
        <button type="button">Enregistrer</button><button type="button">Tout refuser</button></form>"""
    ),
    "/plain": NOTICES["/plain"],
}
"""Pages that ask nothing about cookies; ``/plain`` stands in a frame of one of them."""

MARK = "<p id='mark' style='height:2000px'>Article</p>"
AFTER = """<script>
const settle = (what) => { localStorage.told = what; window.told = what;
  for (const one of document.querySelectorAll('#bar,#panel')) one.hidden = true; };
if (localStorage.told) addEventListener('DOMContentLoaded', () => {
  bar.hidden = true; window.told = localStorage.told; });
</script>"""


def returning(way: str, panel_inner: str = "", opens: str = "bar.hidden = false") -> str:
    """A notice that can be opened again by the given control."""
    bar_inner = """<button onclick="settle('accepted')">Tout accepter</button>
    <button onclick="settle('refused')">Tout refuser</button>"""
    inner = panel_inner or "<button onclick=\"settle('refused')\">Tout refuser</button>"
    return page(
        AFTER
        + bar(bar_inner)
        + MARK
        + way.replace("OPEN", opens)
        + f'<div id="panel" role="dialog" hidden style="{BAR};top:0"><h2>Cookies</h2>{inner}</div>'
    )


SAVING = """<button onclick="settle(document.querySelector('#panel input:checked') ? 'some' : 'refused')">Enregistrer
</button>"""
RETURNING = {
    "/footer-way": returning('<footer><a href="#" onclick="OPEN">Gérer mes cookies</a></footer>'),
    "/floating-way": returning(
        '<button style="position:fixed;bottom:1em;left:1em" aria-label="Paramètres des cookies" '
        'onclick="OPEN">🍪</button>'
    ),
    "/way-to-a-panel": returning(
        '<button onclick="OPEN">Retirer mon consentement</button>',
        row("Publicité", on=True) + SAVING,
        "panel.hidden = false",
    ),
    "/way-in-english": returning('<footer><a href="javascript:void 0" onclick="OPEN">Cookie settings</a></footer>'),
}
NO_RETURN = returning(
    '<footer><a href="/cookies">Politique de cookies</a> <a href="/moi">Paramètres du compte</a></footer>'
)
