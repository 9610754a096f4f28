"""Plants that survive a withdrawal."""

# ruff: noqa: E501 (a row of a table is one line)

from __future__ import annotations

from support.planted.plant import ACCEPTED, WITHDRAWN, Plant
from support.planted.tracking import CACHE, DATABASE, FILE, HAS_DATABASE, HAS_FILE, HOST, LIFE, cookie, entry, ours

_WIPE = (
    "for (const name of document.cookie.match(/sillage_\\w+/g) || []) document.cookie = `${name}=; path=/; max-age=0`;"
)
_SWEEP = 'for (const name of Object.keys(localStorage)) if (name.startsWith("sillage_")) localStorage.removeItem(name);'
KEEPS_COOKIES = ((_WIPE, ""),)
KEEPS_STORAGE = ((_SWEEP, ""),)

STAYING = [
    Plant("cookie kept", WITHDRAWN, (f"A601 {ours('sillage_id')}",), "cookie sillage_id", swaps=KEEPS_COOKIES, when=()),
    Plant("localStorage kept", WITHDRAWN, (f"A601 {entry('localStorage', 'sillage_parcours')}",), "localStorage.sillage_parcours", swaps=KEEPS_STORAGE),
    Plant("HttpOnly cookie kept", WITHDRAWN, (f"A601 {ours('sillage_serveur')}",), "cookie sillage_serveur", when=(ACCEPTED,), cookies=(f"sillage_serveur=RANDOM{LIFE}; HttpOnly",)),
    Plant("cookie of another path kept", WITHDRAWN, (f"A601 {ours('sillage_chemin')}",), "cookie sillage_chemin", when=(ACCEPTED,), script="document.cookie = `sillage_chemin=${random()}; path=/p; max-age=15552000`"),
    Plant("database kept", WITHDRAWN, (f"A601 {entry('IndexedDB', 'sillage_reste')}",), HAS_DATABASE.replace("NAME", "sillage_reste"), when=(ACCEPTED,), script=DATABASE.replace("NAME", "sillage_reste")),
    Plant("cache kept", WITHDRAWN, (f"A601 {entry('Cache Storage', 'sillage_reste')}",), "await caches.has('sillage_reste')", when=(ACCEPTED,), script=CACHE.replace("NAME", "sillage_reste")),
    Plant("private file kept", WITHDRAWN, (f"A601 {entry('OPFS', 'sillage_reste')}",), HAS_FILE.replace("NAME", "sillage_reste"), when=(ACCEPTED,), script=FILE.replace("NAME", "sillage_reste")),
    Plant("service worker kept", WITHDRAWN, ("A601 service worker *",), "(await navigator.serviceWorker.getRegistrations()).length === 1", when=(ACCEPTED,), tag="navigator.serviceWorker.register('/sw.js')"),
    Plant("cookie still sent to the paper", WITHDRAWN, (f"A602 {ours('sillage_id')}",), "cookie sillage_id", swaps=KEEPS_COOKIES),
    Plant("cookie still sent to the tracker", WITHDRAWN, ("A602 cookie sillage_uid on sillage.localhost", f"A402 {HOST}"), "sent sillage.localhost sillage_uid", when=(ACCEPTED, WITHDRAWN),
          script="new Image().src = `SILLAGE/pixel.gif?set=sillage_uid&n=${random()}`"),
    Plant("cookie still read", WITHDRAWN, (f"A603 {ours('sillage_id')}",), "document.cookie.includes('sillage_id')", swaps=KEEPS_COOKIES, script="window.got = document.cookie"),
    Plant("localStorage still read", WITHDRAWN, (f"A603 {entry('localStorage', 'sillage_parcours')}",), "localStorage.sillage_parcours", swaps=KEEPS_STORAGE, script="localStorage.getItem('sillage_parcours')"),
    Plant("cookie set anew after withdrawal", WITHDRAWN, (f"A102 {ours('sillage_retour')}",), "cookie sillage_retour", script=cookie("sillage_retour")),
    Plant("tracker that goes on after withdrawal", WITHDRAWN, (f"A401 {HOST}", f"A402 {HOST}", f"A102 {ours('sillage_id')}", f"A104 {entry('localStorage', 'sillage_parcours')}"), "contact sillage.localhost/tag.js",
          swaps=(('if (state === "accepted" && kept() !== "videos")', 'if (state === "accepted" || state === "withdrawn")'),)),
]  # fmt: skip
"""Everything about what a withdrawal leaves."""
