"""One page in all its states: what compares them looks at this."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bandeau.audit.facts import CookieSet, Request
from bandeau.audit.finding import Severity
from bandeau.audit.inspect.rules import RULES
from bandeau.audit.inspect.scene import Scene, Sighting
from bandeau.audit.inspect.setting import weigh_kept
from bandeau.audit.inspect.weighing import Need
from bandeau.audit.recording import Page, State
from bandeau.audit.seen import Control, Layer, Notice, Role

CERTAIN = frozenset(code for code, rule in RULES.items() if "A1" <= code < "A5" and rule.severity is Severity.ERROR)
"""The codes of what was set, read, sent or contacted without a consent that it certainly needs."""

_DOUBTFUL = (Need.PERHAPS, Need.CONSENT)


@dataclass(frozen=True)
class Whole:
    """A page, its scenes in the order of the states, and what was already seen of each."""

    page: Page
    scenes: tuple[Scene, ...]
    seen: tuple[tuple[Scene, Sighting], ...] = ()

    def scene(self, state: State) -> Scene | None:
        """The scene of a state, ``None`` where it was not reached."""
        return next((scene for scene in self.scenes if scene.state is state and scene.stay.reached), None)

    def breaches(self, state: State) -> list[Sighting]:
        """What was set, read, sent or contacted without a consent that it certainly needs, in a state."""
        return [one for scene, one in self.seen if scene.state is state and one.code in CERTAIN]

    @cached_property
    def only_tells(self) -> bool:
        """Whether the notice offers no choice because there is none: “we only set what is necessary”, and an OK."""
        before = self.scene(State.BEFORE)
        notice = before.stay.notice if before else None
        return notice is not None and _offers_nothing(notice) and not any(map(_needs_consent, self.scenes))


def first_layer(notice: Notice) -> Layer | None:
    """The layer that is seen first."""
    return min(notice.layers, key=lambda layer: layer.number, default=None)


def control(layer: Layer | None, *roles: Role) -> Control | None:
    """The first control of a layer that has one of these roles."""
    return next((control for control in layer.controls if control.role in roles), None) if layer else None


def _offers_nothing(notice: Notice) -> bool:
    offers = control(first_layer(notice), Role.REFUSE, Role.SETTINGS, Role.SAVE)
    return not offers and not any(layer.switches for layer in notice.layers)


def _needs_consent(scene: Scene) -> bool:
    """Whether anything of a scene needs consent, given or not."""
    policy = scene.scales.policy
    if policy and policy.declaration.asked:
        return True
    return (
        any(scene.scales.contact(fact.url).breaks for fact in scene.facts(Request))
        or any(scene.weigh_cookie(fact).need in _DOUBTFUL for fact in scene.facts(CookieSet))
        or any(weigh_kept(scene, kept)[0].need in _DOUBTFUL for kept in scene.stay.kept)
    )
