"""What breaks a rule of law: each function reads a declaration and names the keys that do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bandeau.declare import catalogue
from bandeau.declare.locate import Path
from bandeau.model import (
    OWN_SERVICE,
    Cookie,
    Declaration,
    Exemption,
    Host,
    Mode,
    PersonalData,
    Service,
    StorageKey,
    path_within,
)

_DAY = 86_400
_SIX_MONTHS = 180 * _DAY  # as a calendar may count them
_THIRTEEN_MONTHS = 397 * _DAY  # the longest that thirteen months can be
_LONGEST_COOKIE = 400 * _DAY

_NEVER_EXEMPT = frozenset({"advertising", "social", "personalisation"})
_REVEALING = frozenset({PersonalData.SOCIAL_INTERACTIONS, PersonalData.GEOLOCATION})
_STRICT = Exemption.STRICTLY_NECESSARY
_AUDIENCE = Exemption.AUDIENCE_MEASUREMENT


def no_address(declaration: Declaration) -> Iterator[Path]:
    """The controller has no address."""
    if not declaration.site.controller.address:
        yield "site", "controller", "address"


def no_contact(declaration: Declaration) -> Iterator[Path]:
    """The controller has no contact."""
    if not declaration.site.controller.contact:
        yield "site", "controller", "contact"


def no_policy(declaration: Declaration) -> Iterator[Path]:
    """The site has no privacy policy."""
    if not declaration.site.privacy_policy:
        yield "site", "privacy_policy"


def choice_too_long(declaration: Declaration) -> Iterator[Path]:
    """A choice outlives 13 months."""
    if (declaration.site.choice_lifetime.seconds or 0) > _THIRTEEN_MONTHS:
        yield "site", "choice_lifetime"


def choice_too_short(declaration: Declaration) -> Iterator[Path]:
    """A choice does not last 6 months."""
    if (declaration.site.choice_lifetime.seconds or 0) < _SIX_MONTHS:
        yield "site", "choice_lifetime"


def observing(declaration: Declaration) -> Iterator[Path]:
    """The site only observes."""
    if declaration.site.mode is Mode.OBSERVE:
        yield "site", "mode"


def exempt_purpose(declaration: Declaration) -> Iterator[Path]:
    """Purposes that always need consent, called exempt."""
    for purpose in declaration.purposes:
        if purpose.exempt and purpose.id in _NEVER_EXEMPT:
            yield "purposes", purpose.id, "exempt"


def _exempt_services(declaration: Declaration, *grounds: Exemption) -> Iterator[Service]:
    """The services that need no consent, on these grounds among others; on any where none is given."""
    for service in declaration.services:
        used = {purpose.exempt for purpose in declaration.purposes if purpose.id in service.purposes}
        if declaration.exempt(service) and (not grounds or used & set(grounds)):
            yield service


def exempt_profiling(declaration: Declaration) -> Iterator[Path]:
    """Exempt services that build profiles."""
    for service in _exempt_services(declaration):
        if service.profiling:
            yield "services", service.id, "profiling"


def exempt_revealing(declaration: Declaration) -> Iterator[Path]:
    """Exempt services that receive more than a measurer or a function could need."""
    for service in _exempt_services(declaration):
        if _REVEALING & set(service.personal_data):
            yield "services", service.id, "personal_data"


def exempt_known(declaration: Declaration) -> Iterator[Path]:
    """Known services that need consent, called strictly necessary."""
    for service in _exempt_services(declaration, _STRICT):
        for index, host in enumerate(service.hosts):
            if any(_overlap(host, known) for known, _ in _hosts_needing_consent()):
                yield "services", service.id, "hosts", index


def measurer_reuses(declaration: Declaration) -> Iterator[Path]:
    """Known services that need consent even to measure an audience, called exempt measurement."""
    for service in _exempt_services(declaration, _AUDIENCE):
        for index, host in enumerate(service.hosts):
            if any(_overlap(host, known) and reuses for known, reuses in _hosts_needing_consent()):
                yield "services", service.id, "hosts", index


def measurer_too_long(declaration: Declaration) -> Iterator[Path]:
    """Trackers of exempt measurement that outlive 13 months."""
    for service in _exempt_services(declaration, _AUDIENCE):
        for path, tracker in _trackers(service):
            seconds, text = tracker.lifetime.seconds, tracker.lifetime.text
            if (seconds or 0) > _THIRTEEN_MONTHS or text == "until erased":
                yield (*path, "lifetime")


def measurer_for_others(declaration: Declaration) -> Iterator[Path]:
    """Exempt measurement that somebody else than the controller receives."""
    for service in _exempt_services(declaration, _AUDIENCE):
        if service.recipient != declaration.site.controller.name:
            yield "services", service.id, "recipient"


def measurer_elsewhere(declaration: Declaration) -> Iterator[Path]:
    """Exempt measurement with a cookie on a host of its own."""
    for service in _exempt_services(declaration, _AUDIENCE):
        for path, tracker in _trackers(service):
            if isinstance(tracker, Cookie) and tracker.host:
                yield (*path, "host")


def no_data(declaration: Declaration) -> Iterator[Path]:
    """Services that ask for consent without naming any data."""
    for service in declaration.asked:
        if not service.personal_data:
            yield "services", service.id, "personal_data"


def _third_parties(declaration: Declaration) -> Iterator[Service]:
    for service in declaration.services:
        if service.hosts and service.recipient != declaration.site.controller.name:
            yield service


def no_recipient(declaration: Declaration) -> Iterator[Path]:
    """Third parties known by their brand only."""
    for service in _third_parties(declaration):
        if service.recipient == service.name:
            yield "services", service.id, "recipient"


def no_countries(declaration: Declaration) -> Iterator[Path]:
    """Third parties of no country."""
    for service in _third_parties(declaration):
        if not service.countries:
            yield "services", service.id, "countries"


def cookie_too_long(declaration: Declaration) -> Iterator[Path]:
    """Cookies that outlive what browsers grant."""
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
    names = (
        one.name == other.name
        or (other.subdomains and one.name.endswith("." + other.name))
        or (one.subdomains and other.name.endswith("." + one.name))
    )
    return names and (path_within(one.path, other.path) or path_within(other.path, one.path))
