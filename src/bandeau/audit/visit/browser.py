"""A browser for audits: found, started as an audit needs it, and tested before anything is believed of it.

Two lines lead to it: Playwright's, which drives, and one of our own, which watches (wire.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from dns.asyncresolver import Resolver
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from bandeau.audit import recording
from bandeau.audit.collectors.aliases import Aliases, system_resolver
from bandeau.audit.recording import Device
from bandeau.audit.visit.targets import Targets
from bandeau.audit.visit.wire import Refused, Wire
from bandeau.errors import SetupError

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--remote-debugging-port=0",  # a free one, which the browser writes into its profile
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-blink-features=AutomationControlled",  # navigator.webdriver: some notices hide from robots
)
PREFERENCES = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}
"""Third-party cookies allowed, as in the browsers of most visitors: off the record Chromium refuses them."""
HINT = (
    "name a Chromium in BANDEAU_BROWSER, install one (apt install chromium-headless-shell), or let Playwright fetch "
    "its own (playwright install chromium-headless-shell)"
)


def executable() -> str | None:
    """The browser to drive: ``BANDEAU_BROWSER``, else one on the PATH; ``None`` leaves it to Playwright's own."""
    return os.environ.get("BANDEAU_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


class Live:
    """A running browser. Any number of visits may go on in it at once, each in a context of its own."""

    def __init__(self, browser: Browser, targets: Targets, wire: Wire, agent: str, aliases: Aliases) -> None:
        self.browser = browser
        self.targets = targets
        self.wire = wire
        self.agent = agent
        self.aliases = aliases
        self.tested: recording.Browser | None = None

    def facts(self) -> recording.Browser:
        """The browser's name, version and policy, as its self-test found them.

        Raises:
            SetupError: it was not tested.
        """
        if self.tested is None:
            raise SetupError("this browser was not tested; open it with opened()")
        return self.tested

    def agent_on(self, device: Device) -> str:
        """What the browser says it is on a device."""
        return mobile_agent(self.agent) if device is Device.MOBILE else self.agent

    async def close(self, context: BrowserContext, name: str, *, within: float) -> None:
        """End a visit's context, even where a page in it never gives way.

        Raises:
            Gone: the browser itself does not answer any more.
        """
        try:
            async with asyncio.timeout(within):
                await context.close()
        except (TimeoutError, PlaywrightError):
            # The browser ends the processes of a context that is disposed of, whatever runs in them.
            with contextlib.suppress(Refused):
                await self.wire.send("Target.disposeBrowserContext", {"browserContextId": name}, within=within)

    async def context(self, device: Device, language: str) -> BrowserContext:
        """Open a clean profile on a device."""
        return await self.browser.new_context(
            **(_MOBILE if device is Device.MOBILE else _DESKTOP),
            user_agent=self.agent_on(device),
            locale=language,
            accept_downloads=False,
            ignore_https_errors=False,
        )


_DESKTOP = {"viewport": {"width": 1366, "height": 768}}
_MOBILE = {
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
}


def honest_agent(agent: str) -> str:
    """The user agent without the word that tells a browser without a window, which some notices hide from."""
    return agent.replace("HeadlessChrome", "Chrome")


def mobile_agent(agent: str) -> str:
    """The same browser as it names itself on a telephone (its version is reduced there, as Chromium's is)."""
    major = agent.partition("Chrome/")[2].partition(".")[0] or "130"
    return (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{major}.0.0.0 Mobile Safari/537.36"
    )


@asynccontextmanager
async def launched(
    program: str | None = None, arguments: Sequence[str] = (), resolver: Resolver | None = None
) -> AsyncIterator[Live]:
    """Start a browser and watch it, without testing it.

    Raises:
        SetupError: there is none, or it does not start.
    """
    async with AsyncExitStack() as stack:
        # The browser may still be writing into its profile while it ends.
        profile = stack.enter_context(tempfile.TemporaryDirectory(prefix="bandeau-", ignore_cleanup_errors=True))
        playwright = await stack.enter_async_context(async_playwright())
        own = await _start(playwright, Path(profile), program or executable(), arguments)
        stack.push_async_callback(own.close)
        browser = own.browser
        assert browser  # launched above
        agent = honest_agent(await own.pages[0].evaluate("navigator.userAgent"))
        targets = Targets()
        wire = await Wire.open(await _address(Path(profile)), targets.listen)
        stack.push_async_callback(wire.close)
        await targets.start(wire)
        yield Live(browser, targets, wire, agent, Aliases(resolver or _resolver(arguments)))


def _resolver(arguments: Sequence[str]) -> Resolver | None:
    """Of hosts that the browser was told to find elsewhere, DNS knows nothing, or something else."""
    told = any(one.startswith("--host-resolver-rules") for one in arguments)
    return None if told else system_resolver()


async def _start(
    playwright: Playwright, profile: Path, program: str | None, arguments: Sequence[str]
) -> BrowserContext:
    await asyncio.to_thread(_prepare, profile)
    as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    try:
        return await playwright.chromium.launch_persistent_context(
            profile, executable_path=program, args=[*ARGUMENTS, *as_root, *arguments], headless=True
        )
    except PlaywrightError as error:
        first = next(iter(error.message.splitlines()), "no reason given")
        raise SetupError(f"no browser could be started ({program or 'Playwright’s own'}: {first}); {HINT}") from error


def _prepare(profile: Path) -> None:
    (profile / "Default").mkdir()
    (profile / "Default" / "Preferences").write_text(json.dumps(PREFERENCES), encoding="utf-8")


async def _address(profile: Path) -> str:
    """Where our own line connects to. The browser writes it shortly after it has started."""
    file = profile / "DevToolsActivePort"
    for _ in range(200):
        text = await asyncio.to_thread(lambda: file.read_text(encoding="ascii") if file.exists() else "")
        if text.count("\n"):
            port, path = text.split("\n")[:2]
            return f"ws://127.0.0.1:{port}{path}"
        await asyncio.sleep(0.05)
    raise SetupError("the browser opened no debugging port within 10 seconds; is it forbidden by a policy?")
