"""The values everything else speaks of: frozen, and valid if they exist.

The words are those of the field: a *declaration* names *purposes* and *services*; a service has
*trackers* (cookies, storage keys, hosts); a visitor makes a *choice*; a *verdict* says whether one
tracker is allowed under one choice, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from bandeau.patterns import Host as Host
from bandeau.patterns import Lifetime as Lifetime
from bandeau.patterns import NamePattern as NamePattern
from bandeau.patterns import Origin as Origin
from bandeau.patterns import domain_match as domain_match
from bandeau.patterns import path_within as path_within

OWN_SERVICE = "bandeau"
"""The id of the service that Bandeau itself is: its choice cookie needs no consent (CNIL 2020-091, art. 5)."""

CHOICE_COOKIE = "bandeau_choice"
"""The name of the cookie that keeps the visitor's choice."""

OWN_STORAGE = "bandeau:*"
"""The storage keys of Bandeau's own script: the reader's place and typed text across one reload."""


# fmt: off
LANGUAGES = (
    "en",
    "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt",
    "ro", "sk", "sl", "sv",
    "ar", "ca", "he", "ja", "nb", "ru", "tr", "uk", "zh",
)
# fmt: on
"""The languages that a notice can speak: the default, the other official ones of the European Union, and nine more."""


class Mode(StrEnum):
    """Whether Bandeau acts on a page or only reports what it would do."""

    ENFORCE = "enforce"
    OBSERVE = "observe"


class Exemption(StrEnum):
    """The two grounds on which a purpose needs no consent (ePrivacy directive, art. 5(3); CNIL 2020-091, art. 5)."""

    STRICTLY_NECESSARY = "strictly-necessary"
    AUDIENCE_MEASUREMENT = "audience-measurement"


class PersonalData(StrEnum):
    """Categories of personal data that a service may process; their labels stand in the locales."""

    IP_ADDRESS = "ip-address"
    BROWSING = "browsing"
    USAGE = "usage"
    GEOLOCATION = "geolocation"
    SOCIAL_INTERACTIONS = "social-interactions"
    COMMENTS = "comments"
    DEVICE = "device"
    IDENTIFIERS = "identifiers"
    CONTACT = "contact"
    PURCHASES = "purchases"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that a service sets: first party unless ``host`` says on whose host it is set."""

    name: NamePattern
    lifetime: Lifetime
    host: str | None = None
    description: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StorageKey:
    """A key in the site's own storage: localStorage, sessionStorage, or the name of a database, cache or file."""

    name: NamePattern
    lifetime: Lifetime
    description: Mapping[str, str] = field(default_factory=dict)


Tracker = Cookie | StorageKey | Host
"""One thing that a service sets, reads or contacts."""

_ID = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def _check_id(kind: str, value: str) -> None:
    if not _ID.fullmatch(value):
        raise ValueError(f"a {kind} is named by 1 to 64 of a-z, 0-9, - and _, a letter first")


@dataclass(frozen=True, slots=True)
class Purpose:
    """What trackers are for. Texts are by language; well-known purposes have theirs in the locales."""

    id: str
    exempt: Exemption | None = None
    label: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_id("purpose", self.id)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What stands in for a held service: inside the element with id ``within``, else where its markup stands.

    ``text`` (by language) replaces the standard sentence. ``picture`` is the path of a still picture of the site's
    own, which stands behind the words. ``shown`` is ``False`` where nobody would miss the
    service (an advertisement).
    """

    shown: bool = True
    within: str | None = None
    text: Mapping[str, str] = field(default_factory=dict)
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One third party or feature: who receives the data, for which purposes, through which trackers."""

    id: str
    name: str
    recipient: str
    purposes: tuple[str, ...]
    profiling: bool = False
    personal_data: tuple[PersonalData, ...] = ()
    countries: tuple[str, ...] = ()
    hosts: tuple[Host, ...] = ()
    cookies: tuple[Cookie, ...] = ()
    storage: tuple[StorageKey, ...] = ()
    description: Mapping[str, str] = field(default_factory=dict)
    privacy_policy: str | None = None
    placeholder: Placeholder | None = None

    def __post_init__(self) -> None:
        _check_id("service", self.id)
        if not self.purposes:
            raise ValueError("a service has at least one purpose")


