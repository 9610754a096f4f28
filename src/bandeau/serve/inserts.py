"""What Bandeau puts into a page: the guard and the style first in the head, the notice, the placeholders."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import cache, lru_cache, partial
from html import escape

from bandeau.ask import browser
from bandeau.ask.markup import Html
from bandeau.ask.notice import View, allow_form, anchor_of, held_page, placeholder
from bandeau.ask.view import PREFIX, draws_by_script, is_missed
from bandeau.enforce.csp import ScriptLeave
from bandeau.enforce.html import NOTHING, Held, Inserts, Instead, Rewriter
from bandeau.model import HeldEmbed, Origin, Service
from bandeau.serve.variants import Variant, ascii_html, guard_rest, holder

# Turbo exchanges the page that is open for the next one, under the guard and the policy that it has; where the next
# one's are others, this makes it load the page instead (Turbo handbook, "Reloading When Assets Change").
_TRACKED = 'data-turbo-track="reload"'

_SHOWN_EMBEDS = frozenset({"iframe", "frame", "embed", "object", "video", "audio"})
# A frame with one of these does not show the embed where the reader allowed it: the page is loaded again.
_CONFINED = frozenset({"sandbox", "credentialless"})
# What a placeholder needs: to be heard by the page, and to lead the window on where the reader asks for it.
_SANDBOX = "allow-same-origin allow-forms allow-top-navigation-by-user-activation"
# An escape may spell a property's name (CSS Syntax 3, section 4.3.7); behind a placeholder no picture is seen.
_LIFTS = re.compile(r"z-index|\\|url", re.IGNORECASE)
_LOW = re.compile(r"\s*z-index\s*:\s*-?[0-9]{1,4}\s*", re.IGNORECASE)
_WEB = re.compile("https?://", re.IGNORECASE)
_BREAKS = re.compile("[\t\n\r]")


class Stands(Enum):
    """Where a page will stand, which says what of ours it carries."""

    ALONE = "alone"  # in a window of its own: guard, style and notice
    IN_FRAME = "in-frame"  # in a frame of a page: no second notice, but what its placeholders' buttons need
    IN_PAGE = "in-page"  # a piece of markup that a script puts into a page, which carries all of it already


def rewriter(embeds: Embeds, origin: Origin, leave: ScriptLeave, stands: Stands) -> Rewriter:
    """What rewrites a page of an origin, with the placeholders and the notice of its reader."""
    return Rewriter(holder(embeds.variant, origin), _inserts(embeds, leave, stands), embeds.instead, embeds.within)


def _inserts(embeds: Embeds, leave: ScriptLeave, stands: Stands) -> Inserts:
    # A nonce is of one page; otherwise all the pages that are on their way share one.
    guard, styled, scripted = (_heads.__wrapped__ if leave.nonce else _heads)(embeds.variant, leave)
    if stands is Stands.IN_PAGE:
        return Inserts(inner=guard)
    if stands is Stands.IN_FRAME:
        return Inserts(styled, tail=ascii_html(allow_form(embeds.view)), inner=guard)
    # First in the body: what asks is there with the first paint, and the control is the first stop of the Tab key.
    return Inserts(scripted, embeds.variant.notice(embeds.language, embeds.place), inner=guard)


@lru_cache(maxsize=1024)
def _heads(variant: Variant, leave: ScriptLeave) -> tuple[bytes, bytes, bytes]:
    """What goes into a head: the guard, the style behind it, and the notice's script behind both.

    The script waits for the page; it stands here because a policy in a ``<meta>`` of the page's comes after it.
    """
    guard = _guard(variant, leave)
    styled = guard + b"".join(_style(name) % _nonce(leave) for name in _sheets(variant))
    return guard, styled, styled + _script() % _nonce(leave)


def _guard(variant: Variant, leave: ScriptLeave) -> bytes:
    """The guard, then the rest of it, which finds the first on the element before its own."""
    rest = b'<script src="%b"%b></script>' % (guard_rest().encode(), _nonce(leave))
    if not leave.inline and leave.nonce is None:
        return f'<script {_TRACKED} src="{PREFIX}guard.js?v={variant.mark}"></script>'.encode() + rest
    return b"<script %b%b>%b</script>%b" % (_TRACKED.encode(), _nonce(leave), variant.guard, rest)


def _nonce(leave: ScriptLeave) -> bytes:
    """The attribute by which the site's own policy lets in what is ours."""
    return f' nonce="{escape(leave.nonce)}"'.encode() if leave.nonce else b""


def _sheets(variant: Variant) -> tuple[str, ...]:
    held = [one for one in variant.policy.declaration.asked if not variant.policy.services[one.id].allowed]
    pictured = any(one.placeholder and one.placeholder.picture for one in held)
    return ("notice.css", "still.css") if pictured else ("notice.css",)


@cache
def _style(name: str) -> bytes:
    return f'<link rel="stylesheet" href="{PREFIX}{name}?v={browser.version(name)}"%b>'.encode()


@cache
def _script() -> bytes:
    return f'<script src="{PREFIX}notice.js?v={browser.version("notice.js")}" defer%b></script>'.encode()


