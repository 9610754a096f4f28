"""HTML cut into tokens, on bytes, as the standard's tokenizer does it (HTML, 13.2.5).

Everything works on any ASCII-compatible encoding. Regular expressions use possessive quantifiers throughout, so that
no markup makes them backtrack. The ``SKIP`` expressions run over everything that cannot matter inside one call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_S = rb"\t\n\f\r "  # white space between attributes; \s would add the vertical tab, which HTML does not know
_VALUE = rb'(?:"[^"]*+"|\'[^\']*+\'|[^%b>"\'][^%b>]*+|(?=>))' % (_S, _S)
_ATTRIBUTE = rb"[^%b/>][^%b/>=]*+(?:[%b]*+=[%b]*+%b|(?![%b]*+=))" % (_S, _S, _S, _S, _VALUE, _S)
_COMMENT = rb"!--(?:-?+>|(?!-?>)(?:[^-]++|-(?!-!?>))*+--!?>)"
_BOGUS = rb"(?:!(?!--)|\?|/(?![a-zA-Z]))[^>]*+>"

TOKEN = re.compile(
    rb"<(?:/?+(?P<name>[a-zA-Z][^%b/>]*+)(?:[%b/]++|%b)*+>|%b|%b|(?=[^a-zA-Z/!?]))"
    % (_S, _S, _ATTRIBUTE, _COMMENT, _BOGUS)
).match
"""One complete construct that begins with ``<``; ``name`` is set for tags. A ``<`` that is text matches alone."""

TAG_NAME = re.compile(rb"</?+([a-zA-Z][^%b/>]*+)" % _S).match
"""The beginning of a tag, and its name."""

_EACH_ATTRIBUTE = re.compile(
    rb"([^%b/>][^%b/>=]*+)(?:[%b]*+=[%b]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^%b>\"'][^%b>]*+))?+)?+"
    % (_S, _S, _S, _S, _S, _S)
)


def attributes(buffer: bytes, start: int, end: int) -> dict[bytes, bytes]:
    """The attributes between the end of a tag's name and its ``>``: lower-case names, undecoded values, first wins."""
    found = _EACH_ATTRIBUTE.findall(buffer, start, end)
    found.reverse()
    return {name.lower(): double or single or bare for name, double, single, bare in found}


