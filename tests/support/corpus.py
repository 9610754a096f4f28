"""The corpus of notices: what a careful reader finds in each, and how the rules' reading is measured against it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bandeau.audit.finding import Promise
from bandeau.audit.promises import read_text
from bandeau.audit.promises.markup import text_of

CORPUS = Path(__file__).parent.parent / "audit" / "promises" / "corpus"
PARTS = ("open", "held-out", "opened", "second", "third", "fourth", "independent", "sealed", "fresh")
"""Which eyes have seen what.

The rules are written with the *open* part in sight. The *held-out* part was set aside before there was a rule, but by
whoever wrote the rules, and has been looked into since. All others were written and labelled by strangers to the rules,
and were divided before anything was measured (odd numbers in German, French and Italian and even ones elsewhere, or
odd and even ones). Each was measured before it was looked into; *independent*, *sealed* and *fresh* never were.

- *opened* and *independent*: by one stranger, who had read neither rules nor corpus.
- *second* and *sealed*: by another, who had read one notice of *opened* for the format, and the examples of three kinds
  (controller, partners, data) in docs/reference/promises.md.
- *third* and *fourth*: by six more, one a language, who had read nothing but a list of the kinds, and wrote as real
  sites of many sorts do. The *fourth* was looked into last.
- *fresh*: by one more, with the same list, once the rules had been written anew.
"""
UNTOLD = ("independent", "sealed", "fresh")
"""The parts of which nothing is told but figures."""


@dataclass(frozen=True)
class Expected:
    """One promise that a careful reader finds: its kind, words of it, and what it says at least."""

    kind: str
    quote: str
    says: dict[str, str] = field(default_factory=dict)

    def meant_by(self, promise: Promise) -> bool:
        """Whether a promise is of this kind and from this place, whatever it says."""
        return self.kind == promise.kind and (self.quote in promise.quote or promise.quote in self.quote)

    def met_by(self, promise: Promise) -> bool:
        """Whether a promise is this one: of its kind, from the same place, saying the same."""
        return self.meant_by(promise) and self.says.items() <= promise.says.items()


@dataclass(frozen=True)
class Text:
    """One notice of the corpus."""

    name: str
    language: str
    style: str
    text: str
    promises: tuple[Expected, ...]


@dataclass(frozen=True)
class Reading:
    """What came of reading one notice: what was found, missed, and claimed though the text does not say so."""

    text: Text
    found: tuple[Expected, ...]
    missed: tuple[Expected, ...]
    invented: tuple[Promise, ...]

    @property
    def unfounded(self) -> tuple[Promise, ...]:
        """What was claimed where the text makes no such promise; the rest of what was invented is there, misread."""
        return tuple(one for one in self.invented if not any(missed.meant_by(one) for missed in self.missed))


def texts(part: str) -> Iterator[Text]:
    """The notices of one part; of a saved page (``markup``), what a reader sees."""
    for path in sorted((CORPUS / part).glob("*.toml")):
        entry = tomllib.loads(path.read_text(encoding="utf-8"))
        text = text_of(entry["markup"]) if "markup" in entry else entry["text"]
        promises = tuple(Expected(*row) for row in entry["promises"])
        yield Text(path.stem, entry["language"], entry["style"], text, promises)


def read(text: Text) -> Reading:
    """Read a notice by the rules, without telling them its language."""
    left = list(read_text(text.text)[0])
    found: list[Expected] = []
    missed: list[Expected] = []
    for expected in text.promises:
        met = next((promise for promise in left if expected.met_by(promise)), None)
        (missed if met is None else found).append(expected)
        if met is not None:
            left.remove(met)
    return Reading(text, tuple(found), tuple(missed), tuple(left))


@dataclass(frozen=True)
class Score:
    """How many promises were found, missed and invented."""

    found: int
    missed: int
    invented: int

    @property
    def precision(self) -> float:
        """Of what was claimed, the part that is there; 1 where nothing was claimed."""
        return self.found / (self.found + self.invented) if self.found + self.invented else 1.0

    @property
    def recall(self) -> float:
        """Of what is there, the part that was found; 1 where there is nothing."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0


def scores(readings: Iterable[Reading], by: str) -> dict[str, Score]:
    """The scores of some readings ``by`` kind, by language, or of all together."""
    counts: dict[str, Counter[str]] = {"found": Counter(), "missed": Counter(), "invented": Counter()}
    for reading in readings:
        for name, promises in (("found", reading.found), ("missed", reading.missed), ("invented", reading.invented)):
            for promise in promises:
                counts[name][{"kind": promise.kind, "language": reading.text.language}.get(by, "all")] += 1
    keys = sorted(set().union(*counts.values()))
    return {key: Score(*(counts[name][key] for name in ("found", "missed", "invented"))) for key in keys}
