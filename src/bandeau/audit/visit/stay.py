"""One stay: what is seen of a page in one state, with the inventory at its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import compress

from bandeau.audit.collectors.base import Target
from bandeau.audit.facts import CookieSet, Fact, Kept, Request
from bandeau.audit.recording import State, Stay, Trouble
from bandeau.audit.seen import Notice, Step
from bandeau.audit.visit import inventory
from bandeau.audit.visit.sitting import Lost, Sitting
from bandeau.audit.visit.wire import Gone, Params, Refused


@dataclass(slots=True)
class Draft:
    """What is known of a stay while it lasts. ``chosen`` is when the visitor's last click led to it."""

    state: State
    service: str = ""
    reached: bool = True
    steps: tuple[Step, ...] = ()
    notice: Notice | None = None
    asks: bool = False
    views: int = 1
    trouble: list[Trouble] = field(default_factory=list)
    chosen: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """A stay that is over; ``lost`` says that the visit cannot go on to another state.

    ``early`` is what happened before the click that led to it: it belongs to the state before.
    """

    stay: Stay
    early: tuple[Fact, ...]
    picture: bytes | None
    lost: bool


async def stay(sitting: Sitting, draft: Draft, course: Callable[[Draft], Awaitable[None]], picture: str) -> Ended:
    """See a page in one state: follow the course, then look at what lies there.

    Whatever the page does, there is a stay: what was seen until then, and the trouble.

    Args:
        sitting: the visit.
        draft: the state, and what becomes of it.
        course: what is done in it; it may raise ``Lost``.
        picture: the name that the screenshot gets; none is made where it is empty.
    """
    began, patience = time.monotonic(), sitting.plan.patience
    lost, drawn = False, None
    try:
        async with asyncio.timeout(patience.stay):
            await course(draft)
            drawn = await sitting.picture() if picture else None
    except Lost:
        lost = True
    except TimeoutError:
        sitting.book.trouble("too-slow", f"the state was left after {patience.stay:g} s")
    found, kept = await _inventory(sitting, lost=lost)
    facts, trouble = sitting.watch.take()
    early, facts = _split(facts, draft.chosen)
    facts += tuple(await sitting.live.aliases.of(facts))
    made = Stay(
        state=draft.state,
        reached=draft.reached,
        service=draft.service,
        url=sitting.book.cut(sitting.page.url),
        title=found.get("title", ""),
        language=found.get("language", ""),
        status=sitting.status,
        steps=draft.steps,
        asks=draft.asks,
        notice=draft.notice,
        views=draft.views,
        facts=facts,
        kept=kept,
        trouble=(*draft.trouble, *trouble),
        screenshot=picture if drawn else "",
        took=int((time.monotonic() - began) * 1000),
    )
    return Ended(made, early, drawn, lost)


def _split(facts: tuple[Fact, ...], chosen: int) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Part what happened before the choice, with the cookies that answers to it set, from what came after."""
    asked = {fact.id for fact in facts if isinstance(fact, Request) and fact.at < chosen}
    early = [fact.at < chosen or (isinstance(fact, CookieSet) and fact.request in asked) for fact in facts]
    return tuple(compress(facts, early)), tuple(fact for fact, before in zip(facts, early, strict=True) if not before)


async def _inventory(sitting: Sitting, *, lost: bool) -> tuple[Params, tuple[Kept, ...]]:
    """What was found in the visited document, and what lies on the terminal.

    Of a page that is lost only the cookies, which the browser itself keeps.
    """
    live, watch, act = sitting.live, sitting.watch, sitting.plan.patience.act
    cut = sitting.plan.limits.text
    kept: list[Kept] = []
    seen: list[tuple[Target, Params]] = []
    try:
        kept += await inventory.cookies(live.wire, sitting.context_id, cut, act)
        if not lost:
            watch.deaf = True
            seen = await inventory.documents(live.wire, watch, act)
            for target, found in seen:
                watch.look(target, found)
            kept += inventory.stored([found for _, found in seen], cut)
    except (Gone, Refused) as error:
        sitting.book.trouble("no-inventory", f"what lies on the terminal could not be listed: {error}")
    finally:
        watch.deaf = False
    return next((found for target, found in seen if target.main), {}), tuple(kept)
