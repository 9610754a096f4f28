"""Whatever a choice cookie holds, opening it gives the choice that was sealed or ``NoChoice``, never anything else, and
no changed value opens.
"""

from __future__ import annotations

from bandeau.ask.cookie import KeptChoice, Seal
from bandeau.errors import NoChoice
from bandeau.model import Choice

_SEAL = Seal([b"an old key, which still opens", b"the key that seals today"])
_KEPT = KeptChoice(Choice.of(["social"], ["video"]), bytes(range(16)), 1_700_000_000, "0123456789abcdef")
_VALUE = _SEAL.close(_KEPT, "4f2a")


def check_input(data: bytes) -> None:
    """Hold the invariant for one input: a value, or behind a zero where and how an honest one is changed."""
    value = data.decode("latin-1")
    if data[:1] == b"\0":
        at = int.from_bytes(data[1:2]) % len(_VALUE)
        value = _VALUE[:at] + data[3:].decode("latin-1") + _VALUE[at + int.from_bytes(data[2:3]) :]
    try:
        opened = _SEAL.open(value)
    except NoChoice:
        assert value != _VALUE, "an honest value does not open"
    else:
        assert value == _VALUE, "a changed value opens"
        assert opened == ("4f2a", _KEPT), "something else comes out"
