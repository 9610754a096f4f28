"""A browser driven as an audit drives it (Playwright's async API), and a server of pages that tests write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, Page, async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from support.browser import ARGUMENTS, executable
from support.seeing import Loop
from support.servers import serve_asgi

T = TypeVar("T")

ORDINARY = ("--disable-blink-features=AutomationControlled",)
"""Some managers show nothing to browsers that call themselves automated."""


@dataclass
class Stage:
    """A browser with a loop of its own; each act gets a clean profile."""

    loop: Loop
    browser: Browser

    def play(self, url: str, act: Callable[[Page], Awaitable[T]], **options: Any) -> T:
        """Open an address and do something with the page."""
        return self.begin(url, act, **options).result(timeout=300)

    def begin(self, url: str, act: Callable[[Page], Awaitable[T]], **options: Any) -> Future[T]:
        """The same, to be waited for later."""

        async def whole() -> T:
            context = await self.browser.new_context(**options)
            try:
                page = await context.new_page()
                await page.goto(url, wait_until="load")
                return await act(page)
            finally:
                await context.close()

        return self.loop.begin(whole())


@contextmanager
def raised() -> Iterator[Stage]:
    """Start the browser; end it afterwards."""
    loop = Loop()  # in a thread of its own: another test's browser may keep a loop running in this one
    try:
        playwright = loop.run(async_playwright().start())
        browser = loop.run(playwright.chromium.launch(executable_path=executable(), args=[*ARGUMENTS, *ORDINARY]))
        try:
            yield Stage(loop, browser)
        finally:
            loop.run(browser.close())
            loop.run(playwright.stop())
    finally:
        loop.close()


@contextmanager
def served(pages: Mapping[str, str], files: Path | None = None) -> Iterator[str]:
    """Serve pages by their path ("/" and a name), and a folder's files below ``/files/``; gives the site's address.

    Every name below ``localhost`` leads here too, and is another site to the browser. ``{port}`` in a page is the port.
    """

    async def page(request: Request) -> Response:
        text = pages.get(request.url.path)
        return (
            HTMLResponse("none", 404) if text is None else HTMLResponse(text.replace("{port}", str(request.url.port)))
        )

    mounted = [] if files is None else [Mount("/files", StaticFiles(directory=files))]
    with serve_asgi(Starlette(routes=[*mounted, Route("/{path:path}", page)])) as port:
        yield f"http://localhost:{port}"
