"""How the notice asks, and what becomes of the answer (A8..)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bandeau.audit.facts import Request
from bandeau.audit.inspect.looks import weaker
from bandeau.audit.inspect.scene import Scene, Sighting
from bandeau.audit.inspect.weighing import NECESSARY
from bandeau.audit.inspect.whole import Whole, control, first_layer
from bandeau.audit.recording import State
from bandeau.audit.repeated import cut
from bandeau.audit.seen import HELPER, Layer, Notice, Role, helped
from bandeau.audit.site import host_of

COVERS = 0.5
"""The part of the window from which on a notice that blocks the page is a wall."""

_CLICKS = frozenset({"click", "tick", "press"})
# Switches of what needs no consent, in six languages: they may stand on.
_NECESSARY = re.compile(
    r"necess|nécess|essen[tz]i|strict|techni|fonctionn|function|notwendig|erforderlich|funktion|técnic|funcional"
    r"|necesari|tecnic|funzional|noodzakelijk|functione|obligat|required|always",
    re.IGNORECASE,
)
# What a purpose is called, in the same languages.
_PURPOSE = re.compile(
    r"advert|publicit|anzeige|werb|annonce|anunci|pubblicit|reclame|advertent|marketing|mesur|measur|audience|statisti"
    r"|estad[ií]sti|analy|anal[ií]ti|anali[sz]|reichweite|publikum|messung|medición|misura|meting|personal[iî]s|perso"
    r"|social|sociaux|sozial|socia|video|vidéo|contenu|content|inhalt|inhoud|contenid|contenut|profil|ads\b|tracking",
    re.IGNORECASE,
)
# The legal form behind a company's name, which a notice may leave out.
_COMPANY = re.compile(
    r"(?<!\s),?\s++(?:S\.?A\.?(?:S\.?)?(?:U\.?)?|SARL|GmbH|AG|KG|e\.V\.|Ltd\.?|Limited|PLC|LLC|Inc\.?|B\.?V\.?|N\.?V\.?"
    r"|S\.?p\.?A\.?|S\.?r\.?l\.?|S\.?L\.?)$",
    re.IGNORECASE,
)
_READ = frozenset({"en", "fr", "de", "es", "it", "nl"})
_GRAVE = frozenset({"critical", "serious"})


def sightings(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """Everything that is to be said of the notice of a page, where it was answered there."""
    asked = whole.scene(State.BEFORE)
    if asked is None or whole.page.after:
        return
    notice = asked.stay.notice
    if notice is None:
        yield from _missing(whole, asked)
        return
    yield from ((asked, one) for one in _barriers(asked, notice))
    if whole.only_tells:
        return
    yield from ((asked, one) for family in _OF_THE_NOTICE for one in family(asked, notice))
    yield from _purposes_unasked(whole, asked, notice)
    if not asked.stay.asks and notice.found_by != HELPER:
        yield (
            asked,
            Sighting("A813", "the notice", asked.remark("no notice was showing any more"), "nobody answered it"),
        )
    yield from _clicks(whole)
    yield from _back(whole, notice)
    yield from _again(whole)
    yield from _closed(whole)


def _missing(whole: Whole, scene: Scene) -> Iterator[tuple[Scene, Sighting]]:
    subjects = sorted({breach.subject for breach in whole.breaches(State.BEFORE)})
    if subjects:
        more = f" and {len(subjects) - 3} more" if len(subjects) > 3 else ""
        yield scene, Sighting("A818", "the page", scene.remark("no notice"), ", ".join(subjects[:3]) + more)


def _layer_one(scene: Scene, notice: Notice) -> Iterator[Sighting]:
    layer = first_layer(notice)
    accept, refuse = control(layer, Role.ACCEPT), control(layer, Role.REFUSE)
    if accept is None:
        return
    words = scene.remark(f"the first layer has {_named(layer)}")
    if refuse is not None:
        yield from (Sighting(code, subject, words, why) for code, subject, why in weaker(refuse, accept))
    elif not _saves_a_refusal(layer):
        yield Sighting("A801", "the first layer", words)
        way_on = control(layer, Role.SETTINGS, Role.CLOSE, Role.SAVE)
        if notice.blocks and notice.covers >= COVERS and way_on is None:
            yield Sighting(
                "A817", "the notice", words, f"it covers {notice.covers:.0%} of the window and blocks the page"
            )


def _saves_a_refusal(layer: Layer | None) -> bool:
    """Whether saving what stands there refuses everything: nothing that can be moved stands on."""
    if layer is None or control(layer, Role.SAVE) is None or not layer.switches:
        return False
    return not any(switch.on and not switch.locked for switch in layer.switches)


def _named(layer: Layer | None) -> str:
    controls = layer.controls[:8] if layer else ()
    return ", ".join(f"“{cut(control.text, 40)}” ({control.role})" for control in controls) or "no control"


def _purposes_unasked(whole: Whole, scene: Scene, notice: Notice) -> Iterator[tuple[Scene, Sighting]]:
    """Nothing that leads to a choice by purpose, where there is more than one purpose to choose."""
    layer = first_layer(notice)
    if control(layer, Role.ACCEPT) is None or control(layer, Role.SETTINGS, Role.SAVE):
        return
    if any(not switch.locked for each in notice.layers for switch in each.switches):
        return
    purposes = _purposes(whole)
    if len(purposes) > 1:
        remark = scene.remark(f"the first layer has {_named(layer)}; there are {', '.join(sorted(purposes))}")
        yield scene, Sighting("A809", "the first layer", remark)


def _purposes(whole: Whole) -> set[str]:
    """The purposes that the page needs consent for: as declared, else of the known services that acceptance brings."""
    scene = whole.scene(State.ACCEPTED) or whole.scene(State.BEFORE)
    if scene is None:
        return set()
    policy = scene.scales.policy
    if policy:
        return {purpose.id for purpose in policy.declaration.asked_purposes}
    hosts = {host_of(fact.url) for fact in scene.facts(Request)}
    known = (scene.scales.known(host) for host in hosts if not scene.scales.own(host))
    return {purpose for each in known if each for purpose in each.purposes} - NECESSARY


def _switches(scene: Scene, notice: Notice) -> Iterator[Sighting]:
    for layer in notice.layers:
        for switch in layer.switches:
            if switch.on and not switch.locked and not _may_stand_on(scene, switch.label):
                yield Sighting("A812", f"“{cut(switch.label, 80)}”", scene.remark(f"on layer {layer.number}"))


def _may_stand_on(scene: Scene, label: str) -> bool:
    policy = scene.scales.policy
    declaration = policy.declaration if policy else None
    exempt = {service.name for service in declaration.services if declaration.exempt(service)} if declaration else set()
    return bool(_NECESSARY.search(label)) or label.strip() in exempt


def _texts(scene: Scene, notice: Notice) -> Iterator[Sighting]:
    layer = first_layer(notice)
    if layer is None or not layer.text.strip():
        return
    words = scene.remark(cut(layer.text, 300))
    language = (layer.language or scene.stay.language).lower().partition("-")[0]
    buttons = {control.text for control in layer.controls}  # "personalise my choices" is no purpose
    lines = (line for line in layer.text.splitlines() if line.strip() not in buttons)
    told = [*lines, *(switch.label for switch in layer.switches)]
    if language in _READ and not any(_PURPOSE.search(text) for text in told):
        yield Sighting("A819", "the first layer", words)
    policy = scene.scales.policy
    if policy:
        site = policy.declaration.site
        everything = " ".join(each.text for each in notice.layers).casefold()
        if not any(_COMPANY.sub("", name).casefold() in everything for name in (site.controller.name, site.name)):
            yield Sighting("A820", "the notice", words, f"“{cut(site.controller.name, 80)}” stands nowhere in it")


def _barriers(scene: Scene, notice: Notice) -> Iterator[Sighting]:
    for barrier in notice.barriers:
        code = "A821" if barrier.impact in _GRAVE else "A822"
        remark = scene.remark(f"{barrier.impact}: {cut(barrier.target, 120)}")
        yield Sighting(code, f"rule {cut(barrier.rule, 60)} of axe-core", remark, cut(barrier.help))


_OF_THE_NOTICE = (_layer_one, _switches, _texts)


def _steps(scene: Scene | None) -> int:
    if scene is None or helped(scene.stay.steps):
        return 0
    return sum(step.act in _CLICKS for step in scene.stay.steps)


def _walked(scene: Scene) -> str:
    return ", ".join(f"{cut(step.act, 10)} “{cut(step.text, 40)}”" for step in scene.stay.steps[:10])


def _clicks(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    accepted = whole.scene(State.ACCEPTED)
    refused, withdrawn = whole.scene(State.REFUSED), whole.scene(State.WITHDRAWN)
    yes, no, back = _steps(accepted), _steps(refused), _steps(withdrawn)
    if refused and 0 < yes < no:
        yield refused, Sighting("A802", "refusing", refused.remark(_walked(refused)), f"{no} against {yes}")
    # One to open the notice again and one to confirm may come on top of what giving takes.
    if withdrawn and 0 < yes < back - 2:
        why = f"{back} clicks against {yes}"
        yield withdrawn, Sighting("A811", "withdrawing", withdrawn.remark(_walked(withdrawn)), why)


def _back(whole: Whole, notice: Notice) -> Iterator[tuple[Scene, Sighting]]:
    accepted = whole.scene(State.ACCEPTED)
    tried = [trouble for stay in whole.page.stays if stay.state is State.WITHDRAWN for trouble in stay.trouble]
    told = next((trouble.text for trouble in tried if trouble.code == "no-way-back"), None)
    notices = (notice, *(scene.stay.notice for scene in whole.scenes))
    if accepted is None or helped(accepted.stay.steps):
        return  # whose buttons are not understood may have a way back that is not either
    if told is not None and not any(each.way_back for each in notices if each):
        yield accepted, Sighting("A810", "the page", accepted.remark("the choice had been made"), cut(told, 200))


def _again(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    for state, code in ((State.REFUSED, "A815"), (State.ACCEPTED, "A816")):
        scene = whole.scene(state)
        if scene and scene.stay.asks and scene.stay.views > 1:
            yield scene, Sighting(code, "the notice", scene.remark("a notice was showing on the page opened anew"))


def _closed(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """What came although the notice was only closed, and had not come before."""
    scene = whole.scene(State.REFUSED)
    if scene is None or not scene.stay.steps or scene.stay.steps[-1].role is not Role.CLOSE:
        return
    before = {breach.subject for breach in whole.breaches(State.BEFORE)}
    for breach in whole.breaches(State.REFUSED):
        if breach.subject not in before:
            yield scene, Sighting("A814", "closing", breach.evidence, f"{breach.subject} came with it")
