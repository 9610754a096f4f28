"""Read and sent without consent: what already lies on the terminal, given to a script or taken along (A2.., A3..).

After a withdrawal the same is another finding: what was allowed once is still used (A602, A603).
"""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.audit.facts import Area, CookieRead, Request, Storing
from bandeau.audit.inspect.scene import Scene, Sighting, cut, stored_name, the_cookie, the_entry
from bandeau.audit.inspect.weighing import FREE, Opinion, host_of
from bandeau.audit.recording import State
from bandeau.model import domain_match

_READ = {
    Area.LOCAL: "A202",
    Area.SESSION: "A203",
    Area.DATABASE: "A204",
    Area.CACHE: "A205",
    Area.FILES: "A206",
}


def sightings(scene: Scene) -> Iterator[Sighting]:
    """What was read or sent in a state without the consent that it needs."""
    if scene.asked:
        yield from _cookies_read(scene)
        yield from _stored_read(scene)
        yield from _cookies_sent(scene)


def _after(scene: Scene, code: str, withdrawn: str) -> str:
    return withdrawn if scene.state is State.WITHDRAWN else code


def _cookies_read(scene: Scene) -> Iterator[Sighting]:
    for fact in scene.facts(CookieRead):
        host = host_of(fact.page)
        for name in dict.fromkeys(fact.names):
            for domain in sorted(_readable(scene, name, host)):
                opinion = scene.weigh(name, domain)
                if opinion.breaks and not scene.settling(fact, Area.COOKIE, name, domain):
                    evidence = scene.evidence(fact, f"{fact.via} gave {cut(name, 80)}")
                    code = _after(scene, "A201", "A603")
                    yield scene.sighting(code, the_cookie(name, domain), opinion, evidence)


def _readable(scene: Scene, name: str, host: str) -> set[str]:
    """The domains on which a cookie may lie that a script of a host got."""
    found = {domain for domain in scene.jar.get(name, {}) if domain_match(host, domain)}
    return found or {host}


def _stored_read(scene: Scene) -> Iterator[Sighting]:
    for fact in scene.facts(Storing):
        code = _READ.get(fact.area)
        if code is None or fact.op != "get" or not fact.got:
            continue
        name = stored_name(fact)
        opinion = _weighed(scene, fact, name)
        if opinion.breaks and not scene.settling(fact, fact.area, name, host_of(fact.page)):
            evidence = scene.evidence(fact, f"{fact.area.value} gave {cut(fact.key or fact.value, 80)}")
            subject = the_entry(fact.area, name or host_of(fact.value), host_of(fact.page))
            yield scene.sighting(_after(scene, code, "A603"), subject, opinion, evidence)


def _weighed(scene: Scene, fact: Storing, name: str) -> Opinion:
    """Weigh what was read; what a cache gives is a resource, which weighs as a request for it would."""
    resource = scene.scales.contact(fact.value) if fact.area is Area.CACHE else FREE
    if resource.breaks or not name:
        return resource
    return scene.scales.storage(fact.area.value, name, fact.page, fact.value, fact.by.stack)


def _cookies_sent(scene: Scene) -> Iterator[Sighting]:
    for fact in scene.facts(Request):
        if fact.stopped:
            continue
        own = scene.scales.own(host_of(fact.url))
        for cookie in fact.cookies:
            domain = cookie.domain.lstrip(".")
            opinion = scene.weigh(cookie.name, domain)
            if opinion.breaks and not scene.settling(fact, Area.COOKIE, cookie.name, domain):
                evidence = scene.evidence(fact, f"{fact.method} {cut(fact.url)} carried it", fact.url)
                code = _after(scene, "A301" if own else "A302", "A602")
                yield scene.sighting(code, the_cookie(cookie.name, domain), opinion, evidence)
