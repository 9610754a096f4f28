"""Pistage, the tracker behind the advertisement: a pixel, a cookie and a beacon, on every page it gets onto."""

from __future__ import annotations

import base64

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .common import FRESH, YEAR, asset, reader, recognise

COOKIE = "pistage_id"

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent GIF of one pixel."""


async def _script(request: Request) -> Response:
    return recognise(asset("pistage.js"), COOKIE, reader(request, COOKIE), YEAR)


async def _pixel(request: Request) -> Response:
    answer = Response(PIXEL, media_type="image/gif", headers=FRESH)
    return recognise(answer, COOKIE, reader(request, COOKIE), YEAR)


async def _beacon(request: Request) -> Response:
    return recognise(Response(status_code=204, headers=FRESH), COOKIE, reader(request, COOKIE), YEAR)


def application() -> Starlette:
    """Build the tracker."""
    return Starlette(
        routes=[
            Route("/p.js", _script),
            Route("/pixel.gif", _pixel),
            Route("/balise", _beacon, methods=["POST"]),
        ]
    )