@dataclass(frozen=True, slots=True)
class Controller:
    """Who decides about the processing and answers for it (GDPR, art. 4(7) and 13(1)(a))."""

    name: str
    address: str | None = None
    contact: str | None = None


SIX_MONTHS = Lifetime.parse("6 months")
"""How long a choice is kept before asking again, accepted or refused alike (CNIL 2020-092: good practice)."""


@dataclass(frozen=True, slots=True)
class Site:
    """The publisher's site: its own hosts, its languages (the first is the default) and its rules.

    ``texts`` are words of the publisher's that stand in for ours: by language, then by key as in the locales.
    """

    name: str
    hosts: tuple[Host, ...]
    languages: tuple[str, ...]
    controller: Controller
    privacy_policy: str | None = None
    choice_lifetime: Lifetime = SIX_MONTHS
    mode: Mode = Mode.ENFORCE
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Declaration:
    """The publisher's whole promise: the site, its purposes and its services.

    Raises:
        ValueError: a service names a purpose that is not declared, or an id stands twice.
    """

    site: Site
    purposes: tuple[Purpose, ...]
    services: tuple[Service, ...]

    def __post_init__(self) -> None:
        for kind, ids in (("purpose", self.purposes), ("service", self.services)):
            if len({item.id for item in ids}) != len(ids):
                raise ValueError(f"a {kind} is declared twice")
        for service in self.services:
            for purpose in service.purposes:
                if purpose not in self._purposes:
                    raise ValueError(f"service {service.id} names purpose {purpose}, which is not declared")

    @cached_property
    def _purposes(self) -> dict[str, Purpose]:
        return {purpose.id: purpose for purpose in self.purposes}

    @cached_property
    def _services(self) -> dict[str, Service]:
        return {service.id: service for service in self.services}

    def purpose(self, purpose_id: str) -> Purpose | None:
        """The purpose of that id, ``None`` where none is declared."""
        return self._purposes.get(purpose_id)

    def service(self, service_id: str) -> Service | None:
        """The service of that id, ``None`` where none is declared."""
        return self._services.get(service_id)

    def exempt(self, service: Service) -> bool:
        """Whether a service needs no consent: every one of its purposes is exempt."""
        return all(self._purposes[purpose].exempt for purpose in service.purposes)

    @cached_property
    def asked(self) -> tuple[Service, ...]:
        """The services that need consent, in the declaration's order."""
        return tuple(service for service in self.services if not self.exempt(service))

    @cached_property
    def asked_purposes(self) -> tuple[Purpose, ...]:
        """The purposes that need consent, in the declaration's order."""
        return tuple(purpose for purpose in self.purposes if not purpose.exempt)

    def of_purpose(self, purpose_id: str) -> tuple[Service, ...]:
        """The services that serve a purpose, in the declaration's order."""
        return tuple(service for service in self.services if purpose_id in service.purposes)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor allowed: purposes and services by id. What is not named is refused."""

    purposes: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()

    @classmethod
    def of(cls, purposes: Iterable[str] = (), services: Iterable[str] = ()) -> Choice:
        """Build a choice from any iterables of ids."""
        return cls(frozenset(purposes), frozenset(services))


class Reason(StrEnum):
    """Why a verdict is what it is."""

    OWN = "own"
    EXEMPT = "exempt"
    ACCEPTED = "accepted"
    UNDECLARED = "undeclared"
    NO_CHOICE = "no-choice"
    REFUSED = "refused"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allow or hold, with the reason and, where the tracker is declared, the service it belongs to."""

    allowed: bool
    reason: Reason
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class HeldEmbed:
    """An embed that was held: what its placeholder needs so that the page keeps its shape.

    ``service`` is ``None`` where the host is not declared. ``width``, ``height``, ``style``, ``css_class`` and
    ``title`` are the element's own attributes, as the page wrote them, empty where it wrote none. ``link`` is an
    address that a reader may open as a plain link, empty where there is none. All of it is outside input.
    """

    service: str | None
    host: str
    width: str = ""
    height: str = ""
    css_class: str = ""
    style: str = ""
    title: str = ""
    link: str = ""
