"""``bandeau audit``: visit, judge, report; or judge again what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bandeau.cli.audit.options import Baseline, Declared, FailOns, Html, Json, Junit, Recorded, Sarif, Urls

if TYPE_CHECKING:
    pass


def site(
    urls: Urls = None,
    recording: Recorded = None,
    declaration: Declared = None,
    html: Html = None,
    json: Json = None,
    sarif: Sarif = None,
    junit: Junit = None,
    fail_on: FailOns = None,
    baseline: Baseline = None,
) -> None:
    """Hold a site to its promise: a real browser visits it before any choice, refused, accepted and withdrawn."""
