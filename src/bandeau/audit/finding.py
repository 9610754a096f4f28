"""A finding: what an audit says, with its evidence, the rule that it breaks and what to change. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from bandeau.audit.facts import Place, Value
from bandeau.audit.recording import Device, State


class Severity(StrEnum):
    """How grave a finding is: an error breaks the promise or the law; a warning may; a note is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return list(Severity).index(self)


class Source(Value, frozen=True, kw_only=True):
    """Who says so: the rule of law or the standard, and its address."""

    name: str
    url: str = ""


class Evidence(Value, frozen=True, kw_only=True):
    """One thing that was seen: a sentence, when (milliseconds since the visit began) and where in the code."""

    text: str
    state: State = State.BEFORE
    at: int = 0
    view: int = 0
    url: str = ""  # of the request, or of the document
    places: tuple[Place, ...] = ()


class Finding(Value, frozen=True, kw_only=True):
    """What an audit says about one subject on one page.

    ``code`` is kept for ever. ``subject`` is what it is about (``cookie _ga on example.org``), the same in every run:
    ``key`` names the finding in baselines and diffs. ``change`` is what to do: the line of the declaration, or the tag.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    page: str
    state: State
    device: Device = Device.DESKTOP
    evidence: tuple[Evidence, ...] = ()
    sources: tuple[Source, ...] = ()
    change: str = ""
    service: str = ""  # the known or declared service that it belongs to

    @property
    def key(self) -> str:
        """What makes it the same finding in another run."""
        return f"{self.code} {self.page} {self.device} {self.state} {self.subject}"


class Verdict(StrEnum):
    """What became of a promise."""

    KEPT = "kept"
    BROKEN = "broken"
    UNTESTED = "not testable here"


class Promise(Value, frozen=True, kw_only=True):
    """Something that a notice promises, in its own words.

    ``kind`` is of docs/reference/promises.md; ``says`` holds what was understood (``{"lifetime": "15552000"}``).
    """

    kind: str
    quote: str
    language: str
    layer: int = 1
    says: Mapping[str, str] = msgspec.field(default_factory=dict)


class Held(Value, frozen=True, kw_only=True):
    """A promise held against the facts."""

    promise: Promise
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    why: str = ""


class Word(Value, frozen=True, kw_only=True):
    """What one notice says: its promises, each with its verdict, and the text that no rule recognised."""

    page: str
    device: Device = Device.DESKTOP
    promises: tuple[Held, ...] = ()
    unread: tuple[str, ...] = ()


class Audit(Value, frozen=True, kw_only=True):
    """What an audit came to: its findings (gravest first) and the promises of the notices that it read."""

    findings: tuple[Finding, ...] = ()
    words: tuple[Word, ...] = ()
