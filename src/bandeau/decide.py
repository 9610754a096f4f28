"""The rules: a declaration and a choice give a policy. No I/O, no clock, no settings.

``RULES`` is the whole law of the house in one table; nothing elsewhere compares purposes or choices,
but ``bandeau.changes``, which says when a choice has to be made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from bandeau.model import (
    Choice,
    Cookie,
    Declaration,
    Host,
    NamePattern,
    Origin,
    Reason,
    Service,
    Verdict,
    domain_match,
)

SIGNAL_PURPOSES = frozenset({"advertising", "social"})
"""Purposes that a Global Privacy Control signal refuses; services that profile are covered whatever they are for.

The signal means: do not sell or share, no targeting across contexts (W3C GPC, "Definitions").
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one service when it is judged."""

    exempt: bool
    asked: bool  # the visitor has made a choice
    allowed: bool  # and allowed this service in it
    signalled: bool  # a signal refuses this service, and no later choice overrides it


RULES: tuple[tuple[Callable[[Standing], bool], bool, Reason], ...] = (
    (lambda it: it.exempt, True, Reason.EXEMPT),
    (lambda it: it.signalled, False, Reason.SIGNAL),
    (lambda it: it.allowed, True, Reason.ACCEPTED),
    (lambda it: it.asked, False, Reason.REFUSED),
    # Silence is refusal: EDPB guidelines 05/2020, CNIL 2020-092, art. 2.
    (lambda _: True, False, Reason.NO_CHOICE),
)
"""First rule that applies wins: the condition, whether the service is allowed, the reason."""


def covered_by_signal(service: Service) -> bool:
    """Whether a Global Privacy Control signal speaks of this service."""
    return service.profiling or not SIGNAL_PURPOSES.isdisjoint(service.purposes)


def judge(declaration: Declaration, choice: Choice | None, service: Service, *, signal: bool = False) -> Verdict:
    """Give the verdict on one declared service.

    ``choice`` is ``None`` where the visitor has made none. ``signal`` says that ``Sec-GPC: 1`` was sent and that
    the choice was not made in its presence: the later and more specific act wins.
    """
    standing = Standing(
        exempt=declaration.exempt(service),
        asked=choice is not None,
        allowed=choice is not None and service.id in choice.services,
        signalled=signal and covered_by_signal(service),
    )
    allowed, reason = next((allowed, reason) for applies, allowed, reason in RULES if applies(standing))
    return Verdict(allowed, reason, service)


UNDECLARED = Verdict(allowed=False, reason=Reason.UNDECLARED)
OWN = Verdict(allowed=True, reason=Reason.OWN)


class Policy:
    """A declaration compiled for one choice: looks verdicts up, decides nothing any more.

    Every lookup takes the most specific pattern that matches; where two are equally specific and disagree, the
    tracker is held.
    """

    def __init__(self, declaration: Declaration, choice: Choice | None, *, signal: bool = False) -> None:
        self.declaration = declaration
        self.choice = choice
        self.signal = signal
        self.services = {
            service.id: judge(declaration, choice, service, signal=signal) for service in declaration.services
        }
        pairs = [(service, self.services[service.id]) for service in declaration.services]
        self._cookies = _Names(
            (cookie.name, _on_site(declaration, cookie), verdict)
            for service, verdict in pairs
            for cookie in service.cookies
        )
        self._storage = _Names((key.name, True, verdict) for service, verdict in pairs for key in service.storage)
        self._hosts = _Hosts(
            [(host, OWN) for host in declaration.site.hosts]
            + [(host, verdict) for service, verdict in pairs for host in service.hosts]
        )

    def cookie(self, name: str) -> Verdict:
        """The verdict on a cookie of that name."""
        return self._cookies.find(name)

    def storage(self, name: str) -> Verdict:
        """The verdict on a storage key, or a database, cache or file of that name."""
        return self._storage.find(name)

    def url(self, origin: Origin, path: str) -> Verdict:
        """The verdict on a request to ``path`` at ``origin``."""
        return self._hosts.find(origin, path)

    @property
    def undecided(self) -> tuple[Service, ...]:
        """The services that the visitor still has to be asked about."""
        return tuple(
            verdict.service
            for verdict in self.services.values()
            if verdict.reason is Reason.NO_CHOICE and verdict.service is not None
        )

    def allowed_services(self) -> tuple[Service, ...]:
        """The services that run, in the declaration's order."""
        return tuple(service for service in self.declaration.services if self.services[service.id].allowed)

    @property
    def cookie_rules(self) -> tuple[tuple[str, bool], ...]:
        """Cookie patterns and whether they are allowed, the most specific first; what matches none is held."""
        return self._cookies.rules

    @property
    def storage_rules(self) -> tuple[tuple[str, bool], ...]:
        """Storage patterns and whether they are allowed, the most specific first; what matches none is held."""
        return self._storage.rules

    @property
    def allowed_hosts(self) -> tuple[Host, ...]:
        """The hosts that may be contacted, the site's own first, for the Content-Security-Policy and the guard."""
        return self._hosts.allowed


