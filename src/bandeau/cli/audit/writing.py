"""Writing the reports that were asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bandeau.audit.reports.html import format_html
from bandeau.audit.reports.json import format_report
from bandeau.audit.reports.junit import format_junit
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.sarif import format_sarif
from bandeau.audit.reports.text import show
from bandeau.audit.tape import Tape, format_tape
from bandeau.cli.audit.files import STDOUT, write, writing
from bandeau.cli.audit.judging import pictures_of
from bandeau.errors import SetupError

FORMATS: Mapping[str, Callable[[Result], Iterable[str]]] = {
    "html": lambda result: (format_html(result),),
    "json": format_report,
    "sarif": format_sarif,
    "junit": format_junit,
}
"""The reports that are files, piece by piece."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where which report goes."""

    files: Mapping[str, Path]

    @classmethod
    def checked(cls, **files: Path | None) -> Wanted:
        """Take what is wanted, and complain before anything is visited, not after.

        Raises:
            SetupError: two reports go to the output, or a folder is missing.
        """
        wanted = {name: path for name, path in files.items() if path}
        if sum(path == STDOUT for path in wanted.values()) > 1:
            raise SetupError("Only one report can go to the output (-): name a file for each other one.")
        for name, path in wanted.items():
            if not path.parent.is_dir():
                raise SetupError(f"--{name}: the folder {path.parent} does not exist.")
        return cls(wanted)

    @property
    def console(self) -> Console:
        """Where people read: the error output, where the output carries a report. Plain where it is no terminal."""
        return Console(highlight=False, stderr=STDOUT in self.files.values(), width=_width())

    def write(self, result: Result) -> None:
        """Write the files, then the summary for people."""
        for name, path in self.files.items():
            with writing(path) as file:
                file.writelines(piece.encode("utf-8", "replace") for piece in FORMATS[name](result))
        console = self.console
        show(result, console)
        written = [str(path) for path in self.files.values() if path != STDOUT]
        if written:
            console.print(f"  Reports: {', '.join(written)}", markup=False, soft_wrap=True)


def _width() -> int | None:
    """A pipe has no width: let lines be as long as they are."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200


def save_recording(path: Path, tape: Tape) -> None:
    """Write a recording, with its pictures in a folder beside it."""
    with writing(path) as file:
        file.writelines(format_tape(tape))
    if tape.pictures:
        folder = pictures_of(path)
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise SetupError(f"{folder} cannot be made: {(error.strerror or str(error)).lower()}.") from error
        for name, data in tape.pictures.items():
            write(folder / Path(name).name, data)
