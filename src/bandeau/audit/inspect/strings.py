"""What a consent string says, as far as judging needs it: the purposes of a TC string, the opt-outs of GPP.

Formats: IAB Tech Lab, "Consent string and vendor list formats v2" and "GPP Consent String Specification". Text that
is no such string says nothing. Anything may stand in one: nothing here fails or takes long.
"""

from __future__ import annotations

import string

_DIGITS = {
    letter: value for value, letter in enumerate(string.ascii_uppercase + string.ascii_lowercase + "0123456789-_")
}
_LONGEST = 2_048  # characters; what is looked for stands at the beginning
_PURPOSES = 152  # bits before PurposesConsent: 6+36+36+12+12+6+12+12+6+1+1+12
_COUNT = 24
# The bits before the first of SaleOptOut, SharingOptOut and TargetedAdvertisingOptOut, and how many there are, by
# section (GPP, "Sections"): 7 is usnat (version and six notices of two bits), 8 usca (version and three).
_OPT_OUTS = {7: (6 + 6 * 2, 3), 8: (6 + 3 * 2, 2)}
_NOT_OPTED_OUT = 2
TCF_SECTION = 2
"""The section of a GPP string that is a TC string of the European Union."""


def _bits(text: str) -> str:
    return "".join(f"{_DIGITS[letter]:06b}" for letter in text[:_LONGEST]) if _DIGITS.keys() >= set(text) else ""


def purposes_of(text: str) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The purposes that a TC string consents to, and those it claims legitimate interest for; else ``None``."""
    bits = _bits(text.partition(".")[0])
    if len(bits) < _PURPOSES + 2 * _COUNT or int(bits[:6], 2) != 2:
        return None
    return _numbers(bits[_PURPOSES : _PURPOSES + _COUNT]), _numbers(bits[_PURPOSES + _COUNT :][:_COUNT])


def _numbers(bits: str) -> tuple[int, ...]:
    return tuple(number for number, bit in enumerate(bits, 1) if bit == "1")


def sections_of(text: str) -> list[tuple[int, str]]:
    """The sections of a GPP string: the id of each, and its text."""
    header, *parts = text[:_LONGEST].split("~")
    return list(zip(_sections(_bits(header)), parts, strict=False))


def opted_in(section: int, text: str) -> bool:
    """Whether a section of a GPP string says of a sale, a sharing or targeting that nobody opted out of it."""
    start, count = _OPT_OUTS.get(section, (0, 0))
    bits = _bits(text.partition(".")[0])[start : start + 2 * count]
    return any(int(bits[at : at + 2], 2) == _NOT_OPTED_OUT for at in range(0, len(bits) - 1, 2))


def _sections(bits: str) -> list[int]:
    """The ids of a header's sections: type 3, version, then a range of Fibonacci numbers, each from the last on."""
    if len(bits) < 24 or int(bits[:6], 2) != 3:
        return []
    count, rest = int(bits[12:24], 2), bits[24:]
    found: list[int] = []
    last = 0
    for _ in range(min(count, 64)):
        grouped, rest = rest[:1] == "1", rest[1:]
        first, rest = _fibonacci(rest)
        length, rest = _fibonacci(rest) if grouped else (0, rest)
        if not first or length > 64:
            break
        found += range(last + first, last + first + length + 1)
        last += first + length
    return found


def _fibonacci(bits: str) -> tuple[int, str]:
    """The number that stands at the beginning, 0 where none does, and what follows it."""
    end = bits[:32].find("11")
    if end < 0:
        return 0, ""
    value, one, two = 0, 1, 2
    for bit in bits[: end + 1]:
        value += one * (bit == "1")
        one, two = two, one + two
    return value, bits[end + 2 :]