class Embeds:
    """The placeholders of one page: one for each embed that is held and would be missed.

    ``nonce`` is by which the site's own policy lets in what is ours; ``frames`` says whether it lets in our frames.
    """

    def __init__(
        self, variant: Variant, language: str, place: str, *, nonce: str | None = None, frames: bool = True
    ) -> None:
        self.variant, self.language, self.place = variant, language, place
        self._nonce, self._frames = nonce, frames
        self._told: set[str] = set()

    @property
    def view(self) -> View:
        """The policy as the page's reader sees it."""
        return self.variant.view(self.language, self.place)

    def instead(self, held: Held) -> Instead:
        """What stands in the page for a held element, nothing where nobody would miss it."""
        if not self._misses(held):
            return NOTHING
        if held.tag == "iframe":
            return Instead(attributes=self._in_its_frame(held))
        first = held.service is not None and self._first(held.service.id)
        before = ascii_html(placeholder(self.view, _embed(held), anchor=first))
        return Instead(before, b" hidden" if before and held.tag != "script" else b"")

    def alone(self, held: Held) -> str:
        """The placeholder of an element that a script put in: for a frame, or for a place in the page."""
        service = held.service
        if held.tag == "script" and service is not None and not _draws_where_it_stands(service):
            return placeholder(self.view, _of(service)) if draws_by_script(service) else ""
        if not self._misses(held):
            return ""
        return placeholder(self.view, _embed(held), framed=held.tag != "script", once=held.tag != "script")

    @property
    def within(self) -> dict[str, Callable[[], bytes]]:
        """The placeholders that stand inside an element of a known id, by that id."""
        return {name: partial(self._inside, service) for name, service in self.variant.within.items()}

    def _inside(self, service: Service) -> bytes:
        """The placeholder of what a service's script would draw into an element of the page."""
        return ascii_html(placeholder(self.view, _of(service), anchor=self._first(service.id)))

    def _misses(self, held: Held) -> bool:
        service = held.service
        if held.tag in _SHOWN_EMBEDS:
            return service is None or is_missed(service)
        return service is not None and service.id not in self._told and _draws_where_it_stands(service)

    def _first(self, service: str) -> bool:
        """Whether this is the first placeholder of its service in the page."""
        first = service not in self._told
        self._told.add(service)
        return first

    def _in_its_frame(self, held: Held) -> bytes:
        """The attributes by which a frame shows its own placeholder: so it keeps its box, whatever gave it that."""
        view, service, looks = self.view, held.service, held.attributes
        confined = not _CONFINED.isdisjoint(looks)
        place = self._address(held) if self._frames and not confined else None
        drawn = Html(placeholder(view, _embed(held), framed=True, once=place is not None))
        if not drawn:
            return b""
        anchor = anchor_of(service) if service and self._first(service.id) else None
        given = {
            "srcdoc": held_page(view, drawn, place=place, service=service, nonce=self._nonce),
            # Loads nothing, with or without the document above; for style sheets that know an embed by its address.
            "src": f"about:blank#{held.url}",
            "data-bandeau": service.id if service else "",
            "sandbox": _SANDBOX if "sandbox" in looks else None,
            "style": _below_the_notice(looks.get("style", "")),
            "id": None if "id" in looks else anchor,
            "title": None if looks.get("title") else service.name if service else held.origin.host,
        }
        return ascii_html("".join(f' {name}="{_quoted(text)}"' for name, text in given.items() if text is not None))

    def _address(self, held: Held) -> str | None:
        """Where the embed can be had alone, in a frame that hands on what this one was handed."""
        url = _whole(held)
        allow = held.attributes.get("allow", "") + (";fullscreen" if "allowfullscreen" in held.attributes else "")
        return self.view.own("embed", url=url, allow=allow, lang=self.language, back=self.place) if url else None


def _draws_where_it_stands(service: Service) -> bool:
    """Whether the service draws where its script is, rather than in an element of its own."""
    return draws_by_script(service) and not (service.placeholder and service.placeholder.within)


def _of(service: Service) -> HeldEmbed:
    return HeldEmbed(service.id, service.hosts[0].name if service.hosts else "")


def _embed(held: Held) -> HeldEmbed:
    attributes = held.attributes
    return HeldEmbed(
        service=held.service.id if held.service else None,
        host=held.origin.host,
        width=attributes.get("width", ""),
        height=attributes.get("height", ""),
        css_class=attributes.get("class", ""),
        style=attributes.get("style", ""),
        title=attributes.get("title", ""),
        link=_whole(held) if held.tag != "script" else "",
    )


def _whole(held: Held) -> str:
    """The address that was held, without need of a page that it is relative to; empty where it needs one."""
    url = _BREAKS.sub("", held.url)
    url = f"{held.origin.scheme}:{url}" if url.startswith("//") else url
    return url if _WEB.match(url) else ""


def _below_the_notice(style: str) -> str | None:
    """A frame's own style without what could lift it above the notice or load anything; ``None`` where it may stay."""
    if not _LIFTS.search(style):
        return None
    return ";".join(part for part in style.split(";") if _LOW.fullmatch(part) or not _LIFTS.search(part))


def _quoted(text: str) -> str:
    """Text as a quoted attribute's value: no more is escaped than has to be, as there may be a document in it."""
    return text.replace("&", "&amp;").replace('"', "&quot;")
