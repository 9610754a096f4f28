"""What is known of the managers that draw notices, one file each in ``recipes/``, and of single sites by a user's file.

A recipe counts only where a thing that it names is really there to be seen; words find notices without any of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from bandeau.errors import BandeauError
from bandeau.patterns import Host, Origin

Selectors = tuple[str, ...]

_PATH = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*){0,5}")
MAX_SELECTORS = 30


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a manager's controls are: CSS selectors, each in the order in which they are tried.

    ``a >>> b`` finds b in the shadow tree of a. ``detect`` names what is in the page wherever the manager is,
    ``block`` its notices and settings, ``withdraw`` its way back. ``call`` is the function of the page that opens its
    settings (``Didomi.preferences.show``), used where no control does.
    """

    name: str
    detect: Selectors = ()
    block: Selectors = ()
    accept: Selectors = ()
    refuse: Selectors = ()
    settings: Selectors = ()
    save: Selectors = ()
    withdraw: Selectors = ()
    call: str = ""

    def __post_init__(self) -> None:
        """Check it.

        Raises:
            ValueError: a selector is empty, there are too many, or ``call`` is no name of a function.
        """
        for field in ("detect", "block", "accept", "refuse", "settings", "save", "withdraw"):
            selectors: Selectors = getattr(self, field)
            if len(selectors) > MAX_SELECTORS or not all(0 < len(one.strip()) <= 500 for one in selectors):
                raise ValueError(f"{field} is a list of at most {MAX_SELECTORS} CSS selectors, none of them empty")
        if self.call and not _PATH.fullmatch(self.call):
            raise ValueError(f"call is the name of a function, such as Didomi.preferences.show, not {self.call!r}")


@cache
def recipes() -> tuple[Recipe, ...]:
    """Every manager that is known, by the names of their files."""
    found = sorted(files(__package__).joinpath("recipes").iterdir(), key=lambda file: file.name)
    return tuple(_recipe(tomllib.loads(file.read_text("utf-8"))) for file in found if file.name.endswith(".toml"))


def _recipe(table: Mapping[str, Any]) -> Recipe:
    return msgspec.convert(dict(table), Recipe)


class SitesError(BandeauError, ValueError):
    """A file of selectors cannot be used; the message says what is wrong with it, and what is allowed."""


OF_A_SITE = "selector"
"""The name that the recipe of a single site goes by."""

_KEYS = ("block", "accept", "refuse", "settings", "save", "withdraw")


def parse_sites(text: str) -> tuple[tuple[Host, Recipe], ...]:
    """Read a user's file of selectors: one table a host, such as ``["*.gazette.example"]``, the most exact first.

    Raises:
        SitesError: it is no TOML, a host is none, or a table holds what is not a list of CSS selectors.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SitesError(f"the file of selectors is no TOML: {error}") from error
    found = [_site(name, table) for name, table in tables.items()]
    return tuple(sorted(found, key=lambda pair: pair[0].weight, reverse=True))


def _site(name: str, table: object) -> tuple[Host, Recipe]:
    allowed = f"a table holds lists of CSS selectors called {', '.join(_KEYS)}"
    if not isinstance(table, dict):
        raise SitesError(f'{name!r} is no table of a host; {allowed}, under a heading such as ["news.example"]')
    unknown = sorted(set(table) - set(_KEYS))
    if unknown or not table:
        raise SitesError(f'["{name}"] holds {f"{unknown[0]!r}" if unknown else "nothing"}; {allowed}')
    try:
        return Host.parse(name), msgspec.convert({"name": OF_A_SITE, **table}, Recipe)
    except (ValueError, msgspec.ValidationError) as error:
        raise SitesError(f'["{name}"]: {error}; {allowed}') from error


def recipe_for(sites: tuple[tuple[Host, Recipe], ...], origin: Origin, path: str) -> tuple[Recipe, ...]:
    """Give the recipe of the most exact host that a page's address goes to, if there is one."""
    return next(((recipe,) for host, recipe in sites if host.matches(origin, path)), ())
