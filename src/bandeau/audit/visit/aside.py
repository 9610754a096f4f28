"""Scripts of our own in a page, in a world apart: the page's code sees nothing of them and can change none of them."""

from __future__ import annotations

from dataclasses import dataclass

from bandeau.audit.visit.wire import Params, Wire

_WORLD = "bandeau"


@dataclass(frozen=True, slots=True)
class Aside:
    """One target in which scripts are run; each method waits at most ``within`` seconds.

    All raise ``Gone`` where the target does not answer, ``Refused`` where the frame went away.
    """

    wire: Wire
    session: str
    within: float

    async def send(self, method: str, params: Params) -> Params:
        """Ask the target for something."""
        return await self.wire.send(method, params, session=self.session, within=self.within)

    async def run(self, script: str, frame: str) -> str:
        """Run a script in a frame, apart from its page; gives the text that it gives, or nothing."""
        world = await self.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": _WORLD})
        return await self._text(script, {"contextId": world["executionContextId"]})

    async def run_among(self, script: str) -> str:
        """Run a script in the world of the page's own code, of the target's first frame."""
        return await self._text(script, {})

    async def _text(self, script: str, where: Params) -> str:
        told = {"expression": script, "awaitPromise": True, "returnByValue": True, **where}
        value = (await self.send("Runtime.evaluate", told))["result"].get("value")
        return value if isinstance(value, str) else ""