def places(buffer: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Where each attribute stands, duplicates included: lower-case name, where it begins, where its value is."""
    for match in _EACH_ATTRIBUTE.finditer(buffer, start, end):
        yield match[1].lower(), match.start(), *match.span(match.lastindex or 1)


def self_closing(buffer: bytes, name_end: int, end: int) -> bool:
    """Whether the tag that ends at ``end`` closes itself: a slash before ``>`` that belongs to no value."""
    if buffer[end - 2 : end - 1] != b"/":
        return False
    return all(value_end < end - 1 for *_, value_end in places(buffer, name_end, end - 1))


def _names(*names: str) -> bytes:
    return rb"(?:%b)(?=[%b/>])" % ("|".join(names).encode(), _S)


def _attributes_but(*names: str) -> bytes:
    """Attributes in their usual form and the closing ``>``; fails on any whose name ends in one of ``names``."""
    ends = b"".join({end for name in names for end in (name[-1].encode(), name[-1].upper().encode())})
    unlike = b"".join(rb"(?<!(?i:%b))" % re.escape(name).encode() for name in names)
    # "=" gives a value only to a name right before it: with a space between, or without a name, TOKEN has to look.
    # Most names end in another letter than all of ``names``, so that one look is enough.
    return rb"[^>=]*+(?:(?<=[a-zA-Z0-9_\-])(?:(?<![%b])|%b)=%b[^>=]*+)*+>" % (ends, unlike, _VALUE)


_STOP = _names(
    *("s(?:cript|ource|tyle|vg|elect)", "i(?:frame|m(?:g|age)|nput)", "link", "base", "t(?:rack|extarea|itle)"),
    *("f(?:rame(?:set)?|eimage)", "embed", "object", "video", "audio", "use", "portal", "no(?:script|embed|frames)"),
    *("xmp", "math", "plaintext"),
)
_TEXT = rb"(?=[^a-zA-Z/!?])"
_PLAIN_END = rb"/[a-zA-Z][^>=]*+>"


def _run(*alternatives: bytes, text: bytes = rb"[^<]*+") -> re.Pattern[bytes]:
    """Everything up to the first ``<`` that begins none of the alternatives; those that are frequent come first."""
    return re.compile(rb"%b(?:<(?:%b)%b)*+" % (text, b"|".join(alternatives), text))


_EARLY_RUN = (
    _COMMENT,
    rb"!(?i:doctype)[^>]*+>",
    rb"html(?=[%b>])%b" % (_S, _attributes_but("id")),
)
_HEAD_RUN = (
    _COMMENT,
    rb"meta(?=[%b])%b" % (_S, _attributes_but("http-equiv")),
    rb"title>[^<]*+</title>",
    rb"/(?:script|style|noscript|title|head)>",
)
SKIP_EARLY = _run(*_EARLY_RUN, text=rb"[%b]*+" % _S).match
"""Before ``<head>``: white space, comments, and what opens a document."""
SKIP_HEAD = _run(*_HEAD_RUN, text=rb"[%b]*+" % _S).match
"""In the head: also metadata that does nothing, and the ends of what was read."""


def _body(*names: str) -> re.Pattern[bytes]:
    attributes = _attributes_but("ping", "background", "http-equiv", "attributionsrc", *names)
    known = b"|".join(name for name in (b"class", b"href", b"id", b"title", b"alt") if name.decode() not in names)
    # What is most frequent goes first, in its most frequent form: half of the time is spent on it.
    frequent = rb"(?:[abip]|div|span|li|ul|em|strong|t[dr]|h[1-6]|figure)(?:>|[%b](?:(?:%b)=\"[^\"]*+\" ?+)*+%b)" % (
        *(_S, known, attributes),
    )
    # Names in lower case only, as the list of those that matter is.
    plain = rb"(?!%b)[a-z][^A-Z%b/>]*+(?=[%b/>])%b" % (_STOP, _S, _S, attributes)
    return _run(_PLAIN_END, frequent, plain, _COMMENT, _TEXT)


SKIP_BODY = _body().match
"""In the body: text, comments, and tags that fetch nothing and change nothing in how the rest is read."""
SKIP_BODY_TO_ID = _body("id").match
"""The same, but stopping at every element that has an id."""
_DRAWING = (
    "path g circle rect line polygon polyline ellipse defs stop symbol mask linearGradient radialGradient clipPath "
    "text tspan a filter pattern marker animate animateTransform metadata switch mrow mfrac msup msub semantics"
)
SKIP_FOREIGN = _run(
    rb"/?+%b%b" % (_names(*_DRAWING.split()), _attributes_but("ping", "attributionsrc")), _COMMENT, _TEXT
).match
"""Inside ``svg`` and ``math``: text, comments and drawing elements."""


RAW_TEXT = frozenset(
    {b"script", b"style", b"xmp", b"iframe", b"noembed", b"noframes", b"title", b"textarea", b"plaintext"}
)
"""Elements whose content is text up to their own end tag."""


@lru_cache(maxsize=16)
def _end_tag(name: bytes) -> re.Pattern[bytes]:
    letters = b"".join(b"[%c%c]" % (c, c - 32) for c in name)
    return re.compile(rb"</%b[%b/>]" % (letters, _S))


def end_of_raw_text(name: bytes, buffer: bytes, at: int) -> int:
    """Where the end tag of ``name`` begins at or after ``at``, -1 where it does not."""
    if name == b"plaintext":
        return -1
    match = _end_tag(name).search(buffer, at)
    return match.start() if match else -1


_SCRIPT: dict[str, tuple[re.Pattern[bytes], dict[bytes, str | None]]] = {
    # state: what ends it, and by the second byte of what was found, which state follows (None: the script's end).
    "plain": (re.compile(rb"<(?:!--|/[sS][cC][rR][iI][pP][tT][%b/>])" % _S), {b"!": "escaped", b"/": None}),
    "escaped": (
        re.compile(rb"-->|</?[sS][cC][rR][iI][pP][tT][%b/>]" % _S),
        {b"-": "plain", b"/": None, b"s": "double", b"S": "double"},
    ),
    "double": (re.compile(rb"-->|</[sS][cC][rR][iI][pP][tT][%b/>]" % _S), {b"-": "plain", b"/": "escaped"}),
}


def end_of_script(state: str, buffer: bytes, at: int) -> tuple[str, int, bool]:
    """Run through script text, where ``<!--`` and ``<script`` change what ends it (HTML, 13.2.5.4 and 13.2.5.15-31).

    Returns:
        The state reached, where, and whether that is the beginning of the end tag. Otherwise the buffer is used up
        to its last 8 bytes, which may be the beginning of something.
    """
    while True:
        ends, follows = _SCRIPT[state]
        match = ends.search(buffer, at)
        if match is None:
            return state, max(at, len(buffer) - 8), False
        after = follows[buffer[match.start() + 1 : match.start() + 2]]
        if after is None:
            return "plain", match.start(), True
        # The dashes of "<!--" may already be those of "-->"; the last byte of "<script>" begins nothing.
        at = match.end() - 2 if (state, after) == ("plain", "escaped") else match.end()
        state = after


BETWEEN = re.compile(rb"[%b/]*+" % _S).match
"""What may stand between two attributes."""

WHOLE_ATTRIBUTE = re.compile(
    rb"[^%b/>][^%b/>=]*+[%b]*+(?:=[%b]*+(?:\"[^\"]*+\"|'[^']*+'|(?:[^%b>\"'][^%b>]*+)?+(?=[%b>]))|(?!=|\Z))"
    % (_S, _S, _S, _S, _S, _S, _S)
).match
"""An attribute whose end is seen, with the white space behind a name without a value."""

_LONG: dict[str, tuple[bytes, dict[bytes, str], str]] = {
    # state: what it runs over; the state that a next byte leads to; the state that any other leads to. Only bytes that
    # are listed with "+" are used up.
    "tag name": (rb"[^%b/>]*+", {}, "between"),
    "name": (rb"[^%b/>=]*+", {}, "after name"),
    "after name": (rb"[%b]*+", {b"=": "+before value"}, "between"),
    "before value": (rb"[%b]*+", {b'"': "+double", b"'": "+single", b">": "between"}, "+bare"),
    "double": (rb'[^"]*+', {}, "+between"),
    "single": (rb"[^']*+", {}, "+between"),
    "bare": (rb"[^%b>]*+", {}, "between"),
}
_LONG_RUN = {
    state: (re.compile(run % ((_S,) * run.count(b"%b"))).match, by_byte, otherwise)
    for state, (run, by_byte, otherwise) in _LONG.items()
}


def end_of_long(state: str, buffer: bytes, at: int) -> tuple[str, int]:
    """Run through a name or an attribute too long to keep, from state to state, until it is ``"between"`` two."""
    while state != "between":
        run, by_byte, otherwise = _LONG_RUN[state]
        at = match.end() if (match := run(buffer, at)) else at
        if at == len(buffer):
            break
        follows = by_byte.get(buffer[at : at + 1], otherwise)
        at += follows[0] == "+"
        state = follows.removeprefix("+")
    return state, at
