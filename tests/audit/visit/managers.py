"""The real managers that npm has, set up as their manuals say, each on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

PACKAGES = (
    "tarteaucitronjs@1",
    "klaro@0.7",
    "vanilla-cookieconsent@3",
    "vanilla-cookieconsent-2@npm:vanilla-cookieconsent@2",
    "orejime@3",
    "cookieconsent@3",
)
HEAD = '<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>Gazette</title><body><h1>La Gazette</h1>'
STORY = "<p>Le port se réveille.</p>" * 40


@dataclass(frozen=True)
class Manager:
    """A manager: its page, the name we know it by, and the script that tells whether measuring is allowed."""

    name: str
    page: str
    allowed: str
    returns: bool = True  # it has a way back of its own, or the page has one


def page(body: str, language: str = "en") -> str:
    return HEAD.format(language=language) + STORY + body


TARTEAUCITRON = page(
    """<script src="/files/tarteaucitronjs/tarteaucitron.js"></script><script>
    tarteaucitron.init({privacyUrl: "", bodyPosition: "bottom", orientation: "middle", showIcon: true,
      DenyAllCta: true, AcceptAllCta: true, highPrivacy: true, mandatory: true, removeCredit: true});
    tarteaucitron.services.measuring = {key: "measuring", type: "analytic", name: "Measuring", uri: "",
      needConsent: true, cookies: [], js() {}, fallback() {}};
    (tarteaucitron.job = tarteaucitron.job || []).push("measuring");
    </script>""",
    "fr",
)
KLARO = page(
    """<script>window.klaroConfig = {acceptAll: true, privacyPolicy: "/privacy",
      services: [{name: "measuring", title: "Measuring", purposes: ["analytics"]}]};</script>
    <script defer src="/files/klaro/dist/klaro.js"></script>
    <footer><a href="#" onclick="klaro.show(undefined, true); return false">Change cookie settings</a></footer>"""
)
TEXTS = """consentModal: {title: "We use cookies", description: "To measure our audience.", acceptAllBtn: "Accept all",
  showPreferencesBtn: "Manage preferences"%s},
  preferencesModal: {title: "Cookie preferences", acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all",
    savePreferencesBtn: "Save preferences", closeIconLabel: "Close", sections: [{title: "Cookie usage"},
    {title: "Measuring", linkedCategory: "measuring"}]}"""
VANILLA = """<link rel="stylesheet" href="/files/vanilla-cookieconsent/dist/cookieconsent.css">
<script src="/files/vanilla-cookieconsent/dist/cookieconsent.umd.js"></script><script>
CookieConsent.run({categories: {necessary: {enabled: true, readOnly: true}, measuring: {}},
  language: {default: "en", translations: {en: {TEXTS}}}});
</script><footer><button data-cc="show-preferencesModal">Preferences</button></footer>"""
VANILLA_2 = page(
    """<footer><button data-cc="c-settings">Preferences</button></footer>
<link rel="stylesheet" href="/files/vanilla-cookieconsent-2/dist/cookieconsent.css">
<script src="/files/vanilla-cookieconsent-2/dist/cookieconsent.js"></script><script>
window.manager = initCookieConsent();
manager.run({current_lang: "en", languages: {en: {
  consent_modal: {title: "We use cookies", description: "To measure our audience.",
    primary_btn: {text: "Accept all", role: "accept_all"},
    secondary_btn: {text: "Reject all", role: "accept_necessary"}},
  settings_modal: {title: "Cookie preferences", save_settings_btn: "Save settings", accept_all_btn: "Accept all",
    reject_all_btn: "Reject all", close_btn_label: "Close", blocks: [
    {title: "Necessary", description: "n", toggle: {value: "necessary", enabled: true, readonly: true}},
    {title: "Measuring", description: "m", toggle: {value: "measuring", enabled: false, readonly: false}}]}}}});
</script>"""
)
OREJIME = page(
    """<link rel="stylesheet" href="/files/orejime/dist/orejime-standard.css">
    <script>window.orejimeConfig = {privacyPolicyUrl: "/privacy", purposes: [
      {id: "needed", title: "Needed", isMandatory: true},
      {id: "measuring", title: "Measuring", cookies: ["m"]}]};</script>
    <script src="/files/orejime/dist/orejime-standard-en.js"></script>"""
)
INSITES = page(
    """<link rel="stylesheet" href="/files/cookieconsent/build/cookieconsent.min.css">
    <script src="/files/cookieconsent/build/cookieconsent.min.js"></script><script>
    cookieconsent.initialise({type: "opt-in", revokable: true, palette: {popup: {background: "#222"},
      button: {background: "#fd0"}}});</script>"""
)

MANAGERS = {
    "/tarteaucitron": Manager("tarteaucitron", TARTEAUCITRON, "document.cookie.includes('measuring=true')"),
    "/klaro": Manager("Klaro", KLARO, "klaro.getManager().getConsent('measuring')"),
    "/vanilla": Manager(
        "vanilla-cookieconsent 3",
        page(VANILLA.replace("TEXTS", TEXTS % ', acceptNecessaryBtn: "Reject all"')),
        "CookieConsent.acceptedCategory('measuring')",
    ),
    "/vanilla-refuses-in-second-layer": Manager(
        "vanilla-cookieconsent 3",
        page(VANILLA.replace("TEXTS", TEXTS % "")),
        "CookieConsent.acceptedCategory('measuring')",
    ),
    "/vanilla-2": Manager("vanilla-cookieconsent 2", VANILLA_2, "manager.allowedCategory('measuring')"),
    "/orejime": Manager("Orejime", OREJIME, "orejime.manager.getConsent('measuring')"),
    "/insites": Manager("Cookie Consent (Insites)", INSITES, "document.cookie.includes('cookieconsent_status=allow')"),
}
