"""The words that visitors read, by language; every one of them stands in ``locales/``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bandeau.model import Lifetime

LANGUAGES = ("en", "fr")
"""The languages that have a locale; the first stands in for any other."""

_NO_BREAK = "\N{NO-BREAK SPACE}"
_FRENCH_SPACE = re.compile(r"(?<=«) | (?=[»:;?!])")
_RANGE = re.compile(
    r"\s*(?P<tag>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]=(?P<weight>[01](?:\.[0-9]{0,3})?)\s*)?"
)


@dataclass(frozen=True)
class Words:
    """The words of one language, by dotted key such as ``banner.title``."""

    language: str
    texts: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def label(self, key: str, fallback: str) -> str:
        """The words of a key that only well-known things have, else ``fallback``."""
        return self.texts.get(key, fallback)

    def quote(self, text: str) -> str:
        """The text in the language's own quotation marks."""
        return self["quote"].format(text=text)

    def listing(self, items: Iterable[str], last: str = "and") -> str:
        """The items as one enumeration: "a, b and c"; ``last`` is "and" or "or". Empty for no items."""
        *most, end = [*items] or [""]
        return f"{', '.join(most)}{self[last]}{end}" if most else end

    def lifetime(self, lifetime: Lifetime) -> str:
        """How long, in this language: "13 mois", "le temps de la session"."""
        if lifetime.seconds is None:
            return self[f"lifetimes.{lifetime.text.replace(' ', '-')}"]
        number, unit = lifetime.text.removesuffix("s").split(" ")
        return f"{number}{_NO_BREAK}{self[f'lifetimes.{unit}' if number == '1' else f'lifetimes.{unit}s']}"


def mid_sentence(label: str) -> str:
    """A label as it stands inside a sentence: its first letter small, unless the word is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@cache
def _locale(language: str) -> Words:
    source = files("bandeau.ask").joinpath("locales", f"{language}.toml").read_text("utf-8")
    texts = dict(_flatten(tomllib.loads(source)))
    if language == "fr":
        texts = {key: _FRENCH_SPACE.sub(_NO_BREAK, text) for key, text in texts.items()}
    return Words(language, texts)


def words(language: str) -> Words:
    """The words for a language tag such as ``fr`` or ``fr-BE``; English where there is no locale for it."""
    base = language.partition("-")[0].lower()
    return _locale(base if base in LANGUAGES else LANGUAGES[0])


def pick_language(offered: tuple[str, ...], accept_language: str) -> str:
    """The offered language that a reader likes best, by ``Accept-Language`` (RFC 9110, 12.5.4; RFC 4647, 3.4).

    ``offered`` is never empty and its first is the default. What cannot be read in the header counts for nothing.
    """
    wanted = []
    for part in accept_language[:1_000].split(","):
        match = _RANGE.fullmatch(part)
        if match is not None:
            wanted.append((-min(float(match["weight"] or 1), 1.0), match["tag"].lower()))
    refused = {tag for weight, tag in wanted if weight == 0}
    for weight, tag in sorted(wanted, key=lambda row: row[0]):
        if weight == 0:
            break
        for language in offered:
            named = language.lower()
            if named not in refused and tag in ("*", named, named.partition("-")[0]):
                return language
            if named == tag.partition("-")[0] and named not in refused:
                return language
    return offered[0]
