"""Judging: a recording is held against the law, the declaration and the notice's own words. Pure."""

from __future__ import annotations

from bandeau.audit.finding import Audit, Finding
from bandeau.audit.inspect import inspect
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.promises import words_of
from bandeau.audit.recording import Device, Recording
from bandeau.model import Declaration


def judge(recording: Recording, declaration: Declaration | None, knowledge: Knowledge) -> Audit:
    """Judge a recording.

    Args:
        recording: what an audit saw.
        declaration: what the site declares; ``None`` where there is none, and only law and knowledge speak.
        knowledge: who owns a host, what a cookie or a storage key is for.
    """
    findings = inspect(recording, declaration, knowledge)
    by_page: dict[tuple[str, Device], list[Finding]] = {}
    for finding in findings:
        by_page.setdefault((finding.page, finding.device), []).append(finding)
    words = (
        words_of(page, tuple(by_page.get((page.url, page.device), ())), declaration, knowledge)
        for page in recording.pages
    )
    return Audit(findings=findings, words=tuple(word for word in words if word is not None))
