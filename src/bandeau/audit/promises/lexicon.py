"""The phrases of one language, and where they are met in a sentence: all of them in one pass over its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from bandeau.audit.promises.text import Word, fold

LONGEST_PART = 24
"""Letters of a word that are compared with beginnings and ends."""

Hits = Mapping[int, tuple[int, ...]]
"""Where a term is met: by the word that it begins at, the places where it may end, farthest first."""

Phrase = tuple[tuple[str, ...], ...]
"""Words to be met one after the other; of each, what may stand there, with ``*`` where it is a beginning or an end."""


class PatternError(ValueError):
    """A pattern or a phrase cannot be read: mend it in its file of rules."""


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What may stand at one place of a pattern: one of a few phrases."""

    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """The words of one sentence, and where each term is met in them."""

    words: tuple[Word, ...]
    _met: Mapping[Term, Hits]
    _parts: dict[Callable[[Scene], Hits], Hits] = field(default_factory=dict, compare=False)

    def hits(self, term: Term) -> Hits:
        """Where a term is met."""
        return self._met.get(term, {})

    def once(self, find: Callable[[Scene], Hits]) -> Hits:
        """What a finder finds in these words, looked for once."""
        if find not in self._parts:
            self._parts[find] = find(self)
        return self._parts[find]


class Lexicon:
    """All terms of a language, found by the word that a phrase begins with."""

    def __init__(self) -> None:
        self._exact: dict[str, list[tuple[Term, Phrase]]] = defaultdict(list)
        self._begun: dict[str, list[tuple[Term, Phrase]]] = defaultdict(list)
        self._ended: dict[str, list[tuple[Term, Phrase]]] = defaultdict(list)

    def term(self, phrases: Iterable[Phrase]) -> Term:
        """Take up a term."""
        term = Term(tuple(phrases))
        for phrase in term.phrases:
            for first in phrase[0]:
                if first.endswith("*"):
                    self._begun[first[:-1]].append((term, phrase[1:]))
                elif first.startswith("*"):
                    self._ended[first[1:]].append((term, phrase[1:]))
                else:
                    self._exact[first].append((term, phrase[1:]))
        return term

    def scene(self, words: tuple[Word, ...]) -> Scene:
        """Find every term in a sentence."""
        met: dict[Term, dict[int, set[int]]] = defaultdict(dict)
        for place, word in enumerate(words):
            for term, rest in self._begin(word.folded):
                if _goes_on(words, place + 1, rest):
                    met[term].setdefault(place, set()).add(place + 1 + len(rest))
        return Scene(
            words,
            {term: {at: tuple(sorted(ends, reverse=True)) for at, ends in hits.items()} for term, hits in met.items()},
        )

    def _begin(self, word: str) -> Iterable[tuple[Term, Phrase]]:
        yield from self._exact.get(word, ())
        for length in range(1, min(len(word), LONGEST_PART) + 1):
            yield from self._begun.get(word[:length], ())
            yield from self._ended.get(word[-length:], ())


def _goes_on(words: tuple[Word, ...], at: int, rest: Phrase) -> bool:
    return at + len(rest) <= len(words) and all(
        any(_stands(words[at + step].folded, one) for one in choices) for step, choices in enumerate(rest)
    )


def _stands(word: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return word.startswith(wanted[:-1])
    return word.endswith(wanted[1:]) if wanted.startswith("*") else word == wanted


_APART = str.maketrans("’'-", "   ")


def phrase(text: str) -> Phrase:
    """Read a phrase of a list: words, each perhaps ``a|b``, each perhaps a ``beginning*`` or an ``*end``.

    Raises:
        PatternError: there is no word in it, or it holds what only a pattern may have.
    """
    found = tuple(tuple(fold(one) for one in part.split("|")) for part in text.translate(_APART).split())
    if not found or not all(_is_part(one) for part in found for one in part):
        raise PatternError(f"{text!r} is no phrase: it is made of words, of a|b, of beginnings* and of *ends")
    return found


def _is_part(text: str) -> bool:
    word = text.removesuffix("*") if text.endswith("*") else text.removeprefix("*")
    return 0 < len(word) <= (LONGEST_PART if word != text else len(word)) and not set(word) & set("*?.<>#")
