"""Answering a notice as a visitor does: click, see what came of it, go on until nothing asks any more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bandeau.audit.notices.judging import Clickable
from bandeau.audit.recording import Trouble
from bandeau.audit.seen import Role, Step
from bandeau.audit.visit.clicking import click
from bandeau.audit.visit.documents import Documents, Lost
from bandeau.audit.visit.looking import Sight, look

CLICKS = 12
"""More clicks than this no visitor makes to answer a notice."""

REACTION = 4.0
"""Seconds that a notice has to react to a click."""

POLL = 0.15
SWITCHES = 80


@dataclass
class Course:
    """One visitor's way through a notice: what was done so far."""

    documents: Documents
    steps: list[Step] = field(default_factory=list)
    trouble: list[Trouble] = field(default_factory=list)
    tried: dict[tuple[str, int, str], int] = field(default_factory=dict)
    pierce: bool = False
    opened: bool = False

    def fail(self, code: str, text: str) -> bool:
        """Write down what went wrong; gives ``False``, as the state was not reached."""
        self.trouble.append(Trouble(code=code, text=text))
        return False

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
        try:
            done = await click(self.documents.page, sight.document, one.id)
        except Lost:
            done = True  # the page went on under the click
        if not done:  # drawn anew under the pointer: look again
            return await self.look()
        self.steps.append(Step(act="click", text=one.text, role=role))
        return await self._reaction(sight)

    def fresh(self, sight: Sight, *roles: Role, times: int = 1) -> tuple[Clickable, Role] | None:
        """The control for one of the roles, in their order, that was not tried that often yet."""
        for role in roles:
            one = sight.judged.best(role)
            if one is not None and self.tried.get((sight.document.frame, sight.id, one.text), 0) < times:
                return one, role
        return None

    async def _reaction(self, before: Sight) -> Sight | None:
        loop = asyncio.get_running_loop()
        end = loop.time() + REACTION
        while loop.time() < end:
            await asyncio.sleep(POLL)
            now = await self.look()
            if now is None:  # gone, or only being drawn: look twice
                await asyncio.sleep(2 * POLL)
                now = await self.look()
                if now is None:
                    return None
            if now.face != before.face:
                return now
        return before


async def refuse(course: Course, sight: Sight) -> bool:
    """Refuse everything; whether nothing asks any more."""
    now: Sight | None = sight
    while now is not None:
        if len(course.steps) >= CLICKS + SWITCHES:
            return course.fail("did-not-react", "The notice still asks after many clicks.")
        chosen = course.fresh(now, Role.REFUSE)
        if chosen is None and (now.judged.block.switches or course.opened):
            await switch_all(course, now)
            chosen = course.fresh(now, Role.SAVE)
        chosen = chosen or (None if course.opened else course.fresh(now, Role.SETTINGS))
        chosen = chosen or course.fresh(now, Role.REFUSE, Role.SAVE, times=2)
        if chosen is None:
            return _no_way(course, "refus", "no-refuse", Role.REFUSE)
        course.opened = course.opened or chosen[1] is Role.SETTINGS
        now = await course.press(now, *chosen)
    return True


async def accept(course: Course, sight: Sight) -> bool:
    """Accept everything; whether nothing asks any more."""
    now: Sight | None = sight
    while now is not None:
        if len(course.steps) >= CLICKS:
            return course.fail("did-not-react", "The notice still asks after many clicks.")
        chosen = course.fresh(now, Role.ACCEPT)
        if chosen is None and any(step.role is Role.ACCEPT for step in course.steps):
            chosen = course.fresh(now, Role.SAVE)
        chosen = chosen or (None if course.opened else course.fresh(now, Role.SETTINGS))
        chosen = chosen or course.fresh(now, Role.ACCEPT, times=2)
        if chosen is None:
            return _no_way(course, "accept", "no-accept", Role.ACCEPT)
        course.opened = course.opened or chosen[1] is Role.SETTINGS
        now = await course.press(now, *chosen)
    return True


def _no_way(course: Course, act: str, code: str, role: Role) -> bool:
    if any(step.role is role for step in course.steps):
        return course.fail("did-not-react", f"A button to {act} was clicked, and the notice still asks.")
    return course.fail(code, f"The notice has no button or switches that {act} everything.")


async def switch_all(course: Course, sight: Sight, keep: frozenset[str] = frozenset()) -> None:
    """Move every switch that can be moved to where it should stand: on for the labels in ``keep``, else off."""
    moved: set[int] = set()
    for _ in range(SWITCHES):
        try:
            switches = await sight.document.call("switches", sight.id)
        except Lost:
            return
        wrong = (
            one
            for one in switches
            if one["shown"] and not one["locked"] and not one["group"] and one["id"] not in moved
            if bool(one["on"]) is not (one["label"] in keep)
        )
        one = next(wrong, None)
        if one is None:
            return
        moved.add(one["id"])
        try:
            await click(course.documents.page, sight.document, one["id"])
        except Lost:
            return
        course.steps.append(Step(act="tick", text=one["label"]))
