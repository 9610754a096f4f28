"""Promises about what trackers do, held against what was set, read and contacted."""

from __future__ import annotations

from bandeau.audit.facts import Request
from bandeau.audit.finding import Promise
from bandeau.audit.promises.judged import Judged, broken, kept, unreached, untested
from bandeau.audit.promises.seeing import Party, Sight
from bandeau.audit.recording import State

FOLLOWING = frozenset({"advertising", "personalisation", "social"})
"""Purposes that follow visitors."""

_FEATURES = {
    "comments": "social",
    "social": "social",
    "media": "media",
    "advertising": "advertising",
    "personalisation": "personalisation",
}


def without_breach(state: State, _promise: Promise, sight: Sight) -> Judged:
    """In a state nothing needs a consent that was not given."""
    if sight.stay(state) is None:
        return unreached(state)
    breaches = sight.breaches(state)
    if breaches:
        return broken(f"in the state {state}, something was set, read or contacted without consent", breaches)
    return kept(f"in the state {state}, nothing was set, read or contacted that is known to need consent")


def refusal_leaves(promise: Promise, sight: Sight) -> Judged:
    """Once refused, only what is exempt is left; and of that, only what the notice speaks of."""
    judged = without_breach(State.REFUSED, promise, sight)
    if "audience" in promise.says["leaves"]:
        return judged
    counted = [party for party in sight.parties(State.REFUSED) if party.purposes == {"audience"}]
    if counted:
        why = f"{counted[0].name} measures the audience once refused, and the notice does not speak of it"
        return broken(why, [*judged.evidence, *(party.evidence for party in counted)])
    return judged


def _of(parties: tuple[Party, ...], purpose: str) -> list[Party]:
    return [party for party in parties if purpose in party.purposes]


def needs_acceptance(promise: Promise, sight: Sight) -> Judged:
    """The hosts that serve a feature are contacted once accepted only."""
    purpose = _FEATURES[promise.says["feature"]]
    if sight.stay(State.REFUSED) is None:
        return unreached(State.REFUSED)
    early = _of(sight.parties(State.BEFORE, State.REFUSED), purpose)
    if early:
        return broken(f"{early[0].name} was contacted without acceptance", [party.evidence for party in early])
    served = _of(sight.parties(State.ACCEPTED), purpose)
    if served:
        why = f"{served[0].name} was contacted once accepted, and not before"
        return kept(why, [party.evidence for party in served])
    return untested(f"no host for {promise.says['feature']} was contacted on this page, even once accepted")


def stops_following(promise: Promise, sight: Sight) -> Judged:
    """The hosts of a purpose get nothing once it is refused or taken back."""
    purpose = promise.says["purpose"]
    after = sight.stays(State.REFUSED, State.WITHDRAWN)
    if not after:
        return unreached(State.REFUSED)
    still = _of(sight.parties(State.REFUSED, State.WITHDRAWN), purpose)
    if still:
        return broken(f"{still[0].name} was still contacted", [party.evidence for party in still])
    if _of(sight.parties(State.ACCEPTED), purpose):
        return kept("its hosts were contacted once accepted, and not once refused or taken back")
    return untested("no host of that purpose was contacted on this page, even once accepted")


def gpc(_promise: Promise, sight: Sight) -> Judged:
    """Where the signal was sent, nothing that needs consent happens unasked."""
    sent = [
        stay
        for stay in sight.stays(State.BEFORE, State.REFUSED)
        for fact in stay.facts
        if isinstance(fact, Request) and any(name.lower() == "sec-gpc" for name in fact.headers)
    ]
    if not sent:
        return untested("this visit did not send the signal")
    breaches = sight.breaches(*{stay.state for stay in sent})
    if breaches:
        return broken("the signal was sent, and something was set, read or contacted without consent", breaches)
    return kept("the signal was sent, and nothing was set, read or contacted that is known to need consent")


def no_tracking(_promise: Promise, sight: Sight) -> Judged:
    """In no state is there a tracker that follows visitors."""
    return _none(
        [party for party in sight.parties() if party.profiling or party.purposes & FOLLOWING],
        sight,
        "follows visitors",
    )


def no_profiling(_promise: Promise, sight: Sight) -> Judged:
    """In no state is there a tracker that makes profiles."""
    return _none([party for party in sight.parties() if party.profiling], sight, "is known to make profiles")


def no_third_parties(_promise: Promise, sight: Sight) -> Judged:
    """In no state is anybody else contacted."""
    return _none([party for party in sight.parties() if not party.own], sight, "is somebody else")


def _none(found: list[Party], sight: Sight, does: str) -> Judged:
    if found:
        return broken(f"{found[0].name} was contacted, which {does}", [party.evidence for party in found])
    if sight.stay(State.ACCEPTED) is None:
        return unreached(State.ACCEPTED)
    return kept("in no state was anybody contacted of whom the contrary is known")


def anonymous_statistics(_promise: Promise, sight: Sight) -> Judged:
    """Nobody who measures the audience is known to make profiles."""
    found = [party for party in _of(sight.parties(), "audience") if party.profiling]
    if found:
        why = f"{found[0].name} measures the audience and is known to make profiles"
        return broken(why, [party.evidence for party in found])
    return untested("whether numbers can be traced to a visitor is nothing that a browser sees")
