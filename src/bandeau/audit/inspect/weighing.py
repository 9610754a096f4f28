"""Weighing: whether a tracker needs a consent that it does not have in a state, and why.

With a declaration its verdict decides (``bandeau.decide``). Where it is silent, or there is none, what is known of the
service decides; where nothing is known, only what tells visitors apart for longer than a session weighs anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bandeau.audit.facts import Place
from bandeau.audit.inspect.identifiers import Values
from bandeau.audit.knowledge import Knowledge, Known
from bandeau.audit.site import contacted, declared_own, host_of, site_of
from bandeau.decide import SIGNAL_PURPOSES, Policy, covered_by_signal
from bandeau.model import CHOICE_COOKIE, Origin, Service, Verdict, domain_match


class Need(StrEnum):
    """What a tracker needs in the state that it was seen in."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"  # nobody says what it is, and it gives no cause for alarm
    ADDRESS = "address"  # it gets the visitor's address, as a font or a map does
    PERHAPS = "perhaps"  # it tells visitors apart, and nobody says what for
    CONSENT = "consent"  # a consent that was not given


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a tracker needs, the service that it belongs to, why, and the line to add to the declaration."""

    need: Need
    service: str = ""
    why: str = ""
    change: str = ""
    declared: bool = False  # whether the declaration names it
    covered: bool = False  # whether Global Privacy Control speaks of it

    @property
    def breaks(self) -> bool:
        """Whether it needs a consent that it does not have."""
        return self.need is Need.CONSENT


FREE = Opinion(Need.NOTHING)
UNKNOWN = Opinion(Need.UNKNOWN)
NECESSARY = frozenset({"functioning", "security"})
"""Purposes that need no consent where the service does not profile (CNIL 2020-091, art. 5)."""

# Names that say themselves what they are for, as frameworks and sites commonly use them: signing in, the protection
# of forms, the basket, the language, the looks, balancing load, remembering the choice itself.
_INNOCENT = re.compile(
    r"csrf|xsrf|sess(?:ion)?(?:id)?|^sid$|connect\.sid|auth|login|logged|remember|nonce|basket|cart|lang|locale|theme"
    r"|dark|font.?size|consent|cookie.?(?:choice|notice|banner|control)|gdpr|rgpd|route|server.?id|affinity|balanc"
    rf"|^awsalb|^bigip|^ts[0-9a-f]{{6}}|^{CHOICE_COOKIE}$",
    re.IGNORECASE,
)
_DAY = 86_400


class Lore:
    """What is known beforehand, as one inspection asks for it: again and again, so each answer is kept for as long."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.owner: Callable[[str, str], Known | None] = cache(knowledge.owner)
        self.cookie: Callable[[str, str], Known | None] = cache(knowledge.cookie)
        self.storage: Callable[[str], Known | None] = cache(knowledge.storage)
        self.classify: Callable[[str, str, str], str | None] = knowledge.classify


