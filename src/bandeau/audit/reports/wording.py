"""The sentences that reports share: the verdict, and how things are counted and listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bandeau.audit.finding import Severity, Verdict
from bandeau.audit.recording import Page, State
from bandeau.audit.reports.result import STATES, Result, gaps

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
    return tuple(dict.fromkeys(urlsplit(page.url).netloc or page.url for page in result.recording.pages))


def troubles(page: Page) -> Iterator[str]:
    """What went wrong with a page: in each state, and why a state that was asked for could not be reached."""
    yield from (trouble.text for trouble in page.trouble)
    missed = gaps(page)
    for stay in page.stays:
        if stay in missed and not stay.trouble:
            yield f"{STATES[stay.state]}: this state could not be reached"
        if stay in missed or stay.reached:
            yield from (f"{STATES[stay.state]}: {trouble.text}" for trouble in stay.trouble)
    if not page.stays and not page.trouble:
        yield "it was not seen at all"


def judgement(result: Result) -> Judgement:
    """Say in one sentence what the audit came to."""
    pages = result.recording.pages
    if len(result.unseen) == len(pages):
        what = "the page could not be opened" if len(pages) == 1 else "no page could be opened"
        return Judgement("unseen", f"Nothing can be said: {what}.")
    errors, warnings = result.of(Severity.ERROR), result.of(Severity.WARNING)
    broken = result.held[Verdict.BROKEN]
    rest = _rest(result)
    if errors:
        return Judgement("broken", f"The promise is broken: {_errors(result)}.", rest)
    if broken:
        words = count(len(broken), "thing that its notice says is", "things that its notice says are")
        return Judgement("broken", f"The promise is broken: {words} not so.", rest)
    if warnings:
        doubts = count(len(warnings), "point needs", "points need")
        return Judgement("doubtful", f"No breach was seen, but {doubts} a closer look.", rest)
    return Judgement("kept", "The promise is kept: nothing was found against it in any state that was seen.", rest)


def _errors(result: Result) -> str:
    """How many errors on how many pages, and what came after the visitor had said no."""
    errors = result.of(Severity.ERROR)
    on = len({page for group in errors for page in group.pages})
    total = len({page.url for page in result.recording.pages})
    where = "" if total == 1 else f" on {on:,} of {total:,} pages"
    after = [
        f"{number:,} {STATES[state]}"
        for state in (State.BEFORE, State.REFUSED, State.WITHDRAWN)
        if (number := sum(state in group.states for group in errors))
    ]
    return count(len(errors), "error") + where + (f", {listed(after)}" if after else "")


def _rest(result: Result) -> str:
    """What the verdict does not speak for."""
    said = []
    unseen, partial = ({page.url for page in some} for some in (result.unseen, result.partial))
    if unseen:
        verb = "is" if len(unseen) == 1 else "are"
        said.append(f"{count(len(unseen), 'page')} could not be opened and {verb} not judged.")
    if partial:
        said.append(f"{count(len(partial), 'page')} could not be seen in every state.")
    if result.difference is not None:
        new, still, gone = (
            len(some) for some in (result.difference.new, result.difference.still, result.difference.gone)
        )
        said.append(f"Against the baseline: {new:,} new, {still:,} still there, {gone:,} gone.")
    return " ".join(said)
