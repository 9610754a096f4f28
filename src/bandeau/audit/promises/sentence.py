"""What one sentence promises, by the rules of its language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import NamedTuple

from bandeau.audit.promises.lexicon import Hits, Scene
from bandeau.audit.promises.parts import ABBREVIATED, count, seconds
from bandeau.audit.promises.pattern import Match, Pattern
from bandeau.audit.promises.rules import Language, Rule, kinds
from bandeau.audit.promises.text import Sentence, labels

BEFORE = 4
"""How many words a "not" may stand before what it denies."""

BEHIND = 4
"""How many words a "not" may stand behind it, in a language that puts it at the end of a clause."""


Said = dict[str, Mapping[str, str]]
"""What was read: of each kind of promise, what it says."""


DENIED = 4
"""How many words before a name a "not" may stand that leaves it out."""


SPOKEN = 4
"""Words at the beginning of an answer that may be a yes or a no."""


class Spoken(NamedTuple):
    """A sentence where it stands: its text, its words, its language, and the names of the controls around it."""

    text: str
    sentence: Sentence
    scene: Scene
    known: Language
    controls: tuple[str, ...]
    asked: frozenset[int] = frozenset()  # the words that a question lent, of which alone no promise is made

    def raw(self, start: int, end: int) -> str:
        """The text from one word to another."""
        words = self.sentence.words
        return self.text[words[start].start : words[end - 1].end]

    def hits(self, name: str) -> Hits:
        """Where a list of the language is met."""
        return self.scene.hits(self.known.lists[name])

    def where(self, name: str) -> tuple[int, ...]:
        """The words that a list of the language is met at."""
        return tuple(self.hits(name))


def promises_of(text: str, sentence: Sentence, known: Language, controls: tuple[str, ...] = ()) -> Said:
    """What a sentence promises: by kind, what it says. Of each kind at most one; a question promises nothing."""
    return _promises(Spoken(text, sentence, known.lexicon.scene(sentence.words), known, controls))


def answered(text: str, question: Sentence, answer: Sentence, known: Language, controls: tuple[str, ...] = ()) -> Said:
    """What an answer promises together with the question before it, as "Six months" does after "How long is it kept?".

    A "no" that the answer begins with denies what is asked, so it is read before the question; where it begins with a
    "yes", what is asked is said as well.
    """
    words, lent = (*question.words, *answer.words), range(len(question.words))
    if _beginning(answer, "not", known):
        no = answer.words[0]._replace(capital=False)  # no name begins with it
        words, lent = (no, *question.words, *answer.words[1:]), range(1, len(question.words) + 1)
    asked = frozenset(() if affirms(answer, known) else lent)
    whole = Sentence(question.start, answer.end, words)
    return _promises(Spoken(text, whole, known.lexicon.scene(words), known, controls, asked))


def affirms(answer: Sentence, known: Language) -> bool:
    """Whether an answer says yes to what is asked: "Sí, siempre", and not "Si rechaza"."""
    ends = _beginning(answer, "affirming", known)
    return any(end == len(answer.words) or answer.words[end].apart for end in ends)


def _beginning(sentence: Sentence, name: str, known: Language) -> tuple[int, ...]:
    """Where the phrases of a list end with which a sentence begins."""
    return known.lexicon.scene(sentence.words[:SPOKEN]).hits(known.lists[name]).get(0, ())


def asks(text: str, sentence: Sentence) -> bool:
    """Whether a sentence is a question."""
    return "?" in text[max(sentence.start, sentence.end - 3) : sentence.end]


def _promises(spoken: Spoken) -> Said:
    found: Said = {}
    if asks(spoken.text, spoken.sentence) or spoken.where("void"):
        return found
    for rule in spoken.known.rules:
        match = None if rule.kind in found else _met(rule, spoken)
        says = None if match is None else _says(rule, match, spoken)
        if match is not None and says is not None:
            found[rule.kind] = says | _notes(rule.kind, match, spoken)
    return found


def _met(rule: Rule, spoken: Spoken) -> Match | None:
    """Where a rule is met, if it is: what a "not" denies is no promise, unless the rule itself asks for the "not"."""
    scene = spoken.scene
    found = ((say, match) for say in rule.say for match in say.matches(scene) if not match.taken <= spoken.asked)
    match = next((match for say, match in found if _affirmed(say, match, spoken)), None)
    if match is None or any(_anywhere(pattern, scene) for pattern in rule.unless):
        return None
    return match if all(_anywhere(pattern, scene) for pattern in rule.also) else None


def _anywhere(pattern: Pattern, scene: Scene) -> bool:
    return next(pattern.matches(scene), None) is not None


def _affirmed(pattern: Pattern, match: Match, spoken: Spoken) -> bool:
    if pattern.denies:
        return True
    harmless = {place for start, ends in spoken.hits("no-denial").items() for place in range(start, ends[0])}
    near = (place for place in spoken.where("not") if match.start - BEFORE <= place < match.end)
    near = (place for place in near if not _answers(place, spoken))
    return harmless.union(match.taken).issuperset(near) and not _denied_behind(match, spoken)


def _answers(place: int, spoken: Spoken) -> bool:
    """Whether a "not" answers the question before the sentence, and denies nothing of it: "No: it is shortened"."""
    words = spoken.sentence.words
    return place == 0 and len(words) > 1 and words[1].apart


def _denied_behind(match: Match, spoken: Spoken) -> bool:
    """Whether the clause ends with a "not" of a language that puts it there: "das beachten wir nicht"."""
    words = spoken.sentence.words
    behind = range(match.end, min(match.end + BEHIND, len(words)))
    clause = takewhile(lambda place: not words[place].apart, behind)
    return not set(clause).isdisjoint(spoken.where("not-behind"))


def _says(rule: Rule, match: Match, spoken: Spoken) -> dict[str, str] | None:
    """What is read along with a promise; ``None`` where that which makes it one is missing."""
    says = dict(rule.says)
    kind = kinds()[rule.kind]
    if kind.takes and kind.takes_as not in says:
        named = _named(kind.takes, spoken, match)
        if not named:
            return None
        says[kind.takes_as] = named
    if kind.part:
        value = _part(kind.part, *match.parts[kind.part], spoken)
        return says | value if value else None
    return says


def _named(group: str, spoken: Spoken, match: Match) -> str:
    """What a sentence names of a group: of features the first, for behind it stands what is to be accepted for it."""
    denied = set(spoken.where("not")) - match.taken
    met = {name: spoken.scene.hits(term) for name, term in spoken.known.groups[group].items()}
    places = {name: [at for at in hits if not _left_out(at, denied, spoken)] for name, hits in met.items()}
    first = {name: min(found) for name, found in places.items() if found}
    if group == "features" and first:
        return min(first, key=lambda name: first[name])
    return ", ".join(sorted(first))


def _left_out(at: int, denied: set[int], spoken: Spoken) -> bool:
    """Whether what is named at a word is just said not to be meant: "for statistics, not for advertising"."""
    words = spoken.sentence.words
    for place in range(at, max(at - DENIED, -1), -1):
        if place in denied and place != at:
            return True
        if words[place].apart:
            return False
    return False


def _part(part: str, start: int, end: int, spoken: Spoken) -> dict[str, str]:
    if part == "time":
        lifetime = seconds(spoken.scene, start, end, spoken.known.numbers, spoken.known.units)
        return {} if lifetime is None else {"lifetime": str(lifetime)}
    if part == "count":
        return {"count": count(spoken.sentence.words[start], spoken.known.numbers)}
    return {"name": spoken.raw(start, end) + _stop(start, end, spoken)}


def _stop(start: int, end: int, spoken: Spoken) -> str:
    """The full stop that ends a name: of initials, where "S.L" was read, or of an abbreviation within a sentence."""
    words = spoken.sentence.words
    last = words[end - 1]
    initials = end - start > 1 and last.end - last.start == 1
    short = last.folded in ABBREVIATED and end < len(words)
    return "." if (initials or short) and spoken.text[last.end : last.end + 1] == "." else ""


def _notes(kind: str, match: Match, spoken: Spoken) -> dict[str, str]:
    """What else a sentence says of its promise: the control, the exception, the condition, that it is at any time."""
    wanted = kinds()[kind].notes
    notes = {
        "control": _control(match, spoken) if "control" in wanted else "",
        "when": "any time" if "when" in wanted and spoken.where("any-time") else "",
        "except": _exception(match, spoken) if "except" in wanted else "",
        "if": _condition(spoken) if "if" in wanted else "",
        "of": _named("purposes", spoken, match) if "of" in wanted else "",
    }
    return {name: said for name, said in notes.items() if said}


def _control(match: Match, spoken: Spoken) -> str:
    """The control that a sentence names: what it puts in quotation marks, or the name of one that the notice has."""
    begin = spoken.sentence.words[match.start].start
    quoted = list(labels(spoken.text, spoken.sentence.start, spoken.sentence.end))
    behind = [label for place, label in quoted if place >= begin]
    sentence = spoken.text[spoken.sentence.start : spoken.sentence.end]
    named = [name for name in spoken.controls if name in sentence]
    marked = [*behind, *(label for _, label in quoted), *sorted(named, key=len, reverse=True)]
    return next(iter([*marked, *_spelled(spoken)]), "")


def _spelled(spoken: Spoken) -> Iterator[str]:
    """A control that only its capital tells: "in Privacy settings"; of what a language lists as ``panel``."""
    hits = spoken.hits("panel") if "panel" in spoken.known.lists else {}
    for start in sorted(hits):
        if start and spoken.sentence.words[start].capital:
            yield spoken.raw(start, hits[start][0])


def _exception(match: Match, spoken: Spoken) -> str:
    """What stands behind an "except", up to the end of the sentence; where nothing does, the exception's own words."""
    hits, length = spoken.hits("except"), len(spoken.sentence.words)
    places = (place for place in sorted(hits) if place >= match.start and place not in match.taken)
    place = next(places, length)
    if place == length:
        return ""
    behind = hits[place][0]
    return spoken.raw(behind if behind < length else place, length)


def _condition(spoken: Spoken) -> str:
    if spoken.where("if-accepted"):
        return "accepted"
    return "refused" if spoken.where("if-refused") else ""
