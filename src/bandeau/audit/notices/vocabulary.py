"""The words that finders know: one file a language in ``words/``, and an index over all of them.

A file lists, by :class:`Sense`, words and phrases; ``*`` at the end or at both ends of a word stands for any letters,
as languages inflect and join their words. All languages are looked up at once: a page's own idea of its language is
often wrong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from bandeau.audit.notices.text import plain
from bandeau.model import LANGUAGES


class Sense(StrEnum):
    """What a word does in the label of a button, or says about the text that it stands in."""

    ACCEPT = "accept"
    SEEN = "seen"  # "OK", "got it": accepting where a notice has no other way
    REFUSE = "refuse"
    SETTINGS = "settings"
    SAVE = "save"
    BACK = "back"  # withdraw, change one's mind
    CLOSE = "close"
    POLICY = "policy"
    MORE = "more"
    SUBSCRIBE = "subscribe"
    ALL = "all"
    CHOSEN = "chosen"
    ONLY = "only"
    NECESSARY = "necessary"
    OPTIONAL = "optional"  # what is not necessary, which a visitor may leave out
    NOT = "not"
    TOPIC = "topic"  # cookies, trackers: what notices alone speak of
    ABOUT = "about"  # privacy, partners, personal data: what notices speak of too
    AGE = "age"  # what age gates speak of, and notices once at most
    COMMON = "common"  # the language's own small words


SPACELESS = ("ja", "zh")
"""Languages that set no space between words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of a list: its words, in one language, in one sense."""

    language: str
    sense: Sense
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text: where it begins and how many words (letters, in spaceless languages) it takes."""

    sense: Sense
    start: int
    length: int


@cache
def phrases() -> tuple[Phrase, ...]:
    """Every phrase of every language."""
    return tuple(phrase for language in LANGUAGES for phrase in _read(language))


def _read(language: str) -> Iterator[Phrase]:
    text = files(__package__).joinpath("words", f"{language}.toml").read_text("utf-8")
    for sense, entries in tomllib.loads(text).items():
        for entry in entries:
            yield Phrase(language, Sense(sense), tuple(map(_pattern, entry.split())))


def _pattern(word: str) -> str:
    """A word as texts are compared, its stars kept."""
    return f"{'*' * word.startswith('*')}{plain(word).replace(' ', '')}{'*' * (len(word) > 1 and word.endswith('*'))}"


def _fits(pattern: str, word: str) -> bool:
    if pattern.startswith("*"):
        return pattern.strip("*") in word
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


@cache
def _index() -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases by what their first word begins with: up to three letters, nothing where that is free."""
    index: dict[str, list[Phrase]] = {}
    for phrase in phrases():
        if phrase.language not in SPACELESS:
            first = phrase.words[0]
            index.setdefault("" if first.startswith("*") else first.strip("*")[:3], []).append(phrase)
    return {key: tuple(found) for key, found in index.items()}


@lru_cache(maxsize=20_000)
def _beginning(word: str) -> tuple[Phrase, ...]:
    """The phrases that may begin with the word."""
    keys = dict.fromkeys((word[:3], word[:2], word[:1], ""))
    index = _index()
    return tuple(one for key in keys for one in index.get(key, ()) if _fits(one.words[0], word))


def find(text: str) -> Mapping[str, tuple[Found, ...]]:
    """Give what each language knows of a plain text, in order; where phrases overlap, the longest counts."""
    words = text.split()
    hits: dict[str, list[Found]] = {}
    for start in range(len(words)):
        for phrase in _beginning(words[start]):
            length = len(phrase.words)
            rest = words[start + 1 : start + length]
            if len(rest) == length - 1 and all(map(_fits, phrase.words[1:], rest)):
                hits.setdefault(phrase.language, []).append(Found(phrase.sense, start, length))
    known = {language: tuple(_longest(found)) for language, found in hits.items()}
    return known | {language: found for language in SPACELESS if (found := _within(language, text))}


def _longest(found: list[Found]) -> Iterator[Found]:
    """Of what overlaps the longest, all senses of it."""
    taken: list[Found] = []
    for one in sorted(found, key=lambda one: (-one.length, one.start)):
        same = [(other.start, other.length) == (one.start, one.length) for other in taken]
        apart = [one.start + one.length <= other.start or other.start + other.length <= one.start for other in taken]
        if all(map(bool.__or__, same, apart)):
            taken.append(one)
    return iter(sorted(taken, key=lambda one: one.start))


@cache
def _spaceless(language: str) -> tuple[re.Pattern[str], Mapping[str, tuple[Sense, ...]]]:
    senses: dict[str, tuple[Sense, ...]] = {}
    for phrase in phrases():
        if phrase.language == language:
            text = "".join(phrase.words)
            senses[text] = (*senses.get(text, ()), phrase.sense)
    longest_first = sorted(senses, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), senses


def _within(language: str, text: str) -> tuple[Found, ...]:
    if text.isascii():
        return ()
    pattern, senses = _spaceless(language)
    return tuple(
        Found(sense, match.start(), match.end() - match.start())
        for match in pattern.finditer(text)
        for sense in senses[match[0]]
    )
