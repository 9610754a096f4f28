"""What hides a tracker, or needs no storage at all: detours, aliases, decorated links, syncing, fingerprints (A5..)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bandeau.audit.facts import Alias, CookieSet, Decorated, Probe, Request
from bandeau.audit.inspect.identifiers import stable, tokens
from bandeau.audit.inspect.scene import Scene, Sighting, carried
from bandeau.audit.inspect.weighing import Need, Opinion
from bandeau.audit.repeated import cut
from bandeau.audit.site import host_of

STRONG = frozenset({"canvas", "audio", "webgl", "fonts"})
"""Probes whose answers differ from machine to machine, and that a page seldom needs together."""

_MOST = 2_000  # identifiers that are looked for in requests


def sightings(scene: Scene) -> Iterator[Sighting]:
    """What hides in a state that has no consent for it."""
    if scene.asked:
        yield from _detours(scene)
        yield from _aliases(scene)
        yield from _links(scene)
        yield from _synced(scene)
        yield from _probes(scene)


def _detours(scene: Scene) -> Iterator[Sighting]:
    """Whole pages of others between two of the site's own, within one page view: by redirects or by script."""
    views: dict[int, list[Request]] = defaultdict(list)
    for fact in scene.facts(Request):
        if fact.kind == "Document" and fact.top and not fact.stopped:
            views[fact.view].append(fact)
    brought = _brought(scene) if views else {}
    for pages in views.values():
        own = sorted((page for page in pages if scene.scales.own(host_of(page.url))), key=_when)
        if len(own) < 2:
            continue
        first, last = own[0], own[-1]
        for hop in pages:
            opinion = scene.scales.contact(hop.url)
            opinion = opinion if opinion.breaks else brought.get(hop.id, opinion)
            between = first.at <= hop.at <= last.at and not scene.scales.own(host_of(hop.url))
            if between and opinion.breaks:
                told = f"{cut(first.url)} led over {cut(hop.url)} to {cut(last.url)}"
                yield scene.sighting("A501", _host(host_of(hop.url)), opinion, scene.evidence(hop, told, hop.url))


def _when(page: Request) -> tuple[int, str]:
    return (page.at, page.id)


def _brought(scene: Scene) -> dict[str, Opinion]:
    """By request, what is to be thought of the first cookie of its answer that needs a consent it does not have."""
    found: dict[str, Opinion] = {}
    for fact in scene.facts(CookieSet):
        if fact.request and fact.request not in found and (opinion := scene.weigh_cookie(fact)).breaks:
            found[fact.request] = opinion
    return found


def _aliases(scene: Scene) -> Iterator[Sighting]:
    contacted = {host_of(fact.url) for fact in scene.facts(Request) if not fact.stopped}
    for fact in scene.facts(Alias):
        if fact.host not in contacted or not scene.scales.own(fact.host):
            continue
        for name in fact.names:
            opinion = scene.scales.contact(f"https://{name}/")
            if opinion.breaks and not scene.scales.own(name):
                told = f"{cut(fact.host)} is another name of {' , '.join(cut(each, 80) for each in fact.names[:8])}"
                yield scene.sighting("A502", _host(fact.host), opinion, scene.evidence(fact, told))
                break


def _links(scene: Scene) -> Iterator[Sighting]:
    for fact in scene.facts(Decorated):
        host = host_of(fact.url)
        if scene.scales.own(host) or scene.scales.contact(fact.url).need is Need.NOTHING:
            continue
        # What every visitor gets alike, such as the number of a campaign, tells nobody apart.
        alike = {name for name, tracker, value in carried(fact) if scene.scales.common(tracker, value)}
        names = [name for name in fact.names if name not in alike]
        if not names:
            continue
        why = f"its parameters {', '.join(cut(name, 40) for name in names[:8])} tell one visitor from all others"
        evidence = scene.evidence(fact, f"a link to {cut(fact.url)}", fact.url)
        yield Sighting("A503", f"link to {cut(host, 120)}", evidence, why)


def _synced(scene: Scene) -> Iterator[Sighting]:
    identifiers = _identifiers(scene)
    if not identifiers:
        return
    for fact in scene.facts(Request):
        host = host_of(fact.url)
        if fact.stopped or not host or scene.scales.own(host):
            continue
        receiver = scene.scales.contact(fact.url)
        if receiver.need is Need.NOTHING:
            continue
        for token in dict.fromkeys([*tokens(fact.url), *tokens(fact.body)]):
            name, domain, service = identifiers.get(token, ("", "", ""))
            # A service that is told its own identifier is no other party, wherever its cookie lies.
            own = bool(service) and service == receiver.service
            if name and not own and not scene.scales.same_party(domain, host):
                subject = (
                    f"the identifier in cookie {cut(stable(name), 80)} of {cut(domain, 80)} sent to {cut(host, 80)}"
                )
                why = f"the request carries the value of a cookie of {cut(domain, 80)} to another party"
                told = f"{fact.method} {cut(fact.url)} carried {cut(token, 40)}"
                yield Sighting(
                    "A504", subject, scene.evidence(fact, told, fact.url), why, receiver.service, receiver.change
                )


def _identifiers(scene: Scene) -> dict[str, tuple[str, str, str]]:
    """What is telling in cookies that need consent or say not what they are for: name, domain and service of each."""
    found: dict[str, tuple[str, str, str]] = {}
    for name in sorted(scene.jar):
        for domain, cookie in sorted(scene.jar[name].items()):
            opinion = scene.weigh_cookie(cookie)
            told = scene.scales.identifies(f"cookie {domain} {name}", cookie.value)
            if opinion.need is Need.NOTHING or not told:
                continue
            for token in (cookie.value, *tokens(cookie.value), *tokens(cookie.value.replace(".", " "))):
                if len(found) < _MOST and len(token) >= 8:
                    found.setdefault(token, (name, domain, opinion.service))
    return found


def _probes(scene: Scene) -> Iterator[Sighting]:
    by_script: dict[str, list[Probe]] = defaultdict(list)
    for fact in scene.facts(Probe):
        by_script[_script(fact)].append(fact)
    for script, probes in sorted(by_script.items()):
        opinion = scene.scales.contact(script)
        several = {fact.api for fact in probes} & STRONG
        if opinion.breaks and (several or len({fact.api for fact in probes}) > 1):
            yield from (_probed(scene, "A505", script, fact, opinion) for fact in probes)
        elif len(several) > 1 and not (opinion.need is Need.NOTHING and opinion.service):
            yield from (_probed(scene, "A506", script, fact, opinion) for fact in probes if fact.api in STRONG)


def _script(fact: Probe) -> str:
    """The script that asked: the innermost that has an address, else the page."""
    return next((place.url for place in fact.by.stack if host_of(place.url)), fact.page)


def _probed(scene: Scene, code: str, script: str, fact: Probe, opinion: Opinion) -> Sighting:
    bare = stable(script.partition("?")[0].partition("#")[0])
    why = opinion.why or "several of these answers together tell one browser from all others"
    told = f"{fact.api} {cut(fact.detail, 80)}, {fact.times} times"
    subject = f"{cut(bare, 120)} asked for what tells browsers apart"
    return Sighting(code, subject, scene.evidence(fact, told), why, opinion.service, opinion.change)


def _host(host: str) -> str:
    return f"host {cut(host, 120)}"
