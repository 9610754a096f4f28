"""A file of rules with a mistake in it is refused with one sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from bandeau.audit.promises.lexicon import PatternError
from bandeau.audit.promises.rules import read_language
from bandeau.audit.promises.text import words


def table() -> dict[str, Any]:
    return tomllib.loads(files("bandeau.audit.promises").joinpath("rules", "en.toml").read_text("utf-8"))


def add(**rule: Any) -> Callable[[dict[str, Any]], None]:
    entry = {"kind": "no-sale", "say": ["never sell"], "examples": ["We never sell."], **rule}
    return lambda table: table["rule"].append(entry)


MISTAKES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no such list": add(say=["<nobody> sells"]),
    "no such part": add(say=["#nothing sells"]),
    "a gap at the end": add(say=["never .."]),
    "begins with what may be missing": add(say=["never? sell"]),
    "empty": add(say=[""]),
    "no such kind": add(kind="no-such"),
    "an unknown key": add(sometimes=["never"]),
    "no part where the kind needs one": add(kind="partners", say=["our partners"]),
    "a list that is missing": lambda table: table["lists"].pop("void"),
    "an unknown section": lambda table: table.update(more={}),
    "a phrase with what may be missing": lambda table: table["lists"].update(track=["all? cookies"]),
    "a gap in a phrase": lambda table: table["lists"].update(track=["cookies .. set"]),
    "a part beside words": add(say=["never|#name sell"]),
    "a beginning that no word is compared with": lambda table: table["lists"].update(track=["a" * 25 + "*"]),
    "a phrase of nothing": lambda table: table["lists"].update(track=["*"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_file_of_rules_is_refused(name: str) -> None:
    entries = table()
    MISTAKES[name](entries)
    with pytest.raises(PatternError):
        read_language("en", entries)


def test_a_file_without_mistakes_is_read() -> None:
    assert read_language("en", table()).rules


def test_rows_of_a_pattern_are_met_in_any_order_but_near_and_each_by_words_of_its_own() -> None:
    entries = table()
    add(kind="no-sale", say=["never .. sell & your data"])(entries)
    known = read_language("en", entries)
    pattern = known.rules[-1].say[0]

    def met(text: str) -> bool:
        return any(pattern.matches(known.lexicon.scene(words(text))))

    assert met("We never ever sell your data")
    assert met("Your data we would never sell")
    assert not met("We sell your data")
    assert not met("Your data" + " and" * 17 + " never sell")
    assert met("Your data" + " and" * 16 + " never sell")
    add(kind="no-sale", say=["sell|give & give"])(entries)
    twice = (known := read_language("en", entries)).rules[-1].say[0]
    assert [any(twice.matches(known.lexicon.scene(words(text)))) for text in ("we give", "we give and give")] == [0, 1]


def test_the_end_of_a_word_stands_for_every_word_that_ends_so() -> None:
    entries = table()
    entries["lists"]["track"] = ["*cookies", "small *cookies set"]
    known = read_language("en", entries)

    def met(text: str) -> list[tuple[int, ...]]:
        return list(known.lexicon.scene(words(text)).hits(known.lists["track"]).values())

    assert met("Werbecookies and cookies") == [(1,), (3,)]
    assert met("a small Werbecookies set") == [(4,), (3,)]
    assert met("cookiesque") == []
