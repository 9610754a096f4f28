"""Promises about how long something is kept, held against the lifetimes of cookies."""

from __future__ import annotations

from bandeau.audit.facts import CookieSet
from bandeau.audit.finding import Promise
from bandeau.audit.promises.judged import Judged, broken, kept, untested
from bandeau.audit.promises.seeing import Sight, how_long
from bandeau.audit.recording import State, Stay

LEEWAY = 0.05
"""Months have 28 to 31 days: what a notice counts in months, a cookie counts in days."""


def choice_lifetime(promise: Promise, sight: Sight) -> Judged:
    """The cookie that keeps the choice lives as long as was said."""
    wanted = int(promise.says["lifetime"])
    found = _of_the_choice(sight)
    if not found:
        return untested("no cookie was seen that comes with every answer, so it is not known what keeps the choice")
    cookie, stay = max(found, key=lambda one: one[0].lifetime or 0)
    lifetime = cookie.lifetime or 0
    if abs(lifetime - wanted) <= wanted * LEEWAY:
        return kept("the cookie that keeps the choice lives as long", [how_long(cookie, stay)])
    longer = "longer" if lifetime > wanted else "shorter"
    return broken(f"the cookie that keeps the choice lives {longer}", [how_long(cookie, stay)])


def _of_the_choice(sight: Sight) -> list[tuple[CookieSet, Stay]]:
    """Lasting cookies of the site's own that come with both answers, and with no page view before them."""
    before = {cookie.name for cookie, _ in sight.cookies(State.BEFORE)}
    by_state = {
        state: [
            (cookie, stay)
            for cookie, stay in sight.cookies(state)
            if cookie.lifetime and cookie.name not in before and cookie.view == 0
        ]
        for state in (State.REFUSED, State.ACCEPTED)
    }
    refused = {cookie.name for cookie, _ in by_state[State.REFUSED]}
    return [one for one in by_state[State.ACCEPTED] if one[0].name in refused]


def cookie_lifetime(promise: Promise, sight: Sight) -> Judged:
    """No cookie of those that the notice speaks of lives longer than was said."""
    wanted = int(promise.says["lifetime"])
    named = set(promise.says.get("of", "").split(", ")) - {""}
    seen = [
        (cookie, stay)
        for cookie, stay in sight.cookies()
        if cookie.lifetime and (not named or sight.purposes_of(cookie) & named)
    ]
    longer = [(cookie, stay) for cookie, stay in seen if (cookie.lifetime or 0) > wanted * (1 + LEEWAY)]
    if longer:
        return broken("a cookie lives longer", [how_long(*one) for one in longer])
    if not seen:
        return untested("no lasting cookie of that kind was set on this page")
    return kept("no cookie lives longer", [how_long(*max(seen, key=lambda one: one[0].lifetime or 0))])
