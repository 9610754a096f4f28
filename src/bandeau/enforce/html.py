"""HTML rewritten as it streams: refused elements become inert, guard and notice go in, every other byte stays.

Bytes in, bytes out, in any ASCII-compatible encoding. Where the input is cut into chunks changes nothing in the
output. What is kept back is bounded: a longer tag goes out as it is, and the Content-Security-Policy holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bandeau.enforce.holding import Edit, Held, Holder
from bandeau.enforce.tokens import (
    RAW_TEXT,
    SKIP_BODY,
    SKIP_BODY_TO_ID,
    SKIP_EARLY,
    SKIP_FOREIGN,
    SKIP_HEAD,
    TOKEN,
    Attribute,
    Foreign,
    attributes,
    end_of_long_tag,
    end_of_raw_text,
    end_of_script,
    self_closing,
)
from bandeau.enforce.url import Base, attribute_text, unescape
from bandeau.model import Origin, Verdict

__all__ = ["Held", "Inserts", "Rewriter"]

LONGEST_TAG = 65_536
"""Bytes of one tag, or of one ``noscript``, that are kept back until its end is seen."""
DEEPEST = 3
"""How many documents deep inside one another (``srcdoc``, ``noscript``) markup is rewritten."""


@dataclass(frozen=True)
class Inserts:
    """What goes in: ``head`` before everything else in the head, ``body`` first in the body."""

    head: bytes = b""
    body: bytes = b""


def _no_placeholder(_: Held) -> bytes:
    return b""


# Where the parser is: nothing of head or body seen, in the head, in the body (or in a frameset, which has none).
_EARLY, _HEAD, _BODY = range(3)
_BOM = b"\xef\xbb\xbf"
_STAYS_IN_HEAD = frozenset(
    b"base basefont bgsound link meta title noscript noframes style script template head html body frameset".split()
)
_IMPLIES_BODY_AT_END = frozenset({b"body", b"html", b"br"})
_EMBEDS = frozenset({b"iframe", b"embed", b"object", b"video", b"audio", b"portal"})
_HAS_NO_INSIDE = RAW_TEXT | frozenset(b"area base br col embed hr img input link meta source track wbr".split())
_COMMENT_END = re.compile(rb"--!?>")
_BOGUS_END = re.compile(rb">")
_CDATA_END = re.compile(rb"\]\]>")
_TAG_NAME = re.compile(rb"</?([a-zA-Z][^\t\n\f\r />]{0,63})")
_UNDECIDED = re.compile(rb"<(?:/|!-{0,3})?")


class Rewriter:
    """Rewrites one page.

    Args:
        verdict: says of an origin and a path whether they may be contacted.
        page: what the page's relative URLs are relative to.
        inserts: what goes into head and body, each exactly once.
        placeholder: the markup to put before a held embed or, in the body, a held script; empty for none.
        within: by the id of an element, the markup to put first inside it.

    ``held`` lists what was held: tag, host, id of the service if it is declared.
    """

    def __init__(
        self,
        verdict: Callable[[Origin, str], Verdict],
        page: Base,
        inserts: Inserts,
        placeholder: Callable[[Held], bytes],
        within: Mapping[str, Callable[[], bytes]] | None = None,
    ) -> None:
        self._holder = Holder(verdict, page)
        self.held = self._holder.held
        self._inserts = inserts
        self._placeholder = placeholder
        self._within = dict(within or {})
        self._foreign = Foreign()
        self._phase = _EARLY
        self._templates = 0  # open ones, while in the head: nothing inside them opens the body
        self._depth = 0
        self._skip = SKIP_EARLY
        self._state: Callable[[int], int] = self._start
        self._mark = _BOGUS_END  # what ends the comment that is passed by
        self._name = b""  # of the raw text or long tag that is read
        self._inner_state = ""
        self._pending = b""
        self._buffer = b""
        self._out: list[bytes] = []
        self._given = 0  # how much of the buffer went out already
        self._keep = 0  # from where the buffer is kept for the next chunk

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes of the page, give those that are settled."""
        self._buffer = buffer = self._pending + chunk if self._pending else chunk
        self._given = 0
        at = 0
        while at >= 0:
            at = self._state(at)
        self._pending = buffer[self._keep :]
        return self._taken(self._keep)

    def close(self) -> bytes:
        """End the page: give what was kept back, and what could not be inserted before."""
        self._buffer, self._pending, self._given = self._pending, b"", 0
        if self._state in (self._start, self._data):
            self._open_body(0)
        elif self._state == self._noscript:
            self._rewrite_noscript(0, len(self._buffer))
        return self._taken(len(self._buffer))

    def _taken(self, until: int) -> bytes:
        rest = self._buffer[self._given : until]
        if not self._out:
            return rest
        out = b"".join([*self._out, rest])
        self._out.clear()
        return out

    def _replace(self, at: int, until: int, text: bytes) -> None:
        self._out += (self._buffer[self._given : at], text)
        self._given = until

    # States: each takes the position it begins at and returns the one to go on from, -1 to wait for more.

    def _wait(self, keep: int) -> int:
        self._keep = keep
        return -1

    def _start(self, at: int) -> int:
        if len(self._buffer) < len(_BOM) and _BOM.startswith(self._buffer):
            return self._wait(at)
        self._state = self._data
        return len(_BOM) if self._buffer.startswith(_BOM) else 0

    def _data(self, at: int) -> int:
        buffer, data = self._buffer, self._data
        while self._state == data:
            run = self._skip(buffer, at)
            at = run.end() if run else at
            token = TOKEN(buffer, at)
            if token is None:
                if at == len(buffer):
                    return self._wait(at)
                if buffer.startswith(b"<", at):
                    return self._unfinished(at)
                at = self._early_text(at)
            elif name := token["name"]:
                at = self._tag(at, name.lower(), token.end("name"), token.end())
            elif token.end() == at + 1:
                at = self._early_text(at) if self._phase < _BODY else at + 1
            elif self._foreign.here and buffer.startswith(b"<![CDATA[", at):
                at = self._pass(_CDATA_END, at + 9)
            else:
                at = token.end()
        return at

    def _early_text(self, at: int) -> int:
        self._open_body(at)
        end = self._buffer.find(b"<", at + 1)
        return len(self._buffer) if end < 0 else end

    def _unfinished(self, at: int) -> int:
        """At a ``<`` whose construct does not end in this buffer."""
        buffer = self._buffer
        start = buffer[at : at + 9]
        if _UNDECIDED.fullmatch(start) or (self._foreign.here and b"<![CDATA[".startswith(start)):
            return self._wait(at)
        if start.startswith(b"<!--"):
            return self._pass(_COMMENT_END, at + 4)
        if self._foreign.here and start == b"<![CDATA[":
            return self._pass(_CDATA_END, at + 9)
        name = _TAG_NAME.match(buffer, at)
        if name is None:
            return self._pass(_BOGUS_END, at + 2)
        if len(buffer) - at <= LONGEST_TAG:
            return self._wait(at)
        self._name = name[1].lower()
        self._inner_state = "tag name"
        self._closing = buffer[at + 1] == 0x2F
        self._before(self._name, at, closing=self._closing)
        self._state = self._long_tag
        return name.start(1)

    def _pass(self, mark: re.Pattern[bytes], at: int) -> int:
        self._mark = mark
        self._state = self._passing
        return at

    def _passing(self, at: int) -> int:
        match = self._mark.search(self._buffer, at)
        if match is None:
            return self._wait(max(at, len(self._buffer) - 3))
        self._state = self._data
        return match.end()

    def _long_tag(self, at: int) -> int:
        self._inner_state, at = end_of_long_tag(self._inner_state, self._buffer, at)
        if self._inner_state != "end":
            return self._wait(at)
        self._state = self._data
        self._after(self._name, [], at, closing=self._closing)
        return at

    def _raw_text(self, at: int) -> int:
        buffer = self._buffer
        if self._name == b"script":
            self._inner_state, at, ended = end_of_script(self._inner_state, buffer, at)
            if not ended:
                return self._wait(at)
        else:
            end = end_of_raw_text(self._name, buffer, at)
            if end < 0:
                return self._wait(max(at, len(buffer) - len(self._name) - 2))
            at = end
        self._state = self._data
        return at

    def _noscript(self, at: int) -> int:
        """Text for a browser that runs scripts, markup for one that does not: right for both up to the end tag."""
        limit = at + LONGEST_TAG
        end = end_of_raw_text(b"noscript", self._buffer, at, limit)
        if end < 0 and len(self._buffer) < limit:
            return self._wait(at)
        self._state = self._data
        if end < 0:
            return at
        self._rewrite_noscript(at, end)
        return end

    def _rewrite_noscript(self, at: int, end: int) -> None:
        text = self._buffer[at:end]
        changed = self._inside(text, self._placeholder if self._phase == _BODY else _no_placeholder)
        if changed != text:
            self._replace(at, end, changed)

    def _inside(self, markup: bytes, placeholder: Callable[[Held], bytes]) -> bytes:
        """Rewrite a document inside this one, to which nothing is inserted."""
        if self._depth == DEEPEST:
            return markup
        inner = Rewriter(self._holder.verdict, self._holder.base, Inserts(), placeholder)
        inner._holder.held = self.held
        inner._depth = self._depth + 1
        if placeholder is self._placeholder:
            inner._phase, inner._skip = _BODY, SKIP_BODY
        return inner.feed(markup) + inner.close()

    # Tags.

    def _tag(self, at: int, name: bytes, name_end: int, end: int) -> int:
        closing = self._buffer[at + 1] == 0x2F
        long = end - at > LONGEST_TAG
        self._before(name, at, closing=closing)
        found = [] if long or closing else attributes(self._buffer, name_end, end - 1)
        closed = not long and self_closing(self._buffer, found, end)
        if found:
            self._hold(at, name, found, name_end)
        self._after(name, found, end, closing=closing, closed=closed)
        return end

    def _hold(self, at: int, name: bytes, found: list[Attribute], name_end: int) -> None:
        edits, held = self._holder.hold(name, found, name_end)
        if name == b"iframe":
            edits += self._srcdoc(found)
        if held and self._phase == _BODY and not self._foreign.here:
            shown = name == b"script" or (name in _EMBEDS and held.visible)
            if shown and (instead := self._placeholder(held)):
                self._replace(at, at, instead)
                if name != b"script":
                    edits.append(Edit(name_end, name_end, b" hidden"))
        for edit in sorted(edits):
            self._replace(*edit)

    def _srcdoc(self, found: list[Attribute]) -> list[Edit]:
        value = next((attribute for attribute in found if attribute.name == b"srcdoc"), None)
        if value is None:
            return []
        # Bytes that are not ASCII come back as they were, whatever the encoding.
        text = unescape(value.value.decode("ascii", "surrogateescape")).encode("utf-8", "surrogateescape")
        changed = self._inside(text, _no_placeholder)
        if changed == text:
            return []
        quoted = self._buffer[value.value_at - 1 : value.value_at] in (b'"', b"'")
        return [Edit(value.value_at, value.value_at + len(value.value), _escape(changed, quoted=quoted))]

    def _before(self, name: bytes, at: int, *, closing: bool) -> None:
        """Open head and body where the parser would, before a tag that cannot stand outside them."""
        if self._phase == _BODY:
            return
        if closing:
            if name in _IMPLIES_BODY_AT_END or (self._phase == _EARLY and name == b"head"):
                self._open_head(at)
            if name in _IMPLIES_BODY_AT_END:
                self._open_body(at)
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

    def _after(self, name: bytes, found: list[Attribute], end: int, *, closing: bool, closed: bool = False) -> None:
        """Take in what a tag that has just been read means for what follows it."""
        foreign = False
        if closing:
            self._foreign.end(name)
            self._templates -= name == b"template" and self._templates > 0
        else:
            foreign = self._foreign.start(name, found, closed=closed)
            if not foreign:
                self._opened(name, found, end)
        self._choose_skip()

    def _opened(self, name: bytes, found: list[Attribute], end: int) -> None:
        if name == b"head":
            self._open_head(end)
        elif name == b"body":
            self._open_body(end)
        elif name == b"noscript":
            self._state = self._noscript
        elif name in RAW_TEXT:
            self._state, self._name, self._inner_state = self._raw_text, name, "plain"
        elif name == b"template" and self._phase < _BODY:
            self._templates += 1
        if self._within and name not in _HAS_NO_INSIDE:
            self._fill(found, end)

    def _fill(self, found: list[Attribute], end: int) -> None:
        for attribute in found:
            if attribute.name == b"id":
                if render := self._within.pop(attribute_text(attribute.value), None):
                    self._replace(end, end, render())
                break

    def _choose_skip(self) -> None:
        if self._phase < _BODY:
            self._skip = SKIP_HEAD if self._phase else SKIP_EARLY
        elif self._foreign.open:
            self._skip = SKIP_FOREIGN
        else:
            self._skip = SKIP_BODY_TO_ID if self._within else SKIP_BODY


def _escape(markup: bytes, *, quoted: bool) -> bytes:
    """Write markup as an attribute's value; what is not ASCII and was not in the page as a byte, as a reference."""
    special = "&\"'" if quoted else "&\"'<>=`\t\n\f\r "
    text = markup.decode("utf-8", "surrogateescape")
    escaped = "".join(
        f"&#{ord(c)};" if c in special or (c > "\x7f" and not "\udc80" <= c <= "\udcff") else c for c in text
    )
    return escaped.encode("ascii", "surrogateescape")
