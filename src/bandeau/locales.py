"""The texts of each language as they lie in ``ask/locales/``: every word that a visitor can be shown."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def texts(language: str) -> Mapping[str, str]:
    """The texts of one of the languages that a notice can speak, by dotted key such as ``banner.title``."""
    source = files("bandeau.ask").joinpath("locales", f"{language}.toml").read_text("utf-8")
    return dict(_flatten(tomllib.loads(source)))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
