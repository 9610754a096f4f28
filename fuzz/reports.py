"""Whatever is sent as a report of the policy, reading it never raises, and what it gives is a few names of directives
and hosts, without path, query or address of a page.
"""

from __future__ import annotations

import re

from bandeau.serve.reports import read

_PLAIN = re.compile(r"[a-z0-9._-]{1,253}")


def check_input(data: bytes) -> None:
    """Hold the invariant for one input."""
    found = read(data)
    assert len(found) <= 64, "a batch is not bounded"
    for held in found:
        assert _PLAIN.fullmatch(held.kind), "a directive is more than a name"
        assert _PLAIN.fullmatch(held.what), "a host is more than a name"
