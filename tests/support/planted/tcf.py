"""TC strings for tests, written from the format of the TCF v2.2: the core segment only."""

from __future__ import annotations

import base64
from collections.abc import Iterable

_DECISECONDS = 17_641_500_000  # of 2025-11-26


def tc_string(purposes: Iterable[int] = (), interests: Iterable[int] = (), vendors: Iterable[int] = ()) -> str:
    """A TC string that consents to purposes, claims legitimate interest for others, and consents to vendors."""
    letters = "".join(f"{ord(letter) - 65:06b}" for letter in "FR")
    bits = f"{2:06b}" + f"{_DECISECONDS:036b}" * 2 + f"{31:012b}" + f"{1:012b}" + f"{1:06b}" + letters
    bits += f"{120:012b}" + f"{4:06b}" + "1" + "0" + "0" * 12
    bits += _field(24, purposes) + _field(24, interests) + "0" + letters
    most = max(vendors, default=0)
    bits += f"{most:016b}" + "0" + _field(most, vendors) + f"{0:016b}" + "0" + f"{0:012b}"
    bits += "0" * (-len(bits) % 8)
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _field(width: int, ones: Iterable[int]) -> str:
    chosen = set(ones)
    return "".join("1" if number in chosen else "0" for number in range(1, width + 1))
