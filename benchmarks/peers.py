"""The peers that a page can carry: how each is loaded, told to refuse everything, and how tags are marked up for it.

They come from npm into a folder that goes with the run, and are set up as their manuals say.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from leaks.case import Case

_SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
_TYPE = re.compile(r"\btype=[^\s>]+", re.IGNORECASE)
_INERT = '<script type="text/plain" data-type="text/javascript" data-category="ads" data-name="spy"'


def _scripts(markup: str) -> str:
    """A script of a type that no browser runs; what else its type was is lost, as with a tag edited by hand."""
    return _SCRIPT.sub(lambda tag: f"{_INERT}{_TYPE.sub('', tag[1])}>", markup)


_KLARO = re.compile(r"<(script|img|iframe|link|embed|video|audio|source|input)\b([^>]*)>", re.IGNORECASE)


def _klaro(markup: str) -> str:
    """Scripts, and whatever has an address that its manual lets be renamed."""

    def renamed(tag: re.Match[str]) -> str:
        attributes = re.sub(r"(?<=\s)(src|href)(?=\s*=)", r"data-\1", tag[2], flags=re.IGNORECASE)
        return f"<{tag[1]} data-name=spy{attributes}>"

    return _scripts(_KLARO.sub(renamed, markup))


_FRAME = re.compile(r"<iframe\b([^>]*)>", re.IGNORECASE)


def _frames(markup: str) -> str:
    """Scripts and frames: both are services of its own, a frame by an element that becomes one."""
    return _FRAME.sub(lambda tag: f'<div class="tac_iframe"{tag[1].replace(" src=", " data-url=")}>', _scripts(markup))


def _template(markup: str) -> str:
    """All of it in a template, as its manual says of any markup."""
    return f'<template data-purpose="spy">{markup}</template>' if markup else ""


@dataclass(frozen=True)
class Peer:
    """One peer: its package, what a page's head gets (``AT`` is where the package is served), how markup is marked."""

    package: str
    version: str
    head: str
    marked: Callable[[str], str]

    def dressed(self, case: Case, at: str, *, by_hand: bool) -> Case:
        """The case's page with the peer on it; ``by_hand`` also with every tag of the tracker marked."""
        head = self.head.replace("AT", f"{at}/{self.package}")
        if not by_hand:
            return replace(case, head=head + case.head)
        script = self.marked(f"<script>{case.script}</script>") if case.script else ""
        return replace(case, head=head + self.marked(case.head), body=self.marked(case.body) + script, script="")


PEERS = (
    Peer(
        "vanilla-cookieconsent",
        "3.1.0",
        """<link rel=stylesheet href=AT/dist/cookieconsent.css><script src=AT/dist/cookieconsent.umd.js></script>
        <script>
        addEventListener('DOMContentLoaded', () => CookieConsent.run({ hideFromBots: false, categories: {
          necessary: { enabled: true, readOnly: true }, ads: { autoClear: { cookies: [{ name: /^spy/ }] } } },
          language: { default: 'en', translations: { en: { consentModal: { title: 'Cookies', acceptAllBtn: 'Accept',
            acceptNecessaryBtn: 'Refuse' }, preferencesModal: { title: 'Settings', sections: [] } } } },
        }).then(() => CookieConsent.acceptCategory([])))</script>""",
        _scripts,
    ),
    Peer(
        "klaro",
        "0.7.22",
        """<script>var klaroConfig = { acceptAll: true, translations: { zz: { privacyPolicyUrl: '/' } }, services: [
          { name: 'spy', title: 'Spy', purposes: ['ads'], cookies: [/^spy/], default: false }] }</script>
        <script src=AT/dist/klaro.js data-config=klaroConfig></script>
        <script>addEventListener('DOMContentLoaded', () => {
          const manager = klaro.getManager(klaroConfig);
          manager.changeAll(false);
          manager.saveAndApplyConsents();
        })</script>""",
        _klaro,
    ),
    Peer(
        "tarteaucitronjs",
        "1.34.0",
        """<script src=AT/tarteaucitron.js></script><script>
        tarteaucitron.init({ privacyUrl: '', hashtag: '#tarteaucitron', cookieName: 'tarteaucitron', highPrivacy: true,
          DenyAllCta: true, AcceptAllCta: true, handleBrowserDNTRequest: false, mandatory: true });
        tarteaucitron.services.spy = {
          key: 'spy', type: 'ads', name: 'Spy', needConsent: true, cookies: ['spy'], js() {} };
        (tarteaucitron.job = tarteaucitron.job || []).push('spy');
        addEventListener('load', () => setTimeout(() => tarteaucitron.userInterface.respondAll(false), 300));
        </script>""",
        _frames,
    ),
    Peer(
        "orejime",
        "3.2.1",
        """<link rel=stylesheet href=AT/dist/orejime-standard.css><script>
        var orejimeConfig = { privacyPolicyUrl: '/', purposes: [
          { id: 'spy', title: 'Spy', cookies: [[/^spy/, '/', '']] }] }
        </script><script src=AT/dist/orejime-standard-en.js></script><script>
        addEventListener('load', () => setTimeout(() => orejime.manager.declineAll(), 100))</script>""",
        _template,
    ),
)


def fetched(folder: Path, *more: str) -> Path:
    """Install the peers with npm, and whatever else is named; gives the folder that holds them."""
    packages = [f"{peer.package}@{peer.version}" for peer in PEERS]
    npm = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    subprocess.run([*npm, *packages, *more], check=True)
    return folder / "node_modules"
