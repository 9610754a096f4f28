"""Set without consent: cookies and everything else that a site can keep on a terminal (A1..)."""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.audit.facts import Area, CookieSet, Kept, Storing, WorkerStarted
from bandeau.audit.inspect.scene import Scene, Sighting, named, removes, stored_name, the_cookie, the_entry, where
from bandeau.audit.inspect.weighing import Need, Opinion
from bandeau.audit.recording import State
from bandeau.audit.repeated import cut
from bandeau.audit.site import host_of

STORED = {
    Area.LOCAL: "A104",
    Area.SESSION: "A105",
    Area.DATABASE: "A106",
    Area.CACHE: "A107",
    Area.FILES: "A108",
    Area.WORKER: "A109",
}
# Opening one of these makes it, where it is not there yet.
_MADE_BY_OPENING = frozenset({Area.DATABASE, Area.CACHE, Area.FILES})


def sightings(scene: Scene) -> Iterator[Sighting]:
    """What was set in a state without the consent that it needs."""
    if scene.asked:
        yield from _cookies(scene)
        yield from _stored(scene)
        yield from _workers(scene)
        yield from _found(scene)


def _cookies(scene: Scene) -> Iterator[Sighting]:
    for fact in scene.facts(CookieSet):
        if removes(fact):
            continue
        opinion = scene.weigh_cookie(fact)
        code = _code(fact, opinion)
        if code:
            evidence = scene.evidence(fact, _told(fact))
            yield scene.sighting(code, the_cookie(fact.name, fact.domain), opinion, evidence)


def _code(fact: CookieSet, opinion: Opinion) -> str:
    if not opinion.breaks:
        return "A110" if opinion.need is Need.PERHAPS and not fact.refused else ""
    if fact.refused:
        return "A112"
    if fact.via != "header":
        return "A102"
    return "A103" if fact.http_only else "A101"


def _told(fact: CookieSet) -> str:
    lasts = "until the session ends" if fact.lifetime is None else f"for {fact.lifetime} seconds"
    value = f"{fact.name}={cut(fact.value, 60)} {lasts}"
    if fact.refused:
        return f"{value}, refused by the browser: {fact.refused}"
    return f"Set-Cookie: {value}" if fact.via == "header" else f"{fact.via}: {value}"


def _stored(scene: Scene) -> Iterator[Sighting]:
    for fact in scene.facts(Storing):
        made = fact.op == "set" or (fact.op == "open" and fact.area in _MADE_BY_OPENING)
        key = stored_name(fact) if made and fact.area in STORED else ""
        if not key or fact.area is Area.WORKER:
            continue
        opinion = scene.scales.storage(fact.area.value, key, fact.page, fact.value, fact.by.stack)
        code = _stored_code(fact.area, opinion)
        if code:
            evidence = scene.evidence(fact, f"{fact.area.value}: {key} = {cut(fact.value, 60)}")
            yield scene.sighting(code, the_entry(fact.area, key, host_of(fact.page)), opinion, evidence)


def _stored_code(area: Area, opinion: Opinion) -> str:
    if opinion.breaks:
        return STORED[area]
    return "A111" if opinion.need is Need.PERHAPS else ""


def _workers(scene: Scene) -> Iterator[Sighting]:
    """Service workers, by whose script they are and whose script registered them."""
    started = [(fact, fact.url) for fact in scene.facts(WorkerStarted) if fact.kind == "service_worker"]
    registered = [(fact, fact.key) for fact in scene.facts(Storing) if fact.area is Area.WORKER and fact.op == "set"]
    for fact, url in (*started, *registered):
        opinion = scene.scales.contact(url)
        opinion = opinion if opinion.breaks else scene.scales.script(fact.by.stack)
        if opinion.breaks:
            yield scene.sighting("A109", _worker(url), opinion, scene.evidence(fact, f"registered {cut(url)}", url))


def _worker(url: str) -> str:
    return f"service worker of {cut(host_of(url), 80)}"


def _found(scene: Scene) -> Iterator[Sighting]:
    """What lay there at the end though nobody was seen to set it, and did not lie there when the state began."""
    if scene.state is State.WITHDRAWN:  # ``staying`` speaks of what a withdrawal leaves
        return
    told = {_place(kept) for stay in scene.visit if stay is not scene.stay for kept in stay.kept}
    told |= {(Area.COOKIE, *named(fact)) for fact in scene.facts(CookieSet)}
    told |= {(fact.area, stored_name(fact), host_of(fact.page)) for fact in scene.facts(Storing)}
    for kept in scene.stay.kept:
        if _place(kept) in told:
            continue
        opinion, code, subject = weigh_kept(scene, kept)
        if opinion.breaks:
            yield scene.sighting(code, subject, opinion, scene.remark(f"{subject} lay there when the stay was over"))


def _place(kept: Kept) -> tuple[Area, str, str]:
    # A worker lies under its scope, and is told by the address of its script.
    return (kept.area, kept.value if kept.area is Area.WORKER else kept.key, where(kept))


def weigh_kept(scene: Scene, kept: Kept) -> tuple[Opinion, str, str]:
    """Weigh what lay on the terminal; give the code of its kind and its name as a finding's subject."""
    if kept.area is Area.COOKIE:
        code = "A103" if kept.http_only else "A101"
        return scene.weigh_cookie(kept), code, the_cookie(*named(kept))
    if kept.area is Area.WORKER:  # its key is its scope, its value the address of its script
        opinion = scene.scales.contact(kept.value)
        setter = scene.setter(kept.area, kept.value)
        return opinion if opinion.breaks else scene.scales.script(setter), "A109", _worker(kept.value)
    setter = scene.setter(kept.area, kept.key)
    opinion = scene.scales.storage(kept.area.value, kept.key, kept.owner, kept.value, setter)
    return opinion, STORED[kept.area], the_entry(kept.area, kept.key, host_of(kept.owner))
