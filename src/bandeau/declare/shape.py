"""Whether a table has the shape that the schema asks for; what has not is said and taken out.

What stays behind has the right type everywhere, so the checks that follow run on it at once and a publisher sees
all that is wrong in one go.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from json import dumps
from typing import TYPE_CHECKING, Any, NamedTuple

from bandeau.declare.locate import Path
from bandeau.declare.schema import schema

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError


class Fault(NamedTuple):
    """Something wrong at a path, before its line is known."""

    path: Path
    found: str
    allowed: str


def show(value: object) -> str:
    """Say what was found, in the words of TOML and short."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def suggest(word: object, known: list[str]) -> str:
    """Say which known word was perhaps meant; nothing where none is near."""
    near = get_close_matches(word, known, n=1) if isinstance(word, str) else []
    return f"; did you mean {near[0]}?" if near else ""


def shape(table: dict[str, Any]) -> tuple[list[Fault], dict[str, Any]]:
    """Give what is wrong with the shape of ``table``, and a copy of it without what is wrong.

    A list item that is taken out leaves ``None`` behind, so that the others keep their places.
    """
    faults: list[Fault] = []
    kept = copy.deepcopy(table)
    for error in _validator().iter_errors(table):
        for fault in _faults(error):
            faults.append(fault)
            _take_out(kept, fault.path)
    return faults, kept


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    # Imported late: it costs more time than the rest of a command's start.
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema())


def _take_out(table: Any, path: Path) -> None:
    *way, last = path
    for step in way:
        try:
            table = table[step]
        except (KeyError, TypeError):  # it is gone already, with something around it
            return
    if isinstance(table, dict):
        table.pop(last, None)
    elif isinstance(table, list) and isinstance(last, int):
        table[last] = None


class _Error(NamedTuple):
    """What this module reads of one of the validator's errors."""

    path: Path
    keyword: str
    expected: Any  # the keyword's value in the schema
    found: Any
    schema: dict[str, Any]
    message: str

    @property
    def description(self) -> str:
        return str(self.schema["description"])


def _faults(raw: ValidationError) -> Iterator[Fault]:
    schema_here: Any = raw.schema
    error = _Error(
        tuple(raw.absolute_path), str(raw.validator), raw.validator_value, raw.instance, schema_here, raw.message
    )
    if "propertyNames" in raw.schema_path:
        yield Fault((*error.path, str(error.found)), show(error.found), f"an id is {error.description}")
    elif error.keyword in _BY_KEYWORD:
        yield from _BY_KEYWORD[error.keyword](error)
    else:
        yield Fault(error.path, show(error.found), f"allowed is {error.description}")


def _unknown_keys(error: _Error) -> Iterator[Fault]:
    known = list(error.schema["properties"])
    for key in error.found:
        if key not in known:
            yield Fault((*error.path, key), "an unknown key", f"allowed are {', '.join(known)}{suggest(key, known)}")


def _missing_keys(error: _Error) -> Iterator[Fault]:
    # The validator gives one error for each missing key and names it in the message only.
    missing = next(key for key in error.expected if error.message.startswith(repr(key) + " "))
    allowed = error.schema["properties"][missing]["description"]
    yield Fault((*error.path, missing), "nothing", f"this key is required: {allowed}")


def _not_listed(error: _Error) -> Iterator[Fault]:
    known = list(error.expected)
    listed = "one of " + ", ".join(show(value) for value in known)
    allowed = error.description if len(known) > 20 else listed
    yield Fault(error.path, show(error.found), f"allowed is {allowed}{suggest(error.found, known)}")


def _repeated(error: _Error) -> Iterator[Fault]:
    for index, item in enumerate(error.found):
        if item in error.found[:index]:
            yield Fault((*error.path, index), f"{show(item)} a second time", "allowed is each once")


def _count(error: _Error) -> Iterator[Fault]:
    bound, things = {
        "minItems": ("at least", "items"),
        "maxItems": ("at most", "items"),
        "minProperties": ("at least", "keys"),
        "maxProperties": ("at most", "keys"),
        "maxLength": ("at most", "characters"),
    }[error.keyword]
    found = f"{len(error.found)} {things}"
    yield Fault(error.path, found, f"allowed are {bound} {error.expected} {things}: {error.description}")


_BY_KEYWORD: dict[str, Callable[[_Error], Iterator[Fault]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "enum": _not_listed,
    "uniqueItems": _repeated,
    **dict.fromkeys(("minItems", "maxItems", "minProperties", "maxProperties", "maxLength"), _count),
}
