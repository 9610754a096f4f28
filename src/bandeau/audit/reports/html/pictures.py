"""What the visitor saw: a picture of each state, of the pages with the gravest findings first."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from bandeau.ask.markup import Html, html, tag
from bandeau.audit.recording import Page
from bandeau.audit.reports.html.parts import cut
from bandeau.audit.reports.result import STATES, Result
from bandeau.audit.reports.wording import count

BYTES = 12_000_000
"""As many bytes of pictures as the file holds, so that it can be sent by mail."""

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def pictures(result: Result) -> Html | None:
    """The pictures, as long as there is room; the others lie beside the recording."""
    room = BYTES
    shown: list[Html] = []
    for page in result.gravest.pictured:
        size = sum(len(_data(result, stay.screenshot)) for stay in page.stays)
        if size <= room:
            room -= size
            shown.append(_page(result, page))
    left = result.gravest.with_pictures - len(shown)
    more = tag("p", f"and those of {count(left, 'more page')}, beside the recording", class_="more") if left else None
    return html(shown, more) if shown else None


def _page(result: Result, page: Page) -> Html:
    figures = tag("div", _figures(result, page), class_="shots")
    return html(tag("h3", f"{cut(page.url, 160)} ({page.device})"), figures)


def _figures(result: Result, page: Page) -> Iterator[Html]:
    for stay in page.stays:
        data = _data(result, stay.screenshot)
        if data:
            kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), "image/png")
            words = STATES[stay.state] + (f" ({cut(stay.service, 40)})" if stay.service else "")
            source = f"data:{kind};base64,{b64encode(data).decode()}"
            image = tag("img", src=source, alt=f"The page {words}")
            yield tag("figure", image, tag("figcaption", words[0].upper() + words[1:]))


def _data(result: Result, name: str) -> bytes:
    return result.tape.pictures.get(name, b"") if name else b""
