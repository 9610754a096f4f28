"""Polices, a font host: a style sheet and a typeface that any site may use, and so learns who reads which site."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .common import FRESH, asset
from .typeface import typeface


def application() -> Starlette:
    """Build the font host; the typeface is drawn once, here."""
    font = typeface()

    async def sheet(_: Request) -> Response:
        return asset("polices.css")

    async def file(_: Request) -> Response:
        # Fonts are only used across origins where the host allows it (CSS Fonts 4, "Font fetching requirements").
        return Response(font, media_type="font/ttf", headers={**FRESH, "access-control-allow-origin": "*"})

    return Starlette(routes=[Route("/css", sheet), Route("/quai.ttf", file)])
