"""Everything that one browser runs: attached before its first line, hooked, and told apart by visit.

The browser is asked to hold every new page, frame process and worker (``waitForDebuggerOnStart``) until it is watched.
Each belongs to a browser context, and each visit has one of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Coroutine, Iterator
from importlib.resources import files
from typing import Any

from bandeau.audit.collectors.base import WORKERS, Target
from bandeau.audit.visit.watch import Watch
from bandeau.audit.visit.wire import Gone, Params, Refused, Wire

PAGE = files("bandeau.audit.visit") / "page"
_ATTACH = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
_GO: tuple[str, dict[str, Any]] = ("Runtime.runIfWaitingForDebugger", {})
_ASYNC_STACK = 4  # how many steps behind a timer or promise a stack goes on
# The browser would keep bodies for us to read; we read none.
_NETWORK = {"maxPostDataSize": 65_536}


class Targets:
    """The targets of one browser, each handed to the visit that its context was claimed for."""

    def __init__(self) -> None:
        self._wire: Wire | None = None
        self._binding = f"_{secrets.token_hex(12)}"
        hooks = (PAGE / "hooks.js").read_text(encoding="utf-8")
        self._hooks = hooks.replace("BINDING", json.dumps(self._binding))
        self._signal = (PAGE / "signal.js").read_text(encoding="utf-8")
        self._watches: dict[str, Watch] = {}
        self._targets: dict[str, tuple[Target, str]] = {}
        self._work: set[asyncio.Task[None]] = set()

    async def start(self, wire: Wire) -> None:
        """Attach to everything from now on."""
        self._wire = wire
        await wire.send("Target.setAutoAttach", _ATTACH)

    async def claim(self, context: str, watch: Watch, main: str) -> None:
        """Let a visit have what the browser runs in its context; ``main`` is the id of the page that is visited.

        Raises:
            Gone: the browser does not answer.
            Refused: it does not speak Global Privacy Control, which the visit is to be seen under.
        """
        assert self._wire
        self._watches[context] = watch
        watch.targets = {target.session: target for target, owner in self._targets.values() if owner == context}
        for target in watch.targets.values():
            target.main = target.id == main
            for method, params in self._spoken(target) if watch.signal else ():
                await self._wire.send(method, params, session=target.session)

    def release(self, context: str) -> None:
        """Forget a visit."""
        self._watches.pop(context, None)

    def listen(self, session: str, method: str, params: Params) -> None:
        """Take an event of the wire."""
        if method == "Target.attachedToTarget":
            self._attached(session, params)
        elif method == "Target.detachedFromTarget":
            target, context = self._targets.pop(params["sessionId"], (None, ""))
            if target and context in self._watches:
                self._watches[context].targets.pop(target.session, None)
        elif session in self._targets:
            target, context = self._targets[session]
            if watch := self._watches.get(context):
                self._heard(watch, target, method, params)

    def _heard(self, watch: Watch, target: Target, method: str, params: Params) -> None:
        if method == "Runtime.bindingCalled":
            if params["name"] == self._binding:
                watch.note(params["payload"])
        elif method == "Page.frameNavigated":
            self._navigated(watch, target, params["frame"])
        else:
            watch.event(target, method, params)

    def _navigated(self, watch: Watch, target: Target, frame: Params) -> None:
        if "parentId" not in frame:
            target.url = frame["url"]
        if (origin := frame.get("securityOrigin", "")) not in watch.origins and origin.startswith("http"):
            watch.origins.add(origin)
            quota = {"origin": origin, "quotaSize": watch.limits.quota}
            self._later(self._quietly(target, "Storage.overrideQuotaForOrigin", quota))

    async def _quietly(self, target: Target, method: str, params: Params) -> None:
        assert self._wire
        with contextlib.suppress(Gone, Refused):  # it went away meanwhile
            await self._wire.send(method, params, session=target.session)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    def _attached(self, parent: str, params: Params) -> None:
        info = params["targetInfo"]
        target = Target(params["sessionId"], info["targetId"], info["type"], info["url"])
        # A service worker is attached by the browser and by each page that it serves.
        again = any(known.id == target.id for known, _ in self._targets.values())
        owner, known = self._targets.get(parent, (target, ""))
        context = info.get("browserContextId") or known
        self._targets[target.session] = target, context
        watch = self._watches.get(context)
        if watch:
            watch.targets[target.session] = target
            if not again:
                watch.event(owner, "Target.attachedToTarget", params)
        self._later(self._prepare(target, watch))

    async def _prepare(self, target: Target, watch: Watch | None) -> None:
        """Watch a target, then let it run. The browser takes the commands in order; none waits for another."""
        assert self._wire
        wire, session = self._wire, target.session
        watched = watch is None or watch.bounds.starts()
        commands = list(self._commands(target, watch)) if watched else [_GO]
        sent = (wire.send(method, params, session=session) for method, params in commands)
        for answer in await asyncio.gather(*sent, return_exceptions=True):
            if isinstance(answer, Refused) and watch and target.session in watch.targets:
                watch.book.trouble("unwatched", f"{target.kind} {target.url} could not be watched whole: {answer}")
            elif isinstance(answer, BaseException) and not isinstance(answer, Gone | Refused):
                raise answer

    def _commands(self, target: Target, watch: Watch | None) -> Iterator[tuple[str, dict[str, Any]]]:
        document, worker = target.kind in {"page", "iframe"}, target.kind in WORKERS - {"worklet"}
        if document or worker:
            yield "Network.enable", _NETWORK
            yield "Target.setAutoAttach", _ATTACH
            yield "Runtime.enable", {}
            yield "Runtime.setAsyncCallStackDepth", {"maxDepth": _ASYNC_STACK}
            yield "Runtime.addBinding", {"name": self._binding}
        if document:
            yield "Page.enable", {}
            yield "Page.addScriptToEvaluateOnNewDocument", {"source": self._hooks, "runImmediately": True}
            yield "DOMStorage.enable", {}
        if worker:
            yield "Runtime.evaluate", {"expression": self._hooks}
        if worker and watch:
            yield "Network.setUserAgentOverride", {"userAgent": watch.agent}
        if watch and watch.signal and (document or worker):
            yield from self._spoken(target)
        yield _GO

    def _spoken(self, target: Target) -> Iterator[tuple[str, dict[str, Any]]]:
        """Global Privacy Control, as header and as interface."""
        yield "Network.setExtraHTTPHeaders", {"headers": {"Sec-GPC": "1"}}
        if target.worker:
            yield "Runtime.evaluate", {"expression": self._signal}
        else:
            yield "Page.addScriptToEvaluateOnNewDocument", {"source": self._signal, "runImmediately": True}
