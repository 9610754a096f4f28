"""Notices and ways back as homemade ones and small managers have them, each another than the ones before it."""

from __future__ import annotations

from audit.visit.notice_pages import (
    ABOUT,
    AFTER,
    BAR,
    HEAD,
    MARK,
    STORY,
    bar,
    button,
    page,
    panel,
    returning,
    row,
)

SIGN = '<svg width="20" height="20"><path d="M2 2L18 18M18 2L2 18" stroke="#000"/></svg>'
CROSS = (
    f"""<button style="position:absolute;right:4px;top:4px" onclick="top.told='closed'; bar.remove()">{SIGN}</button>"""
)
OPTIONAL = page(
    bar(
        button("Accept additional cookies", "accepted") + button("Reject additional cookies", "refused"),
        style="background:#eee",
        about="We use some essential cookies. We would also like to use analytics cookies.",
    ),
    "en",
)
ONLY_SWITCHES = page(
    bar(
        row("Nécessaires", on=True, locked=True)
        + row("Mesure d’audience")
        + """<button onclick="told = bar.querySelector('input:checked:enabled') ? 'accepted' : 'refused'; bar.remove()">
        Enregistrer</button>"""
    )
)
SAID_ANEW = page(
    bar(
        row("Publicité", on=True)
        + """<button onclick="told = this.textContent; bar.remove()">Tout accepter</button><script>
        bar.querySelector("input").onchange = () => (bar.querySelector("button").textContent = "Accepter la sélection");
        </script>"""
    )
)
CROSSED = page(bar(CROSS + button("Tout accepter", "accepted")))
COVERED = page(
    f"""<x-shell id="bar"></x-shell><script>
    const root = bar.attachShadow({{mode: "open"}});
    root.innerHTML = `<div style="{BAR}"><p>{ABOUT}</p><button>Tout accepter</button><button>Tout refuser</button></div>
      <div style="position:fixed;inset:0;z-index:100;background:#0008"></div>`;
    const [yes, no] = root.querySelectorAll("button");
    yes.onclick = () => {{ window.told = "accepted"; bar.remove(); }};
    no.onclick = () => {{ window.told = "refused"; bar.remove(); }};
    </script>"""
)
TABS = panel(
    """<div role="tablist"><button role="tab" aria-selected="true" aria-controls="one">Choix</button>
    <button role="tab" aria-selected="false" aria-controls="two">À propos</button></div>"""
    f'<div id="one">{row("Publicité", on=True)}</div><div id="two" hidden>Ce que sont les cookies.</div>'
    """<button onclick="told = 'refused'; panel.remove()">Enregistrer mes choix</button>"""
)
LEADS_AWAY = page(
    bar(button("OK", "accepted") + '<a role="button" href="http://elsewhere.localhost:{port}/">En savoir plus</a>')
)
TWO_ANSWERS = """<p>Publicité <label><input type="radio" name="ads" value="1">Oui</label>
<label><input type="radio" name="ads" value="0" checked>Non, merci</label></p>"""
LATER = page(
    bar(
        button("Tout accepter", "accepted")
        + """<button onclick="this.hidden = true; later.hidden = false">Paramétrer</button>"""
        + f'<div id="later" hidden>{TWO_ANSWERS}{row("Mesure d’audience", on=True)}{button("Enregistrer")}</div>'
    )
)

AGAIN = 'onclick="bar.hidden = false"'
OWN_PAGE = (
    HEAD.format(language="fr")
    + AFTER.replace("bar.hidden = true;", "")
    + f"""<main style="width:600px"><h1>Cookies</h1><p>{STORY * 3}</p><form><p>Nos partenaires déposent des cookies.</p>
    {TWO_ANSWERS.replace(" checked", "")}<button>Enregistrer les modifications</button></form></main><script>
    document.forms[0].onsubmit = (event) => {{ event.preventDefault();
      settle(document.forms[0].ads.value === "1" ? "accepted" : "refused"); }}</script>"""
)
RETURNING = {
    "/way-to-a-first-layer": page(
        AFTER
        + bar("""<button onclick="settle('accepted')">Tout accepter</button>
        <button onclick="bar.hidden = true; panel.hidden = false">Paramétrer</button>""")
        + MARK
        + f'<footer><a href="#" {AGAIN}>Gérer mes cookies</a></footer>'
        + f"""<div id="panel" role="dialog" hidden style="{BAR};top:0"><h2>Cookies</h2>
        <button onclick="settle('refused')">Tout refuser</button></div>"""
    ),
    "/way-without-a-verb": returning(f"<footer><button {AGAIN}>Cookies</button></footer>"),
    "/way-in-a-phrase": returning(f'<footer><a href="#" {AGAIN}>Your privacy choices</a></footer>'),
    "/painted-way": returning(
        '<div id="way" style="position:fixed;left:9px;bottom:9px;width:40px;height:40px;cursor:pointer" '
        'aria-label="Revenir sur mes choix"></div>'
        '<script>way.addEventListener("click", () => (bar.hidden = false))</script>'
    ),
    "/way-behind-a-thousand": returning(
        '<a href="/-a">A</a> ' * 1_000 + f'<footer><a href="#" {AGAIN}>Gérer mes cookies</a></footer>'
    ),
    "/way-to-a-page": returning('<footer><a href="/-choices">Gestion des cookies</a></footer>'),
    "/way-by-the-text": returning('<footer><a href="/-choices">Cookies</a> <a href="/-none">Contact</a></footer>'),
    "/way-behind-another": returning(
        '<footer><a href="/-none">Préférences de confidentialité</a> '
        '<a href="/-choices">Politique de cookies</a></footer>'
    ),
}
"""Every one leads back to choices in which everything can be refused."""

BESIDE = {"/-choices": OWN_PAGE, "/-none": page("<p>Écrivez-nous.</p>")}
SINGLE = {
    "/optional": OPTIONAL,
    "/only-switches": ONLY_SWITCHES,
    "/said-anew": SAID_ANEW,
    "/crossed": CROSSED,
    "/covered-in-shadow": COVERED,
    "/tabs": TABS,
    "/leads-away": LEADS_AWAY,
    "/later": LATER,
}
