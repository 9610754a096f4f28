"""The choice cookie is believed only if it is whole and ours; anything else means "no choice"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.ask.cookie import KeptChoice, Seal
from bandeau.errors import NoChoice
from bandeau.model import Choice

OLD, NEW = b"o" * 32, b"n" * 32
ids = st.frozensets(st.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True), max_size=8)
kept_choices = st.builds(
    KeptChoice,
    choice=st.builds(Choice, ids, ids),
    record=st.binary(min_size=16, max_size=16),
    made_at=st.integers(0, 1 << 40),
    declared=st.binary(min_size=8, max_size=8).map(bytes.hex),
    signal=st.booleans(),
)
ONE = KeptChoice(
    Choice.of(["social"], ["comments", "video"]), b"r" * 16, 1_790_000_000, "0123456789abcdef", signal=True
)


@given(kept_choices)
def test_what_is_sealed_is_read_back(kept: KeptChoice) -> None:
    seal = Seal([NEW])
    assert seal.open(seal.close(kept, "none")) == ("none", kept)


def test_the_newest_key_seals_and_the_older_ones_still_open() -> None:
    before = Seal([OLD]).close(ONE, "v1")
    assert Seal([OLD, NEW]).open(before) == ("v1", ONE)
    after = Seal([OLD, NEW]).close(ONE, "v1")
    assert Seal([NEW]).open(after) == ("v1", ONE)
    with pytest.raises(NoChoice):
        Seal([NEW]).open(before)


def test_every_character_counts() -> None:
    value = Seal([NEW]).close(ONE, "v1")
    for at in range(len(value)):
        for other in "Aa0-_.":
            changed = value[:at] + other + value[at + 1 :]
            if changed != value:
                with pytest.raises(NoChoice):
                    Seal([NEW]).open(changed)


def test_a_truncated_or_lengthened_value_is_no_choice() -> None:
    value = Seal([NEW]).close(ONE, "v1")
    for wrong in (*(value[:end] for end in range(len(value))), value + "A", value + ".", " " + value):
        with pytest.raises(NoChoice):
            Seal([NEW]).open(wrong)


def test_the_public_variant_is_sealed_too_so_that_nobody_names_anothers_cache_entry() -> None:
    _, rest = Seal([NEW]).close(ONE, "mine").split(".", 1)
    with pytest.raises(NoChoice):
        Seal([NEW]).open(f"yours.{rest}")


@given(st.text(max_size=400))
def test_any_text_is_a_choice_or_no_choice_and_never_another_error(text: str) -> None:
    with pytest.raises(NoChoice):
        Seal([NEW]).open(text)


def test_an_overlong_value_is_not_even_looked_at() -> None:
    with pytest.raises(NoChoice):
        Seal([NEW]).open("v." + "A" * 5000 + "." + "A" * 22)


@pytest.mark.parametrize("keys", [[], [b"short"], [b"x" * 65], [NEW, b""]])
def test_a_seal_needs_real_keys(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        Seal(keys)


def test_a_leave_for_once_is_opened_by_every_key_for_itself_alone_and_until_its_last_second() -> None:
    old, new = b"o" * 32, b"n" * 32
    token = Seal([old]).close_once("leave", 100)
    assert Seal([old, new]).opens_once(token, "leave", 100)
    assert not Seal([old, new]).opens_once(token, "leave", 100.5)
    assert not Seal([old, new]).opens_once(token, "leaves", 100)
    assert not Seal([new]).opens_once(token, "leave", 100)
    assert not Seal([old]).opens_once(token.replace("100.", "999."), "leave", 100)
    assert not Seal([old]).opens_once("0" + token, "leave", 100)
    assert not Seal([old]).opens_once(token + "\n", "leave", 100)


@given(st.text())
def test_no_text_is_a_leave_by_chance(token: str) -> None:
    assert not Seal([b"k" * 32]).opens_once(token, "leave", 0)
