"""Who got what, drawn: from the pages to hosts to those who own them, one drawing for each state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bandeau.ask.markup import Html, html, tag
from bandeau.audit.recording import State
from bandeau.audit.reports.html.parts import cut, folded
from bandeau.audit.reports.result import STATES
from bandeau.audit.reports.traffic import OWN, Flow, Traffic
from bandeau.audit.reports.wording import count, several

HOSTS = 24
_ROW, _TOP = 30, 36
_LEFT, _MIDDLE, _RIGHT, _WIDTH = 96, 210, 610, 960


@dataclass(frozen=True, slots=True)
class _Line:
    """One host with what it got; ``y`` is where it stands."""

    host: str
    owner: str
    flow: Flow
    accused: bool
    y: int


def flows(seen: Traffic) -> Html | None:
    """The drawings; the one after a refusal is open, or else the first with somebody else in it."""
    lines = {state: _lines(seen, state) for state in seen.states}
    full = [state for state in seen.states if lines[state]]
    if not full:
        return None
    first = State.REFUSED if State.REFUSED in full else full[0]
    return html(
        tag(
            "p",
            "Other people’s hosts that the pages contacted, and who owns them, in each state that there were any.",
        ),
        _legend(),
        (_drawing(state, lines[state], opened=state is first) for state in full),
    )


def _lines(seen: Traffic, state: State) -> list[_Line]:
    flows = [
        (host, flow) for host, flow in seen.flows.get(state, {}).items() if seen.owners[host] != OWN and flow.requests
    ]
    blamed = {owner for (where, owner, *_), _ in seen.grave.items() if where == state}

    def order(one: tuple[str, Flow]) -> tuple[bool, str, str]:
        owner = seen.owners[one[0]]
        return owner not in blamed, owner, one[0]

    return [
        _Line(host, seen.owners[host], flow, seen.owners[host] in blamed, _TOP + number * _ROW)
        for number, (host, flow) in enumerate(sorted(flows, key=order))
    ]


def _drawing(state: State, lines: list[_Line], *, opened: bool) -> Html:
    shown, left = lines[:HOSTS], len(lines) - HOSTS
    height = _TOP + len(shown) * _ROW
    owners = dict.fromkeys(line.owner for line in lines)
    title = f"{STATES[state]}: {count(len(lines), 'host')} of {count(len(owners), 'other')}"
    middle = (_TOP + height - _ROW) // 2
    svg = tag(
        "svg",
        tag("title", title),
        tag("text", "pages", x="8", y="14", class_="small"),
        tag("text", "hosts", x=str(_MIDDLE), y="14", class_="small"),
        tag("text", "who owns them", x=str(_RIGHT), y="14", class_="small"),
        (_edge(line, middle) for line in shown),
        _knot(8, middle, _LEFT - 8, accused=False),
        tag("text", "your pages", x="18", y=str(middle + 4)),
        (_host(line) for line in shown),
        _owners(shown),
        viewBox=f"0 0 {_WIDTH} {height + 4}",
        role="img",
    )
    more = tag("p", f"and {count(left, 'more host')}", class_="more") if left > 0 else None
    words = tag("ul", (tag("li", _told(line)) for line in shown), class_="evidence")
    drawn = tag("div", svg, class_="drawing", tabindex="0", role="region", aria_label=title)
    return folded(title[0].upper() + title[1:], html(drawn, more, folded("The same in words", words)), opened=opened)


def _told(line: _Line) -> str:
    sent = (
        f", with the cookies {several([cut(name, 40) for name in sorted(line.flow.cookies)], 8)}"
        if line.flow.cookies
        else ""
    )
    blamed = "✕ " if line.accused else ""
    return f"{blamed}{cut(line.host, 80)} ({cut(line.owner, 60)}): {count(line.flow.requests, 'request')}{sent}"


def _knot(x: int, y: int, width: int, *, accused: bool) -> Html:
    box = {"x": str(x), "y": str(y - 11), "width": str(width), "height": "22", "rx": "4"}
    return tag("rect", class_="knot accused" if accused else "knot", **box)


def _curve(start: tuple[int, int], end: tuple[int, int], kind: str) -> Html:
    middle = (start[0] + end[0]) // 2
    path = f"M{start[0]} {start[1]}C{middle} {start[1]} {middle} {end[1]} {end[0]} {end[1]}"
    return tag("path", d=path, class_=kind)


def _kind(line: _Line) -> str:
    return "line" + (" carries" if line.flow.cookies else "") + (" accused" if line.accused else "")


def _edge(line: _Line, middle: int) -> Html:
    return _curve((_LEFT, middle), (_MIDDLE, line.y), _kind(line))


def _host(line: _Line) -> Html:
    sent = f" · {count(len(line.flow.cookies), 'cookie')} sent" if line.flow.cookies else ""
    told = tag("tspan", f" {count(line.flow.requests, 'request')}{sent}", class_="small")
    mark = "✕ " if line.accused else ""
    label = tag("text", f"{mark}{cut(line.host, 34)}", told, x=str(_MIDDLE + 10), y=str(line.y + 4))
    return html(_knot(_MIDDLE, line.y, 340, accused=line.accused), label)


def _owners(lines: list[_Line]) -> Iterator[Html]:
    """An owner stands once, beside the middle of its hosts, which are neighbours."""
    by_owner: dict[str, list[_Line]] = {}
    for line in lines:
        by_owner.setdefault(line.owner, []).append(line)
    for owner, own in by_owner.items():
        y = (own[0].y + own[-1].y) // 2
        yield from (_curve((_MIDDLE + 340, line.y), (_RIGHT, y), _kind(line)) for line in own)
        accused = any(line.accused for line in own)
        yield _knot(_RIGHT, y, _WIDTH - _RIGHT - 8, accused=accused)
        yield tag("text", ("✕ " if accused else "") + cut(owner, 44), x=str(_RIGHT + 10), y=str(y + 4))


def _legend() -> Html:
    kinds = (
        ("line carries", "cookies were sent along"),
        ("line", "contacted without cookies: the address is still told"),
        ("line accused", "✕ a finding"),
    )
    stroke = {"d": "M0 6H24"}
    return tag(
        "ul",
        (
            tag("li", tag("svg", tag("path", class_=kind, **stroke), viewBox="0 0 24 12", aria_hidden="true"), words)
            for kind, words in kinds
        ),
        class_="legend",
    )
