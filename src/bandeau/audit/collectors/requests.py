"""Requests: every hop of every request that left the browser, or was stopped by it."""

from __future__ import annotations

from bandeau.audit.collectors.base import Collector, Exchange


class Requests(Collector):
    """Writes each request down as it was put together."""

    def exchange(self, exchange: Exchange) -> None:
        """Write it."""
        self.book.write(exchange.request)
