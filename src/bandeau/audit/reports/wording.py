"""The sentences that reports share: the verdict, and how things are counted and listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bandeau.audit.finding import Severity, Verdict
from bandeau.audit.recording import State
from bandeau.audit.reports.result import STATES, Result
from bandeau.audit.reports.spool import Visited

SIGNS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.NOTE: "i"}
"""A sign for each severity, so that colour is never the only one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on the whole: ``kind`` is broken, doubtful, kept or unseen; ``sentence`` says it, ``rest`` adds."""

    kind: str
    sentence: str
    rest: str = ""

    @property
    def sign(self) -> str:
        """The sign that stands before the sentence."""
        return {"broken": "✕", "doubtful": "!", "kept": "✓", "unseen": "?"}[self.kind]


def count(number: int, thing: str, things: str = "") -> str:
    """A number with its noun: ``1 page``, ``1,200 pages``."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def listed(words: Sequence[str]) -> str:
    """An enumeration: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def several(words: Sequence[str], most: int) -> str:
    """The first of several words, and how many more there are."""
    return ", ".join(words[:most]) + (f" and {len(words) - most:,} more" if len(words) > most else "")


def sentence(text: str) -> str:
    """A message as a sentence of its own: a word in front gets a capital letter, a name (of a host) stays as it is."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text


def sites(result: Result) -> tuple[str, ...]:
    """The hosts of the pages, in their order."""
    return tuple(result.overview.sites)


def troubles(page: Visited) -> Iterator[str]:
    """What went wrong with a page: in each state, and why a state that was asked for could not be reached."""
    yield from (trouble.text for trouble in page.trouble)
    for reach in page.states:
        missed = reach in page.gaps
        if missed and not reach.trouble:
            yield f"{STATES[reach.state]}: this state could not be reached"
        if missed or reach.reached:
            yield from (f"{STATES[reach.state]}: {trouble.text}" for trouble in reach.trouble)
    if not page.states and not page.trouble:
        yield "it was not seen at all"


def troubled(result: Result) -> Iterator[tuple[Visited, str]]:
    """What went wrong with all pages."""
    return ((page, text) for page in result.spool.pages() for text in troubles(page))


def judgement(result: Result) -> Judgement:
    """Say in one sentence what the audit came to."""
    pages = result.spool.count()
    if result.unseen == pages:
        what = "the page could not be opened" if pages == 1 else "no page could be opened"
        return Judgement("unseen", f"Nothing can be said: {what}.")
    errors, warnings = result.numbers[Severity.ERROR], result.numbers[Severity.WARNING]
    broken = result.held[Verdict.BROKEN]
    rest = _rest(result)
    if errors:
        return Judgement("broken", f"The promise is broken: {_errors(result)}.", rest)
    if broken:
        words = count(len(broken), "thing that its notice says is", "things that its notice says are")
        return Judgement("broken", f"The promise is broken: {words} not so.", rest)
    if warnings:
        doubts = count(warnings, "point needs", "points need")
        return Judgement("doubtful", f"No breach was seen, but {doubts} a closer look.", rest)
    return Judgement("kept", "The promise is kept: nothing was found against it in any state that was seen.", rest)


def _errors(result: Result) -> str:
    """How many errors on how many pages, and what came after the visitor had said no."""
    on, total = result.spool.pages_with(Severity.ERROR), result.page_count
    where = "" if total == 1 else f" on {on:,} of {total:,} pages"
    after = [
        f"{number:,} {STATES[state]}"
        for state in (State.BEFORE, State.REFUSED, State.WITHDRAWN)
        if (number := result.numbers_by_state.get((state, Severity.ERROR), 0))
    ]
    return count(result.numbers[Severity.ERROR], "error") + where + (f", {listed(after)}" if after else "")


def _rest(result: Result) -> str:
    """What the verdict does not speak for."""
    said = []
    unseen, partial = (result.spool.count("DISTINCT url", where=which) for which in ("unseen", "partial"))
    if unseen:
        verb = "is" if unseen == 1 else "are"
        said.append(f"{count(unseen, 'page')} could not be opened and {verb} not judged.")
    if partial:
        said.append(f"{count(partial, 'page')} could not be seen in every state.")
    if (change := result.change) is not None:
        told = f"{change.new:,} new, {change.still:,} still there, {len(change.gone):,} gone"
        said.append(f"Against the baseline: {told}.")
    return " ".join(said)
