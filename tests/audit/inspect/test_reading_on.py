"""Pages that were read on in the visits of another: what they do is judged, and nothing of a notice asked of them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bandeau.audit.facts import SentCookie
from bandeau.audit.recording import Page, State
from support.recordings import HOME, codes, cookie, judged, kept, page, recorded, request, stay

UID, OTHER = "0af3be9912cd77aa41", "77b0e3f19ac2d45503"
YEAR = 31_536_000
OPINION = f"{HOME}opinion"


def seen(value: str, *states: State, url: str = HOME, after: str = "") -> Page:
    """A page that sets a cookie in some states."""
    stays = (stay(state, cookie("visitor", value, lifetime=YEAR), url=url) for state in states)
    return replace(page(*stays, url=url), after=after)


def test_a_page_that_is_read_on_needs_no_notice_of_its_own() -> None:
    tag = request("https://regie.example/tag.js")
    first, other = (page(stay(State.BEFORE, tag, url=url), url=url) for url in (HOME, OPINION))
    alone = {(code, url) for code in ("A401", "A818") for url in (HOME, OPINION)}
    assert {(one.code, one.page) for one in judged(recorded(first, other))} == alone
    found = judged(recorded(first, replace(other, after=HOME)))
    assert {(one.code, one.page) for one in found} == alone - {("A818", OPINION)}


@pytest.mark.parametrize("turned", [False, True])
def test_pages_of_the_same_visit_tell_the_same_visitor(turned: bool) -> None:
    """What they got alike is this visitor's, and no value that every visitor gets."""
    pages = [seen(UID, State.REFUSED), seen(UID, State.REFUSED, url=OPINION, after=HOME)]
    assert codes(recorded(*(reversed(pages) if turned else pages))) == ["A110"]
    assert codes(recorded(seen(UID, State.REFUSED), seen(UID, State.REFUSED, url=OPINION))) == []


def test_pages_of_a_visit_whose_first_page_is_elsewhere_are_of_one_visit_too() -> None:
    others = [seen(UID, State.REFUSED, url=f"{HOME}{name}", after=f"{HOME}elsewhere") for name in ("a", "b")]
    assert codes(recorded(*others)) == ["A110"]


def test_what_an_earlier_page_of_the_visit_left_is_told_of_the_later_ones() -> None:
    lies = kept("_regie", UID, lifetime=YEAR)
    sent = request(OPINION, cookies=(SentCookie(name="_regie", domain="gazette.example"),))
    other = replace(page(stay(State.REFUSED, sent, url=OPINION, kept=(lies,)), url=OPINION), after=HOME)
    assert {one.page for one in judged(recorded(seen(UID, State.REFUSED), other))} == {HOME, OPINION}


def test_what_differs_in_every_visit_differs_still() -> None:
    def twice(url: str, after: str = "") -> Page:
        stays = (*seen(UID, State.REFUSED, url=url).stays, *seen(OTHER, State.ACCEPTED, url=url).stays)
        return replace(page(*stays, url=url), after=after)

    alone = {(one.code, one.page) for one in judged(recorded(twice(HOME)))}
    assert {(one.code, one.page) for one in judged(recorded(twice(HOME), twice(OPINION, HOME)))} == {
        (code, url) for code, _ in alone for url in (HOME, OPINION)
    }
    assert alone
