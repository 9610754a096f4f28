"""Small parts that every section of the report is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bandeau.ask.markup import Html, html, tag
from bandeau.audit import repeated
from bandeau.audit.facts import Place
from bandeau.audit.finding import Evidence, Severity
from bandeau.audit.reports.result import STATES
from bandeau.audit.reports.wording import SIGNS

T = TypeVar("T")

LONG = 300
"""As many characters as one text of a page may take; what is cut ends in an ellipsis."""
EVIDENCE = 12
STACK = 20


def cut(text: str, most: int = LONG) -> str:
    """A text of a page, of bounded length and without what could turn lines around (directional controls)."""
    return repeated.cut(text, most, keep="\n")


def code(text: str) -> Html:
    """What is the same in every language, and never written from the right."""
    return tag("code", cut(text), dir="ltr")


def sign(severity: Severity) -> Html:
    """The severity in a sign and a word."""
    return tag("span", f"{SIGNS[severity]} {severity.value}", class_="tag")


def rows(*pairs: tuple[str, object] | None) -> Html:
    """A list of names and what they stand for; ``None`` is left out."""
    return tag("dl", (tag("div", tag("dt", pair[0]), tag("dd", pair[1])) for pair in pairs if pair))


def limited(
    things: Sequence[T], most: int, draw: Callable[[T], Html], name: str = "li", *, total: int | None = None
) -> Html:
    """The first of many things, and how many more there are; ``total`` where not all of them are at hand."""
    left = (len(things) if total is None else total) - most
    return html(map(draw, things[:most]), tag(name, f"and {left:,} more", class_="more") if left > 0 else None)


def folded(summary: str, content: object, *, opened: bool = False) -> Html:
    """What is shown when asked for."""
    return tag("details", tag("summary", summary), content, open=opened)


def evidence(seen: Sequence[Evidence], total: int | None = None) -> Html:
    """What was seen, with the code that did it; ``total`` is how many pieces there are, where not all are at hand."""
    return tag("ol", limited(seen, EVIDENCE, _piece, total=total), class_="evidence")


def _piece(one: Evidence) -> Html:
    when = f"{STATES[one.state]}, {one.at / 1000:.2f} s" + (f", page view {one.view + 1}" if one.view else "")
    places = tag("ol", limited(one.places, STACK, _place), class_="stack") if one.places else None
    where = html(" ", code(one.url)) if one.url else None
    return tag("li", cut(one.text), where, " ", tag("span", f"({when})", class_="when"), places)


def _place(place: Place) -> Html:
    at = f":{place.line}:{place.column}" if place.line else ""
    return tag("li", html(cut(place.function, 80), " in ") if place.function else None, code(cut(place.url) + at))


def link(url: str, label: str) -> Html:
    """A link to the web, or the label alone where the address is none."""
    if not url.startswith(("https://", "http://")):
        return html(cut(label))
    return tag("a", cut(label), href=url, rel="noreferrer noopener")


def joined(parts: Iterable[Html], between: str = ", ") -> Html:
    """Markup with something between."""
    made: list[object] = []
    for part in parts:
        made += [between, part] if made else [part]
    return html(made)
