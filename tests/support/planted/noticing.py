"""Plants in the notice itself: the good one with one thing changed."""

# ruff: noqa: E501 (a row of a table is one line)

from __future__ import annotations

from support.planted.plant import ACCEPTED, BEFORE, REFUSED, WITHDRAWN, Plant
from support.planted.tracking import HOST, LIFE, entry, ours

REFUSE = '<button type="button" id="refuser">Tout refuser</button>'
SETTINGS = '<button type="button" id="regler">Personnaliser mes choix</button>'
NOTHING = '<button type="button" id="rien">Tout refuser</button>'
FOOT = '<button type="button" id="gerer">Gérer mes cookies</button>'
SHOW = 'if (!kept()) $("avis").hidden = false;'
TEXT = "demande votre accord pour des cookies qui servent à la publicité personnalisée et à l’affichage de vidéos."
PARAGRAPH = f"La Gazette du Port, éditée par Éditions du Port SAS, {TEXT} Vous pouvez changer d’avis à tout moment par « Gérer mes cookies », en bas de page."
THANKS = '<div id="merci" role="dialog" aria-label="Cookies" lang="fr" style="position:fixed;right:0;bottom:0;left:0;padding:2rem;background:#ffffff" hidden><p>Votre refus des cookies de publicité est noté. Merci d’avoir fait votre choix.</p><button type="button" id="fermer">Fermer</button></div>'
PRESSED = 'on("refuser", refuse);'


# The notice in other languages: its title, what it says before and after what it asks for, that, and its buttons.
_WORDS = {
    "en": ("Your choices about cookies", "La Gazette du Port, published by Éditions du Port SAS, asks for your consent to cookies", " for personalised advertising and for showing videos", "You can change your mind at any time at the bottom of the page.", "Reject all", "Accept all", "Customise my choices"),
    "de": ("Ihre Wahl zu Cookies", "La Gazette du Port, herausgegeben von Éditions du Port SAS, bittet um Ihre Einwilligung in Cookies", " für personalisierte Werbung und die Anzeige von Videos", "Sie können Ihre Wahl jederzeit am Ende der Seite ändern.", "Alle ablehnen", "Alle akzeptieren", "Meine Wahl anpassen"),
    "es": ("Sus opciones sobre cookies", "La Gazette du Port, editada por Éditions du Port SAS, le pide su consentimiento para usar cookies", " para publicidad personalizada y para mostrar vídeos", "Puede cambiar de opinión en cualquier momento al final de la página.", "Rechazar todo", "Aceptar todo", "Configurar mis opciones"),
    "it": ("Le sue scelte sui cookie", "La Gazette du Port, pubblicata da Éditions du Port SAS, chiede il suo consenso all’uso di cookie", " per la pubblicità personalizzata e per mostrare video", "Può cambiare idea in qualsiasi momento in fondo alla pagina.", "Rifiuta tutto", "Accetta tutto", "Gestisci le mie scelte"),
    "nl": ("Uw keuzes over cookies", "La Gazette du Port, uitgegeven door Éditions du Port SAS, vraagt uw toestemming voor cookies", " voor gepersonaliseerde advertenties en het tonen van video’s", "U kunt uw keuze op elk moment wijzigen, onderaan de pagina.", "Alles weigeren", "Alles accepteren", "Mijn keuzes aanpassen"),
}  # fmt: skip


def _in(language: str, *, purposes: bool) -> tuple[tuple[str, str], ...]:
    """The good notice in another language, with the purposes that it asks for or without."""
    title, asks, what, more, refuse, accept, settings = _WORDS[language]
    told = f"{asks}{what if purposes else ''}. {more}"
    return (
        ('aria-labelledby="avis-titre" lang="fr"', f'aria-labelledby="avis-titre" lang="{language}"'),
        ("Vos choix en matière de cookies", title),
        (PARAGRAPH, told),
        (REFUSE, REFUSE.replace("Tout refuser", refuse)),
        ('id="accepter">Tout accepter', f'id="accepter">{accept}'),
        (SETTINGS, SETTINGS.replace("Personnaliser mes choix", settings)),
    )


