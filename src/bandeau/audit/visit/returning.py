"""The way back: the button or link that opens the choices again once a notice was answered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec
from playwright.async_api import Error

from bandeau.audit.notices.classify import Reading, classify
from bandeau.audit.notices.judging import Clickable, topics
from bandeau.audit.notices.text import plain
from bandeau.audit.seen import Control, Role, Step
from bandeau.audit.visit.answering import POLL, REACTION, Course
from bandeau.audit.visit.clicking import click
from bandeau.audit.visit.documents import Document, Documents, Lost
from bandeau.audit.visit.looking import Sight, control

LOADING = 8.0
"""Seconds that a page may take to load again."""

NAME = 40
"""A control that is merely called "Cookies" has fewer letters than a sentence about them."""


class Link(Clickable, frozen=True, kw_only=True):
    """Anything on a page that can be clicked, with where it stands."""

    fixed: bool = False
    hinted: bool = False
    footer: bool = False
    home: bool = True  # it does not lead to another site
    known: bool = False  # a recipe names it


@dataclass(frozen=True, slots=True)
class WayBack:
    """A control that leads back to the choices, and how sure that is."""

    document: Document
    link: Link
    role: Role
    score: float


async def ways_back(documents: Documents, *, pierce: bool = False) -> list[WayBack]:
    """Every control of a page that leads back to the choices, the surest first."""
    found: list[WayBack] = []
    everything = await documents.all()
    if pierce:
        await documents.pierce(everything)
    for document in everything:
        try:
            told = await document.call("links")
            language = await document.run("function() { return document.documentElement.lang }")
            links = msgspec.convert(told, list[Link], strict=False)
        except (Lost, msgspec.ValidationError):
            continue
        scored = ((link, classify(link.text, language)) for link in links)
        found += [WayBack(document, link, reading.role, rank(link, reading)) for link, reading in scored]
    return sorted((one for one in found if one.score > 0), key=lambda one: -one.score)


def rank(link: Link, reading: Reading) -> float:
    """Say how likely a control leads back to the choices; 0 where it does not.

    "Settings" alone may be those of an account, and a cookie policy is a text: words of notices, the place that
    managers choose, or a name that speaks of consent must come in. Where nothing says more, a visitor tries what is
    called "Cookies", and the text about them, which may hold the choices.
    """
    if link.known:
        return 3.0
    placed = link.fixed or link.hinted
    told = _tells(link.text)
    if reading.role is Role.WITHDRAW:
        return 1 + 0.5 * told + 0.5 * placed + 0.2 * link.footer
    if reading.role is Role.SETTINGS and (told or placed):
        return 0.8 + 0.5 * told + 0.5 * placed + 0.2 * link.footer
    if reading.role is Role.REFUSE and placed:
        return 0.7
    if link.hinted and link.fixed and reading.role is not Role.POLICY:
        return 0.4
    if link.home and topics(link.text)[0] and len(link.text) <= NAME and reading.role in (Role.OTHER, Role.POLICY):
        return 0.1 + 0.1 * (reading.role is Role.OTHER) + 0.05 * link.footer + 0.05 * (not link.leads)
    return 0.0


def _tells(label: str) -> bool:
    """Whether a label names what notices speak of, be it within a phrase such as "privacy settings"."""
    return any(any(topics(text)) for text in (label, *plain(label).split()))


async def drawn(way: WayBack) -> Control:
    """Write the control down as it is drawn."""
    told = await way.document.call("looks", way.link.id)
    if told is None:
        raise Lost("the control is gone")
    return control(told, Role.WITHDRAW)


async def go_back(course: Course, way: WayBack) -> Sight | None:
    """Click the way back and wait for the choices to show; ``None`` where nothing opens."""
    before = await course.look()
    await click(course.documents.page, way.document, way.link.id)
    return await _opens(course, before)


async def come_back(course: Course, address: str) -> None:
    """Go back to the page where a way that turned out to lead elsewhere was taken."""
    page = course.documents.page
    if page.url.partition("#")[0] != address.partition("#")[0]:
        try:
            await page.goto(address, wait_until="load", timeout=LOADING * 1_000)
        except Error as error:
            raise Lost(str(error)[:200]) from error


async def call_back(course: Course) -> Sight | None:
    """Let the manager's own function open the choices, which no visitor can do: the step is told as a ``call``."""
    for recipe in course.documents.recipes:
        if recipe.call and await _call(course, recipe.call):
            course.steps.append(Step(act="call", text=recipe.call, role=Role.WITHDRAW))
            return await _opens(course, None)
    return None


_CALL = """(path) => {
  const names = path.split(".");
  const last = names.pop();
  const owner = names.reduce((one, name) => one?.[name], window);
  if (typeof owner?.[last] !== "function") return false;
  owner[last]();
  return true;
}"""


async def _call(course: Course, path: str) -> bool:
    try:
        return bool(await asyncio.wait_for(course.documents.page.evaluate(_CALL, path), REACTION))
    except (Error, TimeoutError):
        return False


async def _opens(course: Course, before: Sight | None) -> Sight | None:
    course.opened = True
    loop = asyncio.get_running_loop()
    end = loop.time() + REACTION
    while loop.time() < end:
        await asyncio.sleep(POLL)
        now = await course.look()
        if now is not None and (before is None or now.face != before.face):
            return now
    return None
