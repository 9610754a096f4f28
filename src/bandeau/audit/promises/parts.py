"""What finds the parts of a pattern that no list can hold: spans of time, numbers and proper names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bandeau.audit.promises.lexicon import Hits, Scene, Term
from bandeau.audit.promises.text import Word
from bandeau.patterns import Lifetime

LONGEST_NUMBER = 5
"""Words of a number, with its repetition in brackets."""

LONGEST_NAME = 12
"""Words of a proper name, each initial of a company's form counted."""

# fmt: off
LEGAL_FORMS = frozenset({
    "ag", "asbl", "bv", "bvba", "coop", "cv", "dac", "eg", "eurl", "gbr", "ggmbh", "gmbh", "inc", "kg",
    "kgaa", "limited", "llc", "llp", "ltd", "mbh", "nv", "ohg", "onlus", "oy", "plc", "sa", "sarl", "sas",
    "sasu", "sca", "scic", "scop", "se", "sl", "slu", "spa", "srl", "srls", "ug", "vof", "vzw",
})
# fmt: on
"""What ends the name of a company, with a comma before it or without: "Blue, Inc.", "Kade BV"."""

SMALL_FORMS = frozenset({"eg", "ggmbh", "mbh", "plc"})
"""Those that are written in small letters, or begin with one: "Harbour Press plc", "Klarfunk eG"."""

ABBREVIATED = frozenset({"co", "corp", "inc", "ltd"})
"""Those that are written with a full stop."""


def finders(
    numbers: Mapping[str, int], units: Mapping[str, Term], no_name: Term, joins: Term
) -> dict[str, Callable[[Scene], Hits]]:
    """What finds ``#time``, ``#count`` and ``#name`` in a language.

    ``numbers`` are its words for numbers, ``units`` its words for each unit of time; ``no_name`` are words that begin
    no name though they may stand with a capital, ``joins`` those that stand within names in small letters.
    """

    def times(scene: Scene) -> Hits:
        return _times(
            scene, {place: ends for unit in units.values() for place, ends in scene.hits(unit).items()}, numbers
        )

    def counts(scene: Scene) -> Hits:
        return {place: (place + 1,) for place, word in enumerate(scene.words) if count(word, numbers)}

    def names(scene: Scene) -> Hits:
        return _names(scene.words, scene.hits(no_name), scene.hits(joins))

    return {"time": times, "count": counts, "name": names}


def seconds(scene: Scene, start: int, end: int, numbers: Mapping[str, int], units: Mapping[str, Term]) -> int | None:
    """How long a span of time is that ``#time`` found; ``None`` where it is longer than a lifetime can be.

    A unit may be several of another: "6 month" is the half of a year that some languages have one word for.
    """
    within = range(start + 1, end)
    found = ((at, name) for at in within for name, unit in units.items() if end in scene.hits(unit).get(at, ()))
    unit_at, named = next(found, (end - 1, ""))
    several, _, name = named.rpartition(" ")
    try:
        value = _number(scene.words[start:unit_at], numbers) or 0
        return Lifetime.parse(f"{value * int(several or 1)} {name}s").seconds
    except ValueError:
        return None


def count(word: Word, numbers: Mapping[str, int]) -> str:
    """The number that a word is, or nothing; "one" is none where it is spelled, for it is an article as well."""
    if word.folded.isdecimal():
        return word.folded
    return str(numbers[word.folded]) if numbers.get(word.folded, 0) > 1 else ""


def _number(words: tuple[Word, ...], numbers: Mapping[str, int]) -> int | None:
    """The number that some words are: "6", "six", "dix-huit", or the same again in brackets, "six (6)"."""
    if len(words) > 1 and words[-1].folded.isdecimal():
        first, again = _number(words[:-1], numbers), _number(words[-1:], numbers)
        return first if first == again else None
    if words[0].folded.isdecimal() and len(words) == 1:
        return int(words[0].folded) if len(words[0].folded) <= 9 else None
    return numbers.get("-".join(word.folded for word in words))


def _times(scene: Scene, units: Hits, numbers: Mapping[str, int]) -> Hits:
    """A number and a unit: "six (6) months"; of "twenty-four months" the whole, and nothing where it is not known."""
    found = {}
    for place, ends in units.items():
        starts = range(max(place - LONGEST_NUMBER, 0), place)
        start = next((one for one in starts if _number(scene.words[one:place], numbers) is not None), None)
        if start is not None and not _counts_on(scene.words[start - 1 : start], numbers):
            found[start] = ends[:1]
    return found


def _counts_on(before: tuple[Word, ...], numbers: Mapping[str, int]) -> bool:
    """Whether the word before a number belongs to it, so that it was not read whole: "quatre-vingt-treize"."""
    return bool(before) and not before[0].folded.isdecimal() and numbers.get(before[0].folded, 1) != 1


def _initial(words: tuple[Word, ...], place: int) -> bool:
    """Whether a word is a small letter of an abbreviation that began with a capital: "S.p.A.", "S.r.l."."""
    before, word = words[place - 1], words[place]
    return len(word.folded) == len(before.folded) == 1 and word.start == before.end + 1


def _legal_form(words: tuple[Word, ...], place: int) -> bool:
    """Whether a company's form begins at a word: one that is known, or two initials."""
    near = words[place : place + 2]
    return near[0].folded in LEGAL_FORMS or (len(near) == 2 and all(len(word.folded) == 1 for word in near))


def _names(words: tuple[Word, ...], no_name: Hits, joins: Hits) -> Hits:
    """Runs of words with capitals, small joining words between them, one of them at least no common word."""
    found = {}
    for start, first in enumerate(words):
        if first.capital and not first.folded.isdecimal():
            ends = list(_ends(words, start, no_name, joins))
            if ends:
                found[start] = tuple(reversed(ends))
    return found


def _ends(words: tuple[Word, ...], start: int, no_name: Hits, joins: Hits) -> Iterator[int]:
    """Where a name may end that begins at a word; the form of a company ends it."""
    proper = False
    for place in range(start, min(start + LONGEST_NAME, len(words))):
        word = words[place]
        if place > start and word.apart and not _legal_form(words, place):
            return
        if proper and _behind_initials(words, start, place):
            return
        if word.capital or (place > start and (_initial(words, place) or word.folded in SMALL_FORMS)):
            proper = proper or (place not in no_name and len(word.folded) > 1)
            if proper:
                yield place + 1
            goes_on = [one.folded for one in words[place + 1 : place + 2]] == ["co"]  # "GmbH & Co. KG"
            if place > start and word.folded in LEGAL_FORMS and not goes_on:
                return
        elif place not in joins:
            return


def _behind_initials(words: tuple[Word, ...], start: int, place: int) -> bool:
    """Whether a word follows a form in initials, with which the name ends: "Tejados, S.L. Solo con"."""
    before = words[max(start + 1, place - 2) : place]
    return len(before) == 2 and len(words[place].folded) > 1 and all(len(word.folded) == 1 for word in before)
