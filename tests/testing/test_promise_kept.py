"""A site's own tests fail where its notice's promise is broken, and pass where it is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import newsroom
from bandeau.testing import PromiseBroken, assert_promise_kept
from support.browser import executable
from support.promise import in_front

DECLARATION = Path(newsroom.__file__).parent / "bandeau.toml"

SUITE = """
def test_home(promise_kept):
    promise_kept({url!r}, states=("before",), **{options})
"""


def run_suite(folder: Path, url: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a site's test-suite in a process of its own, with the plug-in as it is installed."""
    (folder / "test_site.py").write_text(SUITE.format(url=url, options=options))
    (folder / "pytest.ini").write_text("[pytest]\nbandeau_fail_on = error warning\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "BANDEAU_BROWSER": executable() or ""}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.browser
def test_a_suite_fails_on_a_site_that_tracks_unasked_and_says_what_and_how(tmp_path: Path) -> None:
    with newsroom.start() as room:
        ran = run_suite(tmp_path, room.page_url + "/")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "PromiseBroken" in ran.stdout
    assert "regie_id" in ran.stdout


@pytest.mark.browser
def test_a_suite_passes_behind_bandeau(tmp_path: Path) -> None:
    with newsroom.start() as room, in_front(room, tmp_path / "data") as front:
        ran = run_suite(tmp_path, front.url + "/", declaration=str(DECLARATION))
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.browser
def test_an_assertion_writes_its_report_and_names_the_finding(tmp_path: Path) -> None:
    report = tmp_path / "audit.html"
    with newsroom.start() as room, pytest.raises(PromiseBroken, match="regie"):
        assert_promise_kept(room.page_url + "/", states=("before",), fail_on=("warning", "error"), report=report)
    assert "<!DOCTYPE html>" in report.read_text()


def test_pages_must_be_named() -> None:
    with pytest.raises(ValueError, match="name the pages"):
        assert_promise_kept()


def test_a_suite_without_the_fixture_loads_nothing_of_the_audit() -> None:
    program = "import sys, bandeau.testing.plugin; print([one for one in sys.modules if 'bandeau.audit' in one])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
