"""The rules of each language, as they lie in ``rules/``: lists of phrases, and the patterns that make a promise."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bandeau.audit.promises.lexicon import Lexicon, PatternError, Term, phrase
from bandeau.audit.promises.parts import finders
from bandeau.audit.promises.pattern import Pattern, Words, parse
from bandeau.audit.promises.text import fold

LANGUAGES = ("de", "en", "es", "fr", "it", "nl")
"""The languages that there are rules for."""

GROUPS = ("purposes", "data", "leaves", "features")
"""The lists that belong together: of each, several may be met in one sentence, and all are read."""

NEEDED = (
    "not",
    "not-behind",
    "affirming",
    "no-denial",
    "except",
    "void",
    "any-time",
    "if-accepted",
    "if-refused",
    "no-name",
    "name-joins",
)
"""The lists that every language must have, for the reading itself asks for them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of promise: what it means, what it says, what it is held against."""

    name: str
    means: str
    says: str
    held: str
    takes: str = ""
    takes_as: str = ""
    part: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a promise of one kind: one of ``say`` and all of ``also`` are met, and none of ``unless``.

    ``examples`` are sentences that it must read; they are tests.
    """

    kind: str
    say: tuple[Pattern, ...]
    also: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    says: tuple[tuple[str, str], ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """Everything that is known of how one language makes promises."""

    code: str
    common: frozenset[str]  # frequent words, folded: what tells it from other languages
    abbreviations: frozenset[str]
    lexicon: Lexicon
    lists: Mapping[str, Term]
    groups: Mapping[str, Mapping[str, Term]]
    numbers: Mapping[str, int]
    units: Mapping[str, Term]
    rules: tuple[Rule, ...]


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of promise, by name, in the order of reports."""
    table = tomllib.loads(_text("kinds.toml"))
    return {name: Kind(name, **{**entry, "notes": tuple(entry.get("notes", ()))}) for name, entry in table.items()}


@cache
def language(code: str) -> Language:
    """The rules of one of ``LANGUAGES``."""
    return read_language(code, tomllib.loads(_text(f"rules/{code}.toml")))


def read_language(code: str, table: Mapping[str, Any]) -> Language:
    """Read the rules of a language from its file.

    Raises:
        PatternError: a pattern or a phrase cannot be read, or a list, a kind or a key is not one that is known.
    """
    unknown = set(table) - {"common", "abbreviations", "lists", "numbers", "units", "rule", *GROUPS}
    missing = set(NEEDED) - set(table["lists"])
    if unknown or missing:
        raise PatternError(f"{code}: keys not known: {sorted(unknown)}; lists missing: {sorted(missing)}")
    lexicon = Lexicon()
    groups = {group: _terms(lexicon, table[group]) for group in GROUPS}
    # Each group is a list too: any of what belongs to it.
    any_of = {group: [text for texts in table[group].values() for text in texts] for group in GROUPS}
    lists = _terms(lexicon, table["lists"] | any_of)
    numbers = {fold(word): number for word, number in table["numbers"].items()}
    units = _terms(lexicon, table["units"])
    known = Words(lexicon, lists, finders(numbers, units, lists["no-name"], lists["name-joins"]))
    rules = tuple(_rule(entry, known) for entry in table["rule"])
    common, short = (frozenset(map(fold, table[key])) for key in ("common", "abbreviations"))
    return Language(code, common, short, lexicon, lists, groups, numbers, units, rules)


def _rule(entry: Mapping[str, Any], known: Words) -> Rule:
    unknown = set(entry) - {"kind", "say", "also", "unless", "says", "examples"}
    if unknown or entry["kind"] not in kinds():
        raise PatternError(f"a rule has keys that are not known, or no known kind: {entry['kind']} {sorted(unknown)}")
    part = kinds()[entry["kind"]].part
    if part and not all(f"#{part}" in text.split() for text in entry["say"]):
        raise PatternError(f"a rule of {entry['kind']} needs #{part} in each of its patterns")
    patterns = {key: tuple(parse(text, known) for text in entry.get(key, ())) for key in ("say", "also", "unless")}
    return Rule(entry["kind"], **patterns, says=tuple(entry.get("says", {}).items()), examples=tuple(entry["examples"]))


def _terms(lexicon: Lexicon, table: Mapping[str, list[str]]) -> dict[str, Term]:
    return {name: lexicon.term(map(phrase, texts)) for name, texts in table.items()}


def languages() -> Iterator[Language]:
    """The rules of every language that there are rules for."""
    return map(language, LANGUAGES)


def _text(name: str) -> str:
    return files("bandeau.audit.promises").joinpath(name).read_text("utf-8")
