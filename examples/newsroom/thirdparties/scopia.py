"""Scopia, a video platform: a player for other sites' pages that remembers who watched what."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .common import FRESH, asset, document, reader, recognise

COOKIE = "scopia_vid"


async def _player(request: Request) -> Response:
    return recognise(document("scopia-player.html"), COOKIE, reader(request, COOKIE))


async def _script(_: Request) -> Response:
    return asset("scopia-player.js")


async def _watched(request: Request) -> Response:
    return recognise(Response(status_code=204, headers=FRESH), COOKIE, reader(request, COOKIE))


async def _home(_: Request) -> Response:
    return document("scopia-home.html")


def application() -> Starlette:
    """Build the video platform."""
    return Starlette(
        routes=[
            Route("/", _home),
            Route("/lecteur/{video}", _player),
            Route("/lecteur.js", _script),
            Route("/progression", _watched, methods=["POST"]),
        ]
    )
