"""A notice's text as sentences and words, each with its place: what is quoted is cut out of the text, never rebuilt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_SENTENCE = 800
"""Characters; a longer run without an end is cut at a space, so that the work on one sentence is bounded."""

_WORD = re.compile(r"\d{1,3}(?:[.,  ' ’]\d{3}){1,3}(?!\d)|[^\W_]+")
_BREAK = re.compile(r"[,;:()\[\]«»\"“”„!?•|]|\s[-–—]\s")
_END = re.compile(r"[.!?…][»\"”’)]?(?=\s)")
_LABEL = re.compile(
    r"[«\"“„]\s?([^«»\"“”„\n]{1,60}?)\s?[»\"”“]|[‘‚]([^‘’‚\n]{1,60})[’‘]|(?<![^\s(])'([^'\n]{1,60})'(?!\w)"
)


class Word(NamedTuple):
    """One word: folded (no case, no accents), its place in the text, and how it stands there."""

    folded: str
    start: int
    end: int
    capital: bool
    apart: bool  # something parts it from the word before: a comma, a bracket, a quotation mark


class Sentence(NamedTuple):
    """One sentence: its place in the text, and its words."""

    start: int
    end: int
    words: tuple[Word, ...]


def fold(text: str) -> str:
    """Give a word as rules compare it: without case, accents and the forms of one letter."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words(text: str, start: int = 0, end: int | None = None) -> tuple[Word, ...]:
    """The words between two places of a text; a number with thousands marks is one word, without them."""
    found = []
    last = start
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        raw = match[0]
        folded = re.sub(r"\D", "", raw) if raw[0].isdigit() and not raw.isalnum() else fold(raw)
        apart = _BREAK.search(text, last, match.start()) is not None
        found.append(Word(folded, match.start(), match.end(), raw[0].isupper() or raw[0].isdigit(), apart))
        last = match.end()
    return tuple(found)


def sentences(text: str, abbreviations: frozenset[str]) -> Iterator[Sentence]:
    """The sentences of a text, in order: a line ends one, and so does a full stop that follows no abbreviation."""
    at = 0
    for line in text.splitlines(keepends=True):
        for start, end in _cut(line, abbreviations):
            found = _trimmed(text, at + start, at + end)
            if found is not None:
                yield found
        at += len(line)


def labels(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """What stands in quotation marks between two places of a text, as a control's name does, and where."""
    for match in _LABEL.finditer(text, start, end):
        yield match.start(), (match[1] or match[2] or match[3]).strip()


def _cut(line: str, abbreviations: frozenset[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(line):
        if match[0][0] == "." and _abbreviated(line, match.start(), abbreviations):
            continue
        yield from _short(line, start, match.end())
        start = match.end()
    yield from _short(line, start, len(line))


def _abbreviated(line: str, stop: int, abbreviations: frozenset[str]) -> bool:
    """Whether the full stop there ends an abbreviation: a listed one, or a single letter ("S. L.", "z. B.")."""
    before = line[max(0, stop - 16) : stop].split()
    last = before[-1].rpartition("(")[2] if before else ""
    return fold(last) in abbreviations or (len(last) == 1 and last.isalpha())


def _short(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_SENTENCE:
        space = line.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        cut = start + LONGEST_SENTENCE if space < 0 else space
        yield start, cut
        start = cut
    yield start, end


def _trimmed(text: str, start: int, end: int) -> Sentence | None:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end = start + len(part.strip())
    return Sentence(start, end, words(text, start, end)) if start < end else None
