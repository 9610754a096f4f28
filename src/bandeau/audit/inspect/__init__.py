"""Inspect: what was recorded, held against the declaration and the rules, gives findings. Pure.

``RULES`` in ``rules`` is the one table of what may be said; each module here looks for one family of breaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from bandeau.audit.finding import Evidence, Finding
from bandeau.audit.inspect import contacting, setting, using
from bandeau.audit.inspect.identifiers import Values
from bandeau.audit.inspect.knowing import Knowledge
from bandeau.audit.inspect.rules import RULES
from bandeau.audit.inspect.scene import Scene, Sighting, Trail, rows
from bandeau.audit.inspect.weighing import Scales
from bandeau.audit.recording import Recording, State, Stay
from bandeau.decide import Policy, accept_all, allow_service, refuse_all
from bandeau.model import Choice, Declaration

EVIDENCE = 5
"""Pieces of evidence that a finding carries at most, of the state that it is about."""

_BY_SCENE: tuple[Callable[[Scene], Iterator[Sighting]], ...] = (
    setting.sightings,
    using.sightings,
    contacting.sightings,
)


def inspect(recording: Recording, declaration: Declaration | None, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Judge a recording.

    Args:
        recording: what an audit saw.
        declaration: what the site promises; ``None`` where there is none, and only law and knowledge speak.
        knowledge: who owns a host, what a cookie or a storage key is for.

    Returns:
        The findings, gravest first; the same for the same recording, in whatever order its facts stand.
    """
    scenes = _scenes(recording, declaration, knowledge)
    found: list[Finding] = []
    for scene in scenes:
        found += _findings(scene, (one for family in _BY_SCENE for one in family(scene)))
    return tuple(sorted(found, key=_place))


def _place(finding: Finding) -> tuple[int, str, str, str, int, str]:
    state = list(State).index(finding.state)
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


def _scenes(recording: Recording, declaration: Declaration | None, knowledge: Knowledge) -> list[Scene]:
    visits: dict[tuple[int, str], list[Stay]] = defaultdict(list)
    for number, page in enumerate(recording.pages):
        for stay in sorted(page.stays, key=lambda stay: (list(State).index(stay.state), stay.service)):
            visits[number, _visit(stay)].append(stay)
    values = Values(row for (number, visit), stays in visits.items() for row in rows(f"{number} {visit}", stays))
    policies = _Policies(declaration)
    return [
        Scene(recording.pages[number], stay, scales, trail, tuple(stays[: place + 1]))
        for (number, _), stays in visits.items()
        for trail in [Trail(fact for stay in stays for fact in stay.facts)]
        for place, stay in enumerate(stays)
        if stay.reached
        for scales in [Scales(policies.of(stay), knowledge, values, stay.url or recording.pages[number].url)]
    ]


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


def _findings(scene: Scene, sightings: Iterable[Sighting]) -> Iterator[Finding]:
    """Make one finding of all that was seen of one subject."""
    gathered: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
    for one in sightings:
        gathered[one.code, one.subject].append(one)
    for (code, subject), several in gathered.items():
        yield _finding(scene, code, subject, sorted(several, key=lambda one: (_when(one.evidence), one.why)))


def _when(evidence: Evidence) -> tuple[int, int, str, str]:
    return (evidence.view, evidence.at, evidence.text, repr(evidence.places))


def _finding(scene: Scene, code: str, subject: str, several: list[Sighting]) -> Finding:
    rule = RULES[code]
    first = several[0]
    evidence = tuple(dict.fromkeys(one.evidence for one in several))
    more = len(evidence) - EVIDENCE
    kept = evidence[:EVIDENCE] + ((scene.remark(f"and {more} more of the same"),) if more > 0 else ())
    return Finding(
        code=code,
        severity=rule.severity,
        subject=subject if scene.state is not State.ALONE else f"{subject} ({scene.when})",
        message=rule.sentence.format(subject=subject, when=scene.when, why=first.why),
        page=scene.page.url,
        device=scene.page.device,
        state=scene.state,
        evidence=kept,
        sources=rule.sources,
        change=first.change or rule.change,
        service=first.service,
    )
