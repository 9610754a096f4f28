"""The unit that audits: each page is seen in a browser, in every state of consent, on every device of the plan."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from math import inf

import msgspec
from playwright.async_api import Page as Tab

from bandeau.audit.facts import Request
from bandeau.audit.many.manners import Links
from bandeau.audit.many.unit import Opened, Outcome, Tell
from bandeau.audit.pace import asked_wait
from bandeau.audit.recording import Page, State
from bandeau.audit.seen import Notice
from bandeau.audit.visit import Answered, Asker, Live, Plan, Seen, opened, see
from bandeau.errors import BandeauError
from bandeau.model import Declaration

_BUSY = (429, 503)


class BrowserEnded(BandeauError):
    """The browser ended while pages were seen: they are to be seen again in another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visiting:
    """What is asked of a browser for each page.

    ``robots`` is whether robots.txt is heeded for the links of a page that are followed. ``asker`` makes who finds and
    answers notices; it is pickled, and known by its ``repr``: a class of a module, or a value that can be called.
    """

    plan: Plan
    asker: Callable[[], Asker]
    declaration: Declaration | None = None
    robots: bool = True
    executable: str | None = None
    arguments: tuple[str, ...] = ()

    @property
    def settings(self) -> str:
        """What a table is gone on with by the same only: everything that changes what is seen."""
        asked = repr((self.plan, self.declaration, self.asker, self.robots))
        return hashlib.sha256(asked.encode()).hexdigest()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Opened]:
        """Start a browser, tested."""
        async with opened(self.executable, self.arguments) as live:
            asker, links = self.asker(), Links() if self.robots else None

            async def seen(url: str, tell: Tell, then: Sequence[str] = ()) -> Outcome:
                return await self._see(live, _Telling(asker, tell), url, links, then)

            yield Opened(seen, live.facts())

    async def _see(self, live: Live, asker: _Telling, url: str, links: Links | None, then: Sequence[str]) -> Outcome:
        """See a page on every device of the plan, and those that are read on after it."""
        seen: list[Seen] = []
        ended_by = ""
        for device in self.plan.devices:
            asker.tell(State.BEFORE)
            look = partial(see, live, url, self.plan, asker, device=device, declaration=self.declaration, allowed=links)
            one = await look(then=() if ended_by else then)
            if one.ended_by:  # the page itself does not suffer for one that follows it
                ended_by = one.ended_by
                one = await look()
            if not live.browser.is_connected():
                # Whatever is missing then is missing for this reason: it says nothing of the page.
                raise BrowserEnded("the browser ended")
            seen.append(one)
            if asked_again(one.page, datetime.now(UTC)) is not None:
                break
        followed = {page.url for one in seen for page in one.then}
        whole = {page: _outcome(seen, page) for page in followed}
        others = {page: outcome for page, outcome in whole.items() if len(outcome.pages) == len(seen)}
        return replace(_outcome(seen, url), then=others, ended_by=ended_by)


@dataclass(frozen=True, slots=True)
class _Telling:
    """An asker that tells which state its answers lead to."""

    asker: Asker
    tell: Tell

    async def find(self, page: Tab, within: float = inf) -> Notice | None:
        return await self.asker.find(page, within)

    async def read(self, page: Tab) -> Notice | None:
        self.tell(State.BEFORE)
        return await self.asker.read(page)

    async def answer(self, page: Tab, state: State, service: str = "", label: str = "") -> Answered:
        self.tell(state)
        return await self.asker.answer(page, state, service, label)

    async def take_back(self, page: Tab) -> Answered:
        self.tell(State.WITHDRAWN)
        return await self.asker.take_back(page)


def _outcome(seen: Sequence[Seen], url: str) -> Outcome:
    """What came of one page on all devices, its pictures named apart from those of all other pages."""
    pages = [page for one in seen for page in (one.page, *one.then) if page.url == url]
    drawn = {name: body for one in seen for name, body in one.pictures.items()}
    names = [stay.screenshot for page in pages for stay in page.stays if stay.screenshot]
    pictures = {_name(url, name): drawn[name] for name in names}
    waits = (asked_again(page, datetime.now(UTC)) for page in pages)
    again = next((wait for wait in waits if wait is not None), None)
    return Outcome(tuple(_named(page, url) for page in pages), pictures, again)


def _named(page: Page, url: str) -> Page:
    stays = (
        msgspec.structs.replace(stay, screenshot=_name(url, stay.screenshot)) if stay.screenshot else stay
        for stay in page.stays
    )
    return msgspec.structs.replace(page, stays=tuple(stays))


def _name(url: str, name: str) -> str:
    return f"{hashlib.sha256(url.encode()).hexdigest()[:16]}-{name}"


def asked_again(page: Page, now: datetime) -> float | None:
    """For how many seconds a page's host asks to be left alone; ``None`` where it answered the page."""
    if not any(stay.status in _BUSY for stay in page.stays):
        return None
    facts = (fact for stay in page.stays for fact in stay.facts)
    return asked_wait(_retry_after(fact for fact in facts if isinstance(fact, Request)), now)


def _retry_after(requests: Iterable[Request]) -> str:
    """The ``Retry-After`` of the last document of the page that was refused."""
    found = ""
    for request in requests:
        if request.kind == "Document" and request.top and request.status in _BUSY:
            found = request.answer.get("retry-after", "")
    return found
