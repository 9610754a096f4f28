"""What stands where an embed was held: the same box, what is missing and why, and the way to allow it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bandeau.ask.banner import ALLOW_FORM, ONCE_FORM
from bandeau.ask.markup import Html, fill, tag
from bandeau.ask.view import View, is_comments
from bandeau.model import HeldEmbed, Reason, Service

_LAYOUT = re.compile(
    r"\s*(?:position|inset|top|right|bottom|left|(?:m(?:in|ax)-)?(?:width|height)|margin(?:-\w+)?|float|clear|display"
    r"|aspect-ratio|flex(?:-\w+)?|grid-(?:area|row|column)|align-self|justify-self|order|border-radius)\s*:"
    r"[\w\s.,%()+*/-]+"
)
"""A style declaration that only places the box: none of these can load anything, or lift it above the notice."""

_PIXELS = re.compile(r"\s*([0-9]{1,5})(?:\.[0-9]*)?(?:px)?\s*")
_PERCENT = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9]{1,3})?%)\s*")
_SEEN = 8
"""Pixels below which nobody sees an embed, so that nobody misses it: a counting frame of 1 by 1."""


def anchor_of(service: Service) -> str:
    """The id that the first placeholder of a service has on a page."""
    return f"bandeau-held-{service.id}"


def placeholder(view: View, held: HeldEmbed, *, anchor: bool = True, framed: bool = False, once: bool = False) -> str:
    """The placeholder of one held embed, empty where the embed itself could not have been seen.

    Made of phrasing elements only, and without a form of its own, so that it may stand in a paragraph or inside a
    form of the page: the button belongs to the form that banner and control carry. ``anchor`` gives it the id of the
    first of its service on the page. One that is ``framed`` fills the embed's own frame, whose box needs no keeping;
    there the embed can be shown ``once``.
    """
    width, height = _pixels(held.width), _pixels(held.height)
    if min(_SEEN if width is None else width, _SEEN if height is None else height) < _SEEN:
        return ""
    service = view.declaration.service(held.service) if held.service else None
    name = held.host if service is None else _name(service)
    title = view.words["placeholder.title"].format(name=name)
    ways = (_once(view, service) if once else None, _allow(view, service), _settings(view, service), _link(view, held))
    said = (tag("b", title), tag("span", _why(view, service)), tag("span", ways, class_="bandeau-ways"))
    return str(
        tag(
            "span",
            _before_picture(service, said),
            id=anchor_of(service) if service and anchor and not framed else None,
            class_="bandeau-placeholder" if framed else f"bandeau-placeholder {held.css_class}".strip(),
            style=None if framed else _box(held, width, height) or None,
            role="group",
            aria_label=title,
            **({} if framed else view.spoken),
        )
    )


def _name(service: Service) -> str:
    return service.name if service.name == service.recipient else f"{service.name} ({service.recipient})"


def _why(view: View, service: Service | None) -> Html | str:
    if service is None:
        return view.words["placeholder.undeclared"]
    if service.placeholder is not None and service.placeholder.text:
        return view.said(service.placeholder.text)
    if is_comments(service):
        return fill(view.words["placeholder.comments"], **view.comments_rule)
    why = fill(view.words["placeholder.why"], purposes=view.quoted(view.purposes_of(service)))
    if view.policy.services[service.id].reason is Reason.SIGNAL:
        return Html(f"{why} {fill(view.words['placeholder.signal'])}")
    return why


def _before_picture(service: Service | None, said: tuple[Html, ...]) -> tuple[Html, ...]:
    """The words, on a ground of their own where a still picture of the site's is declared to stand behind them."""
    picture = service.placeholder.picture if service and service.placeholder else None
    if picture is None:
        return said
    return tag("img", src=picture, alt="", loading="lazy"), tag("span", said, class_="bandeau-words")


def _once(view: View, service: Service | None) -> Html | None:
    """The button that shows this one embed, and leaves the choice as it is."""
    if service is None:
        return None
    label = view.words["actions.allow-once"]
    return tag("button", label, form=ONCE_FORM, name="service", value=service.id, class_="bandeau-button")


def _allow(view: View, service: Service | None) -> Html | None:
    """The button that allows this one service.

    The fragment outlives the redirect that answers (Fetch, "HTTP-redirect fetch"), so that the reader comes back to
    the same place without a script too.
    """
    if service is None:
        return None
    where = service.placeholder.within if service.placeholder and service.placeholder.within else None
    return tag(
        "button",
        view.words["actions.allow"].format(service=service.name),
        form=ALLOW_FORM,
        formaction=f"{view.own('choice')}#{where or anchor_of(service)}",
        name="service",
        value=service.id,
        class_="bandeau-button",
    )


def _settings(view: View, service: Service | None) -> Html | None:
    return None if service is None else tag("a", view.words["actions.settings"], href=view.page("settings"))


def _link(view: View, held: HeldEmbed) -> Html | None:
    """The way to the source itself: a plain link, that loads nothing until it is followed."""
    try:
        address = urlsplit(held.link)
    except ValueError:
        return None
    if address.scheme.lower() not in ("http", "https") or not address.hostname:
        return None
    title = view.words.quote(held.title) if held.title else address.hostname
    label = view.words["actions.open"].format(title=title)
    return tag("a", label, href=held.link, rel="noopener noreferrer nofollow")


def _pixels(size: str) -> int | None:
    match = _PIXELS.fullmatch(size)
    return None if match is None else int(match[1])


def _box(held: HeldEmbed, width: int | None, height: int | None) -> str:
    """The box that the embed would have had: its attributes first, then what its own style says of layout.

    An embed stands in its line as a letter does, its lower edge on the baseline; a class may say otherwise.
    """
    wide = _PERCENT.fullmatch(held.width)
    parts = [
        "display:inline-flex;contain:layout" if height and not held.css_class else "",
        f"width:{width}px" if width else f"width:{wide[1]}" if wide else "",
        f"aspect-ratio:{width}/{height}" if width and height else f"height:{height}px" if height else "",
        *(part.strip() for part in held.style.split(";") if _LAYOUT.fullmatch(part)),
    ]
    # Words that need more room must not make it grow.
    return ";".join([*filter(None, parts), "overflow:auto"] if any(parts) else [])
