"""Cookies that the answer to a WebSocket's handshake sets (RFC 6455, 4.2.2), which is no answer to a request."""

from __future__ import annotations

import time
from dataclasses import asdict
from urllib.parse import urlsplit

from bandeau.audit.collectors.base import Collector, Notebook, Params, Target, cause_of_initiator
from bandeau.audit.collectors.setcookie import read_cookie
from bandeau.audit.facts import Cause, CookieSet
from bandeau.model import domain_match

_MOST = 5_000  # sockets that are remembered between their start and their answer


class SocketCookies(Collector):
    """Writes each ``Set-Cookie`` line of a handshake's answer when it comes.

    Chromium shows these lines of sockets to the page's own origin alone, and no reason where it refuses one. A cookie
    for somebody else's domain is refused by every browser (RFC 6265bis, 5.7); the rest is taken to be kept.
    """

    events = ("Network.webSocketCreated", "Network.webSocketHandshakeResponseReceived")

    def __init__(self, notebook: Notebook) -> None:
        super().__init__(notebook)
        self._started: dict[str, tuple[str, str, Cause]] = {}

    def event(self, target: Target, name: str, params: Params) -> None:
        """Remember who started a socket, and read what its answer sets."""
        if name == "Network.webSocketCreated":
            if len(self._started) < _MOST:
                by = cause_of_initiator(params.get("initiator") or {"type": "other"})
                self._started[params["requestId"]] = params["url"], target.url, by
            return
        url, page, by = self._started.pop(params["requestId"], ("", "", Cause()))
        headers = {name.lower(): value for name, value in params["response"]["headers"].items()}
        for line in filter(None, headers.get("set-cookie", "").split("\n") if url else ()):
            self.book.stir()
            self._write(line, url, page, by)

    def _write(self, line: str, url: str, page: str, by: Cause) -> None:
        book, read = self.book, read_cookie(line, url, time.time())
        foreign = not domain_match(urlsplit(url).hostname or "", read.domain)
        said = {**asdict(read), "value": book.cut(read.value)}
        refused = "InvalidDomain" if foreign else ""
        book.write(CookieSet(**said, at=book.at, view=book.view, page=book.cut(page), by=by, refused=refused))
