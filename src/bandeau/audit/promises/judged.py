"""A verdict on a promise, before it is bound to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bandeau.audit.finding import Evidence, Verdict


class Judged(NamedTuple):
    """What became of a promise, why in one sentence, and what was seen."""

    verdict: Verdict
    why: str
    evidence: tuple[Evidence, ...] = ()


def kept(why: str, evidence: Iterable[Evidence] = ()) -> Judged:
    """Say that a promise is kept, as far as it was seen."""
    return Judged(Verdict.KEPT, why, tuple(evidence))


def broken(why: str, evidence: Iterable[Evidence]) -> Judged:
    """Say that a promise is broken."""
    return Judged(Verdict.BROKEN, why, tuple(evidence))


def untested(why: str) -> Judged:
    """Say why a promise cannot be tested here."""
    return Judged(Verdict.UNTESTED, why)


def unreached(state: str) -> Judged:
    """Say that the state was not reached which a promise speaks of."""
    return untested(f"the state {state} was not reached on this page")
