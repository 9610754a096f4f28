"""The known services: data files beside this module, one service each, in the shape of a ``[services.x]`` table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def names() -> tuple[str, ...]:
    """Give the ids of all known services, in alphabetical order."""
    found = (file.name for file in files(__package__).joinpath("catalogue").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@cache
def entry(name: str) -> dict[str, Any]:
    """Give the table of one known service; treat it as read only.

    Raises:
        KeyError: no service of that name is known.
    """
    if name not in names():
        raise KeyError(name)
    text = files(__package__).joinpath("catalogue", name + ".toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def purposes(table: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what a known service is for, one purpose or several."""
    return tuple(table.get("purposes") or [table["purpose"]])
