"""Answering a notice as a visitor does: click, see what came of it, go on until nothing asks any more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bandeau.audit.notices.classify import refuses
from bandeau.audit.notices.judging import Clickable
from bandeau.audit.notices.text import plain
from bandeau.audit.recording import Trouble
from bandeau.audit.seen import Role, Step
from bandeau.audit.visit.clicking import click
from bandeau.audit.visit.documents import Documents, Lost
from bandeau.audit.visit.looking import Sight, look

CLICKS = 14
"""More clicks than this no visitor makes to answer a notice."""

REACTION = 4.0
"""Seconds that a notice has to react to a click."""

FAREWELL = 1.5
"""Seconds that an answered notice may go on showing what it took down."""

POLL = 0.15
ANSWERS = (Role.ACCEPT, Role.REFUSE, Role.SAVE, Role.CLOSE)


@dataclass
class Course:
    """One visitor's way through a notice: what was done so far."""

    documents: Documents
    pierce: bool = False  # the notice lies in a closed shadow tree
    opened: bool = False  # the settings were asked for
    steps: list[Step] = field(default_factory=list)
    trouble: list[Trouble] = field(default_factory=list)
    tried: dict[tuple[str, int, str], int] = field(default_factory=dict)
    clicks: int = 0

    def fail(self, code: str, text: str) -> bool:
        """Write down what went wrong; gives ``False``, as the state was not reached."""
        self.trouble.append(Trouble(code=code, text=text))
        return False

    def did(self, *roles: Role) -> bool:
        """Whether a control in one of the roles was clicked."""
        return any(step.role in roles for step in self.steps if step.act == "click")

    async def look(self) -> Sight | None:
        """Look again, as deep as before."""
        try:
            return await look(self.documents, opened=self.opened, pierce=self.pierce)
        except Lost:  # between two documents
            return None

    async def press(self, sight: Sight, one: Clickable, role: Role) -> Sight | None:
        """Click a control and wait for what comes of it: the notice as it then is, ``None`` where none asks."""
        key = (sight.document.frame, sight.id, one.text)
        self.tried[key] = self.tried.get(key, 0) + 1
        self.clicks += 1
        try:
            done = await click(self.documents.page, sight.document, one.id)
        except Lost:
            done = True  # the page went on under the click
        if not done:  # drawn anew under the pointer: look again
            self.tried[key] -= 1
            return await self.look()
        self.steps.append(Step(act="click", text=one.text, role=role))
        return await self._reaction(sight, role)

    def fresh(self, sight: Sight, *roles: Role, times: int = 1) -> tuple[Clickable, Role] | None:
        """The control for one of the roles, in their order, that was not tried that often yet."""
        for role in roles:
            one = sight.judged.best(role)
            if one is not None and self.tried.get((sight.document.frame, sight.id, one.text), 0) < times:
                return one, role
        return None

    def settings(self, sight: Sight) -> tuple[Clickable, Role] | None:
        """The control that opens the settings, once: a way back may lead to a first layer, where they are shut."""
        return None if self.opened and self.did(Role.SETTINGS) else self.fresh(sight, Role.SETTINGS)

    async def _reaction(self, before: Sight, role: Role) -> Sight | None:
        loop = asyncio.get_running_loop()
        end = loop.time() + REACTION
        changed: Sight | None = None
        while loop.time() < end:
            await asyncio.sleep(POLL)
            if role in ANSWERS and not await standing(before):
                self.opened = False  # it is answered: what asks now is another notice
                await asyncio.sleep(2 * POLL)
                return await self.look()
            now = await self.look()
            if now is None or now.face == before.face:
                continue
            if role not in ANSWERS or now.id != before.id:
                return now
            # Some show for a moment what they took down, and go: what was answered is not answered again at once.
            end = end if changed else min(end, loop.time() + FAREWELL)
            changed = now
        return changed or before


async def standing(sight: Sight) -> bool:
    """Whether a notice still shows."""
    try:
        return bool(await sight.document.call("standing", sight.id))
    except Lost:
        return False


async def refuse(course: Course, sight: Sight, keep: str = "") -> bool:
    """Refuse everything, but the switch that is called ``keep``; whether nothing asks any more.

    A notice that has nothing to refuse with, on no layer, is closed.
    """
    now: Sight | None = sight
    while now is not None:
        if course.clicks >= CLICKS:
            break
        chosen = None if keep else course.fresh(now, Role.REFUSE)
        if chosen is None and (now.judged.block.switches or course.opened) and (course.opened or not keep):
            if not await settle_switches(course, now, keep):
                return course.fail("no-such-switch", f"The settings have no switch that is called {keep!r}.")
            now = await course.look() or now  # some buttons say something else once a switch was moved
            chosen = course.fresh(now, Role.SAVE)
        chosen = chosen or course.settings(now)
        if chosen is None and course.did(Role.REFUSE, Role.SAVE):
            if await _stays_open(course, now):
                return True
            chosen = course.fresh(now, *(() if keep else (Role.REFUSE,)), Role.SAVE, times=2)
            chosen = chosen or course.fresh(now, Role.CLOSE)
        elif chosen is None and not keep and not course.opened:
            # Who finds nothing to refuse with closes, which is no consent either (GDPR, recital 32: silence).
            chosen = course.fresh(now, Role.CLOSE)
        if chosen is None:
            break
        course.opened = course.opened or chosen[1] is Role.SETTINGS
        now = await course.press(now, *chosen)
    return now is None or await _came_of_it(course, (Role.REFUSE, Role.SAVE), "refuse", "no-refuse")


