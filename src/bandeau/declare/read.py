"""Reads a declaration: TOML in, a checked ``Declaration`` out, or everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path as File
from typing import Any, NamedTuple

from bandeau.declare.build import Builder, own_service
from bandeau.declare.locate import Lines, Path, dotted, locate
from bandeau.declare.schema import MAX_DEPTH, MAX_ITEMS
from bandeau.declare.shape import Fault, shape
from bandeau.errors import DeclarationError, Problem
from bandeau.model import OWN_SERVICE, Declaration, Purpose, Service, Site

MAX_BYTES = 1_048_576
"""No declaration is longer: one of 500 services has a tenth of it."""

_POSITION = re.compile(r" ?\(at (?:line (?P<line>\d+), column \d+|end of document)\)")


def read_declaration(path: File) -> Declaration:
    """Read the declaration in the file ``path``: TOML in UTF-8, with or without a byte order mark.

    Raises:
        DeclarationError: the file cannot be read or used; names every problem in it.
    """
    return parse_declaration(read_text(path), str(path))


def read_text(path: File) -> str:
    """Read the text of a declaration's file.

    Raises:
        DeclarationError: there is no such file, it is too long, or it is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refusal(str(path), 0, reason.lower(), "allowed is a file that can be read") from error
    if len(content) > MAX_BYTES:
        raise _refusal(str(path), 0, "more than 1 MiB", "allowed is at most 1 MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal(str(path), line, "bytes that are not UTF-8", "a declaration is text in UTF-8") from error


def parse_declaration(text: str, source: str) -> Declaration:
    """Read the declaration in ``text``; ``source`` is how errors call it, usually the file's name.

    The service that Bandeau itself is, and the purpose ``functioning``, are added.

    Raises:
        DeclarationError: the text cannot be used; names every problem in it.
    """
    text = text.removeprefix("\ufeff")
    table = _toml(text, source)
    faults, parts = _built(table)
    if any(service.id == OWN_SERVICE for service in parts.services):
        faults.append(Fault(("services", OWN_SERVICE), "a service of this name", "it is Bandeau's own; choose another"))
    if faults:
        raise DeclarationError(source, _problems(faults, locate(text)))
    return Declaration(parts.site, parts.purposes, (*parts.services, own_service(parts.site)))


def from_document(document: dict[str, Any]) -> Declaration:
    """Build a declaration from what ``to_document`` gave of one that was read; Bandeau's own service is in it.

    Raises:
        DeclarationError: the document is not one of a declaration.
    """
    faults, parts = _built(document)
    if faults:
        raise DeclarationError("document", _problems(faults, Lines({})))
    return Declaration(*parts)


class _Parts(NamedTuple):
    site: Site
    purposes: tuple[Purpose, ...]
    services: tuple[Service, ...]


def _built(table: dict[str, Any]) -> tuple[list[Fault], _Parts]:
    """Check size, then shape, then sense: what is far too large is not looked into."""
    too_large = _too_large(table)
    faults, kept = ([too_large], {}) if too_large else shape(table)
    builder = Builder(kept)
    parts = _Parts(builder.site(), builder.purposes(), builder.services())
    # What had the wrong shape was taken out: that it is missing is no second problem.
    misshapen = {fault.path for fault in faults}
    return faults + [fault for fault in builder.faults if fault.path not in misshapen], parts


def _too_large(table: dict[str, Any]) -> Fault | None:
    waiting: list[tuple[Path, Any]] = [((), table)]
    while waiting:
        path, value = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        if len(value) > MAX_ITEMS:
            return Fault(path, f"{len(value)} items", f"allowed are at most {MAX_ITEMS}")
        if len(path) > MAX_DEPTH:
            return Fault(path, "a value in too many others", f"allowed are at most {MAX_DEPTH} levels")
        pairs: Iterable[tuple[str | int, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        waiting.extend(((*path, step), inner) for step, inner in pairs)
    return None


def _toml(text: str, source: str) -> dict[str, Any]:
    try:
        if len(text.encode()) > MAX_BYTES:
            raise _refusal(source, 0, "more than 1 MiB", "allowed is at most 1 MiB")
        return tomllib.loads(text)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise _refusal(source, line, "half a character", "a declaration is text in UTF-8") from error
    except RecursionError as error:
        raise _refusal(source, 0, "values in too many others", f"allowed are at most {MAX_DEPTH} levels") from error
    except DeclarationError:
        raise
    except ValueError as error:  # TOMLDecodeError, and what int() says of a number of thousands of digits
        position = _POSITION.search(str(error))
        line = int(position["line"]) if position and position["line"] else text.rstrip().count("\n") + 1
        reason = _POSITION.sub("", str(error))
        raise _refusal(source, line, f"a mistake in the TOML: {reason}", "see https://toml.io/en/v1.0.0") from error


def _problems(faults: list[Fault], lines: Lines) -> tuple[Problem, ...]:
    """Put each fault on its line, in the order of the file."""
    problems = [Problem(lines.of(fault.path), dotted(fault.path), fault.found, fault.allowed) for fault in faults]
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line))


def _refusal(source: str, line: int, found: str, allowed: str) -> DeclarationError:
    return DeclarationError(source, (Problem(line, "the file", found, allowed),))
