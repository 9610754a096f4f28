"""The rules as a page of the documentation, docs/reference/findings.md."""

from __future__ import annotations

from bandeau.audit.inspect.rules import FAMILIES
from bandeau.audit.inspect.rules.rule import Rule

_HEAD = """# Findings

Written by `.venv/bin/python scripts/findings`; do not edit it. Every finding that `bandeau audit` can come to. A code
is kept for ever and never given to another rule. An *error* breaks the promise or the law; a *warning* may; a *note* is
worth knowing. `…` stands for what was found.
"""
_FAMILY = """
## {name}

| code | | what | what it says | what to do | who says so |
|---|---|---|---|---|---|
"""


def page() -> str:
    """Give the page, as Markdown."""
    parts = [_HEAD]
    for name, rules in FAMILIES:
        parts += [_FAMILY.format(name=name), *map(_row, rules)]
    return "".join(parts)


def _row(rule: Rule) -> str:
    sources = "; ".join(f"[{source.name}]({source.url})" if source.url else source.name for source in rule.sources)
    says = rule.sentence.format(subject="*subject*", when="*when*", why="…")
    cells = (f"`{rule.code}`", rule.severity.value, rule.title, says, rule.change, sources)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
