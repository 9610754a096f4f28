"""How long trackers live: longer than declared, longer than exempt measurement may, prolonged by a visit (A707..)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bandeau.audit.facts import Area, CookieSet, Kept, Storing
from bandeau.audit.inspect.scene import Scene, Sighting, named, removes, the_cookie, the_entry
from bandeau.audit.inspect.weighing import Need
from bandeau.audit.inspect.whole import Whole
from bandeau.audit.site import host_of
from bandeau.decide import Policy
from bandeau.model import Exemption, Lifetime, Service

DAY = 86_400
THIRTEEN_MONTHS = 397 * DAY
"""Seconds: the longest that thirteen months can be."""

_MONTH = 28 * DAY


def sightings(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """What lives too long on a page, each once, in the first state that shows it."""
    told: set[tuple[str, str]] = set()
    for scene in whole.scenes:
        if scene.stay.reached:
            found = [*_longer(scene), *_measuring(scene), *_prolonged(scene)]
            yield from ((scene, one) for one in found if (one.code, one.subject) not in told)
            told |= {(one.code, one.subject) for one in found}


def _set(scene: Scene) -> Iterator[CookieSet]:
    return (fact for fact in scene.facts(CookieSet) if not removes(fact))


def _longer(scene: Scene) -> Iterator[Sighting]:
    policy = scene.scales.policy
    if policy is None:
        return
    for fact in _set(scene):
        service = policy.cookie(fact.name).service
        declared = _declared(service, fact.name)
        if service and declared and _outlives(fact.lifetime, declared):
            why = f"{_days(fact.lifetime)}, declared “{declared.text}”"
            evidence = scene.evidence(fact, f"{fact.via}: {why}")
            change = f'[services.{service.id}]: lifetime = "{_as_declared(fact.lifetime)}", or shorten it'
            yield Sighting("A707", the_cookie(*named(fact)), evidence, why, service.id, change)
    yield from _stored_longer(scene, policy)


def _stored_longer(scene: Scene, policy: Policy) -> Iterator[Sighting]:
    for fact in scene.facts(Storing):
        service = policy.storage(fact.key).service
        if fact.op != "set" or fact.area is not Area.LOCAL or service is None:
            continue
        said = max((key for key in service.storage if key.name.matches(fact.key)), key=lambda key: key.name.weight)
        if said.lifetime.text == "session":
            why = "it stays until it is erased, declared “session”"
            subject = the_entry(fact.area, fact.key, host_of(fact.page))
            yield Sighting("A707", subject, scene.evidence(fact, f"localStorage: {fact.key}"), why, service.id)


def _declared(service: Service | None, name: str) -> Lifetime | None:
    """The lifetime that a service's closest claim gives to a cookie."""
    found = [cookie for cookie in service.cookies if cookie.name.matches(name)] if service else []
    return max(found, key=lambda cookie: cookie.name.weight).lifetime if found else None


def _outlives(seconds: int | None, declared: Lifetime) -> bool:
    """Whether a cookie lives longer than declared; months and years are as long as a calendar may make them."""
    if seconds is None or declared.text == "until erased":
        return False
    allowed = declared.seconds or 0
    return seconds > allowed + (2 * DAY if allowed >= _MONTH else max(60, allowed // 100))


def _measuring(scene: Scene) -> Iterator[Sighting]:
    for fact in _set(scene):
        if (fact.lifetime or 0) > THIRTEEN_MONTHS and _measures(scene, fact):
            evidence = scene.evidence(fact, f"{fact.via}: {_days(fact.lifetime)}")
            yield Sighting("A708", the_cookie(*named(fact)), evidence, _days(fact.lifetime), _service(scene, fact))


def _prolonged(scene: Scene) -> Iterator[Sighting]:
    """A cookie that is set again with the same value, to end later than it would have."""
    several: dict[tuple[str, str, str], list[CookieSet]] = defaultdict(list)
    for fact in _set(scene):
        if fact.lifetime is not None and fact.lifetime > DAY:
            several[(*named(fact), fact.value)].append(fact)
    for facts in several.values():
        first, last = min(facts, key=_when), max(facts, key=_when)
        passed = (last.at - first.at) / 1_000
        later = passed + (last.lifetime or 0) - (first.lifetime or 0)
        # An end is told to the second, so a re-set within two seconds shows nothing.
        if last.view > first.view and passed >= 2 and later > max(1, passed / 2) and _measures(scene, last):
            why = f"set again {passed:.0f} s later, to end {later:.0f} s later"
            yield Sighting("A709", the_cookie(*named(last)), scene.evidence(last, why), why, _service(scene, last))


def _when(fact: CookieSet) -> tuple[int, int, int]:
    return (fact.at, fact.view, fact.lifetime or 0)


def _measures(scene: Scene, cookie: CookieSet | Kept) -> bool:
    """Whether a cookie is one of audience measurement that does without consent."""
    name, domain = named(cookie)
    policy = scene.scales.policy
    service = policy.cookie(name).service if policy else None
    if policy and service:
        used = {purpose.exempt for purpose in policy.declaration.purposes if purpose.id in service.purposes}
        return policy.declaration.exempt(service) and Exemption.AUDIENCE_MEASUREMENT in used
    known = scene.scales.known_cookie(name, domain)
    return known is not None and set(known.purposes) == {"audience"} and scene.weigh_cookie(cookie).need is Need.NOTHING


def _service(scene: Scene, cookie: CookieSet) -> str:
    return scene.weigh_cookie(cookie).service


def _days(seconds: int | None) -> str:
    if seconds is None:
        return "until the session ends"
    return f"{seconds / DAY:.0f} days" if seconds >= 2 * DAY else f"{seconds} seconds"


def _as_declared(seconds: int | None) -> str:
    return "session" if seconds is None else f"{max(1, -(-seconds // DAY))} days"
