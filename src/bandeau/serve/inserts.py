"""What Bandeau puts into a page: the guard and the style first in the head, the notice, the placeholders."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache, lru_cache, partial
from html import escape

from bandeau.ask import browser
from bandeau.ask.notice import View, allow_form, placeholder
from bandeau.ask.view import PREFIX, draws_by_script, is_missed
from bandeau.enforce.csp import ScriptLeave
from bandeau.enforce.html import Held, Inserts, Rewriter
from bandeau.model import HeldEmbed, Origin, Service
from bandeau.serve.variants import Variant, ascii_html, guard_rest, holder

# Turbo exchanges the page that is open for the next one, under the guard and the policy that it has; where the next
# one's are others, this makes it load the page instead (Turbo handbook, "Reloading When Assets Change").
_TRACKED = 'data-turbo-track="reload"'

_SHOWN_EMBEDS = frozenset({"iframe", "frame", "embed", "object", "video", "audio"})


class Stands(Enum):
    """Where a page will stand, which says what of ours it carries."""

    ALONE = "alone"  # in a window of its own: guard, style and notice
    IN_FRAME = "in-frame"  # in a frame of a page: no second notice, but what its placeholders' buttons need
    IN_PAGE = "in-page"  # a piece of markup that a script puts into a page, which carries all of it already


def rewriter(embeds: Embeds, origin: Origin, leave: ScriptLeave, stands: Stands) -> Rewriter:
    """What rewrites a page of an origin, with the placeholders and the notice of its reader."""
    return Rewriter(holder(embeds.variant, origin), _inserts(embeds, leave, stands), embeds.placeholder, embeds.within)


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
    styled = guard + _style() % _nonce(leave)
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


@cache
def _style() -> bytes:
    return f'<link rel="stylesheet" href="{PREFIX}notice.css?v={browser.version("notice.css")}"%b>'.encode()


@cache
def _script() -> bytes:
    return f'<script src="{PREFIX}notice.js?v={browser.version("notice.js")}" defer%b></script>'.encode()


class Embeds:
    """The placeholders of one page: one for each embed that is held and would be missed."""

    def __init__(self, variant: Variant, language: str, place: str) -> None:
        self.variant, self.language, self.place = variant, language, place
        self._told: set[str] = set()

    @property
    def view(self) -> View:
        """The policy as the page's reader sees it."""
        return self.variant.view(self.language, self.place)

    def placeholder(self, held: Held) -> bytes:
        """What to put before a held element, nothing where nobody would miss it."""
        service = held.service
        if held.tag in _SHOWN_EMBEDS:
            return self._render(held) if service is None or is_missed(service) else b""
        if service is None or service.id in self._told or not _draws_where_it_stands(service):
            return b""
        return self._render(held)

    def _render(self, held: Held) -> bytes:
        return self._drawn(_embed(held))

    def _drawn(self, embed: HeldEmbed) -> bytes:
        key = embed.service or embed.host
        first = key not in self._told
        self._told.add(key)
        return ascii_html(placeholder(self.view, embed, anchor=first))

    @property
    def within(self) -> dict[str, Callable[[], bytes]]:
        """The placeholders that stand inside an element of a known id, by that id."""
        return {name: partial(self.inside, service) for name, service in self.variant.within.items()}

    def inside(self, service: Service) -> bytes:
        """The placeholder of what a service's script would draw into an element of the page."""
        return self._drawn(HeldEmbed(service.id, service.hosts[0].name if service.hosts else ""))


def _draws_where_it_stands(service: Service) -> bool:
    """Whether the service draws where its script is, rather than in an element of its own."""
    return draws_by_script(service) and not (service.placeholder and service.placeholder.within)


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
        link=held.url if held.tag != "script" else "",
    )
