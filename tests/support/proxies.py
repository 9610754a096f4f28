"""``bandeau proxy`` as its users run it: a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Proxied:
    """A running proxy: its port, its process and what it has told of errors."""

    port: int
    process: subprocess.Popen[str]
    folder: Path

    @property
    def errors(self) -> str:
        return (self.folder / "errors").read_text("utf-8")

    def memory(self, line: str) -> int:
        """Bytes of memory as Linux tells them: ``VmRSS`` is what is held now, ``VmHWM`` the most that ever was."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        found = re.search(rf"^{line}:\s+([0-9]+) kB$", status, re.MULTILINE)
        assert found
        return int(found[1]) * 1024


@contextmanager
def proxied(upstream: int, folder: Path, declaration: str) -> Iterator[Proxied]:
    """The proxy in front of the site at that port, with its files in ``folder``; must end without an error."""
    (folder / "bandeau.toml").write_text(declaration, "utf-8")
    bandeau = Path(sys.executable).with_name("bandeau")
    command = [bandeau, "proxy", "--declaration", "bandeau.toml", "--upstream", f"http://127.0.0.1:{upstream}"]
    with (
        (folder / "errors").open("w") as errors,
        subprocess.Popen(
            [*command, "--port", "0", "--data", "data"], cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            assert found, line + (folder / "errors").read_text("utf-8")
            yield Proxied(int(found[1]), process, folder)
            process.terminate()
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
