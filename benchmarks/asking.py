"""The peers as they ask: each set up as its manual says, with the newsroom's purposes, and where its buttons are.

Here they wait for an answer; in ``peers.py``, where what gets through is measured, they refuse by themselves.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from peers import PEERS, fetched

BUTTONS = ("accept", "refuse", "settings")
_C15T = "2.2.1"
_MORE = (f"@c15t/react@{_C15T}", "react@19", "react-dom@19", "esbuild@0.25")
PURPOSES = {"social": "Palabre", "media": "Scopia", "advertising": "Régie", "typography": "Casse"}
"""What the newsroom asks for, each with the service that it is for."""


@dataclass(frozen=True)
class Asking:
    """One notice: what a page's head gets, and the selectors of the banner, of its buttons and of the settings."""

    name: str
    head: str
    banner: str
    accept: str
    refuse: str
    settings: str
    panel: str

    def button(self, name: str) -> str:
        """The selector of one button."""
        return {"accept": self.accept, "refuse": self.refuse, "settings": self.settings}[name]


OURS = Asking(
    "bandeau",
    "",
    "#bandeau-notice",
    "#bandeau-notice button[value=accept-all]",
    "#bandeau-notice button[value=refuse-all]",
    "#bandeau-notice button[formmethod=get]",
    "#bandeau-settings",
)


def _vanilla() -> Asking:
    categories = {name: {"services": {name: {"label": who}}} for name, who in PURPOSES.items()}
    sections = [{"title": name.title(), "linkedCategory": name} for name in ("necessary", *PURPOSES)]
    texts = {
        "consentModal": {
            "title": "Cookies",
            "description": "Cookies for social networks, media, advertising and typography. <a href=/>Policy</a>",
            "acceptAllBtn": "Accept all",
            "acceptNecessaryBtn": "Refuse all",
            "showPreferencesBtn": "Settings",
        },
        "preferencesModal": {
            "title": "Settings",
            "acceptAllBtn": "Accept all",
            "acceptNecessaryBtn": "Refuse all",
            "savePreferencesBtn": "Save",
            "closeIconLabel": "Close",
            "sections": sections,
        },
    }
    given = {
        "hideFromBots": False,
        "categories": {"necessary": {"enabled": True, "readOnly": True}, **categories},
        "language": {"default": "en", "translations": {"en": texts}},
    }
    return Asking(
        "vanilla-cookieconsent",
        f"""<link rel=stylesheet href=AT/vanilla-cookieconsent/dist/cookieconsent.css>
        <script src=AT/vanilla-cookieconsent/dist/cookieconsent.umd.js></script>
        <script>addEventListener('DOMContentLoaded', () => CookieConsent.run({json.dumps(given)}))</script>""",
        "#cc-main .cm",
        "#cc-main .cm [data-role=all]",
        "#cc-main .cm [data-role=necessary]",
        "#cc-main .cm [data-role=show]",
        "#cc-main .pm",
    )


def _klaro() -> Asking:
    services = [{"name": who, "title": who, "purposes": [name]} for name, who in PURPOSES.items()]
    given = {"acceptAll": True, "translations": {"zz": {"privacyPolicyUrl": "/"}}, "services": services}
    return Asking(
        "klaro",
        f"""<script>var klaroConfig = {json.dumps(given)}</script>
        <script defer src=AT/klaro/dist/klaro.js data-config=klaroConfig></script>""",
        ".klaro .cookie-notice",
        ".klaro .cookie-notice .cm-btn-success",
        ".klaro .cookie-notice .cn-decline",
        ".klaro .cookie-notice .cn-learn-more",
        ".klaro .cookie-modal .cm-modal",
    )


def _tarteaucitron() -> Asking:
    services = "".join(
        f"tarteaucitron.services[{name!r}] = {{ key: {name!r}, type: {kind!r}, name: {who!r}, needConsent: true, "
        f"cookies: [], js() {{}} }}; (tarteaucitron.job = tarteaucitron.job || []).push({name!r});"
        for (name, who), kind in zip(PURPOSES.items(), ("comment", "video", "ads", "other"), strict=True)
    )
    return Asking(
        "tarteaucitronjs",
        f"""<script src=AT/tarteaucitronjs/tarteaucitron.min.js></script><script>
        tarteaucitron.init({{ privacyUrl: '/', hashtag: '#tarteaucitron', cookieName: 'tarteaucitron',
          orientation: 'bottom', highPrivacy: true, DenyAllCta: true, AcceptAllCta: true, mandatory: true,
          handleBrowserDNTRequest: false }});
        {services}</script>""",
        "#tarteaucitronAlertBig",
        "#tarteaucitronPersonalize2",
        "#tarteaucitronAllDenied2",
        "#tarteaucitronCloseAlert",
        "#tarteaucitron",
    )


def _orejime() -> Asking:
    purposes = [{"id": name, "title": who, "cookies": []} for name, who in PURPOSES.items()]
    return Asking(
        "orejime",
        f"""<link rel=stylesheet href=AT/orejime/dist/orejime-standard.css>
        <script>var orejimeConfig = {json.dumps({"privacyPolicyUrl": "/", "purposes": purposes})}</script>
        <script src=AT/orejime/dist/orejime-standard-en.js></script>""",
        ".orejime-Banner",
        ".orejime-Banner-saveButton",
        ".orejime-Banner-declineButton",
        ".orejime-Banner-learnMoreButton",
        ".orejime-Modal",
    )


_C15T_APP = """import { createRoot } from 'react-dom/client';
import { ConsentBanner, ConsentDialog, ConsentManagerProvider } from '@c15t/react';
const place = document.body.appendChild(document.createElement('div'));
const options = { mode: 'offline', consentCategories: ['necessary', 'functionality', 'experience', 'marketing'] };
createRoot(place).render(
  <ConsentManagerProvider options={options}><ConsentBanner /><ConsentDialog /></ConsentManagerProvider>);
"""


def _c15t() -> Asking:
    return Asking(
        "@c15t/react",
        """<link rel=stylesheet href=AT/@c15t/react/dist/styles.css><script defer src=AT/c15t.js></script>""",
        "[data-testid=consent-banner-card]",
        "[data-testid=consent-banner-accept-button]",
        "[data-testid=consent-banner-reject-button]",
        "[data-testid=consent-banner-customize-button]",
        "[data-testid=consent-dialog-card]",
    )


ASKING = (_vanilla(), _klaro(), _tarteaucitron(), _orejime(), _c15t())
VERSIONS = {peer.package: peer.version for peer in PEERS} | {"@c15t/react": f"{_C15T} with React 19"}


def installed(folder: Path) -> Path:
    """Install the peers by npm, and bundle the one that comes in parts; gives the folder that holds them."""
    modules = fetched(folder, *_MORE)
    (folder / "c15t.jsx").write_text(_C15T_APP)
    bundle = [str(modules / ".bin" / "esbuild"), "c15t.jsx", "--bundle", "--minify", "--format=iife", "--jsx=automatic"]
    production = '--define:process.env.NODE_ENV="production"'
    made = [production, f"--outfile={modules / 'c15t.js'}", "--log-level=error"]
    # esbuild's own wrapper starts the program that its installation would have put in place.
    subprocess.run([*bundle, *made], cwd=folder, check=True)
    return modules
