"""The newsroom with each of three well-known consent managers, set up as its manual says, every tag marked by hand."""

# ruff: noqa: E501 (the set-ups are written as the manuals write them)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsroom.site import newspaper

import newsroom
from support.servers import serve_asgi

_TAG = re.compile(r'<(?:script|link)\b[^>]*="http://(?P<who>palabre|regie|polices)\.localhost[^>]*>(?:</script>)?')
_FRAME = re.compile(r'<iframe\b[^>]*\bsrc="(?P<at>http://scopia\.localhost[^"]*)"[^>]*>\s*</iframe>')
_AT = re.compile(r'(?:src|href)="([^"]*)"')

# What each third party sets on the newspaper's own host, as its manual would tell a publisher.
COOKIES = {"palabre": ("palabre_visit",), "regie": ("regie_id",), "polices": (), "scopia": ()}


@dataclass(frozen=True)
class Manager:
    """One manager, and how a page wears it.

    ``head`` ends the page's head (``AT`` is where the package is served), ``foot`` its foot; ``tag`` and ``frame`` mark
    up what is to be held; ``accept`` and ``refuse`` are its own interface for everything at once.
    """

    package: str
    version: str
    cookie: str
    head: str
    foot: str
    tag: Callable[[str, str, str], str]
    frame: Callable[[str], str]
    accept: str
    refuse: str

    @property
    def declaration(self) -> str:
        """The newsroom's declaration with the manager's own cookie."""
        own = f'[services.manager]\nname = "{self.package}"\nrecipient = "Éditions du Port SAS"\npurpose = "functioning"\n'
        cookies = f'cookies = [{{ name = "{self.cookie}", lifetime = "12 months" }}]\n'
        return f"{newsroom.DECLARATION.read_text('utf-8')}\n{own}{cookies}"

    def dress(self, page: str) -> str:
        """A page of the newspaper with the manager on it."""
        page = _TAG.sub(lambda tag: self.tag(tag[0], tag["who"], _AT.findall(tag[0])[-1]), page)
        page = _FRAME.sub(lambda frame: self.frame(frame["at"]), page)
        head = self.head.replace("AT", f"/npm/{self.package}")
        return page.replace("</head>", f"{head}</head>").replace("</footer>", f"{self.foot}</footer>")


def _vcc_tag(tag: str, who: str, at: str) -> str:
    """Its manual marks scripts; a style sheet stays as it is."""
    return f'<script type="text/plain" data-category="{who}" src="{at}"></script>' if "<script" in tag else tag


def _klaro_tag(tag: str, who: str, at: str) -> str:
    if "<script" in tag:
        return f'<script type="text/plain" data-type="text/javascript" data-name="{who}" data-src="{at}"></script>'
    return f'<link data-name="{who}" rel="stylesheet" data-href="{at}">'


def _tac_tag(tag: str, who: str, at: str) -> str:
    """A custom service; what the tag did stands in its ``js``."""
    make = (
        f"tarteaucitron.addScript('{at}')"
        if "<script" in tag
        else (
            f"const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = '{at}'; document.head.append(link)"
        )
    )
    return (
        f"<script>addEventListener('DOMContentLoaded', () => {{ tarteaucitron.services.{who} = {{ key: '{who}', "
        f"type: 'ads', name: '{who}', needConsent: true, cookies: {list(COOKIES[who])}, js() {{ {make} }} }}; "
        f"(tarteaucitron.job = tarteaucitron.job || []).push('{who}') }})</script>"
    )


_VCC = """<link rel="stylesheet" href="AT/dist/cookieconsent.css"><script src="AT/dist/cookieconsent.umd.js"></script>
<script>addEventListener("DOMContentLoaded", () => CookieConsent.run({
  categories: { necessary: { enabled: true, readOnly: true },
    palabre: { autoClear: { cookies: [{ name: /^palabre_/ }] } }, regie: { autoClear: { cookies: [{ name: /^regie_/ }] } } },
  language: { default: "fr", translations: { fr: {
    consentModal: { title: "Nous utilisons des cookies", description: "La Gazette du Port utilise des cookies pour la publicité et les commentaires.",
      acceptAllBtn: "Tout accepter", acceptNecessaryBtn: "Tout refuser", showPreferencesBtn: "Gérer mes préférences" },
    preferencesModal: { title: "Vos préférences", acceptAllBtn: "Tout accepter", acceptNecessaryBtn: "Tout refuser",
      savePreferencesBtn: "Enregistrer mes choix", closeIconLabel: "Fermer", sections: [
        { title: "Nécessaires", description: "Toujours actifs.", linkedCategory: "necessary" },
        { title: "Commentaires", description: "Palabre.", linkedCategory: "palabre" },
        { title: "Publicité", description: "Régie du Large.", linkedCategory: "regie" }] } } } } }))</script>"""
