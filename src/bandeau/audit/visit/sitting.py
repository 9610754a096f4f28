"""One visit: a clean profile, one page in it, and everything that it does, bounded in time and memory."""

from __future__ import annotations

import asyncio
import contextlib
from base64 import b64decode
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from playwright.async_api import BrowserContext, Dialog, Page
from playwright.async_api import Error as PlaywrightError

from bandeau.audit.collectors.base import Target
from bandeau.audit.recording import Device
from bandeau.audit.visit.aside import Aside
from bandeau.audit.visit.browser import Live
from bandeau.audit.visit.plan import Plan
from bandeau.audit.visit.watch import Watch
from bandeau.audit.visit.wire import Gone, Refused
from bandeau.errors import BandeauError

_T = TypeVar("_T")

_TICK = 0.05  # seconds between two looks at whether the page is quiet
_SLOW = 5_000  # milliseconds that an answer is waited for
_STEPS = 8  # of a scroll
_LINKS = """{
  const here = location.href.split("#")[0];
  const all = [...document.querySelectorAll("a[href]:not([download])")].slice(0, 2000);
  const own = all.filter(({ origin, target }) => origin === location.origin && target !== "_blank");
  const hrefs = own.map(({ href }) => href.split("#")[0]);
  [...new Set(hrefs)].filter((href) => href !== here).slice(0, 50).join(" ");
}"""


class Lost(BandeauError):
    """The page is no more (its tab crashed, its browser ended) or does not answer: the visit is over."""


