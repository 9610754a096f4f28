"""The document of one embed in a frame of its own: the embed itself where it is allowed, else its placeholder."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bandeau.ask import browser
from bandeau.ask.banner import allow_form, once_form
from bandeau.ask.markup import Html, html, tag
from bandeau.ask.view import View
from bandeau.model import Service

STYLE = "html,body{height:100%;margin:0}iframe{display:block;width:100%;height:100%;border:0}"
"""How an embed fills its frame; inline, so that it needs no style sheet."""

_FEATURE = re.compile(r"[a-z][a-z-]{1,40}")


def embed_page(view: View, service: Service, url: str, allow: str, *, once: bool = False) -> str:
    """The frame's document with the embed alone in it.

    ``allow`` is the attribute that the page wrote; ``once`` says that the embed is shown by a leave for this time only.
    The frame that it stands in keeps every attribute that the page gave it, its ``sandbox`` among them, so that only
    what the page handed on by ``allow`` has to be handed on once more.
    """
    embed = tag("iframe", src=url, title=service.name, allow=_handed_on(allow) or None)
    told = {"data_service": service.id, "data_once" if once else "data_allowed": ""}
    return _document(view, service.name, tag("style", Html(STYLE)), embed, told)


def held_page(
    view: View, placeholder: Html, *, place: str | None, service: Service | None, nonce: str | None = None
) -> str:
    """The frame's document with what stands for the embed. ``place`` is where the embed itself can be had alone.

    Links lead the whole window on, while the form stays in the frame: so the embed appears where it was asked for,
    and the page around it stays as it is. Without a ``place`` the form leads the window on as well, and back. The
    ``nonce`` is that of the page where the document is a part of one.
    """
    at = replace(view, back=place) if place else view
    forms = html(allow_form(at, target="_self"), once_form(at)) if place else allow_form(at)
    declared = service.placeholder if service else None
    names = ("notice.css", *(("still.css",) if declared and declared.picture else ()))
    top = html(Html('<base target="_top">'), (_sheet(view, name, nonce) for name in names))
    told = {"data_service": service.id if service else None, "data_within": declared.within if declared else None}
    return _document(view, service.name if service else "", top, html(placeholder, placeholder and forms), told)


def _sheet(view: View, name: str, nonce: str | None) -> Html:
    return tag("link", rel="stylesheet", href=f"{view.prefix}{name}?v={browser.version(name)}", nonce=nonce)


def _document(view: View, title: str, top: Html, body: Html, told: Mapping[str, str | None]) -> str:
    head = tag("head", Html('<meta charset="utf-8">'), tag("title", title), top)
    page = tag("html", head, tag("body", body, class_="bandeau-embed", **told), **view.spoken)
    return str(html(Html("<!DOCTYPE html>"), page))


def _handed_on(allow: str) -> str:
    """The features that an ``allow`` attribute names and does not take away, each for the embed alone."""
    entries = [entry.lower().split() for entry in allow.split(";")[:64]]
    named = (entry[0] for entry in entries if entry and "'none'" not in entry)
    return "; ".join(dict.fromkeys(filter(_FEATURE.fullmatch, named)))
