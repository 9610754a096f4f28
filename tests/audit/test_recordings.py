"""The recordings that the tests keep are whole, canonical, and what their names say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bandeau.audit.facts import CookieSet, Request
from bandeau.audit.recording import Recording, State, format_recording, parse_recording

RECORDINGS = sorted((Path(__file__).parent.parent / "recordings").glob("*.json"))


def read(name: str) -> Recording:
    return parse_recording(next(path for path in RECORDINGS if path.stem == name).read_bytes())


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_is_in_its_canonical_form(path: Path) -> None:
    text = path.read_bytes()
    assert format_recording(parse_recording(text)) + b"\n" == text


def test_the_obedient_site_does_nothing_before_a_choice() -> None:
    (page,) = read("obedient").pages
    before, accepted = page.stay(State.BEFORE), page.stay(State.ACCEPTED)
    assert before is not None
    assert accepted is not None
    assert [fact.url for fact in before.facts if isinstance(fact, Request)] == ["http://gazette.localhost/"]
    assert {fact.name for fact in accepted.facts if isinstance(fact, CookieSet)} >= {"_ga", "_fbp", "uid"}


def test_the_broken_site_keeps_its_trackers_after_a_withdrawal() -> None:
    for page in read("broken").pages:
        withdrawn = page.stay(State.WITHDRAWN)
        assert withdrawn is not None
        assert {kept.key for kept in withdrawn.kept} >= {"_ga", "_fbp", "uid", "ad_id"}


def test_every_trouble_is_documented() -> None:
    root = Path(__file__).parents[2]
    source = "".join(path.read_text() for path in (root / "src/bandeau/audit/visit").glob("*.py"))
    named = set(re.findall(r'\.trouble\(\s*"([a-z-]+)"', source)) | set(
        re.findall(r'Trouble\(code="([a-z-]+)"', source)
    )
    page = (root / "docs/formats/recording.md").read_text()
    assert len(named) > 15
    assert {code for code in named if f"`{code}`" not in page} == set()
