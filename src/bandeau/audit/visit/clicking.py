"""Clicks as a visitor makes them: where the thing stands when it stands still, with the mouse, else the keyboard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from playwright.async_api import Error, Page

from bandeau.audit.visit.documents import PATIENCE, Document, Lost

TRIES = 25
"""How often a thing that moves or is covered is looked at again before the click is made anyway."""

PAUSE = 0.06


@dataclass(frozen=True, slots=True)
class Aim:
    """Where to click, in the window, and whether the thing is what stands there."""

    x: float
    y: float
    free: bool


async def click(page: Page, document: Document, thing: int) -> bool:
    """Click a thing by its number; whether it was there to be clicked.

    What is covered for good is focused and pressed with the keyboard, as a visitor can.
    """
    aim = await _still(document, thing)
    if aim is None:
        return False
    try:
        if aim.free or not await document.call("focus", thing):
            await asyncio.wait_for(page.mouse.click(aim.x, aim.y), PATIENCE)
        else:
            await asyncio.wait_for(page.keyboard.press("Enter"), PATIENCE)
    except (Error, TimeoutError) as error:
        raise Lost(str(error)[:200]) from error
    return True


async def _still(document: Document, thing: int) -> Aim | None:
    """Wait until the thing stands still and free."""
    before: Aim | None = None
    for _ in range(TRIES):
        aim = await _aim(document, thing)
        if aim is None or (aim.free and aim == before):
            return aim
        before = aim
        await asyncio.sleep(PAUSE)
    return before


async def _aim(document: Document, thing: int) -> Aim | None:
    told = await document.call("aim", thing)
    if told["gone"]:
        return None
    x, y, free = float(told["x"]), float(told["y"]), bool(told["free"] and told["drawn"])
    while document.parent is not None:
        frame = await document.parent.call("frame", document.owner, x, y)
        if frame is None:
            return None
        x, y = frame["left"] + x * frame["scale"], frame["top"] + y * frame["scale"]
        free = free and bool(frame["hit"])
        document = document.parent
    return Aim(x, y, free)
