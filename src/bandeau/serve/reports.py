"""Content-Security-Policy reports: read strictly, cut down to a host and a directive, counted by the day.

No path, no query, no page address and nothing of the visitor is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bandeau.enforce.edits import Held

_PER_POST = 64  # the Reporting API batches; a longer batch is not an honest browser
_DIRECTIVE = re.compile(r"[a-z-]{3,32}")
_BLOCKED = re.compile(r"(?:(?:https?|wss?)://)([a-z0-9._-]{1,253})(?::[0-9]{1,5})?(?:/.*)?", re.IGNORECASE | re.DOTALL)
_KEYWORDS = frozenset({"inline", "eval", "data", "blob", "self", "wasm-eval", "trusted-types-policy"})


def read(body: bytes) -> list[Held]:
    """What a report says was (or would have been) held, in either format; an unreadable one says nothing.

    The formats are those of ``report-uri`` and of the Reporting API (CSP3, section 5).
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return []
    items = document if isinstance(document, list) else [document]
    return [held for item in items[:_PER_POST] for held in _one(item)]


def _one(item: Any) -> Iterator[Held]:
    if not isinstance(item, dict):
        return
    report = item.get("csp-report", item.get("body"))
    if not isinstance(report, dict):
        return
    directive = (
        report.get("effective-directive") or report.get("violated-directive") or report.get("effectiveDirective")
    )
    blocked = report.get("blocked-uri") or report.get("blockedURL")
    if not isinstance(directive, str) or not isinstance(blocked, str):
        return
    name = directive.partition(" ")[0]
    match = _BLOCKED.fullmatch(blocked[:2048])
    host = match[1].lower() if match else blocked if blocked in _KEYWORDS else None
    if host is not None and _DIRECTIVE.fullmatch(name):
        yield Held(name, host)
