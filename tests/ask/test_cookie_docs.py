"""The example on the cookie's page is what the code writes and reads, and what the page's own words make of it."""

from __future__ import annotations

import base64
import re
from hashlib import blake2b
from pathlib import Path

from bandeau.ask.cookie import KeptChoice, Seal
from bandeau.model import Choice

PAGE = (Path(__file__).parents[2] / "docs" / "formats" / "cookie.md").read_text(encoding="utf-8")
VALUE = PAGE.partition("```text\n")[2].partition("\n```")[0]


def cell(name: str) -> str:
    """The row of that name in the example's table, without the marks of code."""
    match = re.search(rf"^\| {name} \| `?([^|`]*)`? \|$", PAGE.partition("## Example")[2], re.MULTILINE)
    assert match is not None
    return match[1]


def kept() -> KeptChoice:
    return KeptChoice(
        Choice.of(cell("purposes").split(), cell("services").split()),
        bytes.fromhex(cell("record id")),
        int(cell("made at").split()[0]),
        cell("declaration"),
    )


def test_the_page_shows_the_cookie_that_is_written_and_read() -> None:
    seal = Seal([bytes.fromhex(cell("key"))])
    assert seal.close(kept(), cell("variant")) == VALUE
    assert seal.open(VALUE) == (cell("variant"), kept())


def test_the_value_follows_from_the_page_alone() -> None:
    payload = bytes.fromhex(cell("payload"))
    assert payload == b"".join(
        (
            b"\x01\x00",
            bytes.fromhex(cell("record id") + cell("declaration")),
            int(cell("made at").split()[0]).to_bytes(8, "big"),
            f"{cell('purposes')}\n{cell('services')}".encode(),
        )
    )
    signed = f"{cell('variant')}.{text(payload)}"
    mac = blake2b(signed.encode(), key=bytes.fromhex(cell("key")), digest_size=16, person=b"bandeau-choice")
    assert f"{signed}.{text(mac.digest())}" == VALUE


def text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def test_the_seal_of_what_is_shown_once_follows_from_the_page_alone() -> None:
    assert 'BLAKE2b(key, person = "bandeau-once", length = 16)(until "." record' in PAGE
    key, signed = bytes.fromhex(cell("key")), "100.00ff.0.none.video.https://v.example/1"
    mac = blake2b(signed.encode(), key=key, digest_size=16, person=b"bandeau-once").digest()
    written = "100." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    assert Seal([key]).close_once(signed.partition(".")[2], 100) == written
