"""Every regular expression of Bandeau takes time in proportion to what it reads, whatever stands there.

The work is the processor's time of the thread, and only how it grows counts: four times the text may take four times as
long, and twice that for noise; where it grows with the square it takes sixteen times as long.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import bandeau

# What is only ever given to texts of bounded length: where it stands, and the bound.
BOUNDED = {
    "bandeau.serve.reply._LANG": 4096,  # the first bytes of a page
    "bandeau.serve.counting._TELLING": 64,  # a name, cut
}
ENOUGH = 0.02  # seconds of work that can be told from noise
LONGEST = 1 << 14
OURS = ("declare", "cli", "record")  # what only the publisher writes, in a file of bounded size


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every compiled expression that a module of Bandeau holds, in tables too, by where it stands."""
    found: dict[str, re.Pattern[Any]] = {}

    def look(where: str, value: object, depth: int = 0) -> None:
        if isinstance(value, re.Pattern):
            found.setdefault(where, value)
        elif isinstance(value, dict | list | tuple) and depth < 4:
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for key, one in items:
                look(f"{where}[{key!r}]", one, depth + 1)
        elif hasattr(value, "__self__"):  # a method of an expression, kept because it is shorter
            look(f"{where}.{value.__name__}", value.__self__, depth + 1)

    for module in pkgutil.walk_packages(bandeau.__path__, "bandeau."):
        if module.name.split(".")[1] in OURS or module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            look(f"{module.name}.{name}", value)
    return found


def characters(node: Any) -> Iterator[str]:
    """A few characters that an expression speaks of, one for each thing that it can match."""
    kind = node[0] if isinstance(node, tuple) and len(node) == 2 else None
    if kind in (codes.LITERAL, codes.NOT_LITERAL):
        yield chr(node[1])
    elif kind is codes.RANGE:
        yield chr(node[1][0])
    elif kind is codes.CATEGORY:
        yield " " if "SPACE" in str(node[1]) else "0"
    elif isinstance(node, tuple | list | _parser.SubPattern):
        for one in node:
            yield from characters(one)


def sample(items: Any, *, most: int = 1) -> str:
    """A text that the expression may match, or nearly."""
    text = ""
    for code, argument in items:
        if code is codes.LITERAL:
            text += chr(argument)
        elif code is codes.IN:
            text += next(characters([(code, argument)]), "x")
        elif code in (codes.ANY, codes.NOT_LITERAL):
            text += "x"
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            text += sample(argument[2]) * max(argument[0], most)
        elif code is codes.SUBPATTERN:
            text += sample(argument[3])
        elif code is codes.ATOMIC_GROUP:
            text += sample(argument)
        elif code is codes.BRANCH:
            text += sample(argument[1][0])
    return text


def attacks(pattern: re.Pattern[Any]) -> list[tuple[str, str]]:
    """Beginnings, and what is repeated behind them: characters of the expression, and texts that it nearly matches."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = list(_parser.parse(source, pattern.flags & ~re.UNICODE | re.ASCII))
    wholes = [sample(tree[:end]) for end in range(1, len(tree) + 1)]
    units = [*dict.fromkeys([*characters(tree), *wholes, " ", "x", "<", "a ", '"'])]
    beginnings = ["", *dict.fromkeys(wholes[:3])]
    return [(begin, unit) for begin in beginnings for unit in units if unit]


METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "split")
WAYS: dict[str, Callable[[re.Pattern[Any], Any], object]] = {
    "match": lambda pattern, text: pattern.match(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
    "search": lambda pattern, text: sum(
        1 for _ in pattern.finditer(text)
    ),  # so does every other method, again and again
}


def ways(where: str) -> list[str]:
    """How an expression is used where it stands: a match is tried once, a search from every place of a text."""
    if where.endswith((".match", ".fullmatch")):
        return [where.rpartition(".")[2]]
    module, _, name = where.partition("[")[0].rpartition(".")
    source = inspect.getsource(importlib.import_module(module))
    used = set(re.findall(rf"\b{name}\.({'|'.join(METHODS)})\b", source))
    return sorted({one if one in ("match", "fullmatch") else "search" for one in used} or {"search"})


def work(pattern: re.Pattern[Any], way: str, text: str, *, tries: int) -> float:
    """The least processor time of a few tries."""
    given: Any = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    least = float("inf")
    for _ in range(tries):
        began = time.thread_time()
        WAYS[way](pattern, given)
        least = min(least, time.thread_time() - began)
    return least


def grows_too_fast(pattern: re.Pattern[Any], way: str, begin: str, unit: str) -> bool:
    size = 2048
    while size <= LONGEST:
        long, short = (begin + unit * (length // len(unit)) + "\x01" for length in (size, size // 4))
        if work(pattern, way, long, tries=1) >= ENOUGH:
            return work(pattern, way, long, tries=5) > 8 * work(pattern, way, short, tries=20)
        size *= 2
    return False


FOUND = patterns()


def test_the_expressions_are_found() -> None:
    assert len(FOUND) > 50
    assert set(BOUNDED) <= set(FOUND)


def test_an_expression_that_backtracks_is_seen() -> None:
    assert grows_too_fast(re.compile(r"a*a*c"), "match", "", "a")
    assert grows_too_fast(re.compile(r"a++c"), "search", "", "a")
    assert not grows_too_fast(re.compile(r"a++c"), "match", "", "a")


@pytest.mark.parametrize("where", sorted(set(FOUND) - set(BOUNDED)))
def test_reading_takes_time_in_proportion(where: str) -> None:
    pattern = FOUND[where]
    tried = [(way, *attack) for way in ways(where) for attack in attacks(pattern)]
    assert not [attack for attack in tried if grows_too_fast(pattern, *attack)]
