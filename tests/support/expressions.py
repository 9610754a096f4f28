"""A regular expression played step by step as ``re`` plays it, and the steps counted.

What a machine needs for an expression differs from one moment to the next; the steps of the same expression over the
same text are always as many. Played are the repeats, branches and groups, which decide how often anything is tried
again; whether one character fits is asked of ``re`` itself.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from re import _compiler, _parser  # type: ignore[attr-defined]
from re import _constants as codes  # type: ignore[attr-defined]
from typing import Any

Pattern = re.Pattern[Any]
Groups = dict[int, tuple[int, int]]  # never changed: a way that is given up leaves no trace
Reached = tuple[int, Groups]  # as far as a part has come, and what its groups hold there
Part = Callable[["Play", int, Groups], Iterator[Reached]]
"""Every place that a part reaches from a place, in the order of ``re``, each found only when asked for."""


class TooManyStepsError(Exception):
    """A play took more steps than it was allowed."""


class Play:
    """One text being read, and the steps that were taken so far."""

    def __init__(self, text: Any, most: float) -> None:
        self.text = text
        self.most = most
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise TooManyStepsError


def spans(pattern: Pattern, way: str, text: Any, *, most: float = float("inf")) -> tuple[list[tuple[int, int]], int]:
    """Where an expression matches, and the steps that it took to find out.

    Args:
        pattern: The expression.
        way: ``match`` or ``fullmatch`` from the beginning of the text, or ``search``: every match of the text.
        text: What is read: ``bytes`` or ``str``, as the expression.
        most: The steps that may be taken.

    Raises:
        TooManyStepsError: It takes more steps.
    """
    play, whole = Play(text, most), _whole(pattern)
    if way == "search":
        return list(_each(play, whole)), play.steps
    ends = (end for end, _ in whole(play, 0, {}) if way == "match" or end == len(text))
    return [(0, end) for end in islice(ends, 1)], play.steps


def _each(play: Play, whole: Part) -> Iterator[tuple[int, int]]:
    """Every match, tried at each place in turn; an empty one is not found twice at the same place."""
    at, empty = 0, -1
    while at <= len(play.text):
        play.step()
        for end, _ in whole(play, at, {}):
            if end != at or at != empty:
                yield at, end
                at, empty = end, end if end == at else -1
                break
        else:
            at += 1


@cache
def _whole(pattern: Pattern) -> Part:
    return _sequence(_parser.parse(pattern.pattern, pattern.flags), pattern.flags)


def _sequence(items: Any, flags: int) -> Part:
    parts = [_PARTS.get(code, _fitting)(code, argument, flags) for code, argument in items]
    return parts[0] if len(parts) == 1 else _in_turn(parts)


def _in_turn(parts: Sequence[Part]) -> Part:
    def reach(play: Play, at: int, groups: Groups) -> Iterator[Reached]:
        if not parts:
            yield at, groups
            return
        trail = [parts[0](play, at, groups)]
        while trail:
            reached = next(trail[-1], None)
            if reached is None:
                trail.pop()
            elif len(trail) == len(parts):
                yield reached
            else:
                trail.append(parts[len(trail)](play, *reached))

    return reach


def _alone(code: Any, argument: Any, flags: int) -> Pattern:
    """The expression of ``re`` for one item of a tree."""
    compiled: Pattern = _compiler.compile(_parser.SubPattern(_parser.State(), [(code, argument)]), flags)
    return compiled


def _fitting(code: Any, argument: Any, flags: int) -> Part:
    """One character, of which nothing matters but what it is."""
    fits, known = _alone(code, argument, flags).match, dict[Any, bool]()

    def reach(play: Play, at: int, groups: Groups) -> Iterator[Reached]:
        play.step()
        if at < len(play.text):
            character = play.text[at]
            if character not in known:
                known[character] = fits(play.text, at) is not None
            if known[character]:
                yield at + 1, groups

    return reach


def _at(code: Any, argument: Any, flags: int) -> Part:
    fits = _alone(code, argument, flags).match

    def reach(play: Play, at: int, groups: Groups) -> Iterator[Reached]:
        play.step()
        if fits(play.text, at):
            yield at, groups

    return reach


def _nowhere(_code: Any, _argument: Any, _flags: int) -> Part:
    return lambda _play, _at, _groups: iter(())


def _branch(_code: Any, argument: Any, flags: int) -> Part:
    parts = [_sequence(items, flags) for items in argument[1]]

    def reach(play: Play, at: int, groups: Groups) -> Iterator[Reached]:
        for part in parts:
            play.step()
            yield from part(play, at, groups)

    return reach


def _repeat(code: Any, argument: Any, flags: int) -> Part:
    least, most, items = argument
    part, lazy = _sequence(items, flags), code is codes.MIN_REPEAT

    def reach(play: Play, at: int, groups: Groups) -> Iterator[Reached]:
        trail: list[tuple[int, Groups, Iterator[Reached]]] = []
        reached: Reached | None = (at, groups)
        while True:
            play.step()
            if reached is not None:
                done, (at, groups) = len(trail), reached
                # Where the last round, one that had not to be, ended where it began, ``re`` begins no further one.
                empty = done > least and at == trail[-1][0]
                again = done < most and not empty
                trail.append((at, groups, part(play, at, groups) if again else iter(())))
                if lazy and done >= least:
                    yield reached
            else:
                at, groups, _ = trail.pop()
                if not lazy and len(trail) >= least:
                    yield at, groups
                if not trail:
                    return
            reached = next(trail[-1][2], None)

    return reach


def _once(part: Part) -> Part:
    """As far as the part comes first: nothing behind it makes it try again."""
    return lambda play, at, groups: islice(part(play, at, groups), 1)


def _atomic(_code: Any, argument: Any, flags: int) -> Part:
    return _once(_sequence(argument, flags))


def _possessive(_code: Any, argument: Any, flags: int) -> Part:
    least, most, items = argument
    return _once(_repeat(codes.MAX_REPEAT, (least, most, [(codes.ATOMIC_GROUP, items)]), flags))


def _group(_code: Any, argument: Any, flags: int) -> Part:
    group, added, removed, items = argument
    if added & _parser.TYPE_FLAGS:
        flags &= ~_parser.TYPE_FLAGS
    part = _sequence(items, (flags | added) & ~removed)
    if group is None:
        return part

    def reach(play: Play, at: int, groups: Groups) -> Iterator[Reached]:
        for end, held in part(play, at, groups):
            yield end, {**held, group: (at, end)}

    return reach


def _assertion(code: Any, argument: Any, flags: int) -> Part:
    direction, items = argument
    part, wanted = _sequence(items, flags), code is codes.ASSERT
    back = items.getwidth()[0] if direction < 0 else 0

    def reach(play: Play, at: int, groups: Groups) -> Iterator[Reached]:
        play.step()
        _, held = next(part(play, at - back, groups), (0, None)) if at >= back else (0, None)
        if (held is not None) == wanted:
            yield at, groups if held is None else held

    return reach


def _same(_code: Any, group: int, flags: int) -> Part:
    lower = _sre.ascii_tolower if flags & re.ASCII or not flags & re.UNICODE else _sre.unicode_tolower

    def alike(one: Any) -> Any:
        return [lower(ord(c) if isinstance(c, str) else c) for c in one] if flags & re.IGNORECASE else one

    def reach(play: Play, at: int, groups: Groups) -> Iterator[Reached]:
        play.step()
        if group in groups:
            begin, end = groups[group]
            play.steps += end - begin
            there = at + end - begin
            if there <= len(play.text) and alike(play.text[begin:end]) == alike(play.text[at:there]):
                yield there, groups

    return reach


def _conditional(_code: Any, argument: Any, flags: int) -> Part:
    group, yes, no = argument
    parts = {True: _sequence(yes, flags), False: _sequence(no or [], flags)}
    return lambda play, at, groups: parts[group in groups](play, at, groups)


_PARTS: dict[Any, Callable[[Any, Any, int], Part]] = {
    codes.AT: _at,
    codes.FAILURE: _nowhere,
    codes.BRANCH: _branch,
    codes.MAX_REPEAT: _repeat,
    codes.MIN_REPEAT: _repeat,
    codes.POSSESSIVE_REPEAT: _possessive,
    codes.ATOMIC_GROUP: _atomic,
    codes.SUBPATTERN: _group,
    codes.ASSERT: _assertion,
    codes.ASSERT_NOT: _assertion,
    codes.GROUPREF: _same,
    codes.GROUPREF_EXISTS: _conditional,
}
"""Whatever is not here is one character: ``LITERAL``, ``NOT_LITERAL``, ``ANY``, ``IN``."""
