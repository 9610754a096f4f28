"""The documents of a page: a world of our own in each of its frames, shadow trees and other processes included.

What runs there can neither be seen nor changed by the page's scripts. Everything is asked through the debugging
protocol, with a limit of time: a page that hangs costs a question, not the audit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from playwright.async_api import CDPSession, Error, Frame, Page

from bandeau.audit.notices.recipe import Recipe

WORLD = "bandeau-notice"
PATIENCE = 6.0
"""Seconds that one question to a document may take."""

MAX_FRAMES = 30
MAX_ELEMENTS = 30_000
"""A larger document is not searched for closed shadow trees."""

MAX_CLOSED = 300


class Lost(Exception):
    """The document is no more (it was left, or its frame removed), or does not answer in time."""


@cache
def _source() -> str:
    page = files(__package__).joinpath("page")
    return "\n".join(page.joinpath(name).read_text("utf-8") for name in ("notice.js", "looks.js"))


async def ask(session: CDPSession, method: str, **params: Any) -> dict[str, Any]:
    """Put one question to the browser.

    Raises:
        Lost: what was asked about is gone, or there was no answer in time.
    """
    try:
        answer: dict[str, Any] = await asyncio.wait_for(session.send(method, params), PATIENCE)
    except (Error, TimeoutError) as error:
        raise Lost(f"{method}: {str(error)[:200]}") from error
    return answer


@dataclass
class Document:
    """One document; ``owner`` is the number of its frame's element in ``parent``."""

    session: CDPSession
    frame: str
    context: int
    url: str
    parent: Document | None = None
    owner: int = 0
    floats: bool = False  # whether its frame stands over the page

    async def call(self, name: str, *arguments: Any) -> Any:
        """Call a function of ``page/notice.js``.

        Raises:
            Lost: the document is no more, or does not answer in time.
        """
        return await self.run(f"function(...given) {{ return bandeauNotice.{name}(...given) }}", *arguments)

    async def run(self, function: str, *arguments: Any, handles: tuple[str, ...] = ()) -> Any:
        """Call any function in our world, with plain values and then with objects by their handles."""
        given = [{"value": one} for one in arguments] + [{"objectId": one} for one in handles]
        answer = await ask(
            self.session,
            "Runtime.callFunctionOn",
            functionDeclaration=function,
            executionContextId=self.context,
            arguments=given,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"]
            raise Lost(str(thrown.get("exception", {}).get("description", thrown.get("text", "")))[:300])
        return answer["result"].get("value")

    async def evaluate(self, source: str) -> Any:
        """Run a script in our world, for libraries such as axe-core."""
        answer = await ask(
            self.session, "Runtime.evaluate", expression=source, contextId=self.context, returnByValue=True
        )
        return answer["result"].get("value")

    async def number(self, node: int) -> int:
        """Give an element that the browser names its number in our world."""
        found = await ask(self.session, "DOM.resolveNode", backendNodeId=node, executionContextId=self.context)
        given = await self.run(
            "function(one) { return bandeauNotice.own(one) }", handles=(found["object"]["objectId"],)
        )
        return int(given)


@dataclass
class Documents:
    """All documents of a page that can be seen, the page's own first."""

    page: Page
    recipes: tuple[Recipe, ...] = ()
    sessions: list[CDPSession] = field(default_factory=list)
    _last: list[Document] = field(default_factory=list)
    _tried: set[tuple[int, str]] = field(default_factory=set)

    async def all(self) -> list[Document]:
        """Look at the page anew.

        Raises:
            Lost: the page itself is no more.
        """
        await self._other_processes()
        top: list[Document] = []
        for session in list(self.sessions):
            try:
                tree = (await ask(session, "Page.getFrameTree"))["frameTree"]
                await self._enter(session, tree, top)
            except Lost:
                if session is self.sessions[0]:
                    raise
                self.sessions.remove(session)
        self._last = top
        return top

    async def stirred(self) -> bool:
        """Whether a document changed since it was looked at, or went; not told: style sheets, shadow trees, motion."""
        try:
            return not self._last or any([await document.call("stirred") for document in self._last])
        except Lost:
            return True

    async def _other_processes(self) -> None:
        """Frames that the browser keeps in another process have a session of their own."""
        if not self.sessions:
            self.sessions.append(await _session(self.page, self.page))
        for frame in self.page.frames[1 : MAX_FRAMES + 1]:
            if (id(frame), frame.url) not in self._tried:
                self._tried.add((id(frame), frame.url))
                with suppress(Lost):  # it lives in the process of its parent
                    self.sessions.append(await _session(self.page, frame))

    async def _enter(self, session: CDPSession, tree: dict[str, Any], found: list[Document]) -> None:
        frames = list(_frames(tree))[:MAX_FRAMES]
        for frame in frames:
            top = not found
            try:
                document = await _opened(session, frame, self.recipes)
                if not top and not await self._owned(document, found):
                    continue
            except Lost:
                if top:
                    raise
                continue
            found.append(document)

    @staticmethod
    async def _owned(document: Document, found: list[Document]) -> bool:
        """Find the element that the document stands in; whether a notice of the page's may be in it.

        A small frame in the page's content is somebody else's page, whose notice is not the site's.
        """
        for parent in found:
            with suppress(Lost):
                owner = await ask(parent.session, "DOM.getFrameOwner", frameId=document.frame)
                document.owner = await parent.number(owner["backendNodeId"])
                document.parent = parent
                seen = await parent.call("frame", document.owner)
                if seen is not None:  # else it is the same process, but another document's element
                    document.floats = seen["floats"]
                    return bool(seen["drawn"] and (seen["floats"] or seen["hinted"] or seen["share"] >= 0.5))
        return False

    async def pierce(self, documents: list[Document]) -> bool:
        """Open the closed shadow trees to our worlds; whether there are any."""
        opened = False
        for session in {document.session for document in documents}:
            own = {document.frame: document for document in documents if document.session is session}
            with suppress(Lost):
                root = (await ask(session, "DOM.getDocument", depth=-1, pierce=True))["root"]
                for frame, hosts in _closed(root, next(iter(own))).items():
                    if frame in own:
                        await _open(own[frame], hosts[:MAX_CLOSED])
                        opened = True
            with suppress(Lost):
                await ask(session, "DOM.disable")
        return opened


@asynccontextmanager
async def documents_of(page: Page, recipes: tuple[Recipe, ...] = ()) -> AsyncIterator[Documents]:
    """Look into a page; nothing of it stays open afterwards."""
    documents = Documents(page, recipes)
    try:
        yield documents
    finally:
        for session in documents.sessions:
            with suppress(Error):
                await session.detach()


async def _session(page: Page, of: Page | Frame) -> CDPSession:
    try:
        return await asyncio.wait_for(page.context.new_cdp_session(of), PATIENCE)
    except (Error, TimeoutError) as error:
        raise Lost(str(error)[:200]) from error


def _frames(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield tree["frame"]
    for child in tree.get("childFrames", ()):
        yield from _frames(child)


async def _opened(session: CDPSession, frame: dict[str, Any], recipes: tuple[Recipe, ...]) -> Document:
    world = await ask(session, "Page.createIsolatedWorld", frameId=frame["id"], worldName=WORLD)
    document = Document(session, frame["id"], world["executionContextId"], frame["url"])
    if not await document.evaluate("Boolean(globalThis.bandeauNotice)"):
        await document.evaluate(_source())
        await document.call("know", msgspec.to_builtins(recipes))
    return document


def _closed(root: dict[str, Any], frame: str) -> dict[str, list[tuple[int, int]]]:
    """The hosts of closed shadow trees with their roots, by the frame that they stand in."""
    found: dict[str, list[tuple[int, int]]] = {}
    stack = [(root, frame)]
    while stack:
        node, place = stack.pop()
        for shadow in node.get("shadowRoots", ()):
            if shadow.get("shadowRootType") == "closed":
                found.setdefault(place, []).append((node["backendNodeId"], shadow["backendNodeId"]))
            stack.append((shadow, place))
        stack.extend((child, place) for child in node.get("children", ()))
        if "contentDocument" in node:
            stack.append((node["contentDocument"], node.get("frameId", place)))
    return found


async def _open(document: Document, pairs: list[tuple[int, int]]) -> None:
    handles = []
    for node in [host for host, _ in pairs] + [root for _, root in pairs]:
        found = await ask(document.session, "DOM.resolveNode", backendNodeId=node, executionContextId=document.context)
        handles.append(found["object"]["objectId"])
    half = "given.length / 2"
    function = f"function(...given) {{ bandeauNotice.open(given.slice(0, {half}), given.slice({half})) }}"
    await document.run(function, handles=tuple(handles))
