"""HTML rewritten as it streams: refused elements become inert, guard and notice go in, every other byte stays.

Bytes in, bytes out, in any ASCII-compatible encoding. A tag longer than ``LONGEST_TAG`` goes out as it is, and the
Content-Security-Policy holds what it names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bandeau.enforce import stream
from bandeau.enforce.holding import Held, Holder, Tag
from bandeau.enforce.stream import Stream
from bandeau.enforce.tokens import (
    RAW_TEXT,
    SKIP_BODY,
    SKIP_BODY_TO_ID,
    SKIP_EARLY,
    SKIP_FOREIGN,
    SKIP_HEAD,
    end_of_raw_text,
    places,
)
from bandeau.enforce.url import attribute_text, unescape

__all__ = ["Held", "Holder", "Inserts", "Rewriter"]

DEEPEST = 3
"""How many documents deep inside one another (``srcdoc``, ``noscript``) markup is rewritten."""


@dataclass(frozen=True)
class Inserts:
    """What goes in: ``head`` before everything else in the head, ``body`` first in the body."""

    head: bytes = b""
    body: bytes = b""


# Where the parser is: nothing of head or body seen, in the head, in the body (or in a frameset, which has none).
_EARLY, _HEAD, _BODY = range(3)
_STAYS_IN_HEAD = frozenset(
    b"base basefont bgsound link meta title noscript noframes style script template head html body frameset".split()
)
_IMPLIES_BODY_AT_END = frozenset({b"body", b"html", b"br"})
_EMBEDS = frozenset({b"iframe", b"embed", b"object", b"video", b"audio", b"portal"})
_HAS_NO_INSIDE = RAW_TEXT | frozenset(b"area base br col embed hr img input link meta source track wbr".split())
_MOST_LISTED = 1000


class Rewriter(Stream):
    """Rewrites one page.

    Args:
        holder: says of a tag what becomes of it; all pages of one origin under one policy share it.
        inserts: what goes into head and body, each exactly once.
        placeholder: the markup to put before a held embed or, in the body, a held script; empty for none.
        within: by the id of an element, what gives the markup to put first inside it.

    ``held`` lists what was held (tag, host, id of the service if it is declared), up to a bound.
    """

    def __init__(
        self,
        holder: Holder,
        inserts: Inserts,
        placeholder: Callable[[Held], bytes],
        within: Mapping[str, Callable[[], bytes]] | None = None,
    ) -> None:
        super().__init__(holder.read)
        self._holder = holder
        self._based = False
        self.held: list[tuple[str, str, str | None]] = []
        self._inserts = inserts
        self._placeholder = placeholder
        self._within = dict(within or {})
        self._phase = _EARLY
        self._templates = 0  # open ones, while in the head: nothing inside them opens the body
        self._depth = 0

    # Where guard and notice go.

    def _ended(self) -> None:
        if self._state in (self._start, self._data):
            # What is kept back is a tag that never ends: a browser drops it, and all that would stand behind it.
            self._open_body(0)
        elif self._state == self._noscript:
            self._rewrite_noscript(0, len(self._buffer))

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
            self._choose_skip()
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
        if name == b"noscript":
            self._state = self._noscript
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

    def _choose_skip(self) -> None:
        if self._phase < _BODY:
            # A drawing in a template may stand in the head: what ends or breaks out of it is not run over.
            self._skip = SKIP_HEAD if self._phase and not self._foreign.open else SKIP_EARLY
        elif self._foreign.open:
            self._skip = SKIP_FOREIGN
        else:
            self._skip = SKIP_BODY_TO_ID if self._within else SKIP_BODY

    # What is held.

    def _start_tag(self, tag: Tag, at: int, end: int) -> None:
        if tag.name == b"base":
            if self._based:
                return
            self._rebase(tag)
        if tag.name == b"script" and b"src" not in tag.first and not self._foreign.open:
            return  # the other attributes that it could be held for count in drawings only
        self._list(tag)
        text = tag.text
        if tag.name == b"iframe" and b"srcdoc" in tag.first:
            text = self._with_srcdoc(tag, text or self._buffer[at:end])
        if text is not None:
            instead = self._instead(tag)
            if instead and tag.name != b"script":
                text = text[: tag.name_end] + b" hidden" + text[tag.name_end :]
            self._replace(at, end, instead + text)

    def _list(self, tag: Tag) -> None:
        for held in tag.held[: _MOST_LISTED - len(self.held)]:
            self.held.append((held.tag, held.origin.host, held.service.id if held.service else None))

    def _rebase(self, tag: Tag) -> None:
        if b"href" in tag.first and not tag.held:
            self._based = True
            self._holder = self._holder.moved(tag)
            self._read = self._holder.read

    def _instead(self, tag: Tag) -> bytes:
        """The placeholder of a held tag, empty where there is none."""
        held = tag.content
        if held is None or self._phase < _BODY or self._foreign.here:
            return b""
        shown = tag.name == b"script" or (tag.name in _EMBEDS and held.visible)
        return self._placeholder(held) if shown else b""

    def _with_srcdoc(self, tag: Tag, text: bytes) -> bytes:
        document = self._srcdoc(tag.first[b"srcdoc"])
        if document is None:
            return text
        for name, _, at, end in places(text, tag.name_end, len(text) - 1):
            if name == b"srcdoc":
                quoted = text[at - 1 : at] in (b'"', b"'")
                return text[:at] + _escape(document, quoted=quoted) + text[end:]
        return text

    def _srcdoc(self, value: bytes) -> str | None:
        """The document inside, rewritten; ``None`` where nothing in it is held."""
        # Bytes that are not ASCII come back as they were, whatever the encoding.
        text = unescape(value.decode("ascii", "surrogateescape")).encode("utf-8", "surrogateescape")
        changed = self._inside(text, None)
        return None if changed == text else changed.decode("utf-8", "surrogateescape")

    def _noscript(self, at: int) -> int:
        """Text for a browser that runs scripts, markup for one that does not: right for both up to the end tag."""
        limit = at + stream.LONGEST_TAG
        end = end_of_raw_text(b"noscript", self._buffer, at, limit)
        if end < 0 and len(self._buffer) < limit:
            return self._wait(at)
        if end < 0:
            # Too long to keep; only a browser without scripts would load anything of it.
            self._name, self._state = b"noscript", self._raw_text
            return at
        self._state = self._data
        self._rewrite_noscript(at, end)
        return end

    def _rewrite_noscript(self, at: int, end: int) -> None:
        text = self._buffer[at:end]
        changed = self._inside(text, self._placeholder if self._phase == _BODY else None)
        if changed != text:
            self._replace(at, end, changed)

    def _inside(self, markup: bytes, placeholder: Callable[[Held], bytes] | None) -> bytes:
        """Rewrite a document inside this one; nothing is inserted, and placeholders only where they can be seen."""
        if self._depth == DEEPEST:
            return markup
        inner = Rewriter(self._holder, Inserts(), placeholder or (lambda _: b""))
        inner.held = self.held
        inner._depth = self._depth + 1
        inner._phase, inner._skip = _BODY, SKIP_BODY
        return inner.feed(markup) + inner.close()


def _escape(text: str, *, quoted: bool) -> bytes:
    """Write markup as an attribute's value; what is not ASCII and was not in the page as a byte, as a reference."""
    special = "&\"'" if quoted else "&\"'<>=`\t\n\f\r "
    escaped = "".join(
        f"&#{ord(c)};" if c in special or (c > "\x7f" and not "\udc80" <= c <= "\udcff") else c for c in text
    )
    return escaped.encode("ascii", "surrogateescape")
