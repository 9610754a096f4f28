"""A page cut into tokens as it streams: reads chunks, tells a subclass of each tag, and gives out every byte once.

Where the input is cut into chunks changes nothing. What is kept back is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bandeau.enforce.foreign import FOREIGN_ROOTS, Foreign
from bandeau.enforce.holding import Tag, named
from bandeau.enforce.tokens import (
    BETWEEN,
    RAW_TEXT,
    SKIP_BODY,
    SKIP_EARLY,
    TAG_NAME,
    TOKEN,
    WHOLE_ATTRIBUTE,
    end_of_long,
    end_of_raw_text,
    end_of_script,
)

LONGEST = 65_536
"""Bytes of one tag that are kept back until its end is seen; of a longer one, those of one attribute."""

_BOM = b"\xef\xbb\xbf"
_COMMENT_END = re.compile(rb"--!?>")
_BOGUS_END = re.compile(rb">")
_CDATA_END = re.compile(rb"\]\]>")
_UNDECIDED = re.compile(rb"<(?:/|!-{0,3})?")


class Stream:
    """Reads one page, its tags by ``read``.

    Each *state* takes a position in the buffer and returns the one to go on from, -1 for more.
    """

    def __init__(self, read: Callable[[bytes], Tag]) -> None:
        self._read = read
        self._skip = SKIP_EARLY
        self._foreign = Foreign()
        self._state: Callable[[int], int] = self._start
        self._mark = _BOGUS_END  # what ends the comment that is passed by
        self._name = b""  # of the raw text that is read
        self._tag_read = Tag(b"")  # the long tag that is read
        self._inner_state = ""  # in script text, or in a name or an attribute too long to keep
        self._pending = b""
        self._buffer = b""
        self._out: list[bytes] = []
        self._given = 0  # how much of the buffer went out already
        self._keep = 0  # from where the buffer is kept for the next chunk

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes of the page, give those that are settled."""
        self._buffer = self._pending + chunk if self._pending else chunk
        self._given = 0
        at = 0
        while at >= 0:
            at = self._state(at)
        self._pending = self._buffer[self._keep :]
        return self._taken(self._keep)

    def close(self) -> bytes:
        """End the page and give what was kept back."""
        self._buffer, self._pending, self._given = self._pending, b"", 0
        self._ended()
        return self._taken(len(self._buffer))

    def _taken(self, until: int) -> bytes:
        rest = self._buffer[self._given : until]
        if not self._out:
            return rest
        out = b"".join([*self._out, rest])
        self._out.clear()
        return out

    def _replace(self, at: int, until: int, text: bytes) -> None:
        """Give ``text`` out in the place of what stands between two positions, which go forward only."""
        self._out += (self._buffer[self._given : at], text)
        self._given = until

    # What a subclass is asked and told.

    def _ended(self) -> None:
        """The page ends; the buffer holds what was kept back."""

    def _text(self, at: int) -> int:
        """Text that ``_skip`` did not run over; returns where to go on."""
        return at + 1

    def _before(self, tag: Tag, at: int) -> None:
        """A tag begins."""

    def _start_tag(self, tag: Tag, at: int, end: int) -> None:
        """A start tag that may have to be changed."""

    def _attribute(self, tag: Tag, at: int, end: int, *, whole: bool) -> None:
        """An attribute of a start tag too long to keep, or the beginning of one that is too long itself."""

    def _opened(self, tag: Tag, end: int) -> None:
        """A start tag of an HTML element has ended."""

    def _closed(self, name: bytes) -> None:
        """An end tag has ended."""

    # States.

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
            if run := self._skip(buffer, at):
                at = run.end()
            token = TOKEN(buffer, at)
            if token is None:
                if at == len(buffer):
                    return self._wait(at)
                if buffer.startswith(b"<", at):
                    return self._unfinished(at)
                at = self._text(at)
            elif token.lastindex:
                end = token.end()
                if end - at > LONGEST:
                    return self._begin_long(at)
                self._tag(token[0], at, end)
                at = end
            elif token.end() == at + 1:
                at = self._text(at)
            elif self._foreign.here and buffer.startswith(b"<![CDATA[", at):
                at = self._pass(_CDATA_END, at + 9)
            else:
                at = token.end()
        return at

    def _unfinished(self, at: int) -> int:
        """At a ``<`` whose construct does not end in this buffer."""
        start = self._buffer[at : at + 9]
        if _UNDECIDED.fullmatch(start) or (self._foreign.here and b"<![CDATA[".startswith(start) and len(start) < 9):
            return self._wait(at)
        if start.startswith(b"<!--"):
            return self._pass(_COMMENT_END, at + 4)
        if self._foreign.here and start == b"<![CDATA[":
            return self._pass(_CDATA_END, at + 9)
        if TAG_NAME(self._buffer, at) is None:
            return self._pass(_BOGUS_END, at + 2)
        # Longer than this it is read piece by piece, however it came: where it is cut changes nothing.
        return self._wait(at) if len(self._buffer) - at <= LONGEST else self._begin_long(at)

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

    def _begin_long(self, at: int) -> int:
        name = TAG_NAME(self._buffer, at, at + 66)
        self._tag_read = named(name[0] if name else b"")
        self._before(self._tag_read, at)
        self._inner_state, self._state = "tag name", self._long_piece
        return at + 1 + self._tag_read.closing

    def _long_piece(self, at: int) -> int:
        """In a name or an attribute too long to keep."""
        self._inner_state, at = end_of_long(self._inner_state, self._buffer, at)
        if self._inner_state != "between":
            return self._wait(at)
        self._state = self._long_tag
        return at

    def _long_tag(self, at: int) -> int:
        """Between two attributes of a tag too long to keep."""
        buffer, tag = self._buffer, self._tag_read
        if between := BETWEEN(buffer, at):
            at = between.end()
        if buffer.startswith(b">", at):
            self._state = self._data
            self._after(tag, at + 1)
            return at + 1
        attribute = WHOLE_ATTRIBUTE(buffer, at)
        if attribute is None and len(buffer) - at <= LONGEST:
            return self._wait(at)
        whole = attribute is not None and attribute.end() - at <= LONGEST
        end = attribute.end() if attribute and whole else at + LONGEST
        if not tag.closing:
            self._attribute(tag, at, end, whole=whole)
        if whole:
            return end
        self._inner_state, self._state = "name", self._long_piece
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
                return self._wait(len(buffer) if self._name == b"plaintext" else max(at, len(buffer) - 10))
            at = end
        self._state = self._data
        return at

    def _tag(self, text: bytes, at: int, end: int) -> None:
        tag = self._read(text)
        if tag.idle and self._skip is SKIP_BODY:
            return
        self._before(tag, at)
        if not tag.closing:
            self._start_tag(tag, at, end)
        self._after(tag, end)

    def _after(self, tag: Tag, end: int) -> None:
        """Take in what a tag means for how the rest is read."""
        foreign = self._foreign
        if foreign.open or foreign.unsure or tag.name in FOREIGN_ROOTS:
            inside = not tag.closing and foreign.start(tag.name, tag.first, closed=tag.closes_itself)
            if tag.closing:
                foreign.end(tag.name)
            self._choose_skip()
            if inside and (tag.closes_itself or not foreign.unsure or tag.name not in RAW_TEXT):
                return
        if tag.closing:
            self._closed(tag.name)
        else:
            # Most scripts that have an address have no text.
            if tag.name in RAW_TEXT and not (tag.name == b"script" and self._buffer.startswith(b"</script>", end)):
                self._name, self._inner_state, self._state = tag.name, "plain", self._raw_text
            self._opened(tag, end)

    def _choose_skip(self) -> None:
        """Set ``_skip`` to what may be run over from here on."""
