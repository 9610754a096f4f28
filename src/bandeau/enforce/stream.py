"""A page cut into tokens as it streams: reads chunks, tells a subclass of each tag, and gives out every byte once.

Where the input is cut into chunks changes nothing. What is kept back is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bandeau.enforce.holding import Tag, named
from bandeau.enforce.tokens import (
    FOREIGN_ROOTS,
    RAW_TEXT,
    SKIP_BODY,
    SKIP_EARLY,
    TAG_NAME,
    TOKEN,
    Foreign,
    end_of_long_tag,
    end_of_raw_text,
    end_of_script,
)

LONGEST_TAG = 65_536
"""Bytes of one tag, or of one ``noscript``, that are kept back until its end is seen."""

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
        self._inner_state = ""  # in script text or in a long tag
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
        name = TAG_NAME(self._buffer, at)
        if name is None:
            return self._pass(_BOGUS_END, at + 2)
        if len(self._buffer) - at <= LONGEST_TAG:
            return self._wait(at)
        self._tag_read = named(self._buffer[at : min(name.end(), name.start(1) + 64)])
        self._inner_state, self._state = "tag name", self._long_tag
        self._before(self._tag_read, at)
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
        self._after(self._tag_read, at)
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
        # What a longer tag says is not read: it may as well have come in pieces, of which the first is gone.
        tag = self._read(text) if end - at <= LONGEST_TAG else named(text)
        if tag.idle and self._skip is SKIP_BODY:
            return
        self._before(tag, at)
        if not tag.closing:
            self._start_tag(tag, at, end)
        self._after(tag, end)

    def _after(self, tag: Tag, end: int) -> None:
        """Take in what a tag means for how the rest is read."""
        if self._foreign.open or tag.name in FOREIGN_ROOTS:
            inside = not tag.closing and self._foreign.start(tag.name, tag.first, closed=tag.closes_itself)
            if tag.closing:
                self._foreign.end(tag.name)
            self._choose_skip()
            if inside:
                return
        if tag.closing:
            self._closed(tag.name)
        else:
            if tag.name in RAW_TEXT:
                self._name, self._inner_state, self._state = tag.name, "plain", self._raw_text
            self._opened(tag, end)

    def _choose_skip(self) -> None:
        """Set ``_skip`` to what may be run over from here on."""
