"""Reading: what a notice's words promise, sentence by sentence, by the rules of their language.

Nothing is inferred. A sentence that no rule recognises is given back as unread; a promise is quoted as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bandeau.audit.finding import Promise
from bandeau.audit.promises.rules import LANGUAGES, Language, languages
from bandeau.audit.promises.rules import language as rules_of
from bandeau.audit.promises.sentence import Said, affirms, answered, asks, promises_of
from bandeau.audit.promises.text import Sentence, sentences, words
from bandeau.audit.seen import Layer, Notice, Role

SHORT = 2
"""Words of an answer that leaves the rest to the next sentence: "Yes, always. It stands below."."""

REMEMBERED = 64
"""Texts whose reading is kept: the pages of a site show the same notice."""

LONGEST_TEXT = 200_000
"""Characters of a text that are read; what stands behind them is unread."""


def read_promises(notice: Notice, *, language: str = "") -> tuple[tuple[Promise, ...], tuple[str, ...]]:
    """Read what a notice promises, in all its layers, each promise once.

    Names of buttons and switches are no sentences: they are neither promises nor unread. ``language`` is a BCP 47 tag,
    used where a layer has none.
    """
    found: dict[tuple[str, str], Promise] = {}
    unread: dict[str, None] = {}
    for layer in notice.layers:
        promises, rest = _read_layer(layer, layer.language or language)
        for promise in promises:
            found.setdefault((promise.kind, promise.quote), promise)
        unread.update(dict.fromkeys(rest))
    return tuple(found.values()), tuple(unread)


def read_text(text: str, language: str = "") -> tuple[tuple[Promise, ...], tuple[str, ...]]:
    """Read what a saved text promises; without a ``language`` (BCP 47) its words tell which it is."""
    return _read(text, language, 1, ())


def _read_layer(layer: Layer, tag: str) -> tuple[list[Promise], list[str]]:
    names = [control.text.strip() for control in layer.controls]
    promises, unread = _read(layer.text, tag, layer.number, tuple(name for name in names if len(name) > 3))
    links = {control.text.strip(): control.href for control in layer.controls if control.role is Role.POLICY}
    quoted = [_linked(promise, links) for promise in promises]
    told = "\n".join(promise.quote for promise in quoted if promise.kind == "policy")
    alone = [
        Promise(kind="policy", quote=name, language=guess(layer.text, tag), layer=layer.number, says={"address": href})
        for name, href in links.items()
        if name and name in layer.text and name not in told
    ]
    silent = {*names, *(switch.label.strip() for switch in layer.switches)}
    return [*quoted, *alone], [sentence for sentence in unread if sentence.rstrip(" .:") not in silent]


def _linked(promise: Promise, links: Mapping[str, str]) -> Promise:
    """A promise of a policy, with the address of the link that stands in it."""
    address = next((href for name, href in links.items() if name and name in promise.quote), "")
    if promise.kind != "policy" or not address:
        return promise
    says = {**promise.says, "address": address}
    return Promise(kind="policy", quote=promise.quote, language=promise.language, layer=promise.layer, says=says)


@lru_cache(maxsize=REMEMBERED)
def _read(text: str, tag: str, layer: int, controls: tuple[str, ...]) -> tuple[tuple[Promise, ...], tuple[str, ...]]:
    head, tail = text[:LONGEST_TEXT], text[LONGEST_TEXT:].strip()
    code = guess(head, tag)
    known = rules_of(code) if code else None
    promises: list[Promise] = []
    unread: list[str] = []
    question: Sentence | None = None
    for sentence in sentences(head, known.abbreviations if known else frozenset()):
        alone, together = _said(head, question, sentence, known, controls) if known else ({}, {})
        quote = head[sentence.start : sentence.end]
        whole = head[question.start : sentence.end] if question else quote
        promises += [
            Promise(kind=kind, quote=text, language=code, layer=layer, says=says)
            for text, said in ((quote, alone), (whole, together))
            for kind, says in said.items()
        ]
        unread += [] if alone or together else [quote]
        question = _pending(head, question, sentence, known) if known else None
    return tuple(promises), (*unread, tail) if tail else tuple(unread)


def _pending(text: str, question: Sentence | None, sentence: Sentence, known: Language) -> Sentence | None:
    """The question that the next sentence answers: this one, or the one before it after a mere "Yes."."""
    if asks(text, sentence):
        return sentence
    return question if affirms(sentence, known) and len(sentence.words) <= SHORT else None


def _said(
    text: str, question: Sentence | None, sentence: Sentence, known: Language, controls: tuple[str, ...]
) -> tuple[Said, Said]:
    """What a sentence promises by itself, and what else it promises as the answer to the question before it."""
    alone = promises_of(text, sentence, known, controls)
    together = answered(text, question, sentence, known, controls) if question else {}
    return alone, {kind: says for kind, says in together.items() if kind not in alone}


def guess(text: str, tag: str = "") -> str:
    """The language of a text, of those with rules; nothing where it is none of them.

    What a page says of itself is often wrong: its words are asked too, and it is believed unless another language has
    twice as many of them.
    """
    said = tag.partition("-")[0].casefold()
    found = [word.folded for word in words(text[:4000])]
    counts = {one.code: sum(word in one.common for word in found) for one in languages()}
    best = max(LANGUAGES, key=lambda code: (counts[code], code == said))
    if said in counts and counts[best] <= 2 * counts[said] + 1:
        return said
    enough = counts[best] * 8 >= len(found) and (not said or said in counts or counts[best] * 5 >= len(found))
    return best if counts[best] and enough else ""
