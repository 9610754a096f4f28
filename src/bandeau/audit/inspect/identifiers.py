"""Whether a value tells one visitor from all others: by its own randomness, and by what other clean visits got.

A value is *telling* where it holds about 32 random bits, which is enough for four thousand million visitors. Words,
dates, times, settings and version numbers hold none. What two clean visits got alike tells nobody apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

ENOUGH = 32
"""Bits from which on a value can be an identifier."""

_LONGEST = 4_096  # characters looked at; a longer value is telling long before its end or is a text
_RUN = re.compile(r"[A-Za-z0-9]+")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,256}")
# Seconds or milliseconds since 1970 of the years 2001 to 2033, and days as 20261126.
_TIME = re.compile(r"1[0-9]{9}(?:[0-9]{3})?|20[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9](?:[0-9]{4,6})?")
_HEXADECIMAL = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_TURNS = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_NAMED_AT_RANDOM = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-f]{16,}|[0-9]{8,}"
)


@lru_cache(maxsize=4096)
def telling(value: str) -> bool:
    """Whether a value holds enough randomness to tell visitors apart."""
    text = unquote(value[:_LONGEST])
    return sum(_bits(run[0]) for run in _RUN.finditer(text)) >= ENOUGH


def _bits(run: str) -> float:
    """How many random bits a run of letters and digits holds, at a careful guess: words and times hold none."""
    if len(run) < 4 or _TIME.fullmatch(run):
        return 0
    if run.isdigit():
        return 3.3 * len(run) if len(run) > 4 else 0
    turns = len(_TURNS.findall(run))
    if _HEXADECIMAL.fullmatch(run) and turns:
        return 4 * len(run)
    # "player2" and "camelCase" are words; "aZ3kQ9x" is none.
    return 5 * len(run) if turns >= max(2, len(run) // 6) else 0


def tokens(text: str) -> Iterator[str]:
    """The parts of an address or a body that are telling by themselves."""
    for match in _TOKEN.finditer(unquote(text[:_LONGEST])):
        if telling(match[0]):
            yield match[0]


def stable(name: str) -> str:
    """A name without its random part, so that it is the same in every run: ``*`` stands for what was left out."""
    return _NAMED_AT_RANDOM.sub("*", name)


class Values:
    """What each tracker held in each clean visit."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Take rows of tracker, visit and value."""
        self._seen: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for tracker, visit, value in rows:
            self._seen[tracker][value].add(visit)
        self._differ = {tracker for tracker, values in self._seen.items() if _differ(values.values())}

    def tells(self, tracker: str, value: str) -> bool:
        """Whether a value of a tracker tells visitors apart: it is random, and no two clean visits got it."""
        return telling(value) and not self.common(tracker, value)

    def common(self, tracker: str, value: str) -> bool:
        """Whether more than one clean visit got this value of a tracker: it then tells nobody apart."""
        return len(self._seen.get(tracker, {}).get(value, ())) > 1

    def differs(self, tracker: str) -> bool:
        """Whether at least two clean visits got a value of a tracker, and none of them another's."""
        return tracker in self._differ


def _differ(holders: Collection[set[str]]) -> bool:
    return all(len(visits) == 1 for visits in holders) and len(set().union(*holders)) > 1
