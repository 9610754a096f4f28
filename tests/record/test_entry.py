"""The canonical form of an entry: one entry, one text of bytes, and nothing else is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bandeau.record.entry import BODY_LIMIT, Action, Entry, How, canonical, commitment, new_record_id, parse
from support.records import entry

ids = st.from_regex(r"[a-z][a-z0-9_-]{0,63}", fullmatch=True)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
states = st.dictionaries(ids, st.booleans(), max_size=8)
entries = st.builds(
    Entry,
    record=st.binary(min_size=16, max_size=16),
    at=st.integers(0, 2**48 - 1),
    declaration=digests,
    notice=digests,
    language=st.from_regex(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}", fullmatch=True),
    action=st.sampled_from(Action),
    purposes=states,
    services=states,
    how=st.sampled_from(How),
    signals=st.sets(ids, max_size=4).map(lambda found: tuple(sorted(found))),
    salt=st.binary(min_size=32, max_size=32),
)


@given(entries)
def test_an_entry_comes_back_from_its_bytes(one: Entry) -> None:
    assert parse(canonical(one), one.salt) == one


@given(entries)
def test_the_bytes_do_not_depend_on_the_order_in_which_services_were_named(one: Entry) -> None:
    turned = replace(one, services=dict(reversed(list(one.services.items()))))
    assert canonical(turned) == canonical(one)


@given(st.binary(max_size=400) | st.recursive(st.none() | st.text(), st.lists).map(lambda it: json.dumps(it).encode()))
@example(b"[" * 100_000)
@example(b"\xff")
@example(b'{"at":' + b"9" * 5_000 + b"}")
def test_what_is_not_a_record_is_one_well_known_error(body: bytes) -> None:
    with pytest.raises(ValueError, match="not a record"):
        parse(body, bytes(32))


@given(entries, st.data())
def test_no_single_changed_byte_is_read_as_the_same_entry(one: Entry, data: st.DataObject) -> None:
    body = bytearray(canonical(one))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    try:
        other = parse(bytes(body), one.salt)
    except ValueError:
        return
    assert other != one
    assert canonical(other) == bytes(body)


def _with(**changes: Any) -> Callable[[dict[str, Any]], bytes]:
    return lambda document: json.dumps(document | changes, sort_keys=True, separators=(",", ":")).encode()


OTHER_SPELLINGS: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "spaces": lambda document: json.dumps(document, sort_keys=True).encode(),
    "a final newline": lambda document: _with()(document) + b"\n",
    "keys in another order": lambda document: json.dumps(
        dict(sorted(document.items(), reverse=True)), separators=(",", ":")
    ).encode(),
    "a byte order mark": lambda document: b"\xef\xbb\xbf" + _with()(document),
    "an escaped letter": lambda document: _with()(document).replace(b'"fr"', b'"\\u0066r"'),
    "a key twice": lambda document: _with()(document).replace(b'"language"', b'"language":"fr","language"'),
    "an unknown key": _with(address="192.0.2.1"),
    "another format": _with(format=2),
    "a format of true": _with(format=True),
    "a time with a fraction": _with(at=1.0),
    "a time of true": _with(at=True),
    "a negative time": _with(at=-1),
    "a state that is a number": _with(services={"video": 1}),
    "services as a list": _with(services=["video"]),
    "signals out of order": _with(signals=["gpc", "dnt"]),
    "a signal twice": _with(signals=["gpc", "gpc"]),
    "signals as one text": _with(signals="gpc"),
    "a record in capitals": _with(record="AB" * 16),
    "a record with spaces": _with(record="ab " * 16),
    "a short record": _with(record="ab" * 15),
    "a digest in capitals": _with(notice="AB" * 32),
    "an action that does not exist": _with(action="scroll"),
    "a way that does not exist": _with(how="mail"),
    "a language that is a sentence": _with(language="the visitor's name"),
    "an id that is an address": _with(services={"192.0.2.1": True}),
}


@pytest.mark.parametrize("spelling", OTHER_SPELLINGS)
def test_the_reader_refuses(spelling: str) -> None:
    document = json.loads(canonical(entry(5)))
    with pytest.raises(ValueError, match=r"not a record|not the canonical form"):
        parse(OTHER_SPELLINGS[spelling](document), bytes(32))


@pytest.mark.parametrize("key", [field.name for field in fields(Entry) if field.name != "salt"])
def test_the_reader_misses_no_key(key: str) -> None:
    document = json.loads(canonical(entry(5)))
    del document[key]
    with pytest.raises(ValueError, match="not a record"):
        parse(json.dumps(document, sort_keys=True, separators=(",", ":")).encode(), bytes(32))


def test_the_largest_entry_fits_the_limit_of_the_reader() -> None:
    def names(number: int) -> dict[str, bool]:
        return {f"a{index:063}": False for index in range(number)}

    signals = tuple(sorted(names(16)))
    one = replace(entry(1), purposes=names(256), services=names(4096), signals=signals)
    assert parse(canonical(one), one.salt) == one
    assert len(canonical(one)) <= BODY_LIMIT
    with pytest.raises(ValueError, match="services"):
        replace(one, services=names(4097))
    with pytest.raises(ValueError, match="at most"):
        parse(b" " * (BODY_LIMIT + 1), one.salt)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("record", bytes(15)),
        ("record", bytearray(16)),
        ("salt", bytes(31)),
        ("at", 2**48),
        ("declaration", "0" * 63),
        ("notice", "0" * 65),
        ("language", "fr\n"),
        ("action", "accept-all"),
        ("how", "form"),
        ("purposes", {"social": "yes"}),
        ("services", {"": True}),
        ("signals", ["gpc"]),
        ("signals", ("gpc", "dnt")),
    ],
)
def test_an_entry_outside_the_format_does_not_exist(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        replace(entry(1), **{field: value})  # type: ignore[arg-type]


def test_the_commitment_is_the_hash_of_salt_and_bytes() -> None:
    one = entry(1)
    assert commitment(one) == hashlib.sha256(one.salt + canonical(one)).digest()


def test_the_same_choice_under_another_salt_has_another_commitment() -> None:
    assert commitment(entry(1)) != commitment(entry(1, salt=bytes(32)))


def test_the_salt_is_neither_in_the_bytes_nor_in_what_a_log_line_would_show() -> None:
    one = entry(1)
    assert one.salt.hex().encode() not in canonical(one)
    assert repr(one.salt) not in repr(one)


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_a_record_id_is_a_version_7_uuid_of_its_time(now_ms: int, random: bytes) -> None:
    made = UUID(bytes=new_record_id(now_ms, random))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert int.from_bytes(made.bytes[:6], "big") == now_ms


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10), st.integers(0, 2**48 - 2))
def test_a_record_id_made_later_sorts_later(one: bytes, other: bytes, now_ms: int) -> None:
    assert new_record_id(now_ms, one) < new_record_id(now_ms + 1, other)


def test_every_random_bit_but_the_six_of_version_and_variant_counts() -> None:
    nothing = int.from_bytes(new_record_id(0, bytes(10)), "big")
    flipped = [int.from_bytes(new_record_id(0, (1 << bit).to_bytes(10, "big")), "big") for bit in range(80)]
    assert len({value for value in flipped if value != nothing}) == 74


@pytest.mark.parametrize(("now_ms", "random"), [(-1, bytes(10)), (2**48, bytes(10)), (0, bytes(9)), (0, bytes(16))])
def test_a_record_id_needs_its_time_and_its_ten_random_bytes(now_ms: int, random: bytes) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        new_record_id(now_ms, random)
