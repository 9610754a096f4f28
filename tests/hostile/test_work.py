"""Every regular expression of Bandeau takes time in proportion to what it reads, whatever stands there.

The work is counted in steps, never by a clock, and only how it grows counts: four times the text takes four times the
steps, and a few more for what the ends of a text cost; where it grows with the square it takes sixteen times as many.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bandeau
from support.expressions import TooManyStepsError, spans

# What is only ever given to texts of bounded length: where it stands, and the bound.
BOUNDED = {
    "bandeau.serve.reply._LANG": 4096,  # the first bytes of a page
    "bandeau.serve.counting._TELLING": 64,  # a name, cut
}
MOST = 1 << 20  # steps over a short text, which none in proportion comes near
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


def ways(where: str) -> list[str]:
    """How an expression is used where it stands: a match is tried once, a search from every place of a text."""
    if where.endswith((".match", ".fullmatch")):
        return [where.rpartition(".")[2]]
    module, _, name = where.partition("[")[0].rpartition(".")
    source = inspect.getsource(importlib.import_module(module))
    used = set(re.findall(rf"\b{name}\.({'|'.join(METHODS)})\b", source))
    return sorted({one if one in ("match", "fullmatch") else "search" for one in used} or {"search"})


def told(pattern: re.Pattern[Any], text: str) -> Any:
    """The text as the expression reads it."""
    return text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


def reach(items: Any) -> int:
    """The characters behind which no repeat that has an end can go on; one without counts as often as it must."""
    longest = 0
    for code, argument in items:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, inner = argument
            longest += (max(least, 1) if most is codes.MAXREPEAT else most) * reach(inner)
        elif code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            longest += reach(argument[3] if code is codes.SUBPATTERN else argument)
        elif code is codes.BRANCH:
            longest += max(map(reach, argument[1]))
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            longest += reach(argument[1])
        else:
            longest += code is not codes.AT
    return longest


def grows_too_fast(pattern: re.Pattern[Any], way: str, begin: str, unit: str) -> bool:
    """Whether four times as much of the same takes more than six times the steps."""
    # Below its reach an expression like "a{0,64}b" grows with the square, and then no more.
    times = max(16, -(-max(64, 2 * reach(_parser.parse(pattern.pattern, pattern.flags))) // len(unit)))
    short, long = (told(pattern, begin + unit * repeated + "\x01") for repeated in (times, 4 * times))
    try:
        _, steps = spans(pattern, way, short, most=MOST)
        spans(pattern, way, long, most=6 * steps)
    except TooManyStepsError:
        return True
    return False


FOUND = patterns()


def test_the_expressions_are_found() -> None:
    assert len(FOUND) > 50
    assert set(BOUNDED) <= set(FOUND)


def as_re(pattern: re.Pattern[Any], way: str, text: Any) -> list[tuple[int, int]]:
    """Where ``re`` finds it."""
    if way == "search":
        return [match.span() for match in pattern.finditer(text)]
    match = pattern.match(text) if way == "match" else pattern.fullmatch(text)
    return [match.span()] if match else []


@pytest.mark.parametrize("where", sorted(FOUND))
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_counted_matches_where_re_does(where: str, data: st.DataObject) -> None:
    pattern = FOUND[where]
    pieces = sorted({piece for attack in attacks(pattern) for piece in attack} | {"\n", "A", "é", ">"})
    text = told(pattern, "".join(data.draw(st.lists(st.sampled_from(pieces), max_size=12))))
    for way in ("match", "fullmatch", "search"):
        assert spans(pattern, way, text)[0] == as_re(pattern, way, text)


PLAYED = [
    *(r"(a|ab)(c|bcd)(d*)", r"(a*)(?:ab)?b?", r"(?:a|ab){2}", r"(?:a|ab){2}+", r"(?>a|ab)b", r"a?+a", r"(?:ab?)*+b"),
    *(r"(?:a*)*", r"(?:a|b??)*?b", r"(?:a?b??){2,}", r"(?:){3}a", r"a{2,3}?", r"(?:ab|a){1,2}?b", r"x*", r"\b", r""),
    *(r"(a)?(?(1)b|A)", r"(a)(?(1)b)", r"(a+)b\1", r"(?i:(a+)b\1)", r"(?:(a)|b)*\1", r"(?P<q>[ab])(?P=q)"),
    *(r"(?=a+b)a", r"(?!ab)\w", r"(?<=a)b", r"(?<!a)b", r"(?<=\n|a)\w", r"(?=(a+))\1b", r"(?!)|a", r"a(?=b|\Z)"),
    *(
        r"^a|b$",
        r"(?m)^a|b$",
        r"(?m)^|$",
        r"\Aa",
        r"b\Z",
        r"\Ba",
        r".b",
        r"(?s).b",
        r"[^a]",
        r"[^\sa-b]+",
        r"(?i)[^A]b",
    ),
    *(r"(?i)a(?-i:B)", r"(?a:\w)+", r"\w+", r"(?i)é", r"(?i)[é-ü]", r"(?i)s|k", r"\D\S", r".*?b|.+", r"(?s:.)*a"),
]


@pytest.mark.parametrize("source", PLAYED)
@given(text=st.text("abAB1 \néÉſK", max_size=12))
def test_whatever_an_expression_is_made_of_matches_where_re_does(source: str, text: str) -> None:
    for pattern in (re.compile(source), re.compile(source.encode("utf-8"))):
        if isinstance(pattern.pattern, bytes) and "é" in source:
            continue  # a letter of two bytes
        for way in ("match", "fullmatch", "search"):
            read = told(pattern, text)
            assert spans(pattern, way, read)[0] == as_re(pattern, way, read)


@pytest.mark.parametrize(
    ("source", "way", "seen"),
    [
        (r"a*a*c", "match", True),
        (r"(?:a|a)*b", "match", True),
        (r"(?:a+)+b", "match", True),
        (r"(?:a?){40}a*b", "match", True),
        (r"a++c", "search", True),
        (r"a++c", "match", False),
        (r"a*c", "match", False),
        (r"a{0,64}c", "search", False),
        (r"a{0,9}a{0,9}c", "search", False),
        (r"(?:aa?+)*+c", "fullmatch", False),
    ],
)
def test_an_expression_that_backtracks_is_seen(source: str, way: str, seen: bool) -> None:
    assert grows_too_fast(re.compile(source), way, "", "a") == seen


@pytest.mark.parametrize("where", sorted(BOUNDED))
def test_what_is_kept_to_short_texts_needs_it(where: str) -> None:
    tried = [(way, *attack) for way in ways(where) for attack in attacks(FOUND[where])]
    assert [attack for attack in tried if grows_too_fast(FOUND[where], *attack)]


@pytest.mark.parametrize("where", sorted(set(FOUND) - set(BOUNDED)))
def test_reading_takes_steps_in_proportion(where: str) -> None:
    pattern = FOUND[where]
    tried = [(way, *attack) for way in ways(where) for attack in attacks(pattern)]
    assert not [attack for attack in tried if grows_too_fast(pattern, *attack)]
