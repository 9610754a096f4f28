"""What a rule of the audit is: a code that is kept for ever, and the words to say that it is broken."""

from __future__ import annotations

from dataclasses import dataclass

from bandeau.audit.finding import Severity, Source


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, how grave a breach is, and its words.

    ``sentence`` is the message of a finding, where ``{subject}`` stands for what it is about, ``{when}`` for the
    state of consent and ``{why}`` for the reason. ``change`` says what to do where nothing more precise is known.
    """

    code: str
    severity: Severity
    title: str
    sentence: str
    change: str
    sources: tuple[Source, ...]
