"""The rules of law that a declaration can break while being well formed: one table, each rule with its source.

A rule reads a declaration and names the keys that break it. It advises; it is no legal opinion, and a declaration
that no rule speaks of may still be unlawful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bandeau.declare import catalogue
from bandeau.declare.locate import Path, dotted
from bandeau.model import OWN_SERVICE, Cookie, Declaration, Exemption, Host, Mode, PersonalData, Service, StorageKey

_DAY = 86_400
_SIX_MONTHS = 180 * _DAY  # as a calendar may count them
_THIRTEEN_MONTHS = 397 * _DAY  # the longest that thirteen months can be
_LONGEST_COOKIE = 400 * _DAY

_NEVER_EXEMPT = frozenset({"advertising", "social", "personalisation"})
_REVEALING = frozenset({PersonalData.SOCIAL_INTERACTIONS, PersonalData.GEOLOCATION})
_STRICT = Exemption.STRICTLY_NECESSARY
_AUDIENCE = Exemption.AUDIENCE_MEASUREMENT


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


def _no_address(declaration: Declaration) -> Iterator[Path]:
    if not declaration.site.controller.address:
        yield "site", "controller", "address"


def _no_contact(declaration: Declaration) -> Iterator[Path]:
    if not declaration.site.controller.contact:
        yield "site", "controller", "contact"


def _no_policy(declaration: Declaration) -> Iterator[Path]:
    if not declaration.site.privacy_policy:
        yield "site", "privacy_policy"


def _choice_too_long(declaration: Declaration) -> Iterator[Path]:
    if (declaration.site.choice_lifetime.seconds or 0) > _THIRTEEN_MONTHS:
        yield "site", "choice_lifetime"


def _choice_too_short(declaration: Declaration) -> Iterator[Path]:
    if (declaration.site.choice_lifetime.seconds or 0) < _SIX_MONTHS:
        yield "site", "choice_lifetime"


def _observing(declaration: Declaration) -> Iterator[Path]:
    if declaration.site.mode is Mode.OBSERVE:
        yield "site", "mode"


def _exempt_purpose(declaration: Declaration) -> Iterator[Path]:
    for purpose in declaration.purposes:
        if purpose.exempt and purpose.id in _NEVER_EXEMPT:
            yield "purposes", purpose.id, "exempt"


def _exempt_services(declaration: Declaration, *grounds: Exemption) -> Iterator[Service]:
    """The services that need no consent, on these grounds among others; on any where none is given."""
    for service in declaration.services:
        used = {purpose.exempt for purpose in declaration.purposes if purpose.id in service.purposes}
        if declaration.exempt(service) and (not grounds or used & set(grounds)):
            yield service


def _exempt_profiling(declaration: Declaration) -> Iterator[Path]:
    for service in _exempt_services(declaration):
        if service.profiling:
            yield "services", service.id, "profiling"


def _exempt_revealing(declaration: Declaration) -> Iterator[Path]:
    for service in _exempt_services(declaration):
        if _REVEALING & set(service.personal_data):
            yield "services", service.id, "personal_data"


def _exempt_known(declaration: Declaration) -> Iterator[Path]:
    """Known services that need consent, called strictly necessary."""
    for service in _exempt_services(declaration, _STRICT):
        for index, host in enumerate(service.hosts):
            if any(_overlap(host, known) for known, _ in _hosts_needing_consent()):
                yield "services", service.id, "hosts", index


def _measurer_reuses(declaration: Declaration) -> Iterator[Path]:
    """Known services that need consent even to measure an audience, called exempt measurement."""
    for service in _exempt_services(declaration, _AUDIENCE):
        for index, host in enumerate(service.hosts):
            if any(_overlap(host, known) and reuses for known, reuses in _hosts_needing_consent()):
                yield "services", service.id, "hosts", index


def _measurer_too_long(declaration: Declaration) -> Iterator[Path]:
    for service in _exempt_services(declaration, _AUDIENCE):
        for path, tracker in _trackers(service):
            seconds, text = tracker.lifetime.seconds, tracker.lifetime.text
            if (seconds or 0) > _THIRTEEN_MONTHS or text == "until erased":
                yield (*path, "lifetime")


def _measurer_for_others(declaration: Declaration) -> Iterator[Path]:
    for service in _exempt_services(declaration, _AUDIENCE):
        if service.recipient != declaration.site.controller.name:
            yield "services", service.id, "recipient"


def _measurer_elsewhere(declaration: Declaration) -> Iterator[Path]:
    for service in _exempt_services(declaration, _AUDIENCE):
        for path, tracker in _trackers(service):
            if isinstance(tracker, Cookie) and tracker.host:
                yield (*path, "host")


def _no_data(declaration: Declaration) -> Iterator[Path]:
    for service in declaration.asked:
        if not service.personal_data:
            yield "services", service.id, "personal_data"


def _third_parties(declaration: Declaration) -> Iterator[Service]:
    for service in declaration.services:
        if service.hosts and service.recipient != declaration.site.controller.name:
            yield service


def _no_recipient(declaration: Declaration) -> Iterator[Path]:
    for service in _third_parties(declaration):
        if service.recipient == service.name:
            yield "services", service.id, "recipient"


def _no_countries(declaration: Declaration) -> Iterator[Path]:
    for service in _third_parties(declaration):
        if not service.countries:
            yield "services", service.id, "countries"


def _cookie_too_long(declaration: Declaration) -> Iterator[Path]:
    for service in declaration.services:
        # Bandeau's own cookie lives as long as the choice, of which another rule speaks.
        for path, tracker in _trackers(service) if service.id != OWN_SERVICE else ():
            if isinstance(tracker, Cookie) and (tracker.lifetime.seconds or 0) > _LONGEST_COOKIE:
                yield (*path, "lifetime")


def _trackers(service: Service) -> Iterator[tuple[Path, Cookie | StorageKey]]:
    for index, cookie in enumerate(service.cookies):
        yield ("services", service.id, "cookies", index), cookie
    for index, key in enumerate(service.storage):
        yield ("services", service.id, "storage", index), key


@cache
def _hosts_needing_consent() -> tuple[tuple[Host, bool], ...]:
    """The hosts of the known services that need consent, and whether even audience measurement does not excuse them."""
    found = []
    for name in catalogue.names():
        entry = catalogue.entry(name)
        purposes = {entry.get("purpose"), *entry.get("purposes", ())} - {None}
        if purposes != {"functioning"}:
            reuses = entry.get("profiling", False) or purposes != {"audience"}
            found += [(Host.parse(host), reuses) for host in entry.get("hosts", ())]
    return tuple(found)


def _overlap(one: Host, other: Host) -> bool:
    """Whether two patterns can mean the same host."""
    return (
        one.name == other.name
        or (other.subdomains and one.name.endswith("." + other.name))
        or (one.subdomains and other.name.endswith("." + one.name))
    )


_GDPR = "https://eur-lex.europa.eu/eli/reg/2016/679/oj"
_CNIL_091 = "CNIL 2020-091, art. 5: https://www.legifrance.gouv.fr/jorf/article_jo/JORFARTI000042388188"
_CNIL_092 = "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000042388197"
_CNIL_AUDIENCE = "CNIL, audience measurement exempt from consent (July 2025): https://www.cnil.fr/fr/node/167364"

RULES: tuple[Rule, ...] = (
    Rule(
        "B001",
        _no_address,
        "the notice cannot say where the controller is",
        "give the controller's postal address",
        f"GDPR, art. 13(1)(a): {_GDPR}",
    ),
    Rule(
        "B002",
        _no_contact,
        "a visitor has nobody to write to about their data",
        "give an e-mail address or a contact page",
        f"GDPR, art. 13(1)(a) and (b): {_GDPR}",
    ),
    Rule(
        "B003",
        _no_policy,
        "nothing tells visitors about their rights and the exempt trackers",
        "give the address of the privacy policy",
        f"GDPR, art. 13(2); CNIL 2020-092, art. 5: {_CNIL_092}",
    ),
    Rule(
        "B004",
        _choice_too_long,
        "a choice is kept for more than 13 months",
        'ask again sooner; "6 months" is the regulator\'s good practice',
        f"CNIL 2020-092 (6 months for both answers): {_CNIL_092}; IAB Europe TCF Policies (13 months at most)",
    ),
    Rule(
        "B005",
        _choice_too_short,
        "somebody who refused is asked again within 6 months",
        'keep the choice for "6 months"',
        f"CNIL 2020-092: {_CNIL_092}; proposed GDPR, art. 88a(4), COM(2025) 837",
    ),
    Rule(
        "B006",
        _observing,
        "nothing is held: trackers run before a choice and after a refusal",
        'set mode = "enforce" once the reports show nothing that should run',
        "ePrivacy directive 2002/58/EC, art. 5(3): https://eur-lex.europa.eu/eli/dir/2002/58/oj",
    ),
    Rule(
        "B007",
        _exempt_purpose,
        "a purpose of this kind always needs consent",
        "take exempt away",
        _CNIL_091,
    ),
    Rule(
        "B008",
        _exempt_profiling,
        "a service that builds profiles is called exempt",
        "give the service a purpose that is asked about",
        f"GDPR, art. 4(4); {_CNIL_091}",
    ),
    Rule(
        "B009",
        _exempt_revealing,
        "an exempt service receives social interactions or geolocation",
        "give the service a purpose that is asked about, or correct its data",
        _CNIL_091,
    ),
    Rule(
        "B010",
        _exempt_known,
        "a host of a known service that needs consent is called strictly necessary",
        "give the service a purpose that is asked about",
        f"EDPB, Cookie Banner Taskforce report (17 January 2023), wrongly classified essential cookies; {_CNIL_091}",
    ),
    Rule(
        "B011",
        _measurer_reuses,
        "a host of a known service that uses the data for itself is called exempt audience measurement",
        "give the service a purpose that is asked about",
        _CNIL_AUDIENCE,
    ),
    Rule(
        "B012",
        _measurer_too_long,
        "a tracker of exempt audience measurement lives for more than 13 months",
        'shorten it to "13 months" at most, never renewed by a visit',
        f"CNIL 2020-092, art. 5: {_CNIL_092}",
    ),
    Rule(
        "B013",
        _measurer_for_others,
        "exempt audience measurement goes to somebody else than the controller",
        "where it is done for your account alone, name the controller as recipient; else ask for consent",
        _CNIL_AUDIENCE,
    ),
    Rule(
        "B014",
        _measurer_elsewhere,
        "exempt audience measurement sets a cookie on a host of its own, where other sites can share it",
        "set the cookie on the site itself, or ask for consent",
        _CNIL_AUDIENCE,
    ),
    Rule(
        "B015",
        _no_data,
        "consent is asked without saying for which personal data",
        "name the categories of personal data",
        f"GDPR, art. 4(11); EDPB guidelines 05/2020 on consent, minimum content of information: {_GDPR}",
    ),
    Rule(
        "B016",
        _no_recipient,
        "the company behind the service is not named",
        "name the company that receives the data, not the brand alone",
        f"GDPR, art. 13(1)(e): {_GDPR}; CNIL 2020-092, art. 2: {_CNIL_092}",
    ),
    Rule(
        "B017",
        _no_countries,
        "it is not said which countries the data go to",
        "name the countries by their two letters",
        f"GDPR, art. 13(1)(f): {_GDPR}",
    ),
    Rule(
        "B018",
        _cookie_too_long,
        "a cookie is said to live for more than 400 days, which browsers do not grant",
        'say "400 days" or less',
        "RFC 6265bis, section 5.5: https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/",
    ),
)
"""All rules. A code is never given to another rule, so that it can be looked up years later."""
