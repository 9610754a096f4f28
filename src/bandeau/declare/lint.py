"""The rules of law that a declaration can break while being well formed: one table, each rule with its source.

It advises; it is no legal opinion, and a declaration that no rule speaks of may still be unlawful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bandeau.declare import breaches
from bandeau.declare.locate import Path, dotted
from bandeau.model import Declaration


@dataclass(frozen=True, slots=True)
class Advice:
    """One rule that a declaration breaks: its code, where, what is the matter, what to do, and who says so."""

    code: str
    path: Path
    message: str
    remedy: str
    source: str

    @property
    def key(self) -> str:
        """The key to change, such as ``services.stats.cookies[0].lifetime``."""
        return dotted(self.path)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of law: what breaks it, and the words to say so. The code is kept for ever."""

    code: str
    breaches: Callable[[Declaration], Iterator[Path]]
    message: str
    remedy: str
    source: str


def lint(declaration: Declaration) -> tuple[Advice, ...]:
    """Give all rules of law that a declaration breaks, in the order of the table ``RULES``."""
    return tuple(
        Advice(rule.code, path, rule.message, rule.remedy, rule.source)
        for rule in RULES
        for path in rule.breaches(declaration)
    )


_GDPR = "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
_CNIL_091 = "CNIL 2020-091, art. 5: https://www.legifrance.gouv.fr/jorf/article_jo/JORFARTI000042388188"
_CNIL_092 = "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000042388197"
_CNIL_AUDIENCE = "CNIL, audience measurement exempt from consent (July 2025): https://www.cnil.fr/fr/node/167364"

RULES: tuple[Rule, ...] = (
    Rule(
        "B001",
        breaches.no_address,
        "the notice cannot say where the controller is",
        "give the controller's postal address",
        f"GDPR, art. 13(1)(a): {_GDPR}",
    ),
    Rule(
        "B002",
        breaches.no_contact,
        "a visitor has nobody to write to about their data",
        "give an e-mail address or a contact page",
        f"GDPR, art. 13(1)(a) and (b): {_GDPR}",
    ),
    Rule(
        "B003",
        breaches.no_policy,
        "nothing tells visitors about their rights and the exempt trackers",
        "give the address of the privacy policy",
        f"GDPR, art. 13(2); CNIL 2020-092, art. 5: {_CNIL_092}",
    ),
    Rule(
        "B004",
        breaches.choice_too_long,
        "a choice is kept for more than 13 months",
        'ask again sooner; "6 months" is the regulator\'s good practice',
        f"CNIL 2020-092 (6 months for both answers): {_CNIL_092}; IAB Europe TCF Policies (13 months at most)",
    ),
    Rule(
        "B005",
        breaches.choice_too_short,
        "somebody who refused is asked again within 6 months",
        'keep the choice for "6 months"',
        f"CNIL 2020-092: {_CNIL_092}; proposed GDPR, art. 88a(4), COM(2025) 837",
    ),
    Rule(
        "B006",
        breaches.observing,
        "nothing is held: trackers run before a choice and after a refusal",
        'set mode = "enforce" once the reports show nothing that should run',
        "ePrivacy directive 2002/58/EC, art. 5(3): https://eur-lex.europa.eu/eli/dir/2002/58/oj",
    ),
    Rule(
        "B007",
        breaches.exempt_purpose,
        "a purpose of this kind always needs consent",
        "take exempt away",
        _CNIL_091,
    ),
    Rule(
        "B008",
        breaches.exempt_profiling,
        "a service that builds profiles is called exempt",
        "give the service a purpose that is asked about",
        f"GDPR, art. 4(4); {_CNIL_091}",
    ),
    Rule(
        "B009",
        breaches.exempt_revealing,
        "an exempt service receives social interactions or geolocation",
        "give the service a purpose that is asked about, or correct its data",
        _CNIL_091,
    ),
    Rule(
        "B010",
        breaches.exempt_known,
        "a host of a known service that needs consent is called strictly necessary",
        "give the service a purpose that is asked about",
        f"EDPB, Cookie Banner Taskforce report (17 January 2023), wrongly classified essential cookies; {_CNIL_091}",
    ),
    Rule(
        "B011",
        breaches.measurer_reuses,
        "a host of a known service that uses the data for itself is called exempt audience measurement",
        "give the service a purpose that is asked about",
        _CNIL_AUDIENCE,
    ),
    Rule(
        "B012",
        breaches.measurer_too_long,
        "a tracker of exempt audience measurement lives for more than 13 months",
        'shorten it to "13 months" at most, never renewed by a visit',
        f"CNIL 2020-092, art. 5: {_CNIL_092}",
    ),
    Rule(
        "B013",
        breaches.measurer_for_others,
        "exempt audience measurement goes to somebody else than the controller",
        "where it is done for your account alone, name the controller as recipient; else ask for consent",
        _CNIL_AUDIENCE,
    ),
    Rule(
        "B014",
        breaches.measurer_elsewhere,
        "exempt audience measurement sets a cookie on a host of its own, where other sites can share it",
        "set the cookie on the site itself, or ask for consent",
        _CNIL_AUDIENCE,
    ),
    Rule(
        "B015",
        breaches.no_data,
        "consent is asked without saying for which personal data",
        "name the categories of personal data",
        f"GDPR, art. 4(11); EDPB guidelines 05/2020 on consent, minimum content of information: {_GDPR}",
    ),
    Rule(
        "B016",
        breaches.no_recipient,
        "the company behind the service is not named",
        "name the company that receives the data, not the brand alone",
        f"GDPR, art. 13(1)(e): {_GDPR}; CNIL 2020-092, art. 2: {_CNIL_092}",
    ),
    Rule(
        "B017",
        breaches.no_countries,
        "it is not said which countries the data go to",
        "name the countries by their two letters",
        f"GDPR, art. 13(1)(f): {_GDPR}",
    ),
    Rule(
        "B018",
        breaches.cookie_too_long,
        "a cookie is said to live for more than 400 days, which browsers do not grant",
        'say "400 days" or less',
        "RFC 6265bis, section 5.5: https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/",
    ),
)
"""All rules. A code is never given to another rule, so that it can be looked up years later."""
