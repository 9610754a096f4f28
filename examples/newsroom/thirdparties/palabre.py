"""Palabre, a comment network: threads for any newspaper's articles, and a profile of everybody who reads them."""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from .common import FRESH, KNOWN_READERS, asset, document, readable, reader, recognise

COOKIE = "palabre_uid"
BODY_LIMIT = 16_384


@dataclass(frozen=True, slots=True)
class Comment:
    """What one reader wrote."""

    author: str
    text: str
    when: str


SEEDS = {
    "le-phare-de-la-heve-basse-se-rallume": (
        Comment(
            "Marguerite L.", "Mon père l’entretenait. Ce soir-là, toute la rue est sortie sur les balcons.", "hier"
        ),
        Comment(
            "Yanis, quartier des Docks", "Dix-neuf milles, vraiment ? De chez moi on voit à peine la digue.", "hier"
        ),
    ),
    "les-grues-electriques-du-quai-des-brumes": (
        Comment(
            "Un riverain", "Pour la première fois en vingt ans, j’ai entendu les mouettes à six heures.", "ce matin"
        ),
    ),
    "la-coquille-revient-les-prix-aussi": (
        Comment("Solange", "À quatre euros le kilo en fin de marché, je suis preneuse !", "dimanche"),
    ),
    "the-lighthouse-shines-again": (Comment("Edith", "I saw it from the ferry. Worth the crossing.", "yesterday"),),
}


class Network:
    """Everything that Palabre remembers: threads, and the pages that each reader was seen on."""

    def __init__(self) -> None:
        self._threads: OrderedDict[str, deque[Comment]] = OrderedDict(
            (page, deque(comments, maxlen=50)) for page, comments in SEEDS.items()
        )
        self._pages: OrderedDict[str, deque[str]] = OrderedDict()

    def thread(self, page: str) -> tuple[Comment, ...]:
        """The comments on one page, the oldest first."""
        return tuple(self._threads.get(page, ()))

    def comment(self, page: str, comment: Comment) -> None:
        """Add a comment."""
        self._threads.setdefault(page, deque(maxlen=50)).append(comment)
        _forget_oldest(self._threads)

    def follow(self, identifier: str, page: str) -> None:
        """Remember that this reader was on that page."""
        self._pages.setdefault(identifier, deque(maxlen=50)).append(page)
        _forget_oldest(self._pages)

    def followed(self, identifier: str) -> tuple[str, ...]:
        """The pages this reader was seen on."""
        return tuple(self._pages.get(identifier, ()))


def _forget_oldest(known: OrderedDict[str, deque[Comment]] | OrderedDict[str, deque[str]]) -> None:
    while len(known) > KNOWN_READERS:
        known.popitem(last=False)


def application() -> Starlette:
    """Build the comment network with its own empty memory."""
    network = Network()

    async def embed(request: Request) -> Response:
        return recognise(asset("palabre-embed.js"), COOKIE, reader(request, COOKIE))

    async def follow(request: Request) -> Response:
        identifier = reader(request, COOKIE)
        network.follow(identifier, _page_of(await _body(request)))
        return readable(request, recognise(Response(status_code=204, headers=FRESH), COOKIE, identifier))

    async def counts(request: Request) -> Response:
        pages = request.query_params.getlist("page")[:50]
        answer = JSONResponse({page: len(network.thread(page)) for page in pages}, headers=FRESH)
        return readable(request, recognise(answer, COOKIE, reader(request, COOKIE)))

    async def thread(request: Request) -> Response:
        identifier = reader(request, COOKIE)
        page = request.query_params.get("page", "")[:200]
        if request.method == "POST":
            fields = parse_qs((await _body(request)).decode("utf-8", "replace"))
            text = fields.get("texte", [""])[0].strip()[:1_000]
            if text:
                author = fields.get("nom", [""])[0].strip()[:60] or "Anonyme"
                network.comment(page, Comment(author, text, "à l’instant"))
            return recognise(RedirectResponse(f"/fil?page={quote(page)}", 303), COOKIE, identifier)
        answer = document(
            "palabre-thread.html",
            page=page,
            comments=network.thread(page),
            identifier=identifier,
            followed=network.followed(identifier),
        )
        return recognise(answer, COOKIE, identifier)

    async def home(_: Request) -> Response:
        return document("palabre-home.html")

    return Starlette(
        routes=[
            Route("/", home),
            Route("/embed.js", embed),
            Route("/suivi", follow, methods=["POST"]),
            Route("/nombres", counts),
            Route("/fil", thread, methods=["GET", "POST"]),
        ]
    )


async def _body(request: Request) -> bytes:
    """The body, or as much of it as a comment may be long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return body[:BODY_LIMIT]
    return body


def _page_of(body: bytes) -> str:
    try:
        facts = json.loads(body)
    except ValueError:
        return "?"
    return str(facts.get("page", "?"))[:200] if isinstance(facts, dict) else "?"
