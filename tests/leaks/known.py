"""The gaps that are known and not closed yet, by the case that shows each, and why; the threat model names them."""

from __future__ import annotations

from leaks.realms import REALMS_ALWAYS_HELD

ALWAYS_HELD = frozenset(
    {
        "preconnect by markup",
        "preconnect in the page",
        "preconnect in a srcdoc",
        "preconnect in a blob",
        "preconnect with a mark in its relation",
        "speculation rules that match a link",
        "Speculation-Rules header of rules that match a link",
        "RTCPeerConnection told of a candidate",
        "RTCPeerConnection told in a description",
        "xml document that is the page",
        "XML document with an XHTML script",
        *REALMS_ALWAYS_HELD,
    }
)
"""Cases that are held even after acceptance: hints in markup that script writes, as they only save time; the other side
of a call, which has an address and no name; inline script in XML that is neither SVG nor XHTML."""

SWEPT = {
    "realm: frame sent on to javascript: that makes a page": "its page is parsed before anybody is told of it",
    "realm: frame put by an option by index": "no script can stand between an index that is written and what it does",
    "realm: frame sent on to text that is slow": "on a busy machine its page is reached before the guard hears of it",
}
"""The reason for each gap, by the name of its case: it may show for a moment, before it is swept."""
