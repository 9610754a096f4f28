"""Varnish and nginx as ``examples/caches`` configures them, each in a folder and on ports of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.servers import free_port

EXAMPLES = Path(__file__).parents[2] / "examples" / "caches"
CACHES = ("varnish", "nginx")
_PROGRAMS = {"varnish": "varnishd", "nginx": "nginx"}
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])
_PATIENCE = 60  # seconds; Varnish compiles its configuration
_TRIES = 5  # another process may take the free port first


@dataclass(frozen=True)
class Cache:
    """A running cache: its name, its port and its folder."""

    name: str
    port: int
    folder: Path

    def forget_pages(self) -> None:
        """Throw away every page that was changed, as the guide says."""
        if self.name == "varnish":
            ban = [_program("varnishadm"), "-n", str(self.folder), "ban", "obj.http.Vary ~ Bandeau-Variant"]
            subprocess.run(ban, check=True, capture_output=True, timeout=_PATIENCE)
        else:
            for kept in (self.folder / "cache").iterdir():
                shutil.rmtree(kept)


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if found is None:
        pytest.skip(f"{name} is not installed, and scripts/test could not install it")
    return found


Edit = Callable[[str], str]
"""A change to a configuration: a test breaks it, to see that it matters."""


@contextmanager
def caching(name: str, upstream: int, folder: Path, edit: Edit = str) -> Iterator[Cache]:
    """One of the caches, in front of what listens at that port of loopback."""
    folder.mkdir(parents=True, exist_ok=True)
    start = {"varnish": _varnish, "nginx": _nginx}[name]
    for _ in range(_TRIES):
        port = free_port()
        with (folder / "errors").open("w") as errors:
            command = start(upstream, port, folder, edit)
            process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=errors)
        try:
            if _answers(process, port):
                yield Cache(name, port, folder)
                return
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE)
    raise RuntimeError(f"{name} did not start: {(folder / 'errors').read_text('utf-8')}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False


def _varnish(upstream: int, port: int, folder: Path, edit: Edit) -> list[str]:
    text = _with(EXAMPLES / "varnish.vcl", {'"8080"': f'"{upstream}"'})
    (folder / "bandeau.vcl").write_text(edit(text), "utf-8")
    # In the foreground, without a user of its own, with all its files in the folder.
    command = [_program("varnishd"), "-F", "-j", "none", "-n", str(folder), "-f", str(folder / "bandeau.vcl")]
    return [*command, "-a", f"127.0.0.1:{port}", "-s", "malloc,64m"]


_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def _nginx(upstream: int, port: int, folder: Path, edit: Edit) -> list[str]:
    places = "".join(f"\n    {one}_temp_path {one};" for one in _TEMPORARY)
    ports = {"127.0.0.1:8080": f"127.0.0.1:{upstream}", "127.0.0.1:8000": f"127.0.0.1:{port}"}
    text = _with(EXAMPLES / "nginx.conf", {**ports, "\nhttp {": "\nhttp {" + places})
    (folder / "nginx.conf").write_text(edit(text), "utf-8")
    directives = "daemon off;" + (" user root;" if os.getuid() == 0 else "")
    return [_program("nginx"), "-p", str(folder), "-e", "error.log", "-c", "nginx.conf", "-g", directives]


def _with(example: Path, changes: dict[str, str]) -> str:
    text = example.read_text("utf-8")
    for old, new in changes.items():
        assert text.count(old) == 1, f"{example.name} no longer has {old} once"
        text = text.replace(old, new)
    return text
