"""The course of one page: its visits, and the states of each.

Visit 1: the page is opened (``before``), then refused (``refused``). Visit 2, in a clean profile: accepted
(``accepted``), then taken back (``withdrawn``). Where asked, a visit in which the notice is read with its settings, and
one for each declared service alone. After a choice the page is first watched as it stands (view 0), then opened anew
(view 1), then links of the same site are followed (views 2 and on).

Other pages of the site may be read on in the same visits: each is opened once in every state, after the page itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from hashlib import blake2b
from math import inf
from typing import Any, TypeVar

import msgspec
from playwright.async_api import Error as PlaywrightError

from bandeau.audit.recording import Device, Page, State, Stay, Trouble
from bandeau.audit.visit.asking import Answered, Asker
from bandeau.audit.visit.browser import Live
from bandeau.audit.visit.plan import Plan, Seen
from bandeau.audit.visit.sitting import Lost, Sitting, sitting
from bandeau.audit.visit.stay import Draft, Ended, stay
from bandeau.model import Declaration

Allowed = Callable[[str], Awaitable[bool]]
_T = TypeVar("_T")

_GRACE = 1.0  # seconds that a notice may be later than the first time

NO_NOTICE = Trouble(code="no-notice", text="no notice was found on the page, so there was nothing to answer")
LOST = Trouble(code="lost", text="the visit could not go on, for the reason that the state before it tells")


async def see(
    live: Live,
    url: str,
    plan: Plan,
    asker: Asker,
    *,
    device: Device = Device.DESKTOP,
    declaration: Declaration | None = None,
    allowed: Allowed | None = None,
    then: Sequence[str] = (),
) -> Seen:
    """See one page in every state that the plan asks for.

    Never raises for what a page does: troubles go into the page.

    Args:
        live: a browser.
        url: the page's address.
        plan: what is asked for.
        asker: finds and answers the notice.
        device: what the page believes to be shown on.
        declaration: names the services; each that is asked about is seen alone, where the plan asks for it.
        allowed: says of a link whether it may be followed; without it, all may.
        then: other pages of the site, to be read on in the same visits, where the page has a notice.

    Raises:
        Gone: the browser itself ended.
    """
    course = _Course(live, url, plan, asker, device, allowed, then)
    if {State.BEFORE, State.REFUSED} & course.wanted:
        await course.refusing()
    if {State.ACCEPTED, State.WITHDRAWN} & course.wanted:
        await course.accepting()
    if plan.read:
        await course.reading()
    if plan.alone and declaration is not None:
        for service in declaration.services:
            if not declaration.exempt(service):  # nobody is asked about the others
                await course.alone(service.id, service.name)
    return course.seen()


class _Course:
    """The visits of one page, and what they came to."""

    def __init__(
        self,
        live: Live,
        url: str,
        plan: Plan,
        asker: Asker,
        device: Device,
        allowed: Allowed | None,
        then: Sequence[str],
    ) -> None:
        self.live = live
        self.url = url
        self.plan = plan
        self.asker = asker
        self.device = device
        self.allowed = allowed
        self.wanted = frozenset(plan.states)
        self._stays: list[Stay] = []
        self._then: dict[str, list[Stay]] = {other: [] for other in then}
        self._ended_by = ""  # the page with which a visit ended that read on
        self._pictures: dict[str, bytes] = {}
        self._again = inf  # seconds that a notice may take to ask again
        self._absent: Trouble | None = None  # why no notice can be answered, as the first visit found

    def seen(self) -> Seen:
        """Everything so far."""
        page = Page(url=self.url, device=self.device, stays=tuple(self._stays))
        states = [(stay.state, stay.service) for stay in self._stays]
        then = tuple(
            Page(url=url, device=self.device, after=self.url, stays=tuple(stays))
            for url, stays in self._then.items()
            if [(stay.state, stay.service) for stay in stays] == states
        )
        return Seen(page=page, pictures=self._pictures, then=then, ended_by=self._ended_by)

    async def refusing(self) -> None:
        """The visit before a choice, and after a refusal."""
        async with sitting(self.live, self.plan, self.device) as one:
            before = await self._stay(one, Draft(State.BEFORE), self._before(one))
            if before.stay.notice is None:
                self._absent = LOST if before.lost or not before.stay.reached else NO_NOTICE
            lost = before.lost or (not self._absent and not await self._read_on(one, State.BEFORE))
            if State.REFUSED in self.wanted:
                back = bool(self.plan.follow or self._then) and not self._absent  # from other pages
                lost = lost or (back and not await self._arrive(one))
                await self._answered(one, Draft(State.REFUSED), lost=lost)

    async def accepting(self) -> None:
        """The visit after an acceptance, and after it was taken back."""
        if self._absent:
            self._unreached(Draft(State.ACCEPTED), self._absent)
            self._unreached(Draft(State.WITHDRAWN), self._absent)
            return
        async with sitting(self.live, self.plan, self.device) as one:
            lost = not await self._arrive(one)
            went_on = await self._answered(one, Draft(State.ACCEPTED), lost=lost)
            if State.WITHDRAWN in self.wanted:
                if went_on and self._then:
                    went_on = await self._arrive(one)
                await self._answered(one, Draft(State.WITHDRAWN), lost=not went_on)

    async def alone(self, service: str, label: str) -> None:
        """A visit in which one service is allowed and the rest refused."""
        draft = Draft(State.ALONE, service=service)
        if self._absent:
            self._unreached(draft, self._absent)
            return
        async with sitting(self.live, self.plan, self.device) as one:
            lost = not await self._arrive(one)
            await self._answered(one, draft, lost=lost, label=label)

    async def reading(self) -> None:
        """A visit in which the notice is read with its settings; it goes into the stay before a choice."""
        if self._absent:
            return
        async with sitting(self.live, self.plan, self.device) as one:
            if not await self._arrive(one):
                return
            try:
                notice = await self._limited(one, lambda: self.asker.read(one.page))
            except Lost:
                return  # what was read before the choice stands
        if notice is not None:
            self._amend(State.BEFORE, notice=notice)

    async def _arrive(self, one: Sitting) -> bool:
        """Open the page where only what follows counts; says whether the visit can go on."""
        try:
            async with asyncio.timeout(self.plan.patience.stay):
                opened = await one.open(self.url)
                await one.settle()
        except (Lost, TimeoutError):
            return False
        one.watch.take()
        return opened

    def _before(self, one: Sitting) -> Callable[[Draft], Awaitable[None]]:
        async def course(draft: Draft) -> None:
            """Open the page, look for its notice, and see whether it still asks once the page was scrolled."""
            draft.reached = await one.open(self.url)
            if not draft.reached:
                return
            await one.settle()
            began = time.monotonic()
            draft.notice = await self._limited(one, lambda: self.asker.find(one.page))
            self._again = time.monotonic() - began + _GRACE
            if self.plan.scroll:
                await one.scroll()
                await one.settle()
            draft.asks = draft.notice is not None and await self._still_asks(one)
            await self._follow(one, draft)

        return course

    async def _still_asks(self, one: Sitting) -> bool:
        """Whether a notice that was there is there after scrolling: some take that for consent."""
        return not self.plan.scroll or await self._asks(one)

    async def _asks(self, one: Sitting) -> bool:
        """Whether a notice shows on a page whose notice is known: it would come as fast as it came the first time."""
        return await self._limited(one, lambda: self.asker.find(one.page, self._again)) is not None

    async def _answered(self, one: Sitting, draft: Draft, *, lost: bool, label: str = "") -> bool:
        """A state that an answer leads to, and what is read on in it; says whether the visit can go on from there."""
        if lost or self._absent:
            self._unreached(draft, self._absent or LOST)
            return False
        ended = await self._stay(one, draft, self._after(one, label))
        if draft.state in (State.REFUSED, State.WITHDRAWN):
            self._belated(ended)
        if ended.stay.reached:
            return not ended.lost and await self._read_on(one, draft.state, draft.service)
        for stays in self._then.values():  # what cannot be had on the page cannot be had on those that follow it
            self._keep(msgspec.structs.replace(ended.stay, screenshot=""), stays)
        return False

    async def _read_on(self, one: Sitting, state: State, service: str = "") -> bool:
        """See the other pages in the state that a visit is in; says whether the visit can go on."""
        for url in self._then if not self._ended_by else ():
            ended = await self._stay(one, Draft(state, service), self._opened(one, url), url)
            if ended.lost or not ended.stay.reached:
                self._ended_by = url  # a tab that did not open one page may not open another
                return False
        return True

    def _opened(self, one: Sitting, url: str) -> Callable[[Draft], Awaitable[None]]:
        async def course(draft: Draft) -> None:
            # Without an answer the page before it may still be there, which is not to be taken for it.
            draft.reached = await one.open(url) and one.status > 0
            if draft.reached:
                await self._watched(one)

        return course

    def _after(self, one: Sitting, label: str) -> Callable[[Draft], Awaitable[None]]:
        async def course(draft: Draft) -> None:
            answered = await self._limited(one, lambda: self._answer(one, draft, label))
            draft.reached = answered is not None and answered.reached
            if answered is not None:
                chosen = max(one.watch.clicked, one.book.at_time(answered.acted))
                draft.chosen = chosen if draft.reached else 0
                draft.steps, draft.notice = answered.steps, answered.notice
                draft.trouble += answered.trouble
            if draft.reached:
                await one.settle()
                await self._anew(one, draft)

        return course

    def _answer(self, one: Sitting, draft: Draft, label: str) -> Coroutine[Any, Any, Answered]:
        if draft.state is State.WITHDRAWN:
            return self.asker.take_back(one.page)
        return self.asker.answer(one.page, draft.state, draft.service, label)

    async def _anew(self, one: Sitting, draft: Draft) -> None:
        """Open the page again in the state that was reached, and see whether it asks again."""
        one.book.view, draft.views = 1, 2
        if await one.open(self.url):
            await self._watched(one)
            draft.asks = await self._asks(one)
            await self._follow(one, draft)

    async def _watched(self, one: Sitting) -> None:
        await one.settle()
        if self.plan.scroll:
            await one.scroll()
            await one.settle()

    async def _to_follow(self, one: Sitting) -> list[str]:
        found: list[str] = []
        for address in await one.links():
            if len(found) == self.plan.follow:
                break
            if self.allowed is None or await self.allowed(address):
                found.append(address)
        return found

    async def _follow(self, one: Sitting, draft: Draft) -> None:
        """Open a few links of the same site, in the same state."""
        for address in await self._to_follow(one) if self.plan.follow else ():
            one.book.view = draft.views
            draft.views += 1
            if await one.open(address):
                await self._watched(one)

    async def _limited(self, one: Sitting, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T | None:
        """What the asker says; ``None`` where the page went away under it."""
        try:
            await one.alive()
            return await one.sure(work(), self.plan.patience.stay)
        except PlaywrightError as error:
            one.book.trouble("notice", f"looking for the notice failed: {error.message.splitlines()[0]}")
            return None

    async def _stay(
        self, one: Sitting, draft: Draft, course: Callable[[Draft], Awaitable[None]], other: str = ""
    ) -> Ended:
        page = blake2b((other or self.url).encode(), digest_size=6).hexdigest()  # pictures of many lie side by side
        name = "-".join(filter(None, (page, self.device, draft.state, draft.service))) + ".png"
        ended = await stay(one, draft, course, name if self.plan.screenshots else "")
        self._keep(ended.stay, self._then[other] if other else self._stays)
        if ended.stay.screenshot and ended.picture:
            self._pictures[name] = ended.picture
        return ended

    def _belated(self, ended: Ended) -> None:
        """Put what a page did before the click where it belongs: into the state before, which is the last kept one."""
        before = {State.REFUSED: State.BEFORE, State.WITHDRAWN: State.ACCEPTED}[ended.stay.state]
        found = next((stay for stay in self._stays if stay.state is before), None)
        if found and ended.early:
            self._amend(before, facts=(*found.facts, *ended.early))

    def _amend(self, state: State, **values: object) -> None:
        self._stays = [msgspec.structs.replace(stay, **values) if stay.state is state else stay for stay in self._stays]

    def _unreached(self, draft: Draft, why: Trouble) -> None:
        made = Stay(state=draft.state, service=draft.service, reached=False, views=0, trouble=(why,))
        self._keep(made, self._stays)

    def _keep(self, made: Stay, stays: list[Stay]) -> None:
        if made.state in self.wanted or made.state is State.ALONE:
            stays.append(made)
