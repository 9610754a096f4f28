"""What lies on the terminal when a state is over: cookies from the browser, the rest from each open document.

Read from a world apart (survey.js), so that our own reading is seen by nobody and counted nowhere.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import msgspec

from bandeau.audit.collectors.base import Target
from bandeau.audit.facts import Area, Kept
from bandeau.audit.visit.aside import Aside
from bandeau.audit.visit.lenient import read_json
from bandeau.audit.visit.watch import Watch
from bandeau.audit.visit.wire import Gone, Params, Refused, Wire

_PAGE = files("bandeau.audit.visit") / "page"
_SURVEY = (_PAGE / "survey.js").read_text(encoding="utf-8")
_SIGNALS = (_PAGE / "signals.js").read_text(encoding="utf-8")
_FOUND = msgspec.json.Decoder(dict[str, Any])
_SAID = msgspec.json.Decoder(list[tuple[str, str]])
_MOST = 5_000  # things kept of one state
_FRAMES = 60  # documents looked into


async def cookies(wire: Wire, context: str, cut: int, within: float) -> Iterator[Kept]:
    """The cookies of a visit.

    Raises:
        Gone: the browser does not answer.
        Refused: it knows no such context.
    """
    answer = await wire.send("Storage.getCookies", {"browserContextId": context}, within=within)
    return (_cookie(one, cut) for one in answer["cookies"][:_MOST])


def _cookie(one: Params, cut: int) -> Kept:
    return Kept(
        area=Area.COOKIE,
        key=one["name"],
        owner=one["domain"].lstrip("."),
        value=one["value"][:cut],
        path=one["path"],
        lifetime=None if one["session"] else round(one["expires"] - time.time()),
        http_only=one["httpOnly"],
        host_only=not one["domain"].startswith("."),
        partitioned="partitionKey" in one,
    )


async def documents(wire: Wire, watch: Watch, within: float) -> list[tuple[Target, Params]]:
    """Look into every open document of a visit, the visited page first.

    One that does not answer is left out, with a trouble.
    """
    found: list[tuple[Target, Params]] = []
    targets = [one for one in watch.targets.values() if one.kind in {"page", "iframe"}]
    for target in sorted(targets, key=lambda one: not one.main):
        aside = Aside(wire, target.session, within)
        try:
            tree = await aside.send("Page.getFrameTree", {})
            for frame in list(_frames(tree["frameTree"]))[: _FRAMES - len(found)]:
                seen = await _survey(aside, frame)
                found += [(target, seen)] if seen else []
            await _signals(aside, target, found)
        except (Gone, Refused) as error:
            watch.book.trouble("silent-document", f"{target.url} could not be looked into: {error}")
    return found


def _frames(tree: Params) -> Iterator[str]:
    yield tree["frame"]["id"]
    for child in tree.get("childFrames", ()):
        yield from _frames(child)


async def _survey(aside: Aside, frame: str) -> Params | None:
    """``None`` where the frame went away meanwhile, or lives in another process."""
    with contextlib.suppress(Refused):
        text = await aside.run(_SURVEY, frame)
        return read_json(_FOUND, text) if text else None
    return None


async def _signals(aside: Aside, target: Target, found: list[tuple[Target, Params]]) -> None:
    """Ask the interfaces of consent managers, which live in the page's own world, of the target's first document.

    What a page answers is its own, and may be anything: only pairs of strings are taken.
    """
    first = next((seen for owner, seen in found if owner is target), None)
    if first is None:
        return
    with contextlib.suppress(ValueError, Refused):
        first["signals"] = read_json(_SAID, await aside.run_among(_SIGNALS))


def stored(seen: list[Params], cut: int) -> Iterator[Kept]:
    """What the documents had stored, each thing once."""
    told: set[tuple[Area, str, str]] = set()
    for found in seen:
        for area, key, value in _things(found):
            name = area, key, found["origin"]
            if name not in told and len(told) < _MOST:
                told.add(name)
                yield Kept(area=area, key=key[:cut], owner=found["origin"], value=value[:cut])


def _things(found: Params) -> Iterator[tuple[Area, str, str]]:
    yield from ((Area.LOCAL, key, value) for key, value in found["local"])
    yield from ((Area.SESSION, key, value) for key, value in found["session"])
    yield from ((Area.DATABASE, name, "") for name in found["databases"])
    yield from ((Area.CACHE, name, "") for name in found["caches"])
    yield from ((Area.FILES, name, "") for name in found["files"])
    yield from ((Area.WORKER, scope, script) for scope, script in found["workers"])
