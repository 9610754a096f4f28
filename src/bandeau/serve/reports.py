"""What browsers report: read strictly, cut down to a kind, a name and a page's pattern, counted by the day.

Content-Security-Policy reports in both formats, that of ``report-uri`` and that of the Reporting API (CSP3, section
5), and the guard's own (docs/formats/report.md). Anybody can make one up, so no text of it is kept as it is, and
nothing of it is a visitor's: no address, no query, no page's own name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bandeau.enforce.edits import Held

_PER_POST = 64  # the Reporting API batches; a longer batch is not an honest browser

# The wall is a default-src: it stands for these (CSP3, 6.1), each named by what was asked for.
_DIRECTIVES = re.compile(
    r"(?:child|connect|default|fenced-frame|font|frame|img|manifest|media|object|prefetch|worker)-src"
    r"|(?:script|style)-src(?:-attr|-elem)?"
)
# Inline, eval, data: and blob: pass the wall, and about: or an extension's own scheme is no contact of the site.
_BLOCKED = re.compile(
    r"(?:https?|wss?)://([a-z0-9._-]{1,253})(?::[0-9]{1,5})?(?:[/?#].*)?", re.IGNORECASE | re.ASCII | re.DOTALL
)
_EXTENSION = re.compile(r"[a-z-]{1,32}-extension(?::|\Z)", re.IGNORECASE | re.ASCII)


def read_swept(body: bytes) -> tuple[str, list[str]]:
    """The kind (``cookie`` or ``key``) and the names of what the guard found stored; nothing of another report."""
    try:
        document = json.loads(body)
        kind, names = document["kind"], document["swept"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return "", []
    if kind not in ("cookie", "key") or not isinstance(names, list):
        return "", []
    return kind, [name for name in names[:_PER_POST] if isinstance(name, str) and 0 < len(name) <= 256]


def read(body: bytes) -> list[Held]:
    """What a browser says was (or would have been) held, each thing once; an unreadable report says nothing."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return []
    items = document if isinstance(document, list) else [document]
    told = (held for item in items[:_PER_POST] if isinstance(item, dict) for held in _one(item))
    return list(dict.fromkeys(told))


def _one(item: dict[str, Any]) -> Iterator[Held]:
    report = item.get("csp-report", item.get("body"))
    if not isinstance(report, dict):
        return
    directive = _text(report, "effective-directive", "violated-directive", "effectiveDirective").partition(" ")[0]
    blocked = _BLOCKED.fullmatch(_text(report, "blocked-uri", "blockedURL")[:2048])
    if blocked is None or not _DIRECTIVES.fullmatch(directive):
        return
    if _EXTENSION.match(_text(report, "source-file", "sourceFile")):
        return  # what an extension put into the page is the reader's own doing
    page = page_pattern(_text(report, "document-uri", "documentURL") or _text(item, "url"))
    yield Held(directive, blocked[1].lower(), page)


def _text(report: dict[str, Any], *keys: str) -> str:
    """The first of these values that is a text and not empty."""
    return next((value for key in keys if isinstance(value := report.get(key), str) and value), "")


_ADDRESS = re.compile(r"https?://[^/?#\\]{1,300}([^?#]{0,2048})", re.IGNORECASE | re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE | re.ASCII)
# A word or two, and the ending of a file: not a title, a number, a code, an address.
_AREA = re.compile(r"(?=.{1,24}\Z)[a-z]+(?:[-_][a-z]+)?(?:\.[a-z]{2,5})?", re.IGNORECASE | re.ASCII)


def page_pattern(address: str) -> str:
    """The area of the site that a page belongs to: ``/news/*`` for ``/news/2026/a-title?reader=7``.

    One segment stays, behind a language if there is one, and only if it is a plain word; whatever lies below it may
    name a person or an article, and becomes ``*``. What is no page of a site is ``*``.
    """
    match = _ADDRESS.match(address)
    if match is None:
        return "*"
    segments = [segment for segment in match[1].split("/") if segment]
    kept = 1 if len(segments) > 1 and _LANGUAGE.fullmatch(segments[0]) else 0
    if kept < len(segments) and _AREA.fullmatch(segments[kept]):
        kept += 1
    rest = ["*"] if kept < len(segments) else []
    return "/" + "/".join([segment.lower() for segment in segments[:kept]] + rest)
