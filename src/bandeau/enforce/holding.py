"""What a tag fetches by itself, and how it is made inert: attributes get another name, nothing is taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bandeau.enforce.url import Base, attribute_text, resolve, split_srcset
from bandeau.model import Origin, Service, Verdict


@dataclass(frozen=True, slots=True)
class Held:
    """An element that is held: what it was and where it would have gone.

    ``url`` is as the page wrote it, references decoded. ``attributes`` are those that say how the element looks.
    All of it is outside input.
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


_LOOKS = (b"width", b"height", b"class", b"style", b"title", b"id", b"hidden", b"name", b"aria-label")
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
    b"embed": (b"src",),
    b"object": (b"data",),
    b"img": (b"src", b"srcset"),
    b"image": (b"src", b"srcset", *_LINKS),  # in HTML another name of img, in SVG an element of its own
    b"source": (b"src", b"srcset"),
    b"video": (b"src", b"poster"),
    b"audio": (b"src",),
    b"track": (b"src",),
    b"input": (b"src",),
    b"link": (b"href", b"imagesrcset"),
    b"use": _LINKS,
    b"feimage": _LINKS,
    b"a": (b"ping",),
    b"area": (b"ping",),
    b"meta": (b"content",),
} | dict.fromkeys((b"body", b"table", b"thead", b"tbody", b"tfoot", b"tr", b"td", b"th"), (b"background",))

MAY_HOLD = frozenset({*_FETCHING, b"base"})
"""The tags that can fetch anything by themselves."""
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
_REFRESH = re.compile(
    r"S*+[0-9.]++(?:S++[;,]?+|[;,])S*+(?:urlS*+=S*+)?(?:\"([^\"]*)|'([^']*)|(.*))".replace("S", f"[{_SPACES}]"),
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


# Tags that fetch only where another attribute says so.
_ONLY_IF = {b"link": _connects, b"meta": _refreshes, b"input": _is_image}


def _refreshed(value: bytes) -> list[bytes | str]:
    match = _REFRESH.match(attribute_text(value))
    return [url for url in match.groups() if url] if match else []


# How several URLs, or one among other things, stand in a value; in every other attribute the value is the URL.
_URLS: dict[bytes, Callable[[bytes], Sequence[bytes | str]]] = {
    b"srcset": split_srcset,
    b"imagesrcset": split_srcset,
    b"ping": lambda value: attribute_text(value).split(),
    b"content": _refreshed,
}


class Holder:
    """Judges tags under one policy, on one page.

    ``base`` follows the page's own ``<base>``; ``held`` lists what was held (tag, host, id of the service if it is
    declared) up to ``MOST_LISTED``.
    """

    MOST_LISTED = 1000

    def __init__(self, verdict: Callable[[Origin, str], Verdict], base: Base) -> None:
        self.verdict = verdict
        self.base = base
        self.held: list[tuple[str, str, str | None]] = []
        self._based = False

    def hold(self, name: bytes, first: Mapping[bytes, bytes]) -> tuple[set[bytes], Held | None]:
        """The attributes of a start tag that must get another name, none where it may fetch what it names.

        ``first`` are its attributes, the first of each name. The second value is set where the element's own content
        is held, not only a poster or a background.
        """
        if name == b"base":
            return self._rebase(first), None
        renamed: set[bytes] = set()
        content = None
        applies = _ONLY_IF.get(name)
        if applies is None or applies(first):
            for attribute in _FETCHING.get(name, ()):
                if attribute in first and (held := self._held(name, attribute, first)):
                    renamed.add(_RENAMED_INSTEAD.get(attribute, attribute))
                    content = held if attribute in _CONTENT else content
        return renamed, content

    def _held(self, name: bytes, attribute: bytes, first: Mapping[bytes, bytes]) -> Held | None:
        value = first[attribute]
        for url in _URLS[attribute](value) if attribute in _URLS else (value,):
            if held := self._judge(name, url, first):
                return held
        return None

    def _judge(self, name: bytes, url: bytes | str, first: Mapping[bytes, bytes]) -> Held | None:
        place = resolve(url, self.base)
        if place is None or (verdict := self.verdict(*place)).allowed:
            return None
        origin, path = place
        if len(self.held) < self.MOST_LISTED:
            self.held.append((name.decode(), origin.host, verdict.service.id if verdict.service else None))
        written = attribute_text(url) if isinstance(url, bytes) else url
        looks = {look.decode(): _text(first, look) for look in _LOOKS if look in first}
        return Held(name.decode(), verdict.service, origin, path, written.strip(_SPACES), looks)

    def _rebase(self, first: Mapping[bytes, bytes]) -> set[bytes]:
        if self._based or b"href" not in first:
            return set()
        if self._judge(b"base", first[b"href"], first):
            return {b"href"}
        self._based = True
        if place := resolve(first[b"href"], self.base):
            self.base = Base(*place)
        return set()
