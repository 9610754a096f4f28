"""Port Stats, an audience measurer that keeps to the exemption: one site, one first-party cookie, counts only."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .common import FRESH, asset


async def _script(_: Request) -> Response:
    return asset("stats.js")


async def _hit(_: Request) -> Response:
    return Response(status_code=204, headers=FRESH)


def application() -> Starlette:
    """Build the measurer."""
    return Starlette(routes=[Route("/compte.js", _script), Route("/touche", _hit, methods=["POST"])])
