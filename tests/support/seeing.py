"""The audit's browser for tests that are not asynchronous: it lives on a loop of its own, in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar

from playwright.async_api import Page

from bandeau.audit.facts import Fact
from bandeau.audit.recording import State, Stay, Trouble
from bandeau.audit.seen import Notice, Role, Step
from bandeau.audit.visit import Answered, Asker, Live, Patience, Plan, Seen, opened, see
from support.browser import executable

T = TypeVar("T")
F = TypeVar("F", bound=Fact)

QUICK = Patience(quiet=0.4, settle=8, navigate=10, act=5, stay=40)


@dataclass(frozen=True)
class Said:
    """What became of an answer."""

    reached: bool
    steps: tuple[Step, ...] = ()
    notice: Notice | None = None
    trouble: tuple[Trouble, ...] = ()
    acted: float = 0.0


class ById:
    """Answers notices by the identifiers of their buttons: for tests of what is seen, not of how notices are found."""

    async def find(self, page: Page, within: float = inf) -> Notice | None:
        return Notice(found_by="test") if await page.query_selector("#notice") else None

    async def read(self, page: Page) -> Notice | None:
        return await self.find(page)

    async def answer(self, page: Page, state: State, service: str = "", label: str = "") -> Answered:
        role = {State.REFUSED: Role.REFUSE, State.ACCEPTED: Role.ACCEPT}.get(state, Role.SAVE)
        return await self._click(page, service or role)

    async def take_back(self, page: Page) -> Answered:
        return await self._click(page, Role.WITHDRAW)

    async def _click(self, page: Page, name: str) -> Answered:
        button = await page.query_selector(f"#{name}")
        if button is None:
            return Said(reached=False, trouble=(Trouble(code="no-button", text=f"there is no {name}"),))
        await button.click()
        return Said(reached=True, steps=(Step(act="click", text=name),))


class Loop:
    """A running event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.begin(work).result(timeout=300)

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start something, to be waited for later."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=20)
        self.loop.close()


class Eyes:
    """A browser that was opened, for a test to see pages with."""

    def __init__(self, loop: Loop, live: Live) -> None:
        self.loop = loop
        self.live = live

    def see(self, url: str, asker: Asker | None = None, **plan: Any) -> Seen:
        made = Plan(**{"patience": QUICK, "read": False, "scroll": False, "screenshots": False, **plan})
        return self.loop.run(see(self.live, url, made, asker or ById()))

    def before(self, url: str, **plan: Any) -> Stay:
        """What a page does before any choice."""
        (stay,) = self.see(url, states=(State.BEFORE,), **plan).page.stays
        return stay


def of(stay: Stay, sort: type[F], /, **values: object) -> list[F]:
    """The facts of one kind that have these values."""
    found = [fact for fact in stay.facts if isinstance(fact, sort)]
    return [fact for fact in found if all(getattr(fact, name) == value for name, value in values.items())]


def codes(stay: Stay) -> set[str]:
    """The troubles of a stay."""
    return {trouble.code for trouble in stay.trouble}


@contextmanager
def eyes(*arguments: str, resolver: Any = None) -> Iterator[Eyes]:
    """Open a browser with further arguments."""
    loop = Loop()
    manager = opened(executable(), arguments, resolver)
    try:
        live = loop.run(manager.__aenter__())
        try:
            yield Eyes(loop, live)
        finally:
            loop.run(manager.__aexit__(None, None, None))
    finally:
        loop.close()
