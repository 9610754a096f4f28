"""The table of rules: codes that are kept, words that can be filled in, and a page that shows them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bandeau.audit.inspect.rules import FAMILIES, RULES
from bandeau.audit.inspect.rules.rule import Rule
from bandeau.audit.inspect.rules.written import page

ROOT = Path(__file__).parents[3]
HERE = Path(__file__).parent
THE_RULES = [rule for _, family in FAMILIES for rule in family]


def test_no_code_is_given_twice() -> None:
    assert len(RULES) == len(THE_RULES)
    assert all(re.fullmatch("A[0-9]{3}", code) for code in RULES)
    assert sorted(RULES) == list(RULES)


@pytest.mark.parametrize("rule", THE_RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_to_do_and_who_says_so(rule: Rule) -> None:
    assert rule.title
    assert rule.change
    assert rule.sentence.format(subject="it", when="before any choice", why="so it is")
    assert rule.sources or rule.code < "A1"  # what the run itself lacks breaks no rule of law
    assert all(source.url.startswith("https://") for source in rule.sources)


def test_the_page_of_findings_is_current() -> None:
    written = (ROOT / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")
    assert written == page(), "run .venv/bin/python scripts/findings"


@pytest.mark.parametrize("code", RULES)
def test_every_code_is_tested(code: str) -> None:
    tests = [path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py") if path.name != "test_rules.py"]
    assert any(f'"{code}"' in text for text in tests)


def test_every_code_that_is_looked_for_is_in_the_table() -> None:
    source = (ROOT / "src" / "bandeau" / "audit" / "inspect").glob("*.py")
    used = {code for path in source for code in re.findall('"(A[0-9]{3})"', path.read_text(encoding="utf-8"))}
    assert used == RULES.keys()
