"""Consent signals: those that requests carry, and those that stand in the page.

Sources: IAB Transparency and Consent Framework v2.2 (URL parameters ``gdpr``, ``gdpr_consent``; ``__tcfapi``), IAB
Global Privacy Platform (``gpp``, ``gpp_sid``; ``__gpp``), IAB US Privacy (``us_privacy``; ``__uspapi``), Google Consent
Mode (``gcs``, ``gcd``; ``gtag("consent", ...)``), Global Privacy Control (``Sec-GPC``).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from bandeau.audit.collectors.base import Collector, Exchange, Params, Target
from bandeau.audit.facts import Signal

PARAMETERS = {
    "gdpr_consent": "tcf",
    "gpp": "gpp",
    "us_privacy": "usp",
    "gcs": "consent-mode",
    "gcd": "consent-mode",
}
"""The parameters of a request that speak, and the system that each is of."""


class Signals(Collector):
    """Writes each signal of each request, and what the page's own interfaces say when a state ends."""

    def exchange(self, exchange: Exchange) -> None:
        """Read the parameters of the address and of a form that was posted, and the header."""
        request = exchange.request
        said = list(_spoken(urlsplit(request.url).query))
        if "=" in request.body[:200]:
            said += _spoken(request.body)
        if request.headers.get("sec-gpc") == "1":
            said.append(("gpc", "true"))
        for system, text in dict.fromkeys(said):
            self.book.write(
                Signal(
                    at=request.at,
                    view=request.view,
                    page=request.page,
                    by=request.by,
                    system=system,
                    said=self.book.cut(text),
                    to=request.url,
                )
            )

    def look(self, target: Target, found: Params) -> None:
        """Take what the interfaces of the page say."""
        for system, text in found.get("signals", ()):
            book = self.book
            if text:
                book.write(Signal(at=book.at, view=book.view, page=found["url"], system=system, said=book.cut(text)))


def _spoken(text: str) -> Iterator[tuple[str, str]]:
    for name, value in parse_qsl(text[:8192], max_num_fields=None):
        if value and name in PARAMETERS:
            system = PARAMETERS[name]
            # The two parameters of one system are told apart; the others are the string itself.
            yield system, f"{name}={value}" if system == "consent-mode" else value
