"""Whatever headers an answer has, reading them never raises, leaves no cookie that is held, adds nothing that was not
there, and what was let through once is let through again.
"""

from __future__ import annotations

from bandeau.decide import Policy
from bandeau.declare import parse_declaration
from bandeau.enforce.edits import filter_headers
from bandeau.enforce.url import Base
from bandeau.model import Origin

_POLICY = Policy(
    parse_declaration(
        """
        [site]
        name = "Le Phare"
        hosts = ["phare.example"]
        languages = ["fr"]
        [site.controller]
        name = "Phare SARL"
        [purposes.functioning]
        [services.site]
        purpose = "functioning"
        cookies = [{ name = "session", lifetime = "session" }]
        """,
        "phare",
    ),
    None,
)
_NAMES = (
    *(b"set-cookie", b"link", b"refresh", b"alt-svc", b"report-to", b"nel", b"reporting-endpoints", b"content-type"),
    *(b"content-security-policy", b"speculation-rules", b"x-other"),
)


def _page() -> Base:
    return Base(Origin("https", "phare.example", 443), "/a")


def check_input(data: bytes) -> None:
    """Hold the invariant for one input: lines whose first byte picks the header's name."""
    lines = [line for line in data.split(b"\n") if line]
    headers = [(_NAMES[line[0] % len(_NAMES)], line[1:]) for line in lines]
    told = filter_headers(_POLICY, _page, headers)
    assert len(told.headers) <= len(headers), "a header was added"
    for name, value in told.headers:
        if name == b"set-cookie":
            assert value.partition(b"=")[0].strip(b" \t") in (b"session", b""), "a held cookie is set"
    assert filter_headers(_POLICY, _page, told.headers).headers == told.headers, "what was left is held after all"
