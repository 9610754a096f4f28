"""Words of the publisher's own: known by their key, with the same blanks as ours, and never nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bandeau.declare.locate import Path
from bandeau.declare.shape import Fault, show, suggest
from bandeau.locales import texts

_BLANK = re.compile(r"\{[a-z-]+\}")
_ACCEPT, _REFUSE = "actions.accept-all", "actions.refuse-all"


def check(language: str, own: Mapping[str, str], path: Path) -> Iterator[Fault]:
    """What is wrong with the texts that a declaration gives in one language."""
    known = texts(language)
    for key, text in own.items():
        if key not in known:
            near = suggest(key, list(known))
            yield Fault((*path, key), "an unknown text", f"allowed are the keys of the notice's own texts{near}")
        elif allowed := _allowed(known[key], text):
            yield Fault((*path, key), show(text), allowed)
    said = {**known, **own}
    # Two buttons that nobody can tell apart are no choice.
    if said[_ACCEPT].strip().casefold() == said[_REFUSE].strip().casefold():
        key = _REFUSE if _REFUSE in own else _ACCEPT
        yield Fault((*path, key), show(said[key]), "allowed is another text than that of the button beside it")


def _allowed(ours: str, text: str) -> str | None:
    """What is allowed instead of the text, ``None`` where it is: a promise must not lose what is filled into it."""
    blanks = sorted(set(_BLANK.findall(ours)))
    if sorted(set(_BLANK.findall(text))) != blanks or set("{}") & set(_BLANK.sub("", text)):
        return f"allowed is a text in which stand {', '.join(blanks)}" if blanks else "allowed is a text without braces"
    if not any(map(str.isalnum, text)):
        return "allowed is a text with at least one letter or digit"
    return None
