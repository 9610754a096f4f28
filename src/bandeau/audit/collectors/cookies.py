"""Cookies that are set, by the headers of an answer or by a script, and cookies that a script reads."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Any

from bandeau.audit.collectors.base import Collector, Exchange, Note, Notebook
from bandeau.audit.collectors.setcookie import read_cookie
from bandeau.audit.facts import Cause, CookieRead, CookieSet


class HeaderCookies(Collector):
    """Cookies of ``Set-Cookie`` headers; those that the browser did not take carry its reason."""

    def exchange(self, exchange: Exchange) -> None:
        """Write each line of the answer."""
        request = exchange.request
        for line in exchange.lines:
            read = asdict(read_cookie(line.line, request.url, time.time()))
            read["value"] = self.book.cut(read["value"])
            self.book.write(
                CookieSet(
                    **read,
                    at=exchange.answered,
                    view=request.view,
                    page=request.page,
                    by=request.by,
                    request=request.id,
                    refused=line.refused,
                )
            )


class ScriptCookies(Collector):
    """Cookies that scripts set or remove: ``document.cookie`` and ``cookieStore``."""

    notes = ("cookie-set", "cookie-store-set", "cookie-store-delete")

    def note(self, note: Note) -> None:
        """Write one attempt. A cookie that was not there right after it was set has been refused."""
        self.book.stir()
        if note.kind == "cookie-set":
            read, via = asdict(read_cookie(note.value, note.page, time.time())), "document.cookie"
            hidden = read["path"] != "/" and read["path"] not in note.page
            refused = "NotKept" if note.detail and not hidden else ""
        else:
            read, via, refused = _of_store(note), "cookieStore", note.detail
        read["value"] = self.book.cut(read["value"])
        view = self.book.view
        self.book.write(CookieSet(**read, at=note.at, view=view, page=note.page, by=note.by, via=via, refused=refused))


class CookieReads(Collector):
    """The names of the cookies that scripts read, once for each script and set of names in a page view."""

    notes = ("cookie-read", "cookie-store-read")

    def __init__(self, notebook: Notebook) -> None:
        super().__init__(notebook)
        self._told: set[tuple[int, str, tuple[str, ...], Cause]] = set()

    def note(self, note: Note) -> None:
        """Write the names, without the values."""
        names = tuple(pair.split("=")[0].strip() for pair in note.value.split(";") if pair.strip())
        told = (self.book.view, note.page, names, note.by)
        if told in self._told:
            return
        self._told.add(told)
        via = "cookieStore" if note.kind == "cookie-store-read" else "document.cookie"
        view = self.book.view
        self.book.write(CookieRead(at=note.at, view=view, page=note.page, by=note.by, names=names, via=via))

    def end(self) -> None:
        """Forget what was told: the next state has its own facts."""
        self._told.clear()


def _of_store(note: Note) -> dict[str, Any]:
    """What was given to ``cookieStore``: it writes Secure cookies that are strict unless they say otherwise."""
    given = json.loads(note.value)
    line = f"{given['name']}={given['value']}; Secure; SameSite={given['sameSite'] or 'strict'}"
    line += f"; Domain={given['domain']}" * bool(given["domain"]) + "; Partitioned" * (given["partitioned"] == "true")
    read = asdict(read_cookie(f"{line}; Path={given['path'] or '/'}", note.page, time.time()))
    if note.kind == "cookie-store-delete":
        read["lifetime"] = 0
    elif given["expires"]:
        read["lifetime"] = round(float(given["expires"]) / 1000 - time.time())
    return read