_KLARO = """<script>var klaroConfig = { version: 1, elementID: "klaro", lang: "fr", acceptAll: true, privacyPolicy: "/confidentialite",
  translations: { zz: { privacyPolicyUrl: "/confidentialite" } }, services: [
  { name: "palabre", title: "Palabre", purposes: ["social"], cookies: [/^palabre_/], default: false },
  { name: "regie", title: "Régie du Large", purposes: ["advertising"], cookies: [/^regie_/], default: false },
  { name: "polices", title: "Polices", purposes: ["style"], default: false },
  { name: "scopia", title: "Scopia", purposes: ["media"], default: false }] }</script>
<script defer src="AT/dist/klaro.js"></script>"""
_TAC = """<script src="AT/tarteaucitron.js"></script><script>tarteaucitron.init({ privacyUrl: "/confidentialite", bodyPosition: "bottom",
  hashtag: "#tarteaucitron", cookieName: "tarteaucitron", orientation: "middle", groupServices: false, showDetailsOnClick: true,
  serviceDefaultState: "wait", showAlertSmall: false, cookieslist: false, showIcon: true, iconPosition: "BottomRight", adblocker: false,
  DenyAllCta: true, AcceptAllCta: true, highPrivacy: true, alwaysNeedConsent: false, handleBrowserDNTRequest: false, removeCredit: false,
  moreInfoLink: true, useExternalCss: false, useExternalJs: false, readmoreLink: "", mandatory: true, mandatoryCta: true })</script>
<script>addEventListener("DOMContentLoaded", () => (tarteaucitron.job = tarteaucitron.job || []).push("iframe"))</script>"""

MANAGERS = (
    Manager("vanilla-cookieconsent", "3.1.0", "cc_cookie", _VCC, '<button type="button" data-cc="show-preferencesModal">Gérer mes cookies</button>', _vcc_tag,
            lambda at: f'<iframe src="{at}" title="Vidéo"></iframe>', "CookieConsent.acceptCategory('all')", "CookieConsent.acceptCategory([])"),
    Manager("klaro", "0.7.22", "klaro", _KLARO, '<button type="button" onclick="klaro.show()">Gérer mes cookies</button>', _klaro_tag,
            lambda at: f'<iframe data-name="scopia" data-src="{at}" title="Vidéo"></iframe>',
            "const one = klaro.getManager(); one.changeAll(true); one.saveAndApplyConsents()", "const one = klaro.getManager(); one.changeAll(false); one.saveAndApplyConsents()"),
    Manager("tarteaucitronjs", "1.34.0", "tarteaucitron", _TAC, "", _tac_tag,
            lambda at: f'<div class="tac_iframe" data-url="{at}" width="640" height="360"></div>', "tarteaucitron.userInterface.respondAll(true)", "tarteaucitron.userInterface.respondAll(false)"),
)  # fmt: skip

_TYPES = {".js": b"text/javascript", ".css": b"text/css"}


@contextmanager
def dressed(room: newsroom.Newsroom, manager: Manager, modules: Path) -> Iterator[str]:
    """Serve the newspaper of a running newsroom with a manager on its pages; gives its address."""
    paper = newspaper(room.third_parties, room.witness)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent: list[Any] = []

        async def gather(message: Any) -> None:
            sent.append(message)

        if scope["path"].startswith("/npm/"):
            file = modules / scope["path"].removeprefix("/npm/")
            status = 200 if file.is_file() else 404
            sent = [{"type": "http.response.start", "status": status, "headers": [(b"content-type", _TYPES.get(file.suffix, b"text/plain"))]},
                    {"type": "http.response.body", "body": file.read_bytes() if status == 200 else b""}]  # fmt: skip
        else:
            await paper(scope, receive, gather)
        headers = [(name, value) for name, value in sent[0]["headers"] if name != b"content-length"]
        body = b"".join(message.get("body", b"") for message in sent)
        if dict(headers).get(b"content-type", b"").startswith(b"text/html"):
            body = manager.dress(body.decode()).encode()
        await send({**sent[0], "headers": headers})
        await send({"type": "http.response.body", "body": body})

    with serve_asgi(app, lifespan="off") as port:
        yield f"http://gazette.localhost:{port}"
