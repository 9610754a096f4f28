"""Reading and writing the files of an audit, with one clear sentence where that fails."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bandeau.errors import SetupError

if TYPE_CHECKING:
    from bandeau.audit.reports.json import Report

STDOUT = Path("-")
"""What stands for the standard output where a file is asked for."""


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Raises:
        SetupError: it cannot be read, and why.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def read_report(path: Path) -> Report:
    """Read a report that ``--json`` wrote.

    Raises:
        SetupError: the file cannot be read, or is no report.
    """
    from bandeau.audit.reports.json import ReportError, parse_report

    try:
        return parse_report(read_bytes(path))
    except ReportError as error:
        raise SetupError(f"{path}: {error}.") from error


def write(path: Path, content: bytes) -> None:
    """Write a whole file, or the standard output: never half a file, whatever happens meanwhile.

    Raises:
        SetupError: it cannot be written, and why.
    """
    try:
        if path == STDOUT:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            beside = path.with_name(f".{path.name}.part")
            beside.write_bytes(content)
            beside.replace(path)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.") from error
