"""The small language that rules are written in, and how a sentence is matched against it.

A pattern is a row of terms, to be met in order:

``word``     this word; accents and case do not count
``wor*``     a word that begins so
``a|b``      one of several; ``a|b?`` one of several, or nothing
``<name>``   a phrase of the language's list of that name; it may stand in ``a|<name>`` and have its ``?`` too
``..``       up to 4 words, whatever they are; ``...`` up to 12
``#time``    a number and a unit of time; ``#count`` a number; ``#name`` a proper name
``a b & c``  several rows, each met somewhere in the sentence, near one another and in any order

There are no regular expressions in rules: matching takes time in proportion to the sentence, whatever stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bandeau.audit.promises.lexicon import Hits, Lexicon, PatternError, Scene, Term, phrase
from bandeau.audit.promises.text import fold

NEAR, FAR = 4, 12
"""How many words ``..`` and ``...`` may stand for."""

GAPS = {"..": NEAR, "...": FAR}

WIDE = 16
"""How many words may stand between two rows of a pattern that are met in any order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One term of a pattern: how it is found, what it is called where it is to be remembered, how it is bound."""

    find: Callable[[Scene], Hits]
    part: str = ""
    optional: bool = False
    gap: int = 0  # how many words may stand before it


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a rule looks for: a row of terms, or several rows in any order."""

    text: str
    rows: tuple[Row, ...]
    denies: bool = False  # whether it asks for a "not" itself

    def matches(self, scene: Scene) -> Iterator[Match]:
        """Every place of the sentence where the pattern is met, at most one for each beginning of its first row."""
        first, *others = self.rows
        found = [list(row.matches(scene)) for row in others]
        if all(found):
            for match in first.matches(scene):
                whole = _beside(match, found)
                if whole is not None:
                    yield whole


def _beside(match: Match, others: list[list[Match]]) -> Match | None:
    """A match of the first row with the nearest of every other row: no word counts twice, none stands far off."""
    for several in others:
        free = (one for one in several if match.taken.isdisjoint(one.taken) and _between(match, one) <= WIDE)
        nearest = min(free, key=lambda one: _between(match, one), default=None)
        if nearest is None:
            return None
        match = match.joined(nearest)
    return match


def _between(one: Match, other: Match) -> int:
    """How many words stand between two matches, none where they cross."""
    return max(one.start - other.end, other.start - one.end, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """Terms to be met in order."""

    steps: tuple[Step, ...]

    def matches(self, scene: Scene) -> Iterator[Match]:
        """Every place of the sentence where the row is met, at most one for each beginning."""
        found: list[Hits] = []
        for step in self.steps:
            hits = step.find(scene)
            if not hits and not step.optional:
                return
            found.append(hits)
        dead: set[tuple[int, int]] = set()
        for start in sorted(found[0]):
            spans = self._walk(found, 0, start, dead)
            if spans is not None:
                last = max(end for _, _, end in spans)
                taken = frozenset(place for _, begin, end in spans for place in range(begin, end))
                yield Match(start, last, {part: (begin, end) for part, begin, end in spans if part}, taken)

    def _walk(
        self, found: list[Hits], index: int, at: int, dead: set[tuple[int, int]]
    ) -> list[tuple[str, int, int]] | None:
        """What the terms from ``index`` on are met by from the word ``at`` on; ``dead`` is what led nowhere."""
        if index == len(self.steps):
            return []
        if (index, at) in dead:
            return None
        step = self.steps[index]
        for begin in range(at, at + step.gap + 1):
            for end in found[index].get(begin, ()):
                rest = self._walk(found, index + 1, end, dead)
                if rest is not None:
                    return [(step.part, begin, end), *rest]
        if step.optional:
            rest = self._walk(found, index + 1, at, dead)
            if rest is not None:
                return rest
        dead.add((index, at))
        return None


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern is met: from word to word, the words of each part, and all words that its terms took."""

    start: int
    end: int
    parts: Mapping[str, tuple[int, int]]
    taken: frozenset[int]

    def joined(self, other: Match) -> Match:
        """This match and another, as one."""
        start, end = min(self.start, other.start), max(self.end, other.end)
        return Match(start, end, {**self.parts, **other.parts}, self.taken | other.taken)


@dataclass(frozen=True, slots=True)
class Words:
    """What a language lends to its patterns: its lists by name, and what finds ``#time`` and its like."""

    lexicon: Lexicon
    lists: Mapping[str, Term]
    parts: Mapping[str, Callable[[Scene], Hits]]


def parse(text: str, known: Words) -> Pattern:
    """Read a pattern.

    Raises:
        PatternError: it is empty, names a list that is not there, or has a gap where none can be.
    """
    rows = tuple(_row(row, known) for row in text.split(" & "))
    return Pattern(text, rows, _denies(text, known.lists))


def _row(text: str, known: Words) -> Row:
    steps: list[Step] = []
    gap = 0
    for token in text.split():
        if token in GAPS:
            gap = max(gap, GAPS[token])
            continue
        step = _step(token, known, gap if steps else 0)
        steps.append(step)
        gap = step.gap if step.optional else 0  # what may be left out leaves its gap to the next
    if not steps or steps[0].optional or steps[-1].optional or text.split()[-1] in GAPS:
        raise PatternError(f"{text!r} is no pattern: it begins and ends with a term that must be there")
    return Row(tuple(steps))


def _step(token: str, known: Words, gap: int) -> Step:
    name, optional = token.removesuffix("?"), token.endswith("?")
    try:
        if name.startswith("#"):
            find = known.parts[name[1:]]
            return Step(lambda scene: scene.once(find), name[1:], optional, gap)
        term = _term(name, known)
    except KeyError:
        raise PatternError(f"there is no list or part {name}") from None
    return Step(lambda scene: scene.hits(term), "", optional, gap)


def _denies(text: str, lists: Mapping[str, Term]) -> bool:
    """Whether a pattern asks for a "not": the list of that name, or a word of it."""
    said = {fold(one) for token in text.split() for one in token.removesuffix("?").split("|")}
    return "<not>" in said or any(len(one) == 1 and not said.isdisjoint(one[0]) for one in lists["not"].phrases)


def _term(name: str, known: Words) -> Term:
    """What ``<name>``, ``word``, or several of them with ``|`` between stand for; a list alone keeps its identity."""
    if name.startswith("<") and name.endswith(">") and "|" not in name:
        return known.lists[name[1:-1]]
    phrases = [known.lists[one[1:-1]].phrases if one.startswith("<") else (phrase(one),) for one in name.split("|")]
    return known.lexicon.term(one for some in phrases for one in some)