def _on_site(declaration: Declaration, cookie: Cookie) -> bool:
    """Whether a cookie is declared on the site itself, rather than on a third party's host."""
    names = [host.name for host in declaration.site.hosts]
    return cookie.host is None or any(
        domain_match(cookie.host, name) or domain_match(name, cookie.host) for name in names
    )


_LONGEST_KEPT = 128  # characters; trackers' names are shorter


class _Names:
    """Name patterns and their verdicts, the first to match decides.

    What is declared on the site itself goes before what a third party sets on its own host, so that a name that both
    use is the site's; then the most specific goes first, and of two that are equally specific the held one.
    """

    def __init__(self, rows: Iterable[tuple[NamePattern, bool, Verdict]]) -> None:
        ordered = sorted(rows, key=lambda row: (row[1], row[0].weight, not row[2].allowed), reverse=True)
        self.rules = tuple(dict.fromkeys((pattern.text, verdict.allowed) for pattern, _, verdict in ordered))
        self._exact: dict[str, tuple[int, Verdict]] = {}
        self._patterns: list[tuple[int, NamePattern, Verdict]] = []
        self._none = (len(ordered), UNDECLARED)
        for place, (pattern, _, verdict) in enumerate(ordered):
            if pattern.exact:
                self._exact.setdefault(pattern.text, (place, verdict))
            else:
                self._patterns.append((place, pattern, verdict))
        # Bounded in number and length, because names come from outside.
        self._find_kept = lru_cache(maxsize=4096)(self._find)

    def find(self, name: str) -> Verdict:
        return self._find(name) if len(name) > _LONGEST_KEPT else self._find_kept(name)

    def _find(self, name: str) -> Verdict:
        end, verdict = self._exact.get(name, self._none)
        closer = (row for row in self._patterns if row[0] < end)
        return next((ruled for _, pattern, ruled in closer if pattern.matches(name)), verdict)


class _Hosts:
    """Host patterns and their verdicts, found by name first: a long declaration costs no more than a short one."""

    def __init__(self, rows: list[tuple[Host, Verdict]]) -> None:
        self.allowed = tuple(dict.fromkeys(host for host, verdict in rows if verdict.allowed))
        self._exact: dict[str, list[tuple[Host, Verdict]]] = {}
        self._below: dict[str, list[tuple[Host, Verdict]]] = {}
        for host, verdict in sorted(rows, key=lambda row: (row[0].weight, not row[1].allowed), reverse=True):
            table = self._below if host.subdomains else self._exact
            table.setdefault(host.name, []).append((host, verdict))

    def find(self, origin: Origin, path: str) -> Verdict:
        for host, verdict in self._exact.get(origin.host, ()):
            if host.matches(origin, path):
                return verdict
        parent = origin.host
        while "." in parent:
            parent = parent.partition(".")[2]
            for host, verdict in self._below.get(parent, ()):
                if host.matches(origin, path):
                    return verdict
        return UNDECLARED


def effective(declaration: Declaration, choice: Choice | None, *, signal: bool = False) -> Choice | None:
    """The choice as it stands under a signal: what the signal refuses is no longer allowed in it.

    A further choice is built on this one, so that allowing one service in the presence of a signal does not bring
    back what the signal refused.
    """
    if choice is None or not signal:
        return choice
    refused = {service.id for service in declaration.asked if covered_by_signal(service)}
    purposes = {purpose for service in declaration.asked if service.id in refused for purpose in service.purposes}
    return Choice(choice.purposes - purposes, choice.services - refused)


def accept_all(declaration: Declaration) -> Choice:
    """The choice of « Tout accepter »: every purpose and service that is asked about."""
    return Choice.of(
        (purpose.id for purpose in declaration.asked_purposes), (service.id for service in declaration.asked)
    )


def refuse_all() -> Choice:
    """The choice of « Tout refuser »: nothing but what needs no consent."""
    return Choice()


def allow_service(declaration: Declaration, choice: Choice | None, service_id: str) -> Choice:
    """Allow one service and leave the rest of the choice as it is.

    A service that is not declared, or needs no consent, changes nothing.
    """
    before = choice or Choice()
    if service_id not in {service.id for service in declaration.asked}:
        return before
    return Choice(before.purposes, before.services | {service_id})


def settle(declaration: Declaration, before: Choice | None, wanted: Choice) -> Choice:
    """Turn the switches of the settings page into a choice.

    A purpose and its services each have a switch. A service whose own switch was moved follows it; else, where
    the switch of one of its purposes was moved, it follows its purposes, all of which must be allowed; else it
    stays as it was. So a visitor may move either switch alone and gets what was meant, with or without a script.
    """
    old = before or Choice()
    known = {purpose.id for purpose in declaration.asked_purposes}
    moved = (old.purposes ^ wanted.purposes) & known

    def allowed(service: Service) -> bool:
        if (service.id in old.services) is not (service.id in wanted.services):
            return service.id in wanted.services
        asked = known.intersection(service.purposes)
        return asked <= wanted.purposes if asked & moved else service.id in old.services

    return Choice.of(wanted.purposes & known, (service.id for service in declaration.asked if allowed(service)))
