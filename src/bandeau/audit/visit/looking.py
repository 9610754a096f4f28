"""Looking for a notice in all documents of a page, and writing down how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from bandeau.audit.notices.classify import guess_language, refuses
from bandeau.audit.notices.judging import Clickable, Judged, Survey, choose, in_notice, judge, read
from bandeau.audit.notices.recipe import OF_A_SITE
from bandeau.audit.seen import Barrier, Control, Layer, Notice, Role, Switch
from bandeau.audit.visit.documents import MAX_ELEMENTS, Document, Documents, Lost


@dataclass(frozen=True)
class Sight:
    """A notice that was seen: in which document, which block, and who found it."""

    document: Document
    judged: Judged
    found_by: str = "words"
    manager: str = ""

    @property
    def id(self) -> int:
        """The number of its block in its document."""
        return self.judged.block.id

    @property
    def face(self) -> tuple[Any, ...]:
        """What changes when a notice reacts: its block and what can be clicked there."""
        block = self.judged.block
        return (self.document.frame, block.id, block.switches, block.on, tuple(one.text for one in block.controls))


async def look(documents: Documents, *, opened: bool = False, pierce: bool = False) -> Sight | None:
    """Look once; ``opened`` where settings were just asked for, ``pierce`` into closed shadow trees too.

    Raises:
        Lost: the page is no more.
    """
    everything = await documents.all()
    if pierce:
        await documents.pierce(everything)
    seen = [sight for document in everything for sight in await _sights(document, opened=opened)]
    best = choose(sight.judged for sight in seen)
    return next((sight for sight in seen if sight.judged is best), None)


async def _sights(document: Document, *, opened: bool) -> list[Sight]:
    try:
        survey = msgspec.convert(await document.call("survey", document.floats, opened), Survey, strict=False)
    except (Lost, msgspec.ValidationError):
        return []
    manager = next((one for one in survey.managers if one != OF_A_SITE), "")
    floats = {"floats": True} if document.floats else {}
    blocks = [msgspec.structs.replace(block, **floats) for block in survey.blocks]
    judged = [judge(block, survey.language, opened=opened) for block in blocks]
    return [Sight(document, one, _finder(one), manager) for one in judged]


def _finder(judged: Judged) -> str:
    """Say who found it: a recipe only where it names a control that is really there."""
    named = any(one.role for one in judged.block.controls)
    return judged.block.recipe if named and judged.block.recipe else "words"


async def small_enough(documents: Documents) -> bool:
    """Whether the page is small enough to be searched for closed shadow trees."""
    top = (await documents.all())[0]
    return int(await top.run("function() { return document.getElementsByTagName('*').length }")) <= MAX_ELEMENTS


async def describe(sight: Sight, number: int) -> Layer:
    """Write down one layer as it is drawn.

    Raises:
        Lost: it is gone.
    """
    told = await sight.document.call("describe", sight.id)
    if told is None:
        raise Lost("the notice is gone")
    language = guess_language(told["text"], told["language"]) or told["language"]
    clickables = [msgspec.convert(dict(one), Clickable, strict=False) for one in told["controls"]]
    readings = in_notice([(one, read(one, language)) for one in clickables])
    return Layer(
        number=number,
        text=told["text"],
        language=language,
        controls=tuple(
            control(one, reading.role, number) for one, (_, reading) in zip(told["controls"], readings, strict=True)
        ),
        switches=tuple(switch(one, number) for one in told["switches"] if _asks(one)),
    )


def _asks(told: Mapping[str, Any]) -> bool:
    """Whether a switch, once on, allows something: of two answers the refusing one may well stand on beforehand."""
    return bool(told["label"] or told["shown"]) and not (told["group"] and refuses(told["label"]))


def control(told: Mapping[str, Any], role: Role, layer: int = 1) -> Control:
    """Write down one button or link."""
    names = Control.__struct_fields__
    drawn = {key: value for key, value in told.items() if key in names}
    return msgspec.convert({**drawn, "role": role.value, "layer": layer}, Control, strict=False)


def switch(told: Mapping[str, Any], layer: int) -> Switch:
    """Write down one switch."""
    return Switch(label=told["label"], on=bool(told["on"]), locked=bool(told["locked"]), layer=layer)


async def notice_of(sight: Sight, layers: tuple[Layer, ...]) -> Notice:
    """Write down a notice with the layers that were read."""
    extent = await sight.document.call("extent", sight.id)
    place = sight.document
    while place.parent is not None:  # what it covers is seen from the page that its frame stands in
        extent = await place.parent.call("extent", place.owner)
        place = place.parent
    return Notice(
        found_by=sight.found_by,
        manager=sight.manager,
        frame=sight.document.url if sight.document.parent else "",
        covers=round(float(extent["covers"]), 3),
        blocks=bool(extent["blocks"]),
        layers=layers,
    )


async def axe(sight: Sight) -> tuple[Barrier, ...]:
    """Let axe-core test the notice alone; nothing where it cannot run."""
    try:
        await sight.document.evaluate(_axe_source())
        told = await sight.document.call("barriers", sight.id)
    except Lost:
        return ()
    return tuple(msgspec.convert(told, list[Barrier], strict=False))


@cache
def _axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
