"""Puts the pieces together that the browser sends of each request, hop by hop. Not a collector: it feeds them.

Raw headers (with the cookies that went out and came back) arrive apart from the request, before or after it, and in the
order of its hops; a hop of which the browser sends none (from a cache, by a service worker) says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bandeau.audit.collectors.base import Exchange, Notebook, Params, SetLine, Target, cause_of_initiator
from bandeau.audit.facts import Request, SentCookie

ANSWERED = ("set-cookie", "link", "location", "refresh", "content-type", "access-control-allow-origin", "retry-after")
"""The headers of an answer that are kept: those that set, lead, open or ask for time."""
SPOKEN = ("sec-gpc", "dnt")
"""The headers of a request that are kept: those that tell of consent."""
UNHEARD = ("data:", "blob:", "about:", "chrome:", "chrome-error:", "devtools:", "javascript:")
"""Addresses that contact nobody."""
ENDLESS = frozenset({"EventSource", "WebSocket", "Media", "Ping"})
"""Kinds of request whose answer nobody waits for."""


@dataclass(slots=True)
class _Hop:
    fact: dict[str, Any]
    tick: float  # of the browser's own clock, in seconds, when it began
    raw: bool | None = None  # whether the browser sends its raw headers too; None: it did not say
    answered: int = 0
    done: bool = False


@dataclass(slots=True)
class _Chain:
    hops: list[_Hop] = field(default_factory=list)
    sent: list[Params] = field(default_factory=list)
    answers: list[Params] = field(default_factory=list)


class Exchanges:
    """The requests of one state of one visit."""

    def __init__(self, notebook: Notebook) -> None:
        self.book = notebook
        self._chains: dict[str, _Chain] = {}
        self._count = 0
        self._handlers = {
            "Network.requestWillBeSent": self._sent,
            "Network.requestWillBeSentExtraInfo": lambda _, params: self._chain(params).sent.append(params),
            "Network.responseReceived": self._received,
            "Network.responseReceivedExtraInfo": lambda _, params: self._chain(params).answers.append(params),
            "Network.loadingFinished": self._finished,
            "Network.loadingFailed": self._failed,
        }

    @property
    def events(self) -> tuple[str, ...]:
        """The events of the protocol that it takes."""
        return tuple(self._handlers)

    def event(self, target: Target, name: str, params: Params) -> None:
        """Take one piece."""
        if self.book.full or len(self._chains) > 20_000:
            self.book.trouble("too-many-requests", "the page made more requests than are kept; the rest is left out")
            return
        self._handlers[name](target, params)

    def waiting(self, patience: int) -> bool:
        """Whether a request that is younger than so many milliseconds still waits for its answer."""
        since = self.book.at - patience
        last = (chain.hops[-1] for chain in self._chains.values() if chain.hops)
        return any(not hop.done and hop.fact["at"] > since and hop.fact["kind"] not in ENDLESS for hop in last)

    def take(self) -> list[Exchange]:
        """Give everything that was exchanged, in order of time, and begin anew.

        What is still under way is given as it stands: with whatever comes later the state had nothing to do.
        """
        chains, self._chains = self._chains, {}
        found = [exchange for chain in chains.values() for exchange in self._exchanges(chain)]
        return sorted(found, key=lambda exchange: exchange.request.at)

    def _chain(self, params: Params) -> _Chain:
        return self._chains.setdefault(params["requestId"], _Chain())

    def _sent(self, target: Target, params: Params) -> None:
        if params["request"]["url"].startswith(UNHEARD):
            return
        chain = self._chain(params)
        answer = params.get("redirectResponse")
        if answer and chain.hops:
            self._answered(chain.hops[-1], answer, params["timestamp"], raw=params.get("redirectHasExtraInfo"))
            chain.hops[-1].done = True
        elif chain.hops:
            return  # a frame in a process of its own tells its request in two sessions
        self.book.stir()
        self._count += 1
        chain.hops.append(_Hop(self._begun(target, params, chain), params["timestamp"]))

    def _begun(self, target: Target, params: Params, chain: _Chain) -> dict[str, Any]:
        request, cut = params["request"], self.book.cut
        page = cut(params.get("documentURL") or target.url)
        return {
            "at": self.book.at_time(params["wallTime"]),
            "view": self.book.view,
            "page": page,
            "by": cause_of_initiator(params["initiator"]),
            "id": f"r{self._count}",
            "url": request["url"][:4096],
            "method": request["method"],
            "kind": params.get("type", "Other"),
            "frame": page,
            "top": target.main and params.get("frameId") == target.id,
            "worker": target.worker,
            "follows": chain.hops[-1].fact["id"] if chain.hops else "",
            "referrer": cut(_lower(request["headers"]).get("referer", "")),
            "body": cut(request.get("postData", "")),
        }

    def _received(self, _: Target, params: Params) -> None:
        if (chain := self._chain(params)).hops:
            self._answered(chain.hops[-1], params["response"], params["timestamp"], raw=params.get("hasExtraInfo"))

    def _finished(self, _: Target, params: Params) -> None:
        if (chain := self._chain(params)).hops:
            self.book.stir()
            chain.hops[-1].fact["size"] = int(params["encodedDataLength"])
            chain.hops[-1].done = True

    def _failed(self, _: Target, params: Params) -> None:
        if (chain := self._chain(params)).hops:
            self.book.stir()
            hop, stopped = chain.hops[-1], params.get("blockedReason", "")
            error = params["errorText"] or ("canceled" if params.get("canceled") else "failed")
            if stopped:
                hop.fact["stopped"] = stopped
            elif not hop.answered:  # else its answer came, and only the rest of the body was not waited for
                hop.fact["failed"] = error
            hop.done = True

    def _answered(self, hop: _Hop, answer: Params, tick: float, *, raw: bool | None) -> None:
        self.book.stir()
        hop.raw, hop.answered = raw, hop.fact["at"] + max(0, int((tick - hop.tick) * 1000))
        hop.fact["status"] = int(answer["status"])
        hop.fact["address"] = answer.get("remoteIPAddress", "")
        hop.fact["answer"] = self._kept(answer["headers"], ANSWERED)

    def _exchanges(self, chain: _Chain) -> Iterator[Exchange]:
        sent, answers = iter(chain.sent), iter(chain.answers)
        for hop in chain.hops:
            lines: tuple[SetLine, ...] = ()
            if hop.raw is not False:
                raw, back = next(sent, None), next(answers, None)
                if raw:
                    hop.fact |= {"cookies": _cookies(raw), "headers": self._kept(raw["headers"], SPOKEN)}
                if back:
                    hop.fact["status"] = hop.fact.get("status") or int(back["statusCode"])
                    hop.fact["answer"] = self._kept(back["headers"], ANSWERED)
                    lines = _lines(back)
            yield Exchange(Request(**hop.fact), hop.answered or hop.fact["at"], lines)

    def _kept(self, headers: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
        lower = _lower(headers)
        return {name: self.book.cut(lower[name]) for name in names if name in lower}


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _cookies(raw: Params) -> tuple[SentCookie, ...]:
    """The cookies that really went out: what the browser held back has a reason."""
    return tuple(
        SentCookie(name=cookie["name"], domain=cookie["domain"].lstrip("."), path=cookie["path"])
        for cookie in (one["cookie"] for one in raw["associatedCookies"] if not one["blockedReasons"])
    )


def _lines(back: Params) -> tuple[SetLine, ...]:
    refused = {one["cookieLine"]: ", ".join(one["blockedReasons"]) for one in back["blockedCookies"]}
    text = _lower(back["headers"]).get("set-cookie", "")
    return tuple(SetLine(line, refused.get(line, "")) for line in text.split("\n") if line)
