"""Inspect: what was recorded, held against the declaration and the rules, gives findings. Pure.

``RULES`` in ``rules`` is the one table of what may be said; each module here looks for one family of breaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from bandeau.audit.finding import Evidence, Finding
from bandeau.audit.inspect import (
    asking,
    choices,
    contacting,
    declared,
    hiding,
    lifetimes,
    running,
    setting,
    signals,
    staying,
    using,
)
from bandeau.audit.inspect.identifiers import Values
from bandeau.audit.inspect.rules import RULES
from bandeau.audit.inspect.scene import Scene, Sighting, Trail, rows
from bandeau.audit.inspect.weighing import Scales
from bandeau.audit.inspect.whole import Whole
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Page, Recording, State, Stay
from bandeau.decide import Policy, accept_all, allow_service, refuse_all
from bandeau.model import Choice, Declaration

Seen = tuple[Scene, Sighting]

_ORDER = {state: place for place, state in enumerate(State)}

EVIDENCE = 5
"""Pieces of evidence that a finding carries at most, of the state that it is about."""

_BY_SCENE: tuple[Callable[[Scene], Iterator[Sighting]], ...] = (
    setting.sightings,
    using.sightings,
    contacting.sightings,
    hiding.sightings,
    signals.sightings,
)
_BY_PAGE: tuple[Callable[[Whole], Iterator[Seen]], ...] = (
    running.sightings,
    staying.sightings,
    declared.sightings,
    lifetimes.sightings,
    asking.sightings,
    signals.ignored,
    choices.sightings,
)


def inspect(recording: Recording, declaration: Declaration | None, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Judge a recording.

    Args:
        recording: what an audit saw.
        declaration: what the site promises; ``None`` where there is none, and only law and knowledge speak.
        knowledge: who owns a host, what a cookie or a storage key is for.

    Returns:
        The findings, gravest first; the same for the same recording, in whatever order its facts stand. What is said
        of the whole audit (its browser, a declared service that was never seen) has no page.
    """
    wholes = _wholes(recording, declaration, knowledge)
    found = [finding for whole in wholes for finding in _findings(_judged(whole))]
    scenes = [scene for whole in wholes for scene in whole.scenes]
    overall = [*declared.unseen(wholes)]
    if scenes:
        overall += running.of_the_browser(recording.browser, min(scenes, key=lambda scene: scene.page.url))
    found += (replace(finding, page="") for finding in _findings(overall))
    return tuple(sorted(found, key=_place))


def _judged(whole: Whole) -> list[Seen]:
    """All that is seen of a page: what each state shows, then what the states show together."""
    reached = [scene for scene in whole.scenes if scene.stay.reached]
    seen = [(scene, one) for scene in reached for family in _BY_SCENE for one in family(scene)]
    both = Whole(whole.page, whole.scenes, tuple(seen))
    return [*seen, *(each for family in _BY_PAGE for each in family(both))]


def _place(finding: Finding) -> tuple[int, str, str, str, int, str]:
    state = _ORDER[finding.state]
    return (finding.severity.rank, finding.code, finding.page, finding.device, state, finding.subject)


def _visit(stay: Stay) -> str:
    """Which clean visit a stay belongs to: a refusal follows the first look, a withdrawal an acceptance."""
    if stay.state is State.ALONE:
        return f"alone {stay.service}"
    return "refusing" if stay.state in (State.BEFORE, State.REFUSED) else "accepting"


def _choice(stay: Stay, declaration: Declaration) -> Choice | None:
    """The choice that a state stands for."""
    if stay.state is State.BEFORE:
        return None
    if stay.state is State.ACCEPTED:
        return accept_all(declaration)
    if stay.state is State.ALONE:
        return allow_service(declaration, refuse_all(), stay.service)
    return refuse_all()


def _wholes(recording: Recording, declaration: Declaration | None, knowledge: Knowledge) -> list[Whole]:
    stays = [_stays(page) for page in recording.pages]
    visits = [_visits(each) for each in stays]
    values = Values(
        row for page, each in enumerate(visits) for name, visit in each.items() for row in rows(f"{page} {name}", visit)
    )
    policies = _Policies(declaration)
    wholes = []
    for page, each in zip(recording.pages, visits, strict=True):
        scenes = []
        for visit in each.values():
            trail = Trail(fact for stay in visit for fact in stay.facts)
            for place, stay in enumerate(visit):
                scales = Scales(policies.of(stay), knowledge, values, stay.url or page.url)
                scenes.append(Scene(page, stay, scales, trail, tuple(visit[: place + 1])))
        wholes.append(Whole(page, tuple(scenes)))
    return wholes


def _stays(page: Page) -> list[Stay]:
    """The stays of a page in the order of the states; of a page that was not seen at all, a first look in vain."""
    stays = page.stays or (Stay(state=State.BEFORE, reached=False, url=page.url, trouble=page.trouble),)
    return sorted(stays, key=lambda stay: (_ORDER[stay.state], stay.service, repr(stay)))


def _visits(stays: list[Stay]) -> dict[str, list[Stay]]:
    visits: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        visits[_visit(stay)].append(stay)
    return visits


class _Policies:
    """The declaration compiled for each choice that a recording has, each once."""

    def __init__(self, declaration: Declaration | None) -> None:
        self._declaration = declaration
        self._compiled: dict[Choice | None, Policy] = {}

    def of(self, stay: Stay) -> Policy | None:
        """The policy of a stay's state; ``None`` where there is no declaration."""
        if self._declaration is None:
            return None
        choice = _choice(stay, self._declaration)
        if choice not in self._compiled:
            self._compiled[choice] = Policy(self._declaration, choice)
        return self._compiled[choice]


def _findings(seen: Iterable[Seen]) -> Iterator[Finding]:
    """Make one finding of all that was seen of one subject in one state, and say in which others it was seen."""
    gathered: dict[tuple[str, str], dict[int, tuple[Scene, list[Sighting]]]] = defaultdict(dict)
    for scene, one in seen:
        gathered[one.code, one.subject].setdefault(id(scene), (scene, []))[1].append(one)
    for (code, subject), by_scene in gathered.items():
        for scene, several in by_scene.values():
            others = [other for other, _ in by_scene.values() if other is not scene]
            yield _finding(scene, code, subject, sorted(several, key=_sightings_order), others)


def _sightings_order(one: Sighting) -> tuple[object, ...]:
    return (_when(one.evidence), one.why, one.service, one.change)


def _when(evidence: Evidence) -> tuple[int, int, str, str]:
    return (evidence.view, evidence.at, evidence.text, repr(evidence.places))


def _finding(scene: Scene, code: str, subject: str, several: list[Sighting], others: list[Scene]) -> Finding:
    rule = RULES[code]
    first = several[0]
    evidence = tuple(dict.fromkeys(one.evidence for one in several))
    more = len(evidence) - EVIDENCE
    kept = evidence[:EVIDENCE] + ((scene.remark(f"and {more} more of the same"),) if more > 0 else ())
    also = sorted({_ORDER[other.state]: other for other in others}.items())
    return Finding(
        code=code,
        severity=rule.severity,
        subject=subject if scene.state is not State.ALONE else f"{subject} ({scene.when})",
        message=rule.sentence.format(subject=subject, when=scene.when, why=first.why),
        page=scene.page.url,
        device=scene.page.device,
        state=scene.state,
        evidence=kept + tuple(other.remark(f"seen {other.when} too") for _, other in also),
        sources=rule.sources,
        change=first.change or rule.change,
        service=first.service,
    )
