"""State by state: who was contacted and which trackers were used, in a table."""

from __future__ import annotations

from collections.abc import Iterator

from bandeau.ask.markup import Html, html, tag
from bandeau.audit.finding import Severity
from bandeau.audit.recording import State
from bandeau.audit.reports.html.parts import cut
from bandeau.audit.reports.result import STATES
from bandeau.audit.reports.traffic import OWN, Flow, Tracker, Traffic
from bandeau.audit.reports.wording import SIGNS, count, several

OWNERS = 40
TRACKERS = 10  # of each owner
_USES = ("set", "read", "sent", "kept")


def matrix(seen: Traffic) -> Html | None:
    """Rows are owners with their trackers, columns are states; a sign, a word and a colour tell what was found."""
    if not seen.states:
        return None
    columns = (tag("th", STATES[state], scope="col") for state in seen.states)
    head = tag("thead", tag("tr", tag("th", "Who, and with which tracker", scope="col"), columns))
    owners = seen.ranked
    trackers: dict[str, list[Tracker]] = {}
    for tracker in seen.trackers:
        trackers.setdefault(tracker.owner, []).append(tracker)
    bodies = (tag("tbody", _owner(seen, owner), _trackers(seen, trackers.get(owner, []))) for owner in owners[:OWNERS])
    table = tag("table", tag("caption", "Who was contacted in each state"), head, bodies)
    left = len(owners) - OWNERS
    return html(
        tag(
            "p",
            f"{SIGNS[Severity.ERROR]} and {SIGNS[Severity.WARNING]} mark findings; the rest breaks no known rule.",
        ),
        tag("div", table, class_="wide", tabindex="0", role="region", aria_label="State by state"),
        tag("p", f"and {count(left, 'more owner')}, in the JSON report", class_="more") if left > 0 else None,
    )


def _owner(seen: Traffic, owner: str) -> Html:
    hosts = [host for host, name in seen.owners.items() if name == owner and host]
    named = tag("small", several([cut(host, 80) for host in hosts], 3)) if hosts and owner not in hosts else None
    cells = (_flow(seen, state, owner) for state in seen.states)
    return tag("tr", tag("th", cut(owner, 80), named, scope="row"), cells, class_="owner")


def _flow(seen: Traffic, state: State, owner: str) -> Html:
    flow: Flow = seen.of(state, owner)
    grave = None if owner == OWN else seen.grave.get((state, owner))
    if not flow.requests and grave is None:
        return _cell(state, None, "–")
    words = count(flow.requests, "request") if flow.requests else "seen"
    sent = html(tag("small", f"{count(len(flow.cookies), 'cookie')} sent")) if flow.cookies else None
    return _cell(state, grave, words, sent)


def _trackers(seen: Traffic, trackers: list[Tracker]) -> Iterator[Html]:
    def order(tracker: Tracker) -> tuple[int, str]:
        ranks = [severity.rank for state in seen.states if (severity := _grave(seen, state, tracker))]
        return min(ranks, default=len(Severity)), tracker.name

    for tracker in sorted(trackers, key=order)[:TRACKERS]:
        cells = (_use(seen, state, tracker) for state in seen.states)
        named = html(tag("code", cut(tracker.name, 60) or "(no name)", dir="ltr"), f" {tracker.area}")
        yield tag("tr", tag("th", named, scope="row"), cells, class_="tracker")
    if (left := len(trackers) - TRACKERS) > 0:
        yield tag(
            "tr",
            tag("th", f"and {count(left, 'more tracker')}", scope="row"),
            (tag("td") for _ in seen.states),
            class_="tracker",
        )


def _grave(seen: Traffic, state: State, tracker: Tracker) -> Severity | None:
    return seen.grave.get((state, tracker.owner, tracker.area, tracker.name))


def _use(seen: Traffic, state: State, tracker: Tracker) -> Html:
    uses = seen.trackers[tracker].get(state, set())
    if not uses:
        return _cell(state, None, "–")
    return _cell(state, _grave(seen, state, tracker), ", ".join(use for use in _USES if use in uses))


def _cell(state: State, grave: Severity | None, words: str, more: Html | None = None) -> Html:
    kind = f"found {grave}" if grave else "nothing" if words == "–" else None
    return tag(
        "td", tag("span", f"{SIGNS[grave]} " if grave else None, words, more), class_=kind, data_state=STATES[state]
    )
