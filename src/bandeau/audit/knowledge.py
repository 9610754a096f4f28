"""What an audit knows beforehand: whose hosts, cookies and storage keys are, and what filter lists call tracking.

The catalogue comes with Bandeau. Filter lists (EasyPrivacy and others, in the syntax of Adblock Plus) are their
makers' work under their own licences: whoever audits brings them, and their text is handed in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bandeau.audit.site import host_of, third_party
from bandeau.declare.known import Index
from bandeau.declare.known import Known as Known
from bandeau.errors import SetupError

if TYPE_CHECKING:
    from adblock import Engine

# The browser's word for what is requested (DevTools protocol, Network.ResourceType), in the words of filter lists.
_KINDS = {
    # A list's rules on whole pages say which sites nobody should open; what an audit asks is what a page contacts.
    "document": "sub_frame",
    "cspviolationreport": "csp_report",
    "eventsource": "xhr",
    "fetch": "xhr",
    "font": "font",
    "image": "image",
    "media": "media",
    "ping": "ping",
    "preflight": "xhr",
    "script": "script",
    "stylesheet": "stylesheet",
    "websocket": "websocket",
    "xhr": "xhr",
}

_LONGEST_URL = 8192  # what identifies a tracker stands at its beginning; rules cost time by the length of a URL


class Knowledge(Index):
    """The catalogue, and filter lists beside it.

    Args:
        entries: the tables of the known services by id, as the catalogue gives them.
        lists: the text of filter lists, by the name to call each when it is at fault.

    Raises:
        SetupError: lists are given and the package that reads them is missing, or a text is no list.
    """

    def __init__(self, entries: Mapping[str, Mapping[str, Any]], lists: Mapping[str, str] | None = None) -> None:
        super().__init__(entries)
        self._filters = _engine(lists) if lists else None

    def classify(self, url: str, page_host: str, kind: str) -> str | None:
        """The rule of a filter list that calls a request tracking.

        Args:
            url: what is requested.
            page_host: the host of the page that caused it; what is third party follows from it.
            kind: the browser's word for what is requested: Script, Image, XHR, Ping, ...

        Returns:
            ``None`` where no rule says so, an exception excuses it, or no list was given.
        """
        url = _sound(url[:_LONGEST_URL])
        host = host_of(url)
        if self._filters is None or not host:
            return None
        asked = _KINDS.get(kind.lower(), "other")
        foreign = third_party(host, page_host)
        found = self._filters.check_network_urls_with_hostnames(url, host, _sound(page_host), asked, foreign)
        return found.filter if found.matched else None


def _sound(text: str) -> str:
    """A text that can be encoded: what a page says may hold half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode()


def _engine(lists: Mapping[str, str]) -> Engine:
    try:
        from adblock import Engine, FilterSet
    except ImportError:
        raise SetupError("Filter lists need the package adblock: install bandeau[lists].") from None
    filters = FilterSet(debug=True)  # else a match does not say by which rule
    for name, text in lists.items():
        if text.lstrip("\ufeff \t\r\n").startswith(("<", "{")):
            raise SetupError(f"{name}: found no filter list but a page or JSON; give a text in the syntax of Adblock.")
        filters.add_filter_list(text)
    return Engine(filters, optimize=False)  # optimised rules are melted into one another, and no evidence
