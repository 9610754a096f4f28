"""What the notice promises, in its own words, and what became of it."""

from __future__ import annotations

from bandeau.ask.markup import Html, html, tag
from bandeau.audit.finding import Held, Verdict
from bandeau.audit.reports.html.parts import cut, evidence, folded, limited
from bandeau.audit.reports.result import Result
from bandeau.audit.reports.wording import count

MOST = 60
UNREAD = 100
_WORDS = {
    Verdict.BROKEN: ("broken", "✕ broken"),
    Verdict.KEPT: ("kept", "✓ kept"),
    Verdict.UNTESTED: ("untested", "? not testable here"),
}


def promises(result: Result) -> Html | None:
    """Each promise with its verdict, the broken ones first, and the text that no rule reads."""
    held = [one for verdict in _WORDS for one in result.held[verdict]]
    if not held and not result.unread:
        return None
    told = limited(held, MOST, _promise, "p") if held else tag("p", "No rule recognised a promise in its text.")
    return html(told, _unread(result))


def _promise(held: Held) -> Html:
    kind, word = _WORDS[held.verdict]
    promise = held.promise
    understood = ", ".join(f"{name} {value}" for name, value in sorted(promise.says.items()))
    where = f"{promise.kind}{f': {understood}' if understood else ''} · layer {promise.layer} of the notice"
    return tag(
        "article",
        tag("span", word, class_="tag"),
        tag("blockquote", cut(promise.quote, 800), lang=cut(promise.language, 35) or None, dir="auto"),
        tag("p", cut(held.why, 600)) if held.why else None,
        tag("p", cut(where), class_="rule"),
        folded(f"Evidence ({len(held.evidence):,})", evidence(held.evidence)) if held.evidence else None,
        class_=f"promise {kind}",
    )


def _unread(result: Result) -> Html | None:
    texts = result.unread
    if not texts:
        return None
    shown = tag("div", limited(texts, UNREAD, lambda text: tag("p", cut(text, 600), dir="auto"), "p"), class_="unread")
    return folded(f"Text of the notice that no rule reads ({count(len(texts), 'passage')})", shown)
