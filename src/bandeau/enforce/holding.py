"""What a tag fetches by itself, and how it is made inert: attributes get another name, nothing is taken away.

The same tags come on every page of a site, so a tag is read and judged once and then looked up by its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bandeau.enforce.foreign import FOREIGN_ROOTS
from bandeau.enforce.tokens import RAW_TEXT, TAG_NAME, attributes, places, self_closing
from bandeau.enforce.url import Base, attribute_text, resolve, split_srcset
from bandeau.model import Origin, Service, Verdict


@dataclass(frozen=True, slots=True)
class Held:
    """An element that is held: what it was and where it would have gone.

    ``url`` is as the page wrote it, references decoded. ``attributes`` are those that say how the element looks, and
    what a frame is let do. All of it is outside input.
    """

    tag: str
    service: Service | None
    origin: Origin
    path: str
    url: str
    attributes: Mapping[str, str]

    @property
    def visible(self) -> bool:
        """Whether a reader would have seen it: not hidden, and not the one pixel of a tracker."""
        looks = self.attributes
        if "hidden" in looks or _INVISIBLE.search(looks.get("style", "")):
            return False
        return not any(_NOTHING.fullmatch(looks.get(side, "")) for side in ("width", "height"))


_LOOKS = (
    *(b"width", b"height", b"class", b"style", b"title", b"id", b"hidden", b"name", b"aria-label"),
    *(b"allow", b"allowfullscreen", b"sandbox", b"credentialless"),
)
_LENGTH_OF_NOTHING = r"\s*[01](?:\.0*)?(?:px)?\s*"
_NOTHING = re.compile(_LENGTH_OF_NOTHING)
_INVISIBLE = re.compile(
    rf"display\s*:\s*none|visibility\s*:\s*hidden|(?<![\w-])width\s*:{_LENGTH_OF_NOTHING}(?:[;!]|$)", re.IGNORECASE
)

_LINKS = (b"href", b"xlink:href")
_FETCHING: dict[bytes, tuple[bytes, ...]] = {
    b"script": (b"src", *_LINKS),
    b"iframe": (b"src",),
    b"frame": (b"src",),
    b"portal": (b"src",),
    b"embed": (b"src", b"code"),
    b"object": (b"data",),
    b"img": (b"src", b"srcset", b"attributionsrc"),
    b"image": (b"src", b"srcset", *_LINKS),  # in HTML another name of img, in SVG an element of its own
    b"source": (b"src", b"srcset"),
    b"video": (b"src", b"poster"),
    b"audio": (b"src",),
    b"track": (b"src",),
    b"input": (b"src",),
    b"link": (b"href", b"imagesrcset"),
    b"use": _LINKS,
    b"feimage": _LINKS,
    b"a": (b"ping", b"attributionsrc"),
    b"area": (b"ping", b"attributionsrc"),
    b"meta": (b"content",),
    b"base": (b"href",),
} | dict.fromkeys((b"body", b"table", b"thead", b"tbody", b"tfoot", b"tr", b"td", b"th"), (b"background",))

_CONTENT = frozenset({b"src", b"data", *_LINKS})
# A refresh without its address is still one.
_RENAMED_INSTEAD = {b"content": b"http-equiv"}
# What a link says it is for, where a browser fetches or connects without a click.
_CONNECTING = {
    *("stylesheet", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "prerender", "import"),
    *("icon", "apple-touch-icon", "apple-touch-icon-precomposed", "apple-touch-startup-image", "mask-icon"),
    *("fluid-icon", "manifest", "search", "monetization", "compression-dictionary"),
}
_SPACES = "\t\n\f\r "
# Of the time only its end is looked for: browsers read more as a number than the standard does.
_REFRESH = re.compile(
    r"S*+[^\t\n\f\r ;,]++(?:S++[;,]?+|[;,])S*+(?:urlS*+=S*+)?(?:\"([^\"]*)|'([^']*)|(.*))".replace("S", f"[{_SPACES}]"),
    re.IGNORECASE | re.DOTALL,
)


def _text(first: Mapping[bytes, bytes], name: bytes) -> str:
    return attribute_text(first[name]) if name in first else ""


def _connects(first: Mapping[bytes, bytes]) -> bool:
    return not _CONNECTING.isdisjoint(_text(first, b"rel").lower().split())


def _refreshes(first: Mapping[bytes, bytes]) -> bool:
    return _text(first, b"http-equiv").lower() == "refresh"


def _is_image(first: Mapping[bytes, bytes]) -> bool:
    return _text(first, b"type").lower() == "image"


def _is_rules(first: Mapping[bytes, bytes]) -> bool:
    """Whether a script with these attributes is none, but speculation rules (HTML, "prepare the script element")."""
    return _text(first, b"type").strip(_SPACES).lower() == "speculationrules"


# Tags that fetch only where another attribute says so.
_ONLY_IF = {b"link": _connects, b"meta": _refreshes, b"input": _is_image}
# What is held of a tag too long to keep although it is no URL itself: what cannot be looked into then.
_HELD_ALONE: dict[tuple[bytes, bytes], Callable[[Mapping[bytes, bytes]], bool]] = {
    (b"meta", b"http-equiv"): _refreshes,
    (b"script", b"type"): _is_rules,
    (b"iframe", b"srcdoc"): lambda _: True,
}
_OPENING_QUOTE = re.compile(rb"[^=]++=[\t\n\f\r ]*+([\"'])")
_DATA = re.compile(rb"[\x00-\x20]*+data:", re.IGNORECASE)


def _refreshed(value: bytes) -> list[bytes | str]:
    match = _REFRESH.match(attribute_text(value))
    return [url for url in match.groups() if url] if match else []


# How several URLs, or one among other things, stand in a value; in every other attribute the value is the URL.
_URLS: dict[bytes, Callable[[bytes], Sequence[bytes | str]]] = {
    b"srcset": split_srcset,
    b"imagesrcset": split_srcset,
    b"ping": lambda value: attribute_text(value).split(),
    b"attributionsrc": lambda value: attribute_text(value).split(),
    b"content": _refreshed,
}


_RENAMED = b"data-bandeau-"
# The first attribute of a name wins, so whatever type the page gives to a script no longer counts.
_HELD_SCRIPT = b' type="bandeau/held"'
_NO_ATTRIBUTES: Mapping[bytes, bytes] = {}
# What changes how the page is read from there on, or where something goes in.
_TURNS = RAW_TEXT | FOREIGN_ROOTS | {b"noscript", b"base", b"select", b"frameset"}


class Tag(NamedTuple):
    """One tag, read and judged.

    ``name`` is in lower case, ``name_end`` counts from the ``<``; ``first`` are the attributes of a start tag, the
    first of each name. ``text`` is what goes out in its place, ``None`` where it goes out as it is; ``held`` is what
    it would have fetched, of which ``content`` is its own content and not only a poster or a background.
    ``idle`` tags change nothing inside a body of HTML, neither in the page nor in how the rest of it is read; ``rules``
    says that a script is none, but speculation rules.
    """

    name: bytes
    name_end: int = 0
    closing: bool = False
    closes_itself: bool = False
    first: Mapping[bytes, bytes] = _NO_ATTRIBUTES
    text: bytes | None = None
    held: tuple[Held, ...] = ()
    content: Held | None = None
    idle: bool = False
    rules: bool = False


def named(tag: bytes) -> Tag:
    """A tag of which only the name is read."""
    match = TAG_NAME(tag)
    return Tag(match[1].lower(), match.end(), closing=tag[1] == 0x2F) if match else Tag(b"")


LONGEST_REMEMBERED = 512
"""Bytes of a tag beyond which it is judged anew each time: one that long hardly comes twice."""
MOST_REMEMBERED = 8192
"""How many tags are remembered, those of all policies together; a few MB."""


class Holder:
    """Judges tags under one policy, for all pages of one origin.

    ``base`` is what relative URLs are relative to. Pages at different paths share a holder, so the verdict on their
    own origin must be the same for every path. With ``remembering`` what was found of a tag is kept for the next.
    """

    def __init__(self, verdict: Callable[[Origin, str], Verdict], base: Base, *, remembering: bool = True) -> None:
        self.base = base
        self._verdict = verdict
        self._remembering = remembering

    def read(self, tag: bytes) -> Tag:
        """Read and judge a whole tag, from its ``<`` to its ``>``."""
        return _remembered(self, tag) if self._remembering and len(tag) <= LONGEST_REMEMBERED else self._read(tag)

    def holds(self, url: str) -> bool:
        """Whether a URL leads where this page may not go; of text whose references are decoded."""
        place = resolve(url, self.base)
        return place is not None and not self._verdict(*place).allowed

    def before_attribute(self, tag: bytes, attribute: bytes, *, whole: bool) -> bytes:
        """What goes before one attribute of a tag that cannot be kept, to hold it whatever the rest of the tag says.

        Of an attribute that is not ``whole`` this is the beginning, by which only a ``data:`` URL can be told.
        """
        quote = _OPENING_QUOTE.match(attribute)
        text = attribute if whole or quote is None else attribute + quote[1]
        name, _, at, end = next(places(text, 0, len(text)))
        if not self._held_alone(tag, name, text[at:end], whole=whole):
            return b""
        return _HELD_SCRIPT[1:] + b" " + _RENAMED if tag == b"script" else _RENAMED

    def _held_alone(self, tag: bytes, name: bytes, value: bytes, *, whole: bool) -> bool:
        if applies := _HELD_ALONE.get((tag, name)):
            return applies({name: value})
        if name not in _FETCHING.get(tag, ()) or tag == b"meta":
            return False
        return self._held(tag, name, {name: value}) is not None if whole else name in _URLS or not _DATA.match(value)

    def moved(self, base: Tag) -> Holder:
        """The holder for what follows an allowed ``<base>``; it remembers nothing, as its base is one page's own."""
        place = resolve(base.first[b"href"], self.base)
        return Holder(self._verdict, Base(*place) if place else self.base, remembering=False)

    def _read(self, tag: bytes) -> Tag:
        plain = named(tag)
        if plain.closing:
            return plain._replace(idle=True)
        name, name_end = plain.name, plain.name_end
        first = attributes(tag, name_end, len(tag) - 1)
        renamed, held, content = self._hold(name, first)
        return plain._replace(
            closes_itself=self_closing(tag, name_end, len(tag)),
            first=first,
            text=_inert(tag, plain, renamed) if renamed else None,
            held=tuple(held),
            content=content,
            idle=not held and name not in _TURNS,
            rules=name == b"script" and _is_rules(first),
        )

    def _hold(self, name: bytes, first: Mapping[bytes, bytes]) -> tuple[set[bytes], list[Held], Held | None]:
        """The attributes that must get another name; everything that is held; of that, the element's own content."""
        renamed: set[bytes] = set()
        found: list[Held] = []
        content = None
        applies = _ONLY_IF.get(name)
        if applies is None or applies(first):
            for attribute in _FETCHING.get(name, ()):
                if attribute in first and (held := self._held(name, attribute, first)):
                    found.append(held)
                    renamed.add(_RENAMED_INSTEAD.get(attribute, attribute))
                    content = held if attribute in _CONTENT else content
        return renamed, found, content

    def _held(self, name: bytes, attribute: bytes, first: Mapping[bytes, bytes]) -> Held | None:
        value = first[attribute]
        for url in _URLS[attribute](value) if attribute in _URLS else (value,):
            if held := self._judge(name, url, first):
                return held
        return None

    def _judge(self, name: bytes, url: bytes | str, first: Mapping[bytes, bytes]) -> Held | None:
        place = resolve(url, self.base)
        if place is None or (verdict := self._verdict(*place)).allowed:
            return None
        origin, path = place
        written = attribute_text(url) if isinstance(url, bytes) else url
        looks = {look.decode(): _text(first, look) for look in _LOOKS if look in first}
        return Held(name.decode(), verdict.service, origin, path, written.strip(_SPACES), looks)


_remembered = lru_cache(maxsize=MOST_REMEMBERED)(Holder._read)


def with_held_type(text: bytes, tag: Tag) -> bytes:
    """A script's tag with a type that no browser runs."""
    return text[: tag.name_end] + _HELD_SCRIPT + text[tag.name_end :]


def _inert(tag: bytes, read: Tag, renamed: set[bytes]) -> bytes:
    """The tag with other names for these attributes."""
    parts = [tag[: read.name_end], _HELD_SCRIPT if read.name == b"script" else b""]
    given = read.name_end
    for name, at, *_ in places(tag, read.name_end, len(tag) - 1):
        if name in renamed:
            # Every one of that name: where the first is gone, a second would count.
            parts += (tag[given:at], _RENAMED)
            given = at
    return b"".join([*parts, tag[given:]])
