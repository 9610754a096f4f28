"""Opens many pages and looks at nothing: what any audit in clean profiles costs at least.

Each page is opened twice, in a profile of its own each time: no choice can be refused and accepted in one profile.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from typing import Any

from playwright.async_api import Browser, Error, async_playwright

REST = 0.8
"""Seconds that a page is left open once it has loaded: less, and what it loads late is not seen."""


async def opened(browser: Browser, url: str) -> None:
    """Open a page in a clean profile."""
    context = await browser.new_context(locale="fr-FR")
    page = await context.new_page()
    with suppress(Error):  # some of the pages never end
        await page.goto(url, wait_until="load", timeout=8_000)
    await asyncio.sleep(REST)
    await context.close()


async def main(task: dict[str, Any]) -> None:
    """Open all pages, several at once."""
    gate = asyncio.Semaphore(task["at_once"])

    async def twice(browser: Browser, url: str) -> None:
        async with gate:
            await opened(browser, url)
            await opened(browser, url)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=task["browser"], args=task["arguments"])
        await asyncio.gather(*(twice(browser, url) for url in task["urls"]))
        await browser.close()
    print(json.dumps({"items": [], "failed": []}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
