"""The scripts on machines that lack this or that, each played by a folder of stand-ins that is the whole PATH."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
TOOLS = ("sh", "cat", "chmod", "cksum", "dirname", "env", "find", "grep", "mkdir", "rm", "sed")

# A Python that makes a virtual environment of stand-ins; pip fails where the file "broken" lies beside it.
PYTHON = """\
case "$*" in
  --version) echo Python 3.11.0 ;;
  "-m venv"*)
    mkdir -p .venv/bin
    echo "#!$PWD/.venv/bin/python" >.venv/bin/pip
    {
      echo '#!/bin/sh'
      echo 'case "$*" in *install*) [ ! -e broken ] || { echo "ERROR: no network"; exit 1; } ;; esac'
    } >.venv/bin/python
    chmod +x .venv/bin/python ;;
esac
"""


class Machine:
    """A checkout with only the scripts in it, and a PATH with only what the test puts there."""

    def __init__(self, place: Path) -> None:
        self.root = place / "checkout"
        self.path = place / "path"
        self.path.mkdir()
        shutil.copytree(SCRIPTS, self.root / "scripts")
        (self.root / "pyproject.toml").write_text("[project]\n")
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found is not None, tool
            (self.path / tool).symlink_to(found)
        self.has("id", "echo 1000")

    def has(self, name: str, script: str) -> None:
        file = self.path / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        script = str(self.root / "scripts" / command[0])
        return subprocess.run(
            [script, *command[1:]], env={"PATH": str(self.path)}, capture_output=True, text=True, timeout=60
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_python_one_sentence_says_so(machine: Machine) -> None:
    answer = machine.run("setup")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed" in answer.stderr


def test_a_python_that_is_too_old_is_passed_over(machine: Machine) -> None:
    machine.has("python3", "exit 1")
    machine.has("python3.12", PYTHON)
    answer = machine.run("setup")
    assert answer.returncode == 0
    assert "python3.12" in answer.stderr


def test_the_second_run_does_nothing(machine: Machine) -> None:
    machine.has("python3", PYTHON)
    first, second = machine.run("setup"), machine.run("setup")
    assert (first.returncode, second.returncode, second.stderr) == (0, 0, "")
    assert "Installing" in first.stderr


def test_what_the_tests_need_is_enough_for_the_demo_and_not_the_reverse(machine: Machine) -> None:
    machine.has("python3", PYTHON)
    assert "Installing" in machine.run("setup", "demo").stderr
    assert "Installing" in machine.run("setup").stderr
    (machine.root / ".venv" / "installed-demo").unlink()
    assert machine.run("setup", "demo").stderr == ""


def test_a_changed_pyproject_installs_again_into_the_same_environment(machine: Machine) -> None:
    machine.has("python3", PYTHON)
    machine.run("setup")
    (machine.root / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    again = machine.run("setup").stderr
    assert "Installing" in again
    assert "Making .venv" not in again


def test_a_failed_installation_is_told_and_not_taken_for_done(machine: Machine) -> None:
    machine.has("python3", PYTHON)
    broken = machine.root / "broken"
    broken.touch()
    answer = machine.run("setup")
    assert answer.returncode == 1
    assert "ERROR: no network" in answer.stderr
    broken.unlink()
    assert machine.run("setup").returncode == 0


def test_an_environment_that_was_moved_is_made_anew(machine: Machine) -> None:
    machine.has("python3", PYTHON)
    machine.run("setup")
    machine.root = machine.root.rename(machine.root.with_name("moved"))
    assert "Making .venv" in machine.run("setup").stderr


def test_a_missing_venv_module_is_asked_of_the_package_manager(machine: Machine) -> None:
    missing = 'case "$*" in *ensurepip*) exit 1 ;; *"print("*) echo python3.11-venv; exit ;; esac\n'
    machine.has("python3", missing + PYTHON)
    refused = machine.run("setup")
    assert refused.returncode == 1
    assert "One of these system packages is missing: python3.11-venv python3-venv" in refused.stderr
    machine.has("id", "echo 0")
    machine.has("apt-get", 'echo "asked: $*"')
    allowed = machine.run("setup")
    assert allowed.returncode == 0
    assert "python3.11-venv" in allowed.stderr


def test_the_first_package_that_there_is_is_installed(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apk", 'case "$*" in *there*) echo "installed: $*" ;; *) exit 1 ;; esac')
    answer = machine.run("system-package", "nothing", "there", "there-too")
    assert answer.returncode == 0
    assert "installed: add --no-cache -q there\n" in answer.stderr
    assert "there-too\n" not in answer.stderr.replace("these: nothing there there-too.", "")
    assert machine.run("system-package", "nothing").returncode == 1


@pytest.mark.parametrize(
    "starts", ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
)
def test_a_browser_that_does_not_start_does_not_count(machine: Machine, starts: str) -> None:
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        machine.has(name, "echo 'install it as a snap'; exit 1")
    machine.has(starts, "echo Chromium 150")
    answer = machine.run("browser")
    assert (answer.returncode, answer.stdout) == (0, f"{machine.path / starts}\n")


@pytest.fixture
def playwright(machine: Machine, tmp_path: Path) -> Callable[[str], Path]:
    """Give the machine a Playwright that downloads, or fails to; gives where its browser would lie."""

    def install(download: str) -> Path:
        place = tmp_path / "downloads" / "chromium_headless_shell-1"
        command = machine.root / ".venv" / "bin" / "playwright"
        command.parent.mkdir(parents=True)
        command.write_text(
            f'#!/bin/sh\nplace="{place}"\n'
            f'case "$*" in *--dry-run*) echo "  Install location:    $place" ;; *) {download} ;; esac\n'
        )
        command.chmod(0o755)
        return place / "headless_shell"

    return install


def test_playwrights_own_browser_is_the_last_resort(machine: Machine, playwright: Callable[[str], Path]) -> None:
    browser = playwright('mkdir -p "$place"; echo >"$place/headless_shell"; chmod +x "$place/headless_shell"')
    answer = machine.run("browser")
    assert (answer.returncode, answer.stdout) == (0, f"{browser}\n")
    assert "Asking Playwright" in answer.stderr
    assert machine.run("browser").stderr == ""


def test_without_any_browser_one_sentence_says_what_is_missing(
    machine: Machine, playwright: Callable[[str], Path]
) -> None:
    playwright("exit 1")
    answer = machine.run("browser")
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.splitlines()[-1].startswith("bandeau: A Chromium is missing and could not be installed")
