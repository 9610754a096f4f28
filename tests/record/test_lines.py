"""One spelling for every value in the log's texts, and a limit before anything is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeau.errors import ProofError
from bandeau.record.lines import decode, format_bytes, parse_bytes, parse_decimal, parse_labelled
from support.signing import NUMBERS


def test_a_body_of_the_limit_is_decoded_and_no_longer() -> None:
    assert decode("é".encode(), 2) == "é"
    with pytest.raises(ProofError, match="more than 1 bytes"):
        decode("é".encode(), 1)


def test_a_body_that_is_not_utf_8_is_refused() -> None:
    for body in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"caf\xc3"):
        with pytest.raises(ProofError, match="UTF-8"):
            decode(body, 9)


@given(st.binary())
def test_bytes_come_back_from_their_base64(value: bytes) -> None:
    assert parse_bytes(format_bytes(value)) == value


@pytest.mark.parametrize(
    "text", ["A", "AA", "AAA", "AA=", "AB==", "AAB=", "AA==AA==", "AA==\n", " AA==", "A-_=", "é", "="]
)
def test_other_spellings_of_base64_are_refused(text: str) -> None:
    with pytest.raises(ProofError, match="base64"):
        parse_bytes(text)


@given(NUMBERS)
def test_a_number_comes_back_from_its_digits(value: int) -> None:
    assert parse_decimal(str(value)) == value


@pytest.mark.parametrize(
    "text", ["", "00", "01", "+1", "-1", "1 ", " 1", "1_0", "1.0", "٣", "1\n", str(1 << 63), "9" * 5000]
)
def test_other_spellings_of_a_number_are_refused(text: str) -> None:
    with pytest.raises(ProofError, match="decimal"):
        parse_decimal(text)


def test_a_labelled_line_has_its_label_and_one_space() -> None:
    assert parse_labelled("old", "old  5") == " 5"
    for line in ("", "old", "old\t5", "older 5", " old 5"):
        with pytest.raises(ProofError, match="old"):
            parse_labelled("old", line)
