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
from typing import NamedTuple

OWN_SERVICE = "bandeau"
"""The id of the service that Bandeau itself is: its choice cookie needs no consent (CNIL 2020-091, art. 5)."""

CHOICE_COOKIE = "bandeau_choice"
"""The name of the cookie that keeps the visitor's choice."""

OWN_STORAGE = "bandeau:*"
"""The storage keys of Bandeau's own script: the reader's place and typed text across one reload."""


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


_SECONDS = {
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_628_000,  # a twelfth of 365 days, so that 12 months are a year and 13 months 395 days
    "year": 31_536_000,
}
_LIFETIME = re.compile(r"([1-9][0-9]{0,4}) (minute|hour|day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a tracker stays on the terminal: a number of units, or the browser session, or until erased.

    ``seconds`` is ``None`` for the two that are not a duration; ``text`` is as the declaration says it.
    """

    text: str
    seconds: int | None

    @classmethod
    def parse(cls, text: str) -> Lifetime:
        """Read ``"13 months"``, ``"session"`` or ``"until erased"``.

        Raises:
            ValueError: the text is none of these.
        """
        if text in ("session", "until erased"):
            return cls(text, None)
        match = _LIFETIME.fullmatch(text)
        if match is None:
            raise ValueError(
                'a lifetime is "session", "until erased", or a whole number and a unit, such as "13 months"'
            )
        return cls(text, int(match[1]) * _SECONDS[match[2]])

    @property
    def days(self) -> int | None:
        """The lifetime in whole days, ``None`` where it is not a duration."""
        return None if self.seconds is None else self.seconds // 86_400


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The name of a cookie or storage key, where ``*`` stands for any run of characters. Case matters (RFC 6265)."""

    text: str

    def __post_init__(self) -> None:
        if not self.text or len(self.text) > 256:
            raise ValueError("a name has 1 to 256 characters")
        if any(character < " " or character in ";\x7f" for character in self.text):
            raise ValueError("a name has no semicolon and no control character")

    @property
    def exact(self) -> bool:
        """Whether the pattern names one tracker only."""
        return "*" not in self.text

    @property
    def weight(self) -> tuple[bool, int]:
        """Orders patterns by how specific they are: exact ones last, then by the characters they fix."""
        return (self.exact, len(self.text) - self.text.count("*"))

    def matches(self, name: str) -> bool:
        """Whether this pattern names ``name``."""
        if self.exact:
            return name == self.text
        head, *middle, tail = self.text.split("*")
        end = len(name) - len(tail)
        if not (name.startswith(head) and name.endswith(tail) and len(head) <= end):
            return False
        at = len(head)
        for part in middle:
            found = name.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return True


_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(
    rf"(?P<sub>\*\.)?(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?(?P<path>/[^\s?#;,*'\"]*)?"
)


@dataclass(frozen=True, slots=True)
class Host:
    """A host by its exact name, or with ``*.`` every host below it; a port and a path prefix may narrow it.

    Without a port every port is meant. ``*.example.org`` does not mean ``example.org`` itself, as in CSP.
    """

    name: str
    subdomains: bool = False
    port: int | None = None
    path: str = "/"

    @classmethod
    def parse(cls, text: str) -> Host:
        """Read ``"palabre.example"``, ``"*.palabre.example:8443"`` or ``"video.example/embed"``.

        Raises:
            ValueError: the text is not a host, or carries a scheme, a query or a fragment.
        """
        match = _HOST.fullmatch(_ascii_host(text))
        if match is None:
            raise ValueError(
                'a host is a name such as "video.example", with "*." in front for all hosts below it, '
                'and at most a ":port" and a "/path" behind; no scheme, no query'
            )
        port = None if match["port"] is None else int(match["port"])
        if port is not None and not 0 < port < 65_536:
            raise ValueError("a port is a number from 1 to 65535")
        return cls(match["host"], match["sub"] is not None, port, match["path"] or "/")

    def __str__(self) -> str:
        """Give the host back as a declaration writes it."""
        port = "" if self.port is None else f":{self.port}"
        return f"{'*.' if self.subdomains else ''}{self.name}{port}{'' if self.path == '/' else self.path}"

    @property
    def weight(self) -> tuple[bool, int, bool, int]:
        """Orders patterns by how specific they are: exact name, longer suffix, port given, longer path."""
        return (not self.subdomains, len(self.name), self.port is not None, len(self.path))

    def matches(self, origin: Origin, path: str) -> bool:
        """Whether a request to ``path`` at ``origin`` goes to what this pattern names."""
        named = origin.host.endswith("." + self.name) if self.subdomains else origin.host == self.name
        return named and self.port in (None, origin.port) and path_within(path, self.path)


def _ascii_host(text: str) -> str:
    """The host's name as a URL carries it: lower case, international labels in Punycode (UTS 46)."""
    name, slash, path = text.partition("/")
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return ""
    return name.lower() + slash + path


def path_within(path: str, prefix: str) -> bool:
    """Whether ``path`` is ``prefix`` or lies below it, by whole segments."""
    return prefix == "/" or path == prefix or path.startswith(prefix if prefix.endswith("/") else prefix + "/")


class Origin(NamedTuple):
    """Where a request goes: scheme, host in lower case, and the port, the scheme's own where none is written."""

    scheme: str
    host: str
    port: int


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

    ``text`` (by language) replaces the standard sentence. ``shown`` is ``False`` where nobody would miss the
    service (an advertisement).
    """

    shown: bool = True
    within: str | None = None
    text: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class Site:
    """The publisher's site: its own hosts, its languages (the first is the default) and its rules."""

    name: str
    hosts: tuple[Host, ...]
    languages: tuple[str, ...]
    controller: Controller
    privacy_policy: str | None = None
    choice_lifetime: Lifetime = Lifetime("6 months", 15_768_000)
    mode: Mode = Mode.ENFORCE


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
