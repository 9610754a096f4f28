"""Holding: each promise of a notice against what was seen. Kept, broken with the evidence, or not testable here.

``JUDGES`` is the one table of how each kind is held. What was set, read or contacted without consent is not judged
again here: the findings of ``inspect`` say it, so that a report never has two opinions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from msgspec.structs import replace

from bandeau.audit.finding import Finding, Held, Promise, Verdict, Word
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.promises import clicking, lasting, telling, tracking
from bandeau.audit.promises.judged import Judged, untested
from bandeau.audit.promises.reading import read_promises
from bandeau.audit.promises.seeing import MOST, Sight
from bandeau.audit.recording import Page, State
from bandeau.audit.seen import Layer, Notice
from bandeau.model import Declaration

Judge = Callable[[Promise, Sight], Judged]


def _never(why: str, _promise: Promise, _sight: Sight) -> Judged:
    return untested(why)


JUDGES: Mapping[str, Judge] = {
    "controller": telling.controller,
    "partners": telling.partners,
    "data": telling.data,
    "purposes": telling.purposes,
    "refusal-leaves": tracking.refusal_leaves,
    "consent-first": partial(tracking.without_breach, State.BEFORE),
    "always-on": clicking.always_on,
    "needs-acceptance": tracking.needs_acceptance,
    "stops-following": tracking.stops_following,
    "free-access": clicking.free_access,
    "wall": partial(_never, "an audit buys nothing, so the other way is not seen"),
    "indicator": partial(_never, "a recording holds no colours of bands and dots"),
    "change": clicking.change,
    "easy-withdrawal": clicking.easy_withdrawal,
    "choice-lifetime": lasting.choice_lifetime,
    "cookie-lifetime": lasting.cookie_lifetime,
    "policy": clicking.policy,
    "legitimate-interest": partial(_never, "on which ground data is processed is nothing that a browser sees"),
    "scrolling": partial(
        _never, "silence is no consent (Planet49, C-673/17): what is done before a choice is judged as done without one"
    ),
    "gpc": tracking.gpc,
    "no-tracking": tracking.no_tracking,
    "no-third-parties": tracking.no_third_parties,
    "no-sale": partial(_never, "what becomes of data once it was sent is nothing that a browser sees"),
    "no-profiling": tracking.no_profiling,
    "no-transfer": telling.no_transfer,
    "ip-anonymised": partial(_never, "what a server does with an address is nothing that a browser sees"),
    "anonymous-statistics": tracking.anonymous_statistics,
}
"""How each kind of promise is held against what was seen."""


def hold(
    promises: tuple[Promise, ...],
    page: Page,
    findings: tuple[Finding, ...],
    declaration: Declaration | None,
    knowledge: Knowledge,
) -> tuple[Held, ...]:
    """Hold the promises of a page's notice against what was seen of the page.

    Args:
        promises: as they were read from the notice that the page showed.
        page: the page in all its states.
        findings: what ``inspect`` said of the recording that the page is of.
        declaration: what the site declares; ``None`` where there is none.
        knowledge: who owns a host, what a cookie is for.

    Returns:
        A verdict for each promise, in their order.
    """
    sight = Sight(page, promises, findings, declaration, knowledge)
    return tuple(_held(promise, JUDGES[promise.kind](promise, sight)) for promise in promises)


def _held(promise: Promise, judged: Judged) -> Held:
    """A verdict on a promise: what it excepts itself does not break it, for nobody knows what the words cover."""
    excepted = promise.says.get("except", "")
    if judged.verdict is Verdict.BROKEN and excepted and promise.kind.startswith("no-"):
        why = f"it makes an exception that cannot be told from a breach: {excepted}"
        return Held(promise=promise, verdict=Verdict.UNTESTED, evidence=judged.evidence[:MOST], why=why)
    return Held(promise=promise, verdict=judged.verdict, evidence=judged.evidence[:MOST], why=judged.why)


def words_of(
    page: Page, findings: tuple[Finding, ...], declaration: Declaration | None, knowledge: Knowledge
) -> Word | None:
    """Read the notice that a page showed, each layer where it was first seen, and hold each promise.

    ``None`` where the page showed no notice. The arguments are those of ``hold``.
    """
    notice = _whole(page)
    if notice is None:
        return None
    tag = next(stay.language for stay in page.stays if stay.notice is not None)
    promises, unread = read_promises(notice, language=tag)
    held = hold(promises, page, findings, declaration, knowledge)
    return Word(page=page.url, device=page.device, promises=held, unread=unread)


def _whole(page: Page) -> Notice | None:
    """The notice with all the layers that were seen of it: who takes consent back may see others."""
    notices = [stay.notice for stay in page.stays if stay.notice is not None]
    if not notices:
        return None
    layers: dict[int, Layer] = {}
    for notice in notices:
        for layer in notice.layers:
            layers.setdefault(layer.number, layer)
    return replace(notices[0], layers=tuple(layers[number] for number in sorted(layers)))
