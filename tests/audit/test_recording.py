"""A recording is read back as it was written, and whatever is none is told apart from one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bandeau.audit.recording import Page, RecordingError, format_recording, parse_recording
from support.recordings import pages, recorded


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
