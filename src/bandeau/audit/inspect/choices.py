"""The cookie that keeps the choice: how long, and whether a refusal is kept as long as an acceptance (A95.)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bandeau.audit.facts import Area, CookieSet
from bandeau.audit.inspect.lifetimes import DAY, THIRTEEN_MONTHS
from bandeau.audit.inspect.scene import Scene, Sighting, named, removes, the_cookie
from bandeau.audit.inspect.whole import Whole
from bandeau.audit.recording import State
from bandeau.model import CHOICE_COOKIE

SIX_MONTHS = 185 * DAY
"""Seconds: six months as a calendar may count them."""

_NAME = re.compile(
    r"consent|cookie|choice|privacy|gdpr|rgpd|dsgvo|avg|notice|banner|tarteaucitron|klaro|didomi|axeptio|optanon"
    r"|borlabs|cmplz|iubenda|sirdata|tcf",
    re.IGNORECASE,
)


def sightings(whole: Whole) -> Iterator[tuple[Scene, Sighting]]:
    """What is to be said of the cookies that a refusal and an acceptance both set at once."""
    refused, accepted = whole.scene(State.REFUSED), whole.scene(State.ACCEPTED)
    if refused is None or accepted is None:
        return
    yes, no = _answered(accepted), _answered(refused)
    for place in sorted(yes.keys() & no.keys()):
        if _keeps_the_choice(whole, place, yes[place], no[place]):
            yield from ((refused, one) for one in _told(refused, the_cookie(*place), yes[place], no[place]))


def _answered(scene: Scene) -> dict[tuple[str, str], CookieSet]:
    """The cookies that an answer set on the site, in the very view in which it was given."""
    return {
        named(fact): fact
        for fact in scene.facts(CookieSet)
        if fact.view == 0 and not removes(fact) and not fact.refused and scene.scales.own(fact.domain)
    }


def _keeps_the_choice(whole: Whole, place: tuple[str, str], yes: CookieSet, no: CookieSet) -> bool:
    """Whether a cookie that both answers set keeps the choice: it says so by its name, or was not there before."""
    if place[0] == CHOICE_COOKIE or (_NAME.search(place[0]) and yes.value != no.value):
        return True
    before = whole.scene(State.BEFORE)
    if before is None or yes.value == no.value or None in (yes.lifetime, no.lifetime):
        return False
    lay = {named(kept) for kept in before.stay.kept if kept.area is Area.COOKIE}
    return place not in lay | {named(fact) for fact in before.facts(CookieSet)}


def _told(scene: Scene, subject: str, yes: CookieSet, no: CookieSet) -> Iterator[Sighting]:
    longest = max(yes.lifetime or 0, no.lifetime or 0)
    evidence = scene.evidence(no, f"kept for {_long(no)} after a refusal, {_long(yes)} after an acceptance")
    if longest > SIX_MONTHS:
        code = "A951" if longest > THIRTEEN_MONTHS else "A952"
        yield Sighting(code, subject, evidence, f"{longest // DAY} days")
    if abs((yes.lifetime or 0) - (no.lifetime or 0)) > max(DAY, longest // 20):
        yield Sighting("A953", subject, evidence, f"{_long(no)} and {_long(yes)}")


def _long(cookie: CookieSet) -> str:
    return "the session" if cookie.lifetime is None else f"{cookie.lifetime // DAY} days"
