"""A real Chromium for tests: Debian's headless shell first, because it is cheaper and allows third-party cookies."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root; every page they open is their own
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """The browser to drive: the one that ``BANDEAU_BROWSER`` names, else one on the PATH, else Playwright's own."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("BANDEAU_BROWSER") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def launched(playwright: Playwright, *extra: str) -> Iterator[Browser]:
    """Start a browser with further arguments (such as ``--host-resolver-rules=...``) and close it afterwards."""
    browser = playwright.chromium.launch(executable_path=executable(), args=[*ARGUMENTS, *extra])
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def chromium(*extra: str) -> Iterator[Browser]:
    """The same, for a program that drives one browser only: Playwright can be started once in a thread."""
    with sync_playwright() as playwright, launched(playwright, *extra) as browser:
        yield browser
