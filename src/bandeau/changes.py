"""When a choice no longer counts: what of a new declaration the visitors of an older one never agreed to. All pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bandeau.model import Cookie, Declaration, NamePattern, Service, StorageKey


class Widening(StrEnum):
    """In what a declaration may widen what was agreed to; their words stand in the locales."""

    CONTROLLER = "controller"
    SERVICE = "service"
    PURPOSES = "purposes"
    RECIPIENT = "recipient"
    PERSONAL_DATA = "personal-data"
    COUNTRIES = "countries"
    PROFILING = "profiling"
    LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True)
class Change:
    """One material change: in what, and the name of the service it is about, or of the new controller."""

    kind: Widening
    name: str


@dataclass(frozen=True, slots=True)
class Lapse:
    """Why a choice no longer counts: what changed since it was made or, where nothing did, that its time ran out."""

    changes: tuple[Change, ...] = ()


def must_ask_again(old: Declaration, new: Declaration) -> bool:
    """Whether a choice made under ``old`` no longer answers what ``new`` asks."""
    return bool(changes(old, new))


def changes(old: Declaration, new: Declaration) -> tuple[Change, ...]:
    """What changed *materially* from ``old`` to ``new``: by kind, and within a kind in the declaration's order.

    A material change widens what was agreed to: a service, purpose, recipient, category of personal data, country,
    profiling or longer life that was not there, or a controller that is another. Fewer services or a corrected text
    is not one.
    """
    controller = new.site.controller.name
    found = [Change(Widening.CONTROLLER, controller)] if old.site.controller.name != controller else []
    found += [Change(kind, service.name) for service in new.asked for kind in _widened(old, service)]
    # Two services of one name are one to the reader.
    return tuple(sorted(dict.fromkeys(found), key=lambda change: _ORDER[change.kind]))


_ORDER = {kind: place for place, kind in enumerate(Widening)}


def _widened(old: Declaration, service: Service) -> list[Widening]:
    before = old.service(service.id)
    if before is None or old.exempt(before):
        return [Widening.SERVICE]
    facts = {
        Widening.PURPOSES: not set(service.purposes) <= set(before.purposes),
        Widening.RECIPIENT: before.recipient != service.recipient,
        Widening.PERSONAL_DATA: not set(service.personal_data) <= set(before.personal_data),
        Widening.COUNTRIES: not set(service.countries) <= set(before.countries),
        Widening.PROFILING: service.profiling and not before.profiling,
        Widening.LIFETIME: _outlives(before, service),
    }
    return [kind for kind, wider in facts.items() if wider]


def terms(declaration: Declaration) -> str:
    """What a choice answers, as text: of two declarations with the same terms, neither asks the other's visitors again.

    What only corrects, a label or one more host of a service, leaves it as it is.
    """
    services = sorted(
        (
            service.id,
            service.recipient,
            sorted(service.purposes),
            sorted(category.value for category in service.personal_data),
            sorted(service.countries),
            service.profiling,
            sorted((type(one).__name__, one.name.text, _life(one)) for one in _kept(service)),
        )
        for service in declaration.asked
    )
    return repr((declaration.site.controller.name, declaration.site.choice_lifetime.text, services))


def _outlives(before: Service, after: Service) -> bool:
    """Whether a tracker lives longer than it did or, where it is new, longer than any did."""
    known = sorted(_kept(before), key=_life)  # of two of one name, the longer stays
    lives = {_identity(tracker): _life(tracker) for tracker in known}
    longest = max(lives.values(), default=0.0)
    return any(_life(tracker) > lives.get(_identity(tracker), longest) for tracker in _kept(after))


def _kept(service: Service) -> tuple[Cookie | StorageKey, ...]:
    return (*service.cookies, *service.storage)


def _identity(tracker: Cookie | StorageKey) -> tuple[type, NamePattern]:
    return type(tracker), tracker.name


def _life(tracker: Cookie | StorageKey) -> float:
    """How long a tracker lives, in seconds: "until erased" is longest, a session shortest."""
    if tracker.lifetime.seconds is not None:
        return tracker.lifetime.seconds
    return 0.0 if tracker.lifetime.text == "session" else float("inf")
