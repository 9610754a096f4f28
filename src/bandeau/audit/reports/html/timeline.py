"""In the order of time: one drawing for each visit of a page, with what was loaded and stored when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bandeau.ask.markup import Html, html, tag
from bandeau.audit.facts import CookieSet, Fact, Request, Storing
from bandeau.audit.recording import Page, State, Stay
from bandeau.audit.reports.html.parts import cut, folded, limited
from bandeau.audit.reports.result import STATES, Result
from bandeau.audit.reports.wording import count
from bandeau.audit.site import host_of, site_of

EVENTS = 60  # told in words, of each visit
_WIDTH, _X, _LANE = 960, 110, 30
_LANES = ("this site", "others", "stored here")
_VISITS = ((State.BEFORE, State.REFUSED), (State.ACCEPTED, State.WITHDRAWN))
_CLASSES = ("mine", "theirs", "cookie")


@dataclass(frozen=True, slots=True)
class _Event:
    """What happened: when, in which lane, in words, and whether a finding names it."""

    at: int
    lane: int
    text: str
    blamed: bool


def timelines(result: Result) -> Html | None:
    """The pages with the gravest findings first; the others are in the recording."""
    drawn = [(page, made) for page in result.gravest.drawn if (made := _page(result, page))]
    if not drawn:
        return None
    left = result.spool.count() - len(drawn)
    more = tag("p", f"and {count(left, 'more page')}, in the recording", class_="more") if left > 0 else None
    told = (
        folded(f"{cut(page.url, 120)} ({page.device})", made, opened=not number)
        for number, (page, made) in enumerate(drawn)
    )
    return html(
        tag(
            "p",
            "Each mark is a request, or something stored. A tall red one, ✕ in the words below, is named by a finding.",
        ),
        told,
        more,
    )


def _page(result: Result, page: Page) -> Html:
    blamed = {
        (evidence.state, evidence.at)
        for finding in result.spool.findings_of(page.url, page.device)
        for evidence in finding.evidence
    }
    own = site_of(host_of(page.url))
    visits = [[stay for state in visit if (stay := page.stay(state))] for visit in _VISITS]
    visits += [[stay] for stay in page.stays if stay.state is State.ALONE and stay.reached]
    return html(_visit(page, stays, own, blamed) for stays in visits if any(stay.facts for stay in stays))


def _visit(page: Page, stays: Sequence[Stay], own: str, blamed: set[tuple[State, int]]) -> Html:
    events = {id(stay): list(_events(stay, own, blamed)) for stay in stays}
    starts = [min((fact.at for fact in stay.facts), default=0) for stay in stays]
    last = max((event.at for some in events.values() for event in some), default=starts[0])
    span = range(starts[0], max(last, *starts) + 1)
    words = " then ".join(_named(stay) for stay in stays)
    title = f"{words}: {count(sum(map(len, events.values())), 'event')} in {len(span) / 1000:.1f} seconds"
    label = f"{cut(page.url, 120)} ({page.device}), {title}"
    height = 24 + _LANE * len(_LANES) + 20
    bands = (
        _band(
            stay, _at(start, span) if number else _X, _at([*starts, span.stop][number + 1], span), odd=number % 2 == 1
        )
        for number, (stay, start) in enumerate(zip(stays, starts, strict=True))
    )
    svg = tag(
        "svg",
        tag("title", title),
        bands,
        (_lane(number, name) for number, name in enumerate(_LANES)),
        (_views(stay, span) for stay in stays),
        (_marks(events[id(stay)], span) for stay in stays),
        _axis(span, height),
        viewBox=f"0 0 {_WIDTH} {height}",
        role="img",
    )
    drawing = tag("div", svg, class_="drawing", tabindex="0", role="region", aria_label=label)
    every = [event for stay in stays for event in events[id(stay)]]
    told = tag("ol", limited(_gravest(every), EVENTS, _told), class_="evidence")
    return html(drawing, folded(f"{words[0].upper()}{words[1:]}, in words", told))


def _named(stay: Stay) -> str:
    return STATES[stay.state] + (f" ({cut(stay.service, 40)})" if stay.service else "")


def _gravest(events: list[_Event]) -> list[_Event]:
    """In order; where there are too many, what a finding names stays."""
    kept = sorted(events, key=lambda event: (not event.blamed, event.at))[:EVENTS]
    return sorted(kept, key=lambda event: event.at) + events[len(kept) :]


def _told(event: _Event) -> Html:
    mark = "✕ " if event.blamed else ""
    return tag("li", tag("span", f"{event.at / 1000:.2f} s ", class_="when"), mark, cut(event.text))


def _events(stay: Stay, own: str, blamed: set[tuple[State, int]]) -> Iterator[_Event]:
    for fact in stay.facts:
        if told := _event(fact, own):
            lane, text = told
            yield _Event(fact.at, lane, text, (stay.state, fact.at) in blamed)


def _event(fact: Fact, own: str) -> tuple[int, str] | None:
    match fact:
        case Request(stopped="") if host := host_of(fact.url):
            names = ", ".join(cookie.name for cookie in fact.cookies[:8])
            sent = f", with the cookies {names}" if names else ""
            return int(site_of(host) != own), f"{fact.method} {cut(fact.url, 160)} ({fact.kind}){sent}"
        case CookieSet(refused="") if fact.lifetime is None or fact.lifetime > 0:
            return 2, f"the cookie {cut(fact.name, 60)} was set for {cut(fact.domain, 80)} by {fact.via}"
        case Storing(op="set" | "open"):
            return 2, f"{cut(fact.key, 60)} was written to {fact.area}"
    return None


def _at(at: int, span: range) -> int:
    return _X + 8 + round((_WIDTH - _X - 24) * (at - span.start) / len(span))


def _band(stay: Stay, left: int, right: int, *, odd: bool) -> Html:
    size = {"x": str(left), "y": "18", "width": str(max(right - left, 1)), "height": str(_LANE * len(_LANES) + 4)}
    words = tag("text", _named(stay), x=str(left + 4), y="12", class_="small")
    return html(tag("rect", class_="band other" if odd else "band", **size), words)


def _lane(number: int, name: str) -> Html:
    y = 20 + _LANE * number
    line = {"x1": "0", "x2": str(_WIDTH), "y1": str(y + _LANE), "y2": str(y + _LANE)}
    return html(tag("line", class_="axis", **line), tag("text", name, x="4", y=str(y + 19)))


def _views(stay: Stay, span: range) -> Iterator[Html]:
    """Where the page was opened anew in the same state."""
    for view in range(1, stay.views):
        at = min((fact.at for fact in stay.facts if fact.view == view), default=None)
        if at is not None:
            x = str(_at(at, span))
            yield tag("line", class_="view", x1=x, x2=x, y1="18", y2=str(22 + _LANE * len(_LANES)))


def _marks(events: Sequence[_Event], span: range) -> Iterator[Html]:
    """One mark for each place that can be told apart: however much happens, there are never more than pixels."""
    places: dict[tuple[int, int], bool] = {}
    for event in events:
        place = (_at(event.at, span) // 4 * 4, event.lane)
        places[place] = places.get(place, False) or event.blamed
    for (x, lane), blamed in places.items():
        y = 20 + _LANE * lane + 5
        size = {"x": str(x), "y": str(y - (3 if blamed else 0)), "width": "3", "height": "26" if blamed else "20"}
        yield tag("rect", class_="blame" if blamed else _CLASSES[lane], **size)


def _axis(span: range, height: int) -> Iterator[Html]:
    """A number at every whole second that has room."""
    step = 1000 * max(1, round(len(span) / 8000))
    for at in range(-(-span.start // step) * step, span.stop, step):
        yield tag("text", f"{at // 1000} s", x=str(_at(at, span)), y=str(height - 4), class_="small")
