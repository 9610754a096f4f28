"""Contacted without consent: requests, pixels, beacons, sockets, hints and embeds (A4..)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from bandeau.audit.facts import Contact, Request
from bandeau.audit.inspect.scene import Clue, Scene, Sighting
from bandeau.audit.inspect.weighing import Need, Opinion
from bandeau.audit.repeated import cut
from bandeau.audit.site import host_of

_KINDS = {
    "Ping": "A403",
    "WebSocket": "A404",
    "Prefetch": "A406",
    "Media": "A407",
    "Object": "A407",
}
_VIAS = {
    "WebSocket": "A404",
    "WebTransport": "A404",
    "WebRTC": "A405",
    "preconnect": "A406",
    "dns-prefetch": "A406",
    "preload": "A406",
    "prefetch": "A406",
}
_TINY = 1_000  # bytes over the wire, headers included: a picture that shows nothing
_WHY = {
    "A409": "it answers with a picture that shows nothing, to an address that carries parameters",
    "A410": "a beacon only tells something, and nobody said what or to whom",
    "A411": "a call tells the addresses of the visitor's machine, and nobody said to whom",
}
_UNSEEN = frozenset({"Preflight", "CSPViolationReport"})  # the browser's own, about a request that is judged itself


def sightings(scene: Scene) -> Iterator[Sighting]:
    """Who was contacted in a state without the consent that it needs."""
    if scene.asked:
        yield from _requests(scene)
        yield from _contacts(scene)


def _requests(scene: Scene) -> Iterator[Sighting]:
    for fact in scene.facts(Request):
        if fact.stopped or fact.kind in _UNSEEN:
            continue
        opinion = scene.scales.contact(fact.url)
        code = _code(scene, opinion, _kind(fact), _doubtful(fact))
        told = f"{fact.method} {cut(fact.url)} ({fact.kind}), {_answered(fact)}"
        if code:
            yield _sighting(scene, code, fact.url, opinion, scene.evidence(fact, told, fact.url))
        elif opinion.need is Need.UNKNOWN and (rule := scene.scales.listed(fact.url, fact.kind)):
            why = f"the rule {cut(rule, 120)} of a filter list calls it tracking"
            yield Sighting("A412", _host(fact.url), scene.evidence(fact, told, fact.url), why)


def _kind(fact: Request) -> str:
    if fact.kind == "Document" and not fact.top:
        return "A407"
    if fact.kind == "Image" and _small(fact):
        return "A402"
    return _KINDS.get(fact.kind, "A401")


def _small(fact: Request) -> bool:
    return fact.size < _TINY or fact.status in (0, 204) or 300 <= fact.status < 400


def _doubtful(fact: Request) -> str:
    """The code of a request to somebody unknown that looks like tracking by its form alone."""
    if fact.kind == "Ping":
        return "A410"
    query = "?" in fact.url and fact.url.partition("?")[2] != ""
    return "A409" if fact.kind == "Image" and query and fact.status in (200, 204) and fact.size < _TINY else ""


def _answered(fact: Request) -> str:
    if fact.failed:
        return f"no answer: {fact.failed}"
    return f"answered {fact.status}" if fact.status else "no answer yet"


def _contacts(scene: Scene) -> Iterator[Sighting]:
    for fact in scene.facts(Contact):
        opinion = scene.scales.contact(_web(fact.url))
        code = _code(scene, opinion, _VIAS.get(fact.via, "A401"), "A411" if fact.via == "WebRTC" else "")
        if code:
            told = f"{fact.via} to {cut(fact.url)}"
            yield _sighting(scene, code, _web(fact.url), opinion, scene.evidence(fact, told, fact.url))


def _web(url: str) -> str:
    """The address of a STUN or TURN server as one that hosts are compared by."""
    scheme, colon, rest = url.partition(":")
    if colon and scheme.lower() in ("stun", "stuns", "turn", "turns"):
        return "https://" + rest.partition("?")[0].removeprefix("//")
    return url


def _code(scene: Scene, opinion: Opinion, code: str, doubtful: str) -> str:
    if opinion.breaks:
        return code
    if scene.scales.policy is not None:  # the declaration is silent: that is a finding of its own
        return ""
    if opinion.need is Need.ADDRESS:
        return "A408"
    return doubtful if opinion.need is Need.UNKNOWN else ""


def _sighting(scene: Scene, code: str, url: str, opinion: Opinion, evidence: Clue) -> Sighting:
    sighting = scene.sighting(code, _host(url), opinion, evidence)
    return replace(sighting, why=opinion.why or _WHY.get(code, ""))


def _host(url: str) -> str:
    return f"host {cut(host_of(url) or urlsplit(url).path, 120)}"
