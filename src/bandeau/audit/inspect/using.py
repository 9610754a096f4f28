"""Read and sent without consent: what already lies on the terminal, given to a script or taken along (A2.., A3..).

After a withdrawal the same is another finding: what was allowed once is still used (A602, A603).
"""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.audit.facts import Area, CookieRead, Request, Storing
from bandeau.audit.inspect.scene import Scene, Sighting, few, stored_name, the_cookie, the_entry
from bandeau.audit.inspect.weighing import FREE, Opinion
from bandeau.audit.recording import State
from bandeau.audit.repeated import cut
from bandeau.audit.site import host_of

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
    code = _after(scene, "A201", "A603")
    for (name, domain), fact, more in few(_read(scene)):
        evidence = scene.evidence(fact, f"{fact.via} gave {cut(name, 80)}")
        yield scene.sighting(code, the_cookie(name, domain), scene.weigh(name, domain), evidence, more)


def _read(scene: Scene) -> Iterator[tuple[tuple[str, str], CookieRead]]:
    """The cookies that scripts got without the consent that they need: name and domain, and each time."""
    for fact in scene.facts(CookieRead):
        host = host_of(fact.page)
        for name in dict.fromkeys(fact.names):
            for domain in _readable(scene, name, host):
                if scene.weigh(name, domain).breaks and not scene.settling(fact, Area.COOKIE, name, domain):
                    yield (name, domain), fact


def _readable(scene: Scene, name: str, host: str) -> list[str]:
    """The domains on which a cookie may lie that a script of a host got: the host's own, or one above it."""
    lying = scene.jar.get(name, {})
    return [domain for domain in _upwards(host) if domain in lying] or [host]


def _upwards(host: str) -> Iterator[str]:
    while host:
        yield host
        _, _, host = host.partition(".")


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
    for (code, name, domain), fact, more in few(_sent(scene)):
        evidence = scene.evidence(fact, f"{fact.method} {cut(fact.url)} carried it", fact.url)
        yield scene.sighting(code, the_cookie(name, domain), scene.weigh(name, domain), evidence, more)


def _sent(scene: Scene) -> Iterator[tuple[tuple[str, str, str], Request]]:
    """The cookies that went out without the consent that they need: code, name and domain, and each time."""
    for fact in scene.facts(Request):
        if fact.stopped or not fact.cookies:
            continue
        code = _after(scene, "A301" if scene.scales.own(host_of(fact.url)) else "A302", "A602")
        for cookie in fact.cookies:
            name, domain = cookie.name, cookie.domain.lstrip(".")
            if scene.weigh(name, domain).breaks and not scene.settling(fact, Area.COOKIE, name, domain):
                yield (code, name, domain), fact