class Sitting:
    """One visit. Methods raise ``Lost`` where it cannot go on, and nothing else for what a page does."""

    def __init__(self, live: Live, context: BrowserContext, name: str, page: Page, watch: Watch, plan: Plan) -> None:
        self.live = live
        self.context_id = name
        self.page = page
        self.watch = watch
        self.plan = plan
        self.book = watch.book
        self.status = 0
        self._lost = asyncio.Event()
        self._why = ""
        watch.bounds.stop = self._stop
        watch.bounds.leave = lambda: self._lose("the page loaded too much")
        page.on("dialog", self._dialog)
        page.on("crash", lambda _: self._crashed())
        page.on("download", lambda _: self.book.trouble("download", "the page offered a file; it was not taken"))
        context.on("page", self._popup)

    async def open(self, url: str) -> bool:
        """Open an address in the page; says whether something came of it."""
        patience = self.plan.patience.navigate
        self.status = 0
        try:
            answer = await self.sure(
                self.page.goto(url, wait_until="domcontentloaded", timeout=patience * 1000), patience + 2
            )
        except PlaywrightError as error:
            reason = error.message.split("\n")[0].removeprefix("Page.goto: ")
            self.book.trouble("not-opened", f"{url} did not open within {patience:g} s or at all: {reason}")
            return self.page.url not in ("about:blank", "chrome-error://chromewebdata/")
        self.status = answer.status if answer else 0
        return True

    async def settle(self) -> None:
        """Wait until the page has loaded and stored nothing for a while, or until patience ends."""
        patience, waited = self.plan.patience, 0.0
        while waited < patience.settle:
            if self._lost.is_set():
                raise Lost(self._why)
            if self.book.idle >= patience.quiet and not self.watch.exchanges.waiting(_SLOW):
                return
            await asyncio.sleep(_TICK)
            waited += _TICK
        self.book.trouble("never-quiet", f"the page went on loading or storing for {patience.settle:g} s")

    async def scroll(self) -> None:
        """Scroll to the end of the page in steps and back, as a reader would, so that it loads what it loads late."""
        for step in (*range(1, _STEPS + 1), 0):
            await self._aside(f"scrollTo(0, document.documentElement.scrollHeight * {step / _STEPS})")
            await asyncio.sleep(_TICK)

    async def links(self) -> list[str]:
        """The page's links to other pages of its own origin, each once, in the order in which they stand."""
        return (await self._aside(_LINKS)).split()

    async def alive(self) -> None:
        """Make sure that the page answers, before something is asked of it that may take longer."""
        await self._aside("0")

    async def _aside(self, script: str) -> str:
        """Run a script of our own apart from the page's; empty where the page went elsewhere meanwhile."""
        if (main := self._main()) is None:
            return ""
        try:
            return await self.sure(Aside(self.live.wire, main.session, self.plan.patience.act).run(script, main.id))
        except Refused:
            return ""
        except Gone as error:
            raise Lost("the page does not answer") from error

    async def picture(self) -> bytes | None:
        """What is seen in the window now; ``None`` where the page cannot be drawn."""
        if (main := self._main()) is None:
            return None
        # A quarter less work than packing it tight, for a picture a quarter larger.
        told = {"format": "png", "optimizeForSpeed": True}
        wire, within = self.live.wire, self.plan.patience.act
        try:
            drawn = await self.sure(wire.send("Page.captureScreenshot", told, session=main.session, within=within))
        except (Gone, Refused) as error:
            self.book.trouble("no-picture", f"the page could not be drawn: {error}")
            return None
        return b64decode(drawn["data"])

    def _main(self) -> Target | None:
        return next((target for target in self.watch.targets.values() if target.main), None)

    async def sure(self, work: Coroutine[Any, Any, _T], within: float = 0) -> _T:
        """Wait for something asked of the page, but not for ever.

        Raises:
            Lost: it does not answer within ``within`` seconds (``Patience.act``), or crashed.
            PlaywrightError: what Playwright has against it.
        """
        seconds = within or self.plan.patience.act
        task, lost = asyncio.ensure_future(work), asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait({task, lost}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if self._lost.is_set():
                raise Lost(self._why)
            self.book.trouble("stuck", f"the page did not answer within {seconds:g} s; its own code may never end")
            raise Lost("the page does not answer")
        finally:
            lost.cancel()
            task.cancel()
            await asyncio.gather(task, lost, return_exceptions=True)

    def _crashed(self) -> None:
        self.book.trouble("crashed", "the tab crashed")
        self._lose("the tab crashed")

    def _lose(self, why: str) -> None:
        self._why = self._why or why
        self._lost.set()

    def _stop(self, target: Target) -> None:
        """Stop loading in a document. A worker has no such command: what it loads counts until the page is left."""
        if not target.worker:
            wire, within = self.live.wire, self.plan.patience.act
            _forget(wire.send("Page.stopLoading", session=target.session, within=within))

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.book.trouble("dialog", f"the page opened a dialog ({dialog.type}); it was dismissed")
        # Who is asked whether to leave leaves: that is how an audit goes on.
        leave = dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss()
        _forget(leave)

    def _popup(self, page: Page) -> None:
        if page is self.page:
            return
        self.book.trouble("popup", "the page opened another window; it was closed")
        _forget(page.close())


_background: set[asyncio.Task[None]] = set()


def _forget(work: Coroutine[Any, Any, object]) -> None:
    """Do something that nobody waits for, and that may fail because the page is gone."""

    async def quietly() -> None:
        with contextlib.suppress(PlaywrightError, Gone, Refused):
            await work

    task = asyncio.ensure_future(quietly())
    _background.add(task)
    task.add_done_callback(_background.discard)


@asynccontextmanager
async def sitting(live: Live, plan: Plan, device: Device) -> AsyncIterator[Sitting]:
    """Begin a visit in a clean profile, and end it whatever the page does.

    Raises:
        Gone: the browser itself ended, or does not answer.
    """
    try:
        context = await live.context(device, plan.language)
    except PlaywrightError as error:
        raise Gone("the browser ended") from error
    name = ""
    try:
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        info = (await session.send("Target.getTargetInfo"))["targetInfo"]
        await session.detach()
        name = info["browserContextId"]
        watch = Watch(plan.limits, live.agent_on(device), signal=plan.signal)
        await live.targets.claim(name, watch, info["targetId"])
        yield Sitting(live, context, name, page, watch, plan)
    finally:
        live.targets.release(name)
        await live.close(context, name, within=plan.patience.act)
