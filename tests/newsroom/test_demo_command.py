"""``bandeau demo`` as a person runs it: one process, started, looked at, ended."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from support.servers import free_port


@contextmanager
def demo(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running command and what it said until it took connections."""
    command = [sys.executable, "-c", "from bandeau.cli import main; main()", "demo", "--no-browser", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("Bandeau is at"):
                break
        yield process, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ending_it_ends_every_server_without_complaint(how):
    port = free_port()
    with demo("--port", str(port)) as (process, said):
        assert f"http://gazette.localhost:{port}" in said
        page = urlopen(f"http://127.0.0.1:{port}/", timeout=20).read().decode()
        assert "Tout refuser" in page
        # What is held is no longer named, but plain links and the exempt measurer are.
        others = {int(found) for found in re.findall(r"(?:stats|palabre|scopia)\.localhost:(\d+)", page)}
        assert len(others) == 3
        assert all(map(listening, others))
        process.send_signal(how)
        rest = process.stdout.read()
        assert process.wait(timeout=30) == 0, rest
        assert "Traceback" not in rest
        assert not any(map(listening, {port, *others}))


def test_a_port_that_is_taken_is_said_and_another_is_served():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with demo("--port", str(port)) as (_, said):
            assert f"Port {port} is taken" in said
            served = int(re.search(r"gazette\.localhost:(\d+)", said)[1])
            assert served != port
            assert listening(served)


def test_choices_are_kept_in_the_folder_that_is_named(tmp_path: Path):
    with demo("--port", "0", "--data", str(tmp_path)) as (process, _):
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    assert any(tmp_path.iterdir())
