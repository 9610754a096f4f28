"""The built files: fresh, small, and with the one token that the server fills in."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

from bandeau.ask.browser import ASSETS, MARK_TOKEN, RULES_TOKEN, WALL_TOKEN, asset, version

ROOT = Path(__file__).resolve().parents[2]
ROOM = ROOT / "src" / "bandeau" / "ask" / "browser"


def test_the_guard_fits_in_three_kilobytes_as_brotli_sends_it() -> None:
    assert len(brotli.compress(asset("guard.js"))) <= 3072


def test_the_rest_of_the_guard_is_small_and_the_same_for_everybody() -> None:
    assert len(brotli.compress(asset("guard-rest.js"))) <= 3200  # a file that browsers keep, unlike what is inlined
    assert RULES_TOKEN not in asset("guard-rest.js")


def test_the_guard_holds_the_token_for_its_rules_exactly_once() -> None:
    assert asset("guard.js").count(RULES_TOKEN) == 1


def test_what_goes_into_a_worker_holds_the_token_for_its_wall_exactly_once_and_is_one_line() -> None:
    assert asset("worker.js").count(WALL_TOKEN) == asset("worker.js").count(MARK_TOKEN) == 1
    assert b"\n" not in asset("worker.js")


def test_the_guard_can_stand_inside_a_script_element() -> None:
    text = asset("guard.js").lower()
    assert b"</script" not in text
    assert b"<!--" not in text


@pytest.mark.parametrize("name", ASSETS)
def test_a_version_is_the_start_of_the_contents_hash(name: str) -> None:
    assert version(name) == hashlib.sha256(asset(name)).hexdigest()[:12]


@pytest.mark.parametrize("ask", [asset, version])
@pytest.mark.parametrize("name", ["guard.ts", "../__init__.py", "", "GUARD.JS"])
def test_no_other_file_is_given(ask: object, name: str) -> None:
    with pytest.raises(KeyError):
        ask(name)  # type: ignore[operator]


def test_the_lock_file_names_no_address() -> None:
    lock = json.loads((ROOM / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


@pytest.mark.skipif(
    shutil.which("npm") is None or not (ROOM / "node_modules").exists(),
    reason="Node and the two build tools are needed only to rebuild",
)
def test_the_built_files_are_what_the_sources_give() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "scripts" / "build-browser", "--check"], capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout + check.stderr
