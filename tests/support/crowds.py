"""Pages that do one thing again and again: what judging a hostile page costs is measured with these."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from bandeau.audit.facts import (
    Alias,
    Area,
    Contact,
    CookieRead,
    CookieSet,
    Decorated,
    Fact,
    Kept,
    Probe,
    SentCookie,
    Signal,
    Storing,
    WorkerStarted,
)
from bandeau.audit.recording import Recording, State, Stay
from support.recordings import HOME, by, cookie, kept, page, recorded, request, stay

STATES = (State.BEFORE, State.REFUSED, State.ACCEPTED, State.WITHDRAWN)
YEAR = 31_536_000
_TC = "CPXxRfAPXxRfAAfKABENB-CgAP_AAP_AAAqIAAAA"


def _random(number: int, state: str = "") -> str:
    return hashlib.sha256(f"{number}{state}".encode()).hexdigest()[:24]


def _host(number: int) -> str:
    """Hosts of a tracker and of the site, all different."""
    return f"h{number}.regie.example" if number % 2 else f"h{number}.gazette.example"


def _one_of_each(number: int, state: State) -> tuple[Fact, ...]:
    """What an ordinary tracker does, every time from another host and under another name."""
    host, script, value = f"h{number}.regie.example", by(f"https://h{number}.regie.example/t.js"), _random(number)
    sent = tuple(SentCookie(name=f"c{number}_{each}", domain=host) for each in range(3))
    return (
        request(f"https://{host}/p?id={value}", "Image", size=43, by=script, cookies=sent),
        cookie(f"c{number}_0", value, host, lifetime=YEAR, by=script, via="document.cookie"),
        CookieRead(names=tuple(f"c{each}_0" for each in range(max(0, number - 5), number)), page=HOME, by=script),
        Storing(area=Area.LOCAL, op="set", key=f"k{number}", value=value, page=HOME, by=script),
        Storing(area=Area.LOCAL, op="get", key=f"k{number}", value=value, page=HOME, by=script),
        request(f"https://{host}/x?id={value}", "XHR", by=script, body=_random(number - 1)),
    )


def _detour(number: int, state: State) -> tuple[Fact, ...]:
    hop = request(f"https://{_host(number)}/", "Document", id=str(number))
    return hop, cookie("u", _random(number), _host(number), request=str(number))


def _one_name(number: int, state: State) -> tuple[Fact, ...]:
    host = f"a{number}.gazette.example"
    return cookie("_regie", _random(number), host, lifetime=YEAR), CookieRead(
        names=("_regie",), page=f"https://{host}/"
    )


def _one_key(number: int, state: State) -> tuple[Fact, ...]:
    return (Storing(area=Area.LOCAL, op="set", key="k", value=_random(number, state), page=HOME),)


def _many_read(number: int, state: State) -> tuple[Fact, ...]:
    return (CookieRead(names=("_regie", *(f"_regie{each}" for each in range(20))), page=HOME),)


def _many_sent(number: int, state: State) -> tuple[Fact, ...]:
    sent = tuple(SentCookie(name=f"u{each}", domain="regie.example") for each in range(20))
    return (request(f"https://regie.example/{number}", "Image", cookies=sent),)


def _same_request(number: int, state: State) -> tuple[Fact, ...]:
    return (request("https://regie.example/x", "Image", id=str(number), by=by("https://regie.example/x")),)


def _probe(number: int, state: State) -> tuple[Fact, ...]:
    return tuple(Probe(api=api, by=by(f"https://{_host(number)}/p.js")) for api in ("canvas", "audio"))


def _alias(number: int, state: State) -> tuple[Fact, ...]:
    host = f"a{number}.gazette.example"
    return request(f"https://{host}/"), Alias(host=host, names=tuple(f"a{number}.{each}.example" for each in range(8)))


def _link(number: int, state: State) -> tuple[Fact, ...]:
    return (Decorated(url=f"https://{_host(number)}/", names=("fbclid",)),)


def _signal(number: int, state: State) -> tuple[Fact, ...]:
    said = {"tcf": _TC, "gpp": f"DBABMA~{_TC}", "usp": "1YNN", "consent-mode": '["consent","update",{}]'}
    return tuple(Signal(system=system, said=said + _random(number), view=1) for system, said in said.items())


def _other(number: int, state: State) -> tuple[Fact, ...]:
    url = f"https://{_host(number)}/"
    return WorkerStarted(kind="service_worker", url=url), Contact(via="WebSocket", url=f"wss://{_host(number)}/")


def _prolonged(number: int, state: State) -> tuple[Fact, ...]:
    return (cookie("ps_id", "1", at=3_000 * number, view=number, lifetime=YEAR * 2 + number),)


def _stranger(number: int, state: State) -> tuple[Fact, ...]:
    host = f"t{number}.example"
    return (
        request(f"https://h{number}.{host}/?{_random(number - 1)}"),
        cookie(f"id{number}", _random(number), host, lifetime=YEAR),
    )


CROWDS: dict[str, Callable[[int, State], tuple[Fact, ...]]] = {
    "one of each": _one_of_each,
    "detours": _detour,
    "one cookie's name on many hosts": _one_name,
    "one key": _one_key,
    "many cookies read each time": _many_read,
    "many cookies sent each time": _many_sent,
    "the same request": _same_request,
    "probes": _probe,
    "aliases": _alias,
    "links": _link,
    "signals": _signal,
    "workers and sockets": _other,
    "one cookie prolonged": _prolonged,
    "strangers": _stranger,
}
"""By name, what a page does the nth time in a state."""


def crowd(name: str, size: int) -> Recording:
    """A page in four states that does something over and over: at least ``size`` facts, a quarter of them a state."""
    many = max(1, size // (4 * len(CROWDS[name](0, State.BEFORE))))
    return recorded(page(*(_stay(state, [CROWDS[name](number, state) for number in range(many)]) for state in STATES)))


def _stay(state: State, happened: list[tuple[Fact, ...]]) -> Stay:
    facts = [fact for several in happened for fact in several]
    return stay(state, *facts, kept=tuple(_left(facts).values()))


def _left(facts: list[Fact]) -> dict[tuple[str, str], Kept]:
    left: dict[tuple[str, str], Kept] = {}
    for fact in facts:
        if isinstance(fact, CookieSet):
            left[fact.name, fact.domain] = kept(fact.name, fact.value, fact.domain)
        elif isinstance(fact, Storing):
            left[fact.key, ""] = kept(fact.key, fact.value, "https://gazette.example", fact.area)
    return dict(list(left.items())[:5_000])  # as many as an audit keeps of a state
