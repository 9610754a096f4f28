"""A page that does something again and again costs judging as much each time: its work grows with what happened.

The work is counted in calls, never by a clock: four times the facts take four times the calls, and what looks through
all that happened for each thing that happened would take sixteen times as many.
"""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from bandeau.audit.judging import judge
from bandeau.audit.knowledge import Knowledge, Known
from bandeau.audit.recording import Recording
from bandeau.audit.tape import Tape
from bandeau.model import Declaration
from support.crowds import CROWDS, crowd
from support.recordings import DECLARED, LORE

SIZE = 240  # facts: where it grew with the square, enough for the square to outweigh the rest
LARGER = {"detours": 1_200, "one cookie's name on many hosts": 800}


def calls(recording: Recording, declaration: Declaration | None) -> int:
    """How many functions are called to judge a recording."""
    called = 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        list(judge(Tape.of(recording), declaration, LORE))
    finally:
        sys.setprofile(before)
    return called


@pytest.mark.parametrize("declaration", [None, DECLARED], ids=["undeclared", "declared"])
@pytest.mark.parametrize("name", CROWDS)
def test_judging_grows_with_what_a_page_did_and_no_faster(name: str, declaration: Declaration | None) -> None:
    size = LARGER.get(name, SIZE)
    some, many = crowd(name, size), crowd(name, 4 * size)
    list(judge(Tape.of(many), declaration, LORE))  # what the whole process remembers is the same for both
    assert calls(many, declaration) < 4.4 * calls(some, declaration)


class Asked(Knowledge):
    """Knowledge that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__({})
        self.times = 0

    def owner(self, host: str, path: str | None = None) -> Known | None:
        self.times += 1
        return LORE.owner(host, path)

    def cookie(self, name: str, domain: str) -> Known | None:
        self.times += 1
        return LORE.cookie(name, domain)


@pytest.mark.parametrize("name", ["the same request", "many cookies sent each time", "many cookies read each time"])
def test_what_is_known_is_looked_up_once(name: str) -> None:
    few, many = Asked(), Asked()
    list(judge(Tape.of(crowd(name, 4)), None, few))
    list(judge(Tape.of(crowd(name, 400)), None, many))
    different = 99 if name == "many cookies sent each time" else 0  # its requests are each to another path
    assert 0 < many.times <= few.times + different