async def accept(course: Course, sight: Sight) -> bool:
    """Accept everything; whether nothing asks any more.

    Where no button does, every switch is moved, and what they say is kept.
    """
    now: Sight | None = sight
    while now is not None:
        if course.clicks >= CLICKS:
            break
        chosen = course.fresh(now, Role.ACCEPT)
        if chosen is None and course.did(Role.ACCEPT):
            chosen = course.fresh(now, Role.SAVE) or course.fresh(now, Role.ACCEPT, times=2)
        elif chosen is None and now.judged.block.switches and course.fresh(now, Role.SAVE):
            await settle_switches(course, now, on=True)
            now = await course.look() or now
            chosen = course.fresh(now, Role.ACCEPT, Role.SAVE)
        chosen = chosen or course.settings(now)
        if chosen is None:
            break
        course.opened = course.opened or chosen[1] is Role.SETTINGS
        now = await course.press(now, *chosen)
    return now is None or await _came_of_it(course, (Role.ACCEPT, Role.SAVE), "accept", "no-accept")


async def _stays_open(course: Course, sight: Sight) -> bool:
    """Whether the settings are part of a page, and stay there though they were kept."""
    if sight.judged.block.floats or not course.did(Role.SAVE):
        return False
    course.opened = False
    return await course.look() is None


async def _came_of_it(course: Course, roles: tuple[Role, ...], act: str, code: str) -> bool:
    """Say what came of it where something still shows: settings may stay open once they are kept."""
    if not course.did(*roles):
        return course.fail(code, f"The notice has no button or switches that {act} everything.")
    course.opened = False
    if await course.look() is None:
        return True
    return course.fail("did-not-react", f"What should {act} everything was clicked, and the notice still asks.")


async def settle_switches(course: Course, sight: Sight, keep: str = "", *, on: bool = False) -> bool:
    """Move every switch that can be moved to where it should stand: on if it is called ``keep``, else as ``on`` says.

    Whether there is one of that name, where one is asked for. What is folded away is unfolded, every tab is seen.
    """
    found = await _settle_shown(course, sight, keep, on=on)
    try:
        hidden = any(not one["shown"] for one in await sight.document.call("switches", sight.id))
        folded = await sight.document.call("folded", sight.id) if hidden or not found else []
        tabs = await sight.document.call("tabs", sight.id)
        for one in [*folded, *tabs]:
            await click(course.documents.page, sight.document, one["id"])
            course.steps.append(Step(act="click", text=one["text"]))
            await asyncio.sleep(POLL)
            found = await _settle_shown(course, sight, keep, on=on) or found
    except Lost:
        return found
    return found


async def _settle_shown(course: Course, sight: Sight, keep: str, *, on: bool) -> bool:
    moved: set[int] = set()
    while True:
        try:
            switches = await sight.document.call("switches", sight.id)
        except Lost:
            return not keep
        wanted = called(switches, keep)
        one = next((one for one in switches if one["id"] not in moved and _stands_wrong(one, wanted, on=on)), None)
        if one is None:
            return not keep or wanted is not None
        moved.add(one["id"])
        try:
            await click(course.documents.page, sight.document, one["id"])
        except Lost:
            return not keep
        course.steps.append(Step(act="tick", text=one["label"]))


def called(switches: list[dict[str, Any]], label: str) -> int | None:
    """The number of the switch with that name: the whole of it, else its beginning, else in it."""
    name = plain(label)
    fits = (str.__eq__, str.startswith, str.__contains__)
    found = (one["id"] for fit in fits for one in switches if name and one["shown"] and fit(plain(one["label"]), name))
    return next(found, None)


def _stands_wrong(one: dict[str, Any], wanted: int | None, *, on: bool) -> bool:
    """Whether a switch can and should be moved. Of a choice between two, the one to be off is moved by the other."""
    should = one["id"] == wanted or (refuses(one["label"]) is not on if one["group"] else on)
    if one["group"] and not should:
        return False
    return bool(one["shown"]) and not one["locked"] and bool(one["on"]) is not should
