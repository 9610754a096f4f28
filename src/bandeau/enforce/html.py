"""HTML rewritten as it streams: refused elements become inert, guard and notice go in, every other byte stays.

Bytes in, bytes out, in any ASCII-compatible encoding. Of what is too long to be kept, everything is held that cannot
be told to go nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bandeau.enforce import stream
from bandeau.enforce.foreign import VOID
from bandeau.enforce.holding import Held, Holder, Tag, with_held_type
from bandeau.enforce.speculation import narrowed
from bandeau.enforce.stream import Stream
from bandeau.enforce.tokens import (
    RAW_TEXT,
    SKIP_BODY,
    SKIP_BODY_TO_ID,
    SKIP_EARLY,
    SKIP_FOREIGN,
    SKIP_HEAD,
    end_of_raw_text,
    end_of_script,
    places,
)
from bandeau.enforce.url import attribute_text, unescape

__all__ = ["NOTHING", "Held", "Holder", "Inserts", "Instead", "Rewriter"]

DEEPEST = 3
"""How many documents deep inside one another (``srcdoc``) markup is rewritten; one deeper is held."""


@dataclass(frozen=True)
class Inserts:
    """What goes in: ``head`` before everything else in the head, ``body`` first in the body, ``tail`` last.

    ``inner`` is the head of documents inside the page, those of a ``srcdoc``.
    """

    head: bytes = b""
    body: bytes = b""
    tail: bytes = b""
    inner: bytes = b""


class Instead(NamedTuple):
    """What stands for a held element: markup ``before`` it, and ``attributes`` first in its own tag."""

    before: bytes = b""
    attributes: bytes = b""


NOTHING = Instead()

# Where the parser is: nothing of head or body seen, in the head, in the body (or in a frameset, which has none).
_EARLY, _HEAD, _BODY = range(3)
_STAYS_IN_HEAD = frozenset(
    b"base basefont bgsound link meta title noscript noframes style script template head html body frameset".split()
)
_IMPLIES_BODY_AT_END = frozenset({b"body", b"html", b"br"})
_EMBEDS = frozenset({b"iframe", b"embed", b"object", b"video", b"audio", b"portal"})
_HAS_NO_INSIDE = RAW_TEXT | VOID
_HELD_RULES = b"held:"
"""What goes before speculation rules that cannot be read, so that no browser can."""
_MOST_LISTED = 1000


class Rewriter(Stream):
    """Rewrites one page.

    Args:
        holder: says of a tag what becomes of it; all pages of one origin under one policy share it.
        inserts: what goes into head and body, each once; the tail not where a page ends in the middle of an element.
        instead: what stands for a held embed or, in the body, for a held script.
        within: by the id of an element, what gives the markup to put first inside it.

    ``held`` lists what was held (tag, host, id of the service if it is declared), up to a bound.
    """

    def __init__(
        self,
        holder: Holder,
        inserts: Inserts,
        instead: Callable[[Held], Instead],
        within: Mapping[str, Callable[[], bytes]] | None = None,
    ) -> None:
        super().__init__(holder.read)
        self._holder = holder
        self._based = False
        self.held: list[tuple[str, str, str | None]] = []
        self._inserts = inserts
        self._instead = instead
        self._within = dict(within or {})
        self._phase = _EARLY
        self._templates = 0  # open ones, while in the head: nothing inside them opens the body
        self._depth = 0
        self._scripting = True
        self._ignoring = False  # where some parsers pass start tags by: in a select, in a frameset
        self._inner: Rewriter | None = None  # for what is text to some browsers and markup to others

    # Where guard and notice go.

    def _ended(self) -> None:
        if self._state in (self._start, self._data):
            # What is kept back is a tag that never ends: a browser drops it, and all that would stand behind it.
            self._open_body(0)
            # Behind </html> too browsers put it into the body (HTML, 13.2.6.4.22).
            self._replace(0, 0, self._inserts.tail)
        elif self._inner:
            self._replace(0, len(self._buffer), self._inner.feed(self._buffer) + self._inner.close())

    def _text(self, at: int) -> int:
        if self._phase == _BODY:
            return at + 1
        self._open_body(at)
        end = self._buffer.find(b"<", at + 1)
        return len(self._buffer) if end < 0 else end

    def _before(self, tag: Tag, at: int) -> None:
        """Open head and body where the parser would, before a tag that cannot stand outside them."""
        if self._phase == _BODY:
            return
        name = tag.name
        if tag.closing:
            if name in _IMPLIES_BODY_AT_END:
                self._open_body(at)
            elif name == b"head":
                self._open_head(at)
            return
        if name not in (b"html", b"head"):
            self._open_head(at)
        if name == b"frameset" and not self._templates:
            self._phase = _BODY
        elif name not in _STAYS_IN_HEAD:
            self._open_body(at)

    def _open_head(self, at: int) -> None:
        if self._phase == _EARLY:
            self._phase = _HEAD
            self._replace(at, at, self._inserts.head)
            self._choose_skip()

    def _open_body(self, at: int) -> None:
        self._open_head(at)
        if self._phase == _HEAD and not self._templates:
            self._phase = _BODY
            self._replace(at, at, self._inserts.body)
            self._choose_skip()

    def _opened(self, tag: Tag, end: int) -> None:
        name = tag.name
        if (name == b"noscript" and self._scripting) or (name in RAW_TEXT and (self._ignoring or self._foreign.unsure)):
            self._read_twice(name)
        elif tag.rules:
            self._state = self._rules
        elif name in (b"select", b"frameset"):
            self._ignoring = True
            self._choose_skip()
        elif self._phase < _BODY:
            if name == b"head":
                self._open_head(end)
            elif name == b"body":
                self._open_body(end)
            elif name == b"template":
                self._templates += 1
        if self._within and b"id" in tag.first and name not in _HAS_NO_INSIDE:
            render = self._within.pop(attribute_text(tag.first[b"id"]), None)
            if render:
                self._replace(end, end, render())
                self._choose_skip()

    def _closed(self, name: bytes) -> None:
        if name == b"template" and self._templates:
            self._templates -= 1
        elif name == b"select":
            self._ignoring = False
            self._choose_skip()

    def _choose_skip(self) -> None:
        if self._phase < _BODY:
            # A drawing in a template may stand in the head: what ends or breaks out of it is not run over.
            self._skip = SKIP_HEAD if self._phase and not self._foreign.open else SKIP_EARLY
        elif self._unclear:
            self._skip = SKIP_FOREIGN
        else:
            self._skip = SKIP_BODY_TO_ID if self._within else SKIP_BODY

    # What is held.

    @property
    def _unclear(self) -> bool:
        """Whether what comes may be read by other rules than those of HTML's body."""
        return bool(self._foreign.open) or self._foreign.unsure or self._ignoring

    def _start_tag(self, tag: Tag, at: int, end: int) -> None:
        name, text = tag.name, tag.text
        if name == b"base":
            self._rebase(tag)
        elif name == b"script":
            if tag.rules and self._unclear:
                text = with_held_type(self._buffer[at:end], tag)
            elif b"src" not in tag.first and not self._unclear:
                return  # the other attributes that it could be held for count in drawings only
        if tag.held:
            self._list(tag)
        if name == b"iframe" and b"srcdoc" in tag.first:
            text = self._with_srcdoc(tag, text or self._buffer[at:end])
        if text is not None:
            if self._phase == _BODY:
                before, attributes = self._stands_for(tag)
                text = before + text[: tag.name_end] + attributes + text[tag.name_end :]
            self._replace(at, end, text)

    def _attribute(self, tag: Tag, at: int, end: int, *, whole: bool) -> None:
        if before := self._holder.before_attribute(tag.name, self._buffer[at:end], whole=whole):
            self._replace(at, at, before)

    def _list(self, tag: Tag) -> None:
        for held in tag.held[: _MOST_LISTED - len(self.held)]:
            self.held.append((held.tag, held.origin.host, held.service.id if held.service else None))

    def _rebase(self, tag: Tag) -> None:
        # Only the first counts, and none in a drawing; of those that are not held each leads to where the page may go.
        if b"href" in tag.first and not (tag.held or self._based or self._foreign.here):
            self._based = True
            self._holder = self._holder.moved(tag)
            self._read = self._holder.read

    def _stands_for(self, tag: Tag) -> Instead:
        held = tag.content
        if held is None or self._foreign.here:
            return NOTHING
        shown = tag.name == b"script" or (tag.name in _EMBEDS and held.visible)
        return self._instead(held) if shown else NOTHING

    def _with_srcdoc(self, tag: Tag, text: bytes) -> bytes:
        """The tag with the document inside rewritten."""
        name, begin, at, end = next(
            place for place in places(text, tag.name_end, len(text) - 1) if place[0] == b"srcdoc"
        )
        if self._depth == DEEPEST:
            return text[:begin] + self._holder.before_attribute(tag.name, name, whole=True) + text[begin:]
        # Bytes that are not ASCII come back as they were, whatever the encoding.
        value = unescape(text[at:end].decode("ascii", "surrogateescape")).encode("utf-8", "surrogateescape")
        inner = self._inside(Inserts(self._inserts.inner, inner=self._inserts.inner), _nothing)
        inner._depth = self._depth + 1
        changed = inner.feed(value) + inner.close()
        if changed == value:
            return text
        quoted = text[at - 1 : at] in (b'"', b"'")
        return text[:at] + _escape(changed.decode("utf-8", "surrogateescape"), quoted=quoted) + text[end:]

    def _inside(self, inserts: Inserts, instead: Callable[[Held], Instead]) -> Rewriter:
        """What rewrites a document inside this one."""
        inner = Rewriter(self._holder, inserts, instead)
        inner.held = self.held
        inner._depth = self._depth
        return inner

    def _read_twice(self, name: bytes) -> None:
        """Begin what some browsers read as text and others as markup: right for both up to its end tag."""
        instead = self._instead if self._phase == _BODY else _nothing
        inner = self._inside(Inserts(inner=self._inserts.inner), instead)
        inner._scripting = self._scripting and name != b"noscript"
        inner._phase, inner._skip = _BODY, SKIP_BODY
        self._name, self._inner, self._state = name, inner, self._twice

    def _twice(self, at: int) -> int:
        inner = self._inner
        assert inner is not None
        end = end_of_raw_text(self._name, self._buffer, at)
        settled = end if end >= 0 else max(at, len(self._buffer) - 1 - len("</") - len(self._name))
        piece = self._buffer[at:settled]
        changed = inner.feed(piece) + (inner.close() if end >= 0 else b"")
        if changed != piece:
            self._replace(at, settled, changed)
        if end < 0:
            return self._wait(settled)
        self._inner, self._state = None, self._data
        return end

    def _rules(self, at: int) -> int:
        """In speculation rules, which may name hosts or match links of the page."""
        buffer = self._buffer
        _, end, ended = end_of_script("plain", buffer, at)
        if not ended and len(buffer) - at <= stream.LONGEST:
            return self._wait(at)
        if ended and end - at <= stream.LONGEST:
            rules = narrowed(buffer[at:end], self._holder.holds)
        else:
            rules, end = _HELD_RULES, at
        if rules is not None:
            self._replace(at, end, rules)
        self._state = self._raw_text
        return end


def _nothing(_: Held) -> Instead:
    return NOTHING


def _escape(text: str, *, quoted: bool) -> bytes:
    """Write markup as an attribute's value; what is not ASCII and was not in the page as a byte, as a reference."""
    special = _QUOTED if quoted else _UNQUOTED
    return special.sub(lambda match: f"&#{ord(match[0])};", text).encode("ascii", "surrogateescape")


# Bytes of the page that are not ASCII stand here as the surrogates U+DC80 to U+DCFF.
_QUOTED = re.compile("[&\"'\x80-\udc7f\udd00-\U0010ffff]")
_UNQUOTED = re.compile("[&\"'<>=`\t\n\f\r \x80-\udc7f\udd00-\U0010ffff]")
