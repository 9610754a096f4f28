"""The example on the receipt's page is what the code writes, reads and checks."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bandeau.record.entry import canonical
from bandeau.record.keys import parse_vkey
from bandeau.record.receipt import CHOICES_LIMIT, RECEIPT_LIMIT, check_receipt, read_receipt, to_document

FORMATS = Path(__file__).parents[2] / "docs" / "formats"
PAGE, RECORD, LOG = ((FORMATS / f"{name}.md").read_text(encoding="utf-8") for name in ("receipt", "record", "log"))
EXAMPLE = PAGE.partition("```json\n")[2].partition("\n```")[0]


def test_the_page_shows_a_real_receipt_that_the_key_of_the_logs_example_checks() -> None:
    key = re.search(r"^\| public key of the log \| `(.*)` \|$", LOG, re.MULTILINE)
    assert key is not None
    receipt = read_receipt(EXAMPLE)
    assert json.dumps(to_document(receipt), indent=2, ensure_ascii=False) == EXAMPLE
    assert check_receipt(receipt, [parse_vkey(key[1])]).size == 2
    assert canonical(receipt.choices[0].entry).decode() == RECORD.partition("```json\n")[2].partition("\n```")[0]


def test_the_page_names_every_key_and_limit() -> None:
    document = json.loads(EXAMPLE)
    tables = re.findall(r"^\| `([a-z]+)` \|", PAGE, re.MULTILINE)
    assert tables == [*document, "record", "salt", "proof", "asked"]
    assert set(document["choices"][0]) == {"record", "salt", "proof", "asked"}
    assert f"1 to {CHOICES_LIMIT:,} choices" in PAGE
    assert f"{RECEIPT_LIMIT:,} characters" in PAGE
