"""Judging: a recording is held against the law, the declaration and the notice's own words. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bandeau.audit.finding import Audit, Finding, Word
from bandeau.audit.inspect import inspect
from bandeau.audit.knowledge import Knowledge
from bandeau.audit.promises import hold, read_promises
from bandeau.audit.recording import Device, Page, Recording
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
    words = (_word(page, by_page, declaration, knowledge) for page in recording.pages)
    return Audit(findings=findings, words=tuple(word for word in words if word is not None))


def _word(
    page: Page,
    findings: Mapping[tuple[str, Device], list[Finding]],
    declaration: Declaration | None,
    knowledge: Knowledge,
) -> Word | None:
    """What the page's notice says, as it stood before any choice; ``None`` where it shows none."""
    for stay in page.stays:
        if stay.notice is not None:
            promises, unread = read_promises(stay.notice, language=stay.language)
            held = hold(promises, page, tuple(findings.get((page.url, page.device), ())), declaration, knowledge)
            return Word(page=page.url, device=page.device, promises=held, unread=unread)
    return None
