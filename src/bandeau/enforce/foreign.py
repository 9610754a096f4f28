"""Where a page is inside ``svg`` or ``math``, whose content is not read as HTML (HTML, 13.2.6.5).

Only elements that matter for reading are counted, not every one that is open. Where an end tag means one thing or
another by what is open outside, `Foreign.unsure` says so, and what follows is read both ways.
"""

from __future__ import annotations

from collections.abc import Mapping

from bandeau.enforce.url import attribute_text

FOREIGN_ROOTS = frozenset({b"svg", b"math"})
"""Elements whose content is not HTML."""

VOID = frozenset(b"area base br col embed hr img input link meta source track wbr".split())
"""Elements of HTML that hold nothing."""

_HTML = b""
_HTML_INSIDE = {
    b"svg": frozenset({b"foreignobject", b"desc", b"title"}),
    b"math": frozenset({b"mi", b"mo", b"mn", b"ms", b"mtext"}),
}
_MATH_IN_TEXT = frozenset({b"mglyph", b"malignmark"})
_BREAK_OUT = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu "
    b"meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
# End tags of HTML elements: one that is open outside closes the foreign element with it.
_CLOSES = _BREAK_OUT | frozenset(
    b"html section article header footer nav main aside button form figure td th tr tbody label".split()
)
_BREAK_OUT_AT_END = frozenset({b"p", b"br"})
_COLOURS = frozenset({b"color", b"face", b"size"})
_DEEPEST = 256


class Foreign:
    """Which ``svg`` and ``math`` are open, and whether HTML's own rules hold again inside them."""

    def __init__(self) -> None:
        self.open: list[tuple[bytes, bytes]] = []  # the element's name, and by whose rules its content is read
        self.unsure = False
        self._lost = False  # deeper than is counted
        self._inside = 0  # HTML elements that are open in the innermost place for them, as far as end tags tell

    @property
    def here(self) -> bool:
        """Whether what comes next is read by the foreign rules."""
        return bool(self.open) and self.open[-1][1] != _HTML

    def start(self, name: bytes, attributes: Mapping[bytes, bytes], *, closed: bool) -> bool:
        """A start tag was read; ``closed`` if it closes itself. Says whether the element is a foreign one."""
        if name in _BREAK_OUT or (name == b"font" and not _COLOURS.isdisjoint(attributes)):
            self._leave()
            self.unsure = self._lost
            self._inside += name not in VOID
            return False
        parent, rules = self.open[-1] if self.open else (_HTML, _HTML)
        if rules == _HTML and not (name in FOREIGN_ROOTS or self._math_in_text(name, parent)):
            self._inside += name not in VOID
            return False
        inside = _rules_inside(name, attributes, parent, rules)
        if not closed and inside is not None:
            if len(self.open) < _DEEPEST:
                self.open.append((name, inside))
                self._inside = 0
            else:
                self.unsure = self._lost = True
        return True

    def _math_in_text(self, name: bytes, parent: bytes) -> bool:
        """Whether it is one of the two elements of ``math`` that stay its own inside its text."""
        found = name in _MATH_IN_TEXT and parent in _HTML_INSIDE[b"math"]
        self.unsure = self.unsure or found  # unless an HTML element is open between the two
        return found

    def end(self, name: bytes) -> None:
        """An end tag was read."""
        if self.here and name in _CLOSES:
            self._leave()
            self.unsure = name not in _BREAK_OUT_AT_END or self._lost
        elif (self.here or name not in FOREIGN_ROOTS) and any(name == one for one, _ in self.open):
            # An HTML element that is still open inside would make a browser pass the end tag by.
            self.unsure = self.unsure or (not self.here and self._inside > 0)
            while self.open.pop()[0] != name:
                pass
        elif not self.here:
            self._inside -= 1
        if name in FOREIGN_ROOTS and not self.open:
            self.unsure = self._lost

    def _leave(self) -> None:
        while self.here:
            self.open.pop()


def _rules_inside(name: bytes, attributes: Mapping[bytes, bytes], parent: bytes, rules: bytes) -> bytes | None:
    """By whose rules an element's content is read, ``None`` where that does not change."""
    if rules == _HTML:
        return name if name in FOREIGN_ROOTS else b"math"
    if name == rules:
        return rules
    if name in _HTML_INSIDE[rules]:
        return _HTML
    if name == b"annotation-xml" and rules == b"math":
        encoding = attribute_text(attributes.get(b"encoding", b"")).lower()
        return _HTML if encoding in ("text/html", "application/xhtml+xml") else rules
    # An svg directly in math is an unknown element of math, and the other way round.
    return name if name == b"svg" and parent == b"annotation-xml" else None
