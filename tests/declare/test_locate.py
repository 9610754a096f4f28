from __future__ import annotations

import json
import random
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeau.declare.locate import Path, dotted, locate

TEXT = '''\
# a comment with [brackets] and a = "b"
title = "one # two"
a.b . "c d" = 1
a.e = [ # here
  "x", [1,
  2], { p = 1, q.r = [
    'y'
  ] }
]

["quoted.key".x]
text = """
[not.a.table] \\"""
k = 1"""""
after = 1979-05-27 07:32:32

[[list]]
n = 1
[list.below]
m = true
[[list]]  # the second
n = {}
  [[list.inner]]
  z = -inf
  [[list.inner]]
  z = <<
[ a . late ]
'''.replace("<<", "'''\n'' '''''")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("a",), 3),
        (("a", "b", "c d"), 3),
        (("a", "e"), 4),
        (("a", "e", 0), 5),
        (("a", "e", 1), 5),
        (("a", "e", 1, 0), 5),
        (("a", "e", 1, 1), 6),
        (("a", "e", 2), 6),
        (("a", "e", 2, "p"), 6),
        (("a", "e", 2, "q", "r"), 6),
        (("a", "e", 2, "q", "r", 0), 7),
        (("quoted.key", "x"), 11),
        (("quoted.key", "x", "text"), 12),
        (("quoted.key", "x", "after"), 15),
        (("list",), 17),
        (("list", 0), 17),
        (("list", 0, "n"), 18),
        (("list", 0, "below", "m"), 20),
        (("list", 1), 21),
        (("list", 1, "n"), 22),
        (("list", 1, "inner", 0, "z"), 24),
        (("list", 1, "inner", 1), 25),
        (("list", 1, "inner", 1, "z"), 26),
        (("a", "late"), 28),
    ],
)
def test_every_way_to_write_a_key_has_its_line(path: Path, line: int) -> None:
    tomllib.loads(TEXT)  # the text is valid
    assert locate(TEXT).of(path) == line


def test_a_path_that_is_not_written_has_the_line_of_what_would_hold_it() -> None:
    lines = locate("x = 1\n[a]\nb = 1\n")

    assert lines.of(("a", "missing", 0, "deeper")) == 2
    assert lines.of(("nowhere",)) == 0
    assert lines.of(()) == 0


def test_a_key_is_written_with_dots_and_quotes_where_needed() -> None:
    assert dotted(("services", "my shop", "cookies", 0, "na.me")) == 'services."my shop".cookies[0]."na.me"'


KEYS = st.one_of(st.sampled_from(["a", "b", "c-d", "1"]), st.text("ab .#[]=\"'é", max_size=4))
SHAPES = st.recursive(
    st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)


class Writer:
    """Writes a table in randomly mixed styles of TOML, every leaf a text that occurs nowhere else."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.leaves: list[tuple[Path, str]] = []

    def blank(self) -> str:
        return self.dice.choice(["", " ", "\n", "\n  # ]}',\n", "\r\n"])

    def key(self, key: str) -> str:
        bare = key.replace("-", "").isalnum() and key.isascii()
        return key if bare and self.dice.random() < 0.5 else json.dumps(key, ensure_ascii=False)

    def leaf(self, path: Path) -> str:
        mark = f"leaf{len(self.leaves)}."
        self.leaves.append((path, mark))
        return self.dice.choice(['"{}#,]}}"', "'{}\"'", '"""{}\n[x]\n""\\""""', "'''{}\n'x='''''"]).format(mark)

    def value(self, shape: Any, path: Path) -> str:
        if shape is None:
            return self.leaf(path)
        if isinstance(shape, list):
            items = [self.blank() + self.value(item, (*path, at)) + self.blank() for at, item in enumerate(shape)]
            comma = "," if items and self.dice.random() < 0.5 else ""
            return f"[{','.join(items)}{comma}{self.blank()}]"
        pairs = [f" {self.key(key)} = {self.value(item, (*path, key))} " for key, item in shape.items()]
        return "{" + ",".join(pairs) + "}"

    def table(self, shape: dict[str, Any], path: Path, header: str) -> str:
        """Write plain values first, then tables and lists of tables under headers of their own."""
        below = {
            key: item
            for key, item in shape.items()
            if self.dice.random() < 0.6
            and (isinstance(item, dict) or (item and isinstance(item, list) and all(isinstance(i, dict) for i in item)))
        }
        text = ""
        for key, item in shape.items():
            if key in below:
                continue
            if isinstance(item, dict) and item and self.dice.random() < 0.5:
                for inner, value in item.items():
                    text += f"{self.key(key)} . {self.key(inner)}={self.value(value, (*path, key, inner))}\n"
            else:
                text += f"  {self.key(key)} = {self.value(item, (*path, key))} # {{\n"
        for key, item in below.items():
            name = f"{header}{'.' if header else ''}{self.key(key)}"
            if isinstance(item, dict):
                text += f"[{name}]\n" + self.table(item, (*path, key), name)
            else:
                for at, one in enumerate(item):
                    text += f"[[ {name} ]]\n" + self.table(one, (*path, key, at), name)
        return text


@given(st.dictionaries(KEYS, SHAPES, max_size=4), st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_every_value_is_located_however_the_text_is_written(shape: dict[str, Any], seed: int) -> None:
    writer = Writer(seed)
    text = writer.table(shape, (), "")
    tomllib.loads(text)
    lines = locate(text)

    for path, mark in writer.leaves:
        # A text over several lines begins on the line of its key, where its mark stands too.
        assert lines.of(path) == text.count("\n", 0, text.index(mark)) + 1
