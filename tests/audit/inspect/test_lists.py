"""Filter lists speak of whom neither a declaration nor the catalogue knows."""

from __future__ import annotations

import pytest

from bandeau.audit.facts import Contact, Fact
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.recording import State
from support.recordings import DECLARED, by, codes, cookie, judged, request, seen

LIST = """\
||listed.example^
@@||listed.example/consent.js
/collect?*
||sesame.example^
||d1.delivery.example/t.js
"""
ENTRIES = {
    "sesame": {"name": "Sesame", "recipient": "Sesame SA", "purpose": "functioning", "hosts": ["sesame.example"]},
    "delivery": {
        "name": "Delivery",
        "recipient": "Delivery SA",
        "purpose": "functioning",
        "hosts": ["*.delivery.example"],
        "shared": True,
    },
}
LISTED = Knowledge(ENTRIES, {"list.txt": LIST})
UNLISTED = Knowledge(ENTRIES)

TRACKING = [
    ("A401", request("https://listed.example/tag.js")),
    ("A403", request("https://unknown.example/collect?v=1", "Ping")),
    ("A404", Contact(via="WebSocket", url="wss://live.listed.example/")),
    ("A401", request("https://d1.delivery.example/t.js")),
    ("A102", cookie("anything", via="document.cookie", by=by("https://listed.example/tag.js"))),
]


@pytest.mark.parametrize(("code", "fact"), TRACKING)
def test_what_a_list_calls_tracking_needs_consent(code: str, fact: Fact) -> None:
    assert code in codes(seen(State.BEFORE, fact), None, LISTED)
    assert code not in codes(seen(State.BEFORE, fact), None, UNLISTED)
    assert code not in codes(seen(State.ACCEPTED, fact), None, LISTED)


def test_the_rule_of_the_list_is_told() -> None:
    found = judged(seen(State.REFUSED, request("https://listed.example/tag.js")), None, LISTED)
    assert any("||listed.example^" in finding.message for finding in found)


def test_a_list_speaks_where_the_declaration_is_silent() -> None:
    assert "A401" in codes(seen(State.BEFORE, request("https://listed.example/tag.js")), DECLARED, LISTED)


@pytest.mark.parametrize(
    "fact",
    [
        request("https://listed.example/consent.js"),
        request("https://gazette.example/collect?v=1", "Image"),
        request("https://sesame.example/challenge.js"),
        request("https://d1.delivery.example/library.js"),
        request("https://unknown.example/library.js"),
    ],
)
def test_what_no_rule_means_or_what_is_known_to_be_needed_is_left_alone(fact: Fact) -> None:
    assert [code for code in codes(seen(State.BEFORE, fact), None, LISTED) if code.startswith(("A1", "A4"))] == []
