"""``bandeau init``: a draft that can be used, from pages or from a recording, and never over a file that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

import newsroom
from bandeau.audit.recording import State, format_recording
from bandeau.declare import read_declaration
from bandeau.model import Mode
from support.commands import Run
from support.recordings import request, seen


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "seen.json"
    file.write_bytes(format_recording(seen(State.ACCEPTED, request("https://www.youtube.com/embed/x", "Document"))))
    return file


def test_a_draft_from_a_recording_can_be_used(bandeau: Run, recording: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    ran = bandeau("init", "--recording", recording, "--output", draft)
    assert ran.code == 0, ran.err
    assert f"bandeau check {draft}" in ran.out
    declaration = read_declaration(draft)
    assert declaration.site.mode is Mode.OBSERVE
    assert declaration.service("youtube")


def test_a_declaration_that_is_there_stays_as_it_is(bandeau: Run, recording: Path, tmp_path: Path) -> None:
    mine = tmp_path / "bandeau.toml"
    mine.write_text("mine")
    ran = bandeau("init", "--recording", recording, "--output", mine)
    assert ran.code == 1
    assert "is there already" in ran.err
    assert mine.read_text() == "mine"


def test_pages_or_a_recording_are_needed(bandeau: Run) -> None:
    ran = bandeau("init")
    assert ran.code == 2
    assert "--from" in ran.err


@pytest.mark.browser
def test_a_draft_is_made_from_the_pages_of_a_site(bandeau: Run, tmp_path: Path) -> None:
    with newsroom.start() as room:
        ran = bandeau("init", "--from", room.page_url + "/", "--follow", "0", "--output", "-")
    assert ran.code == 0, ran.err
    draft = tmp_path / "draft.toml"
    draft.write_text(ran.out)
    names = {str(host) for service in read_declaration(draft).services for host in service.hosts}
    assert {"regie.localhost", "pistage.localhost", "palabre.localhost"} <= names
