"""The gaps that are known and not closed yet, by the case that shows each, and why; the threat model names them."""

from __future__ import annotations

_LINK = "the guard sees the ordinary ways to write an attribute of a link that is in force, not every one"
_TEXT = "the rewriter does not see a document that script makes, nor the guard what a parser reads"

KNOWN = {
    "RTCPeerConnection told of a candidate": "the address comes from the other side of a call, which may be anybody",
    "RTCPeerConnection told in a description": "the same, in one text",
    "preconnect by relList": _LINK,
    "preconnect by relList.value": _LINK,
    "preconnect by an attribute's value": _LINK,
    "preconnect by setAttributeNode": _LINK,
    "preconnect by setNamedItem": _LINK,
    "preconnect in a srcdoc": _TEXT,
    "preconnect in a blob": _TEXT,
    "file moved to the name": "a file's new name is not looked at",
    "xml document that is the page": "XML that is neither SVG nor XHTML is not written into",
}
"""The reason for each gap, by the name of its case."""

ALWAYS_HELD = frozenset(
    {
        "preconnect by markup",
        "preconnect in the page",
        "preconnect with a mark in its relation",
        "speculation rules by script",
        "speculation rules that match a link",
        "Speculation-Rules header of rules that match a link",
    }
)
"""Hints that only save time, held even after acceptance: in markup that script writes, and for any link of a page."""

ERASED_LATER = frozenset({"file moved to the name"})
"""Gaps before a choice only: once the visitor has refused, what they store is erased with the next page."""

SURVIVES = {
    "database in a bucket": "what lies in a bucket that stays is not gone through",
    "database in a service worker of the site": "a worker installed while it was allowed runs until it is updated",
}
"""What outlives a withdrawal."""
