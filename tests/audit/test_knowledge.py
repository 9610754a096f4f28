"""What filter lists call tracking, with the rule that says so; the catalogue stands beside them."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from bandeau.audit.knowledge import Knowledge
from bandeau.declare import catalogue
from bandeau.errors import SetupError

LIST = """\
[Adblock Plus 2.0]
! Title: a list for tests
||tracker.example^$third-party
@@||tracker.example/consent.js
/collect?*
||ads.example^$script,domain=gazette.example
||pings.localhost^$ping
||frames.example^$subdocument
||whole.example^$document
##.advertisement
this is no rule §§§
"""
ENTRIES = {name: catalogue.entry(name) for name in catalogue.names()}
KNOWLEDGE = Knowledge(ENTRIES, {"list.txt": LIST})


@pytest.mark.parametrize(
    ("url", "page", "kind", "rule"),
    [
        ("https://tracker.example/a.js", "gazette.example", "Script", "||tracker.example^$third-party"),
        ("https://cdn.tracker.example/a.gif", "gazette.example", "Image", "||tracker.example^$third-party"),
        ("wss://tracker.example/live", "gazette.example", "WebSocket", "||tracker.example^$third-party"),
        ("https://x.example/collect?v=1", "x.example", "Fetch", "/collect?*"),
        ("https://ads.example/a.js", "www.gazette.example", "Script", "||ads.example^$script,domain=gazette.example"),
        ("http://pings.localhost:8000/", "gazette.localhost", "Ping", "||pings.localhost^$ping"),
        ("https://frames.example/", "gazette.example", "Document", "||frames.example^$subdocument"),
    ],
)
def test_what_a_list_calls_tracking_is_told_with_its_rule(url: str, page: str, kind: str, rule: str) -> None:
    assert KNOWLEDGE.classify(url, page, kind) == rule


@pytest.mark.parametrize(
    ("url", "page", "kind"),
    [
        ("https://tracker.example/consent.js", "gazette.example", "Script"),
        ("https://tracker.example/a.js", "www.tracker.example", "Script"),
        ("https://ads.example/a.js", "courier.example", "Script"),
        ("https://ads.example/a.png", "gazette.example", "Image"),
        ("http://pings.localhost:8000/", "gazette.localhost", "Image"),
        ("https://gazette.example/app.js", "gazette.example", "Script"),
        ("data:text/javascript,1", "gazette.example", "Script"),
        ("not a url", "gazette.example", "Script"),
        ("https://[/", "gazette.example", "Script"),
    ],
)
def test_what_no_rule_speaks_of_is_no_tracking(url: str, page: str, kind: str) -> None:
    assert KNOWLEDGE.classify(url, page, kind) is None


def test_hosts_of_one_suffix_are_third_parties_to_one_another() -> None:
    knowledge = Knowledge({}, {"list.txt": "||b.localhost^$third-party"})
    assert knowledge.classify("http://b.localhost:1/x.js", "a.localhost", "Script") == "||b.localhost^$third-party"
    assert knowledge.classify("http://b.localhost:1/x.js", "www.b.localhost", "Script") is None


def test_lists_are_read_as_one() -> None:
    knowledge = Knowledge({}, {"one.txt": "||tracker.example^", "two.txt": "@@||tracker.example^$image"})
    assert knowledge.classify("https://tracker.example/x", "gazette.example", "Script") == "||tracker.example^"
    assert knowledge.classify("https://tracker.example/x", "gazette.example", "Image") is None


def test_without_a_list_nothing_is_called_tracking_and_the_catalogue_still_knows_owners() -> None:
    knowledge = Knowledge(ENTRIES)
    assert knowledge.classify("https://tracker.example/a.js", "gazette.example", "Script") is None
    owner = knowledge.owner("www.youtube.com")
    assert owner is not None
    assert owner.recipient == "Google Ireland Limited"


@pytest.mark.parametrize("text", ["<!doctype html><title>404</title>", '\ufeff\n{"error": 1}'])
def test_a_page_that_was_saved_in_place_of_a_list_is_told(text: str) -> None:
    with pytest.raises(SetupError, match=r"easy\.txt: found no filter list"):
        Knowledge({}, {"easy.txt": text})


def test_a_missing_package_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adblock", None)
    with pytest.raises(SetupError, match=r"install bandeau\[lists\]"):
        Knowledge({}, {"list.txt": LIST})


@settings(max_examples=300)
@example("https://tracker.example/\ud800", "\ud800", "Image")
@given(
    some.text(max_size=60).map("https://tracker.example/".__add__)
    | some.text("ab:/?#%@[]\\.\ud800é\0^$|*", max_size=60),
    some.text(max_size=20),
    some.text(max_size=10),
)
def test_whatever_a_page_asks_for_gets_an_answer(url: str, page: str, kind: str) -> None:
    assert isinstance(KNOWLEDGE.classify(url, page, kind), str | None)


def test_a_url_of_any_length_is_judged_by_its_beginning() -> None:
    far = "a" * 5_000_000
    assert KNOWLEDGE.classify(f"https://tracker.example/{far}", "gazette.example", "Image")
    assert KNOWLEDGE.classify(f"https://x.example/{far}/collect?", "gazette.example", "Image") is None
