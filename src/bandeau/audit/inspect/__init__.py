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
from bandeau.audit.inspect.scene import EVIDENCE, Scene, Sighting, Trail, in_order, rows, settled
from bandeau.audit.inspect.weighing import Lore, Scales
from bandeau.audit.inspect.whole import Whole
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import Page, Recording, State, Stay
from bandeau.audit.site import host_of
from bandeau.decide import Policy, accept_all, allow_service, refuse_all
from bandeau.model import Choice, Declaration

Seen = tuple[Scene, Sighting]

_ORDER = {state: place for place, state in enumerate(State)}

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
    # Pages that were read on shared the visits of the page before them: what they got is no other visitor's.
    firsts = {(page.url, page.device): str(place) for place, page in enumerate(recording.pages) if not page.after}
    values = Values(
        row
        for place, (page, each) in enumerate(zip(recording.pages, visits, strict=True))
        for name, visit in each.items()
        for row in rows(f"{firsts.get((page.after, page.device), page.after) or place} {name}", visit)
    )
    scales = _AllScales(declaration, Lore(knowledge), values)
    wholes = []
    for page, each in zip(recording.pages, visits, strict=True):
        scenes = []
        for visit in each.values():
            trail = Trail(fact for stay in visit for fact in stay.facts)
            for place, stay in enumerate(visit):
                scenes.append(Scene(page, stay, scales.of(stay, page), trail, tuple(visit[: place + 1])))
        wholes.append(Whole(page, tuple(scenes)))
    return wholes


def _stays(page: Page) -> list[Stay]:
    """The stays of a page in the order of the states; of a page that was not seen at all, a first look in vain."""
    stays = page.stays or (Stay(state=State.BEFORE, reached=False, url=page.url, trouble=page.trouble),)
    return list(in_order(map(settled, stays), lambda stay: (_ORDER[stay.state], stay.service)))


def _visits(stays: list[Stay]) -> dict[str, list[Stay]]:
    visits: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        visits[_visit(stay)].append(stay)
    return visits


class _AllScales:
    """The scales of each choice that a recording has and each host that its pages are of, each made once."""

    def __init__(self, declaration: Declaration | None, lore: Lore, values: Values) -> None:
        self._declaration = declaration
        self._lore = lore
        self._values = values
        self._policies: dict[Choice | None, Policy] = {}
        self._made: dict[tuple[Choice | None, str], Scales] = {}

    def of(self, stay: Stay, page: Page) -> Scales:
        """The scales of a stay: by the declaration compiled for its choice, where there is one."""
        choice = _choice(stay, self._declaration) if self._declaration else None
        home = host_of(stay.url or page.url)
        if (choice, home) not in self._made:
            self._made[choice, home] = Scales(self._policy(choice), self._lore, self._values, home)
        return self._made[choice, home]

    def _policy(self, choice: Choice | None) -> Policy | None:
        if self._declaration and choice not in self._policies:
            self._policies[choice] = Policy(self._declaration, choice)
        return self._policies.get(choice)


def _findings(seen: Iterable[Seen]) -> Iterator[Finding]:
    """Make one finding of all that was seen of one subject in one state, and say in which others it was seen."""
    gathered: dict[tuple[str, str], dict[int, tuple[Scene, list[Sighting]]]] = defaultdict(dict)
    for scene, one in seen:
        gathered[one.code, one.subject].setdefault(id(scene), (scene, []))[1].append(one)
    for (code, subject), by_scene in gathered.items():
        latest = _latest(scene for scene, _ in by_scene.values())
        for scene, several in by_scene.values():
            others = (next((other for other in two if other is not scene), None) for two in latest)
            yield _finding(scene, code, subject, sorted(several, key=_sightings_order), list(filter(None, others)))


def _latest(scenes: Iterable[Scene]) -> list[list[Scene]]:
    """The last two scenes of each state, the last one first, in the order of the states."""
    latest: dict[int, list[Scene]] = {}
    for scene in scenes:
        order = _ORDER[scene.state]
        latest[order] = [scene, *latest.get(order, ())][:2]
    return [latest[order] for order in sorted(latest)]


def _sightings_order(one: Sighting) -> tuple[object, ...]:
    clue = one.evidence
    return (clue.view, clue.at, clue.text, one.why, one.service, one.change)


def _evidence(scene: Scene, several: list[Sighting]) -> Iterator[Evidence]:
    """The first evidence, each piece once, and how much more there is."""
    kept: dict[Evidence, None] = {}
    for seen, one in enumerate(several, 1):  # noqa: B007
        kept.setdefault(scene.proof(one.evidence))
        if len(kept) == EVIDENCE:
            break
    yield from kept
    more = len(several) - seen + sum(one.more for one in several)
    if more:
        yield scene.proof(scene.remark(f"and {more} more of the same"))


def _finding(scene: Scene, code: str, subject: str, several: list[Sighting], others: list[Scene]) -> Finding:
    """Tell what was seen of a subject in a scene, and in which other states."""
    rule = RULES[code]
    first = several[0]
    return Finding(
        code=code,
        severity=rule.severity,
        subject=subject if scene.state is not State.ALONE else f"{subject} ({scene.when})",
        message=rule.sentence.format(subject=subject, when=scene.when, why=first.why),
        page=scene.page.url,
        device=scene.page.device,
        state=scene.state,
        evidence=(*_evidence(scene, several), *(other.too for other in others)),
        sources=rule.sources,
        change=first.change or rule.change,
        service=first.service,
    )
