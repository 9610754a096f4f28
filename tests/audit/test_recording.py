"""A recording is read back as it was written, and whatever is none is told apart from one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bandeau.audit import facts
from bandeau.audit.recording import (
    VERSION,
    Browser,
    Page,
    Recording,
    RecordingError,
    State,
    Stay,
    format_recording,
    parse_recording,
)

words = some.text(max_size=20)
whole = some.integers(0, 2**40)
causes = some.builds(
    facts.Cause, stack=some.lists(some.builds(facts.Place, url=words, line=whole), max_size=2).map(tuple)
)
happened = some.one_of(
    some.builds(facts.Request, id=words, url=words, by=causes, body=words, at=whole),
    some.builds(facts.CookieSet, name=words, value=words, lifetime=some.none() | some.integers(-5, 2**40)),
    some.builds(facts.CookieRead, names=some.lists(words, max_size=3).map(tuple)),
    some.builds(facts.Storing, area=some.sampled_from(facts.Area), op=words, key=words),
    some.builds(facts.Probe, api=words, by=causes),
    some.builds(facts.Signal, system=words, said=words),
    some.builds(facts.Alias, host=words, names=some.lists(words, max_size=3).map(tuple)),
)
stays = some.builds(Stay, state=some.sampled_from(State), facts=some.lists(happened, max_size=5).map(tuple))
pages = some.builds(Page, url=words, stays=some.lists(stays, max_size=3).map(tuple))


def recorded(*pages: Page, version: int = VERSION) -> Recording:
    browser = Browser(name="chromium", version="150", third_party_cookies=True, pings=True, clean=True)
    return Recording(version=version, made="2026-11-26T10:00:00Z", bandeau="1", browser=browser, pages=pages)


@given(some.lists(pages, max_size=3))
def test_a_recording_is_read_back_as_it_was_written(several: list[Page]) -> None:
    recording = recorded(*several)
    assert parse_recording(format_recording(recording)) == recording


@given(some.binary(max_size=200))
def test_rubbish_is_one_clear_error(rubbish: bytes) -> None:
    with pytest.raises(RecordingError):
        parse_recording(rubbish)


def test_a_recording_of_another_version_is_refused() -> None:
    with pytest.raises(RecordingError, match="version 2; this Bandeau reads version 1"):
        parse_recording(format_recording(recorded(version=2)))
