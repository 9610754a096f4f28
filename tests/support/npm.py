"""Libraries from npm for tests that need the real ones: installed once a session, skipped where that cannot be."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

PACKAGES = ("@hotwired/turbo@8", "htmx.org@2", "react@19", "react-dom@19", "react-router@7", "esbuild@0.25")


def installed(folder: Path, packages: Sequence[str] = PACKAGES) -> Path:
    """Install packages into a folder of their own; gives it, or skips the test."""
    if shutil.which("npm") is None:
        pytest.skip("npm is needed for the real libraries")
    (folder / "package.json").write_text("{}")
    command = ["npm", "install", "--no-fund", "--no-audit", "--ignore-scripts", "--no-package-lock"]
    command += ["--prefer-offline", *packages]  # what was fetched once is not asked for again
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not reach its registry")
    if done.returncode:
        pytest.skip(f"npm could not install the libraries: {done.stderr.strip()[-200:]}")
    return folder / "node_modules"


def bundled(modules: Path, source: str) -> str:
    """A script with what it imports, as a bundler gives it to a browser."""
    entry = modules.parent / "entry.jsx"
    entry.write_text(source)
    esbuild = [modules / ".bin" / "esbuild", entry, "--bundle", "--format=iife", "--minify"]
    return subprocess.run(esbuild, capture_output=True, text=True, check=True).stdout
