"""Régie du Large, an advertising network: draws an advertisement and brings a second tracker along."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .common import FRESH, asset, document, readable, reader, recognise

COOKIE = "regie_uid"


def application(pistage: str) -> Starlette:
    """Build the network; ``pistage`` is the base URL of the tracker that its advertisements load."""

    async def script(request: Request) -> Response:
        return recognise(asset("regie.js"), COOKIE, reader(request, COOKIE))

    async def advertisement(request: Request) -> Response:
        facts = {
            "image": "/creation.svg",
            "link": "/clic",
            "text": "Biscuits Lamaneur : cuits deux fois, comme les marins. (Publicité fictive)",
            "trackers": [f"{pistage}/p.js"],
        }
        answer = JSONResponse(facts, headers=FRESH)
        return readable(request, recognise(answer, COOKIE, reader(request, COOKIE)))

    async def picture(_: Request) -> Response:
        return asset("regie-biscuits.svg")

    async def landing(_: Request) -> Response:
        return document("regie-landing.html")

    return Starlette(
        routes=[
            Route("/regie.js", script),
            Route("/annonce", advertisement),
            Route("/creation.svg", picture),
            Route("/clic", landing),
        ]
    )