class Scales:
    """Weighs trackers in one state, on pages of one host. What was weighed once is not weighed again.

    ``policy`` is the declaration compiled for the state, ``None`` where there is none; ``home`` the pages' host.
    """

    def __init__(self, policy: Policy | None, lore: Lore, values: Values, home: str) -> None:
        self.policy = policy
        self._lore = lore
        self._values = values
        self._home = home
        self._site = site_of(home)
        self.own: Callable[[str], bool] = cache(self._own)
        self.verdict: Callable[[str], Verdict | None] = cache(self._verdict)
        self.contact: Callable[[str], Opinion] = cache(self._contact)
        self._weighed_cookie = cache(self._weigh_cookie)
        self._lies_with: dict[tuple[str, str], bool] = {}

    def _own(self, host: str) -> bool:
        """Whether a host is of the page's own site."""
        host = host.lstrip(".")
        declaration = self.policy.declaration if self.policy else None
        return host == self._home or site_of(host) == self._site or declared_own(declaration, host)

    def same_party(self, one: str, other: str) -> bool:
        """Whether two hosts are of one party: the same site, or the same known owner."""
        if site_of(one) == site_of(other):
            return True
        first, second = self._lore.owner(one, "/"), self._lore.owner(other, "/")
        if first is None or second is None or first.shared or second.shared:
            return False
        return (first.recipient or first.id) == (second.recipient or second.id)

    def known(self, host: str) -> Known | None:
        """The known service that owns a host."""
        return self._lore.owner(host, "/")

    def listed(self, url: str, kind: str) -> str | None:
        """The rule of a filter list that calls a request of a kind tracking, where the auditor gave such lists."""
        return self._lore.classify(url, self._home, kind)

    def known_cookie(self, name: str, domain: str) -> Known | None:
        """The known service whose cookie it is."""
        return self._lore.cookie(name, domain)

    def _verdict(self, url: str) -> Verdict | None:
        """What the declaration says of whom an address contacts; ``None`` for nobody, and where there is none."""
        found = contacted(url) if self.policy else None
        return self.policy.url(*found) if self.policy and found else None

    def _contact(self, url: str) -> Opinion:
        """Weigh that somebody is contacted."""
        found = contacted(url)
        if found is None:
            return FREE
        origin, path = found
        verdict = self.verdict(url)
        if verdict and (verdict.allowed or verdict.service):
            return _ruled(verdict)
        if self.own(origin.host):
            return FREE
        known = self._lore.owner(origin.host, path)
        return _weigh_known(known) if known and not known.shared else UNKNOWN

    def script(self, places: Sequence[Place]) -> Opinion:
        """Weigh the script that did something: the innermost place that has an address."""
        return self.contact(_script(places))

    def cookie(
        self, name: str, domain: str, value: str = "", *, lifetime: int | None = None, by: Sequence[Place] = ()
    ) -> Opinion:
        """Weigh a cookie: by its name where it lies, by whose host it lies on, by whose script set it, by its value."""
        return self._weighed_cookie(name, domain, value, _lasts(lifetime), _script(by))

    def _weigh_cookie(self, name: str, domain: str, value: str, lasts: bool, script: str) -> Opinion:  # noqa: FBT001
        ruled = self._ruled_cookie(name, domain)
        if ruled:
            return ruled
        own = self.own(domain)
        known = self._lore.cookie(name, domain)
        # Nobody's host excuses a cookie by the name alone that some framework gives to one of its own.
        if known and not known.shared and (own or known.exempt is None or self._lore.owner(domain, "/")):
            return _weigh_known(known, elsewhere=not own, tracker=True)
        blamed = self.contact(script)
        if blamed.breaks:
            return blamed
        return self._weigh_unknown(f"cookie {domain} {name}", name, value, lasts=lasts, own=own)

    def _ruled_cookie(self, name: str, domain: str) -> Opinion | None:
        if self.policy is None:
            return None
        verdict = self.policy.cookie(name)
        if verdict.service and (self.own(domain) or self.lies_with(verdict.service, domain)):
            return _ruled(verdict)
        if self.own(domain):
            return None
        # A cookie that nobody declared, on the host of a declared service, is at least that service's doing.
        verdict = self.policy.url(Origin("https", domain.lstrip("."), 443), "/")
        return _ruled(verdict) if verdict.service and not verdict.allowed else None

    def lies_with(self, service: Service, domain: str) -> bool:
        """Whether a domain is one of a service's own, where a cookie of that domain is the service's."""
        asked = (service.id, domain)
        if asked not in self._lies_with:
            self._lies_with[asked] = _lies_with(service, domain.lstrip("."))
        return self._lies_with[asked]

    def storage(self, area: str, key: str, owner: str, value: str = "", by: Sequence[Place] = ()) -> Opinion:
        """Weigh something that is stored under a key, in the storage of an origin."""
        host = host_of(owner)
        own = not host or self.own(host)
        verdict = self.policy.storage(key) if self.policy else None
        if verdict and verdict.service and own:
            return _ruled(verdict)
        known = self._lore.storage(key)
        if known:
            return _weigh_known(known, elsewhere=not own, tracker=True)
        blamed = self.script(by) if own else self.contact(owner)
        if blamed.breaks:
            return blamed
        tracker = f"{area} {host} {key}"
        lasts = area != "sessionStorage" and self._values.differs(tracker)
        weighed = self._weigh_unknown(tracker, key, value, lasts=lasts, own=own)
        # Pages keep much in storage that differs from visit to visit: what is unknown there is doubtful at most.
        return Opinion(Need.PERHAPS, why=weighed.why) if weighed.breaks else weighed

    def _weigh_unknown(self, tracker: str, name: str, value: str, *, lasts: bool, own: bool) -> Opinion:
        if not self._values.tells(tracker, value) or (own and (not lasts or _INNOCENT.search(name))):
            return UNKNOWN
        if own or not lasts:
            return Opinion(Need.PERHAPS, why="its value tells one visitor from all others")
        why = "it tells one visitor from all others and lies on another site's host, where other sites can share it"
        return Opinion(Need.CONSENT, why=why)

    def common(self, tracker: str, value: str) -> bool:
        """Whether clean visits got this value of a tracker alike."""
        return self._values.common(tracker, value)

    def identifies(self, tracker: str, value: str) -> bool:
        """Whether a value of a tracker tells visitors apart."""
        return self._values.tells(tracker, value)


