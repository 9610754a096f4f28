"""The declaration held against what was seen: undeclared, never seen, other than declared (A7..)."""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.audit.facts import Area, Contact, CookieSet, Request, Storing
from bandeau.audit.inspect.scene import Clue, Scene, Sighting, named, removes, stored_name, the_cookie, the_entry
from bandeau.audit.inspect.weighing import needs_consent
from bandeau.audit.inspect.whole import Whole
from bandeau.audit.recording import State
from bandeau.audit.repeated import cut
from bandeau.audit.site import host_of
from bandeau.decide import Policy
from bandeau.declare.propose import propose
from bandeau.model import Declaration, NamePattern, Origin, Reason

UNSEEN_SERVICE, UNSEEN_TRACKER = "A705", "A706"
"""The codes of a declared service that was never seen, and of a tracker never seen of one that was."""

_PROPOSED = 100  # lines to add that are worked out for one page; each takes a look through the whole declaration
_NAMED = frozenset({Area.LOCAL, Area.SESSION, Area.DATABASE, Area.CACHE, Area.FILES})


def sightings(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """What a page did that the declaration does not tell, each once, in the first state that shows it."""
    told: set[tuple[str, str]] = set()
    proposals = _Proposals()
    for scene in whole.scenes:
        if scene.stay.reached and scene.scales.policy is not None:
            found = list(_all(scene, scene.scales.policy, proposals))
            yield from ((scene, one) for one in found if (one.code, one.subject) not in told)
            told |= {(one.code, one.subject) for one in found}


class _Proposals:
    """The lines to add for what is not declared. Each is worked out once, and no more than a page can want."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def lines(self, declaration: Declaration, *, host: str = "", cookie: str = "") -> str:
        """The lines for a host or a cookie, as a finding's change; empty where there are none."""
        if (host, cookie) not in self._known and len(self._known) < _PROPOSED:
            hosts, cookies = [host] if host else [], [cookie] if cookie else []
            self._known[host, cookie] = _add(propose(hosts, cookies, declaration))
        return self._known.get((host, cookie), "")


def _all(scene: Scene, policy: Policy, proposals: _Proposals) -> Iterator[Sighting]:
    yield from _cookies(scene, policy, proposals)
    yield from _stored(scene, policy)
    yield from _hosts(scene, policy, proposals)


def _cookies(scene: Scene, policy: Policy, proposals: _Proposals) -> Iterator[Sighting]:
    for name, domain, evidence in _cookies_seen(scene):
        verdict = policy.cookie(name)
        own = scene.scales.own(domain)
        if verdict.service and (own or scene.scales.lies_with(verdict.service, domain)):
            yield from _elsewhere(scene, policy, name, domain, evidence)
        elif own or policy.url(Origin("https", domain, 443), "/").service:
            change = proposals.lines(policy.declaration, cookie=name)
            yield Sighting("A701", the_cookie(name, domain), evidence, change=change)


def _cookies_seen(scene: Scene) -> Iterator[tuple[str, str, Clue]]:
    for fact in scene.facts(CookieSet):
        if not removes(fact) and not fact.refused:
            yield *named(fact), scene.evidence(fact, f"{fact.via}: {cut(fact.name, 80)}")
    for kept in scene.stay.kept:
        if kept.area is Area.COOKIE:
            yield *named(kept), scene.remark(f"{the_cookie(*named(kept))} lay there at the end")


def _elsewhere(scene: Scene, policy: Policy, name: str, domain: str, evidence: Clue) -> Iterator[Sighting]:
    """A cookie on the site that is declared on a third party's host, or the other way round."""
    service = policy.cookie(name).service
    meant = [cookie.host for cookie in service.cookies if cookie.name.matches(name)] if service else []
    own = scene.scales.own(domain)
    if meant and not any((host is None or scene.scales.own(host)) == own for host in meant):
        where = "the site itself" if meant[0] is None else cut(meant[0], 80)
        why = f"it is declared on {where}, and was seen on {cut(domain, 80)}"
        yield Sighting("A711", the_cookie(name, domain), evidence, why, service.id if service else "")


def _stored(scene: Scene, policy: Policy) -> Iterator[Sighting]:
    for area, key, owner, evidence in _stored_seen(scene):
        host = host_of(owner)
        if scene.scales.own(host) and policy.storage(key).reason is Reason.UNDECLARED:
            change = f'storage = [{{ name = "{cut(key, 80)}", lifetime = "FILL IN" }}]' if _plain(key) else ""
            yield Sighting("A702", the_entry(area, key, host), evidence, change=_add(change))


def _stored_seen(scene: Scene) -> Iterator[tuple[Area, str, str, Clue]]:
    for fact in scene.facts(Storing):
        if fact.area in _NAMED and fact.op in ("set", "open") and (key := stored_name(fact)):
            yield fact.area, key, fact.page, scene.evidence(fact, f"{fact.area.value}: {cut(key, 80)}")
    for kept in scene.stay.kept:
        if kept.area in _NAMED:
            yield kept.area, kept.key, kept.owner, scene.remark(f"{kept.area.value} {cut(kept.key, 80)} lay there")


def _hosts(scene: Scene, policy: Policy, proposals: _Proposals) -> Iterator[Sighting]:
    contacts: list[Request | Contact] = [fact for fact in scene.facts(Request) if not fact.stopped]
    for fact in [*contacts, *scene.facts(Contact)]:
        verdict, host = scene.scales.verdict(fact.url), host_of(fact.url)
        if verdict is None:
            continue
        if verdict.reason is Reason.UNDECLARED:
            yield _undeclared_host(
                scene, host, fact, "" if scene.scales.own(host) else proposals.lines(policy.declaration, host=host)
            )
        elif verdict.service and verdict.allowed and policy.declaration.exempt(verdict.service):
            known = scene.scales.known(host)
            if known and needs_consent(known):
                why = f"{known.name} ({', '.join(known.purposes)}) stands behind it"
                evidence = scene.evidence(fact, f"contacted {cut(fact.url)}", fact.url)
                yield Sighting("A710", f"host {cut(host, 120)}", evidence, why, verdict.service.id)


def _undeclared_host(scene: Scene, host: str, fact: Request | Contact, lines: str) -> Sighting:
    own = scene.scales.own(host)
    change = f'add "{cut(host, 120)}" to hosts in [site]' if own else lines
    evidence = scene.evidence(fact, f"contacted {cut(fact.url)}", fact.url)
    return Sighting("A704" if own else "A703", f"host {cut(host, 120)}", evidence, change=change)


def _add(lines: str) -> str:
    return f"add to the declaration, or take it out of the page:\n{lines.strip()}" if lines.strip() else ""


def _plain(key: str) -> bool:
    return key.isprintable() and not set(key) & set("\"\\'")


def unseen(wholes: list[Whole]) -> Iterator[tuple[Scene, Sighting]]:
    """Declared services that need consent and trackers of theirs that no page showed, though all was accepted."""
    accepted = [scene for whole in wholes if (scene := whole.scene(State.ACCEPTED))]
    policy = accepted[0].scales.policy if accepted else None
    if policy is None:
        return
    seen = _Seen(policy)
    for whole in wholes:
        for scene in whole.scenes:
            seen.look(scene)
    seen.settle()
    # One of them speaks for all: the same one in whatever order they were seen.
    one = min(accepted, key=lambda scene: (scene.stay.url, scene.page.url, scene.page.device))
    remark = one.remark(f"{len(accepted)} pages were seen after everything was accepted")
    for service in policy.declaration.asked:
        label = f"service {service.id}"
        if service.id not in seen.services:
            yield one, Sighting(UNSEEN_SERVICE, label, remark, service=service.id)
            continue
        for pattern in sorted(seen.missing(service.id)):
            yield one, Sighting(UNSEEN_TRACKER, f"{pattern} of {label}", remark, service=service.id)


class _Seen:
    """Which declared services and trackers were seen at all."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.services: set[str] = set()
        self._cookies: set[str] = set()
        self._keys: set[str] = set()

    def look(self, scene: Scene) -> None:
        """Take a page in one state."""
        for fact in scene.stay.facts:
            if isinstance(fact, Request | Contact):
                opinion = scene.scales.contact(fact.url)
                self.services |= {opinion.service} if opinion.declared and opinion.service else set()
            elif isinstance(fact, CookieSet):
                self._cookies.add(fact.name)
            elif isinstance(fact, Storing):
                self._keys |= {fact.key, stored_name(fact)}
        for kept in scene.stay.kept:
            (self._cookies if kept.area is Area.COOKIE else self._keys).add(kept.key)

    def settle(self) -> None:
        """Take it that everything was looked at."""
        held = [self._policy.cookie(name).service for name in self._cookies]
        held += [self._policy.storage(key).service for key in self._keys]
        self.services |= {service.id for service in held if service}

    def missing(self, service_id: str) -> set[str]:
        """The cookies and keys of a service that were not seen."""
        service = self._policy.declaration.service(service_id)
        if service is None:
            return set()
        cookies = {f"cookie {one.name.text}" for one in service.cookies if not _among(one.name, self._cookies)}
        return cookies | {f"storage {one.name.text}" for one in service.storage if not _among(one.name, self._keys)}


def _among(pattern: NamePattern, names: set[str]) -> bool:
    return pattern.text in names if pattern.exact else any(map(pattern.matches, names))
