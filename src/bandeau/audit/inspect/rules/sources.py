"""Who says so: the rules of law and the standards that findings cite, each with its primary address."""

from __future__ import annotations

from bandeau.audit.finding import Source

_CNIL_091 = "https://www.legifrance.gouv.fr/jorf/article_jo/JORFARTI000042388188"
_CNIL_092 = "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000042388197"
_GDPR = "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
_TASKFORCE = (
    "https://www.edpb.europa.eu/our-work-tools/our-documents/other/report-work-undertaken-cookie-banner-taskforce_en"
)
_TCF = "https://iabeurope.eu/iab-europe-transparency-consent-framework-policies/"
_CONSENT_MODE = "https://developers.google.com/tag-platform/security/guides/consent"
_GPP = "https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform"

EPRIVACY = Source(name="ePrivacy directive 2002/58/EC, art. 5(3)", url="https://eur-lex.europa.eu/eli/dir/2002/58/oj")
SCOPE = Source(
    name="EDPB guidelines 2/2023 on the technical scope of art. 5(3)",
    url="https://www.edpb.europa.eu/our-work-tools/our-documents/guidelines/"
    "guidelines-22023-technical-scope-art-53-eprivacy-directive_en",
)
CONSENT = Source(
    name="EDPB guidelines 05/2020 on consent",
    url="https://www.edpb.europa.eu/our-work-tools/our-documents/guidelines/"
    "guidelines-052020-consent-under-regulation-2016679_en",
)
TASKFORCE = Source(name="EDPB, report of the Cookie Banner Taskforce (17 January 2023)", url=_TASKFORCE)
GDPR_CONSENT = Source(name="GDPR, art. 4(11)", url=_GDPR)
GDPR_WITHDRAW = Source(name="GDPR, art. 7(3)", url=_GDPR)
GDPR_INFORM = Source(name="GDPR, art. 13(1)", url=_GDPR)
GDPR_CONDITION = Source(name="GDPR, art. 7(4)", url=_GDPR)
GDPR_TRANSFER = Source(name="GDPR, art. 6(1)", url=_GDPR)
CNIL_EXEMPT = Source(name="CNIL 2020-091, art. 5", url=_CNIL_091)
CNIL_SILENCE = Source(name="CNIL 2020-092, art. 2", url=_CNIL_092)
CNIL_KEEPING = Source(name="CNIL 2020-092 (the choice is kept, accepted or refused, for six months)", url=_CNIL_092)
CNIL_MEASURING = Source(
    name="CNIL 2020-092, art. 5 (exempt measurement: 13 months, not extended by a visit)", url=_CNIL_092
)
CNIL_AUDIENCE = Source(
    name="CNIL, audience measurement exempt from consent (July 2025)", url="https://www.cnil.fr/fr/node/167364"
)
CNIL_WALLS = Source(
    name="CNIL, criteria for cookie walls (16 May 2022)",
    url="https://www.cnil.fr/fr/cookie-walls-la-cnil-publie-des-premiers-criteres-devaluation",
)
SHEIN = Source(
    name="CNIL, SAN-2025-005 (after a refusal, trackers were still set and read)",
    url="https://www.cnil.fr/fr/cookies-deposes-sans-consentement-la-cnil-sanctionne-shein-dune-amende-de-150-millions-deuros",
)
VANITY_FAIR = Source(
    name="CNIL, SAN-2025-010 (after a withdrawal, cookies were still read)",
    url="https://www.cnil.fr/fr/cookies-deposes-sans-consentement-la-cnil-sanctionne-la-societe-editrice-du-site-vanityfairfr",
)
PLANET49 = Source(
    name="CJEU, C-673/17 Planet49", url="https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:62017CJ0673"
)
TCF = Source(name="IAB Europe, TCF Policies", url=_TCF)
TC_STRING = Source(
    name="IAB Tech Lab, TC string",
    url="https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework",
)
CONSENT_MODE = Source(name="Google, Consent Mode", url=_CONSENT_MODE)
GPP = Source(name="IAB Tech Lab, Global Privacy Platform", url=_GPP)
GPC = Source(name="W3C, Global Privacy Control", url="https://w3c.github.io/gpc/")
CONTRAST = Source(name="WCAG 2.2, 1.4.3 Contrast (minimum)", url="https://www.w3.org/TR/WCAG22/#contrast-minimum")
WCAG = Source(name="WCAG 2.2", url="https://www.w3.org/TR/WCAG22/")
EAA = Source(name="Directive (EU) 2019/882 (accessibility)", url="https://eur-lex.europa.eu/eli/dir/2019/882/oj")
REASK = Source(
    name="COM(2025) 837, proposed art. 88a GDPR (no new request within six months; not law yet)",
    url="https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:52025PC0837",
)