GOOD_ABROAD = [
    Plant(f"the good notice in {language}", BEFORE, (), "true", swaps=_in(language, purposes=True), read=True)
    for language in _WORDS
]
"""The good notice in other languages: nothing is planted in it."""


def _css(rules: str) -> tuple[tuple[str, str], ...]:
    return (("</style>", f"{rules} </style>"),)


def _life(choice: str, seconds: int) -> tuple[tuple[str, str], ...]:
    return (("max-age=15552000; samesite=lax", f"max-age=${{{choice} ? {seconds} : 15552000}}; samesite=lax"),)


NOTICING = [
    Plant("nothing to refuse with", BEFORE, ("A801 *",), "!document.querySelector('#refuser, #rien')", swaps=((REFUSE, ""), (NOTHING, ""), (SETTINGS, "")), read=True),
    Plant("nothing to refuse with, and told so", BEFORE, ("refused: A002 trouble no-refuse", "A801 the first layer"), "!document.querySelector('#refuser, #rien')", swaps=((REFUSE, ""), (NOTHING, ""), (SETTINGS, "")), whole=True),
    Plant("page that answers with an error", BEFORE, ("A006 status 503",), "performance.getEntriesByType('navigation')[0].responseStatus === 503", status=503),
    Plant("refusing takes more clicks", REFUSED, ("A802 *", "before: A801 *"), "!document.getElementById('refuser')", swaps=((REFUSE, ""),), whole=True),
    Plant("refusing is smaller", BEFORE, ("A803 *",), "document.querySelector('#refuser')", swaps=_css("#avis #refuser { min-width: 0; padding: 2px 4px; font-size: 11px; }")),
    Plant("refusing cannot be read", BEFORE, ("A804 *",), "document.querySelector('#refuser')", swaps=_css("#avis #refuser { background: #ffffff; color: #f0f0f0; border-color: #f4f4f4; }")),
    Plant("refusing has low contrast", BEFORE, ("A805 *",), "document.querySelector('#refuser')", swaps=_css("#avis #refuser { background: #ffffff; color: #868686; }")),
    Plant("refusing is a plain link", BEFORE, ("A806 *",), "document.querySelector('a#refuser')", swaps=((REFUSE, '<a href="#" id="refuser">Continuer sans accepter</a>'),)),
    Plant("accepting has the stronger colour", BEFORE, ("A807 *",), "document.querySelector('#refuser')", swaps=_css("#avis #refuser { background: #ffffff; color: #12355b; }")),
    Plant("accepting has the bolder letters", BEFORE, ("A808 *",), "document.querySelector('#refuser')", swaps=_css("#avis #refuser { font-weight: 300; }")),
    Plant("no way to choose by purpose", BEFORE, ("A809 *",), "!document.getElementById('regler')", swaps=((SETTINGS, ""),), read=True),
    Plant("no way back", WITHDRAWN, ("accepted: A810 *",), "!document.getElementById('gerer')", swaps=((FOOT, ""),)),
    Plant("taking back is harder", WITHDRAWN, ("A811 *",), "true", swaps=((NOTHING, ""), ('const manage = () => { $("avis").hidden = false; };', 'const manage = () => { $("reglages").hidden = false; $("publicite").checked = $("videos").checked = true; };'))),
    Plant("pre-ticked purpose", BEFORE, ("A812 *Publicité*",), "document.getElementById('publicite').checked", swaps=(('id="publicite"', 'id="publicite" checked'),), read=True),
    Plant("scrolling taken as consent", BEFORE, ("A813 *",), "document.cookie.includes('gazette_choix=oui')", swaps=((PRESSED, f'{PRESSED} addEventListener("scroll", () => {{ if (!kept()) accept(); }});'),)),
    Plant("closing taken as consent", REFUSED, ("A814 closing", f"A102 {ours('sillage_id')}", f"A104 {entry('localStorage', 'sillage_parcours')}", f"A401 {HOST}"), "document.getElementById('fermer').click(), document.cookie.includes('gazette_choix=oui')",
          swaps=((PRESSED, 'on("refuser", () => { $("avis").hidden = true; $("merci").hidden = false; }); on("fermer", () => { $("merci").hidden = true; accept(); });'), ('<div id="reglages"', f'{THANKS}<div id="reglages"'))),
    Plant("closing taken as consent where nothing refuses", REFUSED, ("A814 closing", "before: A801 the first layer", f"A102 {ours('sillage_id')}", f"A104 {entry('localStorage', 'sillage_parcours')}", f"A401 {HOST}"), "document.cookie.includes('gazette_choix=oui')",
          swaps=((REFUSE, '<button type="button" id="refuser" aria-label="Fermer">×</button>'), (NOTHING, ""), (SETTINGS, ""), (PRESSED, 'on("refuser", () => accept());'))),
    Plant("refusal asked about again", REFUSED, ("A815 *",), "!document.getElementById('avis').hidden", swaps=(('keep(had ? "retire" : "non");', 'if (had) keep("retire");'),)),
    Plant("acceptance asked about again", ACCEPTED, ("A816 *",), "!document.getElementById('avis').hidden", swaps=((SHOW, 'if (!kept() || kept() === "oui") $("avis").hidden = false;'),)),
    Plant("wall without an alternative", BEFORE, ("A817 *",), "document.getElementById('avis').clientHeight > 500", swaps=((REFUSE, ""), (SETTINGS, ""), (NOTHING, ""), *_css("#avis { inset: 0; } html { overflow: hidden; }")), read=True),
    Plant("no notice although one is needed", BEFORE, ("A818 *", "A402 host sillage.localhost", f"A102 {ours('sillage_seul')}"), "cookie sillage_seul", swaps=((SHOW, ""), (FOOT, "")),
          script=f"document.cookie = `sillage_seul=${{random()}}{LIFE}`; new Image().src = 'SILLAGE/pixel.gif'"),
    Plant("notice that names no purpose", BEFORE, ("A819 *",), "true", swaps=((TEXT, "demande votre accord pour des cookies."),), read=True),
    *(Plant(f"notice that names no purpose in {language}", BEFORE, ("A819 the first layer",), "true", swaps=_in(language, purposes=False), read=True) for language in _WORDS),
    Plant("notice that does not say who asks", BEFORE, ("A820 *",), "true", swaps=(("La Gazette du Port, éditée par Éditions du Port SAS, demande", "Nous demandons"),), read=True),
    Plant("box without a label", BEFORE, ("A821 *",), "document.getElementById('publicite')", swaps=(('<label><input type="checkbox" id="publicite"> Publicité personnalisée</label>', '<input type="checkbox" id="publicite"> <span>Publicité personnalisée</span>'),), read=True),
    Plant("dialog without a name", BEFORE, ("A82? *",), "true", swaps=(('role="dialog" aria-labelledby="avis-titre"', 'role="dialog"'),), read=True),
    Plant("choice kept for 18 months", ACCEPTED, (f"refused: A951 {ours('gazette_choix')}",), "cookie gazette_choix", swaps=_life("true", 47_304_000), whole=True, declared=False),
    Plant("choice kept for 9 months", ACCEPTED, (f"refused: A952 {ours('gazette_choix')}",), "cookie gazette_choix", swaps=_life("true", 23_650_000), whole=True, declared=False),
    Plant("refusal kept for a day", REFUSED, ("A953 *gazette_choix*",), "cookie gazette_choix", swaps=_life('word === "non"', 86_400), whole=True),
]  # fmt: skip
"""Everything about the notice and its answer."""