def _lasts(lifetime: int | None) -> bool:
    return lifetime is not None and lifetime > _DAY


def _script(places: Sequence[Place]) -> str:
    """The script that did something: the innermost place that has an address; empty where none has."""
    return next((place.url for place in places if host_of(place.url)), "")


def _lies_with(service: Service, domain: str) -> bool:
    names = {host.name for host in service.hosts} | {cookie.host for cookie in service.cookies if cookie.host}
    return any(domain_match(domain, name) or domain_match(name, domain) for name in names)


def _ruled(verdict: Verdict) -> Opinion:
    service = verdict.service
    if verdict.allowed or service is None:
        return Opinion(Need.NOTHING, service.id if service else "", declared=True)
    why = f"the declaration gives it to {service.name} ({', '.join(service.purposes)}), which needs consent"
    change = f"hold what loads it: the declaration names it in [services.{service.id}]; Bandeau in enforce mode does"
    return Opinion(Need.CONSENT, service.id, why, change, declared=True, covered=covered_by_signal(service))


def snippet(use: str) -> str:
    """The lines of a declaration that take a service from the catalogue."""
    return f'[services.{use}]\nuse = "{use}"'


def needs_consent(known: Known) -> bool:
    """Whether a known service needs consent for what it stores, whatever a publisher may say."""
    purposes = set(known.purposes)
    return known.profiling or not purposes <= NECESSARY | {"audience", "media"}


def _weigh_known(known: Known, *, elsewhere: bool = False, tracker: bool = False) -> Opinion:
    """Weigh what belongs to a known service; ``elsewhere`` says that it lies on a host of its own."""
    purposes = set(known.purposes)
    belongs = f"it belongs to {known.name} ({', '.join(known.purposes)})"
    change = f"declare it and ask first:\n{snippet(known.id)}"
    if needs_consent(known):
        covered = known.profiling or not SIGNAL_PURPOSES.isdisjoint(purposes)
        return Opinion(Need.CONSENT, known.id, f"{belongs}, which needs consent", change, covered=covered)
    if purposes <= NECESSARY:
        return Opinion(Need.NOTHING, known.id)
    if "media" in purposes:
        need = Need.CONSENT if tracker else Need.ADDRESS
        why = f"{belongs}, and is not needed to show the page"
        return Opinion(need, known.id, why if tracker else f"{belongs}, which learns their address", change)
    if tracker and elsewhere:
        why = f"{belongs}, and measures with something on a host of its own, where other sites can share it"
        return Opinion(Need.CONSENT, known.id, why, change)
    return Opinion(Need.NOTHING, known.id)
