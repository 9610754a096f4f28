"""A browser's visits to pages: what it does there, in every state of consent, as values (docs/why/audit.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from dns.asyncresolver import Resolver

from bandeau import __version__
from bandeau.audit import recording
from bandeau.audit.recording import VERSION, Page, Recording
from bandeau.audit.visit.asking import Answered, Asker
from bandeau.audit.visit.browser import Live, launched
from bandeau.audit.visit.plan import Limits, Patience, Plan, Seen
from bandeau.audit.visit.selftest import tested
from bandeau.audit.visit.visit import see

__all__ = ["Answered", "Asker", "Limits", "Live", "Patience", "Plan", "Seen", "opened", "recorded", "see"]


@asynccontextmanager
async def opened(
    executable: str | None = None, arguments: Sequence[str] = (), resolver: Resolver | None = None
) -> AsyncIterator[Live]:
    """Start a browser and test it: third-party cookies, pings, a clean profile, our hooks in every realm.

    Args:
        executable: the browser; else ``BANDEAU_BROWSER``, one on the PATH, or Playwright's own.
        arguments: further ones for its command line.
        resolver: whom to ask for the aliases of hosts; else the system's.

    Raises:
        SetupError: there is no browser, or what it would show cannot be relied on.
    """
    async with launched(executable, arguments, resolver) as live:
        live.tested = await tested(live)
        yield live


def recorded(browser: recording.Browser, pages: Iterable[Page]) -> Recording:
    """Put pages that a browser saw into a recording that is made now."""
    made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Recording(version=VERSION, made=made, bandeau=__version__, browser=browser, pages=tuple(pages))
