"""The rules of the audit: one table. A code is kept for ever, and never given to another rule."""

from __future__ import annotations

from bandeau.audit.inspect.rules import declaring, noticing, tracking
from bandeau.audit.inspect.rules.rule import Rule as Rule

FAMILIES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("The run itself", declaring.RUN),
    ("Set without consent", tracking.SETTING),
    ("Read without consent", tracking.READING),
    ("Sent without consent", tracking.SENDING),
    ("Contacted without consent", tracking.CONTACTING),
    ("Hidden", tracking.HIDING),
    ("Left after a withdrawal", tracking.STAYING),
    ("Other than declared", declaring.DECLARED),
    ("The notice", noticing.NOTICE),
    ("Signals", declaring.SIGNALS),
    ("The choice's own cookie", declaring.CHOICES),
)
"""The families of rules, in the order of their codes."""

RULES: dict[str, Rule] = {rule.code: rule for _, family in FAMILIES for rule in family}
"""Every rule by its code."""
