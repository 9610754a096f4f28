"""Reading and writing the files of an audit, with one clear sentence where that fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

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


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Write a file, or the standard output, piece by piece: never half a file, whatever happens meanwhile.

    Raises:
        SetupError: it cannot be written, and why.
    """
    try:
        if path == STDOUT:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        else:
            beside = path.with_name(f".{path.name}.part")
            try:
                with beside.open("wb") as file:
                    yield file
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.") from error


def write(path: Path, content: bytes) -> None:
    """Write a whole file, or the standard output, as :func:`writing` does."""
    with writing(path) as file:
        file.write(content)
