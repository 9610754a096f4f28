"""The frame of Bandeau's own pages: no inline style, no inline script, nothing but our own assets."""

from __future__ import annotations

from bandeau.ask import browser
from bandeau.ask.markup import Html, html, tag
from bandeau.ask.view import PREFIX
from bandeau.ask.words import Words


def document(words: Words, title: str, *body: object, site: str = "", prefix: str = PREFIX, late: bool = False) -> str:
    """A whole page under Bandeau's own prefix, in the words' language, ready for a strict policy.

    ``late`` asks for the script that other pages load only once something happens in them.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width,initial-scale=1"),
        tag("meta", name="robots", content="noindex"),
        tag("title", f"{title} · {site}" if site else title),
        tag("link", rel="stylesheet", href=_address(prefix, "notice.css")),
        tag("script", src=_address(prefix, "notice.js"), defer=True),
        tag("script", src=_address(prefix, "late.js"), type="module") if late else None,
    )
    page = tag("body", tag("main", tag("h1", title), body), class_="bandeau-page")
    return str(html(Html("<!DOCTYPE html>"), tag("html", head, page, lang=words.language, dir=words.direction)))


def _address(prefix: str, name: str) -> str:
    return f"{prefix}{name}?v={browser.version(name)}"
