"""Judging any recording whatever: it never fails, and the order in which things stand changes nothing."""

from __future__ import annotations

import random
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from bandeau.audit.inspect.rules import RULES
from bandeau.audit.recording import Page, State, format_recording, parse_recording
from support.recordings import DECLARED, HOME, judged, page, pages, recorded, stay


@settings(max_examples=40)
@given(some.lists(pages, max_size=2), some.sampled_from([None, DECLARED]))
def test_any_recording_is_judged(several: list[Page], declared: object) -> None:
    found = judged(recorded(*several), declared)  # type: ignore[arg-type]
    assert all(one.code in RULES and one.severity is RULES[one.code].severity for one in found)
    assert [one.severity.rank for one in found] == sorted(one.severity.rank for one in found)


@settings(max_examples=40)
@given(some.lists(pages, max_size=2), some.randoms(use_true_random=False), some.sampled_from([None, DECLARED]))
def test_order_changes_nothing(several: list[Page], chance: random.Random, declared: object) -> None:
    mixed = [
        replace(page, stays=tuple(replace(stay, facts=shuffled(stay.facts, chance)) for stay in page.stays))
        for page in several
    ]
    chance.shuffle(mixed)
    first, second = (judged(recorded(*them), declared) for them in (several, mixed))  # type: ignore[arg-type]
    assert sorted(map(repr, first)) == sorted(map(repr, second))


def test_what_is_said_of_all_pages_is_told_from_the_same_page_in_any_order() -> None:
    several = [page(stay(State.ACCEPTED, url=url), url=url) for url in (f"{HOME}b", f"{HOME}a", f"{HOME}c")]
    unseen = [one for one in judged(recorded(*several), DECLARED) if not one.page]
    assert {one.evidence[0].url for one in unseen} == {f"{HOME}a"}
    for mixed in permutations(several):
        assert [one for one in judged(recorded(*mixed), DECLARED) if not one.page] == unseen


@settings(max_examples=40)
@given(some.lists(pages, max_size=1))
def test_a_saved_recording_is_judged_alike(several: list[Page]) -> None:
    recording = recorded(*several)
    assert judged(parse_recording(format_recording(recording))) == judged(recording)


def shuffled(things: tuple[object, ...], chance: random.Random) -> tuple[object, ...]:
    return tuple(chance.sample(things, len(things)))
