"""Promises about the notice itself and what a visitor can do, held against the visit's own steps."""

from __future__ import annotations

from bandeau.audit.finding import Evidence, Promise
from bandeau.audit.promises.judged import Judged, broken, kept, unreached, untested
from bandeau.audit.promises.rules import Language, language
from bandeau.audit.promises.seeing import Sight
from bandeau.audit.promises.text import words
from bandeau.audit.recording import State, Stay
from bandeau.audit.seen import Control, Role, Switch, helped


def change(promise: Promise, sight: Sight) -> Judged:
    """There is a way back to the question, and taking consent back was possible."""
    tried = [stay for stay in sight.page.stays if stay.state is State.WITHDRAWN]
    if not tried:
        return untested("this visit did not try to take consent back")
    reached = sight.stay(State.WITHDRAWN)
    if reached is not None:
        return kept("consent could be taken back: " + _way(reached))
    accepted = sight.stay(State.ACCEPTED)
    if accepted is None:
        return unreached(State.ACCEPTED)
    if helped(accepted.steps):
        return untested("consent was given by a helper, which takes nothing back")
    said = "; ".join(trouble.text for stay in tried for trouble in stay.trouble) or "no way was found"
    where = f", though the notice names “{promise.says['control']}”" if "control" in promise.says else ""
    why = f"consent was given and could not be taken back{where}"
    return broken(why, [Evidence(text=said, state=State.WITHDRAWN)])


def _way(stay: Stay) -> str:
    return ", ".join(f"{step.act} “{step.text}”" for step in stay.steps) or "no click was needed"


def easy_withdrawal(_promise: Promise, sight: Sight) -> Judged:
    """Taking consent back takes no more clicks than giving it."""
    given, taken = sight.stay(State.ACCEPTED), sight.stay(State.WITHDRAWN)
    if given is None or taken is None:
        return unreached(State.ACCEPTED if given is None else State.WITHDRAWN)
    if helped(given.steps):
        return untested("consent was given by a helper, so that nobody's clicks can be counted")
    why = f"giving consent took {len(given.steps)} clicks, taking it back {len(taken.steps)}"
    if len(taken.steps) > max(len(given.steps), 1):
        return broken(why, [Evidence(text=_way(taken), state=State.WITHDRAWN)])
    return kept(why)


def free_access(_promise: Promise, sight: Sight) -> Judged:
    """Once refused, the page is answered as it is once accepted, and nothing covers it."""
    refused, accepted = sight.stay(State.REFUSED), sight.stay(State.ACCEPTED)
    if refused is None:
        return unreached(State.REFUSED)
    if refused.asks and refused.notice is not None and refused.notice.blocks:
        return broken("the notice still bars the page", [Evidence(text="the notice was showing", state=State.REFUSED)])
    if accepted is not None and refused.status >= 400 > accepted.status:
        text = f"status {refused.status} once refused, {accepted.status} once accepted"
        return broken("the page is not answered once refused", [Evidence(text=text, state=State.REFUSED)])
    if refused.status >= 400 or not refused.status:
        return untested("the page could not be had in any state")
    return kept("the page was answered, and nothing covered it")


def policy(promise: Promise, sight: Sight) -> Judged:
    """The notice holds a link to the policy that it speaks of."""
    address = promise.says.get("address", "")
    if address:
        return kept(f"the notice links to {address}")
    links = [control for control in _controls(sight) if control.role is Role.POLICY and control.href]
    if links:
        return kept(f"the notice links to {links[0].href}")
    return untested("no link to it was seen in the notice; it may stand elsewhere on the page")


def always_on(promise: Promise, sight: Sight) -> Judged:
    """The switches of what is always on stand on, and cannot be moved."""
    known = language(promise.language)
    named = promise.says["purposes"].split(", ")
    found = [switch for switch in _switches(sight) if any(_is_of(switch, purpose, known) for purpose in named)]
    if not found:
        return untested("no switch of that name was seen")
    other = [switch for switch in found if not (switch.on and switch.locked)]
    if other:
        state = "stands off" if not other[0].on else "can be moved"
        return broken(f"the switch “{other[0].label}” {state}", [Evidence(text=f"{other[0].label}: {state}")])
    return kept("its switches stand on and cannot be moved")


def _is_of(switch: Switch, purpose: str, known: Language) -> bool:
    return bool(known.lexicon.scene(words(switch.label)).hits(known.groups["leaves"][purpose]))


def _switches(sight: Sight) -> list[Switch]:
    return [
        switch for stay in sight.reached if stay.notice for layer in stay.notice.layers for switch in layer.switches
    ]


def _controls(sight: Sight) -> list[Control]:
    return [
        control for stay in sight.reached if stay.notice for layer in stay.notice.layers for control in layer.controls
    ]
