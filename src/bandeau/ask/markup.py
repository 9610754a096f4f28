"""HTML that is escaped by construction: text goes in as ``str``, only ``Html`` goes through as it is."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"img", "input", "link", "meta"})


class Html(str):
    """Markup that is ready to be sent; every other ``str`` is text and gets escaped."""

    __slots__ = ()


def html(*content: object) -> Html:
    """Join texts and markup; ``None`` and ``False`` are nothing, iterables are joined too."""
    return Html("".join(map(_one, content)))


def _one(part: object) -> str:
    if isinstance(part, Html):
        return part
    if part is None or part is False:
        return ""
    if isinstance(part, str):
        return escape(part, quote=False)
    if isinstance(part, Iterable):
        return html(*part)
    raise TypeError(f"neither text nor markup: {part!r}")


def tag(name: str, /, *content: object, **attributes: str | bool | None) -> Html:
    """One element. Attributes that are ``None`` or ``False`` are left out, ``True`` ones stand without a value.

    A trailing underscore is dropped from an attribute's name (``class_``), inner ones become hyphens.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False and isinstance(value, str | bool)
    )
    end = "" if name in _VOID else f"{html(*content)}</{name}>"
    return Html(f"<{name}{written}>{end}")


def fill(sentence: str, **values: str) -> Html:
    """Fill a sentence of the locales: it and the values are escaped, markup among the values is kept."""
    return Html(escape(sentence, quote=False).format(**{name: html(value) for name, value in values.items()}))
