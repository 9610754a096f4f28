"""Contacts: connections that are no requests. A socket, a call, or a host that is looked up or dialled in advance."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from bandeau.audit.collectors.base import Collector, Exchange, Note, Notebook, Params, Target, cause_of_initiator
from bandeau.audit.facts import Cause, Contact

_SOCKETS = {"Network.webSocketCreated": "WebSocket", "Network.webTransportCreated": "WebTransport"}
_HINTS = frozenset({"preconnect", "dns-prefetch"})
# A value of the Link header (RFC 8288, 3): <address>; parameters, up to the next comma outside of quotes.
_LINK = re.compile(r'<([^<>]{1,2048}+)>((?:[^,"<]|"[^"]*+"){0,1000}+)')
_REL = re.compile(r';\s*rel\s*=\s*"?([^";,]+)', re.IGNORECASE)


class Contacts(Collector):
    """Writes each address contacted once in a page view."""

    events = tuple(_SOCKETS)
    notes = ("webrtc",)

    def __init__(self, notebook: Notebook) -> None:
        super().__init__(notebook)
        self._told: set[tuple[int, str, str, str]] = set()

    def event(self, target: Target, name: str, params: Params) -> None:
        """Take a socket."""
        self._write(_SOCKETS[name], params["url"], target.url, cause_of_initiator(params.get("initiator") or _NOBODY))

    def note(self, note: Note) -> None:
        """Take the STUN and TURN servers of a call; without any it contacts nobody."""
        if note.key:
            self._write("WebRTC", note.key, note.page, note.by, note.at)

    def look(self, target: Target, found: Params) -> None:
        """Take the hints in a document's markup."""
        for url in found["preconnect"]:
            self._write("preconnect", url, found["url"], _PARSER)
        for url in found["prefetch"]:
            self._write("dns-prefetch", url, found["url"], _PARSER)

    def exchange(self, exchange: Exchange) -> None:
        """Take the hints in the ``Link`` header of a document."""
        request = exchange.request
        if request.kind != "Document":
            return
        for url, parameters in _LINK.findall(request.answer.get("link", "")):
            relations = _REL.search(parameters)
            for relation in _HINTS & set((relations[1] if relations else "").lower().split()):
                self._write(relation, urljoin(request.url, url), request.url, _PARSER, exchange.answered)

    def end(self) -> None:
        """Forget what was told."""
        self._told.clear()

    def _write(self, via: str, url: str, page: str, by: Cause, at: int | None = None) -> None:
        told = (self.book.view, via, url, page)
        if told in self._told or not url:
            return
        self._told.add(told)
        cut, now, view = self.book.cut, self.book.at, self.book.view
        at = now if at is None else at
        self.book.write(Contact(at=at, view=view, page=cut(page), by=by, via=via, url=cut(url)))


_NOBODY: Params = {"type": "other"}
_PARSER = Cause(kind="parser")
